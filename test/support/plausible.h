/*
 * Plausible programs: random, but made of what programs are made of, so that the verifier accepts many of
 * them: arithmetic on numbers whose bounds are asked for, branches, bounded loops, the stack with fixed and
 * variable offsets, spills, map values after their NULL test, packets after their bounds check, helpers by
 * their contracts, functions, callbacks.
 */
#ifndef TEST_SUPPORT_PLAUSIBLE_H
#define TEST_SUPPORT_PLAUSIBLE_H

#include "subject.h"

#define PLAUSIBLE_VALUE_SIZE                                                                                 \
	64 /* of the maps' values; keys have 4 bytes, 0 to PLAUSIBLE_ENTRIES - 1 are there */
#define PLAUSIBLE_ENTRIES 3

/* The maps of such programs. */
enum plausible_map {
	MAP_ARRAY,
	MAP_HASH,
	MAP_PERCPU_ARRAY,
	MAP_LOOKED_UP, /* the first so many have keys, and values that pointers lead to */
	MAP_QUEUE = MAP_LOOKED_UP,
	MAP_STACK,
	MAP_OF_MAPS, /* an array of them; [0] is MAP_ARRAY */
	PLAUSIBLE_MAPS,
};

/* What is there for them. */
struct plausible_world {
	int map_fd[PLAUSIBLE_MAPS];
	int btf_fd;        /* of plausible_btf */
	bool unprivileged; /* only what a user without capabilities may use */
};

/* BTF with a type for all functions. */
#define PLAUSIBLE_FUNC 3
extern const u32 plausible_btf[];
extern const u32 plausible_btf_size;

/*
 * Linux 6.1 walks a callback of bpf_loop once: one that writes to its caller's stack is not what it thinks
 * when it is called more than once, or never. @calm: no callback of this program does.
 */
void plausible_program(u64 *dice, const struct plausible_world *world, struct subject *out, bool *calm);

#endif
