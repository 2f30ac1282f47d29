/*
 * CO-RE: whole types compared. "Compatible" looks at kinds only; "match" (TYPE_MATCHES) at members, sizes and
 * names as well.
 *
 * Both follow types into each other; each comparison costs one of the budget, so that damaged BTF cannot make
 * them endless.
 */
#include "core.h"

#define CORE_LEVELS 32u

/* What is compared; behind_ptr: names and kinds of structs are enough. */
struct pair {
	struct elf_object *o;
	const struct btf_types *local, *target;
	u32 local_id, target_id;
	bool behind_ptr;
	u32 level;
};

/* Skips modifiers on both sides. 0, or -EINVAL: no such type, too deep, too much. */
static int open_pair(struct pair *p, const struct btf_type **a, const struct btf_type **b)
{
	if (!p->level || !p->o->private->core_budget)
		return -EINVAL;
	p->o->private->core_budget--;
	p->level--;
	*a = core_skip_mods(p->local, &p->local_id);
	*b = core_skip_mods(p->target, &p->target_id);
	return *a && *b ? 0 : -EINVAL;
}

static int compare(int (*fn)(struct pair p), struct pair p, u32 local_id, u32 target_id)
{
	p.local_id = local_id;
	p.target_id = target_id;
	return fn(p);
}

static int compare_protos(int (*fn)(struct pair p), struct pair p, const struct btf_type *a,
			  const struct btf_type *b)
{
	int same = btf_vlen(a) == btf_vlen(b);

	for (u32 i = 0; same > 0 && i < btf_vlen(a); i++)
		same = compare(fn, p, btf_params(a)[i].type, btf_params(b)[i].type);
	return same > 0 ? compare(fn, p, a->type, b->type) : same;
}

/* --- compatible --- */

static int compatible(struct pair p)
{
	const struct btf_type *a, *b;
	int err = open_pair(&p, &a, &b);

	if (err)
		return err;
	if (!core_kind_compatible(a, b))
		return 0;
	switch (btf_kind(a)) {
	case BTF_KIND_UNKN:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_FWD:
		return 1;
	case BTF_KIND_INT:
		return !BTF_INT_OFFSET(btf_int_data(a)) && !BTF_INT_OFFSET(btf_int_data(b));
	case BTF_KIND_PTR:
		return compare(compatible, p, a->type, b->type);
	case BTF_KIND_ARRAY:
		return compare(compatible, p, btf_array(a)->type, btf_array(b)->type);
	case BTF_KIND_FUNC_PROTO:
		return compare_protos(compatible, p, a, b);
	default:
		return 0;
	}
}

static struct pair first_pair(struct elf_object *o, u32 local_id, const struct btf_types *target,
			      u32 target_id)
{
	o->private->core_budget = CORE_BUDGET;
	return (struct pair){o, o->types, target, local_id, target_id, false, CORE_LEVELS};
}

int core_types_compatible(struct elf_object *o, u32 local_id, const struct btf_types *target, u32 target_id)
{
	const struct btf_type *a = btf_type_by_id(o->types, local_id), *b = btf_type_by_id(target, target_id);

	/* a typedef stands for a typedef only */
	if (!a || !b || !core_kind_compatible(a, b))
		return 0;
	return compatible(first_pair(o, local_id, target, target_id));
}

/* --- match --- */

static int match(struct pair p);

/* Unnamed matches unnamed. */
static bool same_names(const char *a, const char *b)
{
	return a && b && core_same_name(a, b);
}

static int match_enums(const struct pair *p, const struct btf_type *a, const struct btf_type *b)
{
	if (a->size != b->size || btf_vlen(a) > btf_vlen(b))
		return 0;
	for (u32 i = 0; i < btf_vlen(a); i++) {
		const char *name = btf_str(p->local, btf_enum_name_off(a, i));
		u32 j = 0;

		while (j < btf_vlen(b) && !same_names(name, btf_str(p->target, btf_enum_name_off(b, j))))
			j++;
		if (j == btf_vlen(b))
			return 0;
		if (p->o->private->core_budget <= j)
			return -EINVAL;
		p->o->private->core_budget -= j;
	}
	return 1;
}

/* Each member of the file's struct must match one of the kernel's with the same name. */
static int match_member_of(struct pair p, const struct btf_member *m, const struct btf_type *b)
{
	for (u32 i = 0; i < btf_vlen(b); i++) {
		const struct btf_member *other = &btf_members(b)[i];
		int same;

		if (!p.o->private->core_budget)
			return -EINVAL;
		p.o->private->core_budget--;
		if (!same_names(btf_str(p.local, m->name_off), btf_str(p.target, other->name_off)))
			continue;
		same = compare(match, p, m->type, other->type);
		if (same)
			return same;
	}
	return 0;
}

static int match_structs(struct pair p, const struct btf_type *a, const struct btf_type *b)
{
	bool local_union = btf_kind(a) == BTF_KIND_UNION;
	int same = btf_kind(a) == btf_kind(b);

	if (p.behind_ptr)
		return same || (btf_kind(b) == BTF_KIND_FWD && local_union == btf_kflag(b));
	if (!same || btf_vlen(a) > btf_vlen(b))
		return 0;
	for (u32 i = 0; same > 0 && i < btf_vlen(a); i++)
		same = match_member_of(p, &btf_members(a)[i], b);
	return same;
}

static int match_forward(const struct pair *p, const struct btf_type *a, const struct btf_type *b)
{
	if (btf_kind(b) == BTF_KIND_FWD)
		return btf_kflag(a) == btf_kflag(b);
	return p->behind_ptr && btf_kind(b) == (btf_kflag(a) ? BTF_KIND_UNION : BTF_KIND_STRUCT);
}

static bool same_signedness(const struct btf_type *a, const struct btf_type *b)
{
	return !((BTF_INT_ENCODING(btf_int_data(a)) ^ BTF_INT_ENCODING(btf_int_data(b))) & BTF_INT_SIGNED);
}

/* Kinds that match only their own. */
static int match_same_kind(struct pair p, const struct btf_type *a, const struct btf_type *b)
{
	switch (btf_kind(a)) {
	case BTF_KIND_UNKN:
		return 1;
	case BTF_KIND_INT:
		return a->size == b->size && same_signedness(a, b);
	case BTF_KIND_PTR:
		p.behind_ptr = true;
		return compare(match, p, a->type, b->type);
	case BTF_KIND_ARRAY:
		return btf_array(a)->nelems == btf_array(b)->nelems
			       ? compare(match, p, btf_array(a)->type, btf_array(b)->type)
			       : 0;
	case BTF_KIND_FUNC_PROTO:
		return compare_protos(match, p, a, b);
	default:
		return 0;
	}
}

static int match(struct pair p)
{
	const struct btf_type *a, *b;
	int err = open_pair(&p, &a, &b);

	if (err)
		return err;
	if (!same_names(btf_name(p.local, p.local_id), btf_name(p.target, p.target_id)))
		return 0;
	if (btf_kind(a) == BTF_KIND_FWD)
		return match_forward(&p, a, b);
	if (core_is_any_enum(a))
		return core_is_any_enum(b) ? match_enums(&p, a, b) : 0;
	if (btf_is_composite(btf_kind(a)))
		return match_structs(p, a, b);
	return btf_kind(a) == btf_kind(b) ? match_same_kind(p, a, b) : 0;
}

int core_types_match(struct elf_object *o, u32 local_id, const struct btf_types *target, u32 target_id)
{
	return match(first_pair(o, local_id, target, target_id));
}
