/*
 * Helpers that work on maps: see list.h. Mirrors kernel/bpf/helpers.c.
 *
 * A map argument is the address of its struct bpf_map. Errors are negative errnos as 64-bit numbers. A lock
 * that is taken is left for another try: see world/lock.h.
 */
#include "../world/lock.h"
#include "../world/socket.h"
#include "helper.h"

static struct map *map_arg(u64 r)
{
	return map_of((const struct bpf_map_layout *)r);
}

static u64 errno_result(s64 err)
{
	return (u64)err;
}

/* A socket in a map is taken by the program, which has to release it. */
static u64 take_socket(struct sim *sim, u64 sk)
{
	struct socket *socket = socket_by_sk(sim, sk);

	if (socket)
		socket->taken++;
	return sk;
}

HELPER_FN(map_lookup_elem)
{
	struct map *map = map_arg(r1);
	u64 value;

	UNUSED_ARGS();
	if (!map_ops(map)->lookup)
		return 0;
	value = (u64)map_lookup(sim, map, (const void *)r2);
	return map_ops(map)->traits & MAP_TRAIT_VALUE_SOCKET ? take_socket(sim, value) : value;
}

HELPER_FN(map_lookup_percpu_elem)
{
	struct map *map = map_arg(r1);

	UNUSED_ARGS();
	if (!map_ops(map)->lookup_on || (u32)r3 >= sim->clock->ncpus)
		return 0;
	return (u64)map_ops(map)->lookup_on(sim, map, (const void *)r2, (u32)r3);
}

HELPER_FN(map_update_elem)
{
	struct map *map = map_arg(r1);

	UNUSED_ARGS();
	if (!map_ops(map)->update)
		return errno_result(-EINVAL);
	if (r4 & BPF_F_LOCK && !map_lock_is_free(sim, map, (const void *)r2))
		return 0;
	return errno_result(map_update(sim, map, (const void *)r2, (const void *)r3, r4));
}

HELPER_FN(map_delete_elem)
{
	struct map *map = map_arg(r1);

	UNUSED_ARGS();
	return errno_result(map_remove(sim, map, (const void *)r2));
}

HELPER_FN(map_push_elem)
{
	struct map *map = map_arg(r1);

	UNUSED_ARGS();
	if (!map_ops(map)->push)
		return errno_result(-EINVAL);
	return errno_result(map_ops(map)->push(sim, map, (const void *)r2, r3));
}

HELPER_FN(map_pop_elem)
{
	struct map *map = map_arg(r1);

	UNUSED_ARGS();
	if (!map_ops(map)->pop)
		return errno_result(-EINVAL);
	return errno_result(map_ops(map)->pop(sim, map, (void *)r2));
}

HELPER_FN(map_peek_elem)
{
	struct map *map = map_arg(r1);

	UNUSED_ARGS();
	if (!map_ops(map)->peek)
		return errno_result(-EINVAL);
	return errno_result(map_ops(map)->peek(sim, map, (void *)r2));
}

HELPER_FN(spin_lock)
{
	UNUSED_ARGS();
	lock_take(sim, r1);
	return 0;
}

HELPER_FN(spin_unlock)
{
	UNUSED_ARGS();
	lock_give(sim, r1);
	return 0;
}

HELPER_FN(kptr_xchg)
{
	u64 old;

	UNUSED_ARGS();
	memcpy(&old, (const void *)r1, sizeof(old));
	memcpy((void *)r1, &r2, sizeof(r2));
	return old;
}
