/*
 * Finding an element of a hash table by its key: see htab.h, bucket.h.
 *
 * Mirrors htab_map_hash and lookup_elem_raw of kernel/bpf/hashtab.c. Keys of 4 and 8 bytes are the common
 * ones. A size that the compiler knows becomes an instruction or two, where a call would cost more than the
 * bytes; so the way to an element that is there is written out for these sizes, and free of calls.
 */
#include "bucket.h"
#include "jhash.h"

#define WRITTEN_OUT static inline __attribute__((always_inline))
#define OUT_OF_LINE static __attribute__((noinline))

u32 htab_hash(const struct map *map, const void *key)
{
	return jhash(key, map->k.key_size, ((const struct htab *)map->family)->seed);
}

/* Along the whole chain. */
OUT_OF_LINE struct htab_elem *walk_chain(const struct htab_bucket *b, u32 hash, const void *key, u32 size)
{
	struct htab_elem *e = bucket_first(b);

	while (e && (e->hash != hash || memcmp(e->key, key, size)))
		e = e->next;
	return e;
}

WRITTEN_OUT struct htab_elem *find(const struct htab *h, const void *key, u32 size, u32 *hash)
{
	u32 of_key = *hash = jhash(key, size, h->seed);
	const struct htab_bucket *b = &h->bucket[of_key & h->mask];
	struct htab_elem *e = bucket_guess(b, of_key);

	if (__builtin_expect(e && e->hash == of_key && !memcmp(e->key, key, size), true))
		return e;
	return b->word ? walk_chain(b, of_key, key, size) : NULL;
}

/* By itself, so that htab_find needs no stack. */
OUT_OF_LINE struct htab_elem *find_any(const struct map *map, const void *key, u32 *hash)
{
	return find(map->family, key, map->k.key_size, hash);
}

struct htab_elem *htab_find(const struct map *map, const void *key, u32 *hash)
{
	switch (map->k.key_size) {
	case 8:
		return find(map->family, key, 8, hash);
	case 4:
		return find(map->family, key, 4, hash);
	default:
		return find_any(map, key, hash);
	}
}
