/*
 * The end of a path: references that were not given back, and what the program returns (check_reference_leak,
 * check_return_code of kernel/bpf/verifier.c).
 */
#include "access.h"
#include "call.h"
#include "../progs/struct_ops.h"

int check_references(struct env *env)
{
	const struct frame *frame = cur_frame(env);
	int err = 0;

	if (frame->frameno && !frame->in_callback)
		return 0;
	for (u32 i = 0; i < frame->nrefs; i++) {
		const struct ref *ref = &frame->refs[i];

		if (frame->in_callback && ref->callback_ref != frame->frameno)
			continue;
		err = reject(env, REFERENCE_LEAK, ref->id, ref->insn);
	}
	return err;
}

static void known_text(const struct reg *reg, char out[80])
{
	struct text text;

	text_init(&text, out, 80);
	if (tnum_is_unknown(reg->var_off)) {
		text_add(&text, "unknown scalar value");
		return;
	}
	text_add(&text, "value ");
	tnum_format(reg->var_off, &text);
}

int reject_out_of_range(struct env *env, const struct reg *r0, struct tnum range, const char *at)
{
	char known[80], wanted[64];
	struct text text;

	known_text(r0, known);
	text_init(&text, wanted, sizeof(wanted));
	tnum_format(range, &text);
	return reject_reg(env, BPF_REG_0, RETURN_RANGE, at, known, wanted);
}

/* --- what programs may return --- */

/* The prototype of the kernel function that the program stands for, NULL when it stands for none. */
static const struct btf_type *stands_for(const struct env *env)
{
	const struct btf_types *types = env->sim->host->vmlinux;
	const struct prog *prog = env->v->prog;
	const struct btf_type *t = types ? btf_type_by_id(types, prog->attach_btf_id) : NULL;

	if (!t)
		return NULL;
	if (prog->type == BPF_PROG_TYPE_STRUCT_OPS)
		return btf_kind(t) == BTF_KIND_STRUCT ? ops_proto(types, t, prog->expected_attach_type) : NULL;
	return prog->type == BPF_PROG_TYPE_LSM && btf_kind(t) == BTF_KIND_FUNC ? btf_type_by_id(types, t->type) : NULL;
}

bool is_for_void_function(const struct env *env)
{
	const struct btf_type *proto = stands_for(env);

	return proto && !proto->type;
}

static int check_async_result(struct env *env, const struct reg *r0)
{
	char type[64];

	if (r0->type != SCALAR_VALUE)
		return reject_reg(env, BPF_REG_0, ASYNC_RET_TYPE, reg_type_text(r0->type, type));
	if (!tnum_equals_const(r0->var_off, 0))
		return reject_out_of_range(env, r0, tnum_const(0), "async callback");
	return 0;
}

static int check_prog_result(struct env *env, const struct reg *r0)
{
	const struct prog_view view = view_of(env);
	const struct ret_rule *rule = prog_ret_rule(&view);
	struct tnum range;
	char type[64];
	int err;

	if (!rule)
		return 0;
	if (rule->none)
		return sim_fail(&env->sim->why, -ENOTSUPP, "programs of this type with expected_attach_type %u cannot return",
				env->v->prog->expected_attach_type);
	if (r0->type != SCALAR_VALUE)
		return reject_reg(env, BPF_REG_0, PROG_RET_TYPE, reg_type_text(r0->type, type));
	range = is_for_void_function(env) ? tnum_const(1) : tnum_range(rule->min, rule->max);
	if (env->v->prog->type == BPF_PROG_TYPE_CGROUP_SKB && rule->max == 3 && tnum_in(tnum_range(2, 3), r0->var_off))
		env->v->prog->keeps_attach_type = true;
	if (tnum_in(range, r0->var_off))
		return 0;
	err = reject_out_of_range(env, r0, range, "program exit");
	if (is_for_void_function(env))
		say(env, "Note, BPF_LSM_CGROUP that attach to void LSM hooks can't modify return value!\n");
	return err;
}

int check_return_value(struct env *env)
{
	const struct frame *main = env->w->cur->frame[0];
	const struct reg *r0 = &cur_regs(env)[BPF_REG_0];
	char type[64];
	int err;

	if (!main->subprog && is_for_void_function(env) && env->v->prog->expected_attach_type != BPF_LSM_CGROUP)
		return 0;
	err = use_reg(env, BPF_REG_0, USE_SRC);
	if (err)
		return err;
	if (is_secret(env, r0))
		return reject_reg(env, BPF_REG_0, RETURN_LEAK);
	if (main->in_async_callback)
		return check_async_result(env, r0);
	if (!main->subprog)
		return check_prog_result(env, r0);
	if (r0->type != SCALAR_VALUE)
		return reject_reg(env, BPF_REG_0, SUBPROG_RET_TYPE, reg_type_text(r0->type, type));
	return 0;
}
