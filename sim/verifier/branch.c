/*
 * Conditional jumps: which ways are possible, and what each way tells (check_cond_jmp_op of
 * kernel/bpf/verifier.c).
 *
 * When both ways are possible the jump target is put aside and the walk goes on behind the jump. Each way
 * then knows more: the condition held, or it did not.
 */
#include "branch.h"
#include "spec.h"

static bool compares_packets(const struct reg *a, const struct reg *b)
{
	return is_any_packet(a) && is_any_packet(b);
}

static int check_operands(struct env *env, const struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);
	int err;

	if (op == BPF_JA || op > BPF_JSLE)
		return reject(env, BAD_JUMP_OPCODE, op);
	err = use_reg(env, insn->dst_reg, USE_SRC);
	if (err)
		return err;
	if (BPF_SRC(insn->code) == BPF_K)
		return insn->src_reg ? reject(env, JUMP_RESERVED) : 0;
	if (insn->imm)
		return reject(env, JUMP_RESERVED);
	err = use_reg(env, insn->src_reg, USE_SRC);
	if (err)
		return err;
	if (is_secret(env, &cur_regs(env)[insn->src_reg]) &&
	    !compares_packets(&cur_regs(env)[insn->dst_reg], &cur_regs(env)[insn->src_reg]))
		return reject_reg(env, insn->src_reg, POINTER_COMPARISON, insn->src_reg);
	return 0;
}

/* The decision relied on exact values. */
static int mark_operands(struct env *env, const struct bpf_insn *insn)
{
	int err = 0;

	if (cur_regs(env)[insn->dst_reg].type == SCALAR_VALUE)
		err = mark_precise(env, insn->dst_reg);
	if (!err && BPF_SRC(insn->code) == BPF_X && cur_regs(env)[insn->src_reg].type == SCALAR_VALUE)
		err = mark_precise(env, insn->src_reg);
	return err;
}

static void say_after(struct env *env)
{
	if (env->v->log.level & LOG_STEPS)
		say_insn_state(env, cur_frame(env));
}

/* Only one way is possible; the other one is walked if a CPU may be made to take it. */
static int go_one_way(struct env *env, const struct bpf_insn *insn, enum decision way)
{
	u32 next = env->w->insn + 1;
	int err = mark_operands(env, insn);

	if (!err)
		err = spec_push_path(env, insn, way == ALWAYS ? next : next + insn->off);
	if (err)
		return err;
	say_after(env);
	if (way == ALWAYS)
		env->w->insn += insn->off;
	return 0;
}

static int go_both_ways(struct env *env, const struct bpf_insn *insn, u32 width)
{
	struct walk *w = env->w;
	struct vstate *taken = push_branch(env, w->insn + insn->off + 1, w->insn, false);
	const struct reg *dst = &cur_regs(env)[insn->dst_reg];

	if (!taken)
		return -EFAULT;
	learn_numbers(insn, w->cur, taken, width);
	if (is_null_test(insn, dst))
		learn_null(insn, w->cur, taken);
	else if (!learn_packet(insn, w->cur, taken) && is_secret(env, dst))
		return reject_reg(env, insn->dst_reg, POINTER_COMPARISON, insn->dst_reg);
	say_after(env);
	return 0;
}

int walk_branch(struct env *env, const struct bpf_insn *insn)
{
	u32 width = BPF_CLASS(insn->code) == BPF_JMP32 ? 32 : 64;
	enum decision way;
	int err = check_operands(env, insn);

	if (err)
		return err;
	way = decide_jump(insn, &cur_regs(env)[insn->dst_reg], &cur_regs(env)[insn->src_reg], width);
	return way == BOTH_WAYS ? go_both_ways(env, insn, width) : go_one_way(env, insn, way);
}
