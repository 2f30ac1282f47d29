/*
 * BPF_MAP_TYPE_PERF_EVENT_ARRAY: perf events by index, usually one for each CPU: programs send samples
 * through their rings and read their counters.
 *
 * Mirrors the perf part of kernel/bpf/arraymap.c. A slot keeps its event alive. An event that was put in
 * through an open file of the map goes when that file is closed, unless the map was made with
 * BPF_F_PRESERVE_ELEMS: so a program that goes on without its loader does not write where nobody reads.
 */
#include "perf_event_array.h"

#include "array.h"
#include "fd_array.h"
#include "types.h"

/* The files, by index. */
static const struct file **via(struct map *map)
{
	return map->family;
}

static int perf_array_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	u64 size = attr->max_entries * sizeof(struct file *);

	map->family = size <= MAP_AREA_MAX ? sim_alloc(sim, size) : NULL;
	if (!map->family)
		return sim_fail(&sim->why, -ENOMEM, "no memory for %u perf events", attr->max_entries);
	return array_init(sim, map, attr);
}

static void perf_array_fini(struct sim *sim, struct map *map)
{
	fd_array_clear(sim, map);
	sim_free(sim, map->family);
}

static int perf_array_set(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags)
{
	if (perf_event_of(obj)->open.inherit)
		return sim_fail(&sim->why, -EOPNOTSUPP, "an inherited counter cannot be read by programs");
	return fd_array_set(sim, map, key, obj, flags);
}

static void perf_array_set_by(struct map *map, const void *key, const struct file *file)
{
	via(map)[array_index(key)] = file;
}

static void perf_array_file_closed(struct sim *sim, struct map *map, const struct file *file)
{
	for (u32 i = 0; !(map->k.map_flags & BPF_F_PRESERVE_ELEMS) && i < map->k.max_entries; i++)
		if (via(map)[i] == file && fd_array_get(sim, map, &i))
			fd_array_remove(sim, map, &i);
}

static int perf_array_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value)
{
	(void)map, (void)key, (void)value;
	return sim_fail(&sim->why, -ENOTSUPP, "perf events have no id that user space could read");
}

struct perf_event *perf_event_array_at(struct sim *sim, struct map *map, u64 flags, int *err)
{
	u32 index = flags & BPF_F_INDEX_MASK;
	struct obj *obj;

	if (index == (u32)BPF_F_CURRENT_CPU)
		index = sim->clock->cpu;
	*err = index < map->k.max_entries ? -ENOENT : -E2BIG;
	obj = fd_array_get(sim, map, &index);
	return obj ? perf_event_of(obj) : NULL;
}

static const u16 helpers[] = {
	BPF_FUNC_perf_event_output, BPF_FUNC_perf_event_read, BPF_FUNC_perf_event_read_value,
	BPF_FUNC_skb_output,        BPF_FUNC_xdp_output,      0,
};

const struct map_ops perf_event_array_ops = {
	.name = "perf_event_array",
	.doc = "perf events by index: records go through their rings",
	.when = "Records for user space through a ring for each CPU, and reading hardware "
		"counters from programs. For records ringbuf is the better choice since Linux "
		"5.8: one ring for all CPUs keeps their order and wastes no memory on idle ones.",
	.what = "Key: 4 bytes, the index, usually the number of a CPU (BPF_F_CURRENT_CPU: the one "
		"that runs). Value: for user space the fd of a perf event, which it cannot read "
		"back. What was put in through a file of the map goes when that file is closed "
		"(BPF_F_PRESERVE_ELEMS: it stays).",
	.kept = "A row of pointers to perf events behind struct bpf_map. Each event has a ring of "
		"its own that user space maps: a page with data_head and data_tail, then the "
		"data, a power of two of pages.",
	.cost = "bpf_perf_event_output: the record is copied into the ring of this CPU, without a "
		"lock, behind a header of perf. No room: ENOSPC, the record is lost and counted. "
		"Programs cannot reserve room and fill it in place.",
	.example = "bpfwalk run samples/tc_events.o --pcap samples/web.pcap",
	.flags_ok = BPF_F_NUMA_NODE | BPF_F_PRESERVE_ELEMS | BPF_F_RDONLY | BPF_F_WRONLY,
	.traits = MAP_TRAIT_ARRAY | MAP_TRAIT_NO_BTF | MAP_TRAIT_FD_VALUE,
	.form = MAP_FORM_PERF,
	.held = fd_array_get,
	.helpers = helpers,
	.value_kind = OBJ_PERF,
	.check = map_check_rule,
	.struct_size = array_struct_size,
	.init = perf_array_init,
	.fini = perf_array_fini,
	.sys_lookup = perf_array_sys_lookup,
	.may_set = fd_array_may_set,
	.set_obj = perf_array_set,
	.set_by = perf_array_set_by,
	.file_closed = perf_array_file_closed,
	.remove = fd_array_remove,
	.next_key = array_next_key,
};
