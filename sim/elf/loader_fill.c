/*
 * The loader's steps that put something into maps: the bytes of data sections (and no more from user space,
 * for constants), the programs and maps that the object file names as values.
 */
#include "loader_steps.h"

static int put_elem(struct loader *l, u32 map, const void *key, const void *value, u64 value_size,
		    struct loader_call *call)
{
	u64 key_at = 0, value_at = 0;
	int err = loader_put(l, &key_at, key, sizeof(u32)) ?: loader_put(l, &value_at, value, value_size);

	call->attr.map_fd = l->map_fd[map];
	call->attr.key = key_at;
	call->attr.value = value_at;
	return err;
}

static int prepare_data(struct loader *l, const struct step *step, struct loader_call *call)
{
	const struct elf_map *map = &l->object->maps[step->index];
	u32 key = 0;

	snprintf(call->what, sizeof(call->what), "fill %.40s with %u bytes of %.20s", map->name,
		 map->value_size, map->section);
	if (map->data)
		return put_elem(l, step->index, &key, map->data, map->value_size, call) ?: 1;
	if (put_elem(l, step->index, &key, &key, 0, call))
		return -ENOMEM;
	call->attr.value = user_alloc(l->user, map->value_size);
	return call->attr.value ? 1 : loader_no_memory(l);
}

static int prepare_freeze(struct loader *l, const struct step *step, struct loader_call *call)
{
	call->attr.map_fd = l->map_fd[step->index];
	snprintf(call->what, sizeof(call->what), "freeze %.40s: user space may not change it any more",
		 l->object->maps[step->index].name);
	return 1;
}

static int prepare_slot(struct loader *l, const struct step *step, struct loader_call *call)
{
	const struct elf_map *map = &l->object->maps[step->index];
	const struct elf_slot *slot = &map->slots[step->slot];
	bool programs = map->type == BPF_MAP_TYPE_PROG_ARRAY;
	int fd = programs ? l->program_fd[slot->target] : l->map_fd[slot->target];

	if (l->map_pinned[step->index] && !programs)
		return 0;
	snprintf(call->what, sizeof(call->what), "put %s %.30s into %.30s[%u]", programs ? "program" : "map",
		 programs ? l->object->programs[slot->target].name : l->object->maps[slot->target].name,
		 map->name, slot->index);
	return put_elem(l, step->index, &slot->index, &fd, sizeof(fd), call) ?: 1;
}

const struct step_kind step_fill_data = {
	.name = "MAP_UPDATE_ELEM",
	.cmd = BPF_MAP_UPDATE_ELEM,
	.size = ATTR_END(flags),
	.prepare = prepare_data,
	.done = loader_done_plain,
};

const struct step_kind step_freeze = {
	.name = "MAP_FREEZE",
	.cmd = BPF_MAP_FREEZE,
	.size = ATTR_END(map_fd),
	.prepare = prepare_freeze,
	.done = loader_done_plain,
};

const struct step_kind step_fill_slot = {
	.name = "MAP_UPDATE_ELEM",
	.cmd = BPF_MAP_UPDATE_ELEM,
	.size = ATTR_END(flags),
	.prepare = prepare_slot,
	.done = loader_done_plain,
};
