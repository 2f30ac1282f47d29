/*
 * User space and its maps: one bpf() call about one element at a time, as the loader makes it. Names become
 * fds here: of the map itself, and of what a value refers to (a program, a map, a socket, a device).
 */
#ifndef UI_MAP_CALL_H
#define UI_MAP_CALL_H

#include "walk.h"

/* A map that calls are made on; the fds opened for it are closed by map_call_end. */
struct map_call {
	struct walk *w;
	struct map *map;
	int fd;
	int opened[4]; /* to be closed */
	u32 count;
	u8 *key;   /* key_size bytes; NULL: none is given */
	u8 *value; /* as user space sees it: of all CPUs */
	u64 value_size;
	struct why why; /* of what could not be used, or the kernel's */
};

/*
 * @map: NAME, `name NAME`, `id N`, `pinned PATH`. The loader's own fd is used where it has one, else one is
 * opened by id. 0, or -errno with the sentence in c->why; to be ended in any case.
 */
int map_call_begin(struct map_call *c, struct walk *w, const char *map);
void map_call_end(struct map_call *c);

/* What is given for the next call, in the words of map_values.h. 0, or -EINVAL with the sentence. */
int map_call_key(struct map_call *c, const char *text);
/*
 * For values that are fds also `name NAME`, `id N`, `pinned PATH`, `fd N`, for sockets `socket FAMILY`; for
 * devices their names. On a map with a value for each CPU all get it, or `V | V ...` has one for each.
 */
int map_call_value(struct map_call *c, const char *text);
/* A value of a map that does not know its type: `struct NAME {...}` (map_send.c). */
int map_call_struct(struct map_call *c, const char *text);

/*
 * Commands with (map_fd, key, value or next_key, flags). The result, and what the kernel wrote in c->key or
 * c->value; or -errno, the kernel's sentence in c->why.
 */
s64 map_call_elem(struct map_call *c, int cmd, u64 flags);

/*
 * Writes a record into a user ring, through its mapping (map_send.c): `struct NAME {...}` of the program's
 * types, or bytes. 0 or -errno.
 */
s64 map_call_send(struct map_call *c, const char *text);

/* An fd by BPF_*_GET_FD_BY_ID, noted to be closed; or -errno. */
s64 map_call_open(struct map_call *c, int cmd, u32 id);

#endif
