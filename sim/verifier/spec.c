/*
 * Speculation (Spectre v1): see spec.h. Mirrors sanitize_ptr_alu, sanitize_val_alu, sanitize_check_bounds and
 * sanitize_speculative_path of kernel/bpf/verifier.c.
 *
 * A CPU may run ahead on a branch that is not taken in the end, with numbers that the branch was to
 * exclude. So where a number from a register moves a pointer, the translator puts a mask in front that
 * makes the number 0 when it is further than the pointer may move. There is one mask for each
 * instruction: all paths must agree on the direction and the limit. And what would come of the 0 is
 * walked as a path of its own.
 */
#include "mem_check.h"
#include "spec.h"

/* Constants in the instruction itself cannot be mispredicted. */
static bool needs_no_mask(const struct env *env, const struct bpf_insn *insn)
{
	return env->w->may.bypass_spec_v1 || BPF_SRC(insn->code) == BPF_K;
}

static bool moves_pointer(const struct bpf_insn *insn)
{
	return BPF_OP(insn->code) == BPF_ADD || BPF_OP(insn->code) == BPF_SUB;
}

static const char *verb(const struct bpf_insn *insn)
{
	return BPF_OP(insn->code) == BPF_ADD ? "add" : "sub";
}

/* The instruction's one mask. */
static int set_mask(struct env *env, const struct bpf_insn *insn, u8 mask, u32 limit)
{
	struct insn_aux *aux = cur_aux(env);

	if (aux->alu_state && (aux->alu_state != mask || aux->alu_limit != limit))
		return reject_reg(env, insn->dst_reg, MASK_DIFFERS, insn->dst_reg, verb(insn));
	aux->alu_state = mask;
	aux->alu_limit = limit;
	return 0;
}

int spec_scalar_op(struct env *env, const struct bpf_insn *insn)
{
	if (needs_no_mask(env, insn) || !moves_pointer(insn))
		return 0;
	return set_mask(env, insn, ALU_NON_POINTER, 0);
}

/* --- how far may a pointer move? --- */

/* Bytes between @reg and the end of its memory that it moves to. */
static int find_limit(struct env *env, const struct bpf_insn *insn, const struct reg *reg, bool to_left,
		      u32 *limit)
{
	u32 size, distance;

	switch (reg->type) {
	case PTR_TO_STACK: /* r10 itself lies outside, but is where moves to the left begin */
		size = MAX_STACK + to_left;
		distance = -(reg->var_off.value + reg->off);
		break;
	case PTR_TO_MAP_VALUE:
		size = reg->map->k.value_size;
		distance = (to_left ? (u64)reg->r64.smin : reg->r64.umax) + reg->off;
		break;
	default:
		return reject_reg(env, insn->dst_reg, MASK_KIND, insn->dst_reg);
	}
	if (distance >= size)
		return reject_reg(env, insn->dst_reg, MASK_BEYOND, insn->dst_reg, verb(insn));
	*limit = distance;
	return 0;
}

static bool mixed_signs(const struct reg *offset)
{
	return !tnum_is_const(offset->var_off) && (offset->r64.smin < 0) != (offset->r64.smax < 0);
}

/* Which mask, and which limit as far as it is known before the move. */
static int find_mask(struct env *env, const struct bpf_insn *insn, struct spec_op *spec,
		     const struct reg *pointer, const struct reg *offset, bool reversed)
{
	bool constant = tnum_is_const(offset->var_off), negative = offset->r64.smin < 0;
	int err;

	if (mixed_signs(offset))
		return reject_reg(env, insn->src_reg, MASK_SIGNS, insn->src_reg);
	spec->to_left = (BPF_OP(insn->code) == BPF_ADD) == negative;
	err = find_limit(env, insn, pointer, spec->to_left, &spec->limit);
	if (err)
		return err;
	spec->mask = (reversed ? ALU_MASK_DST : ALU_MASK_SRC) | (negative ? ALU_NEGATIVE : 0) |
		     (constant ? ALU_CONSTANT : 0);
	if (!constant)
		env->w->explore_alu_limits = true; /* states with another number may have another limit */
	return 0;
}

/* The mask has made the offset 0: what follows is walked with the pointer where it is. */
static int push_unmoved(struct env *env, const struct bpf_insn *insn, const struct reg *pointer,
			bool reversed)
{
	struct vstate *state = push_branch(env, env->w->insn + 1, env->w->insn, true);

	if (!state)
		return reject_reg(env, insn->dst_reg, MASK_NO_PATH, insn->dst_reg);
	if (reversed)
		copy_reg(&state->frame[state->curframe]->reg[insn->dst_reg], pointer);
	return 0;
}

int spec_pointer_before(struct env *env, const struct bpf_insn *insn, struct spec_op *spec,
			const struct reg *pointer, const struct reg *offset, bool reversed)
{
	int err = 0;

	if (needs_no_mask(env, insn) || !moves_pointer(insn))
		return 0;
	if (!env->w->cur->speculative)
		err = find_mask(env, insn, spec, pointer, offset, reversed);
	if (err || tnum_is_const(offset->var_off))
		return err;
	return push_unmoved(env, insn, pointer, reversed);
}

/* --- after the move --- */

static int check_stack_move(struct env *env, const struct reg *reg, u32 regno)
{
	s32 off = reg->off + (s32)reg->var_off.value;
	char tnum[64];
	struct text text;

	if (!tnum_is_const(reg->var_off)) {
		text_init(&text, tnum, sizeof(tnum));
		tnum_format(reg->var_off, &text);
		return reject_reg(env, regno, MOVE_STACK_VARIABLE, regno, tnum, off);
	}
	if (off >= 0 || off < -MAX_STACK)
		return reject_reg(env, regno, MOVE_STACK_RANGE, regno, off);
	return 0;
}

/* A mask works only for pointers that lie in their memory. */
static int check_move(struct env *env, const struct reg *reg, u32 regno)
{
	if (reg->type == PTR_TO_STACK)
		return check_stack_move(env, reg, regno);
	if (reg->type == PTR_TO_MAP_VALUE &&
	    check_map_access(env, regno, reg->off, 1, false, ACCESS_BY_HELPER))
		return reject_reg(env, regno, MOVE_MAP_VALUE, regno);
	return 0;
}

int spec_pointer_after(struct env *env, const struct bpf_insn *insn, const struct spec_op *spec,
		       const struct reg *dst)
{
	u32 left;
	int err;

	if (env->w->may.bypass_spec_v1)
		return 0;
	err = check_move(env, dst, insn->dst_reg);
	if (err || needs_no_mask(env, insn) || env->w->cur->speculative)
		return err;
	err = find_limit(env, insn, dst, spec->to_left, &left);
	if (err)
		return err;
	return set_mask(env, insn, spec->mask, spec->limit > left ? spec->limit - left : left - spec->limit);
}

/* --- the way that is not taken --- */

int spec_push_path(struct env *env, const struct bpf_insn *jump, u32 insn)
{
	bool precise = !env->w->may.bpf_capable;
	struct vstate *state;
	struct reg *regs;

	if (env->w->may.bypass_spec_v1)
		return 0;
	state = push_branch(env, insn, env->w->insn, true);
	if (!state)
		return -EFAULT;
	regs = state->frame[state->curframe]->reg;
	reg_set_unknown(&regs[jump->dst_reg], precise);
	if (BPF_SRC(jump->code) == BPF_X)
		reg_set_unknown(&regs[jump->src_reg], precise);
	return 0;
}
