/*
 * Tasks: who makes system calls.
 *
 * Simplified: one thread per process; no credentials beyond uid and capabilities; the fd table is the
 * kernel's, without limits other than RLIMIT_NOFILE's usual 1024.
 */
#ifndef SIM_WORLD_TASK_H
#define SIM_WORLD_TASK_H

#include "../object.h"

#define TASK_MAX 64
#define TASK_MAX_FDS 1024

/* The capabilities that bpf(2) asks about, as bits of task.caps (capabilities(7)). */
enum capability {
	CAP_NET_ADMIN_BIT = 12,
	CAP_NET_RAW_BIT = 13,
	CAP_SYS_ADMIN_BIT = 21,
	CAP_SYS_BOOT_BIT = 22,
	CAP_SYSLOG_BIT = 34,
	CAP_PERFMON_BIT = 38,
	CAP_BPF_BIT = 39,
};

/* An open file: shared by dup'ed fds. */
struct file {
	struct obj *obj;   /* what it refers to: its private_data; NULL for a tty */
	u32 refs;          /* fds that point here */
	u8 may_read, may_write;
	/* who opened it had CAP_SYSLOG: kernel addresses are shown (kallsyms_show_value) */
	u8 sees_addresses;
};

struct fd {
	struct file *file; /* NULL = free */
	bool cloexec;
};

struct task {
	u32 pid, tgid;     /* pid 0 = slot free */
	u32 ppid;          /* its parent, 0 = none */
	u32 uid;
	char comm[16];
	u64 caps;          /* effective capabilities, bit numbers as in capabilities(7) */
	struct fd *fds;    /* TASK_MAX_FDS entries */
	int fds_used;      /* no fd from this one on has ever been open */
	struct k_task_struct *k; /* the same as the kernel has it, for programs: kernel_objects.h */
};

/*
 * A new task with fds 0, 1, 2 open on a tty and all capabilities (uid 0) or none. NULL
 * when there is no room.
 */
struct task *task_new(struct sim *sim, u32 pid, u32 uid, const char *comm);
struct task *task_by_pid(struct sim *sim, u32 pid);

/* setuid(2) of root's task; leaving uid 0 drops all capabilities. 0 or -EPERM. */
int task_setuid(struct sim *sim, struct task *task, u32 uid);

/*
 * CAP_SYS_ADMIN implies CAP_BPF and CAP_PERFMON (include/linux/capability.h, bpf_capable
 * and perfmon_capable).
 */
bool task_capable(const struct task *task, enum capability cap);

#endif
