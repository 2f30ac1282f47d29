/*
 * Writing x86-64 instructions: bytes, prefixes, ModRM, displacements. What the JIT and the trampolines have
 * in common.
 *
 * A register is its number in x86 encoding. rsp and r12 are never a base: they would need a SIB byte.
 */
#ifndef SIM_JIT_X86_H
#define SIM_JIT_X86_H

#include "jit.h"

enum x86_reg { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };

/* Conditional jumps: the short form's opcode. The near form is 0x0f and 0x10 more. */
enum x86_cond {
	X86_JB = 0x72, X86_JAE, X86_JE, X86_JNE, X86_JBE, X86_JA,
	X86_JL = 0x7c, X86_JGE, X86_JLE, X86_JG,
};

enum x86_opcode {
	X86_CALL = 0xe8,
	X86_JMP = 0xe9,       /* rel32 */
	X86_JMP_SHORT = 0xeb,
	X86_RET = 0xc3,
	X86_INT3 = 0xcc,
	X86_LEAVE = 0xc9,
	X86_STORE = 0x89,     /* mov r/m, r */
	X86_LOAD = 0x8b,      /* mov r, r/m */
};

/* Code under construction. What does not fit is counted, but not written. */
struct x86_code {
	u8 *bytes;
	u32 n, cap;
	u32 notes;            /* bits of enum jit_note */
};

static inline void x86_note(struct x86_code *c, enum jit_note note)
{
	c->notes |= 1u << note;
}

static inline void x86_byte(struct x86_code *c, u8 byte)
{
	if (c->n < c->cap)
		c->bytes[c->n] = byte;
	c->n++;
}

static inline void x86_bytes2(struct x86_code *c, u8 a, u8 b)
{
	x86_byte(c, a);
	x86_byte(c, b);
}

static inline void x86_bytes3(struct x86_code *c, u8 a, u8 b, u8 third)
{
	x86_bytes2(c, a, b);
	x86_byte(c, third);
}

/* Little endian, whatever the host is. */
static inline void x86_imm32(struct x86_code *c, u32 imm)
{
	x86_bytes2(c, imm, imm >> 8);
	x86_bytes2(c, imm >> 16, imm >> 24);
}

static inline void x86_imm64(struct x86_code *c, u64 imm)
{
	x86_imm32(c, imm);
	x86_imm32(c, imm >> 32);
}

static inline bool fits_imm8(s64 value)
{
	return value >= -128 && value <= 127;
}

static inline bool fits_imm32(s64 value)
{
	return value == (s32)value;
}

/*
 * REX, if @wide (64 bits) or one of the registers is r8-r15. @reg, @rm: which field of ModRM they will be
 * in.
 */
static inline void x86_rex(struct x86_code *c, bool wide, u8 reg, u8 rm)
{
	if (!wide && reg < R8 && rm < R8)
		return;
	if (reg >= R8 || rm >= R8)
		x86_note(c, JIT_NOTE_REX);
	x86_byte(c, 0x40 | wide << 3 | (reg >> 3) << 2 | rm >> 3);
}

/* ModRM for two registers; for one register, @reg is a part of the opcode. */
static inline void x86_modrm(struct x86_code *c, u8 reg, u8 rm)
{
	x86_byte(c, 0xc0 | (reg & 7) << 3 | (rm & 7));
}

/* An instruction on two registers, @rm being the one that is written for most. */
static inline void x86_op(struct x86_code *c, bool wide, u8 opcode, u8 reg, u8 rm)
{
	x86_rex(c, wide, reg, rm);
	x86_byte(c, opcode);
	x86_modrm(c, reg, rm);
}

/* An instruction on one register; @digit tells several with the same opcode apart. */
static inline void x86_op1(struct x86_code *c, bool wide, u8 opcode, u8 digit, u8 rm)
{
	x86_rex(c, wide, 0, rm);
	x86_byte(c, opcode);
	x86_modrm(c, digit, rm);
}

static inline void x86_mov(struct x86_code *c, bool wide, u8 dst, u8 src)
{
	x86_op(c, wide, X86_STORE, src, dst);
}

/* One of the first eight registers. */
static inline void x86_push(struct x86_code *c, u8 reg)
{
	x86_byte(c, 0x50 | reg);
}

static inline void x86_pop(struct x86_code *c, u8 reg)
{
	x86_byte(c, 0x58 | reg);
}

/* ModRM and displacement of [base + disp]; it is never left out, even when 0. */
void x86_mem(struct x86_code *c, u8 reg, u8 base, s32 disp);
/* @size: BPF_B, BPF_H, BPF_W, BPF_DW. A load fills the upper bits with zeros. */
void x86_load(struct x86_code *c, u8 size, u8 dst, u8 base, s32 disp);
void x86_store(struct x86_code *c, u8 size, u8 base, u8 src, s32 disp);
/* @sext: a negative number fills the upper half with ones. */
void x86_mov_imm32(struct x86_code *c, bool sext, u8 dst, u32 imm);
void x86_mov_imm64(struct x86_code *c, u8 dst, u64 imm);
/*
 * call, jmp: @ip is the address of the instruction; with 0 nothing is known yet and nothing is checked.
 * False: too far.
 */
bool x86_rel32(struct x86_code *c, u8 opcode, u64 target, u64 ip);
void x86_nops(struct x86_code *c, u32 n);

/* --- mitigations --- */

/* As the target wants it; @ip: address of what is written. False: the thunk is too far. */
bool x86_jump_reg(struct x86_code *c, const struct jit_target *target, u8 reg, u64 ip);
bool x86_return(struct x86_code *c, const struct jit_target *target, u64 ip);

#endif
