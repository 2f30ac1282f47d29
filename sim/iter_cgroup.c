/*
 * Iterators over cgroups: see iter.h. Mirrors kernel/bpf/cgroup_iter.c. it->at[0]: how many are passed, at[1]: all are.
 */
#include "iter_target.h"

static struct cgroup *by_id(struct sim *sim, u64 id)
{
	struct cgroup *c = sim->world->cgroups;

	while (c && c->node.id != id)
		c = c->next;
	return c;
}

int iter_attach_cgroup(struct sim *sim, struct call *call, const struct link *link,
		  const union bpf_iter_link_info *info, struct iter_info *out)
{
	int err = 0;
	struct obj *obj;

	(void)link;
	out->order = info->cgroup.order;
	if (out->order < BPF_CGROUP_ITER_SELF_ONLY || out->order > BPF_CGROUP_ITER_ANCESTORS_UP)
		return sim_fail(&sim->why, -EINVAL, "cgroup.order is %u: 1 to 4 are known", out->order);
	if (info->cgroup.cgroup_fd && info->cgroup.cgroup_id)
		return sim_fail(&sim->why, -EINVAL, "cgroup_fd and cgroup_id: one of them says where to begin");
	out->cgroup = sim->world->cgroups;
	if (info->cgroup.cgroup_fd) {
		obj = fd_obj(sim, call->task, info->cgroup.cgroup_fd, OBJ_CGROUP, &err);
		out->cgroup = obj ? cgroup_of_obj(obj) : NULL;
	} else if (info->cgroup.cgroup_id) {
		out->cgroup = by_id(sim, info->cgroup.cgroup_id);
		err = out->cgroup ? 0 : sim_fail(&sim->why, -ENOENT, "there is no cgroup of id %llu",
						 (unsigned long long)info->cgroup.cgroup_id);
	}
	return err;
}

static bool is_child(const struct cgroup *c, const struct cgroup *parent)
{
	return c->parent == parent;
}

/* The next in a walk below @top: children in the order in which they were made. */
static struct cgroup *first_child(struct sim *sim, const struct cgroup *parent)
{
	for (struct cgroup *c = sim->world->cgroups; c; c = c->next)
		if (is_child(c, parent))
			return c;
	return NULL;
}

static struct cgroup *next_sibling(const struct cgroup *cgroup)
{
	for (struct cgroup *c = cgroup->next; c; c = c->next)
		if (is_child(c, cgroup->parent))
			return c;
	return NULL;
}

static struct cgroup *deepest_first(struct sim *sim, struct cgroup *c)
{
	for (struct cgroup *child = c; child; child = first_child(sim, c))
		c = child;
	return c;
}

static struct cgroup *next_cgroup(struct sim *sim, const struct iter_info *info, struct cgroup *c)
{
	struct cgroup *next;

	switch (info->order) {
	case BPF_CGROUP_ITER_DESCENDANTS_PRE:
		next = first_child(sim, c);
		for (; !next && c != info->cgroup; c = c->parent)
			next = next_sibling(c);
		return next;
	case BPF_CGROUP_ITER_DESCENDANTS_POST:
		if (c == info->cgroup)
			return NULL;
		next = next_sibling(c);
		return next ? deepest_first(sim, next) : c->parent;
	case BPF_CGROUP_ITER_ANCESTORS_UP:
		return c->parent;
	}
	return NULL;
}

/* Cgroups may come and go between two reads: the kernel goes on in none. */
int find_cgroup(struct sim *sim, struct iter *it, bool begins)
{
	struct cgroup *c = it->info.cgroup;

	if (begins && it->at[0] && !it->at[1])
		return sim_fail(&sim->why, -EOPNOTSUPP, "cgroups are read at once, or not at all: the buffer was too small");
	if (it->info.order == BPF_CGROUP_ITER_DESCENDANTS_POST)
		c = deepest_first(sim, c);
	for (u64 skip = it->at[0]; c && skip; skip--)
		c = next_cgroup(sim, &it->info, c);
	it->at[1] = !c;
	it->arg[0] = c ? (u64)&c->k : 0;
	return c != NULL;
}

void cgroup_info(const struct iter_info *info, struct bpf_link_info *out)
{
	out->iter.cgroup.order = info->order;
	out->iter.cgroup.cgroup_id = info->cgroup->node.id;
}
