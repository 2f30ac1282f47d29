/* Where a map's four values come from: the line of C, the bytes of the attr of MAP_CREATE, the map object. */
#ifndef UI_MAP_ORIGIN_H
#define UI_MAP_ORIGIN_H

#include "debug.h"

struct map_origin {
	u32 line; /* of the C file, 0 = not known */
	char source[80]; /* without the space around it */
	u32 offset, asked; /* in the attr; what stands there */
	u32 kept; /* in the map */
};

/* The line of C that gives map @map the value @name ("key_size"), by the way libbpf's maps are written; 0:
 * none. */
u32 map_origin_line(char *const *lines, u32 count, const char *map, const char *name);
/* @map: what the call has made; NULL: nothing yet, kept is 0. */
void map_origin_find(const struct debug *d, const struct debug_call *call, const struct map *map,
		     const char *name, struct map_origin *origin);

#endif
