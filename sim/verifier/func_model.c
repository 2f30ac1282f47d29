/*
 * What trampolines and direct calls can pass: see func_model.h. Mirrors btf_distill_func_proto of
 * kernel/bpf/btf.c, but keeps no model: who calls reads the BTF.
 */
#include "func_model.h"
#include "call.h"

#define MAX_ARGS 12u    /* MAX_BPF_FUNC_ARGS */
#define MAX_ARG_SIZE 16 /* bytes: two registers */

/* Bytes of a value that can be in registers, 0 for void, -EINVAL for anything else. *@t: the type behind
 * modifiers. */
static s64 value_size(const struct btf_types *types, u32 id, const struct btf_type **t)
{
	u32 kind;

	*t = plain(types, id);
	if (!id)
		return 0;
	kind = btf_kind(*t);
	if (kind == BTF_KIND_PTR)
		return sizeof(u64);
	return is_scalar(*t) || kind == BTF_KIND_STRUCT ? (s64)(*t)->size : -EINVAL;
}

static int check_param(struct sim *sim, struct verifier *v, const struct btf_types *types, u32 i, u32 id,
		       const char *name)
{
	const struct btf_type *t;
	s64 size = value_size(types, id, &t);

	if (size < 0 || size > MAX_ARG_SIZE)
		return verifier_reject(sim, v, -EINVAL, "The function %s arg%u type %s is unsupported.\n",
				       name, i, kind_text(t));
	if (!size)
		return verifier_reject(sim, v, -EINVAL, "The function %s has malformed void argument.\n",
				       name);
	return 0;
}

int check_func_model(struct sim *sim, struct verifier *v, const struct btf_types *types,
		     const struct btf_type *proto, const char *name)
{
	const struct btf_param *params = btf_params(proto);
	u32 n = btf_vlen(proto);
	const struct btf_type *t;
	int err = 0;

	if (n > MAX_ARGS)
		return verifier_reject(sim, v, -EINVAL, "The function %s has %u arguments. Too many.\n", name,
				       n);
	if (value_size(types, proto->type, &t) < 0 || btf_kind(t) == BTF_KIND_STRUCT)
		return verifier_reject(sim, v, -EINVAL, "The function %s return type %s is unsupported.\n",
				       name, kind_text(t));
	for (u32 i = 0; i < n && !err; i++) {
		if (i == n - 1 && !params[i].type)
			return verifier_reject(sim, v, -EINVAL,
					       "The function %s with variable args is unsupported.\n", name);
		err = check_param(sim, v, types, i, params[i].type, name);
	}
	return err;
}
