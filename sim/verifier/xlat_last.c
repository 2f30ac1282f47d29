/*
 * The last passes: zero extension, calls between functions, addresses as plain numbers
 * (opt_subreg_zext_lo32_rnd_hi32, jit_subprogs, fixup_call_args, convert_pseudo_ld_imm64, adjust_btf_func
 * of kernel/bpf/verifier.c); and what remains of the translation in the program.
 */
#include "translate.h"

/* --- zero extension --- */

static bool is_cmpxchg(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_STX && BPF_MODE(insn->code) == BPF_ATOMIC &&
	       insn->imm == BPF_CMPXCHG;
}

/*
 * x86 clears the upper half with each 32-bit result. Only cmpxchg need not write r0 at all: after it a move
 * of r0 to itself does it (BPF_ZEXT_REG).
 */
static int extend_cmpxchg(struct xlat *x)
{
	struct bpf_insn zext = make_alu32_reg(BPF_MOV, BPF_REG_0, BPF_REG_0);
	struct patch patch = {{xlat_cur(x)->insn}, 1};

	zext.imm = 1;
	patch_add(&patch, zext);
	return xlat_patch(x, &patch);
}

/* Register that the insn writes; -1: none (insn_def_regno). */
static int def_reg(const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_JMP:
	case BPF_JMP32:
	case BPF_ST:
		return -1;
	case BPF_STX:
		if (BPF_MODE(insn->code) != BPF_ATOMIC || !(insn->imm & BPF_FETCH))
			return -1;
		return insn->imm == BPF_CMPXCHG ? BPF_REG_0 : insn->src_reg;
	default:
		return insn->dst_reg;
	}
}

static bool writes_64(const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU64:
		return true;
	case BPF_ALU:
		return BPF_OP(insn->code) == BPF_END && insn->imm == 64;
	case BPF_LD:
		return BPF_MODE(insn->code) == BPF_IMM;
	default:
		return BPF_SIZE(insn->code) == BPF_DW;
	}
}

/* BPF_F_TEST_RND_HI32: nobody may rely on the upper half of a 32-bit result. Here as good as random. */
static int spoil_upper_half(struct xlat *x)
{
	const struct bpf_insn *insn = &xlat_cur(x)->insn;
	u32 noise = sim_random(x->env.sim);
	struct patch patch = {{*insn}, 1};

	patch_add(&patch, make_alu64_imm(BPF_MOV, BPF_REG_AX, noise));
	patch_add(&patch, make_alu64_imm(BPF_LSH, BPF_REG_AX, 32));
	patch_add(&patch, make_alu64_reg(BPF_OR, def_reg(insn), BPF_REG_AX));
	return xlat_patch(x, &patch);
}

/* A load from the context may have become one of 64 bits. */
static bool may_be_spoilt(const struct xlat *x)
{
	const struct xlat_insn *cur = xlat_cur(x);
	bool second_slot = x->t->at && insn_is_ld_imm64(&cur[-1].insn);

	return (x->env.v->prog->flags & BPF_F_TEST_RND_HI32) && !cur->made && !second_slot &&
	       def_reg(&cur->insn) >= 0 && !writes_64(&cur->insn) &&
	       !(BPF_CLASS(cur->insn.code) == BPF_LDX && xlat_aux(x, cur)->ptr_type == PTR_TO_CTX);
}

int xlat_zext_insn(struct xlat *x)
{
	const struct xlat_insn *cur = xlat_cur(x);

	if (!cur->made && xlat_aux(x, cur)->zext_dst)
		return is_cmpxchg(&cur->insn) ? extend_cmpxchg(x) : xlat_keep(x);
	return may_be_spoilt(x) ? spoil_upper_half(x) : xlat_keep(x);
}

/* --- functions and addresses --- */

static u32 subprog_at(const struct translation *t, u32 start)
{
	u32 i = 0;

	while (t->subprog[i].start != start)
		i++;
	return i;
}

/* A call: the function's number in imm, the distance in off. A pointer to it: the other way round. */
static int name_function(struct xlat *x)
{
	const struct xlat_insn *cur = xlat_cur(x);
	struct bpf_insn insn = cur->insn;

	if (insn_is_pseudo_call(&insn)) {
		insn.off = insn.imm;
		insn.imm = subprog_at(x->t, cur->jump);
	}
	return xlat_replace(x, insn, XLAT_NO_JUMP);
}

static bool is_second_slot_of_func(const struct xlat *x)
{
	return x->t->at && insn_is_pseudo_func(&xlat_cur(x)[-1].insn);
}

s32 xlat_interpreter(u32 stack)
{
	return ktext_imm(KTEXT_INTERNAL, KTEXT_INTERPRETER + KTEXT_STACK(stack));
}

/*
 * Where programs are interpreted, the call names an interpreter with a stack that is large
 * enough for the function.
 */
static int call_interpreter(struct xlat *x)
{
	const struct xlat_insn *cur = xlat_cur(x);
	struct bpf_insn insn = cur->insn;
	u32 stack = x->t->subprog[subprog_at(x->t, cur->jump)].stack_depth;

	insn.off = insn.imm;
	insn.imm = xlat_interpreter(stack);
	return xlat_replace(x, insn, XLAT_NO_JUMP);
}

const char *xlat_not_interpreted(const struct bpf_insn *insn, bool tail_calls_in_functions)
{
	if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_KFUNC_CALL)
		return "calling kernel functions are not allowed in non-JITed programs";
	if (tail_calls_in_functions)
		return "tail_calls are not allowed in non-JITed programs with bpf-to-bpf calls";
	return insn_is_pseudo_func(insn) ? "callbacks are not allowed in non-JITed programs" : NULL;
}

static int last_interpreted(struct xlat *x)
{
	const struct bpf_insn *insn = &xlat_cur(x)->insn;
	const char *why = xlat_not_interpreted(insn, x->t->nsubprogs > 1 && x->t->any_tail_call_reachable);

	if (why)
		return verifier_reject(x->env.sim, x->env.v, -EINVAL, "%s\n", why);
	return insn_is_pseudo_call(insn) ? call_interpreter(x) : xlat_keep(x);
}

static int last_compiled(struct xlat *x)
{
	struct bpf_insn insn = xlat_cur(x)->insn;

	if (is_second_slot_of_func(x)) {
		insn.imm = subprog_at(x->t, xlat_cur(x)[-1].jump);
		return xlat_replace(x, insn, XLAT_NO_JUMP);
	}
	return insn_is_pseudo_call(&insn) || insn_is_pseudo_func(&insn) ? name_function(x) : xlat_keep(x);
}

int xlat_last_insn(struct xlat *x)
{
	struct bpf_insn insn = xlat_cur(x)->insn;

	/* what was a map or a kernel variable is an address by now */
	if (insn_is_ld_imm64(&insn) && insn.src_reg && insn.src_reg != BPF_PSEUDO_FUNC) {
		insn.src_reg = 0;
		return xlat_replace(x, insn, XLAT_NO_JUMP);
	}
	return xlat_jit_requested(x) ? last_compiled(x) : last_interpreted(x);
}

/* --- what remains --- */

static int keep_insns(struct xlat *x, struct xlated *out)
{
	const struct translation *t = x->t;

	out->insns = sim_alloc(x->env.sim, t->nin * sizeof(*out->insns));
	out->origin = sim_alloc(x->env.sim, t->nin * sizeof(*out->origin));
	out->changed_by = sim_alloc(x->env.sim, t->nin);
	if (!out->insns || !out->origin || !out->changed_by)
		return -ENOMEM;
	out->insn_cnt = t->nin;
	for (u32 i = 0; i < t->nin; i++) {
		out->insns[i] = t->in[i].insn;
		out->origin[i] = t->in[i].origin;
		out->changed_by[i] = t->in[i].pass;
	}
	return 0;
}

static int keep_subprogs(struct xlat *x, struct xlated *out)
{
	const struct translation *t = x->t;
	const struct prog *prog = x->env.v->prog;

	out->subprogs = sim_alloc(x->env.sim, t->nsubprogs * sizeof(*out->subprogs));
	if (prog->func_info_cnt)
		out->func_info = sim_alloc(x->env.sim, t->nsubprogs * sizeof(*out->func_info));
	if (!out->subprogs || (prog->func_info_cnt && !out->func_info))
		return -ENOMEM;
	out->nsubprogs = t->nsubprogs;
	for (u32 i = 0; i < t->nsubprogs; i++) {
		const struct xlat_subprog *s = &t->subprog[i];

		out->subprogs[i] = (struct subprog){
			.start = s->start,
			.stack_depth = s->stack_depth,
			.tail_call_reachable = s->tail_call_reachable,
		};
		if (out->func_info) {
			out->func_info[i] = prog->func_info[s->written];
			out->func_info[i].insn_off = s->start;
		}
	}
	return 0;
}

static int keep_pokes(struct xlat *x, struct xlated *out)
{
	const struct translation *t = x->t;

	if (!t->npokes)
		return 0;
	out->pokes = sim_alloc(x->env.sim, t->npokes * sizeof(*out->pokes));
	if (!out->pokes)
		return -ENOMEM;
	out->npokes = t->npokes;
	for (u32 i = 0; i < t->nin; i++)
		if (t->in[i].insn.code == (BPF_JMP | BPF_TAIL_CALL) && t->in[i].insn.imm > 0) {
			const struct xlat_poke *poke = &t->poke[t->in[i].insn.imm - 1];

			out->pokes[t->in[i].insn.imm - 1] = (struct poke){poke->map, poke->key, i};
		}
	return 0;
}

/* The lines and the notes on what was removed go over as they are: they belong to the program from now on. */
int xlat_finish(struct xlat *x)
{
	struct xlated *out = sim_alloc(x->env.sim, sizeof(*out));
	int err;

	x->env.v->prog->xlated = out;
	err = out ? keep_insns(x, out) : -ENOMEM;
	err = err ? err : keep_subprogs(x, out);
	err = err ? err : keep_pokes(x, out);
	if (err)
		return sim_fail(&x->env.sim->why, err, "no memory for the translated program");
	out->line_info = x->t->line_info;
	out->line_info_cnt = x->t->line_info_cnt;
	x->t->line_info = NULL;
	out->dropped_by = x->t->dropped_by;
	x->t->dropped_by = NULL;
	return VERIFIER_DONE;
}
