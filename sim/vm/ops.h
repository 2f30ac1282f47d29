/*
 * What the instructions compute: the semantics of RFC 9669, written once.
 *
 * One line per operation in ALU_OPS, DIV_OPS, JMP_OPS and MEM_SIZES; loop.h makes the bodies of the
 * opcodes of them. Arithmetic wraps around; 32-bit operations clear the upper half of the register,
 * because their result is a u32.
 */
#ifndef SIM_VM_OPS_H
#define SIM_VM_OPS_H

#include "internal.h"

/* X(BPF_ name, function); shifts take the low 6 (5) bits of the distance */
#define ALU_OPS(X)        \
	X(ADD, op_add)    \
	X(SUB, op_sub)    \
	X(MUL, op_mul)    \
	X(OR, op_or)      \
	X(AND, op_and)    \
	X(XOR, op_xor)    \
	X(LSH, op_lsh)    \
	X(RSH, op_rsh)    \
	X(ARSH, op_arsh)

/* X(BPF_ name, function); the instruction's off = 1 asks for the signed form */
#define DIV_OPS(X)        \
	X(DIV, op_div)    \
	X(MOD, op_mod)

/* X(BPF_ name, function) */
#define JMP_OPS(X)        \
	X(JEQ, op_jeq)    \
	X(JNE, op_jne)    \
	X(JGT, op_jgt)    \
	X(JGE, op_jge)    \
	X(JLT, op_jlt)    \
	X(JLE, op_jle)    \
	X(JSET, op_jset)  \
	X(JSGT, op_jsgt)  \
	X(JSGE, op_jsge)  \
	X(JSLT, op_jslt)  \
	X(JSLE, op_jsle)

/* X(BPF_ name, type, signed type) */
#define MEM_SIZES(X)      \
	X(B, u8, s8)      \
	X(H, u16, s16)    \
	X(W, u32, s32)    \
	X(DW, u64, s64)

/* Defines NAME64 and NAME32; the expression sees a and b, and a's and b's signed values as sa and sb. */
#define DEFINE_OP(result64, result32, name, expression)                              \
	static inline result64 name##64(u64 a, u64 b)                                \
	{                                                                            \
		const s64 sa = a, sb = b;                                            \
		const u32 mask = 63;                                                 \
		(void)sa, (void)sb, (void)mask;                                      \
		return expression;                                                   \
	}                                                                            \
	static inline result32 name##32(u32 a, u32 b)                                \
	{                                                                            \
		const s32 sa = a, sb = b;                                            \
		const u32 mask = 31;                                                 \
		(void)sa, (void)sb, (void)mask;                                      \
		return expression;                                                   \
	}
#define DEFINE_ALU(name, expression) DEFINE_OP(u64, u32, name, expression)
#define DEFINE_JMP(name, expression) DEFINE_OP(bool, bool, name, expression)

DEFINE_ALU(op_add, a + b)
DEFINE_ALU(op_sub, a - b)
DEFINE_ALU(op_mul, a * b)
DEFINE_ALU(op_or, a | b)
DEFINE_ALU(op_and, a & b)
DEFINE_ALU(op_xor, a ^ b)
DEFINE_ALU(op_lsh, a << (b & mask))
DEFINE_ALU(op_rsh, a >> (b & mask))
DEFINE_ALU(op_arsh, sa >> (b & mask))

DEFINE_JMP(op_jeq, a == b)
DEFINE_JMP(op_jne, a != b)
DEFINE_JMP(op_jgt, a > b)
DEFINE_JMP(op_jge, a >= b)
DEFINE_JMP(op_jlt, a < b)
DEFINE_JMP(op_jle, a <= b)
DEFINE_JMP(op_jset, (a & b) != 0)
DEFINE_JMP(op_jsgt, sa > sb)
DEFINE_JMP(op_jsge, sa >= sb)
DEFINE_JMP(op_jslt, sa < sb)
DEFINE_JMP(op_jsle, sa <= sb)

/*
 * Division by zero gives 0, the remainder then is the dividend. The smallest number by -1
 * wraps around, as -a does.
 */
DEFINE_ALU(udiv, b ? a / b : 0)
DEFINE_ALU(umod, b ? a % b : a)
DEFINE_ALU(sdiv, sb == 0 ? 0 : sb == -1 ? 0 - a : (__typeof__(a))(sa / sb))
DEFINE_ALU(smod, sb == 0 ? a : sb == -1 ? 0 : (__typeof__(a))(sa % sb))

static inline u64 op_div64(u64 a, u64 b, bool is_signed)
{
	return is_signed ? sdiv64(a, b) : udiv64(a, b);
}

static inline u32 op_div32(u32 a, u32 b, bool is_signed)
{
	return is_signed ? sdiv32(a, b) : udiv32(a, b);
}

static inline u64 op_mod64(u64 a, u64 b, bool is_signed)
{
	return is_signed ? smod64(a, b) : umod64(a, b);
}

static inline u32 op_mod32(u32 a, u32 b, bool is_signed)
{
	return is_signed ? smod32(a, b) : umod32(a, b);
}

/* MOV with sign extension: @bits is 0 (plain), 8, 16 or 32. */
static inline u64 op_movsx(u64 value, s16 bits)
{
	return bits == 8    ? (u64)(s8)value
	       : bits == 16 ? (u64)(s16)value
	       : bits == 32 ? (u64)(s32)value
			    : value;
}

/* The low @bits in the other byte order, zero-extended; false: no such width. */
static inline bool op_swap(u64 *value, s32 bits)
{
	switch (bits) {
	case 16:
		*value = __builtin_bswap16(*value);
		return true;
	case 32:
		*value = __builtin_bswap32(*value);
		return true;
	case 64:
		*value = __builtin_bswap64(*value);
		return true;
	}
	return false;
}

/* To little-endian, on a little-endian machine: the low @bits, zero-extended. */
static inline bool op_truncate(u64 *value, s32 bits)
{
	if (bits != 16 && bits != 32 && bits != 64)
		return false;
	*value &= UINT64_MAX >> (64 - bits);
	return true;
}

/* Memory at any alignment: mem_load_W(addr), mem_store_W(addr, value). */
#define DEFINE_MEM(size, type, stype)                                     \
	static inline type mem_load_##size(u64 addr)                      \
	{                                                                 \
		type value;                                               \
		memcpy(&value, (const void *)addr, sizeof(value));        \
		return value;                                             \
	}                                                                 \
	static inline void mem_store_##size(u64 addr, type value)         \
	{                                                                 \
		memcpy((void *)addr, &value, sizeof(value));              \
	}
MEM_SIZES(DEFINE_MEM)

/*
 * Atomic operations on @old, what the memory holds: sets *new and what goes to *src and *r0. CPUs do not
 * run at the same time here, so nothing has to be locked. False: there is no such operation.
 */
static inline bool op_atomic(s32 op, u64 old, u64 *new, u64 *src, u64 *r0, u64 mask)
{
	u64 operand = *src & mask;

	switch (op) {
	case BPF_ADD:
	case BPF_ADD | BPF_FETCH:
		*new = old + operand;
		break;
	case BPF_OR:
	case BPF_OR | BPF_FETCH:
		*new = old | operand;
		break;
	case BPF_AND:
	case BPF_AND | BPF_FETCH:
		*new = old & operand;
		break;
	case BPF_XOR:
	case BPF_XOR | BPF_FETCH:
		*new = old ^ operand;
		break;
	case BPF_XCHG:
		*new = operand;
		break;
	case BPF_CMPXCHG:
		*new = old == (*r0 & mask) ? operand : old;
		*r0 = old;
		return true;
	default:
		return false;
	}
	if (op & BPF_FETCH)
		*src = old;
	return true;
}

static inline bool op_atomic_W(s32 op, u64 addr, u64 *src, u64 *r0)
{
	u64 new;

	if (!op_atomic(op, mem_load_W(addr), &new, src, r0, UINT32_MAX))
		return false;
	mem_store_W(addr, new);
	return true;
}

static inline bool op_atomic_DW(s32 op, u64 addr, u64 *src, u64 *r0)
{
	u64 new;

	if (!op_atomic(op, mem_load_DW(addr), &new, src, r0, UINT64_MAX))
		return false;
	mem_store_DW(addr, new);
	return true;
}

#endif
