/* What hashes of maps take over from hash.c: a value has room for a multiple of 8 bytes. */
#ifndef SIM_MAPS_HASH_H
#define SIM_MAPS_HASH_H

#include "map.h"

int hash_init(struct sim *sim, struct map *map, const union bpf_attr *attr);
void *hash_lookup(struct sim *sim, struct map *map, const void *key);
int hash_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags);
int hash_remove(struct sim *sim, struct map *map, const void *key);

#endif
