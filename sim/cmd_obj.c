/*
 * bpf(2) commands that are the same for every kind of object: ids, info, statistics (kernel/bpf/syscall.c).
 */
#include "syscall.h"

/* Which kind of object a command is about. */
static enum obj_kind kind_of(int cmd)
{
	switch (cmd) {
	case BPF_PROG_GET_NEXT_ID:
	case BPF_PROG_GET_FD_BY_ID:
		return OBJ_PROG;
	case BPF_MAP_GET_NEXT_ID:
	case BPF_MAP_GET_FD_BY_ID:
		return OBJ_MAP;
	case BPF_BTF_GET_NEXT_ID:
	case BPF_BTF_GET_FD_BY_ID:
		return OBJ_BTF;
	default:
		return OBJ_LINK;
	}
}

static int need_admin(struct sim *sim, const struct task *task)
{
	if (task_capable(task, CAP_SYS_ADMIN_BIT))
		return 0;
	return sim_fail(&sim->why, -EPERM, "this needs CAP_SYS_ADMIN");
}

s64 cmd_get_next_id(struct sim *sim, struct call *call)
{
	enum obj_kind kind = kind_of(call->cmd);
	struct obj *next;
	int err;

	if (call->attr.start_id >= INT32_MAX)
		return sim_fail(&sim->why, -EINVAL, "start_id %u is beyond the largest id",
				call->attr.start_id);
	err = need_admin(sim, call->task);
	if (err)
		return err;
	next = obj_next(sim, kind, call->attr.start_id);
	if (!next)
		return sim_fail(&sim->why, -ENOENT, "no %s has an id above %u", sim->obj_ops[kind]->name,
				call->attr.start_id);
	return copy_out(sim, call->task, call->uattr + offsetof(union bpf_attr, next_id), &next->id,
			sizeof(next->id));
}

s64 cmd_get_fd_by_id(struct sim *sim, struct call *call)
{
	bool is_map = call->cmd == BPF_MAP_GET_FD_BY_ID;
	u32 flags = is_map ? call->attr.open_flags : 0;
	bool may_read = true, may_write = true;
	enum obj_kind kind = kind_of(call->cmd);
	struct obj *obj;
	int err;

	if (flags & ~(BPF_F_RDONLY | BPF_F_WRONLY))
		return sim_fail(&sim->why, -EINVAL,
				"open_flags 0x%x: only BPF_F_RDONLY and BPF_F_WRONLY are known", flags);
	err = need_admin(sim, call->task);
	if (!err)
		err = file_access(sim, flags, &may_read, &may_write);
	if (err)
		return err;
	obj = obj_by_id(sim, kind, call->attr.start_id);
	if (!obj)
		return sim_fail(&sim->why, -ENOENT, "there is no %s with id %u", sim->obj_ops[kind]->name,
				call->attr.start_id);
	obj_get_user(sim, obj);
	return fd_open(sim, call->task, obj, may_read, may_write);
}

typedef s64 (*info_fn)(struct sim *sim, struct call *call, struct obj *obj);

static const info_fn info_of[OBJ_KINDS] = {
	[OBJ_MAP] = map_get_info,
	[OBJ_PROG] = prog_get_info,
	[OBJ_BTF] = btf_get_info,
	[OBJ_LINK] = link_get_info,
};

s64 cmd_obj_get_info_by_fd(struct sim *sim, struct call *call)
{
	struct file *file = fd_file(call->task, call->attr.info.bpf_fd);

	if (!file)
		return sim_fail(&sim->why, -EBADFD, "fd %d is not open", call->attr.info.bpf_fd);
	if (!file->obj || !info_of[file->obj->kind])
		return sim_fail(&sim->why, -EINVAL, "fd %d is not a map, program, BTF or link",
				call->attr.info.bpf_fd);
	return info_of[file->obj->kind](sim, call, file->obj);
}

s64 cmd_enable_stats(struct sim *sim, struct call *call)
{
	int err = need_admin(sim, call->task);
	struct obj *obj;

	if (err)
		return err;
	if (call->attr.enable_stats.type != BPF_STATS_RUN_TIME)
		return sim_fail(&sim->why, -EINVAL,
				"enable_stats.type is %u; only BPF_STATS_RUN_TIME (0) is known",
				call->attr.enable_stats.type);
	obj = sim_alloc(sim, sizeof(*obj));
	if (!obj)
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more file");
	obj_init(obj, OBJ_STATS, NULL);
	sim->world->stats_users++;
	return fd_open(sim, call->task, obj, true, true);
}

static void stats_free(struct sim *sim, struct obj *obj)
{
	sim->world->stats_users--;
	sim_free(sim, obj);
}

const struct obj_ops stats_obj_ops = {
	.name = "stats",
	.file = "bpf-stats",
	.free = stats_free,
};
