/*
 * Links: an attachment of a program to a hook that lives as long as somebody holds it (struct bpf_link).
 *
 * A type of link is one file with one const struct link_ops and a line in link.c.
 */
#ifndef SIM_LINK_H
#define SIM_LINK_H

#include "syscall.h"
#include "progs/prog_type.h"

struct link {
	struct obj obj;
	u32 type;            /* BPF_LINK_TYPE_* */
	struct prog *prog;   /* a reference */
	u32 flags;
	u32 ifindex;         /* XDP: the device, 0 = detached */
	u64 entry;           /* what the hook calls: prog_entry() of its program */
};

struct link_ops {
	const char *name;    /* "xdp" */
	/* Connects @link to the target that the attr names. 0 or -errno. */
	int (*attach)(struct sim *sim, struct link *link, const union bpf_attr *attr);
	/* Disconnects; may be called again. */
	void (*detach)(struct sim *sim, struct link *link);
	/* Is @prog a possible successor? 0 or -errno. NULL: the link cannot be updated (-EINVAL). */
	int (*check_update)(struct sim *sim, struct link *link, const struct prog *prog,
			    const struct prog *expected);
	/* @old was its program; NULL: nothing is to be done. */
	void (*updated)(struct sim *sim, struct link *link, const struct prog *old);
	void (*fill_info)(struct sim *sim, const struct link *link, struct bpf_link_info *info);
};

extern const struct link_ops xdp_link_ops;  /* link_xdp.c */

/*
 * The program type that an attach type belongs to, BPF_PROG_TYPE_UNSPEC when LINK_CREATE and
 * PROG_ATTACH know none.
 */
u32 attach_prog_type(u32 attach_type);

#endif
