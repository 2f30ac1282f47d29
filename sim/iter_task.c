/*
 * Iterators over tasks, their open files and their memory: see iter.h. Mirrors kernel/bpf/task_iter.c.
 *
 * Simplified: a task is a process; files that have no name in the tree are shown as names at its root.
 */
#include "file_pidfd.h"
#include "iter_target.h"
#include "world/vma.h"

/* What the caller has named, of three ways one. */
int iter_attach_task(struct sim *sim, struct call *call, const struct link *link, const union bpf_iter_link_info *info,
		struct iter_info *out)
{
	struct file *file;
	int err = 0;
	u64 task;

	(void)link;
	if (!!info->task.tid + !!info->task.pid + !!info->task.pid_fd > 1)
		return sim_fail(&sim->why, -EINVAL, "of tid, pid and pid_fd, one says which task");
	out->tid = info->task.tid;
	out->tgid = info->task.pid;
	if (!info->task.pid_fd)
		return 0;
	file = fd_file(call->task, info->task.pid_fd);
	if (!file || !file->obj || file->obj->kind != OBJ_PIDFD)
		return sim_fail(&sim->why, -EBADF, "fd %u is no pidfd", info->task.pid_fd);
	task = pidfd_task(sim, file->obj, &err);
	out->tgid = err ? 0 : ((const struct k_task_struct *)task)->tgid;
	return err;
}

void task_info(const struct iter_info *info, struct bpf_link_info *out)
{
	out->iter.task.tid = info->tid;
	out->iter.task.pid = info->tgid;
}

static bool is_meant(const struct iter_info *info, const struct task *task)
{
	return (!info->tid || task->pid == info->tid) && (!info->tgid || task->tgid == info->tgid);
}

/* The task with the smallest id from at[0] on, which at[0] becomes; NULL: there is none. */
static struct task *task_at(struct sim *sim, struct iter *it)
{
	struct task *found = NULL;

	for (u32 i = 0; i < TASK_MAX; i++) {
		struct task *task = &sim->world->task[i];

		if (task->pid && task->pid >= it->at[0] && is_meant(&it->info, task) &&
		    (!found || task->pid < found->pid))
			found = task;
	}
	if (found && found->pid != it->at[0]) {
		it->at[0] = found->pid;
		it->at[1] = 0;
	}
	return found;
}

int find_task(struct sim *sim, struct iter *it, bool begins)
{
	struct task *task = task_at(sim, it);

	(void)begins;
	it->arg[0] = task ? (u64)task->k : 0;
	return task != NULL;
}

void pass_task(struct iter *it)
{
	it->at[0]++;
}

/* --- what a task has several of; at[1] counts --- */

void pass_task_part(struct iter *it)
{
	it->at[1]++;
}

static bool is_open(const struct task *task, u64 fd)
{
	return task->fds[fd].file != NULL;
}

/* The file as programs see it. */
static bool fill_file(struct sim *sim, const struct file *file, struct k_file *out)
{
	char path[64];
	struct text text;

	text_init(&text, path, sizeof(path));
	text_add(&text, "%s%s", file->obj ? "/anon_inode:" : "/dev/tty", file->obj ? sim->obj_ops[file->obj->kind]->file : "");
	return file_object_fill(sim, path, file->may_write ? file->may_read ? 2 : 1 : 0, out);
}

int find_task_file(struct sim *sim, struct iter *it, bool begins)
{
	struct k_file *file;
	struct task *task;

	(void)begins;
	for (; (task = task_at(sim, it)); pass_task(it)) {
		while (it->at[1] < TASK_MAX_FDS && !is_open(task, it->at[1]))
			it->at[1]++;
		if (it->at[1] < TASK_MAX_FDS)
			break;
	}
	if (!task)
		return 0;
	file = iter_make(sim, it, sizeof(*file));
	if (!file || !fill_file(sim, task->fds[it->at[1]].file, file))
		return -ENOMEM;
	it->arg[0] = (u64)task->k;
	it->arg[1] = it->at[1];
	it->arg[2] = (u64)file;
	return 1;
}

int find_task_vma(struct sim *sim, struct iter *it, bool begins)
{
	struct vma *vma = iter_make(sim, it, sizeof(*vma));
	struct task *task;

	(void)begins;
	if (!vma)
		return -ENOMEM;
	for (; (task = task_at(sim, it)); pass_task(it))
		if (vma_fill(sim, task->k, it->at[1], vma))
			break;
	if (!task)
		return 0;
	it->arg[0] = (u64)task->k;
	it->arg[1] = (u64)&vma->k;
	return 1;
}
