/* Following pointers to kernel objects: see btf_access.h. Mirrors btf_struct_access of kernel/bpf/btf.c. */
#include "access.h"
#include "btf_access.h"
#include "call.h"

const struct btf_types *btf_types_of(const struct env *env, const struct btf *btf)
{
	return btf ? &btf->types : env->sim->host->vmlinux;
}

const char *btf_reg_name(const struct env *env, const struct reg *reg)
{
	const struct btf_types *types = btf_types_of(env, reg->btf);

	return types ? btf_name(types, reg->btf_id) : "";
}

void mark_btf_loaded(struct env *env, u32 regno, const struct btf_found *found, const struct btf *btf, u32 flags)
{
	struct reg *reg = &cur_regs(env)[regno];

	if (found->type == SCALAR_VALUE) {
		forget_value(env, reg);
		return;
	}
	reg_set_known_zero(reg);
	reg->type = found->type | flags;
	reg->btf = btf;
	reg->btf_id = found->id;
}

/* --- the type of a member --- */

#define POINTER_SIZE 8u

/* What lies in a member; of an array (of arrays): what its elements are. */
struct shape {
	u32 id;            /* of the type, or of an array's element as the array has it */
	u32 size;          /* bytes of all of it */
	u32 nelems;        /* 1 when it is no array; may be 0 */
	bool array;
};

/* False: it has no size. */
static bool shape_of(const struct btf_types *types, u32 id, struct shape *shape)
{
	const struct btf_type *t;
	u64 size;

	*shape = (struct shape){.nelems = 1};
	for (u32 depth = 0; depth < BTF_MAX_DEPTH; depth++) {
		t = btf_type_by_id(types, id);
		if (!t)
			return false;
		if (btf_kind(t) == BTF_KIND_ARRAY) {
			shape->array = true;
			shape->nelems *= btf_array(t)->nelems;
			shape->id = id = btf_array(t)->type;
		} else if (btf_is_mod(btf_kind(t))) {
			id = t->type;
		} else {
			break;
		}
	}
	size = btf_kind(t) == BTF_KIND_PTR ? POINTER_SIZE : (u64)btf_size(types, id);
	if (!shape->array)
		shape->id = id;
	shape->size = (u32)(size * shape->nelems);
	return size <= UINT32_MAX && size * shape->nelems <= UINT32_MAX;
}

/* --- one struct --- */

enum found_kind { FOUND_NUMBER, FOUND_POINTER, FOUND_STRUCT };

/* Where the search is. */
struct search {
	struct env *env;
	const struct btf_types *types;
	u32 id;            /* the struct that is searched; in the end: what was found */
	s32 off;           /* in it */
	u32 size;
	u32 flags;         /* FOUND_POINTER: of the pointer */
};

static bool is_struct(const struct btf_type *t)
{
	return t && btf_is_composite(btf_kind(t));
}

#define NOT_FOUND_HERE (-1000) /* look at the next member; no errno has this number */
#define SEARCH_INSIDE (-1001)  /* go on in the struct that s->id is now */

static int beyond(struct search *s, const struct btf_type *t)
{
	return reject(s->env, BTF_BEYOND_STRUCT, shown_name(s->types, t->name_off), s->off, s->size);
}

/* Behind the end there may be the elements of a last member `x[]`. */
static int search_tail(struct search *s, const struct btf_type *t)
{
	u32 n = btf_vlen(t);
	const struct btf_member *last = n ? &btf_members(t)[n - 1] : NULL;
	const struct btf_type *array = last ? plain(s->types, last->type) : NULL;
	const struct btf_type *elem;
	s32 begin;

	if (!array || btf_kind(array) != BTF_KIND_ARRAY || btf_array(array)->nelems)
		return beyond(s, t);
	begin = (s32)(btf_member_bit_off(t, last) / 8);
	elem = plain(s->types, btf_array(array)->type);
	if (s->off < begin || !elem)
		return beyond(s, t);
	if (btf_kind(elem) == BTF_KIND_INT)
		return FOUND_NUMBER;
	if (!is_struct(elem) || !elem->size)
		return beyond(s, t);
	s->id = btf_skip_mods(s->types, btf_array(array)->type);
	s->off = (s32)((u32)(s->off - begin) % elem->size);
	return SEARCH_INSIDE;
}

/* A bitfield is read with all of its bytes or not at all. */
static int try_bitfield(const struct search *s, const struct btf_type *t, const struct btf_member *m)
{
	u32 bit = btf_member_bit_off(t, m), end = bit + btf_member_bit_size(t, m);

	return s->off <= (s32)(bit / 8) && (end + 7) / 8 <= s->off + s->size ? FOUND_NUMBER : NOT_FOUND_HERE;
}

u32 btf_tag_flags(const struct btf_types *types, u32 id)
{
	const struct btf_type *t = btf_type_by_id(types, id);

	if (!t || btf_kind(t) != BTF_KIND_TYPE_TAG)
		return 0;
	if (!strcmp(btf_name(types, id), "user"))
		return MEM_USER;
	return strcmp(btf_name(types, id), "percpu") ? 0 : MEM_PERCPU;
}

/* True: it is one to a struct, which s->id is now. */
static bool follow_pointer(struct search *s, const struct btf_type *pointer)
{
	u32 id = btf_skip_mods(s->types, pointer->type);

	if (!is_struct(btf_type_by_id(s->types, id)))
		return false;
	s->flags = btf_tag_flags(s->types, pointer->type);
	s->id = id;
	return true;
}

/* The access begins in this member, which lies at @begin and ends at @end. */
static int search_member(struct search *s, const struct btf_type *t, const struct btf_member *m, const struct shape *shape, u32 begin)
{
	const char *struct_name = shown_name(s->types, t->name_off), *name = shown_name(s->types, m->name_off);
	u32 end = begin + shape->size, size = shape->size;
	const struct btf_type *type = plain(s->types, shape->id);

	if (shape->array) {
		size /= shape->nelems;
		begin += (s->off - begin) / size * size;
	}
	if (is_struct(type)) {
		s->off -= (s32)begin;
		s->id = s->off ? btf_skip_mods(s->types, shape->id) : shape->id;
		return s->off ? SEARCH_INSIDE : FOUND_STRUCT;
	}
	if (btf_kind(type) == BTF_KIND_PTR) {
		if (size != s->size || s->off != (s32)begin)
			return reject(s->env, BTF_PART_OF_POINTER, name, begin, struct_name, s->off, s->size);
		if (follow_pointer(s, type))
			return FOUND_POINTER;
	}
	if (s->off + s->size > end)
		return reject(s->env, BTF_BEYOND_MEMBER, name, end, struct_name, s->off, s->size);
	return FOUND_NUMBER;
}

static int try_member(struct search *s, const struct btf_type *t, const struct btf_member *m)
{
	u32 begin = btf_member_bit_off(t, m) / 8;
	struct shape shape;

	if (!shape_of(s->types, m->type, &shape))
		return reject(s->env, BTF_NO_SIZE, shown_name(s->types, m->name_off));
	if (s->off >= (s32)(begin + shape.size) || !shape.size)
		return NOT_FOUND_HERE;
	return search_member(s, t, m, &shape, begin);
}

static int search_members(struct search *s, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);

	for (u32 i = 0; i < btf_vlen(t); i++, m++) {
		u32 begin = btf_member_bit_off(t, m) / 8;
		bool bitfield = btf_member_bit_size(t, m);
		int found;

		if (s->off + s->size <= begin || (!bitfield && s->off < (s32)begin))
			break;
		found = bitfield ? try_bitfield(s, t, m) : try_member(s, t, m);
		if (found != NOT_FOUND_HERE)
			return found;
	}
	return reject(s->env, BTF_NO_FIELD, shown_name(s->types, t->name_off), s->off);
}

/* From s->id down to a number, a pointer, or a struct that begins at s->off. */
static int search(struct search *s)
{
	int found;

	do {
		const struct btf_type *t = btf_type_by_id(s->types, s->id);

		if (!is_struct(t))
			return reject(s->env, BTF_NOT_STRUCT, shown_name(s->types, t->name_off));
		found = s->off + s->size > t->size ? search_tail(s, t) : search_members(s, t);
	} while (found == SEARCH_INSIDE);
	return found;
}

int btf_find_access(struct env *env, const struct btf_types *types, u32 id, s32 off, u32 size, struct btf_found *found)
{
	struct search s = {env, types, id, off, size, 0};
	int kind;

	do {
		kind = search(&s);
		s.off = kind == FOUND_STRUCT ? 0 : s.off;
	} while (kind == FOUND_STRUCT);
	*found = (struct btf_found){SCALAR_VALUE, 0};
	if (kind == FOUND_POINTER)
		*found = (struct btf_found){PTR_TO_BTF_ID | s.flags, s.id};
	return kind < 0 ? kind : 0;
}

bool btf_struct_holds(struct env *env, const struct btf *btf, u32 id, s32 off, const struct btf *need_btf, u32 need_id, bool strict)
{
	struct search s = {env, btf_types_of(env, btf), id, off, 1, 0};

	if (btf != need_btf || !s.types)
		return false;
	if (!off && id == need_id)
		return true;
	do {
		if (strict || search(&s) != FOUND_STRUCT)
			return false;
		s.off = 0;
	} while (s.id != need_id);
	return true;
}

/* --- loads and stores --- */

static int check_btf_pointer(struct env *env, const struct access *a, const char *name)
{
	const struct reg *reg = &cur_regs(env)[a->regno];
	char var[48];

	if (a->off < 0)
		return reject_reg(env, a->regno, BTF_NEGATIVE, a->regno, name, a->off);
	if (!tnum_equals_const(reg->var_off, 0))
		return reject_reg(env, a->regno, BTF_VARIABLE, a->regno, name, a->off, tnum_text(reg->var_off, var));
	if (reg->type & MEM_USER)
		return reject_reg(env, a->regno, BTF_USER, a->regno, name, a->off);
	if (reg->type & MEM_PERCPU)
		return reject_reg(env, a->regno, BTF_PERCPU, a->regno, name, a->off);
	return 0;
}

/* Types whose programs may write some fields of some objects; without the conntrack module there are none. */
static bool has_writable_objects(const struct env *env)
{
	u32 type = resolved_prog_type(env);

	return type == BPF_PROG_TYPE_XDP || type == BPF_PROG_TYPE_SCHED_CLS || type == BPF_PROG_TYPE_SCHED_ACT;
}

/* Fields of a tcp_sock that belong to its congestion control. */
static int check_field_write(struct env *env, const struct access *a, const struct ops_table *table)
{
	if (cur_regs(env)[a->regno].btf || cur_regs(env)[a->regno].btf_id != kernel_struct(env, "tcp_sock"))
		return reject_reg(env, a->regno, BTF_WRITE);
	for (const struct writable *field = table->writable; field->name; field++) {
		if (a->off != field->off && !(field->parts && a->off > field->off && a->off < field->end))
			continue;
		if (a->off + (s32)a->size > field->end)
			return reject_reg(env, a->regno, OPS_BEYOND_FIELD, a->off, (s32)a->size, field->end);
		return 0;
	}
	return reject_reg(env, a->regno, OPS_READ_ONLY_FIELD, a->off);
}

static int check_write(struct env *env, const struct access *a)
{
	const struct ops_table *table = ops_table_of(env);

	if (has_writable_objects(env))
		return sim_fail(&env->sim->why, -EACCES, "nothing of a struct %s may be written",
				btf_reg_name(env, &cur_regs(env)[a->regno]));
	return table && table->writable ? check_field_write(env, a, table) : reject_reg(env, a->regno, BTF_WRITE);
}

/* Some programs may only touch one struct. */
static int check_only_struct(struct env *env, const struct access *a, const char *only)
{
	const struct reg *reg = &cur_regs(env)[a->regno];

	return !reg->btf && reg->btf_id == kernel_struct(env, only) ? 0 : reject_reg(env, a->regno, OPS_OTHER_STRUCT, only);
}

int access_btf(struct env *env, const struct access *a)
{
	const struct reg *reg = &cur_regs(env)[a->regno];
	const struct btf *btf = reg->btf;
	const struct btf_types *types = btf_types_of(env, btf);
	const struct ops_table *table = ops_table_of(env);
	u32 untrusted = reg->type & PTR_UNTRUSTED;
	struct btf_found found;
	int err = check_btf_pointer(env, a, btf_reg_name(env, reg));

	if (err)
		return err;
	if (table && table->only)
		err = check_only_struct(env, a, table->only);
	else if (a->kind == ACCESS_WRITE)
		return check_write(env, a);
	if (!err)
		err = btf_find_access(env, types, reg->btf_id, a->off, a->size, &found);
	if (!err && a->kind == ACCESS_READ && a->value_regno >= 0)
		mark_btf_loaded(env, (u32)a->value_regno, &found, btf, found.type == SCALAR_VALUE ? 0 : untrusted);
	return err;
}
