/*
 * What finding an element is made of, for those who write it out for a size of the key that the compiler knows: see
 * htab_find.c.
 */
#ifndef SIM_MAPS_HTAB_FIND_H
#define SIM_MAPS_HTAB_FIND_H

#include "bucket.h"
#include "jhash.h"

#define WRITTEN_OUT static inline __attribute__((always_inline))
#define OUT_OF_LINE static __attribute__((noinline))

/* The element with @key behind @e in its chain, or NULL. */
struct htab_elem *htab_find_behind(struct htab_elem *e, u32 hash, const void *key, u32 size);

WRITTEN_OUT struct htab_elem *htab_find_sized(const struct htab *h, const void *key, u32 size, u32 hash)
{
	struct htab_elem *e = bucket_guess(&h->bucket[hash & h->mask], hash);

	if (__builtin_expect(!e || !memcmp(e->key, key, size), true))
		return e;
	return htab_find_behind(e, hash, key, size);
}

#endif
