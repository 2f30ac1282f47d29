/*
 * Arithmetic on numbers: tnum and ranges of the result (adjust_scalar_min_max_vals of
 * kernel/bpf/verifier.c).
 */
#include "alu.h"
#include "spec.h"

static void both_ranges(struct reg *dst, const struct reg *src,
			void (*op)(struct range *a, const struct range *b, u32 bits))
{
	op(&dst->r32, &src->r32, 32);
	op(&dst->r64, &src->r64, 64);
}

/*
 * Two constants make one, whatever the bounds say (on branches that cannot be reached they may contradict).
 */
static void bitwise(struct reg *dst, const struct reg *src, struct tnum result,
		    void (*op)(struct range *a, const struct range *b, struct tnum result, u32 bits))
{
	if (tnum_is_const(src->var_off) && tnum_is_const(result)) {
		reg_set_value(dst, result.value);
		return;
	}
	dst->var_off = result;
	if (tnum_subreg_is_const(src->var_off) && tnum_subreg_is_const(result))
		dst->r32 = range_const(result.value, 32);
	else
		op(&dst->r32, &src->r32, tnum_subreg(result), 32);
	op(&dst->r64, &src->r64, result, 64);
	reg_learn_bits(dst);
}

/* `<<= 32` is half of a sign extension: the lower half's signed bounds become the whole's. */
static void shift_left_64(struct reg *dst, u64 least, u64 most)
{
	struct range half = dst->r32;

	range_lsh(&dst->r64, least, most, 64);
	if (least == 32 && most == 32) {
		dst->r64.smin = (s64)((u64)half.smin << 32);
		dst->r64.smax = (s64)((u64)half.smax << 32);
	}
	range_lsh(&dst->r32, least, most, 32);
	dst->var_off = tnum_lshift(dst->var_off, least);
	reg_learn_bits(dst);
}

/* The lower half alone, as a number of its own. */
static void shift_32(struct reg *dst, struct tnum result)
{
	dst->var_off = tnum_subreg(result);
	dst->r64 = range_full(64);
	range_learn_bits(&dst->r32, dst->var_off, 32);
}

static void shift_left(struct reg *dst, const struct range *by, u32 bits)
{
	if (bits == 64) {
		shift_left_64(dst, by->umin, by->umax);
		return;
	}
	range_lsh(&dst->r32, by->umin, by->umax, 32);
	shift_32(dst, tnum_lshift(tnum_subreg(dst->var_off), by->umin));
}

static void shift_right(struct reg *dst, const struct range *by, u32 bits)
{
	if (bits == 32) {
		range_rsh(&dst->r32, by->umin, by->umax, 32);
		shift_32(dst, tnum_rshift(tnum_subreg(dst->var_off), by->umin));
		return;
	}
	range_rsh(&dst->r64, by->umin, by->umax, 64);
	dst->var_off = tnum_rshift(dst->var_off, by->umin);
	dst->r32 = range_full(32);
	reg_learn_bits(dst);
}

static void shift_right_signed(struct reg *dst, const struct range *by, u32 bits)
{
	if (bits == 32) {
		range_arsh(&dst->r32, by->umin, 32);
		shift_32(dst, tnum_arshift(tnum_subreg(dst->var_off), by->umin, 32));
		return;
	}
	range_arsh(&dst->r64, by->umin, 64);
	dst->var_off = tnum_arshift(dst->var_off, by->umin, 64);
	dst->r32 = range_full(32);
	reg_learn_bits(dst);
}

/* The tnum and the ranges of dst op= src. */
static void compute(const struct env *env, u8 op, struct reg *dst, const struct reg *src, u32 bits)
{
	const struct range *by = bits == 64 ? &src->r64 : &src->r32;
	bool is_shift = op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;

	if (is_shift && src->r64.umax >= bits) {
		forget_value(env, dst);
		return;
	}
	switch (op) {
	case BPF_ADD:
		both_ranges(dst, src, range_add);
		dst->var_off = tnum_add(dst->var_off, src->var_off);
		break;
	case BPF_SUB:
		both_ranges(dst, src, range_sub);
		dst->var_off = tnum_sub(dst->var_off, src->var_off);
		break;
	case BPF_MUL:
		dst->var_off = tnum_mul(dst->var_off, src->var_off);
		both_ranges(dst, src, range_mul);
		break;
	case BPF_AND:
		bitwise(dst, src, tnum_and(dst->var_off, src->var_off), range_and);
		break;
	case BPF_OR:
		bitwise(dst, src, tnum_or(dst->var_off, src->var_off), range_or);
		break;
	case BPF_XOR:
		bitwise(dst, src, tnum_xor(dst->var_off, src->var_off), range_xor);
		break;
	case BPF_LSH:
		shift_left(dst, by, bits);
		break;
	case BPF_RSH:
		shift_right(dst, by, bits);
		break;
	case BPF_ARSH:
		shift_right_signed(dst, by, bits);
		break;
	default:
		forget_value(env, dst);
	}
}

int scalar_op(struct env *env, const struct bpf_insn *insn, struct reg *dst, const struct reg *src)
{
	u8 op = BPF_OP(insn->code);
	u32 bits = bits_of(insn);
	bool known = bits == 64 ? tnum_is_const(src->var_off) : tnum_subreg_is_const(src->var_off);
	int err;

	if (contradicts(bits == 64 ? &src->r64 : &src->r32, known) ||
	    (!known && op != BPF_ADD && op != BPF_SUB && op != BPF_AND)) {
		forget_value(env, dst);
		return 0;
	}
	err = spec_scalar_op(env, insn);
	if (err)
		return err;
	compute(env, op, dst, src, bits);
	if (bits == 32)
		reg_zero_extend(dst);
	reg_sync(dst);
	return 0;
}
