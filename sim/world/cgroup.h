/*
 * The tree of cgroups (version 2), mounted at /sys/fs/cgroup, and the programs that are attached to them.
 *
 * A cgroup has a list of attachments for each attach type. Which programs an event comes by, the
 * effective ones, depends on the lists from the task's cgroup up to the root (kernel/bpf/cgroup.c). Who may attach what:
 * sim/cgroup_attach.c.
 *
 * Simplified: no controllers; cgroups stay once they have been made.
 */
#ifndef SIM_WORLD_CGROUP_H
#define SIM_WORLD_CGROUP_H

#include "hook.h"
#include "layout_task.h"

#define CGROUP_ROOT "/sys/fs/cgroup"
#define CGROUP_PATH_MAX 128u
#define CGROUP_DEPTH_MAX 16u
#define CGROUP_ATTACH_TYPES 48u /* more than there are attach types in 6.1 */

/* What is attached to a cgroup for one attach type, in the order of attachment. */
struct cgroup_hook {
	u32 flags; /* BPF_F_ALLOW_OVERRIDE or BPF_F_ALLOW_MULTI, with which the first was attached */
	u32 count, room;
	/* owner: the link; the cgroup itself for PROG_ATTACH, which holds a reference on the program then */
	struct attachment *list;
};

struct cgroup {
	struct obj obj; /* first; the tree holds a reference */
	struct cgroup *parent, *next;
	char path[CGROUP_PATH_MAX]; /* below CGROUP_ROOT: "" = the root, "/web" */
	struct k_kernfs_node node;
	struct k_cgroup k;
	struct k_css_set css_set; /* of its tasks */
	struct cgroup_hook hook[CGROUP_ATTACH_TYPES];
};

static inline struct cgroup *cgroup_of_obj(struct obj *obj)
{
	return (struct cgroup *)obj;
}

/* A tree with the root; NULL: no memory. */
struct cgroup *cgroups_new(struct sim *sim);
/* By its path, with or without CGROUP_ROOT in front; NULL when there is none. */
struct cgroup *cgroup_by_path(struct sim *sim, const char *path);
/* mkdir(2): 0, -EEXIST, -ENOENT (no parent), -ENAMETOOLONG, -EAGAIN (too deep), -ENOMEM. */
int cgroup_mkdir(struct sim *sim, const char *path);
/* The same, with all that leads to it; NULL with the sentence. */
struct cgroup *cgroup_make(struct sim *sim, const char *path);
/* The cgroup that a css_set of a task belongs to. */
struct cgroup *cgroup_of_task(const struct k_task_struct *task);
/* The ancestor at @level (0 = the root), the cgroup itself at its own; NULL: it is not so deep. */
struct cgroup *cgroup_ancestor(struct cgroup *cgroup, u32 level);

/* Effective program number @i of @attach_type at @cgroup, in the order in which they run; NULL: no more. */
const struct attachment *cgroup_effective(struct cgroup *cgroup, u32 attach_type, u32 i);
u32 cgroup_effective_count(struct cgroup *cgroup, u32 attach_type);

#endif
