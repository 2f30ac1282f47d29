/*
 * Links of raw tracepoints and of trampolines (fentry, fexit, fmod_ret, LSM); RAW_TRACEPOINT_OPEN makes
 * either (kernel/bpf/syscall.c, bpf_raw_tp_link_attach and bpf_tracing_prog_attach; kernel/bpf/trampoline.c).
 *
 * Simplified: only functions of the kernel are traced, not those of other programs; a writable raw tracepoint
 * program finds no tracepoint with a buffer (those of 6.1 are in drivers).
 */
#include "btf_obj.h"
#include "link.h"
#include "trampoline.h"
#include "world/functions.h"

#define RAW_PREFIX "btf_trace_"
#define TP_NAME_MAX 128

const char *raw_tp_name(const struct sim *sim, u32 id)
{
	return btf_name(sim->host->vmlinux, id) + sizeof(RAW_PREFIX) - 1;
}

static struct attachment attachment_of(struct link *link, u32 kind)
{
	return (struct attachment){.kind = kind,
				   .target = link->target,
				   .prog = link->prog,
				   .owner = &link->obj,
				   .cookie = link->cookie};
}

static bool is_linked(const struct sim *sim, const struct attachment *wanted)
{
	const struct attachment *a;
	u32 at = 0;

	while ((a = hook_next(sim, wanted->kind, wanted->target, &at)))
		if (a->prog == wanted->prog)
			return true;
	return false;
}

/* --- raw tracepoints --- */

/* By the name that the caller passed, or for tp_btf the one that the program was loaded for. */
static int find_raw_tp(struct sim *sim, struct link *link, struct call *call)
{
	char name[TP_NAME_MAX];
	s64 len;

	if (link->prog->type == BPF_PROG_TYPE_TRACING) {
		link->target = link->prog->attach_btf_id;
		return 0;
	}
	len = copy_in_string(sim, call->task, name, call->attr.raw_tracepoint.name, sizeof(name) - 1);
	if (len < 0)
		return len;
	name[min_u64(len, sizeof(name) - 1)] = 0;
	link->target = raw_tracepoint_id(sim, name);
	return link->target ? 0 : sim_fail(&sim->why, -ENOENT, "there is no raw tracepoint %.100s", name);
}

static int raw_tp_attach(struct sim *sim, struct link *link, struct call *call)
{
	struct attachment a;
	u32 args;
	int err = find_raw_tp(sim, link, call);

	if (err)
		return err;
	args = raw_tracepoint_args(sim, link->target);
	if (link->prog->max_ctx_offset > args * sizeof(u64))
		return sim_fail(&sim->why, -EINVAL,
				"the program reads %u bytes of arguments, the tracepoint has %u",
				link->prog->max_ctx_offset, args * 8);
	if (link->prog->type == BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE && link->prog->max_ctx_offset)
		return sim_fail(&sim->why, -EINVAL, "%s has no buffer that programs may write",
				raw_tp_name(sim, link->target));
	a = attachment_of(link, HOOK_RAW_TP);
	if (is_linked(sim, &a))
		return sim_fail(&sim->why, -EEXIST, "the program is attached there already");
	return hook_add(sim, &a);
}

static void raw_tp_detach(struct sim *sim, struct link *link)
{
	hook_remove(sim, &link->obj);
}

static int raw_tp_info(struct sim *sim, const struct call *call, const struct link *link,
		       struct bpf_link_info *info)
{
	const char *name = raw_tp_name(sim, link->target);
	u64 ubuf = info->raw_tracepoint.tp_name;
	u32 room = info->raw_tracepoint.tp_name_len;

	if (!room != !ubuf)
		return sim_fail(&sim->why, -EINVAL, "tp_name and tp_name_len go together");
	info->raw_tracepoint.tp_name_len = strlen(name) + 1;
	return ubuf ? copy_out_text(sim, call->task, ubuf, room, name) : 0;
}

const struct link_ops raw_tp_link_ops = {
	.name = "raw_tracepoint",
	.attach = raw_tp_attach,
	.detach = raw_tp_detach,
	.keeps = true,
	.fill_info = raw_tp_info,
};

/* --- trampolines --- */

static bool returns_nothing(const struct sim *sim, u32 func)
{
	const struct btf_types *types = sim->host->vmlinux;
	const struct btf_type *t = btf_type_by_id(types, func);

	return t && !btf_type_by_id(types, t->type)->type;
}

static u32 hook_of(const struct sim *sim, const struct prog *prog)
{
	switch (prog->expected_attach_type) {
	case BPF_TRACE_FENTRY:
		return HOOK_FENTRY;
	case BPF_TRACE_FEXIT:
		return HOOK_FEXIT;
	case BPF_LSM_MAC:
		return returns_nothing(sim, prog->attach_btf_id) ? HOOK_FEXIT : HOOK_FMOD_RET;
	}
	return HOOK_FMOD_RET;
}

/* LINK_CREATE may name a target: for extensions only. */
static int check_target(struct sim *sim, const struct call *call)
{
	if (call->cmd != BPF_LINK_CREATE ||
	    (!call->attr.link_create.target_fd && !call->attr.link_create.target_btf_id))
		return 0;
	return sim_fail(&sim->why, -EINVAL,
			"a tracing program was loaded for its target: none can be named here");
}

static int tracing_attach(struct sim *sim, struct link *link, struct call *call)
{
	struct attachment a;
	int err = check_target(sim, call);

	if (err)
		return err;
	if (link->prog->attach_prog)
		return sim_fail(&sim->why, -EOPNOTSUPP,
				"tracing another program is not simulated, only the kernel's functions");
	if (call->cmd == BPF_LINK_CREATE)
		link->cookie = call->attr.link_create.tracing.cookie;
	link->target = link->prog->attach_btf_id;
	a = attachment_of(link, hook_of(sim, link->prog));
	if (is_linked(sim, &a))
		return sim_fail(&sim->why, -EBUSY, "the program is attached there already");
	err = hook_add(sim, &a);
	if (err)
		return err;
	err = trampoline_update(sim, link->target, bpf_capable(sim, call->task));
	if (err)
		hook_remove(sim, &link->obj);
	return err;
}

/* Who detaches has the right to write what remains: closing the last fd asks for none. */
static void tracing_detach(struct sim *sim, struct link *link)
{
	u32 hung = sim->world->hooks.count;

	hook_remove(sim, &link->obj);
	if (sim->world->hooks.count < hung)
		trampoline_update(sim, link->target, true);
}

#define VMLINUX_BTF_ID 1

static int tracing_info(struct sim *sim, const struct call *call, const struct link *link,
			struct bpf_link_info *info)
{
	(void)sim, (void)call;
	info->tracing.attach_type = link->attach_type;
	info->tracing.target_obj_id = VMLINUX_BTF_ID;
	info->tracing.target_btf_id = link->target;
	return 0;
}

const struct link_ops tracing_link_ops = {
	.name = "tracing",
	.attach = tracing_attach,
	.detach = tracing_detach,
	.keeps = true,
	.fill_info = tracing_info,
};

/* --- RAW_TRACEPOINT_OPEN --- */

s64 cmd_raw_tracepoint_open(struct sim *sim, struct call *call)
{
	struct obj *obj;
	struct prog *prog;
	int err;

	obj = fd_obj(sim, call->task, call->attr.raw_tracepoint.prog_fd, OBJ_PROG, &err);
	if (!obj)
		return err;
	prog = container_of(obj, struct prog, obj);
	if (prog->type == BPF_PROG_TYPE_RAW_TRACEPOINT || prog->type == BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE)
		return link_open(sim, call, prog, BPF_LINK_TYPE_RAW_TRACEPOINT);
	if (prog->type != BPF_PROG_TYPE_TRACING && prog->type != BPF_PROG_TYPE_LSM)
		return sim_fail(&sim->why, -EINVAL,
				"a program of type %u is not attached to tracepoints or functions",
				prog->type);
	if (call->attr.raw_tracepoint.name)
		return sim_fail(&sim->why, -EINVAL,
				"the program was loaded for its target: no name can be given here");
	if (prog->expected_attach_type == BPF_TRACE_RAW_TP)
		return link_open(sim, call, prog, BPF_LINK_TYPE_RAW_TRACEPOINT);
	if (prog->expected_attach_type == BPF_TRACE_ITER || prog->expected_attach_type == BPF_LSM_CGROUP)
		return sim_fail(&sim->why, -EINVAL, "programs of this kind are attached with LINK_CREATE");
	return link_open(sim, call, prog, BPF_LINK_TYPE_TRACING);
}
