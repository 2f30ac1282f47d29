/*
 * Iterators: a program that is called for each object of a kind, and whose text user space reads from a file
 * (kernel/bpf/bpf_iter.c and the files of the kinds).
 *
 * A link says which program goes over what. ITER_CREATE, or open(2) of the pinned link, makes a file of it; each
 * read(2) there calls the program until the reader's buffer is full, and once more without an object at the end.
 * A kind of objects is one const struct iter_target and a line in iter_target.c.
 *
 * Simplified: of the kinds that 6.1 has, sockmap, netlink, unix and ipv6_route have no objects here.
 */
#ifndef SIM_ITER_H
#define SIM_ITER_H

#include "link.h"
#include "world/layout_iter.h"

#define ITER_BUF_SIZE 32768u /* PAGE_SIZE << 3: the text of one object fits, or it is -E2BIG */
#define ITER_ARGS 3u

/* What a link goes over: union bpf_iter_link_info, resolved. */
struct iter_info {
	u32 tid, tgid;         /* task*: only these; 0 = all */
	struct map *map;       /* a reference */
	struct cgroup *cgroup; /* where to begin */
	u32 order;             /* enum bpf_cgroup_iter_order */
};

struct iter_link {
	u32 target;            /* in iter_targets[] */
	struct iter_info info;
};

/* An open file of an iterator, in the arena. */
struct iter {
	struct obj obj;
	struct prog *prog;     /* a reference; that of the link when the file was made */
	u32 target;
	struct iter_info info; /* a reference on the map of its own */
	u64 at[2];             /* where it is: private to the kind; all zero at the beginning */
	u64 arg[ITER_ARGS];    /* the object at hand, as the program gets it */
	void *made;            /* memory of the object at hand, freed when another one is */
	u64 seq_num, session_id;
	bool ended;            /* the program has been called without an object, and all of its text was kept */
	struct k_seq_file seq;
	struct k_bpf_iter_meta meta;
	u64 ctx[1 + ITER_ARGS];
	bool busy;             /* a read(2) is in progress */
};

struct iter_target {
	const char *name;      /* "task": its programs are for bpf_iter_task */
	bool sleeps;           /* its programs may sleep (BPF_ITER_RESCHED) */
	/* Takes what the caller passed: 0 or -errno. NULL: there is nothing to say. */
	int (*attach)(struct sim *sim, struct call *call, const struct link *link, const union bpf_iter_link_info *info,
		      struct iter_info *out);
	void (*fill_info)(const struct iter_info *info, struct bpf_link_info *out); /* may be NULL */
	/* The first object from it->at on, in it->arg: 1; there is none: 0; or -errno. @begins: of a read(2). */
	int (*find)(struct sim *sim, struct iter *it, bool begins);
	void (*pass)(struct iter *it); /* it->at behind the object at hand */
};

/* name NULL at the end */
extern const struct iter_target iter_targets[];

enum iter_stage { ITER_BEGINS, ITER_SHOWN, ITER_STOPPED };

/* A read(2) in progress. */
struct iter_read {
	struct iter *it;
	u8 stage;              /* enum iter_stage: the program's call is for an object, or the last one */
	u64 kept;              /* bytes of text before the call in progress */
};

/* In place of a buffer: the text is told as EV_OUTPUT. */
#define ITER_TELL UINT64_MAX
/* read(2) of @fd into user memory, a unit of it: bytes, 0 at the end, -errno, or CALL_MORE. */
s64 iter_read_unit(struct sim *sim, struct task *task, struct iter_read *read, int fd, u64 ubuf, u64 size);
/* A file of the link: its fd or -errno. */
s64 iter_open(struct sim *sim, struct task *task, const struct link *link);
/* open(2) of a pin: of an iterator's link. */
s64 iter_open_pin(struct sim *sim, struct task *task, const char *path);
/* Gives up what the info holds. */
void iter_info_put(struct sim *sim, struct iter_info *info);

extern const struct obj_ops iter_obj_ops;

#endif
