/*
 * Programs of perf events, and the ioctl(2) commands about them: kernel/events/core.c,
 * perf_event_set_bpf_prog and _perf_ioctl; kernel/trace/bpf_trace.c, perf_event_attach_bpf_prog.
 *
 * A program at a tracepoint or probe is called whether its perf event is on or off, and for all tasks and
 * CPUs, as in Linux; one at a clock only when it counts.
 */
#include "link.h"
#include "world/tracepoint.h"

static bool is_tracing(const struct perf_event *event)
{
	return event->hook && event->hook != HOOK_PERF;
}

static int check_tracing(struct sim *sim, const struct perf_event *event, const struct prog *prog)
{
	bool tp = event->hook == HOOK_TRACEPOINT;
	struct tracepoint what;

	if (prog->type != (tp ? BPF_PROG_TYPE_TRACEPOINT : BPF_PROG_TYPE_KPROBE))
		return sim_fail(&sim->why, -EINVAL, "a program of type %u is not for a %s", prog->type,
				hook_infos[event->hook].name);
	if (prog->flags & BPF_F_SLEEPABLE && event->hook != HOOK_UPROBE && event->hook != HOOK_URETPROBE)
		return sim_fail(&sim->why, -EINVAL, "programs that may sleep are for uprobes only");
	if (tp && tracepoint_by_id(event->target, &what) && prog->max_ctx_offset > tracepoint_end(&what))
		return sim_fail(&sim->why, -EACCES, "the program reads %u bytes, the record has %u",
				prog->max_ctx_offset, tracepoint_end(&what));
	if (event->prog)
		return sim_fail(&sim->why, -EEXIST, "the perf event has a program already");
	return 0;
}

static int check_other(struct sim *sim, const struct perf_event *event, const struct prog *prog)
{
	if (event->prog)
		return sim_fail(&sim->why, -EEXIST, "the perf event has a program already");
	if (prog->type != BPF_PROG_TYPE_PERF_EVENT)
		return sim_fail(&sim->why, -EINVAL,
				"a counter takes programs of type PERF_EVENT, this one is %u", prog->type);
	return 0;
}

int perf_set_prog(struct sim *sim, struct perf_event *event, struct prog *prog, u64 cookie)
{
	struct attachment a = {
		.kind = event->hook, .target = event->target, .prog = prog, .owner = &event->obj};
	int err = is_tracing(event) ? check_tracing(sim, event, prog) : check_other(sim, event, prog);

	a.cookie = cookie;
	if (!err && event->hook && event->target)
		err = hook_add(sim, &a);
	if (!err)
		event->prog = &prog->obj;
	return err;
}

void perf_drop_prog(struct sim *sim, struct perf_event *event)
{
	hook_remove(sim, &event->obj);
	if (event->own_prog)
		obj_put(sim, event->prog);
	event->prog = NULL;
	event->own_prog = false;
}

static s64 set_prog(struct sim *sim, struct task *task, struct perf_event *event, u64 fd)
{
	struct obj *obj;
	int err;

	obj = fd_obj(sim, task, fd, OBJ_PROG, &err);
	if (!obj)
		return err;
	err = perf_set_prog(sim, event, container_of(obj, struct prog, obj), 0);
	if (err)
		return err;
	obj_get(sim, obj);
	event->own_prog = true;
	container_of(obj, struct prog, obj)->counts.attached++;
	return 0;
}

s64 perf_ioctl(struct sim *sim, struct task *task, int fd, u32 cmd, u64 arg)
{
	struct perf_event *event;
	struct obj *obj;
	int err;

	obj = fd_obj(sim, task, fd, OBJ_PERF, &err);
	if (!obj)
		return fd_file(task, fd) ? sim_fail(&sim->why, -ENOTTY, "fd %d is no perf event", fd) : err;
	event = perf_event_of(obj);
	switch (cmd) {
	case PERF_EVENT_IOC_ENABLE:
	case PERF_EVENT_IOC_DISABLE:
		event->enabled = cmd == PERF_EVENT_IOC_ENABLE;
		return 0;
	case PERF_EVENT_IOC_SET_BPF:
		return set_prog(sim, task, event, arg);
	}
	return sim_fail(&sim->why, -ENOTTY, "ioctl 0x%x is not simulated: ENABLE, DISABLE and SET_BPF are",
			cmd);
}
