/*
 * The instruction set (RFC 9669): decoding, and the text of an instruction.
 *
 * isa_ops[] says of each of the 256 opcodes what it is and how it is written; the interpreter, the verifier, the assembler and the
 * panes read the same table. Text is the kernel's (kernel/bpf/disasm.c): what a verifier log and `bpftool prog dump xlated` print.
 */
#ifndef SIM_ISA_H
#define SIM_ISA_H

#include "abi.h"
#include "base.h"

#define MAX_BPF_REGS 11       /* r0 .. r10 */
#define INSN_MAX 1000000u     /* BPF_COMPLEXITY_LIMIT_INSNS: longest program that a privileged user may load */

/* How an opcode is written and what it needs; details are in isa.c. */
enum op_format {
	OP_NONE,      /* not an instruction of Linux 6.1 or RFC 9669 */
	OP_ALU,       /* dst op= src/imm */
	OP_NEG,       /* dst = -dst */
	OP_END,       /* dst = be16 dst, bswap */
	OP_LD_IMM64,  /* two slots */
	OP_LD_ABS,    /* classic packet loads */
	OP_LD_IND,
	OP_LDX,
	OP_ST,        /* imm */
	OP_STX,       /* register */
	OP_ATOMIC,
	OP_JA,
	OP_JCOND,
	OP_CALL,
	OP_EXIT,
};

struct op_info {
	const char *name;  /* of the operation: "+=", "if ... == ...", "be" */
	const char *doc;   /* one line for a beginner */
	u8 format;         /* enum op_format */
};

extern const struct op_info isa_ops[256];

static inline bool insn_is_ld_imm64(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

/* Is this a call of a function of the same program? */
static inline bool insn_is_pseudo_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

static inline bool insn_is_pseudo_func(const struct bpf_insn *insn)
{
	return insn_is_ld_imm64(insn) && insn->src_reg == BPF_PSEUDO_FUNC;
}

/* How names and numbers are shown that depend on who looks. NULL members mean the verifier log's form. */
struct isa_names {
	void *ctx;
	/* Writes what a call calls ("bpf_map_lookup_elem#1"); false: use the default. */
	bool (*call)(void *ctx, const struct bpf_insn *insn, struct text *out);
	/* Writes the 64-bit immediate of a ld_imm64 ("map[id:1]"). */
	bool (*imm64)(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out);
};

/*
 * Appends the text of the instruction at @insn to @out, without "(85) " in front (isa_format_op adds it). @insn[1] is read for
 * ld_imm64 only. Never fails: an unknown opcode gives the kernel's words for it.
 */
void isa_format(const struct bpf_insn *insn, const struct isa_names *names, struct text *out);
void isa_format_op(const struct bpf_insn *insn, const struct isa_names *names, struct text *out);

/* Bit n set: register n is read (written) by the instruction; a call reads r1-r5 and writes r0-r5. */
u32 isa_uses(const struct bpf_insn *insn);
u32 isa_defs(const struct bpf_insn *insn);

/* Does Linux 6.1 know the instruction (opcode and reserved fields)? cpu v4's are known to RFC 9669 only. */
bool isa_known_6_1(const struct bpf_insn *insn);

#endif
