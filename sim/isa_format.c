/*
 * The text of an instruction: what a Linux 6.1 verifier log shows (kernel/bpf/disasm.c), cpu v4's
 * instructions as Linux 6.6 does.
 *
 * One writer for each format of isa_ops[]. The kernel asks for class and operation only, so it has words for
 * opcodes that do not exist ("if r1 exit r2 goto pc+0"), or says BUG; written_as() tells which.
 */
#include "isa.h"

static char reg_letter(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code);

	return class == BPF_ALU || class == BPF_JMP32 ? 'w' : 'r';
}

static const char *op_name(const struct bpf_insn *insn)
{
	const char *name = isa_ops[insn->code].name;

	return name ? name : "(null)";
}

static bool v4_visible(const struct isa_names *names)
{
	return !names || !names->only_6_1;
}

static const char *sign_cast(s16 off)
{
	return off == 8 ? "(s8)" : off == 16 ? "(s16)" : off == 32 ? "(s32)" : "";
}

static void write_alu(const struct bpf_insn *insn, const struct isa_names *names, struct text *out)
{
	bool v4 = v4_visible(names);
	u8 op = BPF_OP(insn->code);
	const char *sign = v4 && (op == BPF_DIV || op == BPF_MOD) && insn->off == 1 ? "s" : "";
	const char *cast = v4 && op == BPF_MOV ? sign_cast(insn->off) : "";
	char letter = reg_letter(insn);

	text_add(out, "%c%d %s%s ", letter, insn->dst_reg, sign, op_name(insn));
	if (BPF_SRC(insn->code) == BPF_X)
		text_add(out, "%s%c%d", cast, letter, insn->src_reg);
	else
		text_add(out, "%d", insn->imm);
}

static void write_neg(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "%c%d = -%c%d", reg_letter(insn), insn->dst_reg, reg_letter(insn), insn->dst_reg);
}

static void write_end(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "r%d = %s%d r%d", insn->dst_reg, op_name(insn), insn->imm, insn->dst_reg);
}

static void write_ld_imm64(const struct bpf_insn *insn, const struct isa_names *names, struct text *out)
{
	u64 imm = (u64)(u32)insn[1].imm << 32 | (u32)insn[0].imm;

	text_add(out, "r%d = ", insn->dst_reg);
	if (!names || !names->imm64 || !names->imm64(names->ctx, insn, imm, out))
		text_add(out, "0x%llx", (unsigned long long)imm);
}

static void write_ld_abs(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "r0 = *(%s *)skb[%d]", op_name(insn), insn->imm);
}

static void write_ld_ind(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "r0 = *(%s *)skb[r%d + %d]", op_name(insn), insn->src_reg, insn->imm);
}

static void write_ldx(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "r%d = *(%s *)(r%d %+d)", insn->dst_reg, op_name(insn), insn->src_reg, insn->off);
}

/* The address that a store goes to: "(u32 *)(r10 -4)". */
static void write_target(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "(%s *)(r%d %+d)", op_name(insn), insn->dst_reg, insn->off);
}

static void write_st(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "*");
	write_target(insn, out);
	text_add(out, " = %d", insn->imm);
}

static void write_stx(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "*");
	write_target(insn, out);
	text_add(out, " = r%d", insn->src_reg);
}

static void write_locked(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "lock *");
	write_target(insn, out);
	text_add(out, " %s r%d", isa_ops[BPF_ALU64 | BPF_X | insn->imm].name, insn->src_reg);
}

static void write_atomic(const struct bpf_insn *insn, struct text *out)
{
	bool cmpxchg = insn->imm == BPF_CMPXCHG, xchg = insn->imm == BPF_XCHG;

	if (!(insn->imm & BPF_FETCH)) {
		write_locked(insn, out);
		return;
	}
	text_add(out, "r%d = atomic%s_%s%s(", cmpxchg ? 0 : insn->src_reg,
		 BPF_SIZE(insn->code) == BPF_DW ? "64" : "", cmpxchg || xchg ? "" : "fetch_",
		 isa_atomic_name(insn->imm));
	write_target(insn, out);
	text_add(out, ", %sr%d)", cmpxchg ? "r0, " : "", insn->src_reg);
}

static void write_ja(const struct bpf_insn *insn, struct text *out)
{
	text_add(out, "%s pc%+d", op_name(insn), BPF_CLASS(insn->code) == BPF_JMP32 ? insn->imm : insn->off);
}

static void write_jcond(const struct bpf_insn *insn, struct text *out)
{
	const char *op = BPF_OP(insn->code) == BPF_JA ? "jmp" : op_name(insn);
	char letter = reg_letter(insn);

	text_add(out, "if %c%d %s ", letter, insn->dst_reg, op);
	if (BPF_SRC(insn->code) == BPF_X)
		text_add(out, "%c%d", letter, insn->src_reg);
	else
		text_add(out, "0x%x", (u32)insn->imm);
	text_add(out, " goto pc%+d", insn->off);
}

static const char *callee(const struct bpf_insn *insn)
{
	const char *helper = insn->src_reg ? NULL : isa_helper_name(insn->imm);

	if (helper)
		return helper;
	return insn->src_reg == BPF_PSEUDO_KFUNC_CALL ? "kernel-function" : "unknown";
}

static void write_call(const struct bpf_insn *insn, const struct isa_names *names, struct text *out)
{
	text_add(out, "call ");
	if (names && names->call && names->call(names->ctx, insn, out))
		return;
	if (insn->src_reg == BPF_PSEUDO_CALL)
		text_add(out, "pc%+d", insn->imm);
	else
		text_add(out, "%s#%d", callee(insn), insn->imm);
}

static void write_exit(const struct bpf_insn *insn, struct text *out)
{
	(void)insn;
	text_add(out, "exit");
}

static void write_nospec(const struct bpf_insn *insn, struct text *out)
{
	(void)insn;
	text_add(out, "nospec");
}

/* Those that depend on the instruction alone. */
static void (*const writers[])(const struct bpf_insn *insn, struct text *out) = {
	[OP_NEG] = write_neg,       [OP_END] = write_end,       [OP_LD_ABS] = write_ld_abs,
	[OP_LD_IND] = write_ld_ind, [OP_LDX] = write_ldx,       [OP_ST] = write_st,
	[OP_STX] = write_stx,       [OP_ATOMIC] = write_atomic, [OP_JA] = write_ja,
	[OP_JCOND] = write_jcond,   [OP_EXIT] = write_exit,     [OP_NOSPEC] = write_nospec,
};

/* The format that the kernel writes an opcode in that is no instruction; OP_NONE where it says BUG. */
static enum op_format nearest_format(u8 code)
{
	u8 class = BPF_CLASS(code), op = BPF_OP(code), mode = BPF_MODE(code);

	switch (class) {
	case BPF_ALU:
	case BPF_ALU64:
		return op == BPF_NEG ? OP_NEG : op == BPF_END ? OP_END : OP_ALU;
	case BPF_JMP:
	case BPF_JMP32:
		return op == BPF_CALL ? OP_CALL : OP_JCOND;
	case BPF_LD:
		return mode == BPF_ABS ? OP_LD_ABS : mode == BPF_IND ? OP_LD_IND : OP_NONE;
	case BPF_STX:
		return mode == BPF_ATOMIC ? OP_ATOMIC : OP_NONE;
	case BPF_ST:
		return mode == BPF_NOSPEC ? OP_NOSPEC : OP_NONE;
	}
	return OP_NONE;
}

static enum op_format written_as(const struct bpf_insn *insn, const struct isa_names *names)
{
	const struct op_info *op = &isa_ops[insn->code];
	bool hidden = (op->since == SINCE_V4 || op->since == SINCE_6_1_LATE) && !v4_visible(names);
	enum op_format format = op->format == OP_NONE || hidden ? nearest_format(insn->code) : op->format;

	if (format == OP_ATOMIC && !isa_atomic_name(insn->imm))
		return OP_NONE;
	if (format == OP_END && BPF_CLASS(insn->code) == BPF_ALU64 && !v4_visible(names))
		return OP_NONE;
	return format;
}

static void write_bug(const struct bpf_insn *insn, struct text *out)
{
	static const char *const class_word[8] = {
		[BPF_LD] = "ld_", [BPF_LDX] = "ldx_", [BPF_ST] = "st_",
		[BPF_STX] = "",   [BPF_ALU64] = "alu64_",
	};

	text_add(out, "BUG_%s%02x", class_word[BPF_CLASS(insn->code)], insn->code);
}

void isa_format(const struct bpf_insn *insn, const struct isa_names *names, struct text *out)
{
	enum op_format format = written_as(insn, names);

	switch (format) {
	case OP_NONE:
		write_bug(insn, out);
		break;
	case OP_ALU:
		write_alu(insn, names, out);
		break;
	case OP_LD_IMM64:
		write_ld_imm64(insn, names, out);
		break;
	case OP_CALL:
		write_call(insn, names, out);
		break;
	default:
		writers[format](insn, out);
	}
}

void isa_format_op(const struct bpf_insn *insn, const struct isa_names *names, struct text *out)
{
	if (written_as(insn, names) != OP_NONE)
		text_add(out, "(%02x) ", insn->code);
	isa_format(insn, names, out);
}
