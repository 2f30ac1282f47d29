/* File descriptors: see fd.h. Mirrors fs/file.c as far as bpf fds need it. */
#include "fd.h"
#include "world/kernel_objects.h"
#include "world/tcp_conn.h"
#include "maps/map.h"

static int lowest_free(const struct task *task)
{
	for (int fd = 0; fd < TASK_MAX_FDS; fd++)
		if (!task->fds[fd].file)
			return fd;
	return -EMFILE;
}

static int install(struct sim *sim, struct task *task, struct file *file, bool cloexec)
{
	int fd = lowest_free(task);

	if (fd < 0)
		return sim_fail(&sim->why, -EMFILE, "task %u has %u files open already", task->pid,
				TASK_MAX_FDS);
	task->fds[fd] = (struct fd){file, cloexec};
	if (fd >= task->fds_used)
		task->fds_used = fd + 1;
	event_send(sim, EV_FD_OPEN, file->obj ? file->obj->id : 0, task->pid, fd, 0, 0);
	return fd;
}

int fd_open(struct sim *sim, struct task *task, struct obj *obj, bool may_read, bool may_write)
{
	struct file *file = sim_alloc(sim, sizeof(*file));
	int fd = -ENOMEM;

	if (file) {
		*file = (struct file){.obj = obj, .refs = 1, .may_read = may_read, .may_write = may_write};
		file->sees_addresses = task_capable(task, CAP_SYSLOG_BIT);
		fd = install(sim, task, file, true);
	}
	if (fd < 0) {
		sim_free(sim, file);
		obj_put_user(sim, obj);
	}
	return fd;
}

static void file_put(struct sim *sim, struct file *file)
{
	if (--file->refs)
		return;
	if (file->obj && sim->obj_ops[file->obj->kind]->file_closed)
		sim->obj_ops[file->obj->kind]->file_closed(sim, file->obj, file);
	if (file->obj)
		obj_put_user(sim, file->obj);
	sim_free(sim, file);
}

struct file *fd_file(const struct task *task, int fd)
{
	return fd >= 0 && fd < TASK_MAX_FDS ? task->fds[fd].file : NULL;
}

int fd_next(const struct task *task, int fd)
{
	for (; fd < task->fds_used; fd++)
		if (task->fds[fd].file)
			return fd;
	return -1;
}

int fd_close(struct sim *sim, struct task *task, int fd)
{
	struct file *file = fd_file(task, fd);

	if (!file)
		return sim_fail(&sim->why, -EBADF, "fd %d is not open", fd);
	task->fds[fd] = (struct fd){0};
	event_send(sim, EV_FD_CLOSE, file->obj ? file->obj->id : 0, task->pid, fd, 0, 0);
	file_put(sim, file);
	return 0;
}

int fd_dup(struct sim *sim, struct task *task, int fd)
{
	struct file *file = fd_file(task, fd);
	int copy;

	if (!file)
		return sim_fail(&sim->why, -EBADF, "fd %d is not open", fd);
	copy = install(sim, task, file, false);
	if (copy >= 0)
		file->refs++;
	return copy;
}

int fd_set_cloexec(struct sim *sim, struct task *task, int fd, bool on)
{
	if (!fd_file(task, fd))
		return sim_fail(&sim->why, -EBADF, "fd %d is not open", fd);
	task->fds[fd].cloexec = on;
	return 0;
}

void fd_exec(struct sim *sim, struct task *task)
{
	for (int fd = 0; fd < TASK_MAX_FDS; fd++)
		if (task->fds[fd].file && task->fds[fd].cloexec)
			fd_close(sim, task, fd);
}

void task_exit(struct sim *sim, struct task *task)
{
	for (int fd = 0; fd < TASK_MAX_FDS; fd++)
		if (task->fds[fd].file)
			fd_close(sim, task, fd);
	map_forget(sim, task->k);
	tcp_conn_close(sim, task->pid);
	task_object_free(sim, task);
	sim_free(sim, task->fds);
	*task = (struct task){0};
}

/* --- mapped memory --- */

static u8 *fd_mmap(struct sim *sim, struct task *task, int fd, u64 off, bool write, int *err)
{
	struct file *file = fd_file(task, fd);
	u8 *page;

	*err = 0;
	if (!file)
		*err = sim_fail(&sim->why, -EBADF, "fd %d is not open", fd);
	else if (!file->may_read || (write && !file->may_write))
		*err = sim_fail(&sim->why, -EACCES, "fd %d is not open for that", fd);
	else if (!file->obj || !sim->obj_ops[file->obj->kind]->mmap)
		*err = sim_fail(&sim->why, -ENODEV, "fd %d has no memory that could be mapped", fd);
	if (*err)
		return NULL;
	page = sim->obj_ops[file->obj->kind]->mmap(sim, file->obj, off / ARENA_PAGE, write, err);
	if (page && !file->may_write) {
		/* mmap(2) makes a mapping of such an fd a private one, and bpf refuses those */
		*err = sim_fail(&sim->why, -EINVAL, "fd %d may only read: its memory cannot be shared", fd);
		return NULL;
	}
	return page ? page + off % ARENA_PAGE : NULL;
}

int fd_load(struct sim *sim, struct task *task, int fd, u64 off, void *to, u64 n)
{
	int err;

	for (u64 done = 0, part; done < n; done += part) {
		const u8 *from = fd_mmap(sim, task, fd, off + done, false, &err);

		if (!from)
			return err;
		part = min_u64(n - done, ARENA_PAGE - (off + done) % ARENA_PAGE);
		memcpy((u8 *)to + done, from, part);
	}
	return 0;
}

int fd_store(struct sim *sim, struct task *task, int fd, u64 off, const void *from, u64 n)
{
	int err;

	for (u64 done = 0, part; done < n; done += part) {
		u8 *to = fd_mmap(sim, task, fd, off + done, true, &err);

		if (!to)
			return err;
		part = min_u64(n - done, ARENA_PAGE - (off + done) % ARENA_PAGE);
		memcpy(to, (const u8 *)from + done, part);
	}
	return 0;
}

struct obj *fd_obj(struct sim *sim, const struct task *task, int fd, enum obj_kind kind, int *err)
{
	struct file *file = fd_file(task, fd);

	*err = 0;
	if (!file)
		*err = sim_fail(&sim->why, -EBADF, "fd %d is not open", fd);
	else if ((kind == OBJ_PERF || kind == OBJ_CGROUP) && (!file->obj || file->obj->kind != kind))
		*err = sim_fail(&sim->why, -EBADF, "fd %d is no %s", fd,
				kind == OBJ_PERF ? "perf event" : "directory of a cgroup");
	else if (kind == OBJ_SOCK && (!file->obj || file->obj->kind != kind))
		*err = sim_fail(&sim->why, -ENOTSOCK, "fd %d is no socket", fd);
	else if (!file->obj)
		*err = sim_fail(&sim->why, -EINVAL, "fd %d is a tty, not a %s", fd, sim->obj_ops[kind]->file);
	else if (file->obj->kind != kind)
		*err = sim_fail(&sim->why, -EINVAL, "fd %d is a %s, not a %s", fd,
				sim->obj_ops[file->obj->kind]->file, sim->obj_ops[kind]->file);
	return *err ? NULL : file->obj;
}
