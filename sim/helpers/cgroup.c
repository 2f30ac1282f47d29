/*
 * Programs of cgroups: what their caller will return, whose cgroup it is, sysctls (kernel/bpf/cgroup.c,
 * net/core/filter.c).
 */
#include "../maps/fd_array.h"
#include "../world/world.h"
#include "helper.h"
#include "sock_ctx.h"

HELPER_FN(get_retval)
{
	UNUSED_ARGS();
	return (s64)(s32)sim->world->cg_run->retval;
}

HELPER_FN(set_retval)
{
	UNUSED_ARGS();
	sim->world->cg_run->retval = r1;
	return 0;
}

/* --- cgroups --- */

/* A socket that no task has made is of the root; NULL: it is no full socket. */
static struct cgroup *cgroup_of_sock(struct sim *sim, u64 sk)
{
	const struct sock *full = sock_full(sk);

	if (!full)
		return NULL;
	if (!full->sk_cgrp_data_cgroup)
		return sim->world->cgroups;
	return container_of((struct k_cgroup *)full->sk_cgrp_data_cgroup, struct cgroup, k);
}

static u64 id_of(struct cgroup *cgroup)
{
	return cgroup ? cgroup->node.id : 0;
}

HELPER_FN(skb_cgroup_id)
{
	UNUSED_ARGS();
	return id_of(cgroup_of_sock(sim, ((const struct sk_buff *)r1)->sk));
}

HELPER_FN(skb_ancestor_cgroup_id)
{
	UNUSED_ARGS();
	return id_of(cgroup_ancestor(cgroup_of_sock(sim, ((const struct sk_buff *)r1)->sk), (u32)r2));
}

HELPER_FN(sk_cgroup_id)
{
	UNUSED_ARGS();
	return id_of(cgroup_of_sock(sim, r1));
}

HELPER_FN(sk_ancestor_cgroup_id)
{
	UNUSED_ARGS();
	return id_of(cgroup_ancestor(cgroup_of_sock(sim, r1), (u32)r2));
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

HELPER_FN(skb_under_cgroup)
{
	struct cgroup *cgroup = cgroup_of_sock(sim, ((const struct sk_buff *)r1)->sk);

	UNUSED_ARGS();
	return cgroup ? is_under(sim, r2, r3, cgroup) : -ENOENT;
}

HELPER_FN(current_task_under_cgroup)
{
	UNUSED_ARGS();
	return is_under(sim, r1, r2, cgroup_of_task(task_object_current(sim)));
}

/* --- sysctls --- */

static struct sysctl_call *sysctl(u64 ctx)
{
	return container_of((struct bpf_sysctl_kern *)ctx, struct sysctl_call, k);
}

/* strscpy: its length, or -E2BIG and as much as there is room for. */
static s64 copy_text(char *to, const char *from, u64 room)
{
	u64 len = strlen(from);

	memcpy(to, from, min_u64(len, room - 1));
	to[min_u64(len, room - 1)] = 0;
	return len < room ? (s64)len : -E2BIG;
}

HELPER_FN(sysctl_get_name)
{
	const char *name = sysctl(r1)->name, *slash = strrchr(name, '/');

	UNUSED_ARGS();
	return copy_text((char *)r2, r4 & BPF_F_SYSCTL_BASE_NAME && slash ? slash + 1 : name, r3);
}

/* -EINVAL: there is no value; -E2BIG: it was cut. */
static s64 copy_value(char *to, u64 room, const char *from, u64 len)
{
	if (!from || !len) {
		memset(to, 0, room);
		return -EINVAL;
	}
	memcpy(to, from, min_u64(room, len));
	if (room > len) {
		memset(to + len, 0, room - len);
		return len;
	}
	to[room - 1] = 0;
	return -E2BIG;
}

HELPER_FN(sysctl_get_current_value)
{
	const struct bpf_sysctl_kern *k = &sysctl(r1)->k;

	UNUSED_ARGS();
	return copy_value((char *)r2, r3, (const char *)k->cur_val, k->cur_len);
}

HELPER_FN(sysctl_get_new_value)
{
	const struct bpf_sysctl_kern *k = &sysctl(r1)->k;

	UNUSED_ARGS();
	return copy_value((char *)r2, r3, k->write ? (const char *)k->new_val : NULL, k->new_len);
}

HELPER_FN(sysctl_set_new_value)
{
	struct sysctl_call *call = sysctl(r1);

	UNUSED_ARGS();
	if (!call->k.write || !call->k.new_len)
		return -EINVAL;
	if (r3 > sizeof(call->written) - 1)
		return -E2BIG;
	memcpy(call->written, (const void *)r2, r3);
	call->written[r3] = 0;
	call->k.new_len = r3;
	call->k.new_updated = 1;
	return 0;
}
