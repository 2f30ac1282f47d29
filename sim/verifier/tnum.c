/* Tristate numbers: see tnum.h. */
#include "tnum.h"

static struct tnum make(u64 value, u64 mask)
{
	return (struct tnum){value, mask};
}

struct tnum tnum_const(u64 value)
{
	return make(value, 0);
}

struct tnum tnum_range(u64 min, u64 max)
{
	u64 differing = min ^ max;
	u64 low_bits;

	if (!differing)
		return tnum_const(min);
	if (differing >> 63)
		return TNUM_UNKNOWN;
	low_bits = (1ull << (64 - __builtin_clzll(differing))) - 1;
	return make(min & ~low_bits, low_bits);
}

struct tnum tnum_lshift(struct tnum a, u8 shift)
{
	return make(a.value << shift, a.mask << shift);
}

struct tnum tnum_rshift(struct tnum a, u8 shift)
{
	return make(a.value >> shift, a.mask >> shift);
}

struct tnum tnum_arshift(struct tnum a, u8 shift, u8 bits)
{
	if (bits == 32)
		return make((u32)((s32)a.value >> shift), (u32)((s32)a.mask >> shift));
	return make((s64)a.value >> shift, (s64)a.mask >> shift);
}

/*
 * The bits that a carry may or may not reach are unknown: they differ between the smallest
 * and the largest sum.
 */
struct tnum tnum_add(struct tnum a, struct tnum b)
{
	u64 least = a.value + b.value;
	u64 most = least + a.mask + b.mask;
	u64 unknown = (least ^ most) | a.mask | b.mask;

	return make(least & ~unknown, unknown);
}

struct tnum tnum_sub(struct tnum a, struct tnum b)
{
	u64 middle = a.value - b.value;
	u64 unknown = ((middle + a.mask) ^ (middle - b.mask)) | a.mask | b.mask;

	return make(middle & ~unknown, unknown);
}

struct tnum tnum_and(struct tnum a, struct tnum b)
{
	u64 possible = (a.value | a.mask) & (b.value | b.mask);
	u64 sure = a.value & b.value;

	return make(sure, possible & ~sure);
}

struct tnum tnum_or(struct tnum a, struct tnum b)
{
	u64 sure = a.value | b.value;

	return make(sure, (a.mask | b.mask) & ~sure);
}

struct tnum tnum_xor(struct tnum a, struct tnum b)
{
	u64 unknown = a.mask | b.mask;

	return make((a.value ^ b.value) & ~unknown, unknown);
}

/*
 * Long multiplication: the known part is a product; each bit of @a that may be set adds
 * what @b leaves open.
 */
struct tnum tnum_mul(struct tnum a, struct tnum b)
{
	u64 known = a.value * b.value;
	struct tnum open = tnum_const(0);

	for (; a.value || a.mask; a = tnum_rshift(a, 1), b = tnum_lshift(b, 1)) {
		if (a.value & 1)
			open = tnum_add(open, make(0, b.mask));
		else if (a.mask & 1)
			open = tnum_add(open, make(0, b.value | b.mask));
	}
	return tnum_add(tnum_const(known), open);
}

struct tnum tnum_intersect(struct tnum a, struct tnum b)
{
	u64 unknown = a.mask & b.mask;

	return make((a.value | b.value) & ~unknown, unknown);
}

struct tnum tnum_cast(struct tnum a, u8 size)
{
	u64 keep = size < 8 ? (1ull << (size * 8)) - 1 : ~0ull;

	return make(a.value & keep, a.mask & keep);
}

struct tnum tnum_subreg(struct tnum a)
{
	return tnum_cast(a, 4);
}

struct tnum tnum_clear_subreg(struct tnum a)
{
	return make(a.value >> 32 << 32, a.mask >> 32 << 32);
}

struct tnum tnum_const_subreg(struct tnum a, u32 value)
{
	return tnum_or(tnum_clear_subreg(a), tnum_const(value));
}

bool tnum_is_aligned(struct tnum a, u64 size)
{
	return !size || !((a.value | a.mask) & (size - 1));
}

bool tnum_in(struct tnum a, struct tnum b)
{
	return !(b.mask & ~a.mask) && a.value == (b.value & ~a.mask);
}

void tnum_format(struct tnum a, struct text *out)
{
	text_add(out, "(0x%llx; 0x%llx)", (unsigned long long)a.value, (unsigned long long)a.mask);
}
