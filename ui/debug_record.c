/* What is noted while the machine works, for debuggers: see debug.h. */
#include <stdio.h>
#include <stdlib.h>

#include "call_memory.h"
#include "debug.h"
#include "race.h"

#define DEEDS (EVENT_BIT(EV_COMPILED) | EVENT_BIT(EV_GLUE) | EVENT_BIT(EV_EDIT))
#define MARKED                                                                                               \
	(EVENT_BIT(EV_SYSCALL_ENTER) | EVENT_BIT(EV_SYSCALL_EXIT) | EVENT_BIT(EV_LOAD_STAGE) |               \
	 EVENT_BIT(EV_FIRE) | EVENT_BIT(EV_RUN_START) | EVENT_BIT(EV_RUN_EXIT) | EVENT_BIT(EV_VERDICT) |     \
	 EVENT_BIT(EV_REJECTED) | EVENT_BIT(EV_INPUT) | DEEDS)
#define BUSY_EVERY 256 /* units between two looks at who waits */

bool debug_grow(void **array, u32 count, u32 *room, size_t size)
{
	u32 more = *room ? *room * 2 : 64;
	void *p;

	if (count < *room)
		return true;
	p = realloc(*array, more * size);
	if (!p)
		return false;
	*array = p;
	*room = more;
	return true;
}

/* --- marks --- */

static enum phase phase_of_call(int cmd)
{
	static const struct {
		int cmd;
		u8 phase;
	} phases[] = {
		{BPF_MAP_LOOKUP_ELEM, PHASE_USER}, {BPF_MAP_UPDATE_ELEM, PHASE_USER},
		{BPF_MAP_DELETE_ELEM, PHASE_USER}, {BPF_MAP_GET_NEXT_KEY, PHASE_USER},
		{BPF_MAP_FREEZE, PHASE_USER},      {BPF_LINK_CREATE, PHASE_ATTACH},
		{BPF_LINK_UPDATE, PHASE_ATTACH},   {BPF_LINK_DETACH, PHASE_ATTACH},
		{BPF_PROG_ATTACH, PHASE_ATTACH},   {BPF_PROG_DETACH, PHASE_ATTACH},
		{BPF_PROG_TEST_RUN, PHASE_EVENT},
	};

	for (size_t i = 0; i < ARRAY_SIZE(phases); i++)
		if (phases[i].cmd == cmd)
			return phases[i].phase;
	return PHASE_SYSCALL;
}

static enum phase phase_of_stage(u32 stage)
{
	static const u8 phases[LOAD_STAGES] = {
		[LOAD_RIGHTS] = PHASE_SYSCALL, [LOAD_COPY] = PHASE_SYSCALL,
		[LOAD_TYPE] = PHASE_SYSCALL,   [LOAD_LOG] = PHASE_CHECK,
		[LOAD_SUBPROGS] = PHASE_CHECK, [LOAD_JUMPS] = PHASE_CHECK,
		[LOAD_BTF] = PHASE_CHECK,      [LOAD_TARGET] = PHASE_CHECK,
		[LOAD_TAG] = PHASE_CHECK,      [LOAD_RESOLVE] = PHASE_CHECK,
		[LOAD_CFG] = PHASE_GRAPH,      [LOAD_REACHED] = PHASE_GRAPH,
		[LOAD_WALK] = PHASE_PATHS,     [LOAD_TRANSLATE] = PHASE_TRANSLATE,
		[LOAD_JIT] = PHASE_JIT,        [LOAD_REPORT] = PHASE_FD,
		[LOAD_ID] = PHASE_FD,          [LOAD_FD] = PHASE_FD,
	};

	return stage < LOAD_STAGES ? phases[stage] : PHASE_CHECK;
}

/* What is no call and no event; a setting of the machine belongs to what went before. */
static enum phase phase_of_input(const struct debug *d, u32 kind)
{
	switch (kind) {
	case INPUT_CLOSE:
	case INPUT_KILL:
	case INPUT_UNLINK:
	case INPUT_EXEC:
		return PHASE_SYSCALL;
	case INPUT_STORE:
		return PHASE_USER;
	case INPUT_TC:
	case INPUT_XDP:
	case INPUT_SOCK_FILTER:
	case INPUT_PACKET_BIND:
		return PHASE_ATTACH;
	}
	return d->marks ? d->mark[d->marks - 1].phase : PHASE_BOOT;
}

/* The verdict's stage begins in the step of the rejection. */
static bool after_rejection(const struct debug *d, const struct event *e)
{
	return e->arg[0] == LOAD_REPORT && d->marks && d->mark[d->marks - 1].kind == EV_REJECTED;
}

static bool make_mark(const struct debug *d, const struct event *e, struct moment_mark *mark)
{
	*mark = (struct moment_mark){
		.step = e->step, .kind = e->kind, .arg = e->arg[0], .phase = PHASE_EVENT};
	switch (e->kind) {
	case EV_SYSCALL_ENTER:
		mark->step++;
		mark->arg = e->arg[1];
		mark->phase = phase_of_call(e->arg[1]);
		return true;
	case EV_SYSCALL_EXIT:
		mark->step++;
		mark->arg = e->arg[1];
		mark->result = e->arg[2];
		mark->phase = PHASE_FD;
		return e->arg[1] == BPF_PROG_LOAD && (s64)e->arg[2] >= 0;
	case EV_LOAD_STAGE:
		mark->step++;
		mark->phase = after_rejection(d, e) ? PHASE_REJECTED : phase_of_stage(e->arg[0]);
		return true;
	case EV_REJECTED:
		mark->step++;
		mark->phase = PHASE_REJECTED;
		return true;
	case EV_RUN_EXIT:
	case EV_VERDICT:
		mark->step++;
		mark->result = e->arg[1];
		return true;
	case EV_FIRE:
	case EV_RUN_START:
		mark->step++;
		return true;
	case EV_INPUT:
		mark->step++;
		mark->phase = phase_of_input(d, e->arg[0]);
		return true;
	}
	return false;
}

static void note_call(struct debug *d, const struct event *e)
{
	struct session *s = &d->session;
	struct debug_call *call;

	if (!debug_grow((void **)&d->call, d->calls, &d->call_room, sizeof(*d->call)))
		return;
	call = &d->call[d->calls++];
	*call = (struct debug_call){
		.step = e->step, .cmd = e->arg[1], .size = e->arg[3], .number = ++d->calls_made};
	call->uattr = e->arg[2];
	if (s->remembers) { /* what is in memory is seen when it is copied */
		user_reset(s->user);
		return;
	}
	user_read(s->user, &call->attr, e->arg[2], min_u64(call->size, sizeof(call->attr)));
	call_memory_take(d, call, false);
}

static void note_remembered(struct debug *d, struct debug_call *call)
{
	user_read(d->session.user, &call->attr, call->uattr, min_u64(call->size, sizeof(call->attr)));
	call_memory_take(d, call, false);
}

static void note_result(struct debug *d, const struct event *e)
{
	if (!d->calls)
		return;
	d->call[d->calls - 1].result = e->arg[2];
	if (d->session.remembers)
		note_remembered(d, &d->call[d->calls - 1]);
	snprintf(d->call[d->calls - 1].why, sizeof(d->call->why), "%.159s",
		 (s64)e->arg[2] < 0 ? debug_sim(d)->why.text : "");
	if ((s64)e->arg[2] >= 0)
		call_memory_take(d, &d->call[d->calls - 1], true);
}

static void note_deed(struct debug *d, const struct event *e)
{
	if (e->kind == EV_EDIT && e->arg[0] == EDIT_CPU)
		return; /* whose turn it is: nobody's hand has changed anything */
	if (debug_grow((void **)&d->deed, d->deeds, &d->deed_room, sizeof(*d->deed)))
		d->deed[d->deeds++] =
			(struct debug_deed){e->step + 1, e->kind, debug_sim(d)->world->done.when};
}

static void hear(void *ctx, const struct event *e)
{
	struct debug *d = ctx;
	struct moment_mark mark;

	if (e->kind == EV_SYSCALL_ENTER)
		note_call(d, e);
	if (e->kind == EV_SYSCALL_EXIT)
		note_result(d, e);
	if (EVENT_BIT(e->kind) & DEEDS)
		note_deed(d, e);
	if (make_mark(d, e, &mark) && debug_grow((void **)&d->mark, d->marks, &d->mark_room, sizeof(mark)))
		d->mark[d->marks++] = mark;
	walk_hear(&d->walk, e);
}

/* --- the walk's view --- */

static char *copy_log(const struct debug *d, const union bpf_attr *attr)
{
	const struct user_memory *user = d->session.user;
	u64 room = attr->log_buf >= USER_HEAP && attr->log_buf - USER_HEAP < user->used
			   ? min_u64(attr->log_size, user->used - (attr->log_buf - USER_HEAP))
			   : 0;
	const char *text = attr->log_level && room ? user_at(user, attr->log_buf, room) : NULL;

	return text ? strndup(text, room) : NULL;
}

static void on_call(struct walk *w, const struct walk_call *call)
{
	struct debug *d = w->view_ctx;

	if (call->cmd != BPF_PROG_LOAD ||
	    !debug_grow((void **)&d->load, d->loads, &d->load_room, sizeof(*d->load)))
		return;
	d->load[d->loads++] = (struct debug_load){
		.begin = w->check.begin,
		.verdict = sim_now(debug_sim(d)),
		.prog = call->opened ? call->opened->id : 0,
		.file = d->nfiles ? d->nfiles - 1 : 0,
		.log = copy_log(d, call->attr),
		.found = w->check.found,
	};
}

static void on_run(struct walk *w, const struct walk_run *run)
{
	(void)w, (void)run;
}

static void on_printk(struct walk *w, const char *text, u64 len)
{
	(void)w, (void)text, (void)len;
}

static void on_end(struct walk *w)
{
	(void)w;
}

static const struct walk_view quiet = {
	.call = on_call,
	.run_begin = on_run,
	.printk = on_printk,
	.run_end = on_run,
	.end = on_end,
};

/* --- recording --- */

static bool stops_recording(struct walk *w)
{
	struct debug *d = w->view_ctx;

	if (d->busy && ++d->busy_count % BUSY_EVERY == 0)
		d->busy(d);
	return d->interrupted && *d->interrupted;
}

void debug_record_begin(struct debug *d)
{
	walk_begin(&d->walk, &d->session, &quiet, d);
	d->walk.stops = stops_recording;
	session_listen(&d->session, d->walk.session->sim->event_mask | MARKED, hear, d);
	d->session.recorded = false;
	/* A call that was interrupted goes on. */
	if (debug_sim(d)->work->kind == INPUT_BPF && d->calls)
		d->walk.check.begin = d->call[d->calls - 1].step;
}

/*
 * The loader's memory is that of its last call now: what a call saw there is what the kernel copied.
 */
void debug_record_end(struct debug *d)
{
	race_finish(&d->walk);
	walk_end(&d->walk);
	d->session.recorded = true;
}

void debug_record_cut(struct debug *d, u64 step)
{
	while (d->marks && d->mark[d->marks - 1].step > step)
		d->marks--;
	while (d->deeds && d->deed[d->deeds - 1].step > step)
		d->deeds--;
	while (d->calls && d->call[d->calls - 1].step >= step)
		d->calls--;
	while (d->loads && d->load[d->loads - 1].begin >= step)
		free(d->load[--d->loads].log);
	d->failed[0] = 0;
}
