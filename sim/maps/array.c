/*
 * BPF_MAP_TYPE_ARRAY: values in one row behind struct map, the key is the index.
 *
 * Mirrors kernel/bpf/arraymap.c. All elements exist from the start, as zeroes, and none can be deleted. The
 * row begins at offset 272 of the program's map pointer, as in Linux: translated lookups count on it. A
 * BPF_F_MMAPABLE array's row begins at a page.
 *
 * Simplified: in Linux an array that was made without CAP_PERFMON has room up to a power of two, for the
 * CPU to speculate in; here only the limit that follows from it is kept.
 */
#include "array.h"
#include "types.h"

static int array_check(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)task;
	if (attr->max_entries == 0)
		return sim_fail(&sim->why, -EINVAL, "an array of 0 elements: max_entries must be at least 1");
	if (attr->key_size != 4)
		return sim_fail(&sim->why, -EINVAL, "array keys are 4 bytes (the index), not %u",
				attr->key_size);
	if (attr->value_size == 0)
		return sim_fail(&sim->why, -EINVAL, "value_size is 0: an array's values are at least 1 byte");
	if (map_check_flags(sim, &array_ops, attr->map_flags))
		return -EINVAL;
	if (attr->value_size > INT32_MAX)
		return sim_fail(&sim->why, -E2BIG, "value_size %u is more than 2^31 - 1", attr->value_size);
	return 0;
}

/* One less than the power of two that is at least @n: all bits of an index. */
static u32 mask_for(u32 n)
{
	return n == 1 ? 0 : UINT32_MAX >> __builtin_clz(n - 1);
}

s64 array_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	u64 values = attr->max_entries * round_up_u64(attr->value_size, 8);

	if (!task_capable(task, CAP_PERFMON_BIT) && mask_for(attr->max_entries) == UINT32_MAX)
		return sim_fail(&sim->why, -E2BIG,
				"%u elements: without CAP_PERFMON an array is rounded up to a power "
				"of two, which must fit 32 bits",
				attr->max_entries);
	return offsetof(struct map, k.value) + values;
}

int array_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	(void)sim;
	map->k.elem_size = round_up_u64(attr->value_size, 8);
	map->k.index_mask = mask_for(attr->max_entries);
	return 0;
}

u32 array_index(const void *key)
{
	u32 index;

	memcpy(&index, key, sizeof(index));
	return index;
}

static void array_fini(struct sim *sim, struct map *map)
{
	for (u32 i = 0; map->nkptrs && i < map->k.max_entries; i++)
		map_free_fields(sim, map, map->k.value + (u64)map->k.elem_size * i);
}

void *array_lookup(struct sim *sim, struct map *map, const void *key)
{
	u32 index = array_index(key);

	(void)sim;
	return index < map->k.max_entries ? map->k.value + (u64)map->k.elem_size * index : NULL;
}

int array_check_update(struct sim *sim, const struct map *map, const void *key, u64 flags)
{
	int err = map_check_update_flags(sim, flags);

	if (err)
		return err;
	if (array_index(key) >= map->k.max_entries)
		return sim_fail(&sim->why, -E2BIG, "index %u: the array has %u elements", array_index(key),
				map->k.max_entries);
	if (flags & BPF_NOEXIST)
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: all elements of an array exist");
	return map_check_lock(sim, map, flags);
}

static int array_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	int err = array_check_update(sim, map, key, flags);

	if (!err) {
		map_copy_value(map, array_lookup(sim, map, key), value);
		map_free_fields(sim, map, array_lookup(sim, map, key));
	}
	return err;
}

int array_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	u32 index = key ? array_index(key) : UINT32_MAX;

	if (index == map->k.max_entries - 1)
		return sim_fail(&sim->why, -ENOENT, "index %u is the last one", index);
	index = index >= map->k.max_entries ? 0 : index + 1;
	memcpy(next, &index, sizeof(index));
	return 0;
}

bool array_each(struct sim *sim, struct map *map, struct map_walk *walk, const void **key, void **value)
{
	if (walk->next >= map->k.max_entries)
		return false;
	walk->index = walk->next++;
	*key = &walk->index;
	*value = map_look(sim, map, *key, sim->clock->cpu);
	return true;
}

static bool array_locate(const struct map *map, const struct arena_block *block, u64 addr,
			 struct region *region)
{
	u64 off = addr - (u64)map->k.value;
	u32 index = off / map->k.elem_size;

	(void)block;
	if (addr < (u64)map->k.value || off / map->k.elem_size >= map->k.max_entries)
		return false;
	region->base = (u64)map->k.value + (u64)index * map->k.elem_size;
	region->size = map->k.value_size;
	region->key = index;
	return true;
}

/* Only the row of values can be mapped, in whole pages. */
static void *array_mmap(struct sim *sim, struct map *map, u64 page, bool write, int *err)
{
	u64 pages = round_up_u64((u64)map->k.max_entries * map->k.elem_size, ARENA_PAGE) / ARENA_PAGE;

	(void)write;
	if (!(map->k.map_flags & BPF_F_MMAPABLE))
		*err = sim_fail(&sim->why, -EINVAL, "the array was made without BPF_F_MMAPABLE");
	else if (page >= pages)
		*err = sim_fail(&sim->why, -EINVAL, "page %llu: the array's values fill %llu",
				(unsigned long long)page, (unsigned long long)pages);
	else
		return map->k.value + page * ARENA_PAGE;
	return NULL;
}

static const u16 array_helpers[] = {
	BPF_FUNC_map_lookup_elem,   BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem,
	BPF_FUNC_for_each_map_elem, BPF_FUNC_timer_init,      0,
};

const struct map_ops array_ops = {
	.name = "array",
	.doc = "values by index 0 .. max_entries - 1, all there from the start; the fastest map",
	.when = "Configuration, counters by small number, global variables (each .data, .bss and .rodata "
		"is an array of one element). Take percpu_array for counters that all CPUs raise, hash "
		"when keys are sparse.",
	.what = "Key: 4 bytes, the index. Value: any bytes; may hold a bpf_spin_lock, a bpf_timer, kernel "
		"pointers. All elements are there from the start, zero, and cannot be deleted.",
	.kept = "One row of values behind struct bpf_map, each rounded up to 8 bytes. With BPF_F_MMAPABLE "
		"the row begins at a page, and user space can map it: reads and writes without system "
		"calls.",
	.cost = "Lookup: a comparison and an address, written out in the program, no call. Update: a "
		"copy, without a lock (BPF_F_LOCK when the value has one).",
	.example = "bpfwalk run samples/globals.o --pcap samples/web.pcap",
	.flags_ok = BPF_F_NUMA_NODE | BPF_F_MMAPABLE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG |
		    BPF_F_WRONLY_PROG | BPF_F_INNER_MAP,
	.traits = MAP_TRAIT_ARRAY | MAP_TRAIT_MMAP | MAP_TRAIT_DIRECT | MAP_TRAIT_SPIN_LOCK |
		  MAP_TRAIT_TIMER | MAP_TRAIT_KPTR | MAP_TRAIT_SAME_LENGTH | MAP_TRAIT_SLEEPABLE |
		  MAP_TRAIT_OFFLOAD | MAP_TRAIT_LOOKUP_BATCH | MAP_TRAIT_UPDATE_BATCH,
	.form = MAP_FORM_ROW,
	.helpers = array_helpers,
	.check = array_check,
	.struct_size = array_struct_size,
	.init = array_init,
	.fini = array_fini,
	.lookup = array_lookup,
	.inline_lookup = array_inline_lookup,
	.update = array_update,
	.next_key = array_next_key,
	.each = array_each,
	.mmap = array_mmap,
	.locate = array_locate,
};
