/*
 * BPF_MAP_TYPE_PERCPU_ARRAY: an array for each CPU, so that programs on different CPUs do not get in each
 * other's way.
 *
 * Mirrors the per-CPU part of kernel/bpf/arraymap.c. A program sees the values of the CPU that it runs on;
 * user space reads and writes those of all CPUs at once. Here the CPUs' arrays stand one behind the other.
 */
#include "array.h"
#include "types.h"

static s64 percpu_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	s64 one = array_struct_size(sim, attr, task);

	if (one < 0)
		return one;
	return one +
	       (s64)((sim->clock->ncpus - 1ull) * attr->max_entries * round_up_u64(attr->value_size, 8));
}

static void *percpu_lookup_on(struct sim *sim, struct map *map, const void *key, u32 cpu)
{
	u8 *first = array_lookup(sim, map, key);

	return first ? first + (u64)cpu * map->k.max_entries * map->k.elem_size : NULL;
}

static void *percpu_lookup(struct sim *sim, struct map *map, const void *key)
{
	return percpu_lookup_on(sim, map, key, sim->clock->cpu);
}

static int percpu_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	void *at = percpu_lookup(sim, map, key);
	int err = array_check_update(sim, map, key, flags);

	if (!err)
		map_copy_value(map, at, value);
	return err;
}

static bool percpu_locate(const struct map *map, const struct arena_block *block, u64 addr,
			  struct region *region)
{
	u64 elem = (addr - (u64)map->k.value) / map->k.elem_size;
	u64 end = block->base + block->size;

	if (addr < (u64)map->k.value || addr >= end)
		return false;
	region->base = (u64)map->k.value + elem * map->k.elem_size;
	region->size = map->k.value_size;
	region->key = elem % map->k.max_entries;
	return region->base + region->size <= end;
}

static const u16 helpers[] = {
	BPF_FUNC_map_lookup_elem,   BPF_FUNC_map_update_elem,        BPF_FUNC_map_delete_elem,
	BPF_FUNC_for_each_map_elem, BPF_FUNC_map_lookup_percpu_elem, 0,
};

const struct map_ops percpu_array_ops = {
	.name = "percpu_array",
	.doc = "an array for each CPU",
	.when = "Counters and scratch memory: each CPU has its own, so adding needs no atomic "
		"instruction. One element is the usual way to get more than 512 bytes of memory in a "
		"program.",
	.what = "Key: 4 bytes, the index. Value: at most 32 KiB, one for each CPU; user space passes all "
		"of them, each rounded up to 8 bytes.",
	.kept = "A row of pointers behind struct bpf_map, each to per-CPU memory.",
	.cost = "Lookup: a call, an index and a pointer. Memory: value_size times the number of possible "
		"CPUs for each element.",
	.example = "bpfwalk run samples/xdp_percpu.o --pcap samples/web.pcap",
	.flags_ok = BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG,
	.traits = MAP_TRAIT_ARRAY | MAP_TRAIT_PERCPU | MAP_TRAIT_KPTR | MAP_TRAIT_SLEEPABLE |
		  MAP_TRAIT_LOOKUP_BATCH | MAP_TRAIT_UPDATE_BATCH,
	.form = MAP_FORM_ROW,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = percpu_struct_size,
	.init = array_init,
	.lookup = percpu_lookup,
	.lookup_on = percpu_lookup_on,
	.update = percpu_update,
	.next_key = array_next_key,
	.each = array_each,
	.locate = percpu_locate,
};
