/*
 * Ranges: between which numbers a value lies, read as signed and as unsigned, for 64 bits
 * or for their lower 32.
 *
 * The same arithmetic serves both widths: a 32-bit range keeps its signed bounds sign-extended and its
 * unsigned ones zero-extended. Results are those of Linux 6.1's scalar_min_max_* and scalar32_min_max_*
 * (kernel/bpf/verifier.c).
 */
#ifndef SIM_VERIFIER_RANGE_H
#define SIM_VERIFIER_RANGE_H

#include "tnum.h"

struct range {
	s64 smin, smax;
	u64 umin, umax;
};

/* The smallest and largest numbers of @bits (32, 64) bits. */
static inline s64 width_smin(u32 bits)
{
	return bits == 64 ? INT64_MIN : INT32_MIN;
}

static inline s64 width_smax(u32 bits)
{
	return bits == 64 ? INT64_MAX : INT32_MAX;
}

static inline u64 width_umax(u32 bits)
{
	return bits == 64 ? UINT64_MAX : UINT32_MAX;
}

/* The same bits read as signed number. */
static inline s64 width_signed(u64 value, u32 bits)
{
	return bits == 64 ? (s64)value : (s32)value;
}

struct range range_full(u32 bits);
struct range range_const(u64 value, u32 bits);

/* What single bits tell about the bounds. @bits 32: @known is the lower half. */
void range_learn_bits(struct range *r, struct tnum known, u32 bits);
/* What the sign tells: signed bounds from unsigned ones and the other way. */
void range_learn_sign(struct range *r, u32 bits);
/* Does every number of @inner lie in @outer? */
bool range_in(const struct range *outer, const struct range *inner);

/*
 * Bounds of a op b. The bitwise ones want the tnum of the result (@bits 32: its lower half). Shifts want
 * constant or bounded amounts, less than @bits.
 */
void range_add(struct range *a, const struct range *b, u32 bits);
void range_sub(struct range *a, const struct range *b, u32 bits);
void range_mul(struct range *a, const struct range *b, u32 bits);
void range_and(struct range *a, const struct range *b, struct tnum result, u32 bits);
void range_or(struct range *a, const struct range *b, struct tnum result, u32 bits);
void range_xor(struct range *a, const struct range *b, struct tnum result, u32 bits);
void range_lsh(struct range *a, u64 least, u64 most, u32 bits);
void range_rsh(struct range *a, u64 least, u64 most, u32 bits);
void range_arsh(struct range *a, u64 shift, u32 bits);

#endif
