/*
 * What other types take over from hash.c: a table of elements whose values have room for a
 * multiple of 8 bytes.
 */
#ifndef SIM_MAPS_HASH_H
#define SIM_MAPS_HASH_H

#include "map.h"

s64 hash_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task);
int hash_init(struct sim *sim, struct map *map, const union bpf_attr *attr);
void hash_fini(struct sim *sim, struct map *map);
void *hash_lookup(struct sim *sim, struct map *map, const void *key);
int hash_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags);
int hash_remove(struct sim *sim, struct map *map, const void *key);
int hash_next_key(struct sim *sim, struct map *map, const void *key, void *next);
u32 hash_buckets(const struct map *map);
void *hash_bucket_next(const struct map *map, u32 bucket, const void *key, void **value);
bool hash_locate(const struct map *map, const struct arena_block *block, u64 addr, struct region *region);

#endif
