/*
 * BPF_MAP_TYPE_HASH: keys of any bytes, chains of elements in buckets.
 *
 * Mirrors kernel/bpf/hashtab.c. As there, the table never grows: it has as many buckets as max_entries
 * rounded up to a power of two, and (unless BPF_F_NO_PREALLOC) all elements are made with it. An update of
 * a key that exists puts a new element at the head of the chain and takes the old one out, so a program
 * that still holds the old value's address writes into a dead element.
 *
 * Simplified: no locks; the hash is ours, not jhash, so keys come in another order than in Linux, where a
 * random seed makes that order different for each map anyway. Elements that were freed are kept for the
 * next update until the map goes.
 */
#include "hash.h"
#include "types.h"

/* The places of 6.1's struct htab_elem: translated lookups add 48 + round_up(key_size, 8) to its address. */
struct htab_elem {
	struct htab_elem *next; /*  0: in the chain or in the list of free ones */
	u64 pprev;              /*  8: in Linux the way back */
	u8 lru_node[24];        /* 16: of LRU maps */
	u32 hash;               /* 40 */
	u32 pad;
	u8 key[]; /* 48; the value follows at the next multiple of 8 */
};

static_assert(offsetof(struct htab_elem, hash) == 40 && offsetof(struct htab_elem, key) == 48,
	      "6.1's struct htab_elem");

#define KMALLOC_MAX_SIZE (4u << 20)
#define KERNEL_BUCKET_SIZE 16u /* bytes of the kernel's struct bucket, for its limits */

struct htab {
	struct htab_elem **bucket;
	u8 *elems;              /* preallocated: max_entries + 1 in one block; NULL: each has its own block */
	u32 fresh;              /* how many of them have been in use yet */
	struct htab_elem *free; /* taken out again */
	u32 count;              /* in the chains */
	u32 mask;               /* buckets - 1 */
	u32 seed;
	u32 value_off, elem_size;
};

static int hash_check_sizes(struct sim *sim, const union bpf_attr *attr)
{
	if (attr->max_entries == 0)
		return sim_fail(&sim->why, -EINVAL, "a hash of 0 elements: max_entries must be at least 1");
	if (attr->key_size == 0 || attr->value_size == 0)
		return sim_fail(&sim->why, -EINVAL,
				"a hash with key_size %u, value_size %u: both must be at least 1",
				attr->key_size, attr->value_size);
	if ((u64)attr->key_size + attr->value_size >= KMALLOC_MAX_SIZE - sizeof(struct htab_elem))
		return sim_fail(&sim->why, -E2BIG,
				"a key of %u and a value of %u bytes: an element must be smaller than 4 MiB",
				attr->key_size, attr->value_size);
	return 0;
}

static int hash_check(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	if ((attr->map_flags & BPF_F_ZERO_SEED) && !task_capable(task, CAP_SYS_ADMIN_BIT))
		return sim_fail(&sim->why, -EPERM, "BPF_F_ZERO_SEED needs CAP_SYS_ADMIN");
	if (map_check_flags(sim, &hash_ops, attr->map_flags))
		return -EINVAL;
	return hash_check_sizes(sim, attr);
}

s64 hash_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

/* The smallest power of two that is at least @n <= 2^31. */
static u32 pow2_for(u32 n)
{
	return n == 1 ? 1 : 1u << (32 - __builtin_clz(n - 1));
}

static int htab_alloc(struct sim *sim, struct map *map, struct htab *h)
{
	u64 buckets = (u64)h->mask + 1, elems = (u64)map->k.max_entries + 1;

	h->bucket = map_area(sim, buckets * sizeof(*h->bucket), TAG_KERNEL, map);
	if (h->bucket && !(map->k.map_flags & BPF_F_NO_PREALLOC))
		h->elems = map_area(sim, elems * h->elem_size, TAG_MAP_ELEM, map);
	if (h->bucket && (h->elems || (map->k.map_flags & BPF_F_NO_PREALLOC)))
		return 0;
	sim_free(sim, h->bucket);
	return sim_fail(&sim->why, -ENOMEM, "no memory for %llu buckets and %llu elements of %u bytes",
			(unsigned long long)buckets, (unsigned long long)elems, h->elem_size);
}

int hash_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	struct htab *h;
	int err;

	if (attr->max_entries > 1u << 31 || pow2_for(attr->max_entries) > UINT32_MAX / KERNEL_BUCKET_SIZE)
		return sim_fail(&sim->why, -E2BIG, "%u elements: the table of buckets would be 4 GiB or more",
				attr->max_entries);
	h = sim_alloc(sim, sizeof(*h));
	if (!h)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a hash table");
	h->mask = pow2_for(attr->max_entries) - 1;
	h->seed = attr->map_flags & BPF_F_ZERO_SEED ? 0 : sim_random(sim);
	h->value_off = offsetof(struct htab_elem, key) + round_up_u64(attr->key_size, 8);
	h->elem_size = h->value_off + round_up_u64(attr->value_size, 8);
	err = htab_alloc(sim, map, h);
	if (err)
		sim_free(sim, h);
	else
		map->family = h;
	return err;
}

/* Elements with a block of their own. */
static void free_chain(struct sim *sim, struct htab_elem *e)
{
	while (e) {
		struct htab_elem *next = e->next;

		sim_free(sim, e);
		e = next;
	}
}

void hash_fini(struct sim *sim, struct map *map)
{
	struct htab *h = map->family;

	if (!h->elems) {
		for (u64 i = 0; i <= h->mask; i++)
			free_chain(sim, h->bucket[i]);
		free_chain(sim, h->free);
	}
	sim_free(sim, h->elems);
	sim_free(sim, h->bucket);
	sim_free(sim, h);
}

static u64 mix(u64 h, u64 word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15ull;
	return h ^ (h >> 32);
}

static inline u32 hash_key(const void *key, u32 size, u32 seed)
{
	const u8 *p = key;
	u64 h = seed, word;

	for (; size >= 8; p += 8, size -= 8) {
		memcpy(&word, p, 8);
		h = mix(h, word);
	}
	if (size) {
		word = 0;
		memcpy(&word, p, size);
		h = mix(h, word);
	}
	return mix(h, 0);
}

/*
 * Keys of 4 and 8 bytes are the common ones. A size that the compiler knows becomes an instruction or two,
 * where a call would cost more than the bytes.
 */
static inline u32 hash_of(const struct map *map, const struct htab *h, const void *key)
{
	switch (map->k.key_size) {
	case 4:
		return hash_key(key, 4, h->seed);
	case 8:
		return hash_key(key, 8, h->seed);
	default:
		return hash_key(key, map->k.key_size, h->seed);
	}
}

static inline bool same_key(const void *a, const void *b, u32 size)
{
	switch (size) {
	case 4:
		return !memcmp(a, b, 4);
	case 8:
		return !memcmp(a, b, 8);
	default:
		return !memcmp(a, b, size);
	}
}

static inline void copy_key(void *dst, const void *src, u32 size)
{
	switch (size) {
	case 4:
		memcpy(dst, src, 4);
		break;
	case 8:
		memcpy(dst, src, 8);
		break;
	default:
		memcpy(dst, src, size);
	}
}

static struct htab_elem *find(const struct map *map, u32 hash, const void *key)
{
	const struct htab *h = map->family;
	struct htab_elem *e = h->bucket[hash & h->mask];

	while (e && (e->hash != hash || !same_key(e->key, key, map->k.key_size)))
		e = e->next;
	return e;
}

static void *value_of(const struct htab *h, struct htab_elem *e)
{
	return (u8 *)e + h->value_off;
}

void *hash_lookup(struct sim *sim, struct map *map, const void *key)
{
	struct htab *h = map->family;
	struct htab_elem *e = find(map, hash_of(map, h, key), key);

	(void)sim;
	return e ? value_of(h, e) : NULL;
}

/*
 * NULL only when the arena is full: one element more than max_entries is always there, for the update of a
 * key that exists.
 */
static struct htab_elem *take_elem(struct sim *sim, struct map *map)
{
	struct htab *h = map->family;
	struct htab_elem *e = h->free;

	if (e)
		h->free = e->next;
	else if (h->elems)
		e = (struct htab_elem *)(h->elems + (u64)h->fresh++ * h->elem_size);
	else
		e = map_area(sim, h->elem_size, TAG_MAP_ELEM, map);
	return e;
}

/* Takes @e out of its chain. */
static void drop_elem(struct htab *h, struct htab_elem *e)
{
	struct htab_elem **link = &h->bucket[e->hash & h->mask];

	while (*link != e)
		link = &(*link)->next;
	*link = e->next;
	e->next = h->free;
	h->free = e;
	h->count--;
}

static int check_update(struct sim *sim, const struct map *map, const struct htab_elem *old, u64 flags)
{
	u64 how = flags & ~(u64)BPF_F_LOCK;

	if (old && how == BPF_NOEXIST)
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: the key is there already");
	if (!old && how == BPF_EXIST)
		return sim_fail(&sim->why, -ENOENT, "BPF_EXIST: there is no such key");
	if (!old && ((struct htab *)map->family)->count >= map->k.max_entries)
		return sim_fail(&sim->why, -E2BIG, "the hash is full: it holds max_entries = %u elements",
				map->k.max_entries);
	return 0;
}

static int put_elem(struct sim *sim, struct map *map, u32 hash, const void *key, const void *value)
{
	struct htab *h = map->family;
	struct htab_elem *e = take_elem(sim, map);

	if (!e)
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more element");
	e->hash = hash;
	copy_key(e->key, key, map->k.key_size);
	map_copy_value(map, value_of(h, e), value);
	e->next = h->bucket[hash & h->mask];
	h->bucket[hash & h->mask] = e;
	h->count++;
	return 0;
}

int hash_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	struct htab *h = map->family;
	struct htab_elem *old;
	u32 hash;
	int err = map_check_update_flags(sim, flags);

	if (!err)
		err = map_check_lock(sim, map, flags);
	if (err)
		return err;
	hash = hash_of(map, h, key);
	old = find(map, hash, key);
	err = check_update(sim, map, old, flags);
	if (err)
		return err;
	if (old && (flags & BPF_F_LOCK)) {
		map_copy_value(map, value_of(h, old), value);
		return 0;
	}
	err = put_elem(sim, map, hash, key, value);
	if (!err && old)
		drop_elem(h, old);
	return err;
}

int hash_remove(struct sim *sim, struct map *map, const void *key)
{
	struct htab *h = map->family;
	struct htab_elem *e = find(map, hash_of(map, h, key), key);

	if (!e)
		return sim_fail(&sim->why, -ENOENT, "there is no such key");
	drop_elem(h, e);
	return 0;
}

int hash_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	struct htab *h = map->family;
	struct htab_elem *e = key ? find(map, hash_of(map, h, key), key) : NULL;
	u64 bucket = e ? (e->hash & h->mask) + 1ull : 0;

	e = e ? e->next : NULL;
	while (!e && bucket <= h->mask)
		e = h->bucket[bucket++];
	if (!e)
		return sim_fail(&sim->why, -ENOENT, key ? "that was the last key" : "the hash is empty");
	memcpy(next, e->key, map->k.key_size);
	return 0;
}

u32 hash_buckets(const struct map *map)
{
	return ((const struct htab *)map->family)->mask + 1;
}

void *hash_bucket_next(const struct map *map, u32 bucket, const void *key, void **value)
{
	const struct htab *h = map->family;
	struct htab_elem *e = h->bucket[bucket];

	if (key)
		e = ((const struct htab_elem *)((const u8 *)key - offsetof(struct htab_elem, key)))->next;
	if (!e)
		return NULL;
	*value = value_of(h, e);
	return e->key;
}

bool hash_locate(const struct map *map, const struct arena_block *block, u64 addr, struct region *region)
{
	const struct htab *h = map->family;
	u64 elem = addr - (addr - block->base) % h->elem_size;

	if (block->tag != TAG_MAP_ELEM)
		return false;
	if (addr - elem < h->value_off) { /* in an element's head: behind the value before it, if there is one */
		if (elem == block->base)
			return false;
		elem -= h->elem_size;
	}
	region->base = elem + h->value_off;
	region->size = map->k.value_size;
	region->key = elem + offsetof(struct htab_elem, key);
	return true;
}

static const u16 hash_helpers[] = {
	BPF_FUNC_map_lookup_elem,   BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem,
	BPF_FUNC_for_each_map_elem, BPF_FUNC_timer_init,      0,
};

const struct map_ops hash_ops = {
	.name = "hash",
	.doc = "values by key of any bytes; elements come and go, at most max_entries of them",
	.flags_ok = BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG |
		    BPF_F_WRONLY_PROG | BPF_F_ZERO_SEED,
	.traits = MAP_TRAIT_SLEEPABLE | MAP_TRAIT_SPIN_LOCK | MAP_TRAIT_TIMER | MAP_TRAIT_KPTR |
		  MAP_TRAIT_OFFLOAD | MAP_TRAIT_TAKE | MAP_TRAIT_LOOKUP_BATCH | MAP_TRAIT_UPDATE_BATCH |
		  MAP_TRAIT_DELETE_BATCH | MAP_TRAIT_TAKE_BATCH,
	.helpers = hash_helpers,
	.check = hash_check,
	.struct_size = hash_struct_size,
	.init = hash_init,
	.fini = hash_fini,
	.lookup = hash_lookup,
	.inline_lookup = hash_inline_lookup,
	.update = hash_update,
	.remove = hash_remove,
	.next_key = hash_next_key,
	.buckets = hash_buckets,
	.bucket_next = hash_bucket_next,
	.locate = hash_locate,
};
