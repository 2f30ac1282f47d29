/* The loader's steps for maps with LIBBPF_PIN_BY_NAME: a pin that is there is used again, if it is such a
 * map; else it is made. */
#include "loader_steps.h"

#define BPFFS "/sys/fs/bpf"

static int pin_path(struct loader *l, const struct elf_map *map, char path[256])
{
	const char *root = l->options.pin_root ? l->options.pin_root : BPFFS;
	int len = snprintf(path, 256, "%s/%s", root, map->name);

	/* dots are not allowed in names there */
	for (char *c = path; *c; c++)
		if (*c == '.')
			*c = '_';
	return len < 256 ? 0
			 : sim_fail(&l->why, -ENAMETOOLONG,
				    "the pin of map %.40s: found a path of %d bytes, expected 255 at most",
				    map->name, len);
}

static int put_path(struct loader *l, const struct elf_map *map, struct loader_call *call)
{
	char path[256];
	u64 at = 0;
	int err = pin_path(l, map, path) ?: loader_put(l, &at, path, strlen(path) + 1);

	call->attr.pathname = at;
	return err;
}

static int prepare_get_pin(struct loader *l, const struct step *step, struct loader_call *call)
{
	const struct elf_map *map = &l->object->maps[step->index];

	snprintf(call->what, sizeof(call->what), "look for a pinned map %.40s", map->name);
	return put_path(l, map, call) ?: 1;
}

static int done_get_pin(struct loader *l, const struct step *step, s64 result)
{
	if (result == -ENOENT)
		return 0;
	if (result < 0)
		return result;
	l->map_fd[step->index] = result;
	l->map_pinned[step->index] = true;
	return 0;
}

static int prepare_pin_info(struct loader *l, const struct step *step, struct loader_call *call)
{
	if (!l->map_pinned[step->index])
		return 0;
	l->info_at = user_alloc(l->user, sizeof(struct bpf_map_info));
	if (!l->info_at)
		return loader_no_memory(l);
	call->attr.info.bpf_fd = l->map_fd[step->index];
	call->attr.info.info_len = sizeof(struct bpf_map_info);
	call->attr.info.info = l->info_at;
	snprintf(call->what, sizeof(call->what), "is the pinned map %.40s like ours?",
		 l->object->maps[step->index].name);
	return 1;
}

static int done_pin_info(struct loader *l, const struct step *step, s64 result)
{
	const struct elf_map *map = &l->object->maps[step->index];
	struct bpf_map_info info = {0};

	if (result < 0)
		return result;
	user_read(l->user, &info, l->info_at, sizeof(info));
	if (info.type == map->type && info.key_size == map->key_size && info.value_size == map->value_size &&
	    info.max_entries == map->max_entries && info.map_flags == map->map_flags &&
	    info.map_extra == map->map_extra)
		return 0;
	return sim_fail(&l->why, -EINVAL,
			"the pinned map %.40s: found type %u, %u-byte keys, %u-byte values, %u entries, "
			"flags 0x%x, expected %u, %u, %u, %u, 0x%x",
			map->name, info.type, info.key_size, info.value_size, info.max_entries,
			info.map_flags, map->type, map->key_size, map->value_size, map->max_entries,
			map->map_flags);
}

static int prepare_pin(struct loader *l, const struct step *step, struct loader_call *call)
{
	const struct elf_map *map = &l->object->maps[step->index];

	if (l->map_pinned[step->index])
		return 0;
	call->attr.bpf_fd = l->map_fd[step->index];
	snprintf(call->what, sizeof(call->what), "pin map %.40s", map->name);
	return put_path(l, map, call) ?: 1;
}

const struct step_kind step_get_pin = {
	.name = "OBJ_GET",
	.cmd = BPF_OBJ_GET,
	.size = ATTR_END(file_flags),
	.prepare = prepare_get_pin,
	.done = done_get_pin,
};

const struct step_kind step_pin_info = {
	.name = "OBJ_GET_INFO_BY_FD",
	.cmd = BPF_OBJ_GET_INFO_BY_FD,
	.size = ATTR_END(info),
	.prepare = prepare_pin_info,
	.done = done_pin_info,
};

const struct step_kind step_pin_map = {
	.name = "OBJ_PIN",
	.cmd = BPF_OBJ_PIN,
	.size = ATTR_END(file_flags),
	.prepare = prepare_pin,
	.done = loader_done_plain,
};
