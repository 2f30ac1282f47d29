/*
 * Programs of a sockmap: PROG_ATTACH, PROG_DETACH, PROG_QUERY with the map as their target
 * (net/core/sock_map.c, sock_map_prog_update). Sockets that are in the map already keep what they have.
 */
#include "sockmap_attach.h"

#include "fd.h"
#include "maps/sockmap.h"
#include "prog_jit.h"

/* SOCKMAP_* of an attach type, or -1. */
static s32 place_of(u32 attach_type)
{
	switch (attach_type) {
	case BPF_SK_MSG_VERDICT:
		return SOCKMAP_MSG;
	case BPF_SK_SKB_STREAM_PARSER:
		return SOCKMAP_PARSER;
	case BPF_SK_SKB_STREAM_VERDICT:
		return SOCKMAP_STREAM_VERDICT;
	case BPF_SK_SKB_VERDICT:
		return SOCKMAP_SKB_VERDICT;
	}
	return -1;
}

/* The place for such a program in the map of @fd; NULL with *err. */
static struct obj **find(struct sim *sim, const struct task *task, int fd, u32 attach_type, int *err)
{
	struct obj *obj = fd_obj(sim, task, fd, OBJ_MAP, err);
	struct map *map = obj ? container_of(obj, struct map, obj) : NULL;
	s32 at = place_of(attach_type);

	if (!map)
		return NULL;
	*err = 0;
	if ((map->k.map_type != BPF_MAP_TYPE_SOCKMAP && map->k.map_type != BPF_MAP_TYPE_SOCKHASH) || at < 0)
		*err = sim_fail(&sim->why, -EOPNOTSUPP, "fd %d is not a sockmap", fd);
	else if ((at == SOCKMAP_STREAM_VERDICT && map->sock_prog[SOCKMAP_SKB_VERDICT]) ||
		 (at == SOCKMAP_SKB_VERDICT && map->sock_prog[SOCKMAP_STREAM_VERDICT]))
		*err = sim_fail(&sim->why, -EBUSY,
				"the map has a verdict of the other kind: for streams, or for packets");
	return *err ? NULL : &map->sock_prog[at];
}

static int no_flags(struct sim *sim, const union bpf_attr *attr)
{
	if (!attr->attach_flags && !attr->replace_bpf_fd)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "attaching to a sockmap knows no flags and replaces nothing");
}

s64 sockmap_prog_attach(struct sim *sim, struct call *call, struct prog *prog)
{
	const union bpf_attr *attr = &call->attr;
	int err = no_flags(sim, attr);
	struct obj **place = err ? NULL : find(sim, call->task, attr->target_fd, attr->attach_type, &err),
		   *old;

	if (!place)
		return err;
	old = *place;
	*place = &prog->obj;
	obj_get(sim, &prog->obj);
	prog->counts.attached++;
	if (old)
		obj_put(sim, old);
	return 0;
}

s64 sockmap_prog_detach(struct sim *sim, struct call *call, u32 prog_type)
{
	const union bpf_attr *attr = &call->attr;
	struct obj **place, *prog, *map;
	int err = no_flags(sim, attr);

	map = err ? NULL : fd_obj(sim, call->task, attr->target_fd, OBJ_MAP, &err);
	prog = map ? fd_obj(sim, call->task, attr->attach_bpf_fd, OBJ_PROG, &err) : NULL;
	if (!prog)
		return err;
	if (container_of(prog, struct prog, obj)->type != prog_type)
		return sim_fail(&sim->why, -EINVAL, "the program is not of the type that is attached there");
	place = find(sim, call->task, attr->target_fd, attr->attach_type, &err);
	if (!place)
		return err;
	if (*place != prog)
		return sim_fail(&sim->why, -ENOENT, "that program is not attached to the map");
	*place = NULL;
	obj_put(sim, prog);
	return 0;
}

s64 sockmap_prog_query(struct sim *sim, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	u32 none = 0, count, id;
	struct obj **place;
	int err;

	if (attr->query.query_flags)
		return sim_fail(&sim->why, -EINVAL, "query_flags 0x%x: a sockmap knows none",
				attr->query.query_flags);
	place = find(sim, call->task, attr->query.target_fd, attr->query.attach_type, &err);
	if (!place && err != -EOPNOTSUPP && err != -EBUSY)
		return err;
	count = place && *place;
	id = count ? (*place)->id : 0;
	if (copy_out(sim, call->task, call->uattr + offsetof(union bpf_attr, query.attach_flags), &none,
		     sizeof(none)) ||
	    (id && attr->query.prog_cnt && attr->query.prog_ids &&
	     copy_out(sim, call->task, attr->query.prog_ids, &id, sizeof(id))) ||
	    copy_out(sim, call->task, call->uattr + offsetof(union bpf_attr, query.prog_cnt), &count,
		     sizeof(count)))
		return -EFAULT;
	return place ? 0 : err;
}
