/* What the types of the array family share (array.c): a row of slots behind struct map, 4-byte keys. */
#ifndef SIM_MAPS_ARRAY_H
#define SIM_MAPS_ARRAY_H

#include "map.h"

s64 array_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task);
int array_init(struct sim *sim, struct map *map, const union bpf_attr *attr);
int array_next_key(struct sim *sim, struct map *map, const void *key, void *next);
bool array_each(struct sim *sim, struct map *map, struct map_walk *walk, const void **key, void **value);
/* The slot of the index, NULL beyond the last. */
void *array_lookup(struct sim *sim, struct map *map, const void *key);
u32 array_index(const void *key);
/* May the index be updated, with these flags? 0 or -errno. */
int array_check_update(struct sim *sim, const struct map *map, const void *key, u64 flags);

#endif
