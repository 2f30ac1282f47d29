/* Attaching to cgroups: see cgroup_attach.h. */
#include "cgroup_attach.h"

#include "fd.h"
#include "maps/map.h"
#include "prog_jit.h"

#define PROGS_MAX 64u /* BPF_CGROUP_MAX_PROGS */

/* One attachment that is asked for. */
struct wish {
	struct cgroup *cgroup;
	struct prog *prog;
	struct link *link;    /* NULL: PROG_ATTACH */
	struct prog *replace; /* BPF_F_REPLACE; NULL: none */
	u32 attach_type, flags;
};

bool cgroup_takes(u32 prog_type)
{
	static const u64 types =
		1ull << BPF_PROG_TYPE_CGROUP_DEVICE | 1ull << BPF_PROG_TYPE_CGROUP_SKB |
		1ull << BPF_PROG_TYPE_CGROUP_SOCK | 1ull << BPF_PROG_TYPE_CGROUP_SOCK_ADDR |
		1ull << BPF_PROG_TYPE_CGROUP_SOCKOPT | 1ull << BPF_PROG_TYPE_CGROUP_SYSCTL |
		1ull << BPF_PROG_TYPE_SOCK_OPS;

	return prog_type < 64 && types >> prog_type & 1;
}

static struct cgroup *cgroup_at(struct sim *sim, const struct task *task, int fd, int *err)
{
	struct obj *obj = fd_obj(sim, task, fd, OBJ_CGROUP, err);

	return obj ? cgroup_of_obj(obj) : NULL;
}

static struct prog *prog_of_type(struct sim *sim, const struct task *task, int fd, u32 type, int *err)
{
	struct obj *obj = fd_obj(sim, task, fd, OBJ_PROG, err);
	struct prog *prog = obj ? container_of(obj, struct prog, obj) : NULL;

	if (prog && prog->type != type) {
		*err = sim_fail(&sim->why, -EINVAL, "program %u is of type %u, not %u", prog->obj.id, prog->type, type);
		return NULL;
	}
	return prog;
}

static bool by_link(const struct cgroup *cgroup, const struct attachment *a)
{
	return a->owner != &cgroup->obj;
}

/* --- attaching --- */

/* The values that maps of storage keep for such programs at this cgroup. */
static int take_storage(struct sim *sim, const struct wish *w, struct attachment *a)
{
	for (u32 i = 0; i < w->prog->nused_maps; i++) {
		struct map *map = w->prog->used_maps[i];
		const struct map_ops *ops = map_ops(map);

		if (!ops->cgroup_value)
			continue;
		a->storage[ops->run_storage] = map;
		a->storage_value[ops->run_storage] =
			ops->cgroup_value(sim, map, w->cgroup->node.id, w->attach_type);
		if (!a->storage_value[ops->run_storage])
			return sim_fail(&sim->why, -ENOMEM, "no memory for a cgroup's storage");
	}
	return 0;
}

static int check_flags(struct sim *sim, const struct wish *w)
{
	bool override = w->flags & BPF_F_ALLOW_OVERRIDE, multi = w->flags & BPF_F_ALLOW_MULTI;

	if (override && multi)
		return sim_fail(&sim->why, -EINVAL, "BPF_F_ALLOW_OVERRIDE or BPF_F_ALLOW_MULTI, not both");
	if (w->flags & BPF_F_REPLACE && !multi)
		return sim_fail(&sim->why, -EINVAL, "BPF_F_REPLACE is for those attached with BPF_F_ALLOW_MULTI");
	return 0;
}

/* The nearest cgroup above that has a program decides whether one below may have its own. */
static int check_above(struct sim *sim, const struct wish *w)
{
	for (const struct cgroup *c = w->cgroup->parent; c; c = c->parent) {
		const struct cgroup_hook *hook = &c->hook[w->attach_type];

		if (hook->flags & BPF_F_ALLOW_MULTI)
			return 0;
		if (hook->count && !(hook->flags & BPF_F_ALLOW_OVERRIDE))
			return sim_fail(&sim->why, -EPERM,
					"the cgroup %s above has a program, attached without leave to override it",
					*c->path ? c->path : "/");
		if (hook->count)
			return 0;
	}
	return 0;
}

static int check_here(struct sim *sim, const struct wish *w)
{
	const struct cgroup_hook *hook = &w->cgroup->hook[w->attach_type];
	u32 flags = w->flags & (BPF_F_ALLOW_OVERRIDE | BPF_F_ALLOW_MULTI);

	if (hook->count && hook->flags != flags)
		return sim_fail(&sim->why, -EPERM,
				"what is attached there has the flags 0x%x, and these are 0x%x: all must have the same",
				hook->flags, flags);
	if (hook->count >= PROGS_MAX)
		return sim_fail(&sim->why, -E2BIG, "%u programs are attached there already", PROGS_MAX);
	return 0;
}

/* Whose place it takes: *out NULL = a place of its own, at the end. */
static int find_place(struct sim *sim, const struct wish *w, struct attachment **out)
{
	struct cgroup_hook *hook = &w->cgroup->hook[w->attach_type];

	*out = NULL;
	if (!(w->flags & BPF_F_ALLOW_MULTI)) {
		*out = hook->count ? hook->list : NULL;
		return 0;
	}
	for (u32 i = 0; i < hook->count; i++) {
		struct attachment *a = &hook->list[i];

		if (by_link(w->cgroup, a) || w->link)
			continue;
		if (a->prog == w->prog && w->prog != w->replace)
			return sim_fail(&sim->why, -EINVAL, "program %u is attached there already", w->prog->obj.id);
		if (w->replace && a->prog == w->replace)
			*out = a;
	}
	if (w->replace && !*out)
		return sim_fail(&sim->why, -ENOENT, "program %u, which is to be replaced, is not attached there",
				w->replace->obj.id);
	return 0;
}

static struct attachment *add_place(struct sim *sim, struct cgroup_hook *hook)
{
	if (hook->count == hook->room) {
		u32 room = hook->room ? 2 * hook->room : 4;
		struct attachment *list = sim_alloc(sim, room * sizeof(*list));

		if (!list) {
			sim_fail(&sim->why, -ENOMEM, "no memory for an attachment");
			return NULL;
		}
		if (hook->count)
			memcpy(list, hook->list, hook->count * sizeof(*list));
		sim_free(sim, hook->list);
		hook->list = list;
		hook->room = room;
	}
	return &hook->list[hook->count++];
}

static int attach(struct sim *sim, const struct wish *w)
{
	struct cgroup_hook *hook = &w->cgroup->hook[w->attach_type];
	struct attachment *place, old = {0}, new = {
		.kind = HOOK_CGROUP,
		.target = w->attach_type,
		.prog = w->prog,
		.owner = w->link ? &w->link->obj : &w->cgroup->obj,
	};
	int err = check_flags(sim, w);

	if (!err)
		err = check_above(sim, w);
	if (!err)
		err = check_here(sim, w);
	if (!err)
		err = find_place(sim, w, &place);
	if (!err)
		err = take_storage(sim, w, &new);
	if (err)
		return err;
	if (place)
		old = *place;
	else
		place = add_place(sim, hook);
	if (!place)
		return -ENOMEM;
	*place = new;
	hook->flags = w->flags & (BPF_F_ALLOW_OVERRIDE | BPF_F_ALLOW_MULTI);
	if (!w->link) {
		obj_get(sim, &w->prog->obj);
		w->prog->counts.attached++;
	}
	if (old.prog && !by_link(w->cgroup, &old))
		obj_put(sim, &old.prog->obj);
	return 0;
}

s64 cgroup_prog_attach(struct sim *sim, struct call *call, struct prog *prog)
{
	const union bpf_attr *attr = &call->attr;
	struct wish w = {.prog = prog, .attach_type = attr->attach_type, .flags = attr->attach_flags};
	int err;

	w.cgroup = cgroup_at(sim, call->task, attr->target_fd, &err);
	if (!w.cgroup)
		return err;
	if ((w.flags & BPF_F_ALLOW_MULTI) && (w.flags & BPF_F_REPLACE))
		w.replace = prog_of_type(sim, call->task, attr->replace_bpf_fd, prog->type, &err);
	return err ? err : attach(sim, &w);
}

/* --- detaching --- */

static void remove_place(struct sim *sim, struct cgroup *cgroup, u32 attach_type, u32 i)
{
	struct cgroup_hook *hook = &cgroup->hook[attach_type];
	struct attachment old = hook->list[i];

	hook->count--;
	memmove(&hook->list[i], &hook->list[i + 1], (hook->count - i) * sizeof(old));
	hook->list[hook->count] = (struct attachment){0};
	if (!hook->count)
		hook->flags = 0;
	if (!by_link(cgroup, &old))
		obj_put(sim, &old.prog->obj);
}

/* One that was attached without BPF_F_ALLOW_MULTI is alone: it goes, whichever program is named. */
s64 cgroup_prog_detach(struct sim *sim, struct call *call, u32 prog_type)
{
	const union bpf_attr *attr = &call->attr;
	struct cgroup_hook *hook;
	struct prog *prog;
	int err, none;
	struct cgroup *cgroup = cgroup_at(sim, call->task, attr->target_fd, &err);

	if (!cgroup)
		return err;
	prog = prog_of_type(sim, call->task, attr->attach_bpf_fd, prog_type, &none);
	hook = &cgroup->hook[attr->attach_type];
	if (hook->flags & BPF_F_ALLOW_MULTI && !prog)
		return sim_fail(&sim->why, -EINVAL, "several may be attached there: attach_bpf_fd must say which goes");
	for (u32 i = 0; i < hook->count; i++) {
		const struct attachment *a = &hook->list[i];

		if (hook->flags & BPF_F_ALLOW_MULTI && (by_link(cgroup, a) || a->prog != prog))
			continue;
		remove_place(sim, cgroup, attr->attach_type, i);
		return 0;
	}
	return sim_fail(&sim->why, -ENOENT, "no such program is attached there");
}

/* --- asking --- */

static u32 listed(struct cgroup *cgroup, u32 type, bool effective, u32 i, bool *more)
{
	const struct cgroup_hook *hook = &cgroup->hook[type];
	const struct attachment *a = effective ? cgroup_effective(cgroup, type, i)
				     : i < hook->count ? &hook->list[i]
						       : NULL;

	*more = a;
	return a ? a->prog->obj.id : 0;
}

static int copy_ids(struct sim *sim, struct call *call, struct cgroup *cgroup, u32 total)
{
	const union bpf_attr *attr = &call->attr;
	u32 room = attr->query.prog_cnt;
	bool effective = attr->query.query_flags & BPF_F_QUERY_EFFECTIVE, more;
	int err = 0;

	if (!room || !attr->query.prog_ids)
		return 0;
	for (u32 i = 0; i < min_u64(room, total) && !err; i++) {
		u32 id = listed(cgroup, attr->query.attach_type, effective, i, &more);

		err = copy_out(sim, call->task, attr->query.prog_ids + i * sizeof(id), &id, sizeof(id));
	}
	for (u32 i = 0; i < min_u64(room, total) && !err && attr->query.prog_attach_flags; i++)
		err = copy_out(sim, call->task, attr->query.prog_attach_flags + i * sizeof(u32),
			       &cgroup->hook[attr->query.attach_type].flags, sizeof(u32));
	if (!err && room < total)
		return sim_fail(&sim->why, -ENOSPC, "%u programs are attached, there is room for %u", total, room);
	return err;
}

s64 cgroup_prog_query(struct sim *sim, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	u32 type = attr->query.attach_type, flags, total;
	bool effective = attr->query.query_flags & BPF_F_QUERY_EFFECTIVE;
	int err;
	struct cgroup *cgroup = cgroup_at(sim, call->task, attr->query.target_fd, &err);

	if (!cgroup)
		return err;
	if (effective && attr->query.prog_attach_flags)
		return sim_fail(&sim->why, -EINVAL, "effective programs have no attach flags of their own");
	flags = effective ? 0 : cgroup->hook[type].flags;
	total = effective ? cgroup_effective_count(cgroup, type) : cgroup->hook[type].count;
	err = copy_out(sim, call->task, call->uattr + offsetof(union bpf_attr, query.attach_flags), &flags,
		       sizeof(flags));
	if (!err)
		err = copy_out(sim, call->task, call->uattr + offsetof(union bpf_attr, query.prog_cnt), &total,
			       sizeof(total));
	return err ? err : copy_ids(sim, call, cgroup, total);
}

/* --- links --- */

static int link_attach(struct sim *sim, struct link *link, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	struct wish w = {.prog = link->prog, .link = link, .attach_type = attr->link_create.attach_type};
	int err;

	if (attr->link_create.flags)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: a link to a cgroup has none", attr->link_create.flags);
	w.cgroup = cgroup_at(sim, call->task, attr->link_create.target_fd, &err);
	if (!w.cgroup)
		return err;
	w.flags = BPF_F_ALLOW_MULTI;
	err = attach(sim, &w);
	if (err)
		return err;
	link->attach_type = w.attach_type;
	link->cgroup = w.cgroup;
	return 0;
}

/* NULL: the link is detached. */
static struct attachment *place_of(const struct link *link)
{
	struct cgroup_hook *hook = link->cgroup ? &link->cgroup->hook[link->attach_type] : NULL;

	for (u32 i = 0; hook && i < hook->count; i++)
		if (hook->list[i].owner == &link->obj)
			return &hook->list[i];
	return NULL;
}

static void link_detach(struct sim *sim, struct link *link)
{
	struct attachment *place = place_of(link);

	if (place)
		remove_place(sim, link->cgroup, link->attach_type,
			     place - link->cgroup->hook[link->attach_type].list);
	link->cgroup = NULL;
}

static int link_check_update(struct sim *sim, struct link *link, const struct prog *prog,
			     const struct prog *expected)
{
	if (!link->cgroup)
		return sim_fail(&sim->why, -ENOLINK, "the link is detached");
	if (expected && expected != link->prog)
		return sim_fail(&sim->why, -EPERM, "the link's program is %u, not %u as expected", link->prog->obj.id,
				expected->obj.id);
	if (prog->type != link->prog->type)
		return sim_fail(&sim->why, -EINVAL, "the new program is of another type than the old one");
	return 0;
}

static void link_updated(struct sim *sim, struct link *link, const struct prog *old)
{
	struct wish w = {.cgroup = link->cgroup, .prog = link->prog, .attach_type = link->attach_type};
	struct attachment *place = place_of(link);

	(void)old;
	place->prog = link->prog;
	memset(place->storage, 0, sizeof(place->storage));
	take_storage(sim, &w, place);
}

static int link_fill_info(struct sim *sim, const struct call *call, const struct link *link,
			  struct bpf_link_info *info)
{
	(void)sim, (void)call;
	info->cgroup.cgroup_id = link->cgroup ? link->cgroup->node.id : 0;
	info->cgroup.attach_type = link->attach_type;
	return 0;
}

const struct link_ops cgroup_link_ops = {
	.name = "cgroup",
	.attach = link_attach,
	.detach = link_detach,
	.check_update = link_check_update,
	.updated = link_updated,
	.fill_info = link_fill_info,
};
