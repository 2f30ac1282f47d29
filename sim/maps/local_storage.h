/* Storage that belongs to an object and goes with it (local_storage.c). */
#ifndef SIM_MAPS_LOCAL_STORAGE_H
#define SIM_MAPS_LOCAL_STORAGE_H

#include "map.h"

struct storage_elem {
	u64 owner;
	struct storage_elem *next;
	u64 number;               /* how many there were in this map before it */
	u8 value[] __attribute__((aligned(8)));
};

struct storage {
	struct storage_elem *first;
	u64 made;
};

/*
 * The value of the object at @owner. @init: what a new one begins with, NULL = zeroes; @create: make one
 * when there is none. NULL: there is none, or no memory.
 */
void *local_storage_get(struct sim *sim, struct map *map, u64 owner, const void *init, bool create);

#endif
