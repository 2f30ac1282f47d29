/*
 * Links: see link.h. LINK_CREATE, LINK_UPDATE, LINK_DETACH and info, the same for all types
 * (kernel/bpf/syscall.c).
 */
#include "cgroup_attach.h"
#include "prog_jit.h"

/* What LINK_CREATE makes of a program and an attach type. */
static const struct {
	u32 prog_type, attach_type, link_type;
} link_kinds[] = {
	{BPF_PROG_TYPE_XDP, BPF_XDP, BPF_LINK_TYPE_XDP},
	{BPF_PROG_TYPE_PERF_EVENT, BPF_PERF_EVENT, BPF_LINK_TYPE_PERF_EVENT},
	{BPF_PROG_TYPE_TRACEPOINT, BPF_PERF_EVENT, BPF_LINK_TYPE_PERF_EVENT},
	{BPF_PROG_TYPE_KPROBE, BPF_PERF_EVENT, BPF_LINK_TYPE_PERF_EVENT},
	{BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI, BPF_LINK_TYPE_KPROBE_MULTI},
	{BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, BPF_LINK_TYPE_RAW_TRACEPOINT},
	{BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, BPF_LINK_TYPE_TRACING},
	{BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, BPF_LINK_TYPE_TRACING},
	{BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, BPF_LINK_TYPE_TRACING},
	{BPF_PROG_TYPE_LSM, BPF_LSM_MAC, BPF_LINK_TYPE_TRACING},
	{BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, BPF_LINK_TYPE_ITER},
};

static const struct link_ops *const link_types[] = {
	[BPF_LINK_TYPE_RAW_TRACEPOINT] = &raw_tp_link_ops,
	[BPF_LINK_TYPE_TRACING] = &tracing_link_ops,
	[BPF_LINK_TYPE_CGROUP] = &cgroup_link_ops,
	[BPF_LINK_TYPE_XDP] = &xdp_link_ops,
	[BPF_LINK_TYPE_PERF_EVENT] = &perf_link_ops,
	[BPF_LINK_TYPE_ITER] = &iter_link_ops,
	[BPF_LINK_TYPE_KPROBE_MULTI] = &kprobe_multi_link_ops,
};

static struct prog *prog_of(struct obj *obj)
{
	return container_of(obj, struct prog, obj);
}

/* Type of the link that is made, or -EINVAL. */
static s64 find_kind(struct sim *sim, const struct prog *prog, u32 attach_type)
{
	bool traces = prog->type == BPF_PROG_TYPE_TRACING || prog->type == BPF_PROG_TYPE_LSM;

	if (prog->expected_attach_type == BPF_TRACE_KPROBE_MULTI && attach_type != BPF_TRACE_KPROBE_MULTI)
		return sim_fail(&sim->why, -EINVAL, "the program was loaded for many functions at once");
	for (u32 i = 0; i < ARRAY_SIZE(link_kinds); i++)
		if (link_kinds[i].prog_type == prog->type && link_kinds[i].attach_type == attach_type &&
		    (!traces || prog->expected_attach_type == attach_type))
			return link_kinds[i].link_type;
	if (traces && prog->expected_attach_type != attach_type)
		return sim_fail(&sim->why, -EINVAL, "attach type %u, but the program was loaded for %u", attach_type,
				prog->expected_attach_type);
	if (attach_prog_type(attach_type) == prog->type && cgroup_takes(prog->type))
		return BPF_LINK_TYPE_CGROUP;
	if (attach_prog_type(attach_type) == prog->type)
		return sim_fail(&sim->why, -EINVAL, "there are no links for programs of type %u", prog->type);
	return sim_fail(&sim->why, -EINVAL, "attach type %u is not one for a program of type %u", attach_type,
			prog->type);
}

static struct link *link_new(struct sim *sim, struct prog *prog, u32 type)
{
	struct link *link = sim_alloc(sim, sizeof(*link));

	if (!link) {
		sim_fail(&sim->why, -ENOMEM, "no memory for a link");
		return NULL;
	}
	obj_init(&link->obj, OBJ_LINK, NULL);
	link->type = type;
	link->attach_type = prog->expected_attach_type;
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

s64 link_open(struct sim *sim, struct call *call, struct prog *prog, u32 type)
{
	struct link *link = link_new(sim, prog, type);
	int err;

	if (!link)
		return -ENOMEM;
	err = link_types[type]->attach(sim, link, call);
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

s64 cmd_link_create(struct sim *sim, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	struct obj *obj;
	s64 type;
	int err;

	obj = fd_obj(sim, call->task, attr->link_create.prog_fd, OBJ_PROG, &err);
	if (!obj)
		return err;
	err = attach_check_type(sim, call->task, prog_of(obj), attr->link_create.attach_type);
	if (err)
		return err;
	type = find_kind(sim, prog_of(obj), attr->link_create.attach_type);
	return type < 0 ? type : link_open(sim, call, prog_of(obj), type);
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
	if (!link_types[link_of_obj(link)->type]->check_update)
		return sim_fail(&sim->why, -EINVAL, "a link of this type keeps its program");
	err = link_types[link_of_obj(link)->type]->check_update(sim, link_of_obj(link), prog_of(prog), expected);
	if (!err)
		replace_prog(sim, link_of_obj(link), prog_of(prog));
	return err;
}

s64 cmd_link_detach(struct sim *sim, struct call *call)
{
	struct obj *obj;
	int err;

	obj = fd_obj(sim, call->task, call->attr.link_detach.link_fd, OBJ_LINK, &err);
	if (!obj)
		return err;
	if (link_types[link_of_obj(obj)->type]->keeps)
		return sim_fail(&sim->why, -EOPNOTSUPP, "a link of this type is attached as long as it lives");
	link_types[link_of_obj(obj)->type]->detach(sim, link_of_obj(obj));
	return 0;
}

int copy_out_text(struct sim *sim, struct task *task, u64 ubuf, u32 room, const char *text)
{
	u32 len = strlen(text) + 1;

	if (room >= len)
		return copy_out(sim, task, ubuf, text, len);
	if (copy_out(sim, task, ubuf, text, room - 1) || copy_out(sim, task, ubuf + room - 1, "", 1))
		return -EFAULT;
	return sim_fail(&sim->why, -ENOSPC, "%u bytes are no room for \"%s\"", room, text);
}

s64 link_get_info(struct sim *sim, struct call *call, struct obj *obj)
{
	struct bpf_link_info info = {0};
	const struct link *link = link_of_obj(obj);
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
	if (link_types[link->type]->fill_info)
		err = link_types[link->type]->fill_info(sim, call, link, &info);
	if (!err)
		err = copy_out(sim, call->task, uinfo, &info, len);
	if (!err)
		err = copy_out(sim, call->task, call->uattr + offsetof(union bpf_attr, info.info_len), &len,
			       sizeof(len));
	return err;
}

static void link_free(struct sim *sim, struct obj *obj)
{
	struct link *link = link_of_obj(obj);

	link_types[link->type]->detach(sim, link);
	obj_put(sim, &link->prog->obj);
	if (link->perf)
		obj_put(sim, link->perf);
	sim_free(sim, link);
}

const struct obj_ops link_obj_ops = {
	.name = "link",
	.file = "bpf_link",
	.free = link_free,
};
