/*
 * Arithmetic on what registers may hold (check_alu_op, adjust_reg_min_max_vals of kernel/bpf/verifier.c):
 * the instructions. What comes of numbers and pointers: alu_scalar.c, alu_pointer.c.
 */
#include "alu.h"

/* As the kernel writes them in its messages. */
static const char *const op_text[16] = {
	[BPF_ADD >> 4] = "+=", [BPF_SUB >> 4] = "-=",  [BPF_MUL >> 4] = "*=",   [BPF_DIV >> 4] = "/=",
	[BPF_OR >> 4] = "|=",  [BPF_AND >> 4] = "&=",  [BPF_LSH >> 4] = "<<=",  [BPF_RSH >> 4] = ">>=",
	[BPF_NEG >> 4] = "neg", [BPF_MOD >> 4] = "%=", [BPF_XOR >> 4] = "^=",   [BPF_MOV >> 4] = "=",
	[BPF_ARSH >> 4] = "s>>=", [BPF_END >> 4] = "endian",
};

const char *op_of(const struct bpf_insn *insn)
{
	return op_text[BPF_OP(insn->code) >> 4];
}

/* --- two operands --- */

static int two_pointers(struct env *env, const struct bpf_insn *insn, struct reg *dst)
{
	if (BPF_OP(insn->code) != BPF_SUB || !env->w->may.allow_ptr_leaks)
		return reject_reg(env, insn->dst_reg, TWO_POINTERS, insn->dst_reg, op_of(insn));
	forget_value(env, dst);
	return 0;
}

static int op_by_register(struct env *env, const struct bpf_insn *insn, struct reg *dst,
			  const struct reg *src)
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

/* --- one operand --- */

static bool end_is_well_formed(const struct bpf_insn *insn)
{
	bool width = insn->imm == 16 || insn->imm == 32 || insn->imm == 64;

	return !insn->src_reg && !insn->off && width && BPF_CLASS(insn->code) == BPF_ALU;
}

/* neg and byte swaps: of the result nothing is known. */
static int unary_op(struct env *env, const struct bpf_insn *insn)
{
	int err;

	if (BPF_OP(insn->code) == BPF_NEG &&
	    (BPF_SRC(insn->code) != BPF_K || insn->src_reg || insn->off || insn->imm))
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

/* --- mov --- */

static void move_64(struct env *env, struct reg *dst, struct reg *src)
{
	if (src->type == SCALAR_VALUE && !src->id)
		src->id = ++env->w->id_gen; /* what a branch tells of one is true of the other */
	copy_reg(dst, src);
	dst->live |= LIVE_WRITTEN;
	dst->subreg_def = SUBREG_DEF_NONE;
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
