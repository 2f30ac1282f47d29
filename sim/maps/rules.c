/*
 * MAP_CREATE of most types: who may make one, and which attributes fit; and the types whose
 * elements are not kept here.
 *
 * Mirrors the map_alloc_check and the first lines of map_alloc of each type (kernel/bpf,
 * net/core/sock_map.c, net/xdp/xskmap.c). The verifier needs the latter to exist; system calls and programs
 * that reach for an element are told that it is not there.
 */
#include "types.h"

#define KMALLOC_MAX (4u << 20)           /* KMALLOC_MAX_SIZE */
#define PERCPU_MAX 32768u                /* PCPU_MIN_UNIT_SIZE */
#define HTAB_ELEM 48u                    /* sizeof(struct htab_elem) */
#define STORAGE_MAX (65535u - 128u)      /* BPF_LOCAL_STORAGE_MAX_VALUE_SIZE */
#define LPM_KEY_MIN 5u
#define LPM_KEY_MAX 260u
#define LPM_VALUE_MAX (KMALLOC_MAX - LPM_KEY_MAX - 40u)
#define STACK_DEPTH_MAX 127u             /* kernel.perf_event_max_stack */
#define CPUS_MAX 8192u                   /* Debian's CONFIG_NR_CPUS */
#define KEY_MAX 512u                     /* MAX_BPF_STACK */

#define RW (BPF_F_RDONLY | BPF_F_WRONLY)
#define RW_PROG (BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)
#define ANY UINT32_MAX

enum { NO_CAP, NET_ADMIN = 1 << 0, BPF = 1 << 1, CAP_LAST = 1 << 2 /* asked after the sizes */ };

struct rule {
	u8 cap;
	u32 flags_needed;
	u32 key_min, key_max;
	u32 value_min, value_max;  /* outside: -EINVAL */
	u32 value_step;            /* value_size must be a multiple; 0 = any */
	u32 value_big;             /* above: -E2BIG */
	u32 entries_min, entries_max;
	u32 entries_big;           /* above: -E2BIG */
	int (*more)(struct sim *sim, const union bpf_attr *attr, const struct task *task);
};

static const struct rule rules[];

static int check_cap(struct sim *sim, const struct rule *rule, const struct task *task)
{
	if ((rule->cap & NET_ADMIN) && !task_capable(task, CAP_NET_ADMIN_BIT))
		return sim_fail(&sim->why, -EPERM, "such a map needs CAP_NET_ADMIN");
	if ((rule->cap & BPF) && !task_capable(task, CAP_BPF_BIT))
		return sim_fail(&sim->why, -EPERM, "such a map needs CAP_BPF");
	return 0;
}

static int check_range(struct sim *sim, const char *what, u32 found, u32 min, u32 max)
{
	if (found >= min && found <= max)
		return 0;
	if (min == max)
		return sim_fail(&sim->why, -EINVAL, "%s is %u; for this type it is %u", what, found, min);
	return sim_fail(&sim->why, -EINVAL, "%s is %u; for this type it is %u to %u", what, found, min, max);
}

static int check_sizes(struct sim *sim, const struct rule *rule, const union bpf_attr *attr)
{
	int err = check_range(sim, "max_entries", attr->max_entries, rule->entries_min, rule->entries_max);

	if (!err)
		err = check_range(sim, "key_size", attr->key_size, rule->key_min, rule->key_max);
	if (!err)
		err = check_range(sim, "value_size", attr->value_size, rule->value_min, rule->value_max);
	if (!err && rule->value_step && attr->value_size % rule->value_step)
		err = sim_fail(&sim->why, -EINVAL, "value_size %u is not a multiple of %u", attr->value_size,
			       rule->value_step);
	return err;
}

static int check_big(struct sim *sim, const struct rule *rule, const union bpf_attr *attr)
{
	if (rule->value_big && attr->value_size > rule->value_big)
		return sim_fail(&sim->why, -E2BIG, "value_size %u is more than %u", attr->value_size,
				rule->value_big);
	if (rule->entries_big && attr->max_entries > rule->entries_big)
		return sim_fail(&sim->why, -E2BIG, "max_entries %u is more than %u", attr->max_entries,
				rule->entries_big);
	return 0;
}

int map_check_rule(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	const struct rule *rule = &rules[attr->map_type];
	int err = rule->cap & CAP_LAST ? 0 : check_cap(sim, rule, task);

	if (!err)
		err = map_check_flags(sim, map_types[attr->map_type], attr->map_flags);
	if (!err && (attr->map_flags & rule->flags_needed) != rule->flags_needed)
		err = sim_fail(&sim->why, -EINVAL, "map_flags 0x%x: this type needs 0x%x", attr->map_flags,
			       rule->flags_needed);
	if (!err)
		err = check_sizes(sim, rule, attr);
	if (!err && rule->more)
		err = rule->more(sim, attr, task);
	if (!err && (rule->cap & CAP_LAST))
		err = check_cap(sim, rule, task);
	return err ? err : check_big(sim, rule, attr);
}

/* --- what does not fit the table --- */

static int refuse_numa(struct sim *sim, const union bpf_attr *attr)
{
	if (!(attr->map_flags & BPF_F_NUMA_NODE) || attr->numa_node == UINT32_MAX)
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"each CPU has its own memory here: BPF_F_NUMA_NODE makes no sense");
}

static int more_percpu_array(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)task;
	return refuse_numa(sim, attr);
}

/* Hashes ask in an order of their own: see htab_map_alloc_check. */
int map_check_hash(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	u32 type = attr->map_type, flags = attr->map_flags;
	bool lru = type == BPF_MAP_TYPE_LRU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
	bool percpu = type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
	int err;

	if (lru && !task_capable(task, CAP_BPF_BIT))
		return sim_fail(&sim->why, -EPERM, "an LRU map needs CAP_BPF");
	if ((flags & BPF_F_ZERO_SEED) && !task_capable(task, CAP_SYS_ADMIN_BIT))
		return sim_fail(&sim->why, -EPERM, "BPF_F_ZERO_SEED needs CAP_SYS_ADMIN");
	err = map_check_flags(sim, map_types[type], lru ? flags & ~(u32)BPF_F_NO_PREALLOC : flags);
	if (err)
		return err;
	if (lru && (flags & BPF_F_NO_PREALLOC))
		return sim_fail(&sim->why, -ENOTSUPP, "an LRU map is always preallocated");
	if (percpu || (flags & BPF_F_NO_COMMON_LRU))
		err = refuse_numa(sim, attr);
	if (err)
		return err;
	if (!attr->max_entries || !attr->key_size || !attr->value_size)
		return sim_fail(&sim->why, -EINVAL,
				"max_entries, key_size and value_size must be at least 1");
	if ((u64)attr->key_size + attr->value_size >= KMALLOC_MAX - HTAB_ELEM)
		return sim_fail(&sim->why, -E2BIG,
				"key and value together are %llu bytes; an element has room for less than %u",
				(unsigned long long)attr->key_size + attr->value_size,
				KMALLOC_MAX - HTAB_ELEM);
	if (percpu && round_up_u64(attr->value_size, 8) > PERCPU_MAX)
		return sim_fail(&sim->why, -E2BIG, "per-CPU values are at most %u bytes", PERCPU_MAX);
	return 0;
}

int map_check_hash_of_maps(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	if (attr->value_size != 4)
		return sim_fail(&sim->why, -EINVAL, "value_size is %u; a map fd has 4 bytes",
				attr->value_size);
	return map_check_hash(sim, attr, task);
}

static int more_stack_trace(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	u32 entry = attr->map_flags & BPF_F_STACK_BUILD_ID ? sizeof(struct bpf_stack_build_id) : 8;

	(void)task;
	if (attr->value_size % entry || attr->value_size / entry > STACK_DEPTH_MAX)
		return sim_fail(&sim->why, -EINVAL, "value_size %u: a stack is 1 to %u entries of %u bytes",
				attr->value_size, STACK_DEPTH_MAX, entry);
	return 0;
}

static int four_or_eight(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)task;
	if (attr->value_size == 4 || attr->value_size == 8)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "value_size is %u; for this type it is 4 or 8", attr->value_size);
}

static int more_sockhash(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	int err = four_or_eight(sim, attr, task);

	if (!err && attr->key_size > KEY_MAX)
		err = sim_fail(&sim->why, -E2BIG, "key_size %u: a program's stack has %u bytes",
			       attr->key_size, KEY_MAX);
	return err;
}

static int more_ring(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	u32 n = attr->max_entries;

	(void)task;
	if (n && !(n & (n - 1)) && !(n % ARENA_PAGE))
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"max_entries %u: a ring buffer's size in bytes is a power of two, 4096 or more", n);
}

static int more_bloom(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)task;
	if (!(attr->map_extra & ~0xfull))
		return 0;
	return sim_fail(&sim->why, -EINVAL, "map_extra is 0x%llx: a bloom filter has 1 to 15 hash functions",
			(unsigned long long)attr->map_extra);
}

static int more_storage(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)task;
	if (attr->btf_key_type_id && attr->btf_value_type_id)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "a storage map needs BTF types of key and value");
}

static int more_cgroup_storage(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)task;
	if (attr->key_size == 16 || attr->key_size == 8)
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"key_size is %u: 16 (struct bpf_cgroup_storage_key) or 8 (cgroup id)",
			attr->key_size);
}

#define ARRAY_RULE .key_min = 4, .key_max = 4, .entries_min = 1, .entries_max = ANY
#define FD_ARRAY_RULE ARRAY_RULE, .value_min = 4, .value_max = 4
#define RING_RULE .entries_max = ANY, .more = more_ring
#define STORAGE_RULE                                                                                         \
	.cap = BPF | CAP_LAST, .flags_needed = BPF_F_NO_PREALLOC, .key_min = 4, .key_max = 4,                \
	.value_min = 1, .value_max = ANY, .value_big = STORAGE_MAX, .more = more_storage
#define QUEUE_RULE                                                                                           \
	.cap = BPF, .value_min = 1, .value_max = ANY, .value_big = KMALLOC_MAX, .entries_min = 1,            \
	.entries_max = ANY

static const struct rule rules[] = {
	[BPF_MAP_TYPE_PROG_ARRAY] = {FD_ARRAY_RULE},
	[BPF_MAP_TYPE_PERF_EVENT_ARRAY] = {FD_ARRAY_RULE},
	[BPF_MAP_TYPE_CGROUP_ARRAY] = {FD_ARRAY_RULE},
	[BPF_MAP_TYPE_ARRAY_OF_MAPS] = {FD_ARRAY_RULE},
	[BPF_MAP_TYPE_PERCPU_ARRAY] = {ARRAY_RULE, .value_min = 1, .value_max = ANY, .value_big = PERCPU_MAX,
				       .more = more_percpu_array},
	[BPF_MAP_TYPE_STACK_TRACE] = {.cap = BPF, ARRAY_RULE, .value_min = 8, .value_max = ANY,
		.value_step = 8, .entries_big = 1u << 31, .more = more_stack_trace},
	[BPF_MAP_TYPE_LPM_TRIE] = {.cap = BPF, .flags_needed = BPF_F_NO_PREALLOC, .key_min = LPM_KEY_MIN,
		.key_max = LPM_KEY_MAX, .value_min = 1, .value_max = LPM_VALUE_MAX, .entries_min = 1,
		.entries_max = ANY},
	[BPF_MAP_TYPE_DEVMAP] = {.cap = NET_ADMIN, ARRAY_RULE, .value_max = ANY, .more = four_or_eight},
	[BPF_MAP_TYPE_DEVMAP_HASH] = {.cap = NET_ADMIN, .key_min = 4, .key_max = 4, .value_max = ANY,
		.entries_min = 1, .entries_max = 1u << 31, .more = four_or_eight},
	[BPF_MAP_TYPE_SOCKMAP] = {.cap = NET_ADMIN, .key_min = 4, .key_max = 4, .value_max = ANY,
		.entries_min = 1, .entries_max = INT32_MAX, .more = four_or_eight},
	[BPF_MAP_TYPE_SOCKHASH] = {.cap = NET_ADMIN, .key_min = 1, .key_max = ANY, .value_max = ANY,
		.entries_min = 1, .entries_max = ANY, .more = more_sockhash},
	[BPF_MAP_TYPE_CPUMAP] = {.cap = BPF, ARRAY_RULE, .value_max = ANY, .entries_big = CPUS_MAX,
		.more = four_or_eight},
	[BPF_MAP_TYPE_XSKMAP] = {.cap = NET_ADMIN, FD_ARRAY_RULE},
	[BPF_MAP_TYPE_REUSEPORT_SOCKARRAY] = {.cap = BPF | CAP_LAST, ARRAY_RULE, .value_max = ANY,
		.more = four_or_eight},
	[BPF_MAP_TYPE_QUEUE] = {QUEUE_RULE},
	[BPF_MAP_TYPE_STACK] = {QUEUE_RULE},
	[BPF_MAP_TYPE_BLOOM_FILTER] = {QUEUE_RULE, .more = more_bloom},
	[BPF_MAP_TYPE_RINGBUF] = {RING_RULE},
	[BPF_MAP_TYPE_USER_RINGBUF] = {RING_RULE},
	[BPF_MAP_TYPE_SK_STORAGE] = {STORAGE_RULE},
	[BPF_MAP_TYPE_INODE_STORAGE] = {STORAGE_RULE},
	[BPF_MAP_TYPE_TASK_STORAGE] = {STORAGE_RULE},
	[BPF_MAP_TYPE_CGROUP_STORAGE] = {.key_min = 8, .key_max = 16, .value_min = 1, .value_max = ANY,
					 .value_big = STORAGE_MAX, .more = more_cgroup_storage},
	[BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE] = {.key_min = 8, .key_max = 16, .value_min = 1, .value_max = ANY,
						.value_big = PERCPU_MAX, .more = more_cgroup_storage},
};
