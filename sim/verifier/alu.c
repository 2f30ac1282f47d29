/*
 * Arithmetic on what registers may hold (check_alu_op, adjust_reg_min_max_vals and what they call in kernel/bpf/verifier.c).
 *
 * Scalars: tnum and ranges of the result. Pointers: a constant is added to the fixed offset, anything else makes the variable part.
 */
#include "spec.h"
#include "walk.h"

#define MAX_OFFSET (1 << 29) /* BPF_MAX_VAR_OFF */

/* As the kernel writes them in its messages. */
static const char *const op_text[16] = {
	[BPF_ADD >> 4] = "+=", [BPF_SUB >> 4] = "-=",  [BPF_MUL >> 4] = "*=",   [BPF_DIV >> 4] = "/=",
	[BPF_OR >> 4] = "|=",  [BPF_AND >> 4] = "&=",  [BPF_LSH >> 4] = "<<=",  [BPF_RSH >> 4] = ">>=",
	[BPF_NEG >> 4] = "neg", [BPF_MOD >> 4] = "%=", [BPF_XOR >> 4] = "^=",   [BPF_MOV >> 4] = "=",
	[BPF_ARSH >> 4] = "s>>=", [BPF_END >> 4] = "endian",
};

static const char *op_of(const struct bpf_insn *insn)
{
	return op_text[BPF_OP(insn->code) >> 4];
}

static u32 bits_of(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ALU64 ? 64 : 32;
}

static void forget_value(const struct env *env, struct reg *reg)
{
	reg_set_unknown(reg, !env->w->may.bpf_capable);
}

/* Is it a pointer that must not be turned into a number? */
static bool is_secret(const struct env *env, const struct reg *reg)
{
	return !env->w->may.allow_ptr_leaks && reg->type != SCALAR_VALUE;
}

/* --- scalars --- */

static void both_ranges(struct reg *dst, const struct reg *src,
			void (*op)(struct range *a, const struct range *b, u32 bits))
{
	op(&dst->r32, &src->r32, 32);
	op(&dst->r64, &src->r64, 64);
}

/* Two constants make one, whatever the bounds say (on branches that cannot be reached they may contradict). */
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

/* Bounds that contradict each other come from branches that cannot be reached. */
static bool contradicts(const struct range *r, bool known)
{
	return (known && (r->smin != r->smax || r->umin != r->umax)) || r->smin > r->smax || r->umin > r->umax;
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

static int scalar_op(struct env *env, const struct bpf_insn *insn, struct reg *dst, const struct reg *src)
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

/* --- pointers --- */

static int check_offset(struct env *env, const struct reg *reg, u32 type)
{
	s64 value = reg->var_off.value, smin = reg->r64.smin;
	char name[64];

	reg_type_text(type, name);
	if (tnum_is_const(reg->var_off) && (value >= MAX_OFFSET || value <= -MAX_OFFSET))
		return reject(env, OFFSET_TOO_LARGE, name, (long long)value);
	if (reg->off >= MAX_OFFSET || reg->off <= -MAX_OFFSET)
		return reject(env, FIXED_OFFSET_TOO_LARGE, name, reg->off);
	if (smin == INT64_MIN)
		return reject(env, OFFSET_UNBOUNDED, name);
	if (smin >= MAX_OFFSET || smin <= -MAX_OFFSET)
		return reject(env, OFFSET_OUT_OF_BOUNDS, (long long)smin, name);
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

static int check_pointer_op(struct env *env, const struct bpf_insn *insn, const struct reg *ptr, const struct reg *off)
{
	char name[64];

	if (bits_of(insn) == 32)
		return reject_reg(env, insn->dst_reg, POINTER_OP_32, insn->dst_reg);
	if (ptr->type & PTR_MAYBE_NULL)
		return reject_reg(env, insn->dst_reg, POINTER_OP_OR_NULL, insn->dst_reg, reg_type_text(ptr->type, name));
	if (!may_be_moved(ptr, off, BPF_OP(insn->code)))
		return reject_reg(env, insn->dst_reg, POINTER_OP_KIND, insn->dst_reg, reg_type_text(ptr->type, name));
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

static int move_pointer(struct env *env, const struct bpf_insn *insn, struct reg *dst, const struct reg *off, bool reversed)
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

/* dst = ptr op off; @reversed: the instruction has them the other way round, `scalar += pointer`. */
static int pointer_op(struct env *env, const struct bpf_insn *insn, const struct reg *ptr, const struct reg *off, bool reversed)
{
	struct reg *dst = &cur_regs(env)[insn->dst_reg];
	struct spec_op spec = {0};
	struct reg pointer = *ptr, offset = *off;
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
	err = check_offset(env, &offset, pointer.type);
	if (!err)
		err = check_offset(env, &pointer, pointer.type);
	if (err)
		return err;
	dst->r32 = range_full(32);
	err = spec_pointer_before(env, insn, &spec, &pointer, &offset, reversed);
	if (!err)
		err = move_pointer(env, insn, dst, &offset, reversed);
	if (!err)
		err = check_offset(env, dst, pointer.type);
	if (err)
		return err;
	reg_sync(dst);
	return spec_pointer_after(env, insn, &spec, dst);
}

/* --- instructions --- */

static int two_pointers(struct env *env, const struct bpf_insn *insn, struct reg *dst)
{
	if (BPF_OP(insn->code) != BPF_SUB || !env->w->may.allow_ptr_leaks)
		return reject_reg(env, insn->dst_reg, TWO_POINTERS, insn->dst_reg, op_of(insn));
	forget_value(env, dst);
	return 0;
}

static int op_by_register(struct env *env, const struct bpf_insn *insn, struct reg *dst, const struct reg *src)
{
	bool dst_pointer = dst->type != SCALAR_VALUE, src_pointer = src->type != SCALAR_VALUE;
	struct reg copy;
	int err = 0;

	if (dst_pointer && src_pointer)
		return two_pointers(env, insn, dst);
	if (src_pointer) {
		err = mark_precise(env, insn->dst_reg);
		copy = *dst;
		return err ? err : pointer_op(env, insn, src, &copy, true);
	}
	if (dst_pointer || dst->precise)
		err = mark_precise(env, insn->src_reg);
	if (err)
		return err;
	if (dst_pointer)
		return pointer_op(env, insn, dst, src, false);
	copy = *src; /* src may be dst */
	return scalar_op(env, insn, dst, &copy);
}

static int binary_op(struct env *env, const struct bpf_insn *insn)
{
	struct reg *dst = &cur_regs(env)[insn->dst_reg];
	struct reg constant = {.type = SCALAR_VALUE};

	if (dst->type == SCALAR_VALUE)
		dst->id = 0; /* no longer the same value as others with this id */
	if (BPF_SRC(insn->code) == BPF_X)
		return op_by_register(env, insn, dst, &cur_regs(env)[insn->src_reg]);
	reg_set_const(&constant, insn->imm);
	if (dst->type != SCALAR_VALUE)
		return pointer_op(env, insn, dst, &constant, false);
	return scalar_op(env, insn, dst, &constant);
}

static int check_binary(struct env *env, const struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);
	bool is_shift = op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;
	int err;

	if (BPF_SRC(insn->code) == BPF_X) {
		if (insn->imm || insn->off)
			return reject(env, ALU_RESERVED);
		err = use_reg(env, insn->src_reg, USE_SRC);
		if (err)
			return err;
	} else if (insn->src_reg || insn->off) {
		return reject(env, ALU_RESERVED);
	}
	err = use_reg(env, insn->dst_reg, USE_SRC);
	if (err)
		return err;
	if (BPF_SRC(insn->code) == BPF_K && (op == BPF_MOD || op == BPF_DIV) && !insn->imm)
		return reject(env, DIV_BY_ZERO);
	if (BPF_SRC(insn->code) == BPF_K && is_shift && (insn->imm < 0 || (u32)insn->imm >= bits_of(insn)))
		return reject(env, BAD_SHIFT, insn->imm);
	return use_reg(env, insn->dst_reg, USE_DST_NO_MARK);
}

static bool end_is_well_formed(const struct bpf_insn *insn)
{
	bool width = insn->imm == 16 || insn->imm == 32 || insn->imm == 64;

	return !insn->src_reg && !insn->off && width && BPF_CLASS(insn->code) == BPF_ALU;
}

/* neg and byte swaps: of the result nothing is known. */
static int unary_op(struct env *env, const struct bpf_insn *insn)
{
	int err;

	if (BPF_OP(insn->code) == BPF_NEG && (BPF_SRC(insn->code) != BPF_K || insn->src_reg || insn->off || insn->imm))
		return reject(env, NEG_RESERVED);
	if (BPF_OP(insn->code) == BPF_END && !end_is_well_formed(insn))
		return reject(env, END_RESERVED);
	err = use_reg(env, insn->dst_reg, USE_SRC);
	if (err)
		return err;
	if (is_secret(env, &cur_regs(env)[insn->dst_reg]))
		return reject_reg(env, insn->dst_reg, POINTER_UNARY, insn->dst_reg);
	return use_reg(env, insn->dst_reg, USE_DST);
}

/* What is known of @src, not how it is used. */
void copy_reg(struct reg *dst, const struct reg *src)
{
	struct reg *parent = dst->parent;
	u8 live = dst->live;

	*dst = *src;
	dst->parent = parent;
	dst->live = live;
}

static void move_64(struct env *env, struct reg *dst, struct reg *src)
{
	if (src->type == SCALAR_VALUE && !src->id)
		src->id = ++env->w->id_gen; /* what a branch tells of one is true of the other */
	copy_reg(dst, src);
	dst->live |= LIVE_WRITTEN;
	dst->subreg_def = SUBREG_DEF_NONE;
	dst->def_insn = env->w->insn;
}

static int move_32(struct env *env, const struct bpf_insn *insn, struct reg *dst, const struct reg *src)
{
	if (is_secret(env, src))
		return reject_reg(env, insn->src_reg, PARTIAL_POINTER_COPY, insn->src_reg);
	if (src->type == SCALAR_VALUE) {
		copy_reg(dst, src);
		dst->id = 0;
		dst->live |= LIVE_WRITTEN;
		dst->subreg_def = env->w->insn + 1;
		dst->def_insn = env->w->insn;
	} else {
		forget_value(env, dst);
	}
	reg_zero_extend(dst);
	reg_sync(dst);
	return 0;
}

static int move_op(struct env *env, const struct bpf_insn *insn)
{
	struct reg *dst = &cur_regs(env)[insn->dst_reg];
	bool by_register = BPF_SRC(insn->code) == BPF_X;
	int err = 0;

	if (insn->off || (by_register ? insn->imm : insn->src_reg))
		return reject(env, MOV_RESERVED);
	if (by_register)
		err = use_reg(env, insn->src_reg, USE_SRC);
	if (!err)
		err = use_reg(env, insn->dst_reg, USE_DST_NO_MARK);
	if (err)
		return err;
	if (by_register && bits_of(insn) == 32)
		return move_32(env, insn, dst, &cur_regs(env)[insn->src_reg]);
	if (by_register) {
		move_64(env, dst, &cur_regs(env)[insn->src_reg]);
		return 0;
	}
	forget_value(env, dst);
	reg_set_const(dst, bits_of(insn) == 64 ? (u64)(s64)insn->imm : (u32)insn->imm);
	return 0;
}

int walk_alu(struct env *env, const struct bpf_insn *insn)
{
	u8 op = BPF_OP(insn->code);
	int err;

	if (op == BPF_END || op == BPF_NEG)
		return unary_op(env, insn);
	if (op == BPF_MOV)
		return move_op(env, insn);
	if (op > BPF_END)
		return reject(env, BAD_ALU_OPCODE, op);
	err = check_binary(env, insn);
	return err ? err : binary_op(env, insn);
}
