/*
 * Constant blinding: see blind.h.
 *
 * "r1 += 5" becomes "ax = 5 ^ random; ax ^= random; r1 += ax": of what a user may choose, nothing is left
 * in the machine code that could be jumped into. Jumps, calls, offsets of memory accesses and shift counts
 * stay: they are bounded or not free to choose.
 */
#include "blind.h"

struct blinder {
	struct jit_random random;
	struct bpf_insn *out;
	u32 n;
};

static void put(struct blinder *b, u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	b->out[b->n++] =
		(struct bpf_insn){.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm};
}

/* ax = @imm, in two halves. @class: ALU or ALU64. */
static void load_ax(struct blinder *b, u8 class, s32 imm)
{
	u32 half = b->random.next(b->random.ctx);

	put(b, class | BPF_MOV | BPF_K, BPF_REG_AX, 0, 0, half ^ imm);
	put(b, class | BPF_XOR | BPF_K, BPF_REG_AX, 0, 0, half);
}

static void blind_imm64(struct blinder *b, const struct bpf_insn *insn)
{
	load_ax(b, BPF_ALU64, insn[1].imm);
	put(b, BPF_ALU64 | BPF_LSH | BPF_K, BPF_REG_AX, 0, 0, 32);
	put(b, BPF_ALU64 | BPF_MOV | BPF_X, insn->dst_reg, BPF_REG_AX, 0, 0);
	load_ax(b, BPF_ALU, insn->imm);
	put(b, BPF_ALU64 | BPF_OR | BPF_X, insn->dst_reg, BPF_REG_AX, 0, 0);
}

/* The operations with an immediate that can be anything. */
static bool alu_is_blinded(u8 op)
{
	return op == BPF_ADD || op == BPF_SUB || op == BPF_AND || op == BPF_OR || op == BPF_XOR ||
	       op == BPF_MUL || op == BPF_MOV || op == BPF_DIV || op == BPF_MOD;
}

static bool jump_is_blinded(u8 op)
{
	return op != BPF_JA && op != BPF_CALL && op != BPF_EXIT && op != BPF_TAIL_CALL;
}

static void blind_alu(struct blinder *b, const struct bpf_insn *insn)
{
	load_ax(b, BPF_CLASS(insn->code), insn->imm);
	put(b, insn->code | BPF_X, insn->dst_reg, BPF_REG_AX, 0, 0);
}

/* The offset is put right once all insns have their place. */
static void blind_jump(struct blinder *b, const struct bpf_insn *insn)
{
	load_ax(b, BPF_CLASS(insn->code) == BPF_JMP ? BPF_ALU64 : BPF_ALU, insn->imm);
	put(b, insn->code | BPF_X, insn->dst_reg, BPF_REG_AX, insn->off, 0);
}

static void blind_store(struct blinder *b, const struct bpf_insn *insn)
{
	load_ax(b, BPF_ALU64, insn->imm);
	put(b, BPF_STX | BPF_MEM | BPF_SIZE(insn->code), insn->dst_reg, BPF_REG_AX, insn->off, 0);
}

/* False: it stays as it is. */
static bool blind_insn(struct blinder *b, const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);
	bool imm = BPF_SRC(insn->code) == BPF_K, alu = class == BPF_ALU || class == BPF_ALU64;

	if (insn->dst_reg == BPF_REG_AX || insn->src_reg == BPF_REG_AX)
		return false;
	if (alu && imm && op == BPF_MOV && !insn->imm)
		put(b, BPF_ALU64 | BPF_XOR | BPF_X, insn->dst_reg, insn->dst_reg, 0, 0);
	else if (alu && imm && alu_is_blinded(op))
		blind_alu(b, insn);
	else if ((class == BPF_JMP || class == BPF_JMP32) && imm && jump_is_blinded(op))
		blind_jump(b, insn);
	else if (class == BPF_ST && BPF_MODE(insn->code) == BPF_MEM)
		blind_store(b, insn);
	else
		return false;
	return true;
}

/* --- jumps over insns that have become more --- */

static bool is_jump(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_CALL && op != BPF_EXIT &&
	       op != BPF_TAIL_CALL;
}

/* @insn: the original at @i; the jump that it has become is the last of its insns. */
static bool move_jump(struct blinder *b, const struct bpf_insn *insn, u32 i, u32 len, const u32 *moved)
{
	struct bpf_insn *jump = &b->out[moved[i + 1] - 1];
	bool far = insn->code == (BPF_JMP32 | BPF_JA);
	s64 target = (s64)i + 1 + (far ? insn->imm : insn->off), off;

	if (target < 0 || target > len)
		return false;
	off = (s64)moved[target] - moved[i + 1];
	if (far)
		jump->imm = off;
	else
		jump->off = off;
	return far || off == (s16)off;
}

s64 jit_blind(const struct bpf_insn *insns, u32 len, struct jit_random random, struct bpf_insn *out,
	      u32 *moved)
{
	struct blinder b = {.random = random, .out = out};

	for (u32 i = 0; i < len; i++) {
		const struct bpf_insn *insn = &insns[i];
		bool wide = insn_is_ld_imm64(insn) && i + 1 < len;

		moved[i] = b.n;
		if (wide && !insn_is_pseudo_func(insn)) {
			blind_imm64(&b, insn);
			moved[++i] = b.n - 1;
		} else if (wide) {
			out[b.n++] = insn[0];
			moved[++i] = b.n;
			out[b.n++] = insn[1];
		} else if (!blind_insn(&b, insn)) {
			out[b.n++] = *insn;
		}
	}
	moved[len] = b.n;
	for (u32 i = 0; i < len; i += insn_slots(&insns[i]))
		if (is_jump(&insns[i]) && !move_jump(&b, &insns[i], i, len, moved))
			return -ERANGE;
	return b.n;
}
