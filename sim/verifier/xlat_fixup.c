/*
 * Insns that machine code cannot do as they are (do_misc_fixups of kernel/bpf/verifier.c):
 * divisions by zero, classic packet loads, pointer arithmetic that speculation must not lead
 * astray. Calls are in xlat_call.c.
 */
#include "spec.h"
#include "translate.h"

/* --- x / 0 is 0, x % 0 is x (RFC 9669); the CPU would trap --- */

static void guard_division(const struct bpf_insn *insn, struct patch *p)
{
	bool is64 = BPF_CLASS(insn->code) == BPF_ALU64;
	u8 class = is64 ? BPF_JMP : BPF_JMP32;

	if (BPF_OP(insn->code) == BPF_DIV) {
		patch_add(p, make_insn(class | BPF_JNE | BPF_K, insn->src_reg, 0, 2, 0));
		patch_add(p, make_alu32_reg(BPF_XOR, insn->dst_reg, insn->dst_reg));
		patch_add(p, make_goto(1));
		patch_add(p, *insn);
		return;
	}
	patch_add(p, make_insn(class | BPF_JEQ | BPF_K, insn->src_reg, 0, is64 ? 1 : 2, 0));
	patch_add(p, *insn);
	if (!is64) {
		patch_add(p, make_goto(1));
		patch_add(p, make_alu32_reg(BPF_MOV, insn->dst_reg, insn->dst_reg));
	}
}

static bool is_division(u8 code)
{
	u8 class = BPF_CLASS(code), op = BPF_OP(code);

	return (class == BPF_ALU || class == BPF_ALU64) && BPF_SRC(code) == BPF_X &&
	       (op == BPF_DIV || op == BPF_MOD);
}

/* --- LD_ABS, LD_IND: a call of a helper; a packet that is too short ends the program with 0 --- */

static bool is_classic_load(u8 code)
{
	return BPF_CLASS(code) == BPF_LD && (BPF_MODE(code) == BPF_ABS || BPF_MODE(code) == BPF_IND);
}

static u32 classic_loader(u8 code)
{
	return BPF_SIZE(code) == BPF_B   ? KTEXT_SKB_LOAD_8
	       : BPF_SIZE(code) == BPF_H ? KTEXT_SKB_LOAD_16
					 : KTEXT_SKB_LOAD_32;
}

static void write_classic_load(const struct bpf_insn *insn, struct patch *p)
{
	if (BPF_MODE(insn->code) == BPF_ABS) {
		patch_add(p, make_alu64_imm(BPF_MOV, BPF_REG_2, insn->imm));
	} else {
		patch_add(p, make_alu64_reg(BPF_MOV, BPF_REG_2, insn->src_reg));
		if (insn->imm)
			patch_add(p, make_alu64_imm(BPF_ADD, BPF_REG_2, insn->imm));
	}
	patch_add(p, make_alu64_reg(BPF_MOV, BPF_REG_1, BPF_REG_6));
	patch_add(p, make_call(ktext_imm(KTEXT_INTERNAL, classic_loader(insn->code))));
	patch_add(p, make_jump_imm(BPF_JSGE, BPF_REG_0, 0, 2));
	patch_add(p, make_alu32_reg(BPF_XOR, BPF_REG_0, BPF_REG_0));
	patch_add(p, make_exit());
}

/*
 * --- offsets of pointers, masked: beyond the limit they become 0, on a mispredicted path
 * as well (spec.c) ---
 */

static bool is_masked(u8 code, const struct insn_aux *aux)
{
	return (code == (BPF_ALU64 | BPF_ADD | BPF_X) || code == (BPF_ALU64 | BPF_SUB | BPF_X)) &&
	       aux->alu_state && aux->alu_state != ALU_NON_POINTER;
}

/* ax = offset if it is at most the limit, else 0 */
static void write_mask(u8 offset, const struct insn_aux *aux, struct patch *p)
{
	if (aux->alu_state & ALU_NEGATIVE)
		patch_add(p, make_alu64_imm(BPF_MUL, offset, -1));
	patch_add(p, make_alu32_imm(BPF_MOV, BPF_REG_AX, aux->alu_limit));
	patch_add(p, make_alu64_reg(BPF_SUB, BPF_REG_AX, offset));
	patch_add(p, make_alu64_reg(BPF_OR, BPF_REG_AX, offset));
	patch_add(p, make_alu64_imm(BPF_NEG, BPF_REG_AX, 0));
	patch_add(p, make_alu64_imm(BPF_ARSH, BPF_REG_AX, 63));
	patch_add(p, make_alu64_reg(BPF_AND, BPF_REG_AX, offset));
}

static void write_masked(struct bpf_insn insn, const struct insn_aux *aux, struct patch *p)
{
	bool in_src = (aux->alu_state & (ALU_MASK_SRC | ALU_MASK_DST)) == ALU_MASK_SRC;
	bool constant = aux->alu_state & ALU_CONSTANT, negative = aux->alu_state & ALU_NEGATIVE;
	u8 offset = in_src ? insn.src_reg : insn.dst_reg;

	if (constant)
		patch_add(p, make_alu32_imm(BPF_MOV, BPF_REG_AX, aux->alu_limit));
	else
		write_mask(offset, aux, p);
	if (!in_src)
		patch_add(p, make_alu64_reg(BPF_MOV, insn.dst_reg, insn.src_reg));
	insn.src_reg = BPF_REG_AX;
	if (negative)
		insn.code ^= BPF_ADD ^ BPF_SUB;
	patch_add(p, insn);
	if (in_src && negative && !constant)
		patch_add(p, make_alu64_imm(BPF_MUL, offset, -1));
}

int xlat_fixup_insn(struct xlat *x)
{
	const struct bpf_insn *insn = &xlat_cur(x)->insn;
	const struct insn_aux *aux = xlat_aux(x, xlat_cur(x));
	struct patch patch = {.n = 0};

	if (insn->code == (BPF_JMP | BPF_CALL))
		return xlat_call_insn(x);
	if (xlat_cur(x)->made)
		return xlat_keep(x);
	if (is_division(insn->code))
		guard_division(insn, &patch);
	else if (is_classic_load(insn->code))
		write_classic_load(insn, &patch);
	else if (is_masked(insn->code, aux))
		write_masked(*insn, aux, &patch);
	else
		return xlat_keep(x);
	return xlat_patch(x, &patch);
}
