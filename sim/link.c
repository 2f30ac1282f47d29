/*
 * Links: see link.h. LINK_CREATE, LINK_UPDATE, LINK_DETACH and info, the same for all types
 * (kernel/bpf/syscall.c).
 */
#include "link.h"
#include "prog_jit.h"

/* By program type: what LINK_CREATE makes of it. */
static const struct {
	u32 link_type;
	const struct link_ops *ops;
} link_of_prog[] = {
	[BPF_PROG_TYPE_XDP] = {BPF_LINK_TYPE_XDP, &xdp_link_ops},
};

static const struct link_ops *const link_types[] = {
	[BPF_LINK_TYPE_XDP] = &xdp_link_ops,
};

static struct prog *prog_of(struct obj *obj)
{
	return container_of(obj, struct prog, obj);
}

static struct link *link_of(struct obj *obj)
{
	return container_of(obj, struct link, obj);
}

static int check_create(struct sim *sim, const struct prog *prog, u32 attach_type)
{
	u32 type = attach_prog_type(attach_type);

	if (type == BPF_PROG_TYPE_UNSPEC || type != prog->type)
		return sim_fail(&sim->why, -EINVAL, "attach type %u is not one for a program of type %u",
				attach_type, prog->type);
	if (prog->type >= ARRAY_SIZE(link_of_prog) || !link_of_prog[prog->type].ops)
		return sim_fail(&sim->why, -EINVAL, "there are no links for programs of type %u", prog->type);
	return 0;
}

static struct link *link_new(struct sim *sim, struct prog *prog, const union bpf_attr *attr)
{
	struct link *link = sim_alloc(sim, sizeof(*link));

	if (!link) {
		sim_fail(&sim->why, -ENOMEM, "no memory for a link");
		return NULL;
	}
	obj_init(&link->obj, OBJ_LINK, NULL);
	link->type = link_of_prog[prog->type].link_type;
	link->flags = attr->link_create.flags;
	link->prog = prog;
	obj_get(sim, &prog->obj);
	return link;
}

/* The hook calls the program from now on. */
static void hold_entry(struct link *link)
{
	link->entry = prog_entry(link->prog);
	link->prog->counts.attached++;
}

s64 cmd_link_create(struct sim *sim, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	struct link *link;
	struct obj *obj;
	int err;

	obj = fd_obj(sim, call->task, attr->link_create.prog_fd, OBJ_PROG, &err);
	if (obj)
		err = check_create(sim, prog_of(obj), attr->link_create.attach_type);
	if (err)
		return err;
	link = link_new(sim, prog_of(obj), attr);
	if (!link)
		return -ENOMEM;
	err = link_types[link->type]->attach(sim, link, attr);
	if (!err) {
		err = obj_publish(sim, &link->obj);
		err = err < 0 ? err : 0;
	}
	if (!err)
		hold_entry(link);
	if (!err)
		return fd_open(sim, call->task, &link->obj, true, true);
	obj_put(sim, &link->obj);
	return err;
}

static void replace_prog(struct sim *sim, struct link *link, struct prog *prog)
{
	struct prog *old = link->prog;

	if (old == prog)
		return;
	obj_get(sim, &prog->obj);
	link->prog = prog;
	hold_entry(link);
	if (link_types[link->type]->updated)
		link_types[link->type]->updated(sim, link, old);
	obj_put(sim, &old->obj);
}

/* The program that must be there now: none when BPF_F_REPLACE is not given. */
static int expected_prog(struct sim *sim, const struct call *call, struct prog **expected)
{
	struct obj *obj;
	int err;

	*expected = NULL;
	if (!(call->attr.link_update.flags & BPF_F_REPLACE)) {
		if (!call->attr.link_update.old_prog_fd)
			return 0;
		return sim_fail(&sim->why, -EINVAL, "old_prog_fd is %u, but BPF_F_REPLACE is not given",
				call->attr.link_update.old_prog_fd);
	}
	obj = fd_obj(sim, call->task, call->attr.link_update.old_prog_fd, OBJ_PROG, &err);
	if (obj)
		*expected = prog_of(obj);
	return err;
}

s64 cmd_link_update(struct sim *sim, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	struct obj *link, *prog;
	struct prog *expected;
	int err;

	if (attr->link_update.flags & ~BPF_F_REPLACE)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: LINK_UPDATE knows BPF_F_REPLACE only",
				attr->link_update.flags);
	link = fd_obj(sim, call->task, attr->link_update.link_fd, OBJ_LINK, &err);
	if (!link)
		return err;
	prog = fd_obj(sim, call->task, attr->link_update.new_prog_fd, OBJ_PROG, &err);
	if (!prog)
		return err;
	err = expected_prog(sim, call, &expected);
	if (err)
		return err;
	if (!link_types[link_of(link)->type]->check_update)
		return sim_fail(&sim->why, -EINVAL, "a link of this type keeps its program");
	err = link_types[link_of(link)->type]->check_update(sim, link_of(link), prog_of(prog), expected);
	if (!err)
		replace_prog(sim, link_of(link), prog_of(prog));
	return err;
}

s64 cmd_link_detach(struct sim *sim, struct call *call)
{
	struct obj *obj;
	int err;

	obj = fd_obj(sim, call->task, call->attr.link_detach.link_fd, OBJ_LINK, &err);
	if (obj)
		link_types[link_of(obj)->type]->detach(sim, link_of(obj));
	return err;
}

s64 link_get_info(struct sim *sim, struct call *call, struct obj *obj)
{
	struct bpf_link_info info = {0};
	const struct link *link = link_of(obj);
	u32 len = call->attr.info.info_len;
	u64 uinfo = call->attr.info.info;
	int err = check_tail_zero(sim, call->task, uinfo, sizeof(info), len);

	len = min_u64(len, sizeof(info));
	if (!err)
		err = copy_in(sim, call->task, &info, uinfo, len);
	if (err)
		return err;
	info.type = link->type;
	info.id = obj->id;
	info.prog_id = link->prog->obj.id;
	link_types[link->type]->fill_info(sim, link, &info);
	err = copy_out(sim, call->task, uinfo, &info, len);
	if (!err)
		err = copy_out(sim, call->task, call->uattr + offsetof(union bpf_attr, info.info_len), &len,
			       sizeof(len));
	return err;
}

static void link_free(struct sim *sim, struct obj *obj)
{
	struct link *link = link_of(obj);

	link_types[link->type]->detach(sim, link);
	obj_put(sim, &link->prog->obj);
	sim_free(sim, link);
}

const struct obj_ops link_obj_ops = {
	.name = "link",
	.file = "bpf_link",
	.free = link_free,
};
