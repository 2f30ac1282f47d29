/*
 * BPF_MAP_TYPE_PERCPU_HASH and BPF_MAP_TYPE_LRU_PERCPU_HASH: a value for each key and CPU, so that
 * programs on different CPUs do not get in each other's way.
 *
 * Mirrors the per-CPU part of kernel/bpf/hashtab.c. In the element, in the value's place, is the address
 * of the values. A program sees the value of the CPU that it runs on; user space reads and writes those of
 * all CPUs at once. Unlike in a hash, an update writes over the value that is there. A program that makes
 * an element makes the values of other CPUs zero.
 */
#include "hash.h"
#include "lru_hash.h"
#include "types.h"

static int percpu_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	(void)attr;
	return htab_init(sim, map, 0);
}

/* The value of the CPU that runs; a @fresh element's other values become zero. */
static void write_value(struct sim *sim, const struct map *map, struct htab_elem *e, const void *value,
			bool fresh)
{
	const struct htab *h = map->family;

	for (u32 cpu = 0; fresh && cpu < sim->clock->ncpus; cpu++)
		if (cpu != sim->clock->cpu)
			memset(htab_value_on(h, e, cpu), 0, h->cpu_step);
	memcpy(htab_value_on(h, e, sim->clock->cpu), value, map->k.value_size);
}

/* --- percpu_hash --- */

static void *percpu_lookup(struct sim *sim, struct map *map, const void *key)
{
	return htab_lookup_on(sim, map, key, sim->clock->cpu);
}

static int percpu_add(struct sim *sim, struct map *map, u32 hash, const void *key, const void *value)
{
	struct htab *h = map->family;
	struct htab_elem *e;

	if (h->count >= map->k.max_entries)
		return sim_fail(&sim->why, -E2BIG, "the hash is full: it holds max_entries = %u elements",
				map->k.max_entries);
	e = htab_take(sim, map);
	if (!e)
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more element");
	e->hash = hash;
	memcpy(e->key, key, map->k.key_size);
	write_value(sim, map, e, value, true);
	htab_link(h, e);
	return 0;
}

static int percpu_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	u32 hash;
	struct htab_elem *old = htab_find(map, key, &hash);
	int err = lru_check_flags(sim, flags);

	if (!err)
		err = htab_check_flags(sim, old, flags);
	if (err)
		return err;
	if (!old)
		return percpu_add(sim, map, hash, key, value);
	write_value(sim, map, old, value, false);
	return 0;
}

static const u16 helpers[] = {
	BPF_FUNC_map_lookup_elem,   BPF_FUNC_map_update_elem,        BPF_FUNC_map_delete_elem,
	BPF_FUNC_for_each_map_elem, BPF_FUNC_map_lookup_percpu_elem, 0,
};

const struct map_ops percpu_hash_ops = {
	.name = "percpu_hash",
	.doc = "values by key, one for each CPU",
	.when = "Counters by key that many CPUs touch at once: no lock, no cache line going to and fro; "
		"user space adds up. Not for values that one CPU writes and another must see.",
	.what = "Key: any bytes. Value: any bytes, at most 32 KiB, one for each CPU. User space passes "
		"the values of all possible CPUs in one array, each rounded up to 8 bytes. No locks and "
		"timers.",
	.kept = "As a hash, but the element holds a pointer to per-CPU memory. An update writes over the "
		"value in its place. A program that makes a new key makes the value zero on other CPUs.",
	.cost = "Lookup, update, delete: as a hash, and one more pointer. Memory: value_size times the "
		"number of possible CPUs for each element.",
	.example = "bpfwalk run samples/xdp_percpu.o --pcap samples/web.pcap",
	.flags_ok = MAP_HASH_FLAGS,
	.traits = MAP_TRAIT_PERCPU | MAP_TRAIT_SLEEPABLE | MAP_TRAIT_TAKE | MAP_TRAIT_BATCH,
	.form = MAP_FORM_CHAINS,
	.helpers = helpers,
	.check = map_check_hash,
	.struct_size = htab_struct_size,
	.init = percpu_init,
	.fini = htab_fini,
	.lookup = percpu_lookup,
	.lookup_on = htab_lookup_on,
	.update = percpu_update,
	.remove = hash_remove,
	.next_key = htab_next_key,
	.buckets = htab_buckets,
	.bucket_next = htab_bucket_next,
	.each = htab_each,
	.locate = htab_locate,
};

/* --- lru_percpu_hash --- */

static void *lru_percpu_lookup(struct sim *sim, struct map *map, const void *key)
{
	return lru_lookup_on(sim, map, key, sim->clock->cpu);
}

/* @e: from the lists, or NULL when only an element that is there may be written. */
static int lru_percpu_put(struct sim *sim, struct map *map, struct htab_elem *e, struct htab_elem *old,
			  const void *value)
{
	struct htab *h = map->family;

	write_value(sim, map, old ? old : e, value, !old);
	if (!old) {
		htab_link(h, e);
		return 0;
	}
	old->lru.ref = 1;
	if (e)
		lru_push(h->lru, &e->lru);
	return 0;
}

static int lru_percpu_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	struct htab *h = map->family;
	u32 hash = htab_hash(map, key);
	struct htab_elem *e = NULL, *old;
	int err = lru_check_flags(sim, flags);

	if (err)
		return err;
	if (flags != BPF_EXIST) {
		e = lru_take(sim, map, hash, key);
		if (!e)
			return -ENOMEM;
	}
	old = htab_find(map, key, &hash);
	err = htab_check_flags(sim, old, flags);
	if (!err)
		return lru_percpu_put(sim, map, e, old, value);
	if (e)
		lru_push(h->lru, &e->lru);
	return err;
}

const struct map_ops lru_percpu_hash_ops = {
	.name = "lru_percpu_hash",
	.doc = "an LRU hash whose values are one for each CPU",
	.when = "Counters by key for keys that never end: percpu_hash and lru_hash in one.",
	.what = "Key: any bytes. Value: any bytes, one for each CPU, as in a percpu_hash.",
	.kept = "As an lru_hash; the element holds a pointer to per-CPU memory. An update of a key that "
		"exists writes in its place and sets its bit.",
	.cost = "As lru_hash, and one more pointer. With BPF_EXIST an update takes no element from the "
		"lists.",
	.example = "bpfwalk run samples/xdp_flows.o --pcap samples/web.pcap",
	.flags_ok = MAP_LRU_FLAGS,
	.traits = MAP_TRAIT_PERCPU | MAP_TRAIT_SLEEPABLE | MAP_TRAIT_TAKE | MAP_TRAIT_BATCH,
	.form = MAP_FORM_CHAINS,
	.helpers = helpers,
	.check = map_check_hash,
	.struct_size = htab_struct_size,
	.init = lru_hash_init,
	.fini = lru_hash_fini,
	.lookup = lru_percpu_lookup,
	.lookup_on = lru_lookup_on,
	.look = htab_lookup_on,
	.update = lru_percpu_update,
	.remove = lru_remove,
	.next_key = htab_next_key,
	.buckets = htab_buckets,
	.bucket_next = htab_bucket_next,
	.each = htab_each,
	.locate = htab_locate,
};
