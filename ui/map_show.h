/* The contents of maps by key, in words: types from BTF where the map has it, else numbers and bytes. */
#ifndef UI_MAP_SHOW_H
#define UI_MAP_SHOW_H

#include "session.h"

/*
 * Looks at the map from outside, at any moment: calls @each for every element in the map's own order, until
 * it returns false. @value: NULL when it is gone. (How user space gets at them: map_read.h.)
 */
void map_each(struct sim *sim, struct map *map, bool (*each)(void *ctx, const void *key, const void *value),
	      void *ctx);
void map_key_text(const struct map *map, const void *key, struct text *out);
void map_value_text(const struct map *map, const void *value, struct text *out);
/* "hash, key 4 bytes (__u32), value 8 bytes (__u64)", "ringbuf, no keys, records of any size" */
void map_shape_text(const struct map *map, struct text *out);
bool map_value_is_zero(const struct map *map, const void *value);

/*
 * Arrays: the first element from @from on that is not all zero, on any CPU; max_entries: there is none. Fast
 * enough to pass over a million.
 */
u32 map_row_next(const struct sim *sim, const struct map *map, u32 from);

#endif
