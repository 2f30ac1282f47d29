/* What lru_percpu_hash takes over from lru_hash.c. */
#ifndef SIM_MAPS_LRU_HASH_H
#define SIM_MAPS_LRU_HASH_H

#include "htab.h"

int lru_hash_init(struct sim *sim, struct map *map, const union bpf_attr *attr);
void lru_hash_fini(struct sim *sim, struct map *map);
/* These types have no locks in their values: 0 or -EINVAL. */
int lru_check_flags(struct sim *sim, u64 flags);
/* An element with this key, not yet in its chain; others may have been evicted. NULL: -ENOMEM. */
struct htab_elem *lru_take(struct sim *sim, struct map *map, u32 hash, const void *key);
/* As programs do it: sets the reference bit. */
void *lru_lookup_on(struct sim *sim, struct map *map, const void *key, u32 cpu);
int lru_remove(struct sim *sim, struct map *map, const void *key);

#endif
