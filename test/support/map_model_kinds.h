/* Inside of map_model*.c: the state of a model, and what the kinds of maps differ in. */
#ifndef TEST_SUPPORT_MAP_MODEL_KINDS_H
#define TEST_SUPPORT_MAP_MODEL_KINDS_H

#include "map_model.h"

#define MODEL_MAX 256
#define SIZE_MAX_BYTES 64
#define MODEL_THINGS 4u

struct pair {
	u8 key[SIZE_MAX_BYTES] __attribute__((aligned(8))), value[SIZE_MAX_BYTES];
};

struct model {
	struct map_bench *b;
	struct map *map;
	bool is_array;
	bool forgets;      /* LRU: what was put in may be gone */
	u32 key_size, value_size, max;
	u64 random;
	u32 count;
	struct pair pair[MODEL_MAX];
	struct obj *thing[MODEL_THINGS]; /* of maps of objects: what is put in; pairs have the place in here + 1 */
	bool holds;        /* ... and the map keeps it alive */
	u64 head, tail;    /* rings: positions */
};

/* One random operation, compared. False: they differ, and it was said. */
typedef bool model_step(struct model *m);

model_step step_values, step_filter, step_prefixes, step_ring, step_user_ring; /* map_model_more.c, map_model_ring.c */
model_step step_maps, step_devices, step_cpus, step_sockets; /* map_model_objects.c */
model_step step_owned, step_cgroups, step_stacks; /* map_model_owned.c */

/* Four objects, as such a map holds them, or what is left of them; @leftover: references that should be gone. */
void model_things_new(struct model *m);
bool model_things_put(struct model *m);

u32 model_roll(struct model *m, u32 n);
void model_value(struct model *m, u8 *value);
bool model_differ(const char *what, u64 got, u64 want);
struct pair *model_find(struct model *m, const u8 *key);
/* By plain rules of hashes and arrays: 0 or -errno. */
int model_update(struct model *m, const u8 *key, const u8 *value, u64 flags);
int model_remove(struct model *m, const u8 *key);
void model_key(struct model *m, u8 *key);
/* next_key from the start: each key of the model comes once, and no other. */
bool model_walk(struct model *m);

#endif
