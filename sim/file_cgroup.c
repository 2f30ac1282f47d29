/* Directories of the cgroup tree, opened: what PROG_ATTACH and links take as their target. */
#include "cgroup_attach.h"
#include "fd.h"

s64 cgroup_open(struct sim *sim, struct task *task, const char *path)
{
	struct cgroup *cgroup = cgroup_by_path(sim, path);

	if (!cgroup)
		return sim_fail(&sim->why, -ENOENT, "there is no cgroup %s", path);
	obj_get_user(sim, &cgroup->obj);
	return fd_open(sim, task, &cgroup->obj, true, true);
}

static void free_cgroup(struct sim *sim, struct obj *obj)
{
	arena_free(sim->arena, cgroup_of_obj(obj));
}

const struct obj_ops cgroup_obj_ops = {
	.name = "cgroup",
	.file = "cgroup",
	.free = free_cgroup,
};
