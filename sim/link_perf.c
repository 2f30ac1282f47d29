/*
 * Links of perf events: a program at a tracepoint, kprobe, uprobe or clock (kernel/bpf/syscall.c,
 * bpf_perf_link_*), and TASK_FD_QUERY, which says what an fd of these kinds is.
 */
#include "link.h"
#include "world/functions.h"
#include "world/tracepoint.h"

static int perf_attach(struct sim *sim, struct link *link, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	struct obj *perf;
	int err;

	if (attr->link_create.flags)
		return sim_fail(&sim->why, -EINVAL, "flags 0x%x: a link of a perf event has none",
				attr->link_create.flags);
	perf = fd_obj(sim, call->task, attr->link_create.target_fd, OBJ_PERF, &err);
	if (!perf)
		return sim_fail(&sim->why, -EBADF, "target_fd %u is no perf event",
				attr->link_create.target_fd);
	link->cookie = attr->link_create.perf_event.bpf_cookie;
	err = perf_set_prog(sim, perf_event_of(perf), link->prog, link->cookie);
	if (err)
		return err;
	link->perf = perf;
	obj_get(sim, perf);
	return 0;
}

static void perf_detach(struct sim *sim, struct link *link)
{
	if (link->perf)
		perf_drop_prog(sim, perf_event_of(link->perf));
}

const struct link_ops perf_link_ops = {
	.name = "perf_event",
	.attach = perf_attach,
	.detach = perf_detach,
	.keeps = true,
};

/* --- TASK_FD_QUERY --- */

struct answer {
	u32 prog_id, fd_type;
	char name[PERF_NAME + 64];
	u64 offset, address;
};

static int of_link(struct sim *sim, const struct link *link, struct answer *out)
{
	struct text text;

	if (link->type != BPF_LINK_TYPE_RAW_TRACEPOINT)
		return sim_fail(&sim->why, -ENOTSUPP, "only links of raw tracepoints can be asked");
	*out = (struct answer){.prog_id = link->prog->obj.id, .fd_type = BPF_FD_TYPE_RAW_TRACEPOINT};
	text_init(&text, out->name, sizeof(out->name));
	text_add(&text, "%s", raw_tp_name(sim, link->target));
	return 0;
}

static int of_event(struct sim *sim, const struct perf_event *event, struct answer *out)
{
	static const u32 types[HOOK_KINDS] = {
		[HOOK_TRACEPOINT] = BPF_FD_TYPE_TRACEPOINT, [HOOK_KPROBE] = BPF_FD_TYPE_KPROBE,
		[HOOK_KRETPROBE] = BPF_FD_TYPE_KRETPROBE,   [HOOK_UPROBE] = BPF_FD_TYPE_UPROBE,
		[HOOK_URETPROBE] = BPF_FD_TYPE_URETPROBE,
	};
	struct tracepoint tp;
	struct text text;

	if (!event->prog)
		return sim_fail(&sim->why, -ENOENT, "the perf event has no program");
	if (event->hook == HOOK_PERF || !event->hook)
		return sim_fail(&sim->why, -EOPNOTSUPP, "a counter cannot be asked");
	*out = (struct answer){.prog_id = event->prog->id, .fd_type = types[event->hook]};
	text_init(&text, out->name, sizeof(out->name));
	if (event->hook == HOOK_TRACEPOINT && tracepoint_by_id(event->target, &tp))
		text_add(&text, "%s%s", tp.prefix, tp.name);
	else
		text_add(&text, "%s", event->open.name);
	if (event->hook != HOOK_TRACEPOINT)
		out->offset = event->open.offset;
	return 0;
}

static int find(struct sim *sim, struct task *task, u32 fd, struct answer *out)
{
	const struct file *file = fd_file(task, fd);

	if (!file)
		return sim_fail(&sim->why, -EBADF, "fd %u is not open in task %u", fd, task->pid);
	if (file->obj && file->obj->kind == OBJ_LINK)
		return of_link(sim, link_of_obj(file->obj), out);
	if (file->obj && file->obj->kind == OBJ_PERF)
		return of_event(sim, perf_event_of(file->obj), out);
	return sim_fail(&sim->why, -ENOTSUPP, "fd %u is neither a perf event nor a raw tracepoint", fd);
}

static int put(struct sim *sim, struct call *call, u32 off, const void *value, u32 n)
{
	return copy_out(sim, call->task, call->uattr + off, value, n);
}

#define AT(field) offsetof(union bpf_attr, task_fd_query.field)

static s64 tell(struct sim *sim, struct call *call, const struct answer *a)
{
	u32 len = strlen(a->name), room = call->attr.task_fd_query.buf_len;
	int err = put(sim, call, AT(buf_len), &len, sizeof(len)), cut = 0;

	if (!err && room && call->attr.task_fd_query.buf)
		cut = copy_out_text(sim, call->task, call->attr.task_fd_query.buf, room, a->name);
	if (err || cut == -EFAULT)
		return -EFAULT;
	if (put(sim, call, AT(prog_id), &a->prog_id, sizeof(a->prog_id)) ||
	    put(sim, call, AT(fd_type), &a->fd_type, sizeof(a->fd_type)) ||
	    put(sim, call, AT(probe_offset), &a->offset, sizeof(a->offset)) ||
	    put(sim, call, AT(probe_addr), &a->address, sizeof(a->address)))
		return -EFAULT;
	return cut;
}

s64 cmd_task_fd_query(struct sim *sim, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	struct task *task = task_by_pid(sim, attr->task_fd_query.pid);
	struct answer answer;
	int err;

	if (!task_capable(call->task, CAP_SYS_ADMIN_BIT))
		return sim_fail(&sim->why, -EPERM, "TASK_FD_QUERY needs CAP_SYS_ADMIN");
	if (attr->task_fd_query.flags)
		return sim_fail(&sim->why, -EINVAL, "TASK_FD_QUERY has no flags");
	if (!task)
		return sim_fail(&sim->why, -ENOENT, "there is no task %u", attr->task_fd_query.pid);
	err = find(sim, task, attr->task_fd_query.fd, &answer);
	return err ? err : tell(sim, call, &answer);
}
