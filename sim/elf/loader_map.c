/* The loader's steps that make maps: the types they name (BTF_LOAD, once for all), a pattern for maps of
 * maps, MAP_CREATE. */
#include "loader_steps.h"

/* --- BTF_LOAD --- */

static int prepare_btf(struct loader *l, const struct step *step, struct loader_call *call)
{
	u64 at;
	int err = loader_put(l, &at, l->object->btf, l->object->btf_size);

	(void)step;
	call->attr.btf = at;
	call->attr.btf_size = l->object->btf_size;
	snprintf(call->what, sizeof(call->what), "load the BTF of %.40s", l->object->name);
	return err ?: 1;
}

/* As in libbpf: what the kernel does not accept, programs and maps go without. */
static int done_btf(struct loader *l, const struct step *step, s64 result)
{
	(void)step;
	l->btf_fd = result < 0 ? -1 : (int)result;
	return 0;
}

const struct step_kind step_load_btf = {
	.name = "BTF_LOAD",
	.cmd = BPF_BTF_LOAD,
	.size = ATTR_END(btf_log_level),
	.prepare = prepare_btf,
	.done = done_btf,
};

/* --- MAP_CREATE --- */

/* Types that 6.1 refuses BTF for. */
static bool takes_btf(u32 type)
{
	static const u8 without[] = {
		BPF_MAP_TYPE_PERF_EVENT_ARRAY,
		BPF_MAP_TYPE_CGROUP_ARRAY,
		BPF_MAP_TYPE_STACK_TRACE,
		BPF_MAP_TYPE_ARRAY_OF_MAPS,
		BPF_MAP_TYPE_HASH_OF_MAPS,
		BPF_MAP_TYPE_DEVMAP,
		BPF_MAP_TYPE_DEVMAP_HASH,
		BPF_MAP_TYPE_CPUMAP,
		BPF_MAP_TYPE_XSKMAP,
		BPF_MAP_TYPE_SOCKMAP,
		BPF_MAP_TYPE_SOCKHASH,
		BPF_MAP_TYPE_QUEUE,
		BPF_MAP_TYPE_STACK,
	};

	return !memchr(without, (int)type, type > UINT8_MAX ? 0 : sizeof(without));
}

static void fill_map_attr(struct loader *l, const struct elf_map *map, struct loader_call *call)
{
	union bpf_attr *attr = &call->attr;

	attr->map_type = map->type;
	attr->key_size = map->key_size;
	attr->value_size = map->value_size;
	attr->max_entries = map->max_entries;
	if (map->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !map->max_entries)
		attr->max_entries = l->options.target.ncpus;
	attr->map_flags = map->map_flags;
	attr->numa_node = map->numa_node;
	attr->map_extra = map->map_extra;
	loader_copy_name(attr->map_name, map->name);
	if (l->btf_fd < 0 || l->without_btf || !takes_btf(map->type))
		return;
	attr->btf_fd = l->btf_fd;
	attr->btf_vmlinux_value_type_id = map->btf_vmlinux_value_type_id;
	attr->btf_key_type_id = map->btf_key_type_id;
	attr->btf_value_type_id = map->btf_value_type_id;
}

static int prepare_map(struct loader *l, const struct step *step, struct loader_call *call)
{
	const struct elf_map *map = &l->object->maps[step->index];

	if (l->map_fd[step->index] >= 0)
		return 0;
	fill_map_attr(l, map, call);
	if (is_map_of_maps(map->type) && l->inner_fd >= 0)
		call->attr.inner_map_fd = l->inner_fd;
	snprintf(call->what, sizeof(call->what), "create map %.40s%s", map->name,
		 l->without_btf ? ", without its BTF types" : "");
	return 1;
}

/* A map whose types the kernel does not like is made once more without them. */
static bool try_without_btf(struct loader *l, const struct elf_map *map, s64 result)
{
	if (result >= 0 || l->without_btf || l->btf_fd < 0 || !takes_btf(map->type) ||
	    !(map->btf_key_type_id || map->btf_value_type_id))
		return false;
	l->without_btf = true;
	l->next--;
	return true;
}

static int done_map(struct loader *l, const struct step *step, s64 result)
{
	if (try_without_btf(l, &l->object->maps[step->index], result))
		return 0;
	l->without_btf = false;
	l->map_fd[step->index] = result < 0 ? -1 : (int)result;
	return result < 0 ? (int)result : 0;
}

const struct step_kind step_create_map = {
	.name = "MAP_CREATE",
	.cmd = BPF_MAP_CREATE,
	.size = ATTR_END(map_extra),
	.prepare = prepare_map,
	.done = done_map,
};

/* --- the pattern of the maps in a map --- */

static int prepare_inner(struct loader *l, const struct step *step, struct loader_call *call)
{
	const struct elf_map *map = &l->object->maps[step->index];

	if (l->map_fd[step->index] >= 0)
		return 0;
	fill_map_attr(l, map->inner, call);
	snprintf(call->what, sizeof(call->what), "create a pattern of the maps in %.40s%s", map->name,
		 l->without_btf ? ", without BTF types" : "");
	return 1;
}

static int done_inner(struct loader *l, const struct step *step, s64 result)
{
	if (try_without_btf(l, l->object->maps[step->index].inner, result))
		return 0;
	l->without_btf = false;
	l->inner_fd = result < 0 ? -1 : (int)result;
	return result < 0 ? (int)result : 0;
}

static int prepare_close_inner(struct loader *l, const struct step *step, struct loader_call *call)
{
	if (l->inner_fd < 0)
		return 0;
	call->fd = l->inner_fd;
	snprintf(call->what, sizeof(call->what), "close the pattern: %.40s remembers it",
		 l->object->maps[step->index].name);
	return 1;
}

static int done_close_inner(struct loader *l, const struct step *step, s64 result)
{
	(void)step;
	(void)result;
	l->inner_fd = -1;
	return 0;
}

const struct step_kind step_create_inner = {
	.name = "MAP_CREATE",
	.cmd = BPF_MAP_CREATE,
	.size = ATTR_END(map_extra),
	.prepare = prepare_inner,
	.done = done_inner,
};

const struct step_kind step_close_inner = {
	.name = "CLOSE",
	.cmd = LOADER_CLOSE,
	.prepare = prepare_close_inner,
	.done = done_close_inner,
};
