/*
 * Storage that belongs to sockets, inodes, tasks and to the run of a program. Mirrors
 * net/core/bpf_sk_storage.c, kernel/bpf/bpf_inode_storage.c, kernel/bpf/bpf_task_storage.c and
 * bpf_get_local_storage of kernel/bpf/helpers.c.
 */
#include "../maps/local_storage.h"
#include "../world/world.h"
#include "helper.h"
#include "sock_ctx.h"

HELPER_FN(sk_storage_get)
{
	struct map *map = map_of((const struct bpf_map_layout *)r1);

	UNUSED_ARGS();
	if (!sock_full(r2) || r4 > BPF_SK_STORAGE_GET_F_CREATE)
		return 0;
	return (u64)local_storage_get(sim, map, r2, (const void *)r3, r4 == BPF_SK_STORAGE_GET_F_CREATE);
}

HELPER_FN(sk_storage_delete)
{
	UNUSED_ARGS();
	if (!sock_full(r2))
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
