/* Expressions over the machine: numbers, registers, map values, C's operators. */
#ifndef UI_EXPR_H
#define UI_EXPR_H

#include "debug.h"

/*
 * "r0 == 0", "$r1 + 4", "map counts[6] > 3", "pc == 12 && step < 300"; in gdb's manner registers may have a
 * $. 0, or with the sentence -EINVAL: it is no expression, -ENODATA: it has no value at this moment.
 */
int expr_value(struct debug *d, const char *text, u64 *value, struct why *why);
/*
 * "counts[6]": the map, and the bytes of the key in @key; *end, when not NULL, is behind the bracket (else
 * the text must end there). NULL: no such map, or no such key can be.
 */
struct map *expr_map(struct debug *d, const char *text, u8 *key, u32 room, const char **end);

#endif
