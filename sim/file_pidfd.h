/* Files that stand for a task. */
#ifndef SIM_FILE_PIDFD_H
#define SIM_FILE_PIDFD_H

#include "fd.h"

/* pidfd_open(2): an fd, or -ESRCH, -EMFILE, -ENOMEM. */
s64 pidfd_open(struct sim *sim, struct task *task, u32 pid);
/* The address of its struct task; 0 with *err = -ENOENT when the task has ended. */
u64 pidfd_task(struct sim *sim, struct obj *obj, int *err);
extern const struct obj_ops pidfd_obj_ops;

#endif
