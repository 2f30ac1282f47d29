/* Walks: see walk.h. */
#include <stdio.h>
#include <stdlib.h>

#include "packet.h"
#include "record.h"
#include "walk.h"

#define HEARD                                                                                                \
	(EVENT_BIT(EV_SYSCALL_ENTER) | EVENT_BIT(EV_SYSCALL_EXIT) | EVENT_BIT(EV_LOAD_STAGE) |               \
	 EVENT_BIT(EV_CFG_EDGE) | EVENT_BIT(EV_CFG_EXPLORED) | EVENT_BIT(EV_FIRE) |                          \
	 EVENT_BIT(EV_RUN_START) | EVENT_BIT(EV_RUN_EXIT) | EVENT_BIT(EV_VERDICT) | EVENT_BIT(EV_TRACE) |    \
	 EVENT_BIT(EV_ARRIVAL) | EVENT_BIT(EV_NETLINK) | EVENT_BIT(EV_SETSOCKOPT) | EVENT_BIT(EV_OUTPUT) |   \
	 EVENT_BIT(EV_RECORD) | EVENT_BIT(EV_PERF_SAMPLE))

#define ETHERNET_HEADER 14
#define MANY 1000000 /* units at once, before somebody may stop it */

/* --- what events add up to --- */

static void on_syscall_enter(struct walk *w, const struct event *e)
{
	w->calls++;
	if (w->view->call_begin)
		w->view->call_begin(w, e->arg[1]);
	if (e->arg[1] == BPF_PROG_LOAD) {
		w->check.stages = 0;
		w->check.begin = e->step;
		w->check.edges = 0;
		w->check.explored = 0;
		w->check.found = (struct diagnosis){.regno = -1};
	}
}

static const struct obj *object_of_fd(struct sim *sim, u32 pid, int fd)
{
	struct task *task = task_by_pid(sim, pid);
	struct file *file = task ? fd_file(task, fd) : NULL;

	return file ? file->obj : NULL;
}

/* Commands whose result is a new fd. */
static bool opens_fd(int cmd)
{
	static const u8 opening[] = {BPF_MAP_CREATE,        BPF_PROG_LOAD,           BPF_OBJ_GET,
				     BPF_PROG_GET_FD_BY_ID, BPF_MAP_GET_FD_BY_ID,    BPF_BTF_LOAD,
				     BPF_BTF_GET_FD_BY_ID,  BPF_RAW_TRACEPOINT_OPEN, BPF_LINK_CREATE,
				     BPF_LINK_GET_FD_BY_ID, BPF_ENABLE_STATS,        BPF_ITER_CREATE};

	for (size_t i = 0; i < sizeof(opening); i++)
		if (cmd == opening[i])
			return true;
	return false;
}

/* As the caller passed it: the kernel has no copy when it said no before reading it. */
static void take_attr(const struct walk *w, union bpf_attr *attr)
{
	const struct session *s = w->session;
	const struct call *call = &s->sim->work->call;

	*attr = call->attr;
	if (!s->recorded)
		user_read(s->user, attr, call->uattr, min_u64(call->size, sizeof(*attr)));
}

static void on_syscall_exit(struct walk *w, const struct event *e)
{
	struct sim *sim = w->session->sim;
	union bpf_attr attr;
	struct walk_call call = {
		.number = w->calls,
		.pid = e->arg[0],
		.cmd = e->arg[1],
		.size = sim->work->call.size,
		.attr = &attr,
		.result = e->arg[2],
		.why = sim->why.text,
	};

	take_attr(w, &attr);
	if (call.result >= 0 && opens_fd(call.cmd))
		call.opened = object_of_fd(sim, call.pid, call.result);
	if (call.result < 0)
		w->refused = true;
	w->view->call(w, &call);
}

static void on_load_stage(struct walk *w, const struct event *e)
{
	w->check.stages |= 1ull << e->arg[0];
	w->check.at_verdict = e->arg[0] == LOAD_REPORT;
	if (w->check.at_verdict)
		diagnosis_take(&w->check.found, w->session->sim, w->check.stage);
	w->check.stage = e->arg[0];
}

static void on_cfg_edge(struct walk *w, const struct event *e)
{
	struct walk_check *check = &w->check;

	if (check->edges == check->room) {
		u32 room = check->room ? check->room * 2 : 256;
		struct walk_edge *more = realloc(check->edge, room * sizeof(*more));

		if (!more)
			return;
		check->edge = more;
		check->room = room;
	}
	check->edge[check->edges++] = (struct walk_edge){e->arg[0], e->arg[1], e->arg[2]};
}

static void on_cfg_explored(struct walk *w, const struct event *e)
{
	(void)e;
	w->check.explored++;
}

static void tell_event(struct walk *w, bool over)
{
	const struct happening *h = &w->session->sim->work->fire.happening;
	const struct walk_event event = {
		.number = w->events,
		.text = h->text,
		.over = over,
		.is_call = h->value[V_NR] != (u64)-1 && !happening_kind(h)->no_return,
		.result = h->value[V_RET],
		.told = h->told,
		.programs = h->programs,
	};

	if (w->view->event)
		w->view->event(w, &event);
}

static void on_fire(struct walk *w, const struct event *e)
{
	const struct fire *fire = &w->session->sim->work->fire;
	struct text text;

	if (e->arg[0] == STIMULUS_EVENT) {
		w->run[e->cpu] =
			(struct walk_run){.number = w->runs, .cpu = e->cpu, .fired = true, .event = true};
		w->events++;
		tell_event(w, false);
		return;
	}
	w->run[e->cpu] =
		(struct walk_run){.number = ++w->runs, .cpu = e->cpu, .fired = true, .ifindex = e->arg[1]};
	text_init(&text, w->run[e->cpu].packet, sizeof(w->run[e->cpu].packet));
	packet_describe(fire->arrival.data, fire->arrival.len, &text);
}

/* One of the programs that an event comes by. */
static void begin_event_run(struct walk *w, const struct event *e)
{
	const struct happening *h = &w->session->sim->work->fire.happening;
	struct walk_run *run = &w->run[e->cpu];
	struct text text;

	*run = (struct walk_run){.number = ++w->runs, .cpu = e->cpu, .fired = true, .event = true,
				 .callback = happening_kind(h)->ticks || event_is_void(h)};
	text_init(&text, run->place, sizeof(run->place));
	event_place_text(h, &text);
	snprintf(run->packet, sizeof(run->packet), "%.159s", h->text);
}

/*
 * BPF_PROG_TEST_RUN: a packet that the context knows; for socket filters the Ethernet header stands before
 * it.
 */
static void begin_test_run(struct walk *w, const struct event *e)
{
	struct sim *sim = w->session->sim;
	const struct prog *prog = sim->vm->prog;
	const struct prog_type *type = prog_type_by_id(prog->type);
	struct packet_place packet = {0};
	struct arena_block block;
	struct text text;

	w->run[e->cpu] = (struct walk_run){.number = ++w->runs, .cpu = e->cpu};
	text_init(&text, w->run[e->cpu].packet, sizeof(w->run[e->cpu].packet));
	if (type && type->packet)
		type->packet(sim->vm->ctx, &packet);
	if (prog->type == BPF_PROG_TYPE_SOCKET_FILTER || packet.end < packet.data)
		packet.data -= ETHERNET_HEADER;
	if (packet.end < packet.data) /* the program may read nothing of it */
		packet.end = packet.data + sim->work->call.attr.test.data_size_in;
	if (arena_find(sim->arena, packet.data, &block) && packet.end <= block.base + block.size)
		packet_describe((const u8 *)packet.data, packet.end - packet.data, &text);
}

static bool is_event(const struct walk *w)
{
	const struct work *work = w->session->sim->work;

	return work->kind == INPUT_FIRE && work->fire.kind == STIMULUS_EVENT;
}

static void on_run_start(struct walk *w, const struct event *e)
{
	if (is_event(w))
		begin_event_run(w, e);
	else if (walk_hop_begin(w, &w->run[e->cpu]) || walk_stack_begin(w, &w->run[e->cpu]))
		w->run[e->cpu].number = w->runs;
	else if (!w->run[e->cpu].fired || w->run[e->cpu].verdict || w->run[e->cpu].prog)
		begin_test_run(w, e);
	w->run[e->cpu].prog = w->session->sim->vm->prog;
	w->view->run_begin(w, &w->run[e->cpu]);
}

static void on_run_exit(struct walk *w, const struct event *e)
{
	const struct vm *vm = w->session->sim->vm;

	w->run[e->cpu].retval = w->run[e->cpu].callback ? 0 : e->arg[1];
	w->run[e->cpu].insns = e->arg[2];
	walk_stack_end(w, &w->run[e->cpu]);
	w->run[e->cpu].fault = vm->fault.kind ? &vm->fault : NULL;
	if (w->run[e->cpu].fault)
		w->refused = true;
	if (!w->run[e->cpu].fired || w->run[e->cpu].event)
		w->view->run_end(w, &w->run[e->cpu]);
}

static void on_verdict(struct walk *w, const struct event *e)
{
	const struct fire *fire = &w->session->sim->work->fire;

	if (fire->kind == STIMULUS_EVENT) {
		tell_event(w, true);
		return;
	}
	w->run[e->cpu].verdict = e->arg[2];
	w->run[e->cpu].fault = fire->fault.kind ? &fire->fault : NULL;
	w->view->run_end(w, &w->run[e->cpu]);
}

static void on_trace(struct walk *w, const struct event *e)
{
	w->view->printk(w, (const char *)e->arg[0], e->arg[1]);
}

static void on_output(struct walk *w, const struct event *e)
{
	if (w->view->output)
		w->view->output(w, (const char *)e->arg[0], e->arg[1]);
}

#define SAMPLE_MAX 65536

static void on_record(struct walk *w, const struct event *e)
{
	struct walk_record record;

	if (w->view->record && record_of_ring(w->session->sim, e, &record))
		w->view->record(w, &record);
}

static void on_perf_sample(struct walk *w, const struct event *e)
{
	struct walk_record record;
	u8 *buf = w->view->record ? malloc(SAMPLE_MAX) : NULL;

	if (buf && record_of_perf(w->session->sim, e, &record, buf, SAMPLE_MAX))
		w->view->record(w, &record);
	free(buf);
}

static void (*const handlers[EV_COUNT])(struct walk *w, const struct event *e) = {
	[EV_SYSCALL_ENTER] = on_syscall_enter,
	[EV_SYSCALL_EXIT] = on_syscall_exit,
	[EV_LOAD_STAGE] = on_load_stage,
	[EV_CFG_EDGE] = on_cfg_edge,
	[EV_CFG_EXPLORED] = on_cfg_explored,
	[EV_FIRE] = on_fire,
	[EV_RUN_START] = on_run_start,
	[EV_RUN_EXIT] = on_run_exit,
	[EV_VERDICT] = on_verdict,
	[EV_ARRIVAL] = walk_hear_arrival,
	[EV_NETLINK] = walk_hear_netlink,
	[EV_SETSOCKOPT] = walk_hear_setsockopt,
	[EV_TRACE] = on_trace,
	[EV_OUTPUT] = on_output,
	[EV_RECORD] = on_record,
	[EV_PERF_SAMPLE] = on_perf_sample,
};

void walk_hear(struct walk *w, const struct event *event)
{
	if (handlers[event->kind])
		handlers[event->kind](w, event);
}

static void hear(void *ctx, const struct event *event)
{
	walk_hear(ctx, event);
}

/* --- going on --- */

void walk_begin(struct walk *w, struct session *session, const struct walk_view *view, void *view_ctx)
{
	*w = (struct walk){.session = session, .view = view, .view_ctx = view_ctx};
	session_listen(session, HEARD, hear, w);
}

void walk_end(struct walk *w)
{
	w->view->end(w);
	session_listen(w->session, 0, NULL, NULL);
	free(w->check.edge);
	w->check = (struct walk_check){0};
}

/* One step; when it was an instruction, and each is wanted, the view sees what it changed. */
static u64 step_watched(struct walk *w)
{
	struct sim *sim = w->session->sim;
	struct vm *vm = sim->vm;
	struct walk_insn insn;
	bool running = w->trace && vm->state == VM_RUNNING;
	u64 before = vm->insns, done;

	if (running)
		walk_insn_begin(&insn, sim);
	done = sim_run(sim, 1);
	if (running && (vm->insns == before + 1 ||
			vm_waits_for(sim))) { /* else it was all of the run, as machine code */
		walk_insn_end(&insn, sim);
		w->view->insn(w, &insn);
	}
	return done;
}

/* Only programs run many steps at once. At the verdict of a load, before the system call is over, its path
 * can be found. */
static u64 go_on(struct walk *w, u64 last)
{
	struct sim *sim = w->session->sim;
	bool many = !w->trace && sim->vm->state == VM_RUNNING && sim_now(sim) == sim_end(sim);
	u64 done = many ? sim_run(sim, min_u64(last - sim_now(sim), MANY)) : step_watched(w);

	if (w->check.at_verdict)
		diagnosis_find_cause(&w->check.found, sim, w->check.begin);
	w->check.at_verdict = false;
	return done;
}

bool walk_stopped(struct walk *w)
{
	return w->stops && w->stops(w);
}

/* A CPU that waits for a lock, and nothing is recorded any more that lets another one go on. */
static bool waits_for_ever(const struct sim *sim)
{
	u64 len;

	sim_log(sim, &len);
	return vm_waits_for(sim) && sim->clock->log_pos >= len;
}

void walk_on(struct walk *w, u64 last)
{
	struct sim *sim = w->session->sim;

	while (sim_now(sim) < last && !walk_stopped(w))
		if (!go_on(w, last) || waits_for_ever(sim))
			break;
}

void walk_on_to_idle(struct walk *w)
{
	struct sim *sim = w->session->sim;

	while (sim->work->kind && !walk_stopped(w)) {
		go_on(w, UINT64_MAX);
		if (vm_waits_for(sim))
			return;
	}
}

static s64 finish(struct walk *w, s64 err)
{
	struct sim *sim = w->session->sim;

	if (err)
		return err;
	walk_on_to_idle(w);
	if (vm_waits_for(sim))
		return sim_fail(&sim->why, -EAGAIN, "CPU %u waits for a lock that another CPU has",
				sim->clock->cpu);
	if (sim->work->kind)
		return sim_fail(&sim->why, -EINTR, "interrupted");
	return sim->work->result;
}

s64 walk_bpf(struct walk *w, int cmd, u64 uattr, u32 size)
{
	return finish(w, sim_begin_bpf(w->session->sim, w->session->pid, cmd, uattr, size));
}

s64 walk_fire(struct walk *w, const struct stimulus *stimulus)
{
	return finish(w, sim_begin_fire(w->session->sim, stimulus));
}
