/*
 * Finding an element of a hash table by its key: see htab.h, bucket.h.
 *
 * Mirrors htab_map_hash and lookup_elem_raw of kernel/bpf/hashtab.c. Keys of 4 and 8 bytes are the common
 * ones. A size that the compiler knows becomes an instruction or two, where a call would cost more than the
 * bytes; so the way to an element that is there is written out for these sizes, and free of calls.
 */
#include "htab_find.h"

u32 htab_hash(const struct map *map, const void *key)
{
	return jhash(key, map->k.key_size, ((const struct htab *)map->family)->seed);
}

struct htab_elem *htab_find_behind(struct htab_elem *e, u32 hash, const void *key, u32 size)
{
	do
		e = e->next;
	while (e && (e->hash != hash || memcmp(e->key, key, size)));
	return e;
}

WRITTEN_OUT struct htab_elem *find(const struct htab *h, const void *key, u32 size, u32 *hash)
{
	*hash = jhash(key, size, h->seed);
	return htab_find_sized(h, key, size, *hash);
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
