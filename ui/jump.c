/* See jump.h. */
#include "jump.h"

bool jump_is_taken(const struct bpf_insn *insn, const u64 *reg)
{
	bool narrow = BPF_CLASS(insn->code) == BPF_JMP32;
	u64 a = reg[insn->dst_reg],
	    b = BPF_SRC(insn->code) == BPF_X ? reg[insn->src_reg] : (u64)(s64)insn->imm;
	s64 sa = narrow ? (s32)a : (s64)a, sb = narrow ? (s32)b : (s64)b;

	if (narrow) {
		a = (u32)a;
		b = (u32)b;
	}
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JSET:
		return a & b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JLT:
		return a < b;
	case BPF_JLE:
		return a <= b;
	case BPF_JSGT:
		return sa > sb;
	case BPF_JSGE:
		return sa >= sb;
	case BPF_JSLT:
		return sa < sb;
	default:
		return sa <= sb;
	}
}
