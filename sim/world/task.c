/* Tasks: see task.h. */
#include "world.h"

static struct file *tty_new(struct sim *sim)
{
	struct file *file = sim_alloc(sim, sizeof(*file));

	if (file)
		*file = (struct file){.refs = 3, .may_read = 1, .may_write = 1};
	return file;
}

struct task *task_by_pid(struct sim *sim, u32 pid)
{
	for (u32 i = 0; pid && i < TASK_MAX; i++)
		if (sim->world->task[i].pid == pid)
			return &sim->world->task[i];
	return NULL;
}

static struct task *free_slot(struct world *world)
{
	for (u32 i = 0; i < TASK_MAX; i++)
		if (!world->task[i].pid)
			return &world->task[i];
	return NULL;
}

struct task *task_new(struct sim *sim, u32 pid, u32 uid, const char *comm)
{
	struct task *task = free_slot(sim->world);
	struct file *tty;
	struct fd *fds;

	if (!task)
		return NULL;
	*task = (struct task){.tgid = pid, .uid = uid, .caps = uid ? 0 : ~0ull, .ppid = pid != 1};
	fds = sim_alloc(sim, TASK_MAX_FDS * sizeof(*fds));
	tty = tty_new(sim);
	if (!fds || !tty || !task_object_new(sim, task)) {
		sim_free(sim, fds);
		sim_free(sim, tty);
		return NULL;
	}
	for (int fd = 0; fd < 3; fd++)
		fds[fd].file = tty;
	task->pid = pid;
	task->fds = fds;
	task->fds_used = 3;
	strncpy(task->comm, comm, sizeof(task->comm) - 1);
	task_object_update(sim, task);
	return task;
}

int task_setuid(struct sim *sim, struct task *task, u32 uid)
{
	if (uid != task->uid && task->uid)
		return sim_fail(&sim->why, -EPERM, "task %u is user %u: only root may become another user",
				task->pid, task->uid);
	task->uid = uid;
	if (uid)
		task->caps = 0;
	task_object_update(sim, task);
	return 0;
}

static bool has(const struct task *task, enum capability cap)
{
	return task->caps >> cap & 1;
}

bool task_capable(const struct task *task, enum capability cap)
{
	bool admin_implies = cap == CAP_BPF_BIT || cap == CAP_PERFMON_BIT;

	return has(task, cap) || (admin_implies && has(task, CAP_SYS_ADMIN_BIT));
}
