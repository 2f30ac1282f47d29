/*
 * Code that no path has come to. For those who may see it gone it is removed, with the branches that led to
 * it; for others it becomes a trap, so that nothing changes its place (opt_hard_wire_dead_code_branches,
 * opt_remove_dead_code, opt_remove_nops, sanitize_dead_code of kernel/bpf/verifier.c).
 */
#include "translate.h"

static bool is_seen(const struct xlat *x, u32 at)
{
	return xlat_aux(x, &x->t->in[at])->seen;
}

bool xlat_removes_dead_code(const struct xlat *x)
{
	return x->env.w->may.bpf_capable;
}

bool xlat_traps_dead_code(const struct xlat *x)
{
	return !xlat_removes_dead_code(x);
}

static bool is_branch(u8 code)
{
	u8 class = BPF_CLASS(code), op = BPF_OP(code);

	if (class == BPF_JMP32)
		return op != BPF_JA;
	return class == BPF_JMP && op != BPF_JA && op != BPF_EXIT && op != BPF_CALL;
}

int xlat_hardwire_insn(struct xlat *x)
{
	const struct xlat_insn *cur = xlat_cur(x);
	u32 next = x->t->at + 1;

	if (!is_branch(cur->insn.code))
		return xlat_keep(x);
	if (!is_seen(x, next))
		return xlat_replace(x, make_goto(0), cur->jump);
	if (!is_seen(x, cur->jump))
		return xlat_replace(x, make_goto(0), next);
	return xlat_keep(x);
}

int xlat_remove_insn(struct xlat *x)
{
	if (is_seen(x, x->t->at))
		return xlat_keep(x);
	x->t->changes++;
	return 0;
}

int xlat_nop_insn(struct xlat *x)
{
	const struct bpf_insn nop = make_goto(0);

	if (memcmp(&xlat_cur(x)->insn, &nop, sizeof(nop)))
		return xlat_keep(x);
	x->t->changes++;
	return 0;
}

int xlat_trap_insn(struct xlat *x)
{
	if (is_seen(x, x->t->at))
		return xlat_keep(x);
	return xlat_replace(x, make_goto(-1), x->t->at);
}
