/*
 * An event takes its way through the kernel (world/happening.h), step by step; at each place the programs
 * that hang there are called, one after the other, in the kernel's order, and what they answer has its
 * effect: fmod_ret and LSM programs may decide in place of a function, and its callers hear of it.
 */
#include "event_cgroup.h"
#include "event_ctx.h"
#include "event_ops.h"
#include "fd.h"
#include "net.h"
#include "vm/vm.h"
#include "work.h"
#include "world/functions.h"
#include "world/perf_event.h"
#include "world/tracepoint.h"

#define UNLIKELY_ERRNO 4095

/* Who is asked at each place, in this order. */
static const u8 hooks_at[PLACES][4] = {
	[PLACE_TP] = {HOOK_RAW_TP, HOOK_TRACEPOINT},
	[PLACE_ENTRY] = {HOOK_KPROBE, HOOK_FENTRY, HOOK_FMOD_RET},
	[PLACE_EXIT] = {HOOK_FEXIT, HOOK_KRETPROBE},
	[PLACE_CLOCK] = {HOOK_PERF},
	[PLACE_USER] = {HOOK_UPROBE},
	[PLACE_USER_EXIT] = {HOOK_URETPROBE},
	[PLACE_CGROUP] = {HOOK_CGROUP},
	[PLACE_OPS] = {HOOK_OPS},
	[PLACE_ITER] = {HOOK_ITER},
	[PLACE_SOCK] = {HOOK_SK_LOOKUP},
	[PLACE_SK_REUSEPORT] = {HOOK_SK_REUSEPORT},
	[PLACE_SK_SKB] = {HOOK_SK_SKB},
	[PLACE_SK_MSG] = {HOOK_SK_MSG},
};

static bool is_error(u64 value)
{
	return (s64)value < 0 && (s64)value >= -UNLIKELY_ERRNO;
}

static const struct happening_step *at_step(const struct happening *h)
{
	return happening_step(h, h->at_step);
}

/* --- what hangs there --- */

/* The target of hooks of @kind at the place; 0: there can be none. */
static u32 target_of(struct sim *sim, const struct happening *h, u32 kind)
{
	const struct happening_step *step = at_step(h);

	if (!sim->world->hooks.count)
		return 0;
	switch (kind) {
	case HOOK_TRACEPOINT:
		return event_tracepoint(h, step);
	case HOOK_RAW_TP:
		return step->kind == STEP_TP ? raw_tracepoint_id(sim, strchr(step->name, ':') + 1) : 0;
	case HOOK_UPROBE:
	case HOOK_URETPROBE:
		return uprobe_target((const char *)h->value[V_F0], h->value[V_F1]);
	case HOOK_PERF:
		return HOOK_PERF_TARGET;
	}
	return function_id(sim, event_step_name(h, step));
}

/* --- calling programs --- */

/* What was never translated sees its context as plain memory. */
static void choose_form(struct sim *sim, u32 kind, u64 ctx, u32 size)
{
	struct vm *vm = sim->vm;
	bool served = kind >= HOOK_CGROUP && vm->prog->type != BPF_PROG_TYPE_CGROUP_DEVICE;

	if (vm->translated || vm->prog->type == BPF_PROG_TYPE_PERF_EVENT || served)
		return;
	vm->ctx_size = 0;
	vm->memory = ctx;
	vm->memory_size = size;
}

/* False: it is not called; there is no memory for its context. */
static bool call(struct sim *sim, struct happening *h, const struct attachment *a)
{
	struct hooked *hooked = &sim->world->hooked;
	struct event_place place;
	u32 size;
	u64 ctx;

	event_place_fill(sim, h, &place);
	hooked->owner = a->owner;
	hooked->cookie = a->cookie;
	hooked->func_ip = place.ip;
	hooked->regs = h->value[V_REGS];
	ctx = event_ctx(sim, h, a->kind, &place, &size);
	if (!ctx)
		return false;
	event_cgroup_storage(sim, a);
	event_tell_stacks(sim, h, &place);
	h->programs++;
	vm_start(sim, a->prog, ctx);
	choose_form(sim, a->kind, ctx, size);
	return true;
}

/* A perf event that counts is asked only where it counts. */
static bool is_meant(const struct happening *h, const struct attachment *a)
{
	const struct perf_event *event;

	if (a->kind != HOOK_PERF)
		return true;
	event = perf_event_of(a->owner);
	return event->enabled && (event->open.cpu == h->cpu || event->open.cpu == PERF_ANY_CPU) &&
	       (!event->open.task || event->open.task == h->pid);
}

/* The next in line for the place and kind at hand; NULL: there are no more. */
static const struct attachment *next_there(struct sim *sim, struct happening *h, u32 kind)
{
	if (kind == HOOK_CGROUP)
		return event_cgroup_next(h, at_step(h));
	if (kind == HOOK_OPS)
		return event_ops_next(sim, h, at_step(h));
	if (kind > HOOK_CGROUP)
		return h->pos++ ? NULL : &h->only;
	h->target = target_of(sim, h, kind);
	return h->target ? hook_next(sim, kind, h->target, &h->pos) : NULL;
}

/* The next program at the place is called; false: all were. */
static bool call_next(struct sim *sim, struct happening *h)
{
	for (; h->place && h->place != PLACE_ITER && hooks_at[h->place][h->hook]; h->hook++) {
		u32 kind = hooks_at[h->place][h->hook];
		const struct attachment *a;

		while ((a = next_there(sim, h, kind)))
			if (is_meant(h, a) && call(sim, h, a))
				return true;
		h->pos = 0;
	}
	return false;
}

/* A program has ended: what it says counts for fmod_ret and LSM. */
static void hear(struct sim *sim, struct fire *fire)
{
	struct happening *h = &fire->happening;
	u32 kind = hooks_at[h->place][h->hook];
	bool faulted = sim->vm->state == VM_FAULTED;
	s32 answer;

	if (faulted)
		fire->fault = sim->vm->fault;
	fire->prog_id = sim->vm->held->obj.id;
	answer = fire->retval = vm_finish(sim);
	arena_free(sim->arena, h->ctx);
	h->ctx = NULL;
	if (kind == HOOK_OPS && !faulted && at_step(h)->ret)
		h->value[at_step(h)->ret] = (u32)answer;
	if (kind == HOOK_CGROUP && !faulted)
		event_cgroup_hear(sim, h, answer);
	if (kind > HOOK_CGROUP)
		h->answer = faulted ? SK_DROP : answer;
	if (kind != HOOK_FMOD_RET || faulted || !answer)
		return;
	h->frame[h->depth - 1].ret = (s64)answer;
	h->frame[h->depth - 1].skipped = true;
	h->hook++;
	h->pos = 0;
}

/* --- going on --- */

static void set_place(struct happening *h, u32 place, u32 step)
{
	h->place = place;
	h->at_step = step;
	h->hook = h->pos = 0;
}

static void pass_time(struct sim *sim, const struct happening *h, const struct happening_step *step)
{
	if (step->ns)
		sim->clock->idle_ns += h->value[step->ns];
}

/* Everything inside a function is left out. */
static void skip_inside(struct happening *h, u32 depth)
{
	const struct happening_step *step;

	while ((step = happening_step(h, h->step)) && step->depth > depth)
		h->step++;
}

/* All programs of a cgroup are asked; one that says 0 refuses, and the function around fails. The network hears for itself. */
static void leave_cgroup(struct sim *sim, struct happening *h)
{
	const struct happening_step *step = at_step(h);
	struct happening_frame *frame = h->depth ? &h->frame[h->depth - 1] : NULL;

	h->cgroup = NULL;
	if (h->at_step >= NET_SITES)
		return;
	h->refused = (s32)sim->world->cg_run->retval;
	if (step->act)
		step->act(sim, h);
	if (h->refused && frame) {
		frame->ret = h->refused;
		skip_inside(h, happening_step(h, frame->step)->depth);
	}
	h->refused = 0;
}

/* Programs at a place have been asked: what comes of it. */
static void leave_place(struct sim *sim, struct happening *h)
{
	struct happening_frame *frame = h->depth ? &h->frame[h->depth - 1] : NULL;
	const struct happening_step *step = at_step(h);

	switch (h->place) {
	case PLACE_TP:
	case PLACE_OPS:
		if (step->act)
			step->act(sim, h);
		break;
	case PLACE_ENTRY:
		if (frame->skipped) {
			skip_inside(h, step->depth);
			break;
		}
		pass_time(sim, h, step);
		if (step->act)
			step->act(sim, h);
		break;
	case PLACE_CGROUP:
		leave_cgroup(sim, h);
		break;
	case PLACE_USER:
		set_place(h, PLACE_USER_EXIT, h->at_step);
		return;
	case PLACE_EXIT:
		h->depth--;
		if (!h->depth)
			h->value[V_RET] = frame->ret;
		if (!h->depth || !step->decides || !is_error(frame->ret))
			break;
		frame[-1].ret = frame->ret;
		skip_inside(h, happening_step(h, frame[-1].step)->depth);
		break;
	}
	h->place = PLACE_NONE;
}

static void enter(struct happening *h, u32 i)
{
	h->frame[h->depth++] = (struct happening_frame){.step = i, .ret = h->value[happening_step(h, i)->ret]};
	set_place(h, PLACE_ENTRY, i);
}

void event_come_to(struct sim *sim, struct happening *h, u32 i)
{
	const struct happening_step *step = happening_step(h, i);

	if (step->kind == STEP_FUNC) {
		enter(h, i);
		return;
	}
	set_place(h,
		  step->kind == STEP_CLOCK    ? PLACE_CLOCK
		  : step->kind == STEP_USER   ? PLACE_USER
		  : step->kind == STEP_CGROUP ? PLACE_CGROUP
		  : step->kind == STEP_ITER   ? PLACE_ITER
		  : step->kind == STEP_OPS    ? PLACE_OPS
		  : step->kind == STEP_SOCK   ? PLACE_SOCK + step->attach - HOOK_SK_LOOKUP
					      : PLACE_TP,
		  i);
	if (h->place == PLACE_CGROUP)
		event_cgroup_begin(sim, h);
}

void event_leave_function(struct happening *h)
{
	set_place(h, PLACE_EXIT, h->frame[h->depth - 1].step);
}

/* The network has done what the event asked it for: an error ends the function around, all else is what all return. */
static void net_is_done(struct sim *sim, struct happening *h, s64 result)
{
	struct happening_frame *frame = h->depth ? &h->frame[h->depth - 1] : NULL;
	struct text text;

	if (result < 0) {
		text_init(&text, h->told, sizeof(h->told));
		text_add(&text, "%s", sim->why.err == result ? sim->why.text : "");
	}
	h->value[V_RET] = result;
	if (frame && is_error(result)) {
		frame->ret = result;
		skip_inside(h, happening_step(h, frame->step)->depth);
		return;
	}
	for (u32 i = 0; i < h->depth; i++)
		if (happening_step(h, h->frame[i].step)->ret == V_RET)
			h->frame[i].ret = result;
}

/* To the next place. False: the event is over. */
static bool advance(struct sim *sim, struct happening *h)
{
	const struct happening_step *step = happening_step(h, h->step);
	const struct happening_step *open = h->depth ? happening_step(h, h->frame[h->depth - 1].step) : NULL;

	if (open && (!step || step->depth <= open->depth)) {
		set_place(h, PLACE_EXIT, h->frame[h->depth - 1].step);
		return true;
	}
	if (!step)
		return false;
	if (step->when_ok && is_error(h->value[V_RET])) {
		h->step++;
		skip_inside(h, step->depth);
		return true;
	}
	if (step->kind == STEP_WAIT)
		pass_time(sim, h, step);
	else if (step->kind == STEP_NET && !h->ret_given)
		net_call_begin(sim, h, step->attach);
	else if (step->kind != STEP_NET)
		event_come_to(sim, h, h->step);
	h->step++;
	return true;
}

static s64 over(struct sim *sim, struct fire *fire)
{
	struct happening *h = &fire->happening;
	struct task *gone;

	event_send(sim, EV_VERDICT, 0, 0, h->value[V_RET], 0, h->programs);
	if (sim->world->hooked.signal && !h->exits)
		h->exits = sim->world->hooked.signal_pid;
	gone = task_by_pid(sim, h->exits);
	if (h->gone) {
		map_forget(sim, (void *)h->gone);
		inode_gone(sim, (struct k_inode *)h->gone);
	}
	happening_end(sim, h);
	h->over = true;
	if (gone)
		task_exit(sim, gone);
	return 0;
}

s64 event_unit(struct sim *sim, struct fire *fire)
{
	struct happening *h = &fire->happening;
	s64 result;

	if (!h->step && !h->place)
		event_send(sim, EV_FIRE, 0, STIMULUS_EVENT, h->kind, 0, 0);
	if (sim->vm->state != VM_IDLE && h->place != PLACE_ITER)
		hear(sim, fire);
	for (;;) {
		if (h->place == PLACE_ITER ? event_read_on(sim, fire) : call_next(sim, h))
			return CALL_MORE;
		if (h->place)
			leave_place(sim, h);
		if (h->place)
			continue;
		if (h->net && !net_goes_on(sim, h, &result))
			net_is_done(sim, h, result);
		else if (!h->net && !advance(sim, h))
			return over(sim, fire);
	}
}

u32 event_hook(const struct happening *h)
{
	return hooks_at[h->place][h->hook];
}
