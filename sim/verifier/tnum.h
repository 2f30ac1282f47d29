/*
 * Tristate numbers: what is known of a value, bit by bit (kernel/bpf/tnum.c; "Sound, Precise, and Fast
 * Abstract Interpretation with Tristate Numbers", Vishwanathan and others, CGO 2022).
 *
 * A bit that is set in mask is unknown; the others have the value that stands in value. Each function gives
 * a tnum that covers every result which values covered by its arguments can have.
 */
#ifndef SIM_VERIFIER_TNUM_H
#define SIM_VERIFIER_TNUM_H

#include "../base.h"

struct tnum {
	u64 value;
	u64 mask;
};

#define TNUM_UNKNOWN ((struct tnum){0, ~0ull})

struct tnum tnum_const(u64 value);
/* The best tnum for all numbers from @min to @max. */
struct tnum tnum_range(u64 min, u64 max);

struct tnum tnum_add(struct tnum a, struct tnum b);
struct tnum tnum_sub(struct tnum a, struct tnum b);
struct tnum tnum_mul(struct tnum a, struct tnum b);
struct tnum tnum_and(struct tnum a, struct tnum b);
struct tnum tnum_or(struct tnum a, struct tnum b);
struct tnum tnum_xor(struct tnum a, struct tnum b);
struct tnum tnum_lshift(struct tnum a, u8 shift);
struct tnum tnum_rshift(struct tnum a, u8 shift);
/* Arithmetic shift of a number of @bits (32 or 64) bits. */
struct tnum tnum_arshift(struct tnum a, u8 shift, u8 bits);

/* What both say. Only for tnums that have a value in common. */
struct tnum tnum_intersect(struct tnum a, struct tnum b);
/* The lowest @size bytes, the rest zero. */
struct tnum tnum_cast(struct tnum a, u8 size);
struct tnum tnum_subreg(struct tnum a);
struct tnum tnum_clear_subreg(struct tnum a);
/* The upper half of @a with @value as lower half. */
struct tnum tnum_const_subreg(struct tnum a, u32 value);

static inline bool tnum_is_const(struct tnum a)
{
	return !a.mask;
}

static inline bool tnum_equals_const(struct tnum a, u64 b)
{
	return !a.mask && a.value == b;
}

static inline bool tnum_is_unknown(struct tnum a)
{
	return !~a.mask;
}

static inline bool tnum_subreg_is_const(struct tnum a)
{
	return !(u32)a.mask;
}

/* Is every value that @a covers a multiple of @size (a power of two)? */
bool tnum_is_aligned(struct tnum a, u64 size);
/* Does @a cover all that @b covers? */
bool tnum_in(struct tnum a, struct tnum b);
/* "(0xff; 0x100)": value and mask. */
void tnum_format(struct tnum a, struct text *out);

#endif
