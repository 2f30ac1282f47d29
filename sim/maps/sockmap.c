/*
 * BPF_MAP_TYPE_SOCKMAP and SOCKHASH: sockets by index or key; programs join them, or choose one.
 *
 * Mirrors net/core/sock_map.c. The maps keep no socket alive: when the
 * last fd of one is closed, it leaves them. User space writes an fd and reads the socket's cookie, if
 * values have 8 bytes.
 *
 * Simplified: nothing comes through sockets of AF_UNIX, so programs that are attached to the map do not run for them. Keys of a
 * SOCKHASH come in the order of the last update, not of their hash.
 */
#include "sockmap.h"

#include "array.h"
#include "fd_array.h"
#include "types.h"

#include <sys/socket.h>

#define STATE_ESTABLISHED 1
#define STATE_LISTEN 10

s64 sock_slots_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)task;
	return offsetof(struct map, k.value) + (u64)attr->max_entries * sizeof(struct obj *);
}

int sock_slots_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	(void)sim, (void)attr;
	map->k.elem_size = sizeof(struct obj *);
	return 0;
}

struct obj **sock_slot_of(struct sim *sim, struct map *map, const void *key)
{
	return array_lookup(sim, map, key);
}

static void slots_forget(struct sim *sim, struct map *map, const void *owner)
{
	for (u32 i = 0; i < map->k.max_entries; i++) {
		struct obj **slot = sock_slot_of(sim, map, &i);

		if (!*slot || socket_of(*slot)->sk != owner)
			continue;
		sock_part(sim, socket_of(*slot));
		*slot = NULL;
	}
}

static int read_cookie(struct sim *sim, const struct map *map, struct obj *obj, void *value)
{
	u64 cookie;

	if (map->k.value_size != sizeof(cookie))
		return sim_fail(&sim->why, -ENOSPC, "values of %u bytes have no room for a socket's cookie",
				map->k.value_size);
	if (!obj)
		return sim_fail(&sim->why, -ENOENT, "there is no socket under this key");
	cookie = socket_cookie(sim, socket_of(obj));
	memcpy(value, &cookie, sizeof(cookie));
	return 0;
}

int sock_check_flags(struct sim *sim, u64 flags)
{
	if (flags <= BPF_EXIST)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "flags 0x%llx: an update knows BPF_ANY, BPF_NOEXIST, BPF_EXIST",
			(unsigned long long)flags);
}

int sock_check_presence(struct sim *sim, bool there, u64 flags)
{
	if (there && flags == BPF_NOEXIST)
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: there is a socket under this key");
	if (!there && flags == BPF_EXIST)
		return sim_fail(&sim->why, -ENOENT, "BPF_EXIST: there is no socket under this key");
	return 0;
}

/* --- SOCKMAP --- */

/*
 * TCP and streams of AF_UNIX when they are connected (TCP: or listen), UDP when it is
 * bound, others of AF_UNIX.
 */
static int check_socket(struct sim *sim, const struct socket *socket)
{
	u8 state = socket->sk->__sk_common.skc_state;
	bool stream = socket->type == SOCK_STREAM;
	bool inet = socket->family == AF_INET || socket->family == AF_INET6;

	if ((socket->family == AF_UNIX && !stream) || (stream && state == STATE_ESTABLISHED) ||
	    (stream && inet && state == STATE_LISTEN) || (inet && !stream && socket->bound))
		return 0;
	return sim_fail(&sim->why, -EOPNOTSUPP, "a socket of family %u, type %u, which is not connected",
			socket->family, socket->type);
}

static int sockmap_set(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags)
{
	struct obj **slot = sock_slot_of(sim, map, key);
	int err = check_socket(sim, socket_of(obj));

	if (!err)
		err = sock_check_flags(sim, flags);
	if (!err && !slot)
		err = sim_fail(&sim->why, -E2BIG, "index %u: the map has %u slots", array_index(key),
			       map->k.max_entries);
	if (!err)
		err = sock_join(sim, map, socket_of(obj));
	if (err)
		return err;
	err = sock_check_presence(sim, *slot, flags);
	if (err)
		sock_part(sim, socket_of(obj));
	if (!err && *slot)
		sock_part(sim, socket_of(*slot));
	*slot = err ? *slot : obj;
	return err;
}

static int sockmap_remove(struct sim *sim, struct map *map, const void *key)
{
	struct obj **slot = sock_slot_of(sim, map, key);

	if (!slot || !*slot)
		return sim_fail(&sim->why, -EINVAL, "there is no socket at index %u", array_index(key));
	sock_part(sim, socket_of(*slot));
	*slot = NULL;
	return 0;
}

int sockmap_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value)
{
	struct obj **slot = sock_slot_of(sim, map, key);

	return read_cookie(sim, map, slot ? *slot : NULL, value);
}

static void sockmap_fini(struct sim *sim, struct map *map)
{
	for (u32 i = 0; i < map->k.max_entries; i++) {
		struct obj **slot = sock_slot_of(sim, map, &i);

		if (*slot)
			sock_part(sim, socket_of(*slot));
	}
	sock_progs_put(sim, map);
}

static void *sockmap_lookup(struct sim *sim, struct map *map, const void *key)
{
	struct obj **slot = sock_slot_of(sim, map, key);

	return slot && *slot ? socket_of(*slot)->sk : NULL;
}

/* --- SOCKHASH --- */

struct sock_elem {
	struct sock_elem *next;
	struct obj *obj;
	u8 key[];
};

struct sockhash {
	struct sock_elem *first;
	u32 items;
};

static s64 sockhash_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)attr, (void)task;
	return sizeof(struct map);
}

static int sockhash_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	(void)attr;
	map->family = sim_alloc(sim, sizeof(struct sockhash));
	return map->family ? 0 : sim_fail(&sim->why, -ENOMEM, "no memory for a map of sockets");
}

/* The link that leads to the key's element: *it is NULL when there is none. */
static struct sock_elem **find(struct map *map, const void *key)
{
	struct sock_elem **at = &((struct sockhash *)map->family)->first;

	while (*at && memcmp((*at)->key, key, map->k.key_size))
		at = &(*at)->next;
	return at;
}

static void unlink_elem(struct sim *sim, struct map *map, struct sock_elem **at)
{
	struct sock_elem *elem = *at;

	*at = elem->next;
	sock_part(sim, socket_of(elem->obj));
	((struct sockhash *)map->family)->items--;
	sim_free(sim, elem);
}

static void sockhash_fini(struct sim *sim, struct map *map)
{
	struct sockhash *hash = map->family;

	while (hash->first)
		unlink_elem(sim, map, &hash->first);
	sim_free(sim, hash);
	sock_progs_put(sim, map);
}

static int add(struct sim *sim, struct map *map, const void *key, struct obj *obj)
{
	struct sockhash *hash = map->family;
	struct sock_elem *elem = sim_alloc(sim, sizeof(*elem) + map->k.key_size);

	if (!elem)
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more socket");
	memcpy(elem->key, key, map->k.key_size);
	elem->obj = obj;
	elem->next = hash->first;
	hash->first = elem;
	hash->items++;
	return 0;
}

static int sockhash_set(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags)
{
	struct sock_elem **at = find(map, key);
	int err = check_socket(sim, socket_of(obj));

	if (!err)
		err = sock_check_flags(sim, flags);
	if (!err)
		err = sock_join(sim, map, socket_of(obj));
	if (err)
		return err;
	err = sock_check_presence(sim, *at, flags);
	if (!err && !*at && ((struct sockhash *)map->family)->items >= map->k.max_entries)
		err = sim_fail(&sim->why, -E2BIG, "it is full: it holds max_entries = %u sockets",
			       map->k.max_entries);
	if (!err && *at)
		unlink_elem(sim, map, at);
	if (!err)
		err = add(sim, map, key, obj);
	if (err)
		sock_part(sim, socket_of(obj));
	return err;
}

static int sockhash_remove(struct sim *sim, struct map *map, const void *key)
{
	struct sock_elem **at = find(map, key);

	if (!*at)
		return sim_fail(&sim->why, -ENOENT, "there is no such key in the map");
	unlink_elem(sim, map, at);
	return 0;
}

static int sockhash_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value)
{
	struct sock_elem *elem = *find(map, key);

	return read_cookie(sim, map, elem ? elem->obj : NULL, value);
}

static struct obj *sockhash_held(struct sim *sim, struct map *map, const void *key)
{
	struct sock_elem *elem = *find(map, key);

	(void)sim;
	return elem ? elem->obj : NULL;
}

static void *sockhash_lookup(struct sim *sim, struct map *map, const void *key)
{
	struct sock_elem *elem = *find(map, key);

	(void)sim;
	return elem ? socket_of(elem->obj)->sk : NULL;
}

static int sockhash_next_key(struct sim *sim, struct map *map, const void *key, void *next)
{
	const struct sock_elem *elem = key ? *find(map, key) : NULL;

	elem = elem ? elem->next : ((struct sockhash *)map->family)->first;
	if (!elem)
		return sim_fail(&sim->why, -ENOENT, "this is the last key");
	memcpy(next, elem->key, map->k.key_size);
	return 0;
}

static void sockhash_forget(struct sim *sim, struct map *map, const void *owner)
{
	struct sock_elem **at = &((struct sockhash *)map->family)->first;

	while (*at) {
		if (socket_of((*at)->obj)->sk == owner)
			unlink_elem(sim, map, at);
		else
			at = &(*at)->next;
	}
}

static const u16 sockmap_helpers[] = {
	BPF_FUNC_sk_redirect_map,     BPF_FUNC_sock_map_update,
	BPF_FUNC_map_delete_elem,     BPF_FUNC_msg_redirect_map,
	BPF_FUNC_sk_select_reuseport, BPF_FUNC_map_lookup_elem,
	BPF_FUNC_map_update_elem,     0,
};
static const u16 sockhash_helpers[] = {
	BPF_FUNC_sk_redirect_hash,    BPF_FUNC_sock_hash_update,
	BPF_FUNC_map_delete_elem,     BPF_FUNC_msg_redirect_hash,
	BPF_FUNC_sk_select_reuseport, BPF_FUNC_map_lookup_elem,
	BPF_FUNC_map_update_elem,     0,
};


const struct map_ops sockmap_ops = {
	.name = "sockmap",
	.doc = "sockets by index, to join them",
	.when = "Joining sockets in the kernel: a proxy whose data does not pass through a "
		"process (programs of the types SK_MSG and SK_SKB), few sockets with fixed "
		"places. Take sockhash when they are found by address and port.",
	.what = "Key: 4 bytes, the index. Value: 4 or 8 bytes: user space writes the fd of a "
		"connected socket and reads, from 8 bytes, its cookie. A program that looks one "
		"up has to release it.",
	.kept = "A row of pointers behind struct bpf_map. It keeps no socket alive: one that is "
		"closed leaves it. Programs are attached to the map; a socket is under them once "
		"it has entered.",
	.cost = "bpf_sk_redirect_map, bpf_msg_redirect_map: an index. Update and delete: one lock "
		"for the map.",
	.example = "bpfwalk run samples/sk_splice.o --scenario samples/splice.scenario",
	.flags_ok = SOCK_FLAGS,
	.traits = MAP_TRAIT_NO_BTF | MAP_TRAIT_VALUE_SOCKET,
	.value_kind = OBJ_SOCK,
	.form = MAP_FORM_OBJECTS,
	.held = fd_array_get,
	.helpers = sockmap_helpers,
	.check = map_check_rule,
	.struct_size = sock_slots_struct_size,
	.init = sock_slots_init,
	.fini = sockmap_fini,
	.lookup = sockmap_lookup,
	.sys_lookup = sockmap_sys_lookup,
	.set_obj = sockmap_set,
	.remove = sockmap_remove,
	.next_key = array_next_key,
	.forget = slots_forget,
};

const struct map_ops sockhash_ops = {
	.name = "sockhash",
	.doc = "sockets by key, to join them",
	.when = "As sockmap, where sockets are found by address, port, cookie: proxies with many "
		"connections.",
	.what = "Key: any bytes, at most 512. Value: as sockmap.",
	.kept = "Buckets with chains of elements that point to sockets. It keeps no socket alive. "
		"Programs are attached to the map.",
	.cost = "bpf_sk_redirect_hash, bpf_msg_redirect_hash: one hash and a short chain. Update "
		"and delete lock their bucket, and allocate or free the element.",
	.example = "bpfwalk run samples/sk_splice.o --scenario samples/splice.scenario",
	.flags_ok = SOCK_FLAGS,
	.traits = MAP_TRAIT_NO_BTF | MAP_TRAIT_VALUE_SOCKET,
	.value_kind = OBJ_SOCK,
	.form = MAP_FORM_OBJECTS,
	.held = sockhash_held,
	.helpers = sockhash_helpers,
	.check = map_check_rule,
	.struct_size = sockhash_struct_size,
	.init = sockhash_init,
	.fini = sockhash_fini,
	.lookup = sockhash_lookup,
	.sys_lookup = sockhash_sys_lookup,
	.set_obj = sockhash_set,
	.remove = sockhash_remove,
	.next_key = sockhash_next_key,
	.forget = sockhash_forget,
};
