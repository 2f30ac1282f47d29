/*
 * Hooks: the places in the kernel where programs of the tracing types hang, and the list of what hangs there.
 *
 * A place is a kind and a target. An attachment says which program is called there, and who holds it: a link,
 * or a perf event. What hangs at one place is called in the order of the list, which is the kernel's.
 */
#ifndef SIM_WORLD_HOOK_H
#define SIM_WORLD_HOOK_H

#include "../object.h"

enum hook_kind {
	HOOK_NONE,
	HOOK_KPROBE, /* target: the function's id in the kernel's BTF */
	HOOK_FENTRY,
	HOOK_FMOD_RET, /* LSM programs, too */
	HOOK_FEXIT,
	HOOK_KRETPROBE,
	HOOK_TRACEPOINT, /* target: id of the tracepoint */
	HOOK_RAW_TP,     /* target: the id of its typedef btf_trace_NAME */
	HOOK_UPROBE,     /* target: a hash of file and offset (uprobe_target) */
	HOOK_URETPROBE,
	HOOK_PERF, /* target: HOOK_PERF_TARGET; the perf event says when */
	HOOK_ITER, /* for each object of a kind: sim/iter.h; in no list */
	HOOK_OPS, /* a function of a table that a map of type struct_ops holds: sim/event_ops.h; in no list */
	HOOK_CGROUP, /* target: enum bpf_attach_type; in the lists of cgroup.h */
	HOOK_SK_LOOKUP, /* these: one program, of the namespace, of a group of sockets, of a socket in a map */
	HOOK_SK_REUSEPORT,
	HOOK_SK_SKB,
	HOOK_SK_MSG,
	HOOK_KINDS
};

#define HOOK_PERF_TARGET 1u

struct prog;
struct map;

struct attachment {
	u32 kind; /* enum hook_kind, NONE = free */
	u32 target;
	struct prog *prog; /* whoever holds the attachment has the reference */
	struct obj *owner; /* link or perf event */
	u64 cookie;        /* bpf_get_attach_cookie */
	struct map *storage[2];   /* cgroups: maps of storage that the program uses, by enum RUN_STORAGE_* ... */
	void *storage_value[2];   /* ... and its value there */
	bool multi;        /* one of many places of one link */
};

struct hooks {
	u32 count, room;
	struct attachment *list;
};

/* What the program at hand was called for, on the CPU at hand. */
struct hooked {
	u64 func_ip; /* bpf_get_func_ip; 0 = unknown */
	u64 cookie;
	struct obj *owner; /* of the attachment */
	u64 regs;          /* address of the struct pt_regs with which the task entered the kernel */
	/* bpf_send_signal: what has been sent in the event that goes on, and to whom; 0 = nothing */
	u32 signal, signal_pid;
};

/* How many programs may hang at one tracepoint or probe, in one trampoline (BPF_MAX_TRACE_PROGS,
 * BPF_MAX_TRAMP_LINKS). */
#define HOOK_TRACE_MAX 64u
#define HOOK_TRAMP_MAX 38u

struct hook_info {
	const char *name; /* "kprobe" */
	bool newest_first;
};

extern const struct hook_info hook_infos[HOOK_KINDS];

/* 0, -E2BIG (too many there) or -ENOMEM. */
int hook_add(struct sim *sim, const struct attachment *attachment);
/* All attachments of @owner go. */
void hook_remove(struct sim *sim, const struct obj *owner);
/* The program of all attachments of @owner becomes another one. */
void hook_replace(struct sim *sim, const struct obj *owner, struct prog *prog);
/* The next at the place, from index *at on, which is moved behind it; NULL: these were all. */
const struct attachment *hook_next(const struct sim *sim, u32 kind, u32 target, u32 *at);
/* How many hang there. */
u32 hook_count(const struct sim *sim, u32 kind, u32 target);

#endif
