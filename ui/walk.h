/*
 * A walk: a session listened to, and told in the learner's terms to a view.
 *
 * Events come out of the machine while it works; the walk puts together what belongs together (a system call
 * with its attr and result, the edges of a structure check, the run of a program with its packet) and calls
 * the view once for each. It does not matter whether the machine does something for the first time or replays
 * a session file.
 */
#ifndef UI_WALK_H
#define UI_WALK_H

#include <stdio.h>

#include "diagnosis.h"
#include "session.h"

/* A system call that is over. */
struct walk_call {
	u32 number;          /* from 1 */
	u32 pid, size;
	int cmd;
	const union bpf_attr *attr;
	s64 result;
	const char *why;     /* the sentence of an error */
	const struct obj *opened;  /* what the new fd leads to, or NULL */
};

struct walk_edge {
	u32 from, to;
	u8 kind;             /* enum cfg_edge */
};

/* What the check of one PROG_LOAD did. */
struct walk_check {
	u64 stages;          /* bit n: enum load_stage n was begun */
	u32 edges, room;
	struct walk_edge *edge;
	u32 explored;
	u32 stage;           /* enum load_stage that was begun last */
	struct diagnosis found;   /* once the stage LOAD_REPORT has begun */
	u64 begin;           /* step of the simulation at which the load began */
	bool at_verdict;     /* the stage LOAD_REPORT has begun in this step */
};

/* One run of a program, or a packet that met none. */
struct walk_run {
	u64 number;          /* from 1 */
	u32 cpu;
	bool fired;          /* something has happened; otherwise BPF_PROG_TEST_RUN */
	bool event;    /* a task did something, and came by a hook; otherwise a packet came to a device */
	bool callback; /* a function that returns nothing of its own: a timer called it, or it is one of a
			  table */
	char place[96];      /* event: the hook, "kprobe do_sys_openat2"; hop: "eth1: egress program" */
	bool hop; /* not the first place: the packet was redirected, or goes through the network stack */
	bool classifies; /* it says to which class the packet belongs: 0 = none, its filter is not for it */
	bool leads;      /* the first program that sees this packet, which is in the network stack already */
	u32 ifindex;
	char packet[160];    /* packet_describe */
	char after[160]; /* in the network stack: when the program has made another packet of it, that; else
			    "" */
	const struct prog *prog;  /* NULL: none was attached */
	u32 retval;
	u32 verdict;         /* enum verdict */
	u64 insns;
	const struct fault *fault;  /* or NULL */
};

/* Something that a task did: told when it begins (not over) and when it is over. */
struct walk_event {
	u64 number;          /* from 1 */
	const char *text;    /* in words */
	bool over;
	bool is_call;        /* a system call, which has a result ... */
	s64 result;          /* ... here */
	const char *told;    /* what it gave beside its result, or the sentence of its error; "" = nothing */
	u32 programs;        /* that were called on its way */
};

/* One executed instruction, of the form of the program that runs: translated, when it was verified. */
struct walk_insn {
	const struct prog *prog;
	bool translated;
	u32 pc, next;        /* in that form: where it stands, where it goes on */
	u32 written;         /* the instruction as written that it came from */
	u32 frame;
	const struct bpf_insn *insn; /* NULL: a wrong jump has led out of the program */
	const struct helper *helper; /* that it called, or NULL */
	bool gives_element;  /* a lookup that gives the element, not yet its value */
	u64 before[MAX_BPF_REGS], after[MAX_BPF_REGS];
	bool ended;          /* the program has exited or faulted */
	bool done;           /* all that the instruction as written became has been executed */
};

/* What a program has sent to user space. */
struct walk_record {
	const struct map *map;   /* the ring buffer; NULL: a perf buffer */
	bool perf;
	u32 cpu;                 /* whose perf buffer */
	const void *data;
	u32 size;
	bool discarded;          /* the reader is to skip it */
	bool woken;              /* who waits for records is woken */
	u64 lost;                /* perf: samples that found no room before this one */
};

/* A redirected packet has come to its end, or to one of several. */
struct walk_arrival {
	u64 run;             /* number of the packet */
	char place[48];      /* "eth1", "CPU 2" */
	char fate[96];       /* in words */
	bool good;           /* it is there */
	s64 result;          /* 0, 1: the program there dropped it, or -errno */
};

/* A message to rtnetlink is answered, or setsockopt(2). */
struct walk_netlink {
	u32 number;          /* from 1, counted with the system calls */
	const char *name;    /* "RTM_NEWTFILTER", "setsockopt" */
	const char *what;    /* "a message to rtnetlink" */
	char text[160];      /* what it asks for */
	s64 result;
	const char *why;
};

struct walk;
struct race_result;

struct walk_view {
	void (*call_begin)(struct walk *w, int cmd);                  /* may be NULL */
	void (*call)(struct walk *w, const struct walk_call *call);
	void (*run_begin)(struct walk *w, const struct walk_run *run);
	void (*insn)(struct walk *w, const struct walk_insn *insn);   /* only with walk.trace */
	void (*printk)(struct walk *w, const char *text, u64 len);    /* a line of bpf_trace_printk */
	/* text that a task has read from an iterator; may be NULL */
	void (*output)(struct walk *w, const char *text, u64 len);
	void (*record)(struct walk *w, const struct walk_record *record); /* may be NULL */
	void (*run_end)(struct walk *w, const struct walk_run *run);
	void (*arrival)(struct walk *w, const struct walk_arrival *arrival); /* may be NULL */
	/* a race of so many CPUs begins; 0: it is over. What comes of its orders. Both may be NULL: race.h */
	void (*race)(struct walk *w, u32 cpus);
	void (*orders)(struct walk *w, const struct race_result *result, int results, u64 orders);
	void (*event)(struct walk *w, const struct walk_event *event);    /* may be NULL */
	void (*netlink)(struct walk *w, const struct walk_netlink *message); /* may be NULL */
	void (*end)(struct walk *w);
};

struct walk {
	struct session *session;
	const struct walk_view *view;
	void *view_ctx;
	FILE *answers;       /* to what user space asks its maps; NULL: nobody reads them */
	bool trace;          /* every instruction */
	bool refused;        /* a system call failed or a program faulted */
	u32 calls;
	u64 runs, events;
	struct walk_check check;  /* of the last PROG_LOAD */
	struct walk_run run[MACHINE_CPUS]; /* of each CPU: in progress, or the last */
	bool (*stops)(struct walk *w);  /* asked between units of work: is it to stop here? may be NULL */
};

void walk_begin(struct walk *w, struct session *session, const struct walk_view *view, void *view_ctx);
/* Tells the view that this is all. */
void walk_end(struct walk *w);

/* For those who listen too: what the walk makes of an event, which may be one that it does not care for. */
void walk_hear(struct walk *w, const struct event *event);
/* Works until nothing is in progress any more, or the walk is stopped. */
void walk_on_to_idle(struct walk *w);
/* Has somebody stopped it? */
bool walk_stopped(struct walk *w);
/* Works until nothing is in progress and no recorded future is left, at most up to step @last. */
void walk_on(struct walk *w, u64 last);
/* A system call of the loader, its attr in the loader's memory. >= 0 or -errno; -EINTR: it was stopped in its
 * middle. */
s64 walk_bpf(struct walk *w, int cmd, u64 uattr, u32 size);
s64 walk_fire(struct walk *w, const struct stimulus *stimulus);

/* --- rtnetlink and the network stack: walk_net.c --- */

void walk_hear_netlink(struct walk *w, const struct event *e);
void walk_hear_setsockopt(struct walk *w, const struct event *e);
/* "RTM_NEWTFILTER" */
const char *walk_message_name(u32 op);
/* What the message just sent asks for: "eth0, clsact", "eth0, tc_dns, ingress, prio 1". */
void walk_message_text(const struct sim *sim, u32 op, struct text *out);
/* The program that begins now sees a packet in the network stack: *run is told so. False: it does not. */
bool walk_stack_begin(const struct walk *w, struct walk_run *run);
/* It has ended: what is the packet now? */
void walk_stack_end(const struct walk *w, struct walk_run *run);

/* --- redirected packets: walk_redirect.c --- */

/* The program that begins now sees a packet that was redirected to it: *run is told so. False: it does not.
 */
bool walk_hop_begin(const struct walk *w, struct walk_run *run);
void walk_hear_arrival(struct walk *w, const struct event *e);
/* Where EV_ARRIVAL says that the packet is ("eth1"), and what has become of it there. */
void walk_arrival_place(const struct sim *sim, u32 kind, u32 number, struct text *out);
void walk_arrival_fate(u32 kind, s64 result, struct text *out);

/* --- texts that views share --- */

/* "map 1 counts" */
void walk_object_text(const struct obj *obj, struct text *out);
/* The map that @addr points to (to its struct bpf_map, not to a value), or NULL. */
const struct map *walk_map_at(const struct sim *sim, u64 addr);
/* A register's value: region and offset for addresses, decimal for small numbers, else hex. */
void walk_value_text(const struct sim *sim, u64 value, struct text *out);
/* The instruction that comes next; to be called before it is executed, and after it. walk_insn.c */
void walk_insn_begin(struct walk_insn *i, const struct sim *sim);
void walk_insn_end(struct walk_insn *i, const struct sim *sim);
/* The helper whose call the translator wrote out as several instructions, of which this is one; or NULL. */
const struct helper *walk_insn_written_out(const struct walk_insn *i);
/* Its text, and its line of C, as the two below. */
void walk_insn_text_of(struct sim *sim, const struct prog *prog, u32 pc, bool translated, struct text *out);
const char *walk_insn_source(const struct walk_insn *i, u32 *line, bool *first);
const char *walk_source_xlated(const struct prog *prog, u32 pc, u32 *line, bool *first);
/* An instruction of @prog as written, with the names of helpers and maps. */
void walk_insn_text(struct sim *sim, const struct prog *prog, u32 pc, struct text *out);
/* The line of C at @pc, NULL when there is none; *line: its number, *first: its first instruction is @pc. */
const char *walk_source(const struct prog *prog, u32 pc, u32 *line, bool *first);
/* "XDP_PASS", or the number. */
void walk_retval_text(const struct prog *prog, u32 retval, struct text *out);
/* "class 1:7", "no match": of a classifier that is not in direct-action mode. */
void walk_class_text(u32 retval, struct text *out);

#endif
