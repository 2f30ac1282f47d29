/*
 * The instruction set (RFC 9669): decoding, and the text of an instruction.
 *
 * isa_ops[] says of each of the 256 opcodes what it is and how it is written; the interpreter, the verifier,
 * the assembler and the panes read the same table. Text is the kernel's (kernel/bpf/disasm.c): what a
 * verifier log and `bpftool prog dump xlated` print.
 */
#ifndef SIM_ISA_H
#define SIM_ISA_H

#include "abi.h"
#include "base.h"

#define MAX_BPF_REGS 11       /* r0 .. r10 */
#define INSN_MAX 1000000u     /* BPF_COMPLEXITY_LIMIT_INSNS: the longest program that root may load */

/* How an opcode is written and what it needs; details are in isa.c. */
enum op_format {
	OP_NONE,      /* not an instruction of Linux 6.1 or RFC 9669 */
	OP_ALU,       /* dst op= src/imm */
	OP_NEG,       /* dst = -dst */
	OP_END,       /* dst = be16 dst, le16 dst, bswap16 dst */
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
	OP_NOSPEC,    /* a speculation barrier: the verifier inserts it, no program may bring it */
};

/* Who knows an opcode. */
enum op_since {
	SINCE_6_1,      /* Linux 6.1 loads it */
	SINCE_6_1_LATE, /* cpu v4, but later 6.1 kernels load it too; their log has no name for it */
	SINCE_V4,       /* cpu v4: RFC 9669 and Linux 6.6 */
	SINCE_KERNEL,   /* only the kernel itself writes it, into translated programs */
};

struct op_info {
	const char *name;  /* of the operation: "+=", "==", "be", "u32" */
	const char *doc;   /* one line for a beginner; NULL for OP_NONE */
	u8 format;         /* enum op_format */
	u8 since;          /* enum op_since */
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

/*
 * How the things are shown that depend on who looks. A NULL callback, or one that answers false, gives the
 * verifier log's form.
 */
struct isa_names {
	void *ctx;
	/* Writes what stands behind "call ": "bpf_map_lookup_elem#1", "pc+3#my_function". */
	bool (*call)(void *ctx, const struct bpf_insn *insn, struct text *out);
	/* Writes the 64-bit immediate of a ld_imm64: "map[id:1]", "0xffff888012345600". */
	bool (*imm64)(void *ctx, const struct bpf_insn *insn, u64 imm, struct text *out);
	/*
	 * Linux 6.1 does not know cpu v4: it writes a signed division (off = 1) like an unsigned one, and so
	 * on.
	 */
	bool only_6_1;
};

/*
 * Appends the text of the instruction at @insn to @out; isa_format_op puts "(85) ", the opcode, in front.
 * @insn[1] is read for ld_imm64 only. @names may be NULL. Never fails: an unknown opcode gives the kernel's
 * words for it ("BUG_ld_40").
 */
void isa_format(const struct bpf_insn *insn, const struct isa_names *names, struct text *out);
void isa_format_op(const struct bpf_insn *insn, const struct isa_names *names, struct text *out);

/* "bpf_map_lookup_elem" for 1; NULL for a number that is no helper of Linux 6.1. */
const char *isa_helper_name(s32 id);

/*
 * The word for the operation of an atomic instruction ("add", "xchg"); NULL when its imm is none of RFC
 * 9669's.
 */
const char *isa_atomic_name(s32 imm);

/* Slots that the instruction takes: 2 for ld_imm64, otherwise 1. */
static inline u32 insn_slots(const struct bpf_insn *insn)
{
	return insn_is_ld_imm64(insn) ? 2 : 1;
}

/* Bit n set: register n is read (written) by the instruction; a call reads r1-r5 and writes r0-r5. */
u32 isa_uses(const struct bpf_insn *insn);
u32 isa_defs(const struct bpf_insn *insn);

#endif
