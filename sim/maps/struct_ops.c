/*
 * BPF_MAP_TYPE_STRUCT_OPS: one element, a table of functions of the kernel whose functions are programs.
 * Setting it registers it: a TCP congestion control (tcp_congestion_ops), by name.
 *
 * Mirrors kernel/bpf/bpf_struct_ops.c and the part of net/ipv4/bpf_tcp_ca.c about members. The value is what
 * the kernel's BTF calls struct bpf_struct_ops_NAME: a reference count, a state, the table. Until it is deleted
 * the kernel holds the map, and the map its programs, whoever closes their fds.
 *
 * Its functions are called by events of TCP connections (world/event_tcp.c).
 */
#include "struct_ops_table.h"

#define PREFIX "bpf_struct_ops_"

/* --- making --- */

/* Which table the type of the value is for: its place in struct_ops_kinds[], or -1. */
static s32 kind_of_value(const struct sim *sim, u32 value_id)
{
	const char *name = sim->host->vmlinux ? btf_name(sim->host->vmlinux, value_id) : "";

	for (u32 i = 0; i < STRUCT_OPS_KINDS; i++)
		if (!strncmp(name, PREFIX, strlen(PREFIX)) && !strcmp(name + strlen(PREFIX), struct_ops_kinds[i].name))
			return i;
	return -1;
}

static int struct_ops_check(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	u32 id = attr->btf_vmlinux_value_type_id;
	s64 size;

	if (attr->key_size != 4 || attr->max_entries != 1 || attr->map_flags || !id)
		return sim_fail(
			&sim->why, -EINVAL,
			"struct_ops: key_size 4, max_entries 1, no flags, a btf_vmlinux_value_type_id");
	if (!task_capable(task, CAP_BPF_BIT))
		return sim_fail(&sim->why, -EPERM, "such a map needs CAP_BPF");
	if (kind_of_value(sim, id) < 0)
		return sim_fail(&sim->why, -ENOTSUPP, "type %u of the kernel's BTF is no structure of operations", id);
	size = btf_size(sim->host->vmlinux, id);
	if (attr->value_size == size)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "value_size is %u; a %s has %lld bytes", attr->value_size,
			btf_name(sim->host->vmlinux, id), (long long)size);
}

static s64 struct_ops_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

static int struct_ops_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	const struct btf_types *kernel = sim->host->vmlinux;
	u32 id = attr->btf_vmlinux_value_type_id;
	struct struct_ops_table *t = sim_alloc(sim, sizeof(*t) + attr->value_size);
	const struct btf_type *value = btf_type_by_id(kernel, id);

	if (!t)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a table of functions");
	t->kind = kind_of_value(sim, id);
	t->value_id = id;
	t->type_id = btf_find(kernel, struct_ops_kinds[t->kind].name, BTF_KIND_STRUCT);
	t->data_off = member_offset(value, member_by_name(sim, value, "data"));
	t->members = min_u64(btf_vlen(table_type(sim, t)), STRUCT_OPS_MEMBERS_MAX);
	map->family = t;
	return 0;
}

static void put_programs(struct sim *sim, struct struct_ops_table *t)
{
	for (u32 i = 0; i < STRUCT_OPS_MEMBERS_MAX; i++) {
		if (t->prog[i])
			obj_put(sim, t->prog[i]);
		t->prog[i] = NULL;
	}
}

static void struct_ops_fini(struct sim *sim, struct map *map)
{
	put_programs(sim, struct_ops_of(map));
	sim_free(sim, map->family);
}

/* --- setting --- */

static bool all_zero(const u8 *p, u64 n)
{
	while (n && !*p)
		p++, n--;
	return !n;
}

/* Bytes that no member has must be zero. */
static bool holes_are_zero(const struct sim *sim, u32 type_id, const u8 *data)
{
	const struct btf_type *t = btf_type_by_id(sim->host->vmlinux, type_id);
	u32 end = 0;

	for (u32 i = 0; i < btf_vlen(t); i++) {
		u32 off = member_offset(t, i);

		if (off > end && !all_zero(data + end, off - end))
			return false;
		end = off + btf_size(sim->host->vmlinux, btf_members(t)[i].type);
	}
	return t->size <= end || all_zero(data + end, t->size - end);
}

int struct_ops_begin(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	struct struct_ops_table *t = struct_ops_of(map);
	u32 index;

	memcpy(&index, key, sizeof(index));
	if (flags)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%llx: a table of functions is set without flags",
				(unsigned long long)flags);
	if (index)
		return sim_fail(&sim->why, -E2BIG, "key %u: there is one element, 0", index);
	if (!holes_are_zero(sim, t->value_id, value) ||
	    !holes_are_zero(sim, t->type_id, (const u8 *)value + t->data_off))
		return sim_fail(&sim->why, -EINVAL, "bytes between members are not zero");
	if (!all_zero(value, 2 * sizeof(u32)))
		return sim_fail(&sim->why, -EINVAL, "refcnt and state are the kernel's: they must be zero");
	if (t->state != STRUCT_OPS_STATE_INIT)
		return sim_fail(&sim->why, -EBUSY, "the table is registered already, or was");
	memcpy(t->value, value, map->k.value_size);
	t->last = 0;
	return 0;
}

u32 struct_ops_members(const struct map *map)
{
	return struct_ops_of(map)->members;
}

u32 struct_ops_type(const struct map *map)
{
	return struct_ops_of(map)->type_id;
}

/* What a pointer points to, or NULL: @id is no pointer. */
static const struct btf_type *pointed_to(const struct btf_types *kernel, u32 id)
{
	const struct btf_type *t = btf_type_by_id(kernel, btf_skip_mods(kernel, id));

	return btf_kind(t) == BTF_KIND_PTR ? btf_type_by_id(kernel, btf_skip_mods(kernel, t->type)) : NULL;
}

static bool is_module(const struct sim *sim, const struct btf_type *t)
{
	const char *name = btf_str(sim->host->vmlinux, t->name_off);

	return btf_kind(t) == BTF_KIND_STRUCT && name && !strcmp(name, "module");
}

enum struct_ops_next struct_ops_member(struct sim *sim, struct map *map, u32 i, int *result)
{
	struct struct_ops_table *t = struct_ops_of(map);
	const struct btf_type *type = table_type(sim, t);
	const struct btf_type *target = pointed_to(sim->host->vmlinux, btf_members(type)[i].type);
	s64 size = btf_size(sim->host->vmlinux, btf_members(type)[i].type);
	const char *name = member_name(sim, type, i);

	*result = t->last;
	if (target && is_module(sim, target)) /* the kernel's own: Linux ends with what it said before */
		return all_zero(member_at(sim, t, i), size) ? STRUCT_OPS_NEXT : STRUCT_OPS_END;
	*result = t->last = struct_ops_kinds[t->kind].member(sim, name, member_at(sim, t, i));
	if (*result)
		return *result < 0 ? STRUCT_OPS_END : STRUCT_OPS_NEXT;
	if (target && btf_kind(target) == BTF_KIND_FUNC_PROTO) {
		memcpy(result, member_at(sim, t, i), sizeof(*result));
		return *result ? STRUCT_OPS_PROG : STRUCT_OPS_NEXT;
	}
	if (all_zero(member_at(sim, t, i), size))
		return STRUCT_OPS_NEXT;
	*result = sim_fail(&sim->why, -EINVAL, "%s is no function: it must be zero", name);
	return STRUCT_OPS_END;
}

void struct_ops_set(struct sim *sim, struct map *map, u32 i, struct obj *prog)
{
	struct struct_ops_table *t = struct_ops_of(map);
	u64 id = prog->id;

	obj_get(sim, prog);
	t->prog[i] = prog;
	memcpy(member_at(sim, t, i), &id, sizeof(id));
}

int struct_ops_register(struct sim *sim, struct map *map)
{
	struct struct_ops_table *t = struct_ops_of(map);
	int err = struct_ops_kinds[t->kind].reg(sim, map);

	if (err)
		return err;
	t->state = STRUCT_OPS_STATE_INUSE;
	obj_get(sim, &map->obj);
	return 0;
}

struct obj *struct_ops_prog(struct sim *sim, struct map *map, const char *name)
{
	struct struct_ops_table *t = struct_ops_of(map);
	s32 member = member_by_name(sim, table_type(sim, t), name);

	return member >= 0 && member < (s32)STRUCT_OPS_MEMBERS_MAX ? t->prog[member] : NULL;
}

void struct_ops_reset(struct sim *sim, struct map *map)
{
	put_programs(sim, struct_ops_of(map));
	memset(struct_ops_of(map)->value, 0, map->k.value_size);
}

/* --- functions of struct map_ops --- */

/* The references that are not user space's are those of sockets, and the registration's. */
static int struct_ops_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value)
{
	struct struct_ops_table *t = struct_ops_of(map);
	u32 index, head[2] = {map->obj.refs - map->users, t->state};

	memcpy(&index, key, sizeof(index));
	if (index)
		return sim_fail(&sim->why, -ENOENT, "key %u: there is one element, 0", index);
	memset(value, 0, map->k.value_size);
	if (t->state == STRUCT_OPS_STATE_INIT)
		return 0;
	memcpy(value, t->value, map->k.value_size);
	memcpy(value, head, sizeof(head));
	return 0;
}

static int struct_ops_remove(struct sim *sim, struct map *map, const void *key)
{
	struct struct_ops_table *t = struct_ops_of(map);

	(void)key;
	if (t->state == STRUCT_OPS_STATE_INIT)
		return sim_fail(&sim->why, -ENOENT, "the table is not registered");
	if (t->state == STRUCT_OPS_STATE_TOBEFREE)
		return sim_fail(&sim->why, -EINPROGRESS, "the table has been taken back: it goes with the map");
	t->state = STRUCT_OPS_STATE_TOBEFREE;
	struct_ops_kinds[t->kind].unreg(sim, map);
	obj_put(sim, &map->obj);
	return 0;
}

static int struct_ops_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	u32 index = key ? 0 : 1;

	(void)map;
	if (key)
		memcpy(&index, key, sizeof(index));
	if (key && !index)
		return sim_fail(&sim->why, -ENOENT, "there is one element, 0");
	memset(next, 0, sizeof(index));
	return 0;
}

const struct map_ops struct_ops_ops = {
	.name = "struct_ops",
	.doc = "a structure of the kernel's functions, as programs",
	.when = "A TCP congestion control of one's own: the kernel calls programs where it calls the functions of "
		"its own ones. Nothing else has such tables in 6.1.",
	.what = "Key: 0. Value: struct bpf_struct_ops_NAME of the kernel's BTF (btf_vmlinux_value_type_id): a count, "
		"a state, the table, with the fd of a program for each function. Read back, ids stand there.",
	.kept = "The value, a reference to each program, and in the kernel's list the table's name. The kernel holds "
		"the map while the table is registered, whoever closes the fd.",
	.cost = "Update registers, once in the life of the map; delete takes it back. A call is one through a "
		"trampoline.",
	.example = "bpfwalk run samples/tcp_aimd.o --scenario samples/tcp.scenario",
	.form = MAP_FORM_FUNCTIONS,
	.traits = MAP_TRAIT_VMLINUX_VALUE,
	.check = struct_ops_check,
	.struct_size = struct_ops_struct_size,
	.init = struct_ops_init,
	.fini = struct_ops_fini,
	.remove = struct_ops_remove,
	.next_key = struct_ops_next_key,
	.sys_lookup = struct_ops_sys_lookup,
};
