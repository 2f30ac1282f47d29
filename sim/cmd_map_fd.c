/*
 * Elements that user space names by fds: values that are objects, values that hold a program, keys whose
 * owner is a socket, an inode or a task. Mirrors bpf_fd_array_map_update_elem and its neighbours.
 */
#include "cmd_map.h"
#include "file_pidfd.h"
#include "maps/struct_ops.h"
#include "prog.h"
#include "world/socket.h"
#include "world/world.h"

/* --- keys --- */

/* The object that the key's fd leads to, as types with a key_owner want it: its address; 0 with *err. */
static u64 owner_by_fd(struct sim *sim, const struct call *call, u8 kind, int fd, int *err)
{
	struct file *file = fd_file(call->task, fd);
	struct obj *obj;

	*err = 0;
	if (kind == MAP_KEY_SOCKET) {
		obj = fd_obj(sim, call->task, fd, OBJ_SOCK, err);
		return obj ? (u64)socket_of(obj)->sk : 0;
	}
	if (kind == MAP_KEY_TASK && file && file->obj && file->obj->kind == OBJ_PIDFD)
		return pidfd_task(sim, file->obj, err);
	if (kind == MAP_KEY_INODE && file)
		return file->obj && file->obj->kind == OBJ_SOCK ? (u64)socket_of(file->obj)->sk
								: (u64)&sim->world->anon_inode;
	*err = sim_fail(&sim->why, -EBADF, kind == MAP_KEY_INODE ? "fd %d is not open" : "fd %d is no pidfd", fd);
	return 0;
}

int map_resolve_key(struct sim *sim, struct call *call, struct map_access *a)
{
	u8 kind = map_ops(a->map)->key_owner;
	u64 owner;
	int fd, err;

	if (kind == MAP_KEY_PLAIN)
		return 0;
	memcpy(&fd, a->key, sizeof(fd));
	owner = owner_by_fd(sim, call, kind, fd, &err);
	sim_free(sim, a->key);
	a->key = err ? NULL : call_buffer(sim, sizeof(owner), &err);
	if (a->key)
		memcpy(a->key, &owner, sizeof(owner));
	return err;
}

/* --- values --- */

int map_write_object(struct sim *sim, struct call *call, struct map_access *a)
{
	const struct map_ops *ops = map_ops(a->map);
	struct obj *obj;
	u64 fd = 0;
	int err = ops->may_set ? ops->may_set(sim, a->map, a->key, call->attr.flags) : 0;

	if (err)
		return err;
	memcpy(&fd, a->value, min_u64(a->value_size, sizeof(fd)));
	if (fd > INT32_MAX && (a->value_size == sizeof(fd) || (ops->traits & MAP_TRAIT_VALUE_SOCKET)))
		return sim_fail(&sim->why, -EINVAL, "0x%llx is no fd", (unsigned long long)fd);
	obj = fd_obj(sim, call->task, fd, ops->value_kind, &err);
	if (!obj)
		return err;
	if (obj->kind == OBJ_PROG)
		err = prog_may_enter_array(sim, container_of(obj, struct prog, obj), a->map);
	if (!err)
		err = ops->set_obj(sim, a->map, a->key, obj, call->attr.flags);
	if (!err && ops->set_by)
		ops->set_by(a->map, a->key, fd_file(call->task, call->attr.map_fd));
	return err;
}

/* The program that the value names, or NULL; @err: what is wrong with it. */
static struct obj *named_program(struct sim *sim, const struct call *call, struct map_access *a, int *err)
{
	const struct map_ops *ops = map_ops(a->map);
	struct prog *prog;
	struct obj *obj;
	s32 fd[2] = {0};

	*err = 0;
	memcpy(fd, a->value, min_u64(a->map->k.value_size, sizeof(fd)));
	if (fd[1] <= 0)
		return NULL;
	obj = fd_obj(sim, call->task, fd[1], OBJ_PROG, err);
	prog = obj ? container_of(obj, struct prog, obj) : NULL;
	if (prog && (prog->type != BPF_PROG_TYPE_XDP || prog->expected_attach_type != ops->prog_attach))
		*err = sim_fail(&sim->why, -EINVAL, "not an XDP program for a %s", ops->name);
	else if (prog)
		*err = prog_may_enter_array(sim, prog, a->map);
	*err = *err ? ops->bad_prog : 0;
	return obj;
}

int map_write_pair(struct sim *sim, struct call *call, struct map_access *a)
{
	const struct map_ops *ops = map_ops(a->map);
	struct obj *prog;
	int err = ops->may_put(sim, a->map, a->key, a->value, call->attr.flags);

	if (err)
		return err;
	prog = named_program(sim, call, a, &err);
	return err ? err : ops->put(sim, a->map, a->key, a->value, prog);
}

/* --- a table of functions --- */

static int set_function(struct sim *sim, const struct call *call, struct map *map, u32 member, s32 fd)
{
	int err;
	struct obj *obj = fd_obj(sim, call->task, fd, OBJ_PROG, &err);
	struct prog *prog = obj ? container_of(obj, struct prog, obj) : NULL;

	if (!prog)
		return err;
	if (prog->type != BPF_PROG_TYPE_STRUCT_OPS || prog->attach_btf_id != struct_ops_type(map) ||
	    prog->expected_attach_type != member)
		return sim_fail(&sim->why, -EINVAL, "program %u was not loaded as member %u of this table", obj->id,
				member);
	struct_ops_set(sim, map, member, obj);
	return 0;
}

static bool set_members(struct sim *sim, const struct call *call, struct map *map, int *result)
{
	for (u32 i = 0; i < struct_ops_members(map); i++) {
		enum struct_ops_next next = struct_ops_member(sim, map, i, result);

		if (next == STRUCT_OPS_PROG)
			*result = set_function(sim, call, map, i, *result);
		if (next == STRUCT_OPS_END || (next == STRUCT_OPS_PROG && *result))
			return false;
	}
	return true;
}

int map_write_functions(struct sim *sim, struct call *call, struct map_access *a)
{
	int result = struct_ops_begin(sim, a->map, a->key, a->value, call->attr.flags);

	if (result)
		return result;
	if (set_members(sim, call, a->map, &result)) {
		result = struct_ops_register(sim, a->map);
		if (!result)
			return 0;
	}
	struct_ops_reset(sim, a->map);
	return result;
}
