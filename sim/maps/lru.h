/*
 * Which element of a full map goes: the lists of an LRU map (kernel/bpf/bpf_lru_list.c).
 *
 * An element is free, active or inactive; lookups by programs and replacements set its reference bit. The
 * bits are looked at only when elements are needed: then active ones without bit become inactive, inactive
 * ones with bit active, and inactive ones without bit are evicted, the oldest first. So "least recently
 * used" is an approximation.
 *
 * The common form has one set of lists for all CPUs, and for each CPU a list of free and one of pending
 * elements (new ones, which come to the lists when the CPU needs free ones again): it takes 128 at a time.
 * So a map of a few hundred elements can lose used ones. With BPF_F_NO_COMMON_LRU each CPU has lists of
 * its own, and evicts up to 4 of its own elements at a time.
 */
#ifndef SIM_MAPS_LRU_H
#define SIM_MAPS_LRU_H

#include "map.h"

struct lru_link {
	struct lru_link *next, *prev;
};

enum lru_place {
	LRU_ACTIVE,
	LRU_INACTIVE,
	LRU_FREE,
	LRU_LISTS,
	LRU_LOCAL_FREE = LRU_LISTS,
	LRU_LOCAL_PENDING,
};

/* In each element, at 6.1's places. */
struct lru_node {
	struct lru_link link;
	u16 cpu;           /* whose pending list or lists it is in */
	u8 place;          /* enum lru_place */
	u8 ref;            /* used since it was looked at last; translated lookups set it */
};

struct lru_lists {
	struct lru_link head[LRU_LISTS];
	u32 count[LRU_FREE];          /* active, inactive */
	struct lru_link *rotation;    /* where the next look at inactive elements begins */
};

struct lru_local {
	struct lru_link free, pending;
	u32 next_steal;               /* the CPU to take from when there is nothing left */
};

struct lru {
	struct map *map;
	u32 scans;                    /* elements that are looked at in one go */
	u32 cpus;
	struct lru_lists *lists;      /* one, or one for each CPU */
	struct lru_local *local;      /* for each CPU; NULL: no common lists */
};

/* NULL when there is no memory. @percpu: BPF_F_NO_COMMON_LRU. */
struct lru *lru_new(struct sim *sim, struct map *map, bool percpu);
void lru_free(struct sim *sim, struct lru *lru);
/* The free element @i of @count at the beginning. */
void lru_add(struct lru *lru, struct lru_node *node, u32 i, u32 count);
/* A free element, for the running CPU; others may be evicted for it. NULL: there is none. */
struct lru_node *lru_pop(struct sim *sim, struct lru *lru);
/* An element that is no longer in the hash. */
void lru_push(struct lru *lru, struct lru_node *node);

/* lru_hash.c: takes an element out of its hash. False: it is not in it. */
bool lru_evict(struct sim *sim, struct map *map, struct lru_node *node);

#endif
