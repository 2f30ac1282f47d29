/*
 * Happenings: the events that a task, the scheduler or a disk cause, by name ("openat pid=200
 * file=/etc/passwd"), and the way that each takes through the kernel. `--event`, `fire` at the prompt, and
 * scenario files read the one table of kinds.
 *
 * A kind of event is one const struct happening_kind in a file event_*.c and a line in happening_kinds.c: its
 * fields with their usual values, and its steps, the kernel functions and tracepoints that it comes by, in
 * the kernel's order. A step with a larger depth than the function before it happens inside that function.
 * Who runs the programs that hang there is sim/fire_event.c.
 *
 * Simplified: of the functions on the way there are those that tools look at; what an event would find (is
 * there such a file?) it is told: ret= is the result unless a program changes it.
 */
#ifndef SIM_WORLD_HAPPENING_H
#define SIM_WORLD_HAPPENING_H

#include "call_stack.h"
#include "hook.h"

#define HAPPENING_FIELDS 8u
#define HAPPENING_TEXT 512u /* bytes of an event in words, with the zero */
#define HAPPENING_BLOCKS 32u
#define HAPPENING_DEPTH 8u

/* What arguments and records are made of: places in happening.value. Texts are addresses of kernel memory. */
enum happening_value {
	V_NONE, /* 0 */
	V_TASK,
	V_PID,
	V_PPID,
	V_COMM,
	V_PRIO, /* of the task that it happens to */
	V_REGS, /* its registers when it entered the kernel */
	V_NR,   /* number of its system call ... */
	V_A0,
	V_A1,
	V_A2,
	V_A3,
	V_A4,
	V_A5,  /* ... and its arguments */
	V_RET, /* the result */
	V_F0,
	V_F1,
	V_F2,
	V_F3,
	V_F4,
	V_F5,
	V_F6,
	V_F7, /* the kind's own fields */
	V_X0,
	V_X1,
	V_X2,
	V_X3,
	V_X4,
	V_X5,
	V_X6,
	V_X7,
	V_X8,
	V_X9,
	V_X10,
	V_X11, /* what `prepare` makes */
	V_SITE, /* places of the network (net_sites): the context of the programs that are asked there */
	V_S0,
	V_S1,
	V_S2,
	V_S3,
	V_S4,
	V_S5,
	V_S6,
	V_S7,
	V_S8,
	V_S9,
	V_S10, /* ... and what records there say */
	V_COUNT
};

enum happening_step_kind {
	STEP_FUNC,      /* a function is called */
	STEP_TP,        /* a tracepoint is passed */
	STEP_SYS_ENTER, /* syscalls:sys_enter_NAME and sys_exit_NAME of the system call at hand */
	STEP_SYS_EXIT,
	STEP_CLOCK, /* the perf events that count time have a sample */
	STEP_USER,  /* a function of a program in user space: uprobes */
	STEP_WAIT,  /* time passes */
	STEP_OPS,  /* the congestion control of the TCP socket in arg[0] is asked: NAME; `ret` its answer, 0 = none */
	STEP_ITER, /* a pinned iterator, arg[0], is read: its program is called for each object */
	STEP_CGROUP, /* the programs of a cgroup are asked, when arg[0], their context, is not 0 */
	STEP_SOCK, /* one program is asked that a socket, its group or its namespace has */
	STEP_NET,  /* the network does something, sim/net.h: `attach` says which of its routines */
};

struct cgroup;
struct happening;

struct happening_step {
	u8 depth;
	u8 kind;          /* enum happening_step_kind */
	const char *name; /* "do_sys_openat2", "sched:sched_switch"; of no meaning for the other kinds */
	u8 named;         /* function: enum happening_value: its name, when the event says it */
	u8 arg[6];        /* enum happening_value: of the function, or as raw tracepoints get them */
	u8 field[12];     /* tracepoint: the fields of its record, in their order */
	u8 ret;           /* function: its result, when all goes well ... */
	bool decides;     /* ... if it is negative, the function around it ends there with the same */
	u8 ns;            /* function, wait: enum happening_value: how long it takes, ns */
	u8 attach;        /* cgroup: enum bpf_attach_type; STEP_SOCK: enum hook_kind; STEP_NET: enum net_call */
	const char *unless; /* ops: not when the table has this function, which stands in for it */
	bool when_ok;     /* not when the result is an error from the start */
	/* what it changes in the world, done when programs have had their say at its entry */
	void (*act)(struct sim *sim, struct happening *h);
};

enum happening_field_type { FIELD_NUMBER, FIELD_TEXT, FIELD_TIME };

struct happening_field {
	const char *name, *doc;
	u8 type;    /* enum happening_field_type */
	s64 number; /* its usual value */
	const char *text;
};

struct happening_kind {
	const char *name; /* "openat" */
	const char *doc;  /* what happens, in one line */
	const char *example;
	s32 nr;                               /* the system call that it is, -1 = none */
	bool no_return;                       /* the task does not come back from it */
	bool ticks;                           /* only time passes: sim/fire_tick.c; value V_F0 is how much */
	bool bare;                            /* its first field may be given without its name: "tick 10ms" */
	s64 ret;                              /* usual result */
	const struct happening_field *fields; /* name NULL at the end */
	const u8 *places;                     /* enum happening_value of each; NULL: V_F0 and those behind it */
	const struct happening_step *steps;   /* name NULL at the end */
	/* Makes what is not a field: system call arguments, kernel objects. 0 or -errno. NULL: nothing. */
	int (*prepare)(struct sim *sim, struct happening *h);
};

/* A function that has been entered and not left. */
struct happening_frame {
	u32 step;
	u64 ret;
	bool skipped; /* a program has decided: the function itself is not run */
};

/* An event in progress, in the arena. */
struct happening {
	u32 kind; /* index in the table */
	u32 pid, cpu;
	u64 value[V_COUNT];
	u32 given; /* bits: which own fields were given */
	bool ret_given;
	char text[HAPPENING_TEXT];     /* as it was written */
	void *block[HAPPENING_BLOCKS]; /* freed in the end */
	u32 blocks;
	/* where it is */
	u32 step;  /* the next one */
	u32 depth; /* functions entered */
	struct happening_frame frame[HAPPENING_DEPTH];
	u8 place;    /* fire_event.c: enum place */
	u32 at_step; /* the step that the place belongs to */
	u32 hook;    /* enum hook_kind that is asked now ... */
	u32 pos;     /* ... and how far in its list */
	u32 target;
	s64 refused;      /* what the programs of a cgroup have said: 0, or -errno for the function around */
	u32 answer_flags; /* bit 0: one of them has set bit 1 of its answer (BPF_RET_BIND_NO_CAP_NET_BIND_SERVICE) */
	struct cgroup *cgroup;  /* whose programs are asked at this place; NULL: the task's */
	struct attachment only; /* STEP_SOCK, STEP_OPS: the program there */
	u32 answer;             /* ... and what it has said */
	void *net;              /* sim/net.h: a struct net_work; NULL: the network does nothing */
	void *ctx;                                  /* of the program that runs ... */
	struct call_stack kernel_stack, user_stack; /* ... and how it came there */
	char told[160];  /* what a call has given beside its result, or the sentence of its error; "" = nothing */
	u32 programs;                               /* that have been called */
	u32 exits;                                  /* pid of a task that is gone when it is over */
	u64 gone;                                   /* address of an inode that is gone then */
	bool over;
};

extern const struct happening_kind *const happening_kinds[];
extern const u32 happening_kinds_count;

static inline const struct happening_kind *happening_kind(const struct happening *h)
{
	return happening_kinds[h->kind];
}

/* The kind whose name is the first word of @text, or NULL. */
const struct happening_kind *happening_kind_of(const char *text);
/* Fields that all kinds have: pid, comm, uid, ppid, cpu, ret; name NULL at the end. */
extern const struct happening_field happening_common[];

/* The CPU that the words name, or -1. */
s64 happening_cpu(const char *text);
/* Are these the words of an event? 0, or -EINVAL with the sentence. */
int happening_check(struct sim *sim, const char *text);
/* Makes @h of its words; its task and objects are there then. 0, or -errno with the sentence. */
int happening_begin(struct sim *sim, struct happening *h, const char *text);
/* Frees what it has made; the task that ended is gone afterwards. */
void happening_end(struct sim *sim, struct happening *h);
/*
 * Step @i, those of every system call's entry and exit with the kind's; NULL: there are no more. From NET_SITES on: places
 * that the network comes by when it does something (net_sites.c), in no order.
 */
#define NET_SITES 10000u
const struct happening_step *happening_step(const struct happening *h, u32 i);

/* --- for `prepare` --- */

/* Memory of the kernel that lasts as long as the event; 0: there is none. */
u64 happening_object(struct sim *sim, struct happening *h, u64 size);
u64 happening_text(struct sim *sim, struct happening *h, const char *text);
/* Bytes in the memory of the event's task: their user address. 0: no memory. */
u64 happening_user(struct sim *sim, struct happening *h, const void *bytes, u32 n);
static inline bool happening_given(const struct happening *h, u32 value)
{
	return h->given >> (value - V_F0) & 1;
}

/* event_user.c: where a function of that name lies in its file; the path of a file that is named without its directory. */
u64 user_function_offset(const char *name);
void user_function_file(const char *file, size_t len, struct text *out);

/* User memory of task @pid that events have filled: 0 or -EFAULT; a string: its length with the zero, or
 * -EFAULT. */
int user_read_bytes(const struct sim *sim, u32 pid, void *dst, u64 uaddr, u64 n);
int user_write_bytes(struct sim *sim, u32 pid, u64 uaddr, const void *src, u64 n);
s64 user_read_string(const struct sim *sim, u32 pid, char *dst, u64 uaddr, u64 cap);

#endif
