/* Does Linux 6.1 know an instruction? See isa_known.h. */
#include "isa_known.h"

/* The fields that must be 0, by format; with the X bit set, imm is one of them instead of src. */
enum field {
	F_DST = 1,
	F_SRC = 2,
	F_OFF = 4,
	F_IMM = 8,
	F_SRC_OR_IMM = 16,
	F_OFF_OR_IMM = 32,  /* of goto and gotol, the one that does not hold the distance */
};

static const u8 reserved[] = {
	[OP_ALU] = F_OFF | F_SRC_OR_IMM,
	[OP_NEG] = F_SRC | F_OFF | F_IMM,
	[OP_END] = F_SRC | F_OFF,
	[OP_LD_IMM64] = F_OFF,
	[OP_LD_ABS] = F_DST | F_SRC | F_OFF,
	[OP_LD_IND] = F_DST | F_OFF,
	[OP_LDX] = F_IMM,
	[OP_ST] = F_SRC,
	[OP_STX] = F_IMM,
	[OP_ATOMIC] = 0,
	[OP_JA] = F_DST | F_SRC | F_OFF_OR_IMM,
	[OP_JCOND] = F_SRC_OR_IMM,
	[OP_CALL] = F_DST,
	[OP_EXIT] = F_DST | F_SRC | F_OFF | F_IMM,
};

static bool reserved_are_zero(const struct bpf_insn *insn, u8 set)
{
	if (set & F_SRC_OR_IMM)
		set |= BPF_SRC(insn->code) == BPF_X ? F_IMM : F_SRC;
	if (set & F_OFF_OR_IMM)
		set |= BPF_CLASS(insn->code) == BPF_JMP32 ? F_OFF : F_IMM;
	return !(set & F_DST && insn->dst_reg) && !(set & F_SRC && insn->src_reg) &&
	       !(set & F_OFF && insn->off) && !(set & F_IMM && insn->imm);
}

static bool imm64_known(const struct bpf_insn *insn)
{
	const struct bpf_insn *second = insn + 1;

	return insn->src_reg <= BPF_PSEUDO_MAP_IDX_VALUE && !second->code && !second->dst_reg &&
	       !second->src_reg && !second->off;
}

static bool call_known(const struct bpf_insn *insn)
{
	return insn->src_reg <= BPF_PSEUDO_KFUNC_CALL &&
	       (!insn->off || insn->src_reg == BPF_PSEUDO_KFUNC_CALL);
}

bool isa_known_6_1(const struct bpf_insn *insn)
{
	const struct op_info *op = &isa_ops[insn->code];

	if (op->format == OP_NONE || op->since > SINCE_6_1_LATE)
		return false;
	if (!reserved_are_zero(insn, reserved[op->format]))
		return false;
	if (insn->dst_reg >= MAX_BPF_REGS || insn->src_reg >= MAX_BPF_REGS)
		return false;
	switch (op->format) {
	case OP_END:
		return insn->imm == 16 || insn->imm == 32 || insn->imm == 64;
	case OP_ATOMIC:
		return isa_atomic_name(insn->imm) != NULL;
	case OP_LD_IMM64:
		return imm64_known(insn);
	case OP_CALL:
		return call_known(insn);
	}
	return true;
}
