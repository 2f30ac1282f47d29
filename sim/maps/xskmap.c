/*
 * BPF_MAP_TYPE_XSKMAP: AF_XDP sockets by index; bpf_redirect_map hands a frame to one.
 *
 * Mirrors net/xdp/xskmap.c. The map keeps no socket alive: when the last fd of one is
 * closed, it leaves the map.
 *
 * Simplified: a socket's receive ring is never full; frames are counted there, not kept.
 */
#include "../world/socket.h"
#include "array.h"
#include "fd_array.h"
#include "types.h"

#include <sys/socket.h>

static s64 xskmap_struct_size(struct sim *sim, const union bpf_attr *attr, const struct task *task)
{
	(void)sim, (void)task;
	return offsetof(struct map, k.value) + (u64)attr->max_entries * sizeof(struct obj *);
}

static int xskmap_init(struct sim *sim, struct map *map, const union bpf_attr *attr)
{
	(void)sim, (void)attr;
	map->k.elem_size = sizeof(struct obj *);
	return 0;
}

static struct obj **slot_of(struct sim *sim, struct map *map, u32 index)
{
	return array_lookup(sim, map, &index);
}

static int xskmap_may_set(struct sim *sim, struct map *map, const void *key, u64 flags)
{
	if (flags > BPF_EXIST)
		return sim_fail(&sim->why, -EINVAL,
				"flags 0x%llx: an update knows BPF_ANY, BPF_NOEXIST, BPF_EXIST",
				(unsigned long long)flags);
	if (array_index(key) < map->k.max_entries)
		return 0;
	return sim_fail(&sim->why, -E2BIG, "index %u: the map has %u slots", array_index(key),
			map->k.max_entries);
}

static int xskmap_set(struct sim *sim, struct map *map, const void *key, struct obj *obj, u64 flags)
{
	struct obj **slot = slot_of(sim, map, array_index(key));

	if (socket_of(obj)->family != AF_XDP)
		return sim_fail(&sim->why, -EOPNOTSUPP, "a socket of family %u, not AF_XDP",
				socket_of(obj)->family);
	if (*slot && *slot != obj && flags == BPF_NOEXIST)
		return sim_fail(&sim->why, -EEXIST, "BPF_NOEXIST: there is a socket at index %u",
				array_index(key));
	if (!*slot && flags == BPF_EXIST)
		return sim_fail(&sim->why, -ENOENT, "BPF_EXIST: there is no socket at index %u",
				array_index(key));
	*slot = obj;
	return 0;
}

static int xskmap_remove(struct sim *sim, struct map *map, const void *key)
{
	struct obj **slot = slot_of(sim, map, array_index(key));

	if (!slot)
		return sim_fail(&sim->why, -EINVAL, "index %u: the map has %u slots", array_index(key),
				map->k.max_entries);
	*slot = NULL;
	return 0;
}

static int xskmap_sys_lookup(struct sim *sim, struct map *map, const void *key, void *value)
{
	(void)map, (void)key, (void)value;
	return sim_fail(&sim->why, -EOPNOTSUPP, "what is in an xskmap, only programs can see");
}

static void *xskmap_lookup(struct sim *sim, struct map *map, const void *key)
{
	struct obj **slot = slot_of(sim, map, array_index(key));

	return slot && *slot ? socket_of(*slot)->sk : NULL;
}

static bool xskmap_redirect(struct sim *sim, struct map *map, u32 index, struct redirect_target *out)
{
	struct obj **slot = slot_of(sim, map, index);

	if (!slot || !*slot)
		return false;
	*out = (struct redirect_target){REDIRECT_SOCKET, index, NULL, *slot};
	return true;
}

static void xskmap_forget(struct sim *sim, struct map *map, const void *owner)
{
	for (u32 i = 0; i < map->k.max_entries; i++) {
		struct obj **slot = slot_of(sim, map, i);

		if (*slot && socket_of(*slot)->sk == owner)
			*slot = NULL;
	}
}

static const u16 helpers[] = {BPF_FUNC_redirect_map, BPF_FUNC_map_lookup_elem, 0};

const struct map_ops xskmap_ops = {
	.name = "xskmap",
	.doc = "AF_XDP sockets by index, for XDP redirects",
	.when = "Packets for a process, past the network stack (AF_XDP). Everything that is not "
		"redirected goes the usual way.",
	.what = "Key: 4 bytes, usually the receive queue that the packet came by. Value: 4 bytes: "
		"user space writes the fd of an AF_XDP socket that is bound to that device and "
		"queue, and cannot read it back. A program can ask whether one is there.",
	.kept = "A row of pointers behind struct bpf_map. It keeps no socket alive: one that is "
		"closed leaves it.",
	.cost = "bpf_redirect_map: an index; then the frame is copied into the process's memory, "
		"or with a driver that can do it is there already. No socket: the action in the "
		"flags.",
	.example = "bpfwalk run samples/xdp_xsk.o --set 'sockets[0]=socket xdp eth0' --event 'udp "
		"10.0.0.1:5 > 10.0.0.2:9000'",
	.flags_ok = BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY,
	.traits = MAP_TRAIT_NO_BTF | MAP_TRAIT_VALUE_XDP_SOCK,
	.value_kind = OBJ_SOCK,
	.form = MAP_FORM_OBJECTS,
	.held = fd_array_get,
	.helpers = helpers,
	.check = map_check_rule,
	.struct_size = xskmap_struct_size,
	.init = xskmap_init,
	.lookup = xskmap_lookup,
	.sys_lookup = xskmap_sys_lookup,
	.may_set = xskmap_may_set,
	.set_obj = xskmap_set,
	.remove = xskmap_remove,
	.next_key = array_next_key,
	.forget = xskmap_forget,
	.redirect = xskmap_redirect,
};
