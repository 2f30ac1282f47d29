/*
 * BPF_MAP_TYPE_DEVMAP and BPF_MAP_TYPE_DEVMAP_HASH: network devices by index or key, each perhaps with a
 * program that sees the frames before they leave. bpf_redirect_map finds the device.
 *
 * Mirrors kernel/bpf/devmap.c. User space writes the device's ifindex and the program's fd, and reads
 * ifindex and program id; programs may read them too. An element holds a reference to its program.
 *
 * Simplified: devices do not go away here, so none needs to be taken out of the maps.
 */
#include "../world/netdev.h"
#include "array.h"
#include "fd_array.h"
#include "types.h"

struct dev_elem {
	struct bpf_devmap_val val; /* first: what a lookup finds */
	u32 key;
	struct netdev *dev;
	struct obj *prog;          /* NULL = none */
	struct dev_elem *next;     /* in its bucket */
};

/* DEVMAP: a slot for each index. DEVMAP_HASH: a list for each bucket. */
struct devmap {
	struct tail_kinship kin;   /* first: see fd_array.h */
	struct dev_elem **slot;
	u32 slots, items;
};

static struct devmap *devmap_of(const struct map *map)
{
	return map->family;
}

static u32 key_of(const void *key)
{
	u32 k;

	memcpy(&k, key, sizeof(k));
	return k;
}

static s64 struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

static int init_slots(struct sim *sim, struct map *map, u32 slots)
{
	struct devmap *devs = sim_alloc(sim, sizeof(*devs));
	u64 size = slots * sizeof(*devs->slot);

	if (devs && size <= MAP_AREA_MAX)
		devs->slot = sim_alloc(sim, size);
	if (!devs || !devs->slot) {
		sim_free(sim, devs);
		return sim_fail(&sim->why, -ENOMEM, "no memory for %u slots", slots);
	}
	devs->slots = slots;
	map->family = devs;
	return 0;
}

/* --- elements --- */

static int check_value(struct sim *sim, const struct map *map, const void *value, struct bpf_devmap_val *val)
{
	*val = (struct bpf_devmap_val){0};
	memcpy(val, value, map->k.value_size);
	if (!val->ifindex && val->bpf_prog.fd > 0)
		return sim_fail(&sim->why, -EINVAL, "a program, but no device: ifindex is 0");
	if (val->ifindex && !netdev_by_index(sim, val->ifindex))
		return sim_fail(&sim->why, -EINVAL, "there is no device with ifindex %u", val->ifindex);
	return 0;
}

static struct dev_elem *elem_new(struct sim *sim, struct map *map, const void *key, const void *value,
				 struct obj *prog)
{
	struct dev_elem *elem = arena_alloc(sim->arena, sizeof(*elem), TAG_MAP_ELEM, map);
	struct bpf_devmap_val val = {0};

	if (!elem)
		return NULL;
	memcpy(&val, value, map->k.value_size);
	elem->val.ifindex = val.ifindex;
	elem->val.bpf_prog.id = prog ? prog->id : 0;
	elem->key = key_of(key);
	elem->dev = netdev_by_index(sim, val.ifindex);
	elem->prog = prog;
	if (prog)
		obj_get(sim, prog);
	return elem;
}

static void elem_free(struct sim *sim, struct dev_elem *elem)
{
	if (elem && elem->prog)
		obj_put(sim, elem->prog);
	arena_free(sim->arena, elem);
}

static void devmap_fini(struct sim *sim, struct map *map)
{
	struct devmap *devs = devmap_of(map);

	for (u32 i = 0; i < devs->slots; i++)
		for (struct dev_elem *elem = devs->slot[i], *next; elem; elem = next) {
			next = elem->next;
			elem_free(sim, elem);
		}
	sim_free(sim, devs->slot);
	sim_free(sim, devs);
}

static bool devmap_locate(const struct map *map, const struct arena_block *block, u64 addr,
			  struct region *region)
{
	const struct dev_elem *elem = (const struct dev_elem *)block->base;

	(void)addr;
	if (block->tag != TAG_MAP_ELEM)
		return false;
	region->base = (u64)&elem->val;
	region->size = map->k.value_size;
	region->key = (u64)&elem->key;
	return true;
}

static int check_flags(struct sim *sim, u64 flags)
{
	if (flags <= BPF_EXIST)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "flags 0x%llx: an update knows BPF_ANY, BPF_NOEXIST, BPF_EXIST",
			(unsigned long long)flags);
}

static bool tell_target(const struct dev_elem *elem, struct redirect_target *out)
{
	if (elem)
		*out = (struct redirect_target){REDIRECT_DEVICE, elem->dev->ifindex, elem->prog, NULL};
	return elem;
}

/* --- by index --- */

static int array_init_slots(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	return init_slots(sim, map, attr->max_entries);
}

static struct dev_elem *array_find(struct map *map, u32 index)
{
	return index < map->k.max_entries ? devmap_of(map)->slot[index] : NULL;
}

static void *array_get(struct sim *sim, struct map *map, const void *key)
{
	(void)sim;
	return array_find(map, key_of(key));
}

static int array_may_put(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	struct bpf_devmap_val val;
	int err = check_flags(sim, flags);

	if (err)
		return err;
	if (key_of(key) >= map->k.max_entries)
		return sim_fail(&sim->why, -E2BIG, "index %u: the map has %u slots", key_of(key),
				map->k.max_entries);
	if (flags == BPF_NOEXIST)
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: all slots exist");
	return check_value(sim, map, value, &val);
}

/* ifindex 0 empties the slot. */
static int array_put(struct sim *sim, struct map *map, const void *key, const void *value, struct obj *prog)
{
	struct dev_elem **slot = &devmap_of(map)->slot[key_of(key)], *elem = NULL;

	if (key_of(value)) {
		elem = elem_new(sim, map, key, value, prog);
		if (!elem)
			return sim_fail(&sim->why, -ENOMEM, "no memory for one more element");
	}
	elem_free(sim, *slot);
	*slot = elem;
	return 0;
}

static int array_delete(struct sim *sim, struct map *map, const void *key)
{
	u32 index = key_of(key);

	if (index >= map->k.max_entries)
		return sim_fail(&sim->why, -EINVAL, "index %u: the map has %u slots", index,
				map->k.max_entries);
	elem_free(sim, devmap_of(map)->slot[index]);
	devmap_of(map)->slot[index] = NULL;
	return 0;
}

static bool array_redirect(struct sim *sim, struct map *map, u32 index, struct redirect_target *out)
{
	(void)sim;
	return tell_target(array_find(map, index), out);
}

/* --- by key --- */

static int hash_init_slots(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	u32 n = attr->max_entries;

	return init_slots(sim, map, n == 1 ? 1 : 1u << (32 - __builtin_clz(n - 1)));
}

static struct dev_elem **bucket(struct map *map, u32 key)
{
	struct devmap *devs = devmap_of(map);

	return &devs->slot[key & (devs->slots - 1)];
}

/* The link that leads to the element: *it is NULL when there is none. */
static struct dev_elem **hash_find(struct map *map, u32 key)
{
	struct dev_elem **at = bucket(map, key);

	while (*at && (*at)->key != key)
		at = &(*at)->next;
	return at;
}

static void *hash_get(struct sim *sim, struct map *map, const void *key)
{
	(void)sim;
	return *hash_find(map, key_of(key));
}

static int hash_may_put(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	struct bpf_devmap_val val;
	int err = check_flags(sim, flags);

	if (!err && !key_of(value))
		err = sim_fail(&sim->why, -EINVAL, "ifindex 0 is no device");
	if (err)
		return err;
	if (*hash_find(map, key_of(key)) && (flags & BPF_NOEXIST))
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: the key is there already");
	return check_value(sim, map, value, &val);
}

static void hash_unlink(struct sim *sim, struct map *map, u32 key)
{
	struct dev_elem **at = hash_find(map, key), *elem = *at;

	*at = elem->next;
	elem_free(sim, elem);
	devmap_of(map)->items--;
}

static int hash_put(struct sim *sim, struct map *map, const void *key, const void *value, struct obj *prog)
{
	struct devmap *devs = devmap_of(map);
	struct dev_elem *elem, **head = bucket(map, key_of(key));
	bool there = *hash_find(map, key_of(key));

	if (!there && devs->items >= map->k.max_entries)
		return sim_fail(&sim->why, -E2BIG, "it is full: it holds max_entries = %u devices",
				map->k.max_entries);
	elem = elem_new(sim, map, key, value, prog);
	if (!elem)
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more element");
	if (there)
		hash_unlink(sim, map, key_of(key));
	elem->next = *head;
	*head = elem;
	devs->items++;
	return 0;
}

static int hash_delete(struct sim *sim, struct map *map, const void *key)
{
	if (!*hash_find(map, key_of(key)))
		return sim_fail(&sim->why, -ENOENT, "there is no such key in the map");
	hash_unlink(sim, map, key_of(key));
	return 0;
}

static int hash_next(struct sim *sim, struct map *map, const void *key, void *next)
{
	const struct devmap *devs = devmap_of(map);
	const struct dev_elem *elem = key ? *hash_find(map, key_of(key)) : NULL;
	u32 i = elem ? (elem->key & (devs->slots - 1)) + 1 : 0;

	elem = elem ? elem->next : NULL;
	for (; !elem && i < devs->slots; i++)
		elem = devs->slot[i];
	if (!elem)
		return sim_fail(&sim->why, -ENOENT, "this is the last key");
	memcpy(next, &elem->key, sizeof(elem->key));
	return 0;
}

static bool hash_redirect(struct sim *sim, struct map *map, u32 index, struct redirect_target *out)
{
	(void)sim;
	return tell_target(*hash_find(map, index), out);
}

static const u16 helpers[] = {BPF_FUNC_redirect_map, BPF_FUNC_map_lookup_elem, 0};

#define DEVMAP_FLAGS (BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY)

const struct map_ops devmap_ops = {
	.name = "devmap",
	.doc = "network devices by index, for XDP redirects",
	.when = "Sending frames out of another device from XDP: routers, bridges, load balancers. "
		"bpf_redirect with an ifindex needs no map; with one user space exchanges devices "
		"while frames flow, and BPF_F_BROADCAST sends to all of them.",
	.what = "Key: 4 bytes, the index. Value: 4 bytes, the ifindex; or 8, struct "
		"bpf_devmap_val: ifindex and the fd of a program that sees each frame before it "
		"leaves. Programs may read it, not write it.",
	.kept = "A row of pointers to entries, each a device and perhaps a program. A frame goes "
		"into a queue of the device on this CPU, of 16, which is sent when it is full or "
		"the driver has no more packets.",
	.cost = "bpf_redirect_map: an index, no lock. The frame leaves after the program has "
		"ended.",
	.example = "bpfwalk run samples/xdp_router.o --add-dev eth1 --set 'ports_of[2]=eth1' --pcap "
		"samples/web.pcap",
	.flags_ok = DEVMAP_FLAGS,
	.traits = MAP_TRAIT_NO_BTF | MAP_TRAIT_PROG_READS,
	.value_kind = OBJ_PROG,
	.prog_attach = BPF_XDP_DEVMAP,
	.bad_prog = -EINVAL,
	.form = MAP_FORM_DEVICES,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = struct_size,
	.init = array_init_slots,
	.fini = devmap_fini,
	.lookup = array_get,
	.may_put = array_may_put,
	.put = array_put,
	.remove = array_delete,
	.next_key = array_next_key,
	.redirect_flags = BPF_F_BROADCAST | BPF_F_EXCLUDE_INGRESS,
	.redirect = array_redirect,
	.locate = devmap_locate,
};

const struct map_ops devmap_hash_ops = {
	.name = "devmap_hash",
	.doc = "network devices by key, for XDP redirects",
	.when = "As devmap, where the keys are sparse: ifindexes themselves, numbers of VLANs.",
	.what = "Key: 4 bytes, any number. Value: as devmap.",
	.kept = "Buckets with chains of entries; a power of two of buckets for max_entries.",
	.cost = "bpf_redirect_map: one hash and a short chain, no lock. Update and delete: one "
		"lock for the map.",
	.example = "bpfwalk run samples/xdp_router.o --add-dev eth1 --set 'uplinks[192]=eth1' --pcap "
		"samples/web.pcap",
	.flags_ok = DEVMAP_FLAGS,
	.traits = MAP_TRAIT_NO_BTF | MAP_TRAIT_PROG_READS,
	.prog_attach = BPF_XDP_DEVMAP,
	.bad_prog = -EINVAL,
	.form = MAP_FORM_DEVICES,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = struct_size,
	.init = hash_init_slots,
	.fini = devmap_fini,
	.lookup = hash_get,
	.may_put = hash_may_put,
	.put = hash_put,
	.remove = hash_delete,
	.next_key = hash_next,
	.redirect_flags = BPF_F_BROADCAST | BPF_F_EXCLUDE_INGRESS,
	.redirect = hash_redirect,
	.locate = devmap_locate,
};
