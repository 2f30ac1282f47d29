/* Debuggers: see debug.h. Where the machine is, and what its last step did. */
#include "debug.h"

enum pipeline phase_pipe(enum phase phase)
{
	static const u8 pipes[PHASES] = {
		[PHASE_BOOT] = PIPE_NONE,        [PHASE_SYSCALL] = PIPE_SYSCALL, [PHASE_USER] = PIPE_SYSCALL,
		[PHASE_CHECK] = PIPE_VERIFY,     [PHASE_GRAPH] = PIPE_VERIFY,    [PHASE_PATHS] = PIPE_VERIFY,
		[PHASE_REJECTED] = PIPE_VERIFY,  [PHASE_TRANSLATE] = PIPE_VERIFY,
		[PHASE_JIT] = PIPE_JIT,          [PHASE_FD] = PIPE_FD,
		[PHASE_ATTACH] = PIPE_ATTACH,    [PHASE_EVENT] = PIPE_EVENT,
	};

	return pipes[phase];
}

/* --- what the last step did --- */

static void note_event(void *ctx, const struct event *event)
{
	struct happened *h = ctx;

	if (h->events < HAPPENED_EVENTS)
		h->event[h->events++] = *event;
}

/* One step, watched. */
static void step_noted(struct debug *d)
{
	struct happened *h = &d->last;
	struct sim *sim = debug_sim(d);

	picture_take(&h->before, &d->session);
	h->insn = (struct walk_insn){0};
	if (h->before.running)
		walk_insn_begin(&h->insn, sim);
	h->events = 0;
	session_listen(&d->session, ~0ull, note_event, h);
	sim_run(sim, 1);
	session_listen(&d->session, 0, NULL, NULL);
	if (h->insn.prog)
		walk_insn_end(&h->insn, sim);
	h->any = true;
	if (debug_happened(d, EV_EDIT))
		h->insn.prog = NULL; /* it comes next still */
}

void debug_arrive(struct debug *d, u64 step)
{
	struct sim *sim = debug_sim(d);

	if (step > sim_end(sim))
		step = sim_end(sim);
	d->just_added = false;
	d->last.any = false;
	d->last.events = 0;
	d->last.insn.prog = NULL;
	sim_goto(sim, step ? step - 1 : 0);
	if (step)
		step_noted(d);
	debug_select(d);
}

const struct event *debug_happened(const struct debug *d, enum event_kind kind)
{
	for (u32 i = 0; d->last.any && i < d->last.events; i++)
		if (d->last.event[i].kind == kind)
			return &d->last.event[i];
	return NULL;
}

/* --- where it is --- */

const struct moment_mark *debug_mark(const struct debug *d)
{
	u32 low = 0, high = d->marks;
	u64 now = debug_now(d);

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (d->mark[middle].step <= now)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &d->mark[low - 1] : NULL;
}

enum phase debug_phase(const struct debug *d)
{
	const struct moment_mark *mark = debug_mark(d);

	return mark ? mark->phase : PHASE_BOOT;
}

const struct debug_call *debug_call(const struct debug *d)
{
	const struct debug_call *found = d->calls ? d->call : NULL;

	for (u32 i = 0; i < d->calls && d->call[i].step < debug_now(d); i++)
		found = &d->call[i];
	return found;
}

/* The one that the present call attaches; NULL: it does nothing of that kind. */
static const struct prog *attached_prog(const struct debug *d)
{
	const struct debug_call *call = debug_phase(d) == PHASE_ATTACH ? debug_call(d) : NULL;
	const struct obj *obj = NULL;

	if (call && call->cmd == BPF_LINK_CREATE)
		obj = session_object((struct session *)&d->session, call->attr.link_create.prog_fd);
	if (call && call->cmd == BPF_RAW_TRACEPOINT_OPEN)
		obj = session_object((struct session *)&d->session, call->attr.raw_tracepoint.prog_fd);
	if (call && call->cmd == BPF_PROG_ATTACH)
		obj = session_object((struct session *)&d->session, call->attr.attach_bpf_fd);
	return obj && obj->kind == OBJ_PROG ? container_of(obj, struct prog, obj) : NULL;
}

/* The one that ran last, when nothing was loaded or attached since; NULL: there is none. */
static const struct prog *ran_prog(const struct debug *d)
{
	const struct moment_mark *mark = debug_mark(d);
	struct obj *obj = NULL;

	for (; mark && mark >= d->mark && !obj; mark--) {
		if (mark->kind == EV_LOAD_STAGE || mark->phase == PHASE_ATTACH)
			return NULL;
		if (mark->kind == EV_RUN_START)
			obj = obj_by_id(debug_sim(d), OBJ_PROG, mark->arg);
	}
	return obj ? container_of(obj, struct prog, obj) : NULL;
}

const struct prog *debug_prog(const struct debug *d)
{
	const struct sim *sim = debug_sim(d);
	const struct prog_load *load = look_load(sim);
	const struct prog *last = NULL;

	if (sim->vm->state != VM_IDLE && sim->vm->prog)
		return sim->vm->prog;
	if (load && load->prog && load->prog->insns)
		return load->prog;
	if (debug_rejected(d))
		return NULL;
	last = attached_prog(d);
	if (!last)
		last = ran_prog(d);
	if (last)
		return last;
	for (struct obj *obj = obj_next(sim, OBJ_PROG, 0); obj; obj = obj_next(sim, OBJ_PROG, obj->id))
		last = container_of(obj, struct prog, obj);
	return last;
}

bool debug_insn(const struct debug *d, u32 *insn)
{
	const struct sim *sim = debug_sim(d);
	const struct prog_load *load = look_load(sim);

	if (sim->vm->state == VM_RUNNING) {
		*insn = vm_written_pc(sim->vm);
		return *insn < sim->vm->prog->insn_cnt;
	}
	if (!load || !load->verifier || !load->prog)
		return false;
	if (load->stage == LOAD_WALK || (load->stage == LOAD_REPORT && load->err))
		return path_state(load->verifier, insn) && *insn < load->prog->insn_cnt;
	if (load->stage == LOAD_CFG && load->verifier->cfg.depth) {
		*insn = load->verifier->cfg.stack[load->verifier->cfg.depth - 1];
		return true;
	}
	return false;
}

bool debug_xlated(const struct debug *d, u32 *insn)
{
	const struct vm *vm = debug_sim(d)->vm;

	*insn = vm->pc;
	return vm->state == VM_RUNNING && vm->translated;
}

const struct bpf_insn *debug_insn_of(const struct prog *prog, bool translated, u32 pc)
{
	const struct bpf_insn *insns = translated && prog->xlated ? prog->xlated->insns : prog->insns;

	return pc < (translated && prog->xlated ? prog->xlated->insn_cnt : prog->insn_cnt) ? &insns[pc]
											   : NULL;
}

bool debug_begins(const struct debug *d)
{
	u32 written, insn;

	return debug_insn(d, &written) &&
	       (!debug_xlated(d, &insn) || look_xlated_of(debug_prog(d), written).first == insn);
}

const char *debug_line(const struct debug *d, u32 *line, bool *first)
{
	u32 insn;

	if (debug_xlated(d, &insn))
		return walk_source_xlated(debug_prog(d), insn, line, first);
	return debug_insn(d, &insn) ? walk_source(debug_prog(d), insn, line, first) : NULL;
}

bool debug_rejected(const struct debug *d)
{
	return d->found.rejected && debug_now(d) >= d->verdict;
}

size_t debug_logged(const struct debug *d)
{
	const struct prog_load *load = look_load(debug_sim(d));

	if (!d->log || !d->loads || debug_now(d) < d->load_begin)
		return 0;
	if (!load)
		return strlen(d->log);
	return load->verifier ? min_u64(load->verifier->log.used, strlen(d->log)) : 0;
}

const u8 *debug_packet(const struct debug *d, u32 *len)
{
	const struct sim *sim = debug_sim(d);

	*len = 0;
	if (sim->vm->state != VM_IDLE && sim->vm->packet_end > sim->vm->packet) {
		*len = sim->vm->packet_end - sim->vm->packet;
		return (const u8 *)sim->vm->packet;
	}
	if (sim->work->kind == INPUT_FIRE && sim->work->fire.arrival.data) {
		*len = sim->work->fire.arrival.len;
		return sim->work->fire.arrival.data;
	}
	return NULL;
}
