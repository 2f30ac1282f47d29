/* Links of iterators, and files of them. Mirrors bpf_iter_link_attach and its neighbours of kernel/bpf/bpf_iter.c. */
#include "btf_obj.h"
#include "iter.h"

#define PREFIX "bpf_iter_"

/* What its function goes over, or -ENOENT. */
static s64 find_target(struct sim *sim, const struct prog *prog)
{
	const char *func = btf_name(sim->host->vmlinux, prog->attach_btf_id);

	for (u32 i = 0; iter_targets[i].name; i++)
		if (!strcmp(func + sizeof(PREFIX) - 1, iter_targets[i].name))
			return i;
	return sim_fail(&sim->why, -ENOENT, "%s goes over nothing that is here", func);
}

/* union bpf_iter_link_info, as far as the caller has it; zero beyond. */
static int copy_info(struct sim *sim, struct call *call, union bpf_iter_link_info *info)
{
	u64 from = call->attr.link_create.iter_info;
	u32 len = call->attr.link_create.iter_info_len;
	int err;

	memset(info, 0, sizeof(*info));
	if (call->attr.link_create.target_fd || call->attr.link_create.flags)
		return sim_fail(&sim->why, -EINVAL, "an iterator has no target_fd and no flags");
	if (!from != !len)
		return sim_fail(&sim->why, -EINVAL, "iter_info and iter_info_len go together");
	if (!from)
		return 0;
	err = check_tail_zero(sim, call->task, from, sizeof(*info), len);
	return err ? err : copy_in(sim, call->task, info, from, min_u64(len, sizeof(*info)));
}

static int attach(struct sim *sim, struct link *link, struct call *call)
{
	union bpf_iter_link_info info;
	const struct iter_target *target;
	s64 err = copy_info(sim, call, &info), found = err ? err : find_target(sim, link->prog);

	if (found < 0)
		return found;
	target = &iter_targets[found];
	if (link->prog->flags & BPF_F_SLEEPABLE && !target->sleeps)
		return sim_fail(&sim->why, -EINVAL, "programs that go over %s may not sleep", target->name);
	link->iter = sim_alloc(sim, sizeof(*link->iter));
	if (!link->iter)
		return sim_fail(&sim->why, -ENOMEM, "no memory for a link");
	link->iter->target = found;
	return target->attach ? target->attach(sim, call, link, &info, &link->iter->info) : 0;
}

/* The last reference is gone. */
static void detach(struct sim *sim, struct link *link)
{
	if (!link->iter)
		return;
	iter_info_put(sim, &link->iter->info);
	sim_free(sim, link->iter);
	link->iter = NULL;
}

static int check_update(struct sim *sim, struct link *link, const struct prog *prog, const struct prog *expected)
{
	if (expected && expected != link->prog)
		return sim_fail(&sim->why, -EPERM, "the link has program %u, not the expected one",
				link->prog->obj.id);
	if (prog->type == link->prog->type && prog->expected_attach_type == link->prog->expected_attach_type &&
	    prog->attach_btf_id == link->prog->attach_btf_id)
		return 0;
	return sim_fail(&sim->why, -EINVAL, "the new program goes over something else");
}

static int fill_info(struct sim *sim, const struct call *call, const struct link *link, struct bpf_link_info *info)
{
	const struct iter_target *target = &iter_targets[link->iter->target];
	u64 ubuf = info->iter.target_name;
	u32 room = info->iter.target_name_len;
	int err;

	if (!room != !ubuf)
		return sim_fail(&sim->why, -EINVAL, "target_name and target_name_len go together");
	info->iter.target_name_len = strlen(target->name) + 1;
	err = ubuf ? copy_out_text(sim, call->task, ubuf, room, target->name) : 0;
	if (!err && target->fill_info)
		target->fill_info(&link->iter->info, info);
	return err;
}

const struct link_ops iter_link_ops = {
	.name = "iter",
	.attach = attach,
	.detach = detach,
	.keeps = true,
	.check_update = check_update,
	.fill_info = fill_info,
};

s64 cmd_iter_create(struct sim *sim, struct call *call)
{
	struct obj *obj;
	int err;

	if (call->attr.iter_create.flags)
		return sim_fail(&sim->why, -EINVAL, "flags is 0x%x; ITER_CREATE knows none", call->attr.iter_create.flags);
	obj = fd_obj(sim, call->task, call->attr.iter_create.link_fd, OBJ_LINK, &err);
	if (!obj)
		return err;
	if (!link_of_obj(obj)->iter)
		return sim_fail(&sim->why, -EINVAL, "fd %d is not the link of an iterator",
				call->attr.iter_create.link_fd);
	return iter_open(sim, call->task, link_of_obj(obj));
}
