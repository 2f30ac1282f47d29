/*
 * The check of a BTF, second pass: what types refer to. See btf_check.h.
 *
 * Depth first, with an explicit stack of 32: a type is done when all that it refers to is done. Not
 * everything is followed, or a struct with a pointer to itself would be a circle: on the way through a struct
 * or an array, pointers are not followed; on the way through pointers, only pointers and modifiers are.
 */
#include "btf_check.h"

enum visit { UNSEEN, OPEN, DONE };

struct frame {
	const struct btf_type *t;
	u32 id;
	u32 next;          /* of its members or variables: the first that is not yet checked */
};

struct resolver {
	struct btf_check *check;
	const struct btf_types *types;
	u8 *state;         /* enum visit, by id */
	u32 *target;       /* by id: what a modifier, pointer, variable or array ends in */
	u32 *size;         /* by id: bytes of an array */
	u32 follow;        /* BTF_KINDS that are followed at present */
	u32 depth;
	struct frame stack[BTF_MAX_DEPTH];
};

#define MODIFIERS (BTF_KINDS(BTF_KIND_TYPEDEF) | BTF_KINDS(BTF_KIND_VOLATILE) | BTF_KINDS(BTF_KIND_CONST) | \
		   BTF_KINDS(BTF_KIND_RESTRICT) | BTF_KINDS(BTF_KIND_TYPE_TAG))
#define COMPOSITES (BTF_KINDS(BTF_KIND_STRUCT) | BTF_KINDS(BTF_KIND_UNION))
#define POINTER BTF_KINDS(BTF_KIND_PTR)
#define ARRAY BTF_KINDS(BTF_KIND_ARRAY)
#define VOID BTF_KINDS(BTF_KIND_UNKN)

/* What refers to other types at all; what is followed behind a pointer; what inside a struct or array. */
#define FOLLOW_ALL                                                                                           \
	(MODIFIERS | COMPOSITES | POINTER | ARRAY | BTF_KINDS(BTF_KIND_VAR) | BTF_KINDS(BTF_KIND_FUNC) |     \
	 BTF_KINDS(BTF_KIND_DECL_TAG) | BTF_KINDS(BTF_KIND_DATASEC))
#define FOLLOW_POINTER (MODIFIERS | POINTER)
#define FOLLOW_INSIDE (MODIFIERS | ARRAY | COMPOSITES)

/* Nothing may refer to them, except sections to variables. */
#define ONLY_SOURCES (BTF_KINDS(BTF_KIND_VAR) | BTF_KINDS(BTF_KIND_DECL_TAG) | BTF_KINDS(BTF_KIND_DATASEC))
#define SIZELESS                                                                                             \
	(VOID | BTF_KINDS(BTF_KIND_FWD) | BTF_KINDS(BTF_KIND_FUNC) | BTF_KINDS(BTF_KIND_FUNC_PROTO) |        \
	 BTF_KINDS(BTF_KIND_DECL_TAG))
#define TAGGABLE                                                                                             \
	(BTF_KINDS(BTF_KIND_FUNC) | COMPOSITES | BTF_KINDS(BTF_KIND_VAR) | BTF_KINDS(BTF_KIND_TYPEDEF))

static bool is(const struct btf_type *t, u32 kinds)
{
	return t && BTF_KINDS(btf_kind(t)) & kinds;
}

/* Must it be followed before what refers to it is done? */
static bool pending(const struct resolver *r, u32 id)
{
	return is(btf_type_by_id(r->types, id), r->follow) && r->state[id] != DONE;
}

/* Puts a type on the stack; on the way through it, only some kinds are followed. */
static int visit(struct resolver *r, u32 id)
{
	const struct btf_type *t = btf_type_by_id(r->types, id);

	if (r->depth == BTF_MAX_DEPTH)
		return -E2BIG;
	if (r->state[id] != UNSEEN)
		return -EEXIST;
	r->state[id] = OPEN;
	r->stack[r->depth++] = (struct frame){.t = t, .id = id};
	if (r->follow == FOLLOW_ALL && is(t, POINTER))
		r->follow = FOLLOW_POINTER;
	else if (r->follow == FOLLOW_ALL && is(t, COMPOSITES | ARRAY))
		r->follow = FOLLOW_INSIDE;
	return 0;
}

static int done(struct resolver *r, u32 target, u32 size)
{
	u32 id = r->stack[--r->depth].id;

	r->target[id] = target;
	r->size[id] = size;
	r->state[id] = DONE;
	return 0;
}

/* Behind modifiers and variables, as far as resolved: a type with a size, or NULL. @id becomes its id. */
static const struct btf_type *sized(const struct resolver *r, u32 *id, u32 *size)
{
	const struct btf_type *t = btf_type_by_id(r->types, *id);
	u32 at = *id;

	if (is(t, MODIFIERS | BTF_KINDS(BTF_KIND_VAR))) {
		at = r->target[at];
		t = btf_type_by_id(r->types, at);
	}
	if (!t || is(t, SIZELESS | MODIFIERS | BTF_KINDS(BTF_KIND_VAR)))
		return NULL;
	*id = at;
	*size = is(t, ARRAY) ? r->size[at] : is(t, POINTER) ? 8 : t->size;
	return t;
}

/* --- kinds that refer to one type --- */

/* Pointers, modifiers and variables. What a variable ends in must have a size; the others may end in void, a
 * struct that is only declared, or a function. */
static int resolve_ref(struct resolver *r, struct frame *f)
{
	const struct btf_type *next = btf_type_by_id(r->types, f->t->type);
	u32 id = f->t->type, size;

	if (!next || is(next, ONLY_SOURCES))
		return btf_bad_type(r->check, f->t, "Invalid type_id");
	if (pending(r, id))
		return visit(r, id);
	/* A modifier that was done inside of a struct may have stopped at a pointer: go on from there. */
	if (!is(f->t, MODIFIERS) && is(next, MODIFIERS) &&
	    is(btf_type_by_id(r->types, r->target[id]), POINTER) && pending(r, r->target[id]))
		return visit(r, r->target[id]);
	if (sized(r, &id, &size))
		return done(r, id, 0);
	if (r->state[id] == DONE) {
		id = r->target[id];
		next = btf_type_by_id(r->types, id);
	}
	if (is(f->t, BTF_KINDS(BTF_KIND_VAR)) ||
	    !is(next, VOID | BTF_KINDS(BTF_KIND_FWD) | BTF_KINDS(BTF_KIND_FUNC_PROTO)))
		return btf_bad_type(r->check, f->t, "Invalid type_id");
	return done(r, id, 0);
}

static int resolve_func(struct resolver *r, struct frame *f)
{
	const struct btf_type *proto = btf_type_by_id(r->types, f->t->type);

	if (!is(proto, BTF_KINDS(BTF_KIND_FUNC_PROTO)))
		return btf_bad_type(r->check, f->t, "Invalid type_id");
	for (u32 i = 0; i < btf_vlen(proto); i++)
		if (btf_params(proto)[i].type && !btf_params(proto)[i].name_off)
			return btf_bad_type(r->check, f->t, "Invalid arg#%u", i + 1);
	return done(r, f->t->type, 0);
}

static int resolve_decl_tag(struct resolver *r, struct frame *f)
{
	const struct btf_type *next = btf_type_by_id(r->types, f->t->type);
	s32 index = btf_decl_tag_index(f->t);

	if (!is(next, TAGGABLE))
		return btf_bad_type(r->check, f->t, "Invalid type_id");
	if (pending(r, f->t->type))
		return visit(r, f->t->type);
	if (index == -1)
		return done(r, f->t->type, 0);
	if (is(next, BTF_KINDS(BTF_KIND_FUNC)))
		next = btf_type_by_id(r->types, next->type);
	if (is(next, BTF_KINDS(BTF_KIND_VAR) | BTF_KINDS(BTF_KIND_TYPEDEF)) || (u32)index >= btf_vlen(next))
		return btf_bad_type(r->check, f->t, "Invalid component_idx");
	return done(r, f->t->type, 0);
}

/* --- arrays --- */

static bool may_be_inside(const struct btf_type *t)
{
	return t && !is(t, SIZELESS | ONLY_SOURCES);
}

static int resolve_array(struct resolver *r, struct frame *f)
{
	const struct btf_array *array = btf_array(f->t);
	u32 index = array->index_type, elem = array->type, size;
	const struct btf_type *t;

	if (!may_be_inside(btf_type_by_id(r->types, index)))
		return btf_bad_type(r->check, f->t, "Invalid index");
	if (pending(r, index))
		return visit(r, index);
	t = sized(r, &index, &size);
	if (!is(t, BTF_KINDS(BTF_KIND_INT)) || !btf_int_is_regular(t))
		return btf_bad_type(r->check, f->t, "Invalid index");
	if (!may_be_inside(btf_type_by_id(r->types, elem)))
		return btf_bad_type(r->check, f->t, "Invalid elem");
	if (pending(r, elem))
		return visit(r, elem);
	t = sized(r, &elem, &size);
	if (!t)
		return btf_bad_type(r->check, f->t, "Invalid elem");
	if (is(t, BTF_KINDS(BTF_KIND_INT)) && !btf_int_is_regular(t))
		return btf_bad_type(r->check, f->t, "Invalid array of int");
	if ((u64)size * array->nelems > UINT32_MAX)
		return btf_bad_type(r->check, f->t, "Array size overflows U32_MAX");
	return done(r, elem, size * array->nelems);
}

/* --- members of structs and unions --- */

/* Member @m of @t, whose type is done: does it lie inside? */
static int check_member(struct resolver *r, const struct btf_type *t, const struct btf_member *m)
{
	struct btf_member behind = *m;
	const struct btf_type *of;
	u32 size;

	of = sized(r, &behind.type, &size);
	if (!of)
		return btf_bad_member(r->check, t, m, "Invalid member");
	return btf_check_member(r->check, t, &behind, of, size);
}

static int resolve_composite(struct resolver *r, struct frame *f)
{
	const struct btf_member *m = btf_members(f->t);

	for (; f->next < btf_vlen(f->t); f->next++) {
		u32 id = m[f->next].type;
		int err;

		if (!may_be_inside(btf_type_by_id(r->types, id)))
			return btf_bad_member(r->check, f->t, &m[f->next], "Invalid member");
		if (pending(r, id))
			return visit(r, id);
		err = check_member(r, f->t, &m[f->next]);
		if (err)
			return err;
	}
	return done(r, 0, 0);
}

/* --- variables of sections --- */

static int check_variable(struct resolver *r, struct frame *f, const struct btf_var_secinfo *var)
{
	u32 id = btf_type_by_id(r->types, var->type)->type, size;

	if (!sized(r, &id, &size))
		return btf_bad_var(r->check, f->t, var, "Invalid type");
	if (var->size < size)
		return btf_bad_var(r->check, f->t, var, "Invalid size");
	return 0;
}

static int resolve_datasec(struct resolver *r, struct frame *f)
{
	const struct btf_var_secinfo *var = btf_var_secinfos(f->t);

	r->follow = FOLLOW_ALL;
	while (f->next < btf_vlen(f->t)) {
		const struct btf_var_secinfo *v = &var[f->next++];
		int err;

		if (!is(btf_type_by_id(r->types, v->type), BTF_KINDS(BTF_KIND_VAR)))
			return btf_bad_var(r->check, f->t, v, "Not a VAR kind member");
		/* 6.1 does not come back to check the size of a variable that it had to resolve first */
		if (pending(r, v->type))
			return visit(r, v->type);
		err = check_variable(r, f, v);
		if (err)
			return err;
	}
	return done(r, 0, 0);
}

/* --- the walk --- */

static int (*const resolve[])(struct resolver *r, struct frame *f) = {
	[BTF_KIND_PTR] = resolve_ref,
	[BTF_KIND_ARRAY] = resolve_array,
	[BTF_KIND_STRUCT] = resolve_composite,
	[BTF_KIND_UNION] = resolve_composite,
	[BTF_KIND_TYPEDEF] = resolve_ref,
	[BTF_KIND_VOLATILE] = resolve_ref,
	[BTF_KIND_CONST] = resolve_ref,
	[BTF_KIND_RESTRICT] = resolve_ref,
	[BTF_KIND_FUNC] = resolve_func,
	[BTF_KIND_VAR] = resolve_ref,
	[BTF_KIND_DATASEC] = resolve_datasec,
	[BTF_KIND_DECL_TAG] = resolve_decl_tag,
	[BTF_KIND_TYPE_TAG] = resolve_ref,
};

/* The type @id and all that must be done before it. */
static int resolve_type(struct resolver *r, u32 id)
{
	const struct btf_type *t = btf_type_by_id(r->types, id);
	u32 log_id = r->check->id;
	int err;

	if (!is(t, FOLLOW_ALL) || r->state[id] == DONE)
		return 0;
	r->follow = FOLLOW_ALL;
	r->depth = 0;
	err = visit(r, id);
	while (!err && r->depth) {
		struct frame *top = &r->stack[r->depth - 1];

		r->check->id = top->id;
		err = resolve[btf_kind(top->t)](r, top);
	}
	r->check->id = id;
	if (err == -E2BIG)
		btf_bad_type(r->check, t, "Exceeded max resolving depth:%u", BTF_MAX_DEPTH);
	if (err == -EEXIST)
		btf_bad_type(r->check, t, "Loop detected");
	if (err)
		r->check->sim->why.err = err;
	r->check->id = log_id;
	return err;
}

/* A return value or parameter: 0, the errno of what it refers to, or 1: it cannot be one. */
static int resolve_value(struct resolver *r, u32 id)
{
	int err = resolve_type(r, id);
	u32 size;

	return err ? err : !sized(r, &id, &size);
}

static bool bad_value(const struct btf_type *t)
{
	return !t || is(t, ONLY_SOURCES);
}

static int check_param(struct resolver *r, const struct btf_type *proto, u32 i)
{
	const struct btf_param *p = &btf_params(proto)[i];
	bool bad = bad_value(btf_type_by_id(r->types, p->type));
	int err;

	if (p->name_off &&
	    (!btf_valid_name_off(r->check, p->name_off) || !btf_valid_name(r->check, p->name_off)))
		bad = true;
	err = bad ? 1 : resolve_value(r, p->type);
	return err > 0 ? btf_bad_type(r->check, proto, "Invalid arg#%u", i + 1) : err;
}

static int check_return(struct resolver *r, const struct btf_type *proto)
{
	int err = bad_value(btf_type_by_id(r->types, proto->type)) ? 1 : resolve_value(r, proto->type);

	return err > 0 ? btf_bad_type(r->check, proto, "Invalid return type") : err;
}

static int check_proto(struct resolver *r, const struct btf_type *t)
{
	const struct btf_param *p = btf_params(t);
	u32 n = btf_vlen(t);
	int err = t->type ? check_return(r, t) : 0;

	if (!err && n && !p[n - 1].type) {
		if (p[n - 1].name_off)
			return btf_bad_type(r->check, t, "Invalid arg#%u", n);
		n--;
	}
	for (u32 i = 0; i < n && !err; i++)
		err = check_param(r, t, i);
	return err;
}

static int check_types(struct resolver *r)
{
	int err = 0;

	for (u32 id = r->types->start_id; id < r->types->end_id && !err; id++) {
		const struct btf_type *t = btf_type_by_id(r->types, id);

		r->check->id = id;
		err = resolve_type(r, id);
		if (!err && btf_kind(t) == BTF_KIND_FUNC_PROTO)
			err = check_proto(r, t);
	}
	return err;
}

int btf_check_resolve(struct btf_check *check)
{
	u32 n = check->types.end_id;
	struct resolver r = {.check = check, .types = &check->types};
	int err;

	check->resolving = true;
	r.target = sim_alloc(check->sim, n * (2 * sizeof(u32) + 1));
	if (!r.target)
		return sim_fail(&check->sim->why, -ENOMEM, "no memory to check %u BTF types", n);
	r.size = r.target + n;
	r.state = (u8 *)(r.size + n);
	err = check_types(&r);
	sim_free(check->sim, r.target);
	return err;
}
