/*
 * The loader: see loader.h. A plan is made once, as a list of steps; each step knows how to prepare its call
 * and what to do with the result. A step that turns out not to be needed (the pinned map is there already)
 * prepares nothing.
 */
#include <stdio.h>
#include <stdlib.h>

#include "loader.h"

#define LOG_SIZE (1u << 20)
#define BPFFS "/sys/fs/bpf"
#define ATTR_UP_TO(field) (offsetof(union bpf_attr, field) + sizeof(((union bpf_attr *)0)->field))

/* One call of the plan. */
struct step {
	const struct step_kind *kind;
	u32 index; /* the map or program it is about */
	u32 slot;  /* MAP_UPDATE_ELEM of values[]: which of them */
};

struct step_kind {
	const char *name;
	int cmd;
	u32 size; /* of the attr */
	/* Fills in the attr and what it points to. 1, 0: no call is needed, or -errno. */
	int (*prepare)(struct loader *l, const struct step *step, struct loader_call *call);
	/* The call returned @result (any). 0: go on; -errno: give up. */
	int (*done)(struct loader *l, const struct step *step, s64 result);
};

struct loader {
	struct elf_object *object;
	struct user_memory *user;
	struct loader_options options;
	struct step *plan;
	u32 steps, room;
	u32 next; /* the step whose call comes next, or is under way */
	bool underway;
	int btf_fd, inner_fd;
	int *map_fd, *program_fd; /* by index, -1 = none */
	bool *map_pinned;         /* found in the bpffs, not made */
	bool without_btf;         /* of the map that is being made: the second try */
	u32 log_level;            /* of the program that is being loaded */
	u64 log_at;               /* its log buffer, 0 = none */
	u64 info_at;              /* the struct bpf_map_info of the call under way */
	struct why why;           /* err != 0: given up */
};

static int no_memory(struct loader *l)
{
	return sim_fail(&l->why, -ENOMEM, "out of memory for the loader's calls");
}

static int put(struct loader *l, u64 *address, const void *src, u64 n)
{
	*address = user_put(l->user, src, n);
	return *address ? 0 : no_memory(l);
}

static void copy_name(char dst[BPF_OBJ_NAME_LEN], const char *name)
{
	memcpy(dst, name, strnlen(name, BPF_OBJ_NAME_LEN - 1));
}

/* --- BTF_LOAD --- */

static int prepare_btf(struct loader *l, const struct step *step, struct loader_call *call)
{
	u64 at;
	int err = put(l, &at, l->object->btf, l->object->btf_size);

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

/* --- MAP_CREATE --- */

static bool is_map_of_maps(u32 type)
{
	return type == BPF_MAP_TYPE_ARRAY_OF_MAPS || type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

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
	copy_name(attr->map_name, map->name);
	if (l->btf_fd < 0 || l->without_btf || !takes_btf(map->type))
		return;
	attr->btf_fd = l->btf_fd;
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

/* --- pins --- */

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
	int err = pin_path(l, map, path) ?: put(l, &at, path, strlen(path) + 1);

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
		return no_memory(l);
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

/* --- what is in maps --- */

static int put_elem(struct loader *l, u32 map, const void *key, const void *value, u64 value_size,
		    struct loader_call *call)
{
	u64 key_at = 0, value_at = 0;
	int err = put(l, &key_at, key, sizeof(u32)) ?: put(l, &value_at, value, value_size);

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
	return call->attr.value ? 1 : no_memory(l);
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

static int done_plain(struct loader *l, const struct step *step, s64 result)
{
	(void)l;
	(void)step;
	return result < 0 ? (int)result : 0;
}

/* --- PROG_LOAD --- */

static int put_insns(struct loader *l, const struct elf_program *program, union bpf_attr *attr)
{
	u64 at;
	struct bpf_insn *insns;
	int err = put(l, &at, program->insns, (u64)program->insn_count * sizeof(*insns));

	if (err)
		return err;
	insns = (struct bpf_insn *)(l->user->heap + (at - USER_HEAP));
	for (u32 i = 0; i < program->fixup_count; i++)
		insns[program->fixups[i].insn].imm = l->map_fd[program->fixups[i].map];
	attr->insns = at;
	attr->insn_cnt = program->insn_count;
	return 0;
}

static int put_records(struct loader *l, const struct elf_program *program, union bpf_attr *attr)
{
	u64 funcs = 0, lines = 0;
	int err = 0;

	if (l->btf_fd < 0)
		return 0;
	attr->prog_btf_fd = l->btf_fd;
	if (program->func_info.count)
		err = put(l, &funcs, program->func_info.data,
			  (u64)program->func_info.count * program->func_info.size);
	if (!err && program->line_info.count)
		err = put(l, &lines, program->line_info.data,
			  (u64)program->line_info.count * program->line_info.size);
	attr->func_info = funcs;
	attr->func_info_rec_size = program->func_info.size;
	attr->func_info_cnt = program->func_info.count;
	attr->line_info = lines;
	attr->line_info_rec_size = program->line_info.size;
	attr->line_info_cnt = program->line_info.count;
	return err;
}

static int put_log(struct loader *l, union bpf_attr *attr)
{
	u32 size = l->options.log_size ? l->options.log_size : LOG_SIZE;

	l->log_at = 0;
	if (!l->log_level)
		return 0;
	l->log_at = user_alloc(l->user, size);
	attr->log_level = l->log_level;
	attr->log_size = size;
	attr->log_buf = l->log_at;
	return l->log_at ? 0 : no_memory(l);
}

static int prepare_program(struct loader *l, const struct step *step, struct loader_call *call)
{
	struct elf_program *program = &l->object->programs[step->index];
	union bpf_attr *attr = &call->attr;
	u64 license = 0;
	int err;

	if (!program->rule)
		return sim_fail(&l->why, -EINVAL,
				"program %.40s: section name %.40s says no program type, expected xdp, tc, "
				"kprobe/..., ...",
				program->name, program->section);
	err = elf_link_program(l->object, program, &l->options.target, &l->why);
	err = err ?: put_insns(l, program, attr);
	err = err ?: put(l, &license, l->object->license, strlen(l->object->license) + 1);
	err = err ?: put_records(l, program, attr);
	err = err ?: put_log(l, attr);
	attr->license = license;
	attr->prog_type = program->prog_type;
	attr->expected_attach_type = program->expected_attach_type;
	attr->prog_flags = program->prog_flags;
	attr->attach_btf_id = program->attach_btf_id;
	attr->kern_version = l->object->version ? l->object->version : ELF_KERNEL_VERSION;
	copy_name(attr->prog_name, program->name);
	snprintf(call->what, sizeof(call->what), "load program %.40s%s", program->name,
		 l->log_level == l->options.log_level ? "" : " again, now with a log");
	return err ?: 1;
}

static int done_program(struct loader *l, const struct step *step, s64 result)
{
	if (result < 0 && !l->log_level && !l->options.no_retry) {
		l->log_level = 1;
		l->next--;
		return 0;
	}
	l->log_level = l->options.log_level;
	l->program_fd[step->index] = result < 0 ? -1 : (int)result;
	return result < 0 ? (int)result : 0;
}

/* The program keeps .rodata alive, though its instructions may not name it any more. @slot: the map. */
static int prepare_bind(struct loader *l, const struct step *step, struct loader_call *call)
{
	call->attr.prog_bind_map.prog_fd = l->program_fd[step->index];
	call->attr.prog_bind_map.map_fd = l->map_fd[step->slot];
	snprintf(call->what, sizeof(call->what), "bind %.30s to program %.30s",
		 l->object->maps[step->slot].name, l->object->programs[step->index].name);
	return 1;
}

static int done_bind(struct loader *l, const struct step *step, s64 result)
{
	(void)l;
	(void)step;
	(void)result; /* as in libbpf: nice to have */
	return 0;
}

/* --- the plan --- */

/* Sizes as libbpf 1.1 passes them: up to the last field that it knows of the command. */
static const struct step_kind load_btf = {"BTF_LOAD", BPF_BTF_LOAD, ATTR_UP_TO(btf_log_level), prepare_btf,
					  done_btf};
static const struct step_kind get_pin = {"OBJ_GET", BPF_OBJ_GET, ATTR_UP_TO(file_flags), prepare_get_pin,
					 done_get_pin};
static const struct step_kind pin_info = {"OBJ_GET_INFO_BY_FD", BPF_OBJ_GET_INFO_BY_FD, ATTR_UP_TO(info),
					  prepare_pin_info, done_pin_info};
static const struct step_kind create_inner = {"MAP_CREATE", BPF_MAP_CREATE, ATTR_UP_TO(map_extra),
					      prepare_inner, done_inner};
static const struct step_kind create_map = {"MAP_CREATE", BPF_MAP_CREATE, ATTR_UP_TO(map_extra), prepare_map,
					    done_map};
static const struct step_kind close_inner = {"CLOSE", LOADER_CLOSE, 0, prepare_close_inner, done_close_inner};
static const struct step_kind fill_data = {"MAP_UPDATE_ELEM", BPF_MAP_UPDATE_ELEM, ATTR_UP_TO(flags),
					   prepare_data, done_plain};
static const struct step_kind freeze = {"MAP_FREEZE", BPF_MAP_FREEZE, ATTR_UP_TO(map_fd), prepare_freeze,
					done_plain};
static const struct step_kind fill_slot = {"MAP_UPDATE_ELEM", BPF_MAP_UPDATE_ELEM, ATTR_UP_TO(flags),
					   prepare_slot, done_plain};
static const struct step_kind pin_map = {"OBJ_PIN", BPF_OBJ_PIN, ATTR_UP_TO(file_flags), prepare_pin,
					 done_plain};
static const struct step_kind load_program = {"PROG_LOAD", BPF_PROG_LOAD, ATTR_UP_TO(fd_array),
					      prepare_program, done_program};
static const struct step_kind bind_map = {"PROG_BIND_MAP", BPF_PROG_BIND_MAP, ATTR_UP_TO(prog_bind_map),
					  prepare_bind, done_bind};

static int plan(struct loader *l, const struct step_kind *kind, u32 index, u32 slot)
{
	if (l->steps == l->room) {
		u32 room = l->room ? 2 * l->room : 16;
		struct step *steps = realloc(l->plan, room * sizeof(*steps));

		if (!steps)
			return no_memory(l);
		l->plan = steps;
		l->room = room;
	}
	l->plan[l->steps++] = (struct step){kind, index, slot};
	return 0;
}

static int plan_slots(struct loader *l, u32 index)
{
	int err = 0;

	for (u32 i = 0; !err && i < l->object->maps[index].slot_count; i++)
		err = plan(l, &fill_slot, index, i);
	return err;
}

static int plan_map(struct loader *l, u32 index)
{
	const struct elf_map *map = &l->object->maps[index];
	int err = 0;

	if (map->pin_by_name)
		err = plan(l, &get_pin, index, 0) ?: plan(l, &pin_info, index, 0);
	if (!err && map->inner)
		err = plan(l, &create_inner, index, 0);
	err = err ?: plan(l, &create_map, index, 0);
	if (!err && map->inner)
		err = plan(l, &close_inner, index, 0);
	if (!err && elf_map_internal(map))
		err = plan(l, &fill_data, index, 0);
	if (!err && elf_map_frozen(map))
		err = plan(l, &freeze, index, 0);
	if (!err && is_map_of_maps(map->type))
		err = plan_slots(l, index);
	if (!err && map->pin_by_name)
		err = plan(l, &pin_map, index, 0);
	return err;
}

static int plan_program(struct loader *l, u32 index)
{
	int err = plan(l, &load_program, index, 0);

	for (u32 i = 0; !err && i < l->object->map_count; i++)
		if (l->object->maps[i].source == ELF_MAP_RODATA)
			err = plan(l, &bind_map, index, i);
	return err;
}

static bool is_wanted(const struct loader *l, const struct elf_program *program)
{
	if (program->subprog)
		return false;
	if (!l->options.programs)
		return program->autoload;
	for (u32 i = 0; i < l->options.program_count; i++)
		if (!strcmp(l->options.programs[i], program->name))
			return true;
	return false;
}

/* A program array is filled at the end; its programs must be among those that are loaded. */
static int plan_programs(struct loader *l)
{
	const struct elf_object *o = l->object;
	int err = 0;

	for (u32 i = 0; !err && i < o->program_count; i++)
		if (is_wanted(l, &o->programs[i]))
			err = plan_program(l, i);
	for (u32 m = 0; !err && m < o->map_count; m++)
		for (u32 i = 0;
		     !err && o->maps[m].type == BPF_MAP_TYPE_PROG_ARRAY && i < o->maps[m].slot_count; i++)
			if (is_wanted(l, &o->programs[o->maps[m].slots[i].target]))
				err = plan(l, &fill_slot, m, i);
	return err;
}

static int plan_all(struct loader *l)
{
	int err = l->object->btf ? plan(l, &load_btf, 0, 0) : 0;

	for (u32 i = 0; !err && i < l->object->map_count; i++)
		err = plan_map(l, i);
	return err ?: plan_programs(l);
}

static int check_names(struct loader *l)
{
	for (u32 i = 0; i < l->options.program_count; i++)
		if (!elf_program_by_name(l->object, l->options.programs[i]))
			return sim_fail(&l->why, -ENOENT, "there is no program %.40s in %.40s",
					l->options.programs[i], l->object->name);
	return 0;
}

static int *fds_new(u32 n)
{
	int *fds = malloc((n + 1) * sizeof(*fds));

	for (u32 i = 0; fds && i < n; i++)
		fds[i] = -1;
	return fds;
}

static int begin(struct loader *l)
{
	l->map_fd = fds_new(l->object->map_count);
	l->program_fd = fds_new(l->object->program_count);
	l->map_pinned = calloc(l->object->map_count + 1, sizeof(*l->map_pinned));
	if (!l->map_fd || !l->program_fd || !l->map_pinned)
		return no_memory(l);
	return check_names(l) ?: elf_resolve(l->object, &l->options.target, &l->why) ?: plan_all(l);
}

struct loader *loader_begin(struct elf_object *object, struct user_memory *user,
			    const struct loader_options *options, struct why *why)
{
	struct loader *l = calloc(1, sizeof(*l));

	if (!l) {
		sim_fail(why, -ENOMEM, "out of memory for the loader");
		return NULL;
	}
	l->object = object;
	l->user = user;
	l->options = *options;
	l->log_level = options->log_level;
	l->btf_fd = l->inner_fd = -1;
	if (!begin(l))
		return l;
	if (why)
		*why = l->why;
	loader_free(l);
	return NULL;
}

void loader_free(struct loader *l)
{
	if (!l)
		return;
	free(l->plan);
	free(l->map_fd);
	free(l->program_fd);
	free(l->map_pinned);
	free(l);
}

/* --- one call after the other --- */

bool loader_next(struct loader *l, struct loader_call *call)
{
	assert(!l->underway);
	for (; l->next < l->steps && !l->why.err; l->next++) {
		const struct step *step = &l->plan[l->next];
		int needed;

		user_reset(l->user);
		l->log_at = 0;
		memset(call, 0, sizeof(*call));
		call->cmd = step->kind->cmd;
		call->size = step->kind->size;
		call->fd = -1;
		needed = step->kind->prepare(l, step, call);
		if (needed < 0)
			return false;
		if (!needed)
			continue;
		if (call->size)
			call->uattr = user_put_attr(l->user, &call->attr, call->size);
		l->underway = true;
		return true;
	}
	return false;
}

void loader_done_call(struct loader *l, s64 result, const char *why)
{
	const struct step *step = &l->plan[l->next];
	int err;

	assert(l->underway);
	l->underway = false;
	l->next++;
	err = step->kind->done(l, step, result);
	if (!err || l->why.err)
		return;
	sim_fail(&l->why, err, "%s: %s%s%s", step->kind->name, errno_name(err), why && *why ? ": " : "",
		 why ? why : "");
}

const struct why *loader_failed(const struct loader *l)
{
	return l->why.err ? &l->why : NULL;
}

int loader_btf_fd(const struct loader *l)
{
	return l->btf_fd;
}

int loader_map_fd(const struct loader *l, u32 map)
{
	return l->map_fd[map];
}

int loader_program_fd(const struct loader *l, u32 program)
{
	return l->program_fd[program];
}

const char *loader_log(const struct loader *l)
{
	const char *log = l->log_at ? user_at(l->user, l->log_at, 1) : NULL;

	return log ? log : "";
}
