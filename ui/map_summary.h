/* What is in a map, in one line: as much of it as there is without its elements. */
#ifndef UI_MAP_SUMMARY_H
#define UI_MAP_SUMMARY_H

#include "session.h"

/* "3 of at most 256 elements", "2 records wait: 48 of 4096 bytes". */
void map_summary_text(struct sim *sim, struct map *map, struct text *out);
/* Does listing by key show what it holds? False: rings, queues, filters. */
bool map_has_keys(const struct map *map);
/* Is there nothing under the key: no object that it refers to, or only zeroes? */
bool map_place_is_empty(struct sim *sim, struct map *map, const void *key, const void *value);
/* Maps that always have all their places: the empty ones are not worth a line each. */
bool map_has_places(const struct map *map);
/*
 * For each value that stands in no place with a key: queues and stacks, in the order in which they come
 * out. Other types have none.
 */
void map_each_value(struct map *map, bool (*each)(void *ctx, const void *value), void *ctx);
/*
 * What is under the key, in words: the values of all CPUs ("CPU 0: 3 · CPU 1: 1 · together 4"), the object
 * that it refers to ("prog 2 xdp_tcp", "ifindex 2 = eth0"), else @value by its type.
 */
void map_element_text(struct sim *sim, struct map *map, const void *key, const void *value, struct text *out);

#endif
