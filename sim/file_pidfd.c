/* Files that stand for a task. Mirrors pidfd_open of kernel/pid.c. */
#include "file_pidfd.h"

struct pidfd {
	struct obj obj;
	u32 pid;
};

s64 pidfd_open(struct sim *sim, struct task *task, u32 pid)
{
	struct pidfd *pidfd;

	if (!task_by_pid(sim, pid))
		return sim_fail(&sim->why, -ESRCH, "there is no task %u", pid);
	pidfd = sim_alloc(sim, sizeof(*pidfd));
	if (!pidfd)
		return sim_fail(&sim->why, -ENOMEM, "no memory for one more file");
	obj_init(&pidfd->obj, OBJ_PIDFD, NULL);
	pidfd->pid = pid;
	return fd_open(sim, task, &pidfd->obj, true, true);
}

u64 pidfd_task(struct sim *sim, struct obj *obj, int *err)
{
	u32 pid = container_of(obj, struct pidfd, obj)->pid;
	struct task *task = task_by_pid(sim, pid);

	if (!task)
		*err = sim_fail(&sim->why, -ENOENT, "task %u has ended", pid);
	return task ? (u64)task->k : 0;
}

static void free_pidfd(struct sim *sim, struct obj *obj)
{
	sim_free(sim, container_of(obj, struct pidfd, obj));
}

const struct obj_ops pidfd_obj_ops = {
	.name = "pidfd",
	.file = "[pidfd]",
	.free = free_pidfd,
};
