/*
 * bpf_loop written out: a call of the helper that always has the same callback and no flags becomes a
 * loop that calls it (optimize_bpf_loop of kernel/bpf/verifier.c). r6, r7 and r8 are saved on the
 * stack, which grows by so much.
 */
#include "call.h"
#include "translate.h"

#define MAX_LOOPS (1 << 23)
#define SAVED 3              /* registers */

static bool is_loop_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == BPF_FUNC_loop;
}

/* The function that the insn at hand lies in. */
static struct xlat_subprog *subprog_of(struct translation *t)
{
	u32 i = 0;

	while (t->subprog[i + 1].start <= t->at)
		i++;
	return &t->subprog[i];
}

/* Before the call: too many rounds; save the registers; counter, limit and argument; the test. */
static void write_head(s32 stack, struct patch *p)
{
	patch_add(p, make_jump_imm(BPF_JLE, BPF_REG_1, MAX_LOOPS, 2));
	patch_add(p, make_alu32_imm(BPF_MOV, BPF_REG_0, -E2BIG));
	patch_add(p, make_goto(16));
	for (u32 i = 0; i < SAVED; i++)
		patch_add(p, make_store(BPF_DW, BPF_REG_10, BPF_REG_6 + i, stack + 8 * i));
	patch_add(p, make_alu64_reg(BPF_MOV, BPF_REG_6, BPF_REG_1));
	patch_add(p, make_alu32_imm(BPF_MOV, BPF_REG_7, 0));
	patch_add(p, make_alu64_reg(BPF_MOV, BPF_REG_8, BPF_REG_3));
	patch_add(p, make_jump_reg(BPF_JGE, BPF_REG_7, BPF_REG_6, 5));
	patch_add(p, make_alu64_reg(BPF_MOV, BPF_REG_1, BPF_REG_7));
	patch_add(p, make_alu64_reg(BPF_MOV, BPF_REG_2, BPF_REG_8));
}

/* After it: on to the next round unless the callback says 1; how many there were; restore. */
static void write_tail(s32 stack, struct patch *p)
{
	patch_add(p, make_alu64_imm(BPF_ADD, BPF_REG_7, 1));
	patch_add(p, make_jump_imm(BPF_JEQ, BPF_REG_0, 0, -6));
	patch_add(p, make_alu64_reg(BPF_MOV, BPF_REG_0, BPF_REG_7));
	for (u32 i = 0; i < SAVED; i++)
		patch_add(p, make_load(BPF_DW, BPF_REG_6 + i, BPF_REG_10, stack + 8 * i));
}

/*
 * The saved registers lie below what the function used, rounded up to 8. The verifier's number for that is
 * the one before it grew: several loops of a function share the place.
 */
static s32 saved_at(struct xlat *x, struct xlat_subprog *subprog)
{
	u32 used = round_up_u64(x->env.v->subprog[subprog->written].stack_depth, 8);

	subprog->stack_depth = used + SAVED * 8;
	return -(s32)subprog->stack_depth;
}

int xlat_loop_insn(struct xlat *x)
{
	const struct xlat_insn *cur = xlat_cur(x);
	const struct insn_aux *aux = xlat_aux(x, cur);
	struct patch head = {.n = 0}, tail = {.n = 0};
	s32 stack;
	int err;

	if (!is_loop_call(&cur->insn) || !(aux->loop_inline & LOOP_FITS))
		return xlat_keep(x);
	stack = saved_at(x, subprog_of(x->t));
	write_head(stack, &head);
	write_tail(stack, &tail);
	err = xlat_patch(x, &head);
	if (!err)
		err = xlat_replace(x, make_insn(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0),
				   x->t->subprog[aux->loop_callback].start);
	return err ? err : xlat_patch(x, &tail);
}
