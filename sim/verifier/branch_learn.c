/*
 * Conditional jumps: what a comparison of numbers tells on each way: the condition held, or it did not
 * (reg_set_min_max, find_equal_scalars of kernel/bpf/verifier.c).
 */
#include "branch.h"

/* Not an opcode: the opposite of BPF_JSET. */
#define JNSET 0x01

static const u8 negated_op[16] = {
	[BPF_JEQ >> 4] = BPF_JNE,   [BPF_JNE >> 4] = BPF_JEQ,   [BPF_JSET >> 4] = JNSET,
	[BPF_JGE >> 4] = BPF_JLT,   [BPF_JGT >> 4] = BPF_JLE,   [BPF_JLE >> 4] = BPF_JGT,
	[BPF_JLT >> 4] = BPF_JGE,   [BPF_JSGE >> 4] = BPF_JSLT, [BPF_JSGT >> 4] = BPF_JSLE,
	[BPF_JSLE >> 4] = BPF_JSGT, [BPF_JSLT >> 4] = BPF_JSGE,
};

/* @r op @value holds. */
static void learn_order(struct range *r, u64 value, u8 op, u32 width)
{
	u64 all = width_umax(width);
	s64 s = width_signed(value, width);

	switch (op) {
	case BPF_JGT:
		r->umin = max_u64(r->umin, (value + 1) & all);
		break;
	case BPF_JGE:
		r->umin = max_u64(r->umin, value);
		break;
	case BPF_JLT:
		r->umax = min_u64(r->umax, (value - 1) & all);
		break;
	case BPF_JLE:
		r->umax = min_u64(r->umax, value);
		break;
	case BPF_JSGT:
		r->smin = max_s64(r->smin, width_signed((u64)s + 1, width));
		break;
	case BPF_JSGE:
		r->smin = max_s64(r->smin, s);
		break;
	case BPF_JSLT:
		r->smax = min_s64(r->smax, width_signed((u64)s - 1, width));
		break;
	case BPF_JSLE:
		r->smax = min_s64(r->smax, s);
		break;
	}
}

static void learn_equal(struct reg *reg, u64 value, u32 width)
{
	if (width == 64) {
		reg_set_value(reg, value);
		return;
	}
	reg->var_off = tnum_const_subreg(reg->var_off, value);
	reg->r32 = range_const(value, 32);
}

/* At least one of the bits is set: worth knowing if there is only one. */
static void learn_set(struct reg *reg, u64 value)
{
	if (value && !(value & (value - 1)))
		reg->var_off = tnum_or(reg->var_off, tnum_const(value));
}

static void learn_not_set(struct reg *reg, u64 value)
{
	reg_forget_ranges(reg);
	reg->var_off = tnum_and(reg->var_off, tnum_const(~value));
}

/* reg op value holds on this way. */
static void learn(struct reg *reg, u64 value, u8 op, u32 width)
{
	if (width == 32)
		value = (u32)value;
	if (op == BPF_JEQ)
		learn_equal(reg, value, width);
	else if (op == BPF_JSET)
		learn_set(reg, value);
	else if (op == JNSET)
		learn_not_set(reg, value);
	else
		learn_order(width == 32 ? &reg->r32 : &reg->r64, value, op, width);
	if (width == 32)
		reg_combine_32_into_64(reg);
	else
		reg_combine_64_into_32(reg);
}

static void learn_both(struct reg *taken, struct reg *untaken, u64 value, u8 op, u32 width)
{
	learn(untaken, value, negated_op[op >> 4], width);
	learn(taken, value, op, width);
}

/* Two registers hold the same number. */
static void learn_same(struct reg *a, struct reg *b)
{
	struct range *x = &a->r64, *y = &b->r64;

	x->umin = y->umin = max_u64(x->umin, y->umin);
	x->umax = y->umax = min_u64(x->umax, y->umax);
	x->smin = y->smin = max_s64(x->smin, y->smin);
	x->smax = y->smax = min_s64(x->smax, y->smax);
	a->var_off = b->var_off = tnum_intersect(a->var_off, b->var_off);
	reg_sync(a);
	reg_sync(b);
}

/* --- all copies of a register --- */

static void copy_to_equal(struct reg *reg, void *known)
{
	const struct reg *from = known;
	s32 subreg_def = reg->subreg_def;

	if (reg->type != SCALAR_VALUE || reg->id != from->id)
		return;
	copy_reg(reg, from);
	reg->subreg_def = subreg_def;
}

static void tell_equals(struct vstate *state, struct reg *known)
{
	if (known->type == SCALAR_VALUE && known->id)
		vstate_each_reg(state, copy_to_equal, known);
}

/* --- the instruction --- */

void learn_numbers(const struct bpf_insn *insn, struct vstate *untaken, struct vstate *taken, u32 width)
{
	struct reg *not = untaken->frame[untaken->curframe]->reg, *yes = taken->frame[taken->curframe]->reg;
	struct reg *dst = &not[insn->dst_reg], *src = &not[insn->src_reg];
	u8 op = BPF_OP(insn->code);

	if (BPF_SRC(insn->code) == BPF_K) {
		if (dst->type == SCALAR_VALUE)
			learn_both(&yes[insn->dst_reg], dst, insn->imm, op, width);
	} else if (dst->type == SCALAR_VALUE && src->type == SCALAR_VALUE) {
		if (tnum_is_const(src->var_off) || const_in_width(src, width))
			learn_both(&yes[insn->dst_reg], dst, src->var_off.value, op, width);
		else if (tnum_is_const(dst->var_off) || const_in_width(dst, width))
			learn_both(&yes[insn->src_reg], src, dst->var_off.value, flipped_op(op), width);
		else if (width == 64 && op == BPF_JEQ)
			learn_same(&yes[insn->src_reg], &yes[insn->dst_reg]);
		else if (width == 64 && op == BPF_JNE)
			learn_same(src, dst);
		tell_equals(untaken, src);
		tell_equals(taken, &yes[insn->src_reg]);
	}
	tell_equals(untaken, dst);
	tell_equals(taken, &yes[insn->dst_reg]);
}
