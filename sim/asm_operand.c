/*
 * The assembler's operands: registers of a width, immediates, memory. Each says what it expected when it
 * finds something else.
 */
#include "asm_in.h"

bool asm_same_width(struct asm_in *in, const struct asm_reg *a, const struct asm_reg *b)
{
	if (a->w == b->w)
		return true;
	return asm_fail(in, b->p, b->nr < 10 ? 2 : 3,
			"%c%d and %c%d have different widths (r: 64 bits, w: 32 bits)",
			a->w ? 'w' : 'r', a->nr, b->w ? 'w' : 'r', b->nr);
}

/* A register of the same width as @like. */
bool asm_need_reg_like(struct asm_in *in, const struct asm_reg *like, struct asm_reg *reg)
{
	if (!asm_reg(in, reg))
		return asm_expected(in, like->w ? "a register (w0 to w10)" : "a register (r0 to r10)");
	return asm_same_width(in, like, reg);
}

/* The register that the instruction changes, once more: "r1 = -r1". */
bool asm_need_same_reg(struct asm_in *in, const struct asm_reg *dst, const char *what)
{
	struct asm_reg reg;

	if (!asm_need_reg_like(in, dst, &reg))
		return false;
	if (reg.nr == dst->nr)
		return true;
	return asm_fail(in, reg.p, in->p - reg.p, "%s works in place: expected %c%d again", what,
			dst->w ? 'w' : 'r', dst->nr);
}

/* 32 bits: with a sign, or (@bits) as a pattern of bits. */
bool asm_imm32(struct asm_in *in, const struct asm_number *n, bool bits, s32 *imm)
{
	s64 value;

	if (!asm_in_range(in, n, INT32_MIN, bits ? UINT32_MAX : INT32_MAX, "a number here", &value))
		return false;
	*imm = (s32)value;
	return true;
}

static bool off16(struct asm_in *in, const struct asm_number *n, s16 *off)
{
	s64 value;

	if (!asm_in_range(in, n, INT16_MIN, INT16_MAX, "an offset", &value))
		return false;
	*off = value;
	return true;
}

/* The sizes that loads have: "u8" to "u64", "s8" to "s32". */
static bool size_name(struct asm_in *in, struct asm_size *size)
{
	for (u32 code = 0; code < 256; code++) {
		if (isa_ops[code].format != OP_LDX || !asm_take_word(in, isa_ops[code].name))
			continue;
		size->size = BPF_SIZE(code);
		size->is_signed = BPF_MODE(code) == BPF_MEMSX;
		return true;
	}
	return asm_expected(in, "u8, u16, u32, u64, s8, s16 or s32");
}

/* "(u32 *)" */
bool asm_need_size(struct asm_in *in, struct asm_size *size)
{
	if (!asm_need(in, "("))
		return false;
	asm_blank(in);
	size->p = in->p;
	return size_name(in, size) && asm_need(in, "*") && asm_need(in, ")");
}

/* "r1", "r1 + 4", "r1 -8" */
bool asm_need_place(struct asm_in *in, u8 *reg_nr, s16 *off)
{
	struct asm_number n;
	struct asm_reg reg;

	if (!asm_reg(in, &reg))
		return asm_expected(in, "a register that holds an address");
	if (reg.w)
		return asm_fail(in, reg.p, in->p - reg.p, "an address has 64 bits: r%d", reg.nr);
	*reg_nr = reg.nr;
	*off = 0;
	asm_blank(in);
	if (in->p < in->end && (*in->p == '+' || *in->p == '-'))
		return asm_number(in, &n) ? off16(in, &n, off) : asm_expected(in, "an offset");
	return true;
}

/* "(u32 *)(r1 + 4)" */
bool asm_need_address(struct asm_in *in, struct asm_size *size, u8 *reg_nr, s16 *off)
{
	return asm_need_size(in, size) && asm_need(in, "(") && asm_need_place(in, reg_nr, off) &&
	       asm_need(in, ")");
}

bool asm_fits_size(struct asm_in *in, const struct asm_reg *reg, const struct asm_size *size)
{
	if (!reg->w || (size->size != BPF_DW && !size->is_signed))
		return true;
	return asm_fail(in, size->p, 3, "w%d has 32 bits: use r%d", reg->nr, reg->nr);
}

bool asm_atomic_size(struct asm_in *in, const struct asm_size *size, const struct asm_reg *reg)
{
	if (size->is_signed || size->size == BPF_B || size->size == BPF_H)
		return asm_fail(in, size->p, 2, "atomic operations have the sizes u32 and u64");
	return asm_fits_size(in, reg, size);
}

bool asm_need_u32(struct asm_in *in, const char *what, u32 *value)
{
	struct asm_number n;
	s64 wide;

	if (!asm_number(in, &n))
		return asm_expected(in, what);
	if (!asm_in_range(in, &n, 0, UINT32_MAX, what, &wide))
		return false;
	*value = wide;
	return true;
}
