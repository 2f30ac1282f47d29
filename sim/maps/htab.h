/*
 * The hash table behind all types that are one: buckets, chains of elements, memory for them (struct
 * bpf_htab of kernel/bpf/hashtab.c).
 *
 * What differs between the types is where a new element comes from and where its values are: in the
 * element, or for types with MAP_TRAIT_PERCPU one for each CPU behind an address that stands in the
 * value's place.
 */
#ifndef SIM_MAPS_HTAB_H
#define SIM_MAPS_HTAB_H

#include "lru.h"
#include "map.h"

/* The places of 6.1's struct htab_elem: translated lookups add 48 + round_up(key_size, 8) to its address. */
struct htab_elem {
	struct htab_elem *next; /* 0: in the chain; stays when taken out, for those who walk along it */
	struct htab_elem *next_free; /* 8: in the list of free ones (Linux: pprev, too) */
	struct lru_node lru;    /* 16: of LRU maps */
	u32 hash;               /* 40 */
	u32 pad;
	u8 key[]; /* 48; the value follows at the next multiple of 8 */
};

static_assert(offsetof(struct htab_elem, hash) == 40 && offsetof(struct htab_elem, key) == 48 &&
		      offsetof(struct htab_elem, lru.ref) == 35,
	      "6.1's struct htab_elem");

struct htab_bucket;

struct htab {
	struct htab_bucket *bucket;
	u8 *elems;              /* preallocated, in one block; NULL: each has its own block */
	u8 *values;             /* preallocated: the per-CPU values of all of them */
	u32 fresh;              /* how many of the preallocated ones have been in use yet */
	struct htab_elem *free; /* taken out again */
	struct htab_elem **spare; /* preallocated hashes: for each CPU, the element of its next replacement */
	struct lru *lru;        /* LRU types: they know which elements are free */
	u32 count;              /* in the chains */
	u32 mask;               /* buckets - 1 */
	u32 seed;
	u32 value_off, elem_size;
	u32 cpu_step;           /* from a CPU's value to the next CPU's; 0: values are in their elements */
	u32 values_size;        /* of one element on all CPUs, with the way back to it before them */
};

s64 htab_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task);
/*
 * The table of a new map, with @spare elements more than max_entries: map->family. 0, -E2BIG or -ENOMEM.
 */
int htab_init(struct sim *sim, struct map *map, u32 spare);
void htab_fini(struct sim *sim, struct map *map);

u32 htab_hash(const struct map *map, const void *key);
/* The element with @key, or NULL; *hash: the key's. */
struct htab_elem *htab_find(const struct map *map, const void *key, u32 *hash);
/* A free element, or NULL. Not for LRU types. */
struct htab_elem *htab_take(struct sim *sim, struct map *map);
void htab_give_back(struct htab *h, struct htab_elem *e);
/* Into the chain of its hash, as the first; out of it; @e in, and @old, with the same key, out; is it in? */
void htab_link(struct htab *h, struct htab_elem *e);
void htab_unlink(struct htab *h, struct htab_elem *e);
void htab_replace(struct htab *h, struct htab_elem *old, struct htab_elem *e);
bool htab_holds(const struct htab *h, const struct htab_elem *e);
/* The first element of the chain of a bucket, or NULL. */
struct htab_elem *htab_first(const struct htab *h, u64 bucket);
void *htab_value_on(const struct htab *h, struct htab_elem *e, u32 cpu);
/* May the key of @old (NULL: there is none) be updated? 0, -EEXIST, -ENOENT. */
int htab_check_flags(struct sim *sim, const struct htab_elem *old, u64 flags);
/* -ENOENT with the sentence. */
int htab_no_key(struct sim *sim);

/* These are struct map_ops' functions of the same name. */
void *htab_lookup_on(struct sim *sim, struct map *map, const void *key, u32 cpu);
int htab_next_key(struct sim *sim, struct map *map, const void *key, void *next);
u32 htab_buckets(const struct map *map);
void *htab_bucket_next(const struct map *map, u32 bucket, const void *key);
bool htab_each(struct sim *sim, struct map *map, struct map_walk *walk, const void **key, void **value);
bool htab_locate(const struct map *map, const struct arena_block *block, u64 addr, struct region *region);

/* The key of the element at @addr, which lies in @block of @map; NULL: no element of a table begins there. */
const void *htab_key_of(const struct map *map, const struct arena_block *block, u64 addr);

#endif
