/*
 * Sets of numbers and what the verifier says about them: a result is sound when every number that can come out lies in what was
 * found. Sets are small and lie where it is interesting: around 0, around the limits of 32 and 64 bits, anywhere.
 */
#ifndef TEST_SUPPORT_ABSTRACT_H
#define TEST_SUPPORT_ABSTRACT_H

#include "sim/verifier/reg.h"

#define MAX_VALUES 8

struct values {
	u64 v[MAX_VALUES];
	u32 n;
};

u64 random_u64(u64 *seed);
struct values random_values(u64 *seed);

bool tnum_holds(struct tnum t, u64 value);
bool range_holds(const struct range *r, u64 value, u32 bits);
/* In its tnum and in both of its ranges? */
bool reg_holds(const struct reg *reg, u64 value);

/* The tightest that hold all of them. */
struct tnum tnum_of(const struct values *values);
struct range range_of(const struct values *values, u32 bits);
/* A scalar that may be each of them, and perhaps more. */
struct reg reg_of(const struct values *values, u64 *seed);

#endif
