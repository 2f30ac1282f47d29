/*
 * The table of the 256 opcodes, and what is read off an instruction without running it.
 *
 * An opcode byte holds a class (low 3 bits) and, for arithmetic and jumps, a source bit and an operation; for
 * loads and stores a size and a mode (RFC 9669, section 3). Rows without a doc are no instructions; a name in
 * them is what the kernel would print (isa_format.c). Rows of cpu v4 are in the table, because tools show
 * them; Linux 6.1 refuses to load them.
 */
#include "isa.h"

#define NUM "a number"
#define REG "another register"
#define W32 "; 32 bits: the upper half becomes 0"
#define CMP32 ", looking at the lower 32 bits only"

/*
 * RFC 9669, section 4.1: an arithmetic operation exists for 64 and 32 bits, and with a number or a register
 * as source.
 */
#define ALU(op, name, before, after)									\
	[BPF_ALU64 | op | BPF_K] = {name, before NUM after, OP_ALU, SINCE_6_1},				\
	[BPF_ALU64 | op | BPF_X] = {name, before REG after, OP_ALU, SINCE_6_1},				\
	[BPF_ALU | op | BPF_K] = {name, before NUM after W32, OP_ALU, SINCE_6_1},			\
	[BPF_ALU | op | BPF_X] = {name, before REG after W32, OP_ALU, SINCE_6_1}

/* Section 4.3: a conditional jump likewise. */
#define JCOND(op, name, before)										\
	[BPF_JMP | op | BPF_K] = {name, "jumps if " before NUM, OP_JCOND, SINCE_6_1},			\
	[BPF_JMP | op | BPF_X] = {name, "jumps if " before REG, OP_JCOND, SINCE_6_1},			\
	[BPF_JMP32 | op | BPF_K] = {name, "jumps if " before NUM CMP32, OP_JCOND, SINCE_6_1},		\
	[BPF_JMP32 | op | BPF_X] = {name, "jumps if " before REG CMP32, OP_JCOND, SINCE_6_1}

/* Section 5.1: a plain load or store exists for four sizes. */
#define SIZES(class, format, before, after)								\
	[class | BPF_MEM | BPF_B] = {"u8", before "1 byte" after, format, SINCE_6_1},			\
	[class | BPF_MEM | BPF_H] = {"u16", before "2 bytes" after, format, SINCE_6_1},			\
	[class | BPF_MEM | BPF_W] = {"u32", before "4 bytes" after, format, SINCE_6_1},			\
	[class | BPF_MEM | BPF_DW] = {"u64", before "8 bytes" after, format, SINCE_6_1}

/* Section 5.5: classic packet access has no 8-byte form. */
#define PACKET(mode, format, before, after)								\
	[BPF_LD | mode | BPF_B] = {"u8", before "1 byte" after, format, SINCE_6_1},			\
	[BPF_LD | mode | BPF_H] = {"u16", before "2 bytes" after, format, SINCE_6_1},			\
	[BPF_LD | mode | BPF_W] = {"u32", before "4 bytes" after, format, SINCE_6_1},			\
	[BPF_LD | mode | BPF_DW] = {"u64", NULL, OP_NONE, SINCE_6_1}

#define SIGNED_LOAD(size, name, bytes)									\
	[BPF_LDX | BPF_MEMSX | size] = {name, "loads " bytes ", sign bit copied upward", OP_LDX, SINCE_V4}

/* What the kernel calls an operation that does not exist in this class or with this source. */
#define NO_INSN(code, name) [code] = {name, NULL, OP_NONE, SINCE_6_1}

const struct op_info isa_ops[256] = {
	ALU(BPF_ADD, "+=", "adds ", " to the register"),
	ALU(BPF_SUB, "-=", "subtracts ", " from the register"),
	ALU(BPF_MUL, "*=", "multiplies the register by ", ""),
	ALU(BPF_DIV, "/=", "divides the register by ", ", unsigned; dividing by 0 gives 0"),
	ALU(BPF_OR, "|=", "sets the bits that are 1 in ", ""),
	ALU(BPF_AND, "&=", "keeps only the bits that are 1 in ", ""),
	ALU(BPF_LSH, "<<=", "shifts the bits left, zeros coming in, by ", ""),
	ALU(BPF_RSH, ">>=", "shifts the bits right, zeros coming in, by ", ""),
	ALU(BPF_MOD, "%=", "leaves the remainder of dividing, unsigned, by ", "; by 0: no change"),
	ALU(BPF_XOR, "^=", "flips the bits that are 1 in ", ""),
	ALU(BPF_MOV, "=", "copies ", " into the register"),
	ALU(BPF_ARSH, "s>>=", "shifts the bits right, copies of the sign bit coming in, by ", ""),
	[BPF_ALU64 | BPF_NEG | BPF_K] = {"neg", "negates the register", OP_NEG, SINCE_6_1},
	[BPF_ALU | BPF_NEG | BPF_K] = {"neg", "negates the register" W32, OP_NEG, SINCE_6_1},
	NO_INSN(BPF_ALU64 | BPF_NEG | BPF_X, "neg"),
	NO_INSN(BPF_ALU | BPF_NEG | BPF_X, "neg"),
	[BPF_ALU | BPF_END | BPF_TO_LE] = {"le",
			"host byte order to little-endian, lower 16, 32 or 64 bits", OP_END, SINCE_6_1},
	[BPF_ALU | BPF_END | BPF_TO_BE] = {"be",
			"host byte order to network byte order, lower 16, 32 or 64 bits", OP_END, SINCE_6_1},
	[BPF_ALU64 | BPF_END | BPF_TO_LE] = {"bswap", "reverses the lower 2, 4 or 8 bytes", OP_END, SINCE_V4},
	NO_INSN(BPF_ALU64 | BPF_END | BPF_TO_BE, "bswap"),

	JCOND(BPF_JEQ, "==", "the register equals "),
	JCOND(BPF_JNE, "!=", "the register differs from "),
	JCOND(BPF_JGT, ">", "the register is above, unsigned, "),
	JCOND(BPF_JGE, ">=", "the register is above or equal to, unsigned, "),
	JCOND(BPF_JLT, "<", "the register is below, unsigned, "),
	JCOND(BPF_JLE, "<=", "the register is below or equal to, unsigned, "),
	JCOND(BPF_JSGT, "s>", "the register is greater, signed, than "),
	JCOND(BPF_JSGE, "s>=", "the register is greater or equal, signed, compared with "),
	JCOND(BPF_JSLT, "s<", "the register is less, signed, than "),
	JCOND(BPF_JSLE, "s<=", "the register is less or equal, signed, compared with "),
	JCOND(BPF_JSET, "&", "the register has a 1 bit in common with "),
	[BPF_JMP | BPF_JA] = {"goto", "jumps, by up to 32767 slots", OP_JA, SINCE_6_1},
	[BPF_JMP32 | BPF_JA] = {"gotol", "jumps, however far", OP_JA, SINCE_6_1_LATE},
	[BPF_JMP | BPF_CALL] = {"call",
			"calls a helper, a function of the program or a kernel function", OP_CALL, SINCE_6_1},
	[BPF_JMP | BPF_EXIT] = {"exit",
			"returns r0: to the caller, or as the program's result", OP_EXIT, SINCE_6_1},
	NO_INSN(BPF_JMP | BPF_CALL | BPF_X, "call"),
	NO_INSN(BPF_JMP32 | BPF_CALL | BPF_K, "call"),
	NO_INSN(BPF_JMP32 | BPF_CALL | BPF_X, "call"),
	NO_INSN(BPF_JMP | BPF_EXIT | BPF_X, "exit"),
	NO_INSN(BPF_JMP32 | BPF_EXIT | BPF_K, "exit"),
	NO_INSN(BPF_JMP32 | BPF_EXIT | BPF_X, "exit"),

	SIZES(BPF_LDX, OP_LDX, "loads ", " from memory; the rest of the register becomes 0"),
	SIZES(BPF_STX, OP_STX, "stores the lower ", " of a register to memory"),
	SIZES(BPF_ST, OP_ST, "stores a number of ", " to memory"),
	SIGNED_LOAD(BPF_B, "s8", "1 byte"),
	SIGNED_LOAD(BPF_H, "s16", "2 bytes"),
	SIGNED_LOAD(BPF_W, "s32", "4 bytes"),
	[BPF_STX | BPF_ATOMIC | BPF_W] = {"u32",
			"reads, changes and writes 4 bytes as one step", OP_ATOMIC, SINCE_6_1},
	[BPF_STX | BPF_ATOMIC | BPF_DW] = {"u64",
			"reads, changes and writes 8 bytes as one step", OP_ATOMIC, SINCE_6_1},
	NO_INSN(BPF_STX | BPF_ATOMIC | BPF_B, "u8"),
	NO_INSN(BPF_STX | BPF_ATOMIC | BPF_H, "u16"),
	[BPF_LD | BPF_IMM | BPF_DW] = {"ll",
			"sets the register to 64 bits: a number, a map, a function", OP_LD_IMM64, SINCE_6_1},
	PACKET(BPF_ABS, OP_LD_ABS, "loads ", " of the packet, at a fixed offset, to r0"),
	PACKET(BPF_IND, OP_LD_IND, "loads ", " of the packet, at a register plus an offset, to r0"),
	[BPF_ST | BPF_NOSPEC] = {"nospec",
			"stops speculation: only the verifier puts it in", OP_NOSPEC, SINCE_KERNEL},
};

#define HELPER_NAME(name) [BPF_FUNC_##name] = "bpf_" #name
static const char *const helper_names[] = {__BPF_FUNC_MAPPER(HELPER_NAME)};

const char *isa_helper_name(s32 id)
{
	return id >= 0 && (size_t)id < ARRAY_SIZE(helper_names) ? helper_names[id] : NULL;
}

const char *isa_atomic_name(s32 imm)
{
	switch (imm) {
	case BPF_ADD:
	case BPF_ADD | BPF_FETCH:
		return "add";
	case BPF_AND:
	case BPF_AND | BPF_FETCH:
		return "and";
	case BPF_OR:
	case BPF_OR | BPF_FETCH:
		return "or";
	case BPF_XOR:
	case BPF_XOR | BPF_FETCH:
		return "xor";
	case BPF_XCHG:
		return "xchg";
	case BPF_CMPXCHG:
		return "cmpxchg";
	}
	return NULL;
}

/* Which registers an instruction of each format touches. */
enum touch {
	T_DST = 1,        /* the destination register */
	T_SRC = 2,        /* the source register */
	T_SRC_IF_X = 4,   /* the source register, when the opcode says so */
	T_DST_IF_OP = 8,  /* the destination, unless the operation is a plain copy */
	T_R0 = 16,
	T_ARGS = 32,      /* r1 to r5 */
	T_R6 = 64,        /* the packet of LD_ABS and LD_IND */
};

static const struct {
	u8 uses, defs;  /* sets of enum touch */
} touches[] = {
	[OP_ALU] = {T_DST_IF_OP | T_SRC_IF_X, T_DST},
	[OP_NEG] = {T_DST, T_DST},
	[OP_END] = {T_DST, T_DST},
	[OP_LD_IMM64] = {0, T_DST},
	[OP_LD_ABS] = {T_R6, T_R0 | T_ARGS},
	[OP_LD_IND] = {T_R6 | T_SRC, T_R0 | T_ARGS},
	[OP_LDX] = {T_SRC, T_DST},
	[OP_ST] = {T_DST, 0},
	[OP_STX] = {T_DST | T_SRC, 0},
	[OP_ATOMIC] = {T_DST | T_SRC, 0},
	[OP_JCOND] = {T_DST | T_SRC_IF_X, 0},
	[OP_CALL] = {T_ARGS, T_R0 | T_ARGS},
	[OP_EXIT] = {T_R0, 0},
	[OP_NOSPEC] = {0, 0},
};

static u32 touched(const struct bpf_insn *insn, u8 set)
{
	bool x = BPF_SRC(insn->code) == BPF_X;
	u32 regs = 0;

	if (set & T_DST || (set & T_DST_IF_OP && BPF_OP(insn->code) != BPF_MOV))
		regs |= 1u << insn->dst_reg;
	if (set & T_SRC || (set & T_SRC_IF_X && x))
		regs |= 1u << insn->src_reg;
	if (set & T_R0)
		regs |= 1u << 0;
	if (set & T_ARGS)
		regs |= 0x3e;
	if (set & T_R6)
		regs |= 1u << 6;
	return regs;
}

u32 isa_uses(const struct bpf_insn *insn)
{
	u8 format = isa_ops[insn->code].format;
	u32 regs = touched(insn, touches[format].uses);

	if (format == OP_ATOMIC && insn->imm == BPF_CMPXCHG)
		regs |= 1u << 0;
	return regs;
}

u32 isa_defs(const struct bpf_insn *insn)
{
	u8 format = isa_ops[insn->code].format;

	if (format == OP_ATOMIC && insn->imm == BPF_CMPXCHG)
		return 1u << 0;
	if (format == OP_ATOMIC && insn->imm & BPF_FETCH)
		return 1u << insn->src_reg;
	return touched(insn, touches[format].defs);
}
