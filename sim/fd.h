/*
 * File descriptors: a task's table, open files, and the way from a plain int to an object (fs/file.c,
 * kernel/bpf/syscall.c).
 */
#ifndef SIM_FD_H
#define SIM_FD_H

#include "world/task.h"

/*
 * Opens the lowest free fd of @task on @obj and takes over the caller's user reference (obj_get_user; a new
 * object is born with one): after a failure too, it is put then. Returns the fd or -EMFILE, -ENOMEM.
 */
int fd_open(struct sim *sim, struct task *task, struct obj *obj, bool may_read, bool may_write);
/* 0 or -EBADF. The last close of a file puts the object's reference. */
int fd_close(struct sim *sim, struct task *task, int fd);
/* dup(2): the lowest free fd, same file. */
int fd_dup(struct sim *sim, struct task *task, int fd);
int fd_set_cloexec(struct sim *sim, struct task *task, int fd, bool on);
/* execve(2): closes what has O_CLOEXEC. All bpf fds are born with it. */
void fd_exec(struct sim *sim, struct task *task);
/* The task ends: all files are closed, the slot is free. */
void task_exit(struct sim *sim, struct task *task);

/*
 * A load or store through a shared mapping of the fd's memory, as mmap(2) would make it for this access: @n
 * bytes at @off. 0 or -EBADF, -ENODEV, -EACCES and what the object says.
 */
int fd_load(struct sim *sim, struct task *task, int fd, u64 off, void *to, u64 n);
int fd_store(struct sim *sim, struct task *task, int fd, u64 off, const void *from, u64 n);

/* NULL when the fd is not open (-EBADF). */
struct file *fd_file(const struct task *task, int fd);
/* The first open fd from @fd on; -1: there is none. */
int fd_next(const struct task *task, int fd);
/*
 * The object of kind @kind behind @fd, no reference taken: NULL with *err = -EBADF (not open) or -EINVAL
 * (another kind of file; sockets: -ENOTSOCK, perf events and cgroups: -EBADF) and the sentence.
 */
struct obj *fd_obj(struct sim *sim, const struct task *task, int fd, enum obj_kind kind, int *err);

#endif
