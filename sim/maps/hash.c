/*
 * BPF_MAP_TYPE_HASH: keys of any bytes, chains of elements in buckets (htab.c).
 *
 * Mirrors kernel/bpf/hashtab.c. An update of a key that exists puts a new element at the head of the chain
 * and takes the old one out, so a program that still holds the old value's address writes into a dead
 * element. Preallocated hashes have one element more for each CPU for that: the old one is the spare of
 * the CPU's next replacement, not the next new key's.
 */
#include "hash.h"
#include "htab_find.h"
#include "types.h"

#define KMALLOC_MAX_SIZE (4u << 20)

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

int hash_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	(void)attr;
	return htab_init(sim, map, sim->clock->ncpus);
}

WRITTEN_OUT void *lookup_sized(const struct htab *h, const void *key, u32 size)
{
	struct htab_elem *e = htab_find_sized(h, key, size, jhash(key, size, h->seed));

	return e ? e->key + round_up_u64(size, 8) : NULL;
}

OUT_OF_LINE void *lookup_any(const struct map *map, const void *key)
{
	return lookup_sized(map->family, key, map->k.key_size);
}

void *hash_lookup(struct sim *sim, struct map *map, const void *key)
{
	(void)sim;
	switch (map->k.key_size) {
	case 8:
		return lookup_sized(map->family, key, 8);
	case 4:
		return lookup_sized(map->family, key, 4);
	default:
		return lookup_any(map, key);
	}
}

OUT_OF_LINE int no_memory(struct sim *sim)
{
	return sim_fail(&sim->why, -ENOMEM, "no memory for one more element");
}

OUT_OF_LINE int add_elem(struct sim *sim, struct map *map, u32 hash, const void *key, const void *value)
{
	struct htab *h = map->family;
	struct htab_elem *e;

	if (h->count >= map->k.max_entries)
		return sim_fail(&sim->why, -E2BIG, "the hash is full: it holds max_entries = %u elements",
				map->k.max_entries);
	e = htab_take(sim, map);
	if (!e)
		return no_memory(sim);
	e->hash = hash;
	memcpy(e->key, key, map->k.key_size);
	map_copy_value(map, (u8 *)e + h->value_off, value);
	htab_link(h, e);
	return 0;
}

/* The spare element of a preallocated hash takes the place of @old, which becomes the spare one. */
WRITTEN_OUT int replace_elem(struct sim *sim, struct map *map, struct htab_elem *old, u32 hash, const void *key,
			     u32 size, const void *value)
{
	struct htab *h = map->family;
	struct htab_elem **spare = h->spare ? &h->spare[sim->clock->cpu] : NULL, *e = spare ? *spare : NULL;

	if (!e)
		e = htab_take(sim, map);
	if (!e)
		return no_memory(sim);
	e->hash = hash;
	memcpy(e->key, key, size);
	map_copy_value(map, e->key + round_up_u64(size, 8), value);
	bucket_replace(&h->bucket[hash & h->mask], old, e);
	if (__builtin_expect(!map_value_is_plain(map), false))
		map_free_fields(sim, map, old->key + round_up_u64(size, 8));
	if (spare)
		*spare = old;
	else
		htab_give_back(h, old);
	return 0;
}

static int check_flags(struct sim *sim, const struct map *map, u64 flags)
{
	int err = map_check_update_flags(sim, flags);

	return err ? err : map_check_lock(sim, map, flags);
}

WRITTEN_OUT int update_sized(struct sim *sim, struct map *map, const void *key, u32 size, const void *value,
			     u64 flags)
{
	struct htab *h = map->family;
	u32 hash = jhash(key, size, h->seed);
	struct htab_elem *old = htab_find_sized(h, key, size, hash);
	int err = flags ? htab_check_flags(sim, old, flags) : 0;

	if (err)
		return err;
	if (!old)
		return add_elem(sim, map, hash, key, value);
	if (!(flags & BPF_F_LOCK))
		return replace_elem(sim, map, old, hash, key, size, value);
	map_copy_value(map, htab_value_on(h, old, 0), value);
	return 0;
}

OUT_OF_LINE int update_any(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	return update_sized(sim, map, key, map->k.key_size, value, flags);
}

int hash_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	int err = flags ? check_flags(sim, map, flags) : 0;

	if (err)
		return err;
	switch (map->k.key_size) {
	case 8:
		return update_sized(sim, map, key, 8, value, flags);
	case 4:
		return update_sized(sim, map, key, 4, value, flags);
	default:
		return update_any(sim, map, key, value, flags);
	}
}

int hash_remove(struct sim *sim, struct map *map, const void *key)
{
	u32 hash;
	struct htab_elem *e = htab_find(map, key, &hash);

	if (!e)
		return htab_no_key(sim);
	htab_unlink(map->family, e);
	map_free_fields(sim, map, htab_value_on(map->family, e, 0));
	htab_give_back(map->family, e);
	return 0;
}

static const u16 hash_helpers[] = {
	BPF_FUNC_map_lookup_elem,   BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem,
	BPF_FUNC_for_each_map_elem, BPF_FUNC_timer_init,      0,
};

const struct map_ops hash_ops = {
	.name = "hash",
	.doc = "values by key of any bytes; elements come and go, at most max_entries of them",
	.when = "The usual map: state by flow, by process, by address. Take lru_hash when keys come from "
		"outside and must never be refused, percpu_hash when every packet counts something, array "
		"when the keys are small numbers.",
	.what = "Key: any bytes, all of them count, padding too: clear the whole struct before filling it "
		"in. Value: any bytes; may hold a bpf_spin_lock, a bpf_timer, kernel pointers.",
	.kept = "As many buckets as max_entries rounded up to a power of two, each a chain; the hash is "
		"jhash with a random seed (BPF_F_ZERO_SEED: none). All elements are allocated with the "
		"map; with BPF_F_NO_PREALLOC each when it is needed. An update of a key that exists is a "
		"new element in front of the chain, and the old one goes.",
	.cost = "Lookup, update, delete: one hash and a short chain, whatever the size. Programs' lookups "
		"are a direct call of the hash function. Update and delete lock their bucket. Next key: "
		"from bucket to bucket; a key that is gone meanwhile means starting over.",
	.example = "bpfwalk run samples/xdp_count.o --set 'counts[6]=0' --pcap samples/web.pcap",
	.flags_ok = MAP_HASH_FLAGS,
	.traits = MAP_TRAIT_SLEEPABLE | MAP_TRAIT_SPIN_LOCK | MAP_TRAIT_TIMER | MAP_TRAIT_KPTR |
		  MAP_TRAIT_OFFLOAD | MAP_TRAIT_TAKE | MAP_TRAIT_BATCH,
	.form = MAP_FORM_CHAINS,
	.helpers = hash_helpers,
	.check = hash_check,
	.struct_size = htab_struct_size,
	.init = hash_init,
	.fini = htab_fini,
	.lookup = hash_lookup,
	.inline_lookup = hash_inline_lookup,
	.update = hash_update,
	.remove = hash_remove,
	.next_key = htab_next_key,
	.buckets = htab_buckets,
	.bucket_next = htab_bucket_next,
	.each = htab_each,
	.locate = htab_locate,
};
