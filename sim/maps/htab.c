/*
 * The hash table behind hash, percpu_hash, lru_hash, lru_percpu_hash, hash_of_maps: see htab.h.
 *
 * Mirrors kernel/bpf/hashtab.c. As there, the table never grows: it has as many buckets as max_entries
 * rounded up to a power of two, and (unless BPF_F_NO_PREALLOC) all elements are made with it. The hash is
 * jhash with the map's seed, new elements come first in their bucket: with BPF_F_ZERO_SEED, keys come in
 * Linux' order.
 *
 * Simplified: no locks; one list of free elements for all CPUs. Elements that were freed are kept for the
 * next update until the map goes.
 */
#include "bucket.h"

#define KERNEL_BUCKET_SIZE 16u /* bytes of the kernel's struct bucket, for its limits */

s64 htab_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

/* --- memory --- */

/* The smallest power of two that is at least @n <= 2^31. */
static u32 pow2_for(u32 n)
{
	return n == 1 ? 1 : 1u << (32 - __builtin_clz(n - 1));
}

/* Where the values of @e are, and the way back: programs find the element by an address in them. */
static void bind_values(const struct htab *h, struct htab_elem *e, u8 *values)
{
	u64 first = (u64)(values + sizeof(u64));

	memcpy(values, &e, sizeof(u64));
	memcpy((u8 *)e + h->value_off, &first, sizeof(first));
}

static bool alloc_elems(struct sim *sim, struct map *map, struct htab *h, u64 elems)
{
	h->elems = map_area(sim, elems * h->elem_size, h->cpu_step ? TAG_KERNEL : TAG_MAP_ELEM, map);
	if (!h->elems || !h->cpu_step)
		return h->elems;
	h->values = map_area(sim, elems * h->values_size, TAG_MAP_ELEM, map);
	for (u64 i = 0; h->values && i < elems; i++)
		bind_values(h, (struct htab_elem *)(h->elems + i * h->elem_size),
			    h->values + i * h->values_size);
	return h->values;
}

static void free_table(struct sim *sim, struct htab *h)
{
	sim_free(sim, h->spare);
	sim_free(sim, h->values);
	sim_free(sim, h->elems);
	sim_free(sim, h->bucket);
	sim_free(sim, h);
}

static int alloc_table(struct sim *sim, struct map *map, struct htab *h, u32 spare)
{
	u64 buckets = (u64)h->mask + 1, elems = (u64)map->k.max_entries + spare;
	bool prealloc = !(map->k.map_flags & BPF_F_NO_PREALLOC);

	h->bucket = map_area(sim, buckets * sizeof(*h->bucket), TAG_KERNEL, map);
	if (spare && prealloc)
		h->spare = sim_alloc(sim, spare * sizeof(*h->spare));
	if (h->bucket && (!spare || !prealloc || h->spare) && (!prealloc || alloc_elems(sim, map, h, elems)))
		return 0;
	free_table(sim, h);
	return sim_fail(&sim->why, -ENOMEM, "no memory for %llu buckets and %llu elements of %u bytes",
			(unsigned long long)buckets, (unsigned long long)elems, h->elem_size);
}

static void set_sizes(const struct sim *sim, const struct map *map, struct htab *h)
{
	bool percpu = map_ops(map)->traits & MAP_TRAIT_PERCPU;

	h->mask = pow2_for(map->k.max_entries) - 1;
	h->value_off = offsetof(struct htab_elem, key) + round_up_u64(map->k.key_size, 8);
	h->cpu_step = percpu ? round_up_u64(map->k.value_size, 8) : 0;
	h->values_size = sizeof(u64) + h->cpu_step * sim->clock->ncpus;
	h->elem_size = round_up_u64(h->value_off + (percpu ? sizeof(u64) : map->k.value_size), ELEM_ALIGN);
}

int htab_init(struct sim *sim, struct map *map, u32 spare)
{
	struct htab *h;
	int err;

	if (map->k.max_entries > 1u << 31 ||
	    pow2_for(map->k.max_entries) > UINT32_MAX / KERNEL_BUCKET_SIZE)
		return sim_fail(&sim->why, -E2BIG, "%u elements: the table of buckets would be 4 GiB or more",
				map->k.max_entries);
	h = sim_alloc(sim, sizeof(*h));
	if (!h)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a hash table");
	set_sizes(sim, map, h);
	h->seed = map->k.map_flags & BPF_F_ZERO_SEED ? 0 : sim_random(sim);
	err = alloc_table(sim, map, h, spare);
	if (!err)
		map->family = h;
	return err;
}

/* An element with a block of its own. */
static void free_elem(struct sim *sim, const struct htab *h, struct htab_elem *e)
{
	if (h->cpu_step)
		sim_free(sim, (u8 *)htab_value_on(h, e, 0) - sizeof(u64));
	sim_free(sim, e);
}

static void free_elems(struct sim *sim, struct htab *h)
{
	struct htab_elem *e, *next;

	for (u64 i = 0; i <= h->mask; i++)
		for (e = htab_first(h, i); e; e = next) {
			next = e->next;
			free_elem(sim, h, e);
		}
	while ((e = h->free)) {
		h->free = e->next_free;
		free_elem(sim, h, e);
	}
}

static void free_fields(struct sim *sim, struct map *map, struct htab *h)
{
	for (u64 i = 0; map->nkptrs && i <= h->mask; i++)
		for (struct htab_elem *e = htab_first(h, i); e; e = e->next)
			map_free_fields(sim, map, htab_value_on(h, e, 0));
}

void htab_fini(struct sim *sim, struct map *map)
{
	struct htab *h = map->family;

	free_fields(sim, map, h);
	if (!h->elems)
		free_elems(sim, h);
	free_table(sim, h);
}

static struct htab_elem *alloc_elem(struct sim *sim, struct map *map, const struct htab *h)
{
	struct htab_elem *e = map_area(sim, h->elem_size, h->cpu_step ? TAG_KERNEL : TAG_MAP_ELEM, map);
	u8 *values;

	if (!e || !h->cpu_step)
		return e;
	values = map_area(sim, h->values_size, TAG_MAP_ELEM, map);
	if (values) {
		bind_values(h, e, values);
		return e;
	}
	sim_free(sim, e);
	return NULL;
}

struct htab_elem *htab_take(struct sim *sim, struct map *map)
{
	struct htab *h = map->family;
	struct htab_elem *e = h->free;

	if (e)
		h->free = e->next_free;
	else if (h->elems)
		e = (struct htab_elem *)(h->elems + (u64)h->fresh++ * h->elem_size);
	else
		e = alloc_elem(sim, map, h);
	return e;
}

void htab_give_back(struct htab *h, struct htab_elem *e)
{
	e->next_free = h->free;
	h->free = e;
}

/* --- chains --- */

static struct htab_bucket *bucket_of(const struct htab *h, const struct htab_elem *e)
{
	return &h->bucket[e->hash & h->mask];
}

void htab_link(struct htab *h, struct htab_elem *e)
{
	bucket_add(bucket_of(h, e), e);
	h->count++;
}

void htab_unlink(struct htab *h, struct htab_elem *e)
{
	bucket_remove(bucket_of(h, e), e);
	h->count--;
}

void htab_replace(struct htab *h, struct htab_elem *old, struct htab_elem *e)
{
	bucket_replace(bucket_of(h, e), old, e);
}

struct htab_elem *htab_first(const struct htab *h, u64 bucket)
{
	return bucket_first(&h->bucket[bucket]);
}

bool htab_holds(const struct htab *h, const struct htab_elem *e)
{
	const struct htab_elem *at = bucket_first(bucket_of(h, e));

	while (at && at != e)
		at = at->next;
	return at;
}

void *htab_value_on(const struct htab *h, struct htab_elem *e, u32 cpu)
{
	u8 *place = (u8 *)e + h->value_off, *values;

	if (!h->cpu_step)
		return place;
	memcpy(&values, place, sizeof(values));
	return values + (u64)cpu * h->cpu_step;
}

int htab_check_flags(struct sim *sim, const struct htab_elem *old, u64 flags)
{
	u64 how = flags & ~(u64)BPF_F_LOCK;

	if (old && how == BPF_NOEXIST)
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: the key is there already");
	if (!old && how == BPF_EXIST)
		return sim_fail(&sim->why, -ENOENT, "BPF_EXIST: there is no such key");
	return 0;
}

int htab_no_key(struct sim *sim)
{
	return sim_fail(&sim->why, -ENOENT, "there is no such key");
}

/* --- functions of struct map_ops --- */

void *htab_lookup_on(struct sim *sim, struct map *map, const void *key, u32 cpu)
{
	u32 hash;
	struct htab_elem *e = htab_find(map, key, &hash);

	(void)sim;
	return e ? htab_value_on(map->family, e, cpu) : NULL;
}

int htab_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	struct htab *h = map->family;
	u32 hash;
	struct htab_elem *e = key ? htab_find(map, key, &hash) : NULL;
	u64 bucket = e ? (e->hash & h->mask) + 1ull : 0;

	e = e ? e->next : NULL;
	while (!e && bucket <= h->mask)
		e = htab_first(h, bucket++);
	if (!e)
		return sim_fail(&sim->why, -ENOENT, key ? "that was the last key" : "the hash is empty");
	memcpy(next, e->key, map->k.key_size);
	return 0;
}

u32 htab_buckets(const struct map *map)
{
	return ((const struct htab *)map->family)->mask + 1;
}

void *htab_bucket_next(const struct map *map, u32 bucket, const void *key)
{
	const struct htab *h = map->family;
	struct htab_elem *e = htab_first(h, bucket);

	if (key)
		e = ((const struct htab_elem *)((const u8 *)key - offsetof(struct htab_elem, key)))->next;
	return e ? e->key : NULL;
}

/* As in Linux: the next element is found before the program sees this one, which it may take out. */
bool htab_each(struct sim *sim, struct map *map, struct map_walk *walk, const void **key, void **value)
{
	const struct htab *h = map->family;
	struct htab_elem *e = walk->at;

	while (!e && walk->next <= h->mask)
		e = htab_first(h, walk->next++);
	if (!e)
		return false;
	walk->at = e->next;
	*key = e->key;
	*value = htab_value_on(h, e, sim->clock->cpu);
	return true;
}

/* @addr is in the values of all CPUs: behind the way back to the element stands one after another. */
static bool locate_on_cpu(const struct map *map, u64 values, u64 addr, struct region *region)
{
	const struct htab *h = map->family;
	u64 first = values + sizeof(u64), elem;

	memcpy(&elem, (const void *)values, sizeof(elem));
	region->base = first + (addr - first) / h->cpu_step * h->cpu_step;
	region->size = map->k.value_size;
	region->key = elem + offsetof(struct htab_elem, key);
	return true;
}

bool htab_locate(const struct map *map, const struct arena_block *block, u64 addr, struct region *region)
{
	const struct htab *h = map->family;
	u64 size = h->cpu_step ? h->values_size : h->elem_size;
	u64 head = h->cpu_step ? sizeof(u64) : h->value_off;
	u64 at = addr - (addr - block->base) % size;

	if (block->tag != TAG_MAP_ELEM)
		return false;
	if (addr - at < head) { /* before a value: behind the one before it, if there is one */
		if (at == block->base)
			return false;
		at -= size;
	}
	if (h->cpu_step)
		return locate_on_cpu(map, at, min_u64(addr, at + size - 1), region);
	region->base = at + head;
	region->size = map->k.value_size;
	region->key = at + offsetof(struct htab_elem, key);
	return true;
}

const void *htab_key_of(const struct map *map, const struct arena_block *block, u64 addr)
{
	const struct htab *h = map_ops(map)->locate == htab_locate ? map->family : NULL;
	u64 off = addr - block->base;

	if (!h || block->tag != TAG_MAP_ELEM)
		return NULL;
	if (h->elems ? block->base != (u64)h->elems || off % h->elem_size : off || h->cpu_step)
		return NULL;
	return ((const struct htab_elem *)addr)->key;
}
