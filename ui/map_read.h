/*
 * The contents of a map as user space gets them: by BPF_MAP_GET_NEXT_KEY and BPF_MAP_LOOKUP_ELEM, calls of
 * the loader. They are new inputs of the machine, but no step of the walk: its view does not hear them.
 */
#ifndef UI_MAP_READ_H
#define UI_MAP_READ_H

#include "session.h"

/*
 * Calls @each for every key in the map's own order, until it returns false; @value: NULL when there is none
 * under the key. Where the loader holds no fd of the map it asks for one by id. 0, or what a call was
 * refused with; the sentence is in sim->why.
 */
int map_read(struct session *s, const struct map *map,
	     bool (*each)(void *ctx, const void *key, const void *value), void *ctx);

#endif
