/*
 * Work in progress: the input that the simulated machine is busy with, and one unit of it at a time.
 *
 * At most one at a time. While it lasts, work_run() is called again and again; when a program is running
 * (vm.state), a unit is an instruction, and the work goes on when the program has ended.
 */
#ifndef SIM_WORK_H
#define SIM_WORK_H

#include "fire.h"
#include "mem.h"
#include "syscall.h"
#include "time.h"

/* The verbs of sim.h, by number, as they stand in the input log: never renumber, append. */
enum input_kind {
	INPUT_NONE,
	INPUT_BPF,      /* pid; cmd, address of the attr, size */
	INPUT_CLOSE,    /* pid; fd */
	INPUT_DUP,      /* pid; fd */
	INPUT_SPAWN,    /* uid; data: comm */
	INPUT_KILL,     /* pid */
	INPUT_UNLINK,   /* data: path */
	INPUT_MKDIR,    /* data: path */
	INPUT_SYSCTL,   /* value; data: name */
	INPUT_FIRE,     /* stimulus kind, ifindex, capture, index; data: bytes */
	INPUT_DEVICE,   /* data: name */
	INPUT_CLOEXEC,  /* pid; fd, 1 = on */
	INPUT_EXEC,     /* pid */
	INPUT_SETUID,   /* pid; uid */
	INPUT_STORE,    /* pid; fd, offset; data: bytes */
	INPUT_SOCKET,   /* pid; family, type, protocol */
	INPUT_PERF_OPEN, /* pid; data: struct perf_open */
	INPUT_PIDFD,    /* pid; pid of the other task */
	INPUT_EDIT,     /* enum edit_kind, at, step; data: bytes. In the middle of other work */
	INPUT_IOCTL,    /* pid; fd, command, argument */
	INPUT_XSK_BIND, /* pid; fd, ifindex, queue */
	INPUT_OPEN,     /* pid; data: path */
	INPUT_TC,       /* pid; data: struct tc_request */
	INPUT_READ,     /* pid; fd, address of the buffer, size */
	INPUT_SOCK_FILTER, /* pid; fd, option of setsockopt, value */
	INPUT_PACKET_BIND, /* pid; fd, ifindex */
	INPUT_PACKET_RECV, /* pid; fd */
	INPUT_XDP,      /* pid; ifindex, fd, flags, expected fd */
	INPUT_KINDS
};

#define WORK_TEXT 256  /* most bytes of a name or path, with its terminator */

struct work {
	u32 kind;            /* enum input_kind, INPUT_NONE = idle */
	u32 pid;
	s64 arg[4];
	char text[WORK_TEXT]; /* name or path of the input, or bytes */
	u32 len;             /* how many bytes */
	struct call call;    /* BPF */
	struct fire fire;    /* FIRE */
	struct iter_read read; /* READ */
	s64 result;          /* of the last work that is done */
	s64 edited;          /* of the last edit */
};

struct work *work_new(struct sim *sim);
/* Makes @input the work in progress. 0, or -EINVAL when it is not well formed. */
int work_begin(struct sim *sim, const struct input *input);
/*
 * At most @max units; returns how many were done (at least one). Afterwards work->kind is
 * NONE if it is finished.
 */
u64 work_run(struct sim *sim, u64 max);

#endif
