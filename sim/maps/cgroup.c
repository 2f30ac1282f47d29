/*
 * Maps of cgroups: BPF_MAP_TYPE_CGROUP_ARRAY, and BPF_MAP_TYPE_CGROUP_STORAGE and PERCPU_CGROUP_STORAGE, a
 * value for each cgroup and program that is attached to it.
 *
 * Mirrors the cgroup part of kernel/bpf/arraymap.c, and kernel/bpf/local_storage.c. A program that is run by
 * BPF_PROG_TEST_RUN has a value of its own, which ends with the run: system calls do not see it.
 *
 * Values of attached programs are made by the first attachment and stay as long as the map, as cgroups stay.
 */
#include "../world/world.h"
#include "array.h"
#include "fd_array.h"
#include "types.h"

static int cgroup_array_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value)
{
	(void)map, (void)key, (void)value;
	return sim_fail(&sim->why, -ENOTSUPP, "user space cannot read cgroups out of a map");
}

static const u16 array_helpers[] = {BPF_FUNC_skb_under_cgroup, BPF_FUNC_current_task_under_cgroup, 0};

const struct map_ops cgroup_array_ops = {
	.name = "cgroup_array",
	.doc = "cgroups by index",
	.when = "Asking whether a task or the socket of a packet belongs to a group of processes "
		"(bpf_current_task_under_cgroup, bpf_skb_under_cgroup). A program for one group "
		"alone is attached to its cgroup instead.",
	.what = "Key: 4 bytes, the index. Value: for user space the fd of a directory below "
		"/sys/fs/cgroup (version 2), which it cannot read back.",
	.kept = "A row of pointers behind struct bpf_map; each holds a reference to its cgroup.",
	.cost = "The question is a pointer and one comparison, however deep the cgroups are "
		"nested: each knows its ancestors.",
	.example = "bpfwalk run samples/tc_cgroup.o --pcap samples/web.pcap",
	.flags_ok = BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY,
	.traits = MAP_TRAIT_ARRAY | MAP_TRAIT_NO_BTF | MAP_TRAIT_FD_VALUE,
	.form = MAP_FORM_OBJECTS,
	.held = fd_array_get,
	.helpers = array_helpers,
	.value_kind = OBJ_CGROUP,
	.check = map_check_rule,
	.struct_size = array_struct_size,
	.init = array_init,
	.fini = fd_array_clear,
	.sys_lookup = cgroup_array_sys_lookup,
	.may_set = fd_array_may_set,
	.set_obj = fd_array_set,
	.remove = fd_array_remove,
	.next_key = array_next_key,
};

/* --- storage --- */

struct storage_map {
	struct map map; /* first */
	struct run_value *newest;
};

/* A value: of a cgroup and an attach type (or of a cgroup alone), or of one TEST_RUN. */
struct run_value {
	struct bpf_cgroup_storage_key key; /* of no cgroup: zeroes */
	struct run_value *older;
	u8 value[]; /* for each CPU one, when the map is so */
};

static s64 storage_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct storage_map);
}

static int storage_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	(void)sim, (void)map, (void)attr;
	return 0;
}

static u64 slot_size(const struct map *map)
{
	return round_up_u64(map->k.value_size, 8);
}

static u32 slots(const struct sim *sim, const struct map *map)
{
	return map_ops(map)->traits & MAP_TRAIT_PERCPU ? sim->clock->ncpus : 1;
}

static void *run_value_new(struct sim *sim, struct map *map)
{
	struct run_value *run = arena_alloc(sim->arena, sizeof(*run) + slots(sim, map) * slot_size(map),
					    TAG_MAP_ELEM, map);

	return run ? run->value : NULL;
}

static void run_value_free(struct sim *sim, void *value)
{
	arena_free(sim->arena, container_of(value, struct run_value, value));
}

/* Keys of 8 bytes name the cgroup alone. */
static struct run_value *find_value(const struct map *map, const struct bpf_cgroup_storage_key *key)
{
	struct run_value *v = container_of(map, struct storage_map, map)->newest;

	while (v && (v->key.cgroup_inode_id != key->cgroup_inode_id || v->key.attach_type != key->attach_type))
		v = v->older;
	return v;
}

static struct run_value *find_by_bytes(const struct map *map, const void *bytes)
{
	struct bpf_cgroup_storage_key key = {0};

	memcpy(&key, bytes, min_u64(map->k.key_size, sizeof(u64) + sizeof(u32)));
	return find_value(map, &key);
}

/* The value for programs of @attach_type at the cgroup, made when there is none yet; NULL: no memory. */
static void *cgroup_value(struct sim *sim, struct map *map, u64 cgroup, u32 attach_type)
{
	struct storage_map *storage = container_of(map, struct storage_map, map);
	struct bpf_cgroup_storage_key key = {cgroup, map->k.key_size == sizeof(u64) ? 0 : attach_type};
	struct run_value *v = find_value(map, &key);
	void *value = v ? v->value : run_value_new(sim, map);

	if (v || !value)
		return value;
	v = container_of(value, struct run_value, value);
	v->key.cgroup_inode_id = key.cgroup_inode_id; /* not as a whole: the hole in it stays zero */
	v->key.attach_type = key.attach_type;
	v->older = storage->newest;
	storage->newest = v;
	return value;
}

static void storage_fini(struct sim *sim, struct map *map)
{
	struct storage_map *storage = container_of(map, struct storage_map, map);

	while (storage->newest) {
		struct run_value *v = storage->newest;

		storage->newest = v->older;
		arena_free(sim->arena, v);
	}
}

static int no_cgroup(struct sim *sim)
{
	return sim_fail(&sim->why, -ENOENT, "no program that uses this map is attached to such a cgroup");
}

static int storage_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value)
{
	const struct run_value *v = find_by_bytes(map, key);

	if (!v)
		return no_cgroup(sim);
	memcpy(value, v->value, slots(sim, map) == 1 ? map->k.value_size : slots(sim, map) * slot_size(map));
	return 0;
}

/* For views; programs get the value of their attachment without looking for it. */
static void *storage_look(struct sim *sim, struct map *map, const void *key, u32 cpu)
{
	struct run_value *v = find_by_bytes(map, key);

	return v ? v->value + (slots(sim, map) == 1 ? 0 : cpu * slot_size(map)) : NULL;
}

static int set_value(struct sim *sim, struct map *map, const void *key, const void *value)
{
	struct run_value *v = find_by_bytes(map, key);

	if (!v)
		return no_cgroup(sim);
	memcpy(v->value, value, slots(sim, map) == 1 ? map->k.value_size : slots(sim, map) * slot_size(map));
	return 0;
}

static int storage_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	int err = 0;

	if (flags & ~(u64)(BPF_F_LOCK | BPF_EXIST))
		err = sim_fail(&sim->why, -EINVAL,
			       "flags 0x%llx: an update knows BPF_EXIST and BPF_F_LOCK here",
			       (unsigned long long)flags);
	if (!err)
		err = map_check_lock(sim, map, flags);
	return err ? err : set_value(sim, map, key, value);
}

static int percpu_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	if (flags != BPF_ANY && flags != BPF_EXIST)
		return sim_fail(&sim->why, -EINVAL,
				"flags 0x%llx: an update knows BPF_ANY and BPF_EXIST here",
				(unsigned long long)flags);
	return set_value(sim, map, key, value);
}

static int storage_remove(struct sim *sim, struct map *map, const void *key)
{
	(void)key;
	return sim_fail(&sim->why, -EINVAL, "values of a %s go with their program, they cannot be deleted",
			map_ops(map)->name);
}

static int storage_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	const struct run_value *v = key ? find_by_bytes(map, key) : NULL;

	if (key && !v)
		return no_cgroup(sim);
	v = key ? v->older : container_of(map, struct storage_map, map)->newest;
	if (!v)
		return sim_fail(&sim->why, -ENOENT, "there are no more values");
	memcpy(next, &v->key, map->k.key_size);
	return 0;
}

static bool storage_locate(const struct map *map, const struct arena_block *block, u64 addr,
			   struct region *region)
{
	const struct run_value *run = (const struct run_value *)block->base;

	if (block->tag != TAG_MAP_ELEM || addr < (u64)run->value)
		return false;
	region->base = (u64)run->value;
	if (map_ops(map)->traits & MAP_TRAIT_PERCPU)
		region->base += (addr - region->base) / slot_size(map) * slot_size(map);
	region->size = map->k.value_size;
	region->key = (u64)&run->key;
	return true;
}

static const u16 storage_helpers[] = {BPF_FUNC_get_local_storage, 0};

#define STORAGE_FLAGS (BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)

const struct map_ops cgroup_storage_ops = {
	.name = "cgroup_storage",
	.doc = "a value for each cgroup and attached program",
	.when = "State of a group of processes, as its traffic or its limits, for programs that "
		"are attached to cgroups. Where all cgroups are to be seen at once take a hash by "
		"cgroup id. A program can use one such map.",
	.what = "Key: struct bpf_cgroup_storage_key (cgroup id and attach type), or 8 bytes, the "
		"id alone: then all attach types share the value. Value: any bytes; may hold a "
		"bpf_spin_lock. max_entries is 0. User space looks up and updates, it neither "
		"makes nor deletes.",
	.kept = "The values are made when a program that uses the map is attached to a cgroup; "
		"the attachment knows them. The map has a tree of them by key.",
	.cost = "bpf_get_local_storage: a pointer, nothing is searched. User space: a search in "
		"the tree.",
	.example = "bpfwalk run samples/cgroup_bytes.o --pcap samples/web.pcap",
	.flags_ok = STORAGE_FLAGS,
	.traits = MAP_TRAIT_SPIN_LOCK | MAP_TRAIT_NEVER_INNER,
	.helpers = storage_helpers,
	.check = map_check_rule,
	.struct_size = storage_struct_size,
	.init = storage_init,
	.look = storage_look,
	.sys_lookup = storage_sys_lookup,
	.update = storage_update,
	.remove = storage_remove,
	.next_key = storage_next_key,
	.run_storage = RUN_STORAGE_SHARED,
	.cgroup_value = cgroup_value,
	.fini = storage_fini,
	.run_value_new = run_value_new,
	.run_value_free = run_value_free,
	.locate = storage_locate,
};

const struct map_ops percpu_cgroup_storage_ops = {
	.name = "percpu_cgroup_storage",
	.doc = "the same, one for each CPU",
	.when = "Counters of a group of processes that many CPUs raise at once: no atomic "
		"instruction, no cache line going to and fro. Else as cgroup_storage.",
	.what = "Key: as cgroup_storage. Value: at most 32 KiB, one for each CPU; user space "
		"reads all of them, each rounded up to 8 bytes. No locks.",
	.kept = "As cgroup_storage; the value is per-CPU memory.",
	.cost = "bpf_get_local_storage: a pointer to the value of this CPU. Memory: value_size "
		"times the number of possible CPUs for each cgroup.",
	.example = "bpfwalk run samples/cgroup_bytes.o --pcap samples/web.pcap --trace",
	.flags_ok = STORAGE_FLAGS,
	.traits = MAP_TRAIT_PERCPU | MAP_TRAIT_NEVER_INNER,
	.helpers = storage_helpers,
	.check = map_check_rule,
	.struct_size = storage_struct_size,
	.init = storage_init,
	.look = storage_look,
	.sys_lookup = storage_sys_lookup,
	.update = percpu_update,
	.remove = storage_remove,
	.next_key = storage_next_key,
	.run_storage = RUN_STORAGE_PERCPU,
	.cgroup_value = cgroup_value,
	.fini = storage_fini,
	.run_value_new = run_value_new,
	.run_value_free = run_value_free,
	.locate = storage_locate,
};
