/*
 * BPF_MAP_TYPE_REUSEPORT_SOCKARRAY: the sockets that share an address and a port (SO_REUSEPORT); a program chooses the one
 * that gets a packet.
 *
 * Mirrors kernel/bpf/reuseport_array.c.
 */
#include "sockmap.h"

#include "array.h"
#include "fd_array.h"
#include "types.h"

#include <sys/socket.h>

static int reuseport_may_set(struct sim *sim, struct map *map, const void *key, u64 flags)
{
	int err = sock_check_flags(sim, flags);

	if (!err && !sock_slot_of(sim, map, key))
		err = sim_fail(&sim->why, -E2BIG, "index %u: the map has %u slots", array_index(key),
			       map->k.max_entries);
	return err;
}

/* Is it in such a map already? */
static bool is_in_one(struct sim *sim, const struct socket *socket)
{
	for (struct obj *o = obj_next(sim, OBJ_MAP, 0); o; o = obj_next(sim, OBJ_MAP, o->id)) {
		struct map *map = container_of(o, struct map, obj);

		for (u32 i = 0; map->k.map_type == BPF_MAP_TYPE_REUSEPORT_SOCKARRAY && i < map->k.max_entries; i++)
			if (*sock_slot_of(sim, map, &i) == &socket->obj)
				return true;
	}
	return false;
}

/* Only bound sockets of a reuseport group may enter; TCP must listen. */
static int reuseport_set(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags)
{
	const struct socket *socket = socket_of(obj);
	struct obj **slot = sock_slot_of(sim, map, key);
	int err = sock_check_presence(sim, *slot, flags);

	if (err)
		return err;
	if (!socket_is_inet(socket))
		return sim_fail(&sim->why, -ENOTSUPP,
				"a socket of family %u; only TCP and UDP have reuseport groups",
				socket->family);
	if (!socket->reuse_id || !socket->bound ||
	    (socket->type == SOCK_STREAM && socket->sk->__sk_common.skc_state != SOCK_LISTENING))
		return sim_fail(&sim->why, -EINVAL, "the socket is not bound with SO_REUSEPORT, or does not listen");
	if (is_in_one(sim, socket))
		return sim_fail(&sim->why, -EBUSY, "the socket is in such a map already");
	*slot = obj;
	return 0;
}

static int reuseport_remove(struct sim *sim, struct map *map, const void *key)
{
	struct obj **slot = sock_slot_of(sim, map, key);

	if (!slot)
		return sim_fail(&sim->why, -E2BIG, "index %u: the map has %u slots", array_index(key),
				map->k.max_entries);
	if (!*slot)
		return sim_fail(&sim->why, -ENOENT, "slot %u is empty", array_index(key));
	*slot = NULL;
	return 0;
}

static void reuseport_forget(struct sim *sim, struct map *map, const void *owner)
{
	for (u32 i = 0; i < map->k.max_entries; i++) {
		struct obj **slot = sock_slot_of(sim, map, &i);

		if (*slot && socket_of(*slot)->sk == owner)
			*slot = NULL;
	}
}

static const u16 reuseport_helpers[] = {BPF_FUNC_sk_select_reuseport, 0};

const struct map_ops reuseport_sockarray_ops = {
	.name = "reuseport_sockarray",
	.doc = "sockets of a reuseport group by index",
	.when = "Several processes listen on one address and port (SO_REUSEPORT): a program of "
		"the type SK_REUSEPORT chooses which of them gets a connection or a datagram, by "
		"its contents, or to hand a service over to its next version.",
	.what = "Key: 4 bytes, the index. Value: 4 or 8 bytes: user space writes the fd of a "
		"socket of the group and reads, from 8 bytes, its cookie.",
	.kept = "A row of pointers behind struct bpf_map; a socket can be in one such map only, "
		"and leaves it when it is closed.",
	.cost = "bpf_sk_select_reuseport: an index.",
	.example = "bpfwalk run samples/select_socket.o --scenario samples/workers.scenario",
	.flags_ok = SOCK_FLAGS | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG,
	.value_kind = OBJ_SOCK,
	.form = MAP_FORM_OBJECTS,
	.held = fd_array_get,
	.helpers = reuseport_helpers,
	.check = map_check_rule,
	.struct_size = sock_slots_struct_size,
	.init = sock_slots_init,
	.sys_lookup = sockmap_sys_lookup,
	.may_set = reuseport_may_set,
	.set_obj = reuseport_set,
	.remove = reuseport_remove,
	.forget = reuseport_forget,
	.next_key = array_next_key,
};
