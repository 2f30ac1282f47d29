/*
 * Attaching programs to cgroups: PROG_ATTACH, PROG_DETACH, PROG_QUERY and links (kernel/bpf/cgroup.c).
 *
 * Left out: BPF_LSM_CGROUP, whose programs run at LSM hooks through trampolines of their own.
 */
#ifndef SIM_CGROUP_ATTACH_H
#define SIM_CGROUP_ATTACH_H

#include "link.h"
#include "world/cgroup.h"

/* Programs of @prog_type are attached to cgroups. */
bool cgroup_takes(u32 prog_type);
/* @prog is of the type that belongs to the attach type. 0, an fd, or -errno, as the command. */
s64 cgroup_prog_attach(struct sim *sim, struct call *call, struct prog *prog);
s64 cgroup_prog_detach(struct sim *sim, struct call *call, u32 prog_type);
s64 cgroup_prog_query(struct sim *sim, struct call *call);

/* open(2) of a directory below CGROUP_ROOT: an fd, -ENOENT. */
s64 cgroup_open(struct sim *sim, struct task *task, const char *path);
extern const struct obj_ops cgroup_obj_ops;

#endif
