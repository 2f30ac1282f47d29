/* Ranges: see range.h. */
#include "range.h"

struct range range_full(u32 bits)
{
	return (struct range){width_smin(bits), width_smax(bits), 0, width_umax(bits)};
}

struct range range_const(u64 value, u32 bits)
{
	u64 u = value & width_umax(bits);
	s64 s = width_signed(value, bits);

	return (struct range){s, s, u, u};
}

/* --- learning --- */

void range_learn_bits(struct range *r, struct tnum known, u32 bits)
{
	u64 sign = 1ull << (bits - 1);

	/* least as signed: the sign bit set if it may be, the others clear; most: the other way round */
	r->smin = max_s64(r->smin, width_signed(known.value | (known.mask & sign), bits));
	r->smax = min_s64(r->smax, width_signed(known.value | (known.mask & (sign - 1)), bits));
	r->umin = max_u64(r->umin, known.value);
	r->umax = min_u64(r->umax, known.value | known.mask);
}

/* Both readings begin at the larger of the two least numbers. */
static void join_min(struct range *r, u32 bits)
{
	r->umin = max_u64((u64)r->smin & width_umax(bits), r->umin);
	r->smin = width_signed(r->umin, bits);
}

static void join_max(struct range *r, u32 bits)
{
	r->umax = min_u64((u64)r->smax & width_umax(bits), r->umax);
	r->smax = width_signed(r->umax, bits);
}

void range_learn_sign(struct range *r, u32 bits)
{
	if (r->smin >= 0 || r->smax < 0) {          /* one sign: both readings have the same order */
		join_min(r, bits);
		join_max(r, bits);
	} else if (width_signed(r->umax, bits) >= 0) { /* never the sign bit */
		r->smin = width_signed(r->umin, bits);
		join_max(r, bits);
	} else if (width_signed(r->umin, bits) < 0) {  /* always the sign bit */
		join_min(r, bits);
		r->smax = width_signed(r->umax, bits);
	}
}

bool range_in(const struct range *outer, const struct range *inner)
{
	return outer->umin <= inner->umin && outer->umax >= inner->umax && outer->smin <= inner->smin &&
	       outer->smax >= inner->smax;
}

/* --- arithmetic --- */

static void forget_signed(struct range *r, u32 bits)
{
	r->smin = width_smin(bits);
	r->smax = width_smax(bits);
}

static void forget_unsigned(struct range *r, u32 bits)
{
	r->umin = 0;
	r->umax = width_umax(bits);
}

static bool add_overflows(s64 a, s64 b, u32 bits, s64 *sum)
{
	return __builtin_add_overflow(a, b, sum) || *sum < width_smin(bits) || *sum > width_smax(bits);
}

static bool sub_overflows(s64 a, s64 b, u32 bits, s64 *difference)
{
	return __builtin_sub_overflow(a, b, difference) || *difference < width_smin(bits) ||
	       *difference > width_smax(bits);
}

static bool carries(u64 a, u64 b, u32 bits)
{
	return ((a + b) & width_umax(bits)) < b;
}

void range_add(struct range *a, const struct range *b, u32 bits)
{
	s64 smin, smax;
	bool bad_min = add_overflows(a->smin, b->smin, bits, &smin);
	bool bad_max = add_overflows(a->smax, b->smax, bits, &smax);

	a->smin = smin;
	a->smax = smax;
	if (bad_min || bad_max)
		forget_signed(a, bits);
	if (carries(a->umin, b->umin, bits) || carries(a->umax, b->umax, bits)) {
		forget_unsigned(a, bits);
		return;
	}
	a->umin += b->umin;
	a->umax += b->umax;
}

void range_sub(struct range *a, const struct range *b, u32 bits)
{
	s64 smin, smax;
	bool bad_min = sub_overflows(a->smin, b->smax, bits, &smin);
	bool bad_max = sub_overflows(a->smax, b->smin, bits, &smax);

	a->smin = smin;
	a->smax = smax;
	if (bad_min || bad_max)
		forget_signed(a, bits);
	if (a->umin < b->umax) {
		forget_unsigned(a, bits);
		return;
	}
	a->umin -= b->umax;
	a->umax = (a->umax - b->umin) & width_umax(bits);
}

/*
 * After an operation whose result is not negative when its operands are not: the signed bounds
 * are the unsigned ones.
 */
static void signed_from_unsigned(struct range *a, bool not_negative, u32 bits)
{
	a->smin = width_signed(a->umin, bits);
	a->smax = width_signed(a->umax, bits);
	if (!not_negative)
		forget_signed(a, bits);
}

void range_mul(struct range *a, const struct range *b, u32 bits)
{
	u64 half = width_umax(bits) >> (bits / 2);

	if (b->smin < 0 || a->smin < 0 || b->umax > half || a->umax > half) {
		*a = range_full(bits);
		return;
	}
	a->umin *= b->umin;
	a->umax *= b->umax;
	signed_from_unsigned(a, a->umax <= (u64)width_smax(bits), bits);
}

void range_and(struct range *a, const struct range *b, struct tnum result, u32 bits)
{
	bool not_negative = a->smin >= 0 && b->smin >= 0;

	a->umin = result.value;
	a->umax = min_u64(a->umax, b->umax);
	signed_from_unsigned(a, not_negative, bits);
}

void range_or(struct range *a, const struct range *b, struct tnum result, u32 bits)
{
	bool not_negative = a->smin >= 0 && b->smin >= 0;

	a->umin = max_u64(a->umin, b->umin);
	a->umax = result.value | result.mask;
	signed_from_unsigned(a, not_negative, bits);
}

void range_xor(struct range *a, const struct range *b, struct tnum result, u32 bits)
{
	bool not_negative = a->smin >= 0 && b->smin >= 0;

	a->umin = result.value;
	a->umax = result.value | result.mask;
	signed_from_unsigned(a, not_negative, bits);
}

void range_lsh(struct range *a, u64 least, u64 most, u32 bits)
{
	forget_signed(a, bits);
	if (most > bits - 1 || a->umax > 1ull << (bits - 1 - most)) {
		forget_unsigned(a, bits);
		return;
	}
	a->umin = (a->umin << least) & width_umax(bits);
	a->umax = (a->umax << most) & width_umax(bits);
}

void range_rsh(struct range *a, u64 least, u64 most, u32 bits)
{
	forget_signed(a, bits);
	a->umin >>= most & (bits - 1);
	a->umax >>= least & (bits - 1);
}

void range_arsh(struct range *a, u64 shift, u32 bits)
{
	a->smin >>= shift & (bits - 1);
	a->smax >>= shift & (bits - 1);
	forget_unsigned(a, bits);
}
