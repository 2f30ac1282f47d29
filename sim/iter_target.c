/*
 * What iterators go over: see iter.h. Mirrors kernel/bpf/map_iter.c, prog_iter.c, link_iter.c,
 * net/core/bpf_sk_storage.c and kernel/kallsyms.c; tasks are in iter_task.c, cgroups in iter_cgroup.c.
 */
#include "iter_target.h"

#include "btf_obj.h"
#include "maps/local_storage.h"
#include "prog_jit.h"
#include "world/functions.h"

/* Objects of a kind, in the order of their ids; at[0] is the last id that has been passed. */
static struct obj *object_at(struct sim *sim, struct iter *it, enum obj_kind kind)
{
	struct obj *obj = obj_next(sim, kind, it->at[0]);

	it->at[1] = obj ? obj->id : 0;
	return obj;
}

static void pass_object(struct iter *it)
{
	it->at[0] = it->at[1];
}

void *iter_make(struct sim *sim, struct iter *it, u64 size)
{
	it->made = arena_alloc(sim->arena, size, TAG_OBJECT, NULL);
	if (!it->made)
		sim_fail(&sim->why, -ENOMEM, "no memory for an object of an iterator");
	return it->made;
}

/* --- maps --- */

/* The part of struct bpf_map that stands behind the form. */
static void fill_map(struct map *map)
{
	struct k_bpf_map *k = (struct k_bpf_map *)&map->k;

	k->id = map->obj.id;
	k->refcnt_counter = map->obj.refs;
	k->usercnt_counter = map->users;
	memcpy(k->name, map->obj.name, sizeof(k->name));
}

static int find_map(struct sim *sim, struct iter *it, bool begins)
{
	struct obj *obj = object_at(sim, it, OBJ_MAP);

	(void)begins;
	if (!obj)
		return 0;
	fill_map(container_of(obj, struct map, obj));
	it->arg[0] = (u64)&container_of(obj, struct map, obj)->k;
	return 1;
}

/* --- elements of a map; at[0]: the index or the bucket, at[1]: elements of the bucket that are passed --- */

static bool has_elements(const struct map *map)
{
	static const u64 types = 1ull << BPF_MAP_TYPE_HASH | 1ull << BPF_MAP_TYPE_LRU_HASH | 1ull << BPF_MAP_TYPE_ARRAY |
				 1ull << BPF_MAP_TYPE_PERCPU_HASH | 1ull << BPF_MAP_TYPE_LRU_PERCPU_HASH |
				 1ull << BPF_MAP_TYPE_PERCPU_ARRAY;

	return types >> map->k.map_type & 1;
}

/* The map that the caller names, with a reference. */
static int take_map(struct sim *sim, struct call *call, const union bpf_iter_link_info *info, struct iter_info *out)
{
	struct obj *obj;
	int err;

	if (!info->map.map_fd)
		return sim_fail(&sim->why, -EBADF, "iter_info names no map");
	obj = fd_obj(sim, call->task, info->map.map_fd, OBJ_MAP, &err);
	if (!obj)
		return err;
	obj_get_user(sim, obj);
	out->map = container_of(obj, struct map, obj);
	return 0;
}

static int check_access(struct sim *sim, const struct prog *prog, u64 key_size, u64 value_size)
{
	if (prog->max_rdonly_access > key_size || prog->max_rdwr_access > value_size)
		return sim_fail(&sim->why, -EACCES,
				"the program looks at %u bytes of the key and %u of the value; there are %llu and %llu",
				prog->max_rdonly_access, prog->max_rdwr_access, (unsigned long long)key_size,
				(unsigned long long)value_size);
	return 0;
}

static int attach_elem(struct sim *sim, struct call *call, const struct link *link,
		       const union bpf_iter_link_info *info, struct iter_info *out)
{
	int err = take_map(sim, call, info, out);

	if (err)
		return err;
	if (!has_elements(out->map))
		return sim_fail(&sim->why, -EINVAL, "elements of a %s cannot be gone over", map_ops(out->map)->name);
	return check_access(sim, link->prog, out->map->k.key_size, map_user_value_size(sim, out->map));
}

static void map_info(const struct iter_info *info, struct bpf_link_info *out)
{
	out->iter.map.map_id = info->map->obj.id;
}

/* The key at it->at, in the map or in it->made; NULL: there are no more. */
static const void *key_at(struct sim *sim, struct iter *it, u32 *index)
{
	struct map *map = it->info.map;
	const struct map_ops *ops = map_ops(map);

	(void)sim;
	if (!ops->buckets) {
		*index = it->at[0];
		return it->at[0] < map->k.max_entries ? index : NULL;
	}
	for (; it->at[0] < ops->buckets(map); it->at[0]++, it->at[1] = 0) {
		const void *key = ops->bucket_next(map, it->at[0], NULL);

		for (u64 skip = it->at[1]; key && skip; skip--)
			key = ops->bucket_next(map, it->at[0], key);
		if (key)
			return key;
	}
	return NULL;
}

/* The values of all CPUs, one behind the other. */
static void copy_values(struct sim *sim, struct map *map, const void *key, u8 *out)
{
	u32 step = round_up_u64(map->k.value_size, 8);

	for (u32 cpu = 0; cpu < sim->clock->ncpus; cpu++)
		memcpy(out + cpu * step, map_look(sim, map, key, cpu), map->k.value_size);
}

static int find_elem(struct sim *sim, struct iter *it, bool begins)
{
	struct map *map = it->info.map;
	bool percpu = map_ops(map)->traits & MAP_TRAIT_PERCPU, row = !map_ops(map)->buckets;
	u32 index;
	const void *key = key_at(sim, it, &index);
	u8 *made;

	(void)begins;
	it->arg[0] = (u64)&map->k;
	fill_map(map);
	if (!key)
		return 0;
	made = iter_make(sim, it, 8 + (percpu ? map_user_value_size(sim, map) : 0));
	if (!made)
		return -ENOMEM;
	memcpy(made, &index, row ? sizeof(index) : 0);
	it->arg[1] = row ? (u64)made : (u64)key;
	it->arg[2] = percpu ? (u64)made + 8 : (u64)map_look(sim, map, key, sim->clock->cpu);
	if (percpu)
		copy_values(sim, map, key, made + 8);
	return 1;
}

static void pass_elem(struct iter *it)
{
	it->at[map_ops(it->info.map)->buckets ? 1 : 0]++;
}

/* --- what belongs to sockets; at[0]: how many are passed --- */

static int attach_sk_storage(struct sim *sim, struct call *call, const struct link *link,
			     const union bpf_iter_link_info *info, struct iter_info *out)
{
	int err = take_map(sim, call, info, out);

	if (err)
		return err;
	if (out->map->k.map_type != BPF_MAP_TYPE_SK_STORAGE)
		return sim_fail(&sim->why, -EINVAL, "a map of sockets' storage is needed, not a %s",
				map_ops(out->map)->name);
	return check_access(sim, link->prog, UINT32_MAX, out->map->k.value_size);
}

static int find_sk_storage(struct sim *sim, struct iter *it, bool begins)
{
	struct storage_elem *elem = ((struct storage *)it->info.map->family)->first;

	(void)sim, (void)begins;
	for (u64 skip = it->at[0]; elem && skip; skip--)
		elem = elem->next;
	it->arg[0] = (u64)&it->info.map->k;
	if (!elem)
		return 0;
	it->arg[1] = elem->owner;
	it->arg[2] = (u64)elem->value;
	return 1;
}

void pass_one(struct iter *it)
{
	it->at[0]++;
}

/* --- programs and links --- */

struct prog_object {
	struct k_bpf_prog prog;
	struct k_bpf_prog_aux aux;
	char func[KSYM_NAME_MAX];
};

static void fill_prog(struct sim *sim, struct prog_object *o, const struct prog *prog)
{
	o->prog.type = prog->type;
	o->prog.expected_attach_type = prog->expected_attach_type;
	o->prog.len = prog->xlated ? prog->xlated->insn_cnt : prog->insn_cnt;
	o->prog.jited_len = prog->jit ? prog->jit->build->func[0].size : 0;
	memcpy(o->prog.tag, prog->tag, sizeof(o->prog.tag));
	o->prog.aux = (u64)&o->aux;
	o->aux.refcnt_counter = prog->obj.refs;
	o->aux.used_map_cnt = prog->nused_maps;
	o->aux.max_ctx_offset = prog->max_ctx_offset;
	o->aux.stack_depth = prog->nsubprogs ? prog->subprogs[0].stack_depth : 0;
	o->aux.id = prog->obj.id;
	o->aux.func_cnt = prog->nsubprogs > 1 ? prog->nsubprogs : 0;
	o->aux.attach_btf_id = prog->attach_btf_id;
	o->aux.sleepable = prog->flags & BPF_F_SLEEPABLE ? 1 : 0;
	o->aux.load_time = prog->load_time;
	o->aux.verified_insns = prog->verified_insns;
	memcpy(o->aux.name, prog->obj.name, sizeof(o->aux.name));
	if (!prog->attach_btf_id || prog->attach_prog || !sim->host->vmlinux)
		return;
	strncpy(o->func, btf_name(sim->host->vmlinux, prog->attach_btf_id), sizeof(o->func) - 1);
	o->aux.attach_func_name = (u64)o->func;
}

static int find_prog(struct sim *sim, struct iter *it, bool begins)
{
	struct obj *obj = object_at(sim, it, OBJ_PROG);
	struct prog_object *o;

	(void)begins;
	if (!obj)
		return 0;
	o = iter_make(sim, it, sizeof(*o));
	if (!o)
		return -ENOMEM;
	fill_prog(sim, o, container_of(obj, struct prog, obj));
	it->arg[0] = (u64)&o->prog;
	return 1;
}

static int find_link(struct sim *sim, struct iter *it, bool begins)
{
	struct obj *obj = object_at(sim, it, OBJ_LINK);
	struct {
		struct k_bpf_link link;
		struct prog_object prog;
	} *o;

	(void)begins;
	if (!obj)
		return 0;
	o = iter_make(sim, it, sizeof(*o));
	if (!o)
		return -ENOMEM;
	fill_prog(sim, &o->prog, link_of_obj(obj)->prog);
	o->link = (struct k_bpf_link){.refcnt_counter = obj->refs, .id = obj->id, .type = link_of_obj(obj)->type,
				      .prog = (u64)&o->prog.prog};
	it->arg[0] = (u64)&o->link;
	return 1;
}

/* --- symbols; at[0]: id in the kernel's BTF, behind those the ids of programs --- */

static bool symbol_of_prog(struct sim *sim, struct k_kallsym_iter *k, u64 after, u64 *id)
{
	struct obj *obj = obj_next(sim, OBJ_PROG, after);
	const struct prog *prog = obj ? container_of(obj, struct prog, obj) : NULL;
	struct text text;

	while (prog && !prog->bpf_func) {
		obj = obj_next(sim, OBJ_PROG, obj->id);
		prog = obj ? container_of(obj, struct prog, obj) : NULL;
	}
	if (!prog)
		return false;
	*id = obj->id;
	k->value = prog->bpf_func;
	k->type = 't';
	strcpy((char *)k->module_name, "bpf");
	text_init(&text, (char *)k->name, sizeof(k->name));
	text_add(&text, "bpf_prog_");
	for (u32 i = 0; i < sizeof(prog->tag); i++)
		text_add(&text, "%02x", prog->tag[i]);
	text_add(&text, "_%s", prog->obj.name);
	return true;
}

static int find_symbol(struct sim *sim, struct iter *it, bool begins)
{
	const struct btf_types *types = sim->host->vmlinux;
	struct k_kallsym_iter *k;
	u64 end = types ? types->end_id : 0, id = it->at[0];

	(void)begins;
	while (id < end && btf_kind(btf_type_by_id(types, id)) != BTF_KIND_FUNC)
		id++;
	k = iter_make(sim, it, sizeof(*k));
	if (!k)
		return -ENOMEM;
	k->show_value = 1;
	if (id < end) {
		k->value = function_address(id);
		k->type = 'T';
		strncpy((char *)k->name, btf_name(types, id), sizeof(k->name) - 1);
	} else if (symbol_of_prog(sim, k, id - end, &id)) {
		id += end - 1;
	} else {
		return 0;
	}
	it->at[0] = id;
	it->arg[0] = (u64)k;
	return 1;
}

const struct iter_target iter_targets[] = {
	{"task", true, iter_attach_task, task_info, find_task, pass_task},
	{"task_file", true, iter_attach_task, task_info, find_task_file, pass_task_part},
	{"task_vma", true, iter_attach_task, task_info, find_task_vma, pass_task_part},
	{"bpf_map", false, NULL, NULL, find_map, pass_object},
	{"bpf_map_elem", false, attach_elem, map_info, find_elem, pass_elem},
	{"bpf_prog", false, NULL, NULL, find_prog, pass_object},
	{"bpf_link", false, NULL, NULL, find_link, pass_object},
	{"bpf_sk_storage_map", false, attach_sk_storage, map_info, find_sk_storage, pass_one},
	{"cgroup", true, iter_attach_cgroup, cgroup_info, find_cgroup, pass_one},
	{"ksym", true, NULL, NULL, find_symbol, pass_one},
	{0},
};
