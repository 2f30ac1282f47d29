/*
 * BPF_MAP_TYPE_SK_STORAGE, INODE_STORAGE and TASK_STORAGE: a value for each socket, inode or task,
 * which goes when its owner goes. The key is the owner itself: user space names it by an fd,
 * programs by a pointer.
 *
 * Mirrors kernel/bpf/bpf_local_storage.c and its three users. System calls get the address of the owner as
 * the key here; cmd_map.c finds it.
 *
 * Simplified: the values hang on the map, not on the owner; so looking one up takes longer the
 * more owners there are.
 */
#include "local_storage.h"

#include "types.h"

static s64 storage_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

static int storage_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	(void)attr;
	map->family = sim_alloc(sim, sizeof(struct storage));
	return map->family ? 0 : sim_fail(&sim->why, -ENOMEM, "no memory for a storage map");
}

static u64 owner_of(const void *key)
{
	u64 owner;

	memcpy(&owner, key, sizeof(owner));
	return owner;
}

/* The link that leads to the owner's element: *it is NULL when there is none. */
static struct storage_elem **find(struct map *map, u64 owner)
{
	struct storage_elem **at = &((struct storage *)map->family)->first;

	while (*at && (*at)->owner != owner)
		at = &(*at)->next;
	return at;
}

static void unlink_elem(struct sim *sim, struct storage_elem **at)
{
	struct storage_elem *elem = *at;

	*at = elem->next;
	arena_free(sim->arena, elem);
}

static void storage_fini(struct sim *sim, struct map *map)
{
	struct storage *storage = map->family;

	while (storage->first)
		unlink_elem(sim, &storage->first);
	sim_free(sim, storage);
}

static struct storage_elem *add(struct sim *sim, struct map *map, u64 owner)
{
	struct storage *storage = map->family;
	struct storage_elem *elem =
		arena_alloc(sim->arena, sizeof(*elem) + map->k.value_size, TAG_MAP_ELEM, map);

	if (!elem)
		return NULL;
	elem->owner = owner;
	elem->number = storage->made++;
	elem->next = storage->first;
	storage->first = elem;
	return elem;
}

void *local_storage_get(struct sim *sim, struct map *map, u64 owner, const void *init, bool create)
{
	struct storage_elem *elem = *find(map, owner);

	if (elem || !create)
		return elem ? elem->value : NULL;
	elem = add(sim, map, owner);
	if (elem && init)
		map_copy_value(map, elem->value, init);
	return elem ? elem->value : NULL;
}

static void *storage_lookup(struct sim *sim, struct map *map, const void *key)
{
	return local_storage_get(sim, map, owner_of(key), NULL, false);
}

static int storage_update(struct sim *sim, struct map *map, const void *key, const void *value, u64 flags)
{
	struct storage_elem *elem = *find(map, owner_of(key));
	int err = map_check_update_flags(sim, flags);

	if (!err)
		err = map_check_lock(sim, map, flags);
	if (err)
		return err;
	if (elem && (flags & BPF_NOEXIST))
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: the object has a value in this map");
	if (!elem && (flags & BPF_EXIST))
		return sim_fail(&sim->why, -ENOENT, "BPF_EXIST: the object has no value in this map");
	if (!elem)
		elem = add(sim, map, owner_of(key));
	if (!elem)
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more value");
	map_copy_value(map, elem->value, value);
	return 0;
}

static int storage_remove(struct sim *sim, struct map *map, const void *key)
{
	struct storage_elem **at = find(map, owner_of(key));

	if (!*at)
		return sim_fail(&sim->why, -ENOENT, "the object has no value in this map");
	unlink_elem(sim, at);
	return 0;
}

static int storage_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	(void)key, (void)next;
	return sim_fail(&sim->why, -ENOTSUPP, "the keys of a %s are objects: they cannot be listed",
			map_ops(map)->name);
}

static void storage_forget(struct sim *sim, struct map *map, const void *owner)
{
	struct storage_elem **at = find(map, (u64)owner);

	if (*at)
		unlink_elem(sim, at);
}

static void storage_clone(struct sim *sim, struct map *map, const void *from, const void *to)
{
	const void *value = local_storage_get(sim, map, (u64)from, NULL, false);

	if (value && map->k.map_flags & BPF_F_CLONE)
		local_storage_get(sim, map, (u64)to, value, true);
}

static bool storage_locate(const struct map *map, const struct arena_block *block, u64 addr,
			   struct region *region)
{
	const struct storage_elem *elem = (const struct storage_elem *)block->base;

	if (block->tag != TAG_MAP_ELEM || addr < (u64)elem->value)
		return false;
	region->base = (u64)elem->value;
	region->size = map->k.value_size;
	region->key = (u64)&elem->number;
	return true;
}

static const u16 sk_helpers[] = {BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete, 0};
static const u16 inode_helpers[] = {BPF_FUNC_inode_storage_get, BPF_FUNC_inode_storage_delete, 0};
static const u16 task_helpers[] = {BPF_FUNC_task_storage_get, BPF_FUNC_task_storage_delete, 0};

/* What the three types have in common. */
#define STORAGE_OPS                                                                          \
	.flags_ok = BPF_F_NO_PREALLOC | BPF_F_CLONE,                                         \
	.traits = MAP_TRAIT_SPIN_LOCK | MAP_TRAIT_SLEEPABLE, .check = map_check_rule,        \
	.struct_size = storage_struct_size, .init = storage_init, .fini = storage_fini,      \
	.lookup = storage_lookup, .update = storage_update, .remove = storage_remove,        \
	.next_key = storage_next_key, .forget = storage_forget, .locate = storage_locate

const struct map_ops sk_storage_ops = {
	.name = "sk_storage",
	.doc = "a value for each socket",
	.when = "State of a connection: found from the socket at once, gone with it, so that no "
		"table fills up. Take hash or lru_hash by addresses and ports where there is no "
		"socket yet, as in XDP.",
	.what = "Key: for programs a pointer to a socket, for user space its fd, an int. Value: "
		"any bytes; may hold a bpf_spin_lock. max_entries is 0, BPF_F_NO_PREALLOC must be "
		"set, BTF of key and value is needed. BPF_F_CLONE: what a listening socket "
		"accepts inherits the value.",
	.kept = "Each socket has a list of its values, one for each such map, and a cache of the "
		"maps that were used last, 16 places. Keys cannot be listed by the map; iterators "
		"of the kernel can.",
	.cost = "bpf_sk_storage_get: a look into the socket's cache, else along its list. With "
		"BPF_SK_STORAGE_GET_F_CREATE it allocates. Memory only for sockets that have a "
		"value.",
	.example = "bpfwalk run samples/tc_sock.o --pcap samples/web.pcap --trace",
	.key_owner = MAP_KEY_SOCKET,
	.form = MAP_FORM_OWNERS,
	.clone = storage_clone,
	.helpers = sk_helpers,
	STORAGE_OPS,
};

const struct map_ops inode_storage_ops = {
	.name = "inode_storage",
	.doc = "a value for each inode",
	.when = "State of a file, for programs of the LSM hooks: labels, who made it. Found from "
		"the inode at once, gone with it. Take a hash by device and inode number where a "
		"program has no pointer to the inode.",
	.what = "Key: for programs a pointer to a struct inode, for user space the fd of the open "
		"file, an int. Value, flags and sizes: as sk_storage.",
	.kept = "As sk_storage: each inode has a list of its values and a cache. The value goes "
		"when the inode leaves memory, not when the file is closed.",
	.cost = "bpf_inode_storage_get: a look into the inode's cache, else along its list.",
	.example = "bpfwalk run samples/lsm_files.o --scenario samples/shell.scenario",
	.key_owner = MAP_KEY_INODE,
	.form = MAP_FORM_OWNERS,
	.helpers = inode_helpers,
	STORAGE_OPS,
};

const struct map_ops task_storage_ops = {
	.name = "task_storage",
	.doc = "a value for each task",
	.when = "State of a thread while it lives, for tracing and LSM programs: when its call "
		"began, what it may do. In a hash by pid what dead threads leave behind stays; "
		"here it goes with them.",
	.what = "Key: for programs a pointer to a struct task_struct, for user space a pidfd. "
		"Value, flags and sizes: as sk_storage.",
	.kept = "As sk_storage: each thread has a list of its values and a cache.",
	.cost = "bpf_task_storage_get: a look into the thread's cache, else along its list. While "
		"another call of it is at work on this CPU it gives up and returns NULL.",
	.example = "bpfwalk run samples/lsm_files.o --scenario samples/shell.scenario",
	.key_owner = MAP_KEY_TASK,
	.form = MAP_FORM_OWNERS,
	.helpers = task_helpers,
	STORAGE_OPS,
};
