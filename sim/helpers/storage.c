/*
 * Storage that belongs to sockets and to the run of a program; asking for cgroups. Mirrors
 * net/core/bpf_sk_storage.c and bpf_get_local_storage of kernel/bpf/helpers.c.
 */
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

HELPER_FN(get_local_storage)
{
	struct map *map = map_of((const struct bpf_map_layout *)r1);

	UNUSED_ARGS();
	return sim->world->run_storage[map_ops(map)->run_storage];
}

/* Is the index that of a cgroup in the map? None has one: see maps/cgroup.c. */
static s64 no_cgroup_at(u64 map, u32 index)
{
	return index < ((const struct bpf_map_layout *)map)->max_entries ? -EAGAIN : -E2BIG;
}

HELPER_FN(skb_under_cgroup)
{
	const struct sk_buff *skb = (const struct sk_buff *)r1;

	UNUSED_ARGS();
	return is_full(skb->sk) ? no_cgroup_at(r2, r3) : -ENOENT;
}
