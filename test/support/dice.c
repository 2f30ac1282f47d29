/* Numbers at which something ends: see dice.h. */
#include "dice.h"

#define SMALL 18 /* so many of the list are small */

s32 dice_number(u64 *dice)
{
	static const s32 list[] = {0,         1,
				   2,         3,
				   4,         7,
				   8,         15,
				   16,        31,
				   32,        48,
				   55,        56,
				   57,        60,
				   63,        64,
				   127,       128,
				   255,       256,
				   4095,      65535,
				   INT32_MAX, INT32_MAX - 1,
				   INT32_MIN, INT32_MIN + 1};
	s32 n = list[dice_roll(dice, dice_roll(dice, 2) ? SMALL : ARRAY_SIZE(list))];

	return dice_roll(dice, 3) || n == INT32_MIN ? n : -n;
}
