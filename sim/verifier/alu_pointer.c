/*
 * Arithmetic on pointers: a constant is added to the fixed offset, anything else makes the variable part
 * (adjust_ptr_min_max_vals of kernel/bpf/verifier.c).
 */
#include "alu.h"
#include "spec.h"

#define MAX_OFFSET (1 << 29) /* BPF_MAX_VAR_OFF */

/* @reg is or will be in @regno (-1: in the instruction): added to a pointer of @type, or that pointer. */
static int check_offset(struct env *env, int regno, const struct reg *reg, u32 type)
{
	s64 value = reg->var_off.value, smin = reg->r64.smin;
	char name[64];

	reg_type_text(type, name);
	if (tnum_is_const(reg->var_off) && (value >= MAX_OFFSET || value <= -MAX_OFFSET))
		return reject_reg(env, regno, OFFSET_TOO_LARGE, name, (long long)value);
	if (reg->off >= MAX_OFFSET || reg->off <= -MAX_OFFSET)
		return reject_reg(env, regno, FIXED_OFFSET_TOO_LARGE, name, reg->off);
	if (smin == INT64_MIN)
		return reject_reg(env, regno, OFFSET_UNBOUNDED, name);
	if (smin >= MAX_OFFSET || smin <= -MAX_OFFSET)
		return reject_reg(env, regno, OFFSET_OUT_OF_BOUNDS, (long long)smin, name);
	return 0;
}

/* Kinds of pointers that stay as they are, apart from `+= 0` and constant offsets where these make sense. */
static bool may_be_moved(const struct reg *ptr, const struct reg *off, u8 op)
{
	bool known = tnum_is_const(off->var_off);
	bool adds_zero = known && !off->r64.smin && op == BPF_ADD;

	switch (base_type(ptr->type)) {
	case PTR_TO_FLOW_KEYS:
		return known;
	case CONST_PTR_TO_MAP:
		return adds_zero;
	case PTR_TO_PACKET_END:
	case PTR_TO_SOCKET:
	case PTR_TO_SOCK_COMMON:
	case PTR_TO_TCP_SOCK:
	case PTR_TO_XDP_SOCK:
		return false;
	}
	return true;
}

static int check_pointer_op(struct env *env, const struct bpf_insn *insn, const struct reg *ptr,
			    const struct reg *off)
{
	char name[64];

	if (bits_of(insn) == 32)
		return reject_reg(env, insn->dst_reg, POINTER_OP_32, insn->dst_reg);
	if (ptr->type & PTR_MAYBE_NULL)
		return reject_reg(env, insn->dst_reg, POINTER_OP_OR_NULL, insn->dst_reg,
				  reg_type_text(ptr->type, name));
	if (!may_be_moved(ptr, off, BPF_OP(insn->code)))
		return reject_reg(env, insn->dst_reg, POINTER_OP_KIND, insn->dst_reg,
				  reg_type_text(ptr->type, name));
	return 0;
}

static bool is_packet(const struct reg *reg)
{
	return reg->type == PTR_TO_PACKET || reg->type == PTR_TO_PACKET_META;
}

/* A new variable part: packet pointers that had the same one are of no use to it any more. */
static void renew_packet_id(struct env *env, struct reg *dst, bool may_move_forward)
{
	if (!is_packet(dst))
		return;
	dst->id = ++env->w->id_gen;
	if (may_move_forward)
		memset(dst->raw, 0, sizeof(dst->raw));
}

static bool fits_fixed_offset(s64 off)
{
	return off == (s32)off;
}

/* @dst is a copy of the pointer. */
static void add_offset(struct env *env, struct reg *dst, const struct reg *off)
{
	s64 sum = dst->off + off->r64.smin;

	if (tnum_is_const(off->var_off) && fits_fixed_offset(sum)) {
		dst->off = sum;
		return;
	}
	range_add(&dst->r64, &off->r64, 64);
	dst->var_off = tnum_add(dst->var_off, off->var_off);
	renew_packet_id(env, dst, true);
}

static void subtract_offset(struct env *env, struct reg *dst, const struct reg *off)
{
	s64 difference = dst->off - off->r64.smin;

	if (tnum_is_const(off->var_off) && fits_fixed_offset(difference)) {
		dst->off = difference;
		return;
	}
	range_sub(&dst->r64, &off->r64, 64);
	dst->var_off = tnum_sub(dst->var_off, off->var_off);
	renew_packet_id(env, dst, off->r64.smin < 0);
}

static int move_pointer(struct env *env, const struct bpf_insn *insn, struct reg *dst, const struct reg *off,
			bool reversed)
{
	u32 regno = insn->dst_reg;

	switch (BPF_OP(insn->code)) {
	case BPF_ADD:
		add_offset(env, dst, off);
		return 0;
	case BPF_SUB:
		if (reversed)
			return reject_reg(env, regno, SUBTRACT_POINTER, regno);
		if (dst->type == PTR_TO_STACK)
			return reject_reg(env, regno, SUBTRACT_FROM_STACK, regno);
		subtract_offset(env, dst, off);
		return 0;
	case BPF_AND:
	case BPF_OR:
	case BPF_XOR:
		return reject_reg(env, regno, POINTER_BITWISE, regno, op_of(insn));
	}
	return reject_reg(env, regno, POINTER_OPERATOR, regno, op_of(insn));
}

int pointer_op(struct env *env, const struct bpf_insn *insn, const struct reg *ptr, const struct reg *off,
	       bool reversed)
{
	struct reg *dst = &cur_regs(env)[insn->dst_reg];
	struct spec_op spec = {0};
	struct reg pointer = *ptr, offset = *off;
	int by = BPF_SRC(insn->code) == BPF_X ? insn->src_reg : -1;
	int err;

	if (contradicts(&off->r64, tnum_is_const(off->var_off)) ||
	    (bits_of(insn) == 32 && BPF_OP(insn->code) == BPF_SUB && env->w->may.allow_ptr_leaks)) {
		forget_value(env, dst);
		return 0;
	}
	err = check_pointer_op(env, insn, ptr, off);
	if (err)
		return err;
	if (reversed)
		*dst = pointer;
	err = check_offset(env, reversed ? insn->dst_reg : by, &offset, pointer.type);
	if (!err)
		err = check_offset(env, reversed ? by : insn->dst_reg, &pointer, pointer.type);
	if (err)
		return err;
	dst->r32 = range_full(32);
	err = spec_pointer_before(env, insn, &spec, &pointer, &offset, reversed);
	if (!err)
		err = move_pointer(env, insn, dst, &offset, reversed);
	if (!err)
		err = check_offset(env, insn->dst_reg, dst, pointer.type);
	if (err)
		return err;
	reg_sync(dst);
	return spec_pointer_after(env, insn, &spec, dst);
}
