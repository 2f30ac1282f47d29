/*
 * BPF_MAP_TYPE_LRU_HASH, and what LRU_PERCPU_HASH shares with it: a hash that makes room itself (lru.c).
 *
 * Mirrors the htab_lru_map_* of kernel/bpf/hashtab.c. All elements are made with the map. An update asks
 * the lists for an element before it looks for the key: it may evict others even when it replaces a value
 * or fails. System calls read without leaving a trace; that a program has looked is what the reference bit
 * says.
 */
#include "lru_hash.h"
#include "types.h"

static struct htab_elem *elem_of(struct lru_node *node)
{
	return container_of(node, struct htab_elem, lru);
}

bool lru_evict(struct sim *sim, struct map *map, struct lru_node *node)
{
	if (!htab_holds(map->family, elem_of(node)))
		return false;
	htab_unlink(map->family, elem_of(node));
	map_free_fields(sim, map, htab_value_on(map->family, elem_of(node), 0));
	return true;
}

static void all_free(struct map *map, struct htab *h)
{
	for (u32 i = 0; i < map->k.max_entries; i++)
		lru_add(h->lru, &((struct htab_elem *)(h->elems + (u64)i * h->elem_size))->lru, i,
			map->k.max_entries);
}

int lru_hash_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	bool percpu = attr->map_flags & BPF_F_NO_COMMON_LRU;
	u64 entries = round_up_u64(attr->max_entries, sim->clock->ncpus);
	struct htab *h;
	int err;

	if (percpu) /* each CPU has as many */
		map->k.max_entries = entries <= UINT32_MAX ? entries : entries - sim->clock->ncpus;
	err = htab_init(sim, map, 0);
	if (err)
		return err;
	h = map->family;
	h->lru = lru_new(sim, map, percpu);
	if (!h->lru) {
		htab_fini(sim, map);
		return sim_fail(&sim->why, -ENOMEM, "no memory for the lists of an LRU map");
	}
	all_free(map, h);
	return 0;
}

void lru_hash_fini(struct sim *sim, struct map *map)
{
	lru_free(sim, ((struct htab *)map->family)->lru);
	htab_fini(sim, map);
}

int lru_check_flags(struct sim *sim, u64 flags)
{
	if (flags <= BPF_EXIST)
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"flags 0x%llx: an update of this type knows BPF_ANY, BPF_NOEXIST, BPF_EXIST",
			(unsigned long long)flags);
}

struct htab_elem *lru_take(struct sim *sim, struct map *map, u32 hash, const void *key)
{
	struct lru_node *node = lru_pop(sim, ((struct htab *)map->family)->lru);

	if (!node) {
		sim_fail(&sim->why, -ENOMEM, "this CPU has no element that could be evicted");
		return NULL;
	}
	elem_of(node)->hash = hash;
	memcpy(elem_of(node)->key, key, map->k.key_size);
	return elem_of(node);
}

void *lru_lookup_on(struct sim *sim, struct map *map, const void *key, u32 cpu)
{
	u32 hash;
	struct htab_elem *e = htab_find(map, key, &hash);

	(void)sim;
	if (!e)
		return NULL;
	e->lru.ref = 1;
	return htab_value_on(map->family, e, cpu);
}

static void *lru_lookup(struct sim *sim, struct map *map, const void *key)
{
	return lru_lookup_on(sim, map, key, 0);
}

static int lru_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	struct htab *h = map->family;
	u32 hash = htab_hash(map, key);
	struct htab_elem *e, *old;
	int err = lru_check_flags(sim, flags);

	if (err)
		return err;
	e = lru_take(sim, map, hash, key);
	if (!e)
		return -ENOMEM;
	map_copy_value(map, htab_value_on(h, e, 0), value);
	old = htab_find(map, key, &hash);
	err = htab_check_flags(sim, old, flags);
	if (err) {
		lru_push(h->lru, &e->lru);
		return err;
	}
	htab_link(h, e);
	if (old) {
		e->lru.ref = 1;
		htab_unlink(h, old);
		map_free_fields(sim, map, htab_value_on(h, old, 0));
		lru_push(h->lru, &old->lru);
	}
	return 0;
}

int lru_remove(struct sim *sim, struct map *map, const void *key)
{
	struct htab *h = map->family;
	u32 hash;
	struct htab_elem *e = htab_find(map, key, &hash);

	if (!e)
		return htab_no_key(sim);
	htab_unlink(h, e);
	map_free_fields(sim, map, htab_value_on(h, e, 0));
	lru_push(h->lru, &e->lru);
	return 0;
}

static const u16 helpers[] = {
	BPF_FUNC_map_lookup_elem,   BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem,
	BPF_FUNC_for_each_map_elem, BPF_FUNC_timer_init,      0,
};

const struct map_ops lru_hash_ops = {
	.name = "lru_hash",
	.doc = "values by key; when it is full, the least recently used one goes",
	.when = "Keys that come from outside and never end, as the addresses of packets: an update finds "
		"room by evicting others, so it does not fail when the map is full. Not when each key "
		"must stay until it is deleted.",
	.what = "Key and value: as a hash; timers, but no locks.",
	.kept = "A hash whose elements are in lists: free, active, inactive. Lookups by programs set a "
		"bit in the element, those by user space do not. When a CPU needs elements it takes 128 "
		"at a time; for these, inactive ones without the bit go first. So a small map can lose "
		"keys long before it is full and sometimes ones that are in use: make it larger than the "
		"keys that must stay. BPF_F_NO_COMMON_LRU gives each CPU lists of its own, 4 at a time, "
		"and a share of max_entries.",
	.cost = "Lookup: as a hash, and a byte written when the bit is not set. Update: now and then it "
		"walks up to 128 elements of the lists under a lock; it takes an element even when the "
		"key exists or the flags refuse. Always preallocated.",
	.example = "bpfwalk run samples/xdp_flows.o --pcap samples/web.pcap",
	.flags_ok = MAP_LRU_FLAGS,
	.traits = MAP_TRAIT_TIMER | MAP_TRAIT_KPTR | MAP_TRAIT_SLEEPABLE | MAP_TRAIT_TAKE | MAP_TRAIT_BATCH,
	.form = MAP_FORM_CHAINS,
	.helpers = helpers,
	.check = map_check_hash,
	.struct_size = htab_struct_size,
	.init = lru_hash_init,
	.fini = lru_hash_fini,
	.lookup = lru_lookup,
	.look = htab_lookup_on,
	.inline_lookup = lru_hash_inline_lookup,
	.update = lru_update,
	.remove = lru_remove,
	.next_key = htab_next_key,
	.buckets = htab_buckets,
	.bucket_next = htab_bucket_next,
	.each = htab_each,
	.locate = htab_locate,
};
