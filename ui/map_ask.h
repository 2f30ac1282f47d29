/* One `map` command: its words, and the call they become. Shared by the files with the verbs. */
#ifndef UI_MAP_ASK_H
#define UI_MAP_ASK_H

#include <stdio.h>

#include "map_call.h"

#define MAP_TEXT_MAX 4096

struct ask {
	struct map_call call;
	char map[300];                  /* the words that name it */
	const char *key, *value, *rest; /* NULL: not given */
	u64 flags;
	FILE *out;
};

/* "expected ..." */
s64 map_needs(struct ask *a, const char *what);

/* map_elements.c */
s64 map_do_lookup(struct ask *a);
s64 map_do_update(struct ask *a);
s64 map_do_delete(struct ask *a);
s64 map_do_getnext(struct ask *a);
s64 map_do_dump(struct ask *a);
s64 map_do_push(struct ask *a);
s64 map_do_pop(struct ask *a);
s64 map_do_peek(struct ask *a);

#endif
