/*
 * Links: an attachment of a program to a hook that lives as long as somebody holds it (struct bpf_link).
 *
 * A type of link is one file with one const struct link_ops and a line in link.c.
 */
#ifndef SIM_LINK_H
#define SIM_LINK_H

#include "syscall.h"
#include "progs/prog_type.h"
#include "world/perf_event.h"

struct link {
	struct obj obj;
	u32 type;            /* BPF_LINK_TYPE_* */
	struct prog *prog;   /* a reference */
	u32 flags;
	u32 ifindex;         /* XDP: the device, 0 = detached */
	u32 attach_type;     /* enum bpf_attach_type */
	u32 target;          /* tracing, raw tracepoints: the id in the kernel's BTF */
	struct cgroup *cgroup; /* where it is attached, NULL = nowhere; no reference: cgroups stay */
	struct obj *perf;    /* perf events: the event, a reference */
	u64 cookie;          /* bpf_get_attach_cookie */
	struct iter_link *iter; /* iterators: what it goes over; iter.h */
	u64 entry;           /* what the hook calls: prog_entry() of its program */
};

struct link_ops {
	const char *name;    /* "xdp" */
	/* Connects @link to the target that the call's attr names. 0 or -errno. */
	int (*attach)(struct sim *sim, struct link *link, struct call *call);
	/* Disconnects; may be called again. */
	void (*detach)(struct sim *sim, struct link *link);
	bool keeps;          /* as long as the link lives: LINK_DETACH is -EOPNOTSUPP */
	/* Is @prog a possible successor? 0 or -errno. NULL: the link cannot be updated (-EINVAL). */
	int (*check_update)(struct sim *sim, struct link *link, const struct prog *prog,
			    const struct prog *expected);
	/* @old was its program; NULL: nothing is to be done. */
	void (*updated)(struct sim *sim, struct link *link, const struct prog *old);
	/* 0 or -errno. NULL: there is nothing more to say. @info holds what the caller passed. */
	int (*fill_info)(struct sim *sim, const struct call *call, const struct link *link, struct bpf_link_info *info);
};

/* The XDP program of the device, attached either way; NULL: none. link_xdp.c */
struct prog *xdp_attached(const struct netdev *dev);
/* The same, in one mode. */
struct prog *xdp_attached_in(const struct netdev *dev, enum xdp_mode mode);
/*
 * RTM_SETLINK with IFLA_XDP, xdp_netlink.c: the program of @fd, -1 = none, in the mode that @flags (XDP_FLAGS_*) name;
 * @expected: fd of the one that must be there, with XDP_FLAGS_REPLACE; -1 = not given. 0 or -errno.
 */
s64 xdp_set(struct sim *sim, struct task *task, u32 ifindex, s32 fd, u32 flags, s32 expected);
/* Which mode @flags mean for the device (dev_xdp_mode). */
enum xdp_mode xdp_mode_of(const struct netdev *dev, u32 flags);
extern const struct link_ops xdp_link_ops;  /* link_xdp.c */
extern const struct link_ops raw_tp_link_ops, tracing_link_ops;  /* link_tracing.c */
extern const struct link_ops perf_link_ops;  /* link_perf.c */
extern const struct link_ops kprobe_multi_link_ops;  /* link_kprobe_multi.c */
extern const struct link_ops cgroup_link_ops;  /* cgroup_attach.c */
extern const struct link_ops iter_link_ops;  /* link_iter.c */

static inline struct link *link_of_obj(struct obj *obj)
{
	return container_of(obj, struct link, obj);
}

/* A link of @type for @prog is made and attached: its fd, or -errno. */
s64 link_open(struct sim *sim, struct call *call, struct prog *prog, u32 type);
/* The kernel's name of a raw tracepoint, from its id. */
const char *raw_tp_name(const struct sim *sim, u32 id);
/*
 * The text @text for user space, at @ubuf with @room bytes, cut when it does not fit: 0, -EFAULT, -ENOSPC.
 */
int copy_out_text(struct sim *sim, struct task *task, u64 ubuf, u32 room, const char *text);

/*
 * Attaches @prog to the perf event, perf_prog.c: 0, -EEXIST (it has one), -EINVAL (other type), -EACCES, -E2BIG. The
 * caller has a reference on the program.
 */
int perf_set_prog(struct sim *sim, struct perf_event *event, struct prog *prog, u64 cookie);
void perf_drop_prog(struct sim *sim, struct perf_event *event);
/* ioctl(2) of a perf event. 0 or -errno. */
s64 perf_ioctl(struct sim *sim, struct task *task, int fd, u32 cmd, u64 arg);

/*
 * The program type that an attach type belongs to, BPF_PROG_TYPE_UNSPEC when LINK_CREATE and
 * PROG_ATTACH know none.
 */
u32 attach_prog_type(u32 attach_type);
/* May @prog be attached there, in PROG_ATTACH and LINK_CREATE? 0, -EINVAL, -EPERM. */
int attach_check_type(struct sim *sim, const struct task *task, const struct prog *prog, u32 attach_type);

#endif
