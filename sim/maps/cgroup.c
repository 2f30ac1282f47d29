/*
 * Maps of cgroups: BPF_MAP_TYPE_CGROUP_ARRAY, and BPF_MAP_TYPE_CGROUP_STORAGE and PERCPU_CGROUP_STORAGE, a
 * value for each cgroup and program that is attached to it.
 *
 * Mirrors the cgroup part of kernel/bpf/arraymap.c, and kernel/bpf/local_storage.c. A program that is run by
 * BPF_PROG_TEST_RUN has a value of its own, which ends with the run: system calls do not see it.
 *
 * Simplified: the simulated machine has no cgroups, so that nothing can be put into these maps and no
 * program is attached: what system calls answer is what Linux answers when there is none.
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
	.sys_lookup = cgroup_array_sys_lookup,
	.may_set = fd_array_may_set,
	.set_obj = fd_array_set,
	.remove = fd_array_remove,
	.next_key = array_next_key,
};

/* --- storage --- */

/* A value of a run. */
struct run_value {
	u8 key[16];           /* of no cgroup: zeroes */
	u8 value[];
};

static s64 storage_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

static int storage_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	(void)sim, (void)map, (void)attr;
	return 0;
}

static void *run_value_new(struct sim *sim, struct map *map)
{
	struct run_value *run =
		arena_alloc(sim->arena, sizeof(*run) + round_up_u64(map->k.value_size, 8), TAG_MAP_ELEM, map);

	return run ? run->value : NULL;
}

static void run_value_free(struct sim *sim, void *value)
{
	arena_free(sim->arena, container_of(value, struct run_value, value));
}

static int no_cgroup(struct sim *sim)
{
	return sim_fail(&sim->why, -ENOENT, "no program that uses this map is attached to such a cgroup");
}

static int storage_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value)
{
	(void)map, (void)key, (void)value;
	return no_cgroup(sim);
}

static int storage_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	int err = 0;

	(void)key, (void)value;
	if (flags & ~(u64)(BPF_F_LOCK | BPF_EXIST))
		err = sim_fail(&sim->why, -EINVAL,
			       "flags 0x%llx: an update knows BPF_EXIST and BPF_F_LOCK here",
			       (unsigned long long)flags);
	if (!err)
		err = map_check_lock(sim, map, flags);
	return err ? err : no_cgroup(sim);
}

static int percpu_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	(void)map, (void)key, (void)value;
	if (flags != BPF_ANY && flags != BPF_EXIST)
		return sim_fail(&sim->why, -EINVAL,
				"flags 0x%llx: an update knows BPF_ANY and BPF_EXIST here",
				(unsigned long long)flags);
	return no_cgroup(sim);
}

static int storage_remove(struct sim *sim, struct map *map, const void *key)
{
	(void)key;
	return sim_fail(&sim->why, -EINVAL, "values of a %s go with their program, they cannot be deleted",
			map_ops(map)->name);
}

static int storage_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	(void)map, (void)key, (void)next;
	return no_cgroup(sim);
}

static bool storage_locate(const struct map *map, const struct arena_block *block, u64 addr,
			   struct region *region)
{
	const struct run_value *run = (const struct run_value *)block->base;

	if (block->tag != TAG_MAP_ELEM || addr < (u64)run->value)
		return false;
	region->base = (u64)run->value;
	region->size = map->k.value_size;
	region->key = (u64)run->key;
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
	.sys_lookup = storage_sys_lookup,
	.update = storage_update,
	.remove = storage_remove,
	.next_key = storage_next_key,
	.run_storage = RUN_STORAGE_SHARED,
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
	.sys_lookup = storage_sys_lookup,
	.update = percpu_update,
	.remove = storage_remove,
	.next_key = storage_next_key,
	.run_storage = RUN_STORAGE_PERCPU,
	.run_value_new = run_value_new,
	.run_value_free = run_value_free,
	.locate = storage_locate,
};
