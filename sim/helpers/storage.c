/*
 * Storage that belongs to sockets, inodes, tasks and to the run of a program; asking for cgroups. Mirrors
 * net/core/bpf_sk_storage.c, kernel/bpf/bpf_inode_storage.c, kernel/bpf/bpf_task_storage.c and
 * bpf_get_local_storage of kernel/bpf/helpers.c.
 */
#include "../maps/fd_array.h"
#include "../maps/local_storage.h"
#include "../world/world.h"
#include "helper.h"

#define STATE_TIME_WAIT 6
#define STATE_NEW_SYN_RECV 12

/* Only a full socket has storage. */
static bool is_full(u64 sk)
{
	u8 state = sk ? ((const struct sock_common *)sk)->skc_state : STATE_TIME_WAIT;

	return state != STATE_TIME_WAIT && state != STATE_NEW_SYN_RECV;
}

HELPER_FN(sk_storage_get)
{
	struct map *map = map_of((const struct bpf_map_layout *)r1);

	UNUSED_ARGS();
	if (!is_full(r2) || r4 > BPF_SK_STORAGE_GET_F_CREATE)
		return 0;
	return (u64)local_storage_get(sim, map, r2, (const void *)r3, r4 == BPF_SK_STORAGE_GET_F_CREATE);
}

HELPER_FN(sk_storage_delete)
{
	UNUSED_ARGS();
	if (!is_full(r2))
		return -EINVAL;
	return map_remove(sim, map_of((const struct bpf_map_layout *)r1), &r2);
}

/* Of inodes and tasks: the owner is the kernel's struct. */
static u64 storage_get(struct sim *sim, u64 map, u64 owner, u64 init, u64 flags)
{
	if (!owner || flags & ~(u64)BPF_LOCAL_STORAGE_GET_F_CREATE)
		return 0;
	return (u64)local_storage_get(sim, map_of((const struct bpf_map_layout *)map), owner, (const void *)init,
				      flags);
}

static u64 storage_delete(struct sim *sim, u64 map, u64 owner)
{
	return owner ? map_remove(sim, map_of((const struct bpf_map_layout *)map), &owner) : -EINVAL;
}

HELPER_FN(inode_storage_get)
{
	UNUSED_ARGS();
	return storage_get(sim, r1, r2, r3, r4);
}

HELPER_FN(inode_storage_delete)
{
	UNUSED_ARGS();
	return storage_delete(sim, r1, r2);
}

HELPER_FN(task_storage_get)
{
	UNUSED_ARGS();
	return storage_get(sim, r1, r2, r3, r4);
}

HELPER_FN(task_storage_delete)
{
	UNUSED_ARGS();
	return storage_delete(sim, r1, r2);
}

HELPER_FN(get_local_storage)
{
	struct map *map = map_of((const struct bpf_map_layout *)r1);

	UNUSED_ARGS();
	return sim->world->run_storage[map_ops(map)->run_storage];
}

/* Is @cgroup the one at the index of the map, or below it? 1, 0, -E2BIG, -EAGAIN (there is none). */
static s64 is_under(struct sim *sim, u64 at, u32 index, struct cgroup *cgroup)
{
	struct map *map = map_of((const struct bpf_map_layout *)at);
	struct obj *obj;

	if (index >= map->k.max_entries)
		return -E2BIG;
	obj = fd_array_get(sim, map, &index);
	return obj ? cgroup_ancestor(cgroup, cgroup_of_obj(obj)->k.level) == cgroup_of_obj(obj) : -EAGAIN;
}

HELPER_FN(current_task_under_cgroup)
{
	UNUSED_ARGS();
	return is_under(sim, r1, r2, cgroup_of_task(task_object_current(sim)));
}

HELPER_FN(skb_under_cgroup)
{
	const struct sk_buff *skb = (const struct sk_buff *)r1;

	UNUSED_ARGS();
	return is_full(skb->sk) ? is_under(sim, r2, r3, sim->world->cgroups) : -ENOENT;
}
