/*
 * Extensions: does the function fit the one of another program that it replaces? Mirrors btf_check_type_match
 * and btf_check_func_type_match of kernel/bpf/btf.c.
 */
#include "btf_obj.h"
#include "prog.h"

/* A function by its BTF; the extension's comes first in all messages. */
struct side {
	const struct btf_types *types;
	const char *name;
	const struct btf_type *func, *proto;
};

static struct side side_of(const struct btf_types *types, const struct btf_type *func)
{
	return (struct side){types, btf_str(types, func->name_off), func, btf_type_by_id(types, func->type)};
}

static const struct btf_type *plain(const struct side *side, u32 id)
{
	return btf_type_by_id(side->types, btf_skip_mods(side->types, id));
}

static const char *kind_text(const struct btf_type *t)
{
	return btf_kind(t) ? btf_kind_name(btf_kind(t)) : "UNKNOWN"; /* void */
}

static bool has_size(const struct btf_type *t)
{
	static const u32 kinds = BTF_KINDS(BTF_KIND_INT) | BTF_KINDS(BTF_KIND_STRUCT) |
				 BTF_KINDS(BTF_KIND_UNION) | BTF_KINDS(BTF_KIND_ENUM) |
				 BTF_KINDS(BTF_KIND_ENUM64) | BTF_KINDS(BTF_KIND_FLOAT);

	return BTF_KINDS(btf_kind(t)) & kinds;
}

static bool is_number(const struct btf_type *t)
{
	return BTF_KINDS(btf_kind(t)) &
	       (BTF_KINDS(BTF_KIND_INT) | BTF_KINDS(BTF_KIND_ENUM) | BTF_KINDS(BTF_KIND_ENUM64));
}

/* Both are pointers: they must point to structs of the same name. */
static int check_pointers(struct sim *sim, struct verifier *v, const struct side *a, const struct side *b,
			  u32 i, const struct btf_type *pa, const struct btf_type *pb)
{
	const struct btf_type *ta = plain(a, pa->type), *tb = plain(b, pb->type);
	const char *sa = btf_str(a->types, ta->name_off), *sb = btf_str(b->types, tb->name_off);

	if (!btf_is_composite(btf_kind(ta)))
		return verifier_reject(sim, v, -EINVAL, "arg%u in %s() is not a pointer to context\n", i,
				       a->name);
	if (!btf_is_composite(btf_kind(tb)))
		return verifier_reject(sim, v, -EINVAL, "arg%u in %s() is not a pointer to context\n", i,
				       b->name);
	if (strcmp(sa, sb))
		return verifier_reject(sim, v, -EINVAL,
				       "arg%u %s(struct %s *) doesn't match %s(struct %s *)\n", i, a->name,
				       sa, b->name, sb);
	return 0;
}

static int check_argument(struct sim *sim, struct verifier *v, const struct side *a, const struct side *b,
			  u32 i)
{
	const struct btf_type *ta = plain(a, btf_params(a->proto)[i].type),
			      *tb = plain(b, btf_params(b->proto)[i].type);

	if (ta->info != tb->info)
		return verifier_reject(sim, v, -EINVAL, "arg%u in %s() is %s while %s() has %s\n", i, a->name,
				       kind_text(ta), b->name, kind_text(tb));
	if (has_size(ta) && ta->size != tb->size)
		return verifier_reject(sim, v, -EINVAL, "arg%u in %s() has size %u while %s() has %u\n", i,
				       a->name, ta->size, b->name, tb->size);
	if (is_number(ta))
		return 0;
	if (btf_kind(ta) != BTF_KIND_PTR)
		return verifier_reject(sim, v, -EINVAL, "arg%u in %s() has unrecognized type\n", i, a->name);
	return check_pointers(sim, v, a, b, i, ta, tb);
}

static int check_global(struct sim *sim, struct verifier *v, const struct side *side)
{
	if (btf_vlen(side->func) == BTF_FUNC_GLOBAL)
		return 0;
	return verifier_reject(sim, v, -EINVAL, "%s() is not a global function\n", side->name);
}

static int check_signature(struct sim *sim, struct verifier *v, const struct side *a, const struct side *b)
{
	const struct btf_type *ra = plain(a, a->proto->type), *rb = plain(b, b->proto->type);
	u32 na = btf_vlen(a->proto), nb = btf_vlen(b->proto);

	if (na != nb)
		return verifier_reject(sim, v, -EINVAL, "%s() has %u args while %s() has %u args\n", a->name,
				       na, b->name, nb);
	if (ra->info != rb->info)
		return verifier_reject(sim, v, -EINVAL,
				       "Return type %s of %s() doesn't match type %s of %s()\n",
				       kind_text(ra), a->name, kind_text(rb), b->name);
	return 0;
}

int prog_check_replacement(struct sim *sim, struct verifier *v, const struct btf_types *types,
			   const struct btf_type *func)
{
	const struct prog *prog = v->prog;
	const struct btf_types *own = prog->btf ? &btf_of(prog->btf)->types : NULL;
	struct side a, b;
	int err;

	if (!prog->func_info_cnt)
		return verifier_reject(sim, v, -EINVAL, "Program extension requires BTF\n");
	a = side_of(own, btf_type_by_id(own, prog->func_info[0].type_id));
	b = side_of(types, func);
	err = check_global(sim, v, &a);
	if (!err)
		err = check_global(sim, v, &b);
	if (!err)
		err = check_signature(sim, v, &a, &b);
	for (u32 i = 0; i < btf_vlen(a.proto) && !err; i++)
		err = check_argument(sim, v, &a, &b, i);
	return err;
}
