/* Random numbers of a fuzzer: the same sequence for the same seed. */
#ifndef TEST_SUPPORT_DICE_H
#define TEST_SUPPORT_DICE_H

#include "sim/base.h"

/* The next number below @n, which is not 0. */
static inline u32 dice_roll(u64 *dice, u32 n)
{
	*dice = *dice * 6364136223846793005ull + 1442695040888963407ull;
	return (*dice >> 33) % n;
}

/* Numbers at which something ends, of one sign or the other. */
s32 dice_number(u64 *dice);

#endif
