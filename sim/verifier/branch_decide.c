/* Conditional jumps: is it known which way they go? (is_branch_taken of kernel/bpf/verifier.c) */
#include "branch.h"

static const u8 flipped[16] = {
	[BPF_JEQ >> 4] = BPF_JEQ,   [BPF_JNE >> 4] = BPF_JNE,   [BPF_JSET >> 4] = BPF_JSET,
	[BPF_JGE >> 4] = BPF_JLE,   [BPF_JGT >> 4] = BPF_JLT,   [BPF_JLE >> 4] = BPF_JGE,
	[BPF_JLT >> 4] = BPF_JGT,   [BPF_JSGE >> 4] = BPF_JSLE, [BPF_JSGT >> 4] = BPF_JSLT,
	[BPF_JSLE >> 4] = BPF_JSGE, [BPF_JSLT >> 4] = BPF_JSGT,
};

u8 flipped_op(u8 op)
{
	return flipped[op >> 4];
}

static enum decision sure(bool always, bool never)
{
	return always ? ALWAYS : never ? NEVER : BOTH_WAYS;
}

/* A comparison of a number with a constant. */
static enum decision decide_number(const struct range *r, struct tnum bits, u64 value, u8 op, u32 width)
{
	s64 signed_value = width_signed(value, width);

	switch (op) {
	case BPF_JEQ:
	case BPF_JNE:
		if (!tnum_is_const(bits))
			return BOTH_WAYS;
		return (bits.value == value) == (op == BPF_JEQ) ? ALWAYS : NEVER;
	case BPF_JSET:
		return sure(~bits.mask & bits.value & value, !((bits.mask | bits.value) & value));
	case BPF_JGT:
		return sure(r->umin > value, r->umax <= value);
	case BPF_JGE:
		return sure(r->umin >= value, r->umax < value);
	case BPF_JLT:
		return sure(r->umax < value, r->umin >= value);
	case BPF_JLE:
		return sure(r->umax <= value, r->umin > value);
	case BPF_JSGT:
		return sure(r->smin > signed_value, r->smax <= signed_value);
	case BPF_JSGE:
		return sure(r->smin >= signed_value, r->smax < signed_value);
	case BPF_JSLT:
		return sure(r->smax < signed_value, r->smin >= signed_value);
	case BPF_JSLE:
		return sure(r->smax <= signed_value, r->smin > signed_value);
	}
	return BOTH_WAYS;
}

static bool is_never_null(u32 type)
{
	return type == PTR_TO_SOCKET || type == PTR_TO_TCP_SOCK || type == PTR_TO_MAP_VALUE ||
	       type == PTR_TO_MAP_KEY || type == PTR_TO_SOCK_COMMON;
}

static enum decision decide(const struct reg *reg, u64 value, u8 op, u32 width)
{
	if (width == 32)
		value = (u32)value;
	if (reg->type != SCALAR_VALUE) {
		if (!is_never_null(reg->type) || value || (op != BPF_JEQ && op != BPF_JNE))
			return BOTH_WAYS;
		return op == BPF_JNE ? ALWAYS : NEVER;
	}
	if (width == 32)
		return decide_number(&reg->r32, tnum_subreg(reg->var_off), value, op, 32);
	return decide_number(&reg->r64, reg->var_off, value, op, 64);
}

enum decision decide_jump(const struct bpf_insn *insn, const struct reg *dst, const struct reg *src,
			  u32 width)
{
	u8 op = BPF_OP(insn->code);

	if (BPF_SRC(insn->code) == BPF_K)
		return decide(dst, insn->imm, op, width);
	if (const_in_width(src, width))
		return decide(dst, src->var_off.value, op, width);
	if (width == 64 && is_any_packet(dst) && is_any_packet(src))
		return decide_packet(dst, src, op);
	return BOTH_WAYS;
}
