/*
 * BPF_MAP_TYPE_ARRAY_OF_MAPS and BPF_MAP_TYPE_HASH_OF_MAPS: values are maps. What a program finds in them
 * it uses as a map.
 *
 * Mirrors kernel/bpf/map_in_map.c and the types' parts of arraymap.c and hashtab.c. MAP_CREATE keeps a
 * template of one map (map_set_inner of map.c); only maps like it may become values, because the verifier
 * has seen nothing but the template.
 */
#include "array.h"
#include "fd_array.h"
#include "hash.h"
#include "htab.h"
#include "types.h"

static bool same_kptrs(const struct map *a, const struct map *b)
{
	bool same = a->nkptrs == b->nkptrs;

	for (u32 i = 0; same && i < a->nkptrs; i++)
		same = a->kptr[i].off == b->kptr[i].off && a->kptr[i].btf_id == b->kptr[i].btf_id &&
		       a->kptr[i].referenced == b->kptr[i].referenced;
	return same;
}

/* What the template promises to programs (kernel: map_meta_equal). */
static int check_like_template(struct sim *sim, const struct map *outer, const struct map *inner)
{
	const struct map *t = map_of((const struct bpf_map_layout *)outer->k.inner_map_meta);
	bool any_length = !(map_ops(t)->traits & MAP_TRAIT_SAME_LENGTH) || (t->k.map_flags & BPF_F_INNER_MAP);

	if (t->k.map_type != inner->k.map_type || t->k.key_size != inner->k.key_size ||
	    t->k.value_size != inner->k.value_size || t->k.map_flags != inner->k.map_flags)
		return sim_fail(&sim->why, -EINVAL,
				"a map of type %s, key %u, value %u bytes, flags 0x%x; inner maps are of type %s, %u, %u, 0x%x",
				map_ops(inner)->name, inner->k.key_size, inner->k.value_size, inner->k.map_flags,
				map_ops(t)->name, t->k.key_size, t->k.value_size, t->k.map_flags);
	if (t->timer_off != inner->timer_off || !same_kptrs(t, inner))
		return sim_fail(&sim->why, -EINVAL, "the timer or the kernel pointers in its values lie elsewhere");
	if (any_length || t->k.max_entries == inner->k.max_entries)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "an array of %u elements; without BPF_F_INNER_MAP inner arrays have %u",
			inner->k.max_entries, t->k.max_entries);
}

/* --- in an array --- */

static int array_set(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags)
{
	int err = check_like_template(sim, map, container_of(obj, struct map, obj));

	return err ? err : fd_array_set(sim, map, key, obj, flags);
}

static void *array_find(struct sim *sim, struct map *map, const void *key)
{
	return fd_slot_value(map, fd_array_get(sim, map, key));
}

static const u16 helpers[] = {BPF_FUNC_map_lookup_elem, 0};

const struct map_ops array_of_maps_ops = {
	.name = "array_of_maps",
	.doc = "maps by index",
	.when = "A map for each of a few things, or a whole map that is exchanged in one step: fill a new "
		"one, put it in.",
	.what = "Key: 4 bytes, the index. Value: the fd of a map for user space, which reads its id; a "
		"program finds the map, and uses it as one. Inner maps are like the one behind "
		"inner_map_fd.",
	.kept = "A row of pointers behind struct bpf_map, and a template of the inner maps: the verifier "
		"goes by it.",
	.cost = "Lookup: written out in the program, no call; then the inner map's. An update waits until "
		"no program holds the old inner map.",
	.example = "bpfwalk run samples/xdp_tenants.o --pcap samples/web.pcap",
	.flags_ok = BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY,
	.traits = MAP_TRAIT_ARRAY | MAP_TRAIT_NO_BTF | MAP_TRAIT_FD_VALUE | MAP_TRAIT_INNER |
		  MAP_TRAIT_SLEEPABLE | MAP_TRAIT_LOOKUP_BATCH | MAP_TRAIT_UPDATE_BATCH,
	.form = MAP_FORM_OBJECTS,
	.helpers = helpers,
	.value_kind = OBJ_MAP,
	.check = map_check_rule,
	.struct_size = array_struct_size,
	.init = array_init,
	.fini = fd_array_clear,
	.lookup = array_find,
	.inline_lookup = array_of_maps_inline_lookup,
	.may_set = fd_array_may_set,
	.set_obj = array_set,
	.get_obj = fd_array_get,
	.remove = fd_array_remove,
	.next_key = array_next_key,
};

/* --- in a hash: the 4 bytes that user space sees have room for an address --- */

static struct obj *hash_get(struct sim *sim, struct map *map, const void *key)
{
	void **slot = hash_lookup(sim, map, key);

	return slot ? fd_slot_obj(map, *slot) : NULL;
}

static void *hash_find(struct sim *sim, struct map *map, const void *key)
{
	return fd_slot_value(map, hash_get(sim, map, key));
}

static int hash_set(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags)
{
	struct obj *old = hash_get(sim, map, key);
	void **slot;
	int err = check_like_template(sim, map, container_of(obj, struct map, obj));

	if (!err)
		err = hash_update(sim, map, key, &obj, flags);
	if (err)
		return err;
	slot = hash_lookup(sim, map, key);
	*slot = fd_slot_value(map, obj);
	obj_get(sim, obj);
	if (old)
		obj_put(sim, old);
	return 0;
}

static int hash_delete(struct sim *sim, struct map *map, const void *key)
{
	struct obj *old = hash_get(sim, map, key);
	int err = hash_remove(sim, map, key);

	if (!err)
		obj_put(sim, old);
	return err;
}

static void hash_clear(struct sim *sim, struct map *map)
{
	void *key;

	for (u32 bucket = 0; bucket < htab_buckets(map); bucket++)
		for (key = NULL; (key = htab_bucket_next(map, bucket, key));)
			obj_put(sim, hash_get(sim, map, key));
	htab_fini(sim, map);
}

const struct map_ops hash_of_maps_ops = {
	.name = "hash_of_maps",
	.doc = "maps by key",
	.when = "A map for each tenant, container, interface, made when it is needed.",
	.what = "Key: any bytes. Value: the fd of a map for user space, which reads its id; a program "
		"finds the map. Inner maps are like the one behind inner_map_fd.",
	.kept = "A hash whose values are pointers, and a template of the inner maps: the verifier goes by "
		"it.",
	.cost = "Lookup: as a hash, then the inner map's. An update waits until no program holds the old "
		"inner map.",
	.example = "bpfwalk run samples/xdp_tenants.o --set 'by_address[198.51.100.80]=name "
		"tenant_b' --pcap samples/web.pcap",
	.flags_ok = MAP_HASH_FLAGS,
	.traits = MAP_TRAIT_NO_BTF | MAP_TRAIT_FD_VALUE | MAP_TRAIT_INNER | MAP_TRAIT_SLEEPABLE | MAP_TRAIT_BATCH,
	.form = MAP_FORM_CHAINS,
	.helpers = helpers,
	.value_kind = OBJ_MAP,
	.check = map_check_hash_of_maps,
	.struct_size = htab_struct_size,
	.init = hash_init,
	.fini = hash_clear,
	.lookup = hash_find,
	.inline_lookup = hash_of_maps_inline_lookup,
	.set_obj = hash_set,
	.get_obj = hash_get,
	.remove = hash_delete,
	.next_key = htab_next_key,
	.buckets = htab_buckets,
	.bucket_next = htab_bucket_next,
	.locate = htab_locate,
};
