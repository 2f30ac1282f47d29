/* Recording a life for a debugger: see debug.h. */
#include <stdio.h>
#include <stdlib.h>

#include "debug.h"
#include "file.h"
#include "stops.h"

#define MARKED                                                                                               \
	(EVENT_BIT(EV_SYSCALL_ENTER) | EVENT_BIT(EV_SYSCALL_EXIT) | EVENT_BIT(EV_LOAD_STAGE) |               \
	 EVENT_BIT(EV_FIRE) | EVENT_BIT(EV_RUN_START) | EVENT_BIT(EV_VERDICT) | EVENT_BIT(EV_REJECTED))

/* Room for one more in a growing array; false without memory. */
static bool grow(void **array, u32 count, u32 *room, size_t size)
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
		[LOAD_JIT] = PHASE_JIT,        [LOAD_REPORT] = PHASE_CHECK,
		[LOAD_ID] = PHASE_FD,          [LOAD_FD] = PHASE_FD,
	};

	return stage < LOAD_STAGES ? phases[stage] : PHASE_CHECK;
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
	case EV_LOAD_STAGE:
		mark->step++;
		mark->phase = phase_of_stage(e->arg[0]);
		return true;
	case EV_REJECTED:
		mark->step++;
		mark->phase = d->marks ? d->mark[d->marks - 1].phase : PHASE_CHECK;
		return true;
	case EV_VERDICT:
		mark->step++;
		mark->result = e->arg[1];
		return true;
	case EV_FIRE:
	case EV_RUN_START:
		mark->step++;
		return true;
	}
	return false;
}

static void note_call(struct debug *d, const struct event *e)
{
	struct session *s = &d->session;
	struct debug_call *call;

	if (!grow((void **)&d->call, d->calls, &d->call_room, sizeof(*d->call)))
		return;
	call = &d->call[d->calls++];
	*call = (struct debug_call){.step = e->step, .cmd = e->arg[1], .size = e->arg[3]};
	user_read(s->user, &call->attr, e->arg[2], min_u64(call->size, sizeof(call->attr)));
}

static void note_result(struct debug *d, const struct event *e)
{
	if (!d->calls)
		return;
	d->call[d->calls - 1].result = e->arg[2];
	snprintf(d->call[d->calls - 1].why, sizeof(d->call->why), "%.159s",
		 (s64)e->arg[2] < 0 ? debug_sim(d)->why.text : "");
}

/* The walk listens, and so does the debugger. */
struct ears {
	struct debug *d;
	void (*walk)(void *ctx, const struct event *event);
	u64 walk_mask;
};

static void hear(void *ctx, const struct event *e)
{
	struct ears *ears = ctx;
	struct debug *d = ears->d;
	struct moment_mark mark;

	if (e->kind == EV_SYSCALL_ENTER)
		note_call(d, e);
	if (e->kind == EV_SYSCALL_EXIT)
		note_result(d, e);
	if (make_mark(d, e, &mark) && grow((void **)&d->mark, d->marks, &d->mark_room, sizeof(mark)))
		d->mark[d->marks++] = mark;
	if (EVENT_BIT(e->kind) & ears->walk_mask)
		ears->walk(&d->walk, e);
}

/* --- the walk's view --- */

static void keep_log(struct debug *d, const union bpf_attr *attr)
{
	const char *text = attr->log_level ? user_at(d->session.user, attr->log_buf, attr->log_size) : NULL;

	free(d->log);
	d->log = text ? strndup(text, attr->log_size) : NULL;
}

static void on_call(struct walk *w, const struct walk_call *call)
{
	struct debug *d = w->view_ctx;

	if (call->cmd != BPF_PROG_LOAD)
		return;
	keep_log(d, call->attr);
	d->load_begin = w->check.begin;
	d->verdict = sim_now(debug_sim(d));
	d->found = w->check.found;
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

static void record(struct debug *d, const struct life *life)
{
	struct ears ears = {.d = d};
	struct text error;

	text_init(&error, d->failed, sizeof(d->failed));
	walk_begin(&d->walk, &d->session, &quiet, d);
	ears.walk = d->session.listen;
	ears.walk_mask = debug_sim(d)->event_mask;
	session_listen(&d->session, ears.walk_mask | MARKED, hear, &ears);
	life_walk(&d->walk, &d->file, life, &error);
	walk_end(&d->walk);
}

/* --- the C file --- */

static void split_lines(struct debug *d, char *text)
{
	u32 room = 0;

	while (text && grow((void **)&d->source, d->source_lines, &room, sizeof(*d->source))) {
		d->source[d->source_lines++] = text;
		text = strchr(text, '\n');
		if (text)
			*text++ = 0;
	}
}

/* The C file beside the object: xdp_count.o and xdp_count.bpf.c or xdp_count.c. */
static void find_source(struct debug *d)
{
	static const char *const ends[] = {".bpf.c", ".c"};
	size_t len = strlen(d->file.path);
	struct why why;
	u64 size;
	u8 *text;

	if (len < 2 || strcmp(d->file.path + len - 2, ".o") != 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		snprintf(d->source_path, sizeof(d->source_path), "%.*s%s", (int)len - 2, d->file.path,
			 ends[i]);
		text = file_read(d->source_path, &size, &why);
		if (!text)
			continue;
		split_lines(d, strndup((char *)text, size));
		free(text);
		return;
	}
}

/* --- opening --- */

int debug_open(struct debug *d, struct life *life, u32 log_level, struct text *error)
{
	struct why why;
	int err;

	*d = (struct debug){.interrupted = d->interrupted};
	err = program_open(&d->file, life->file, life->program, error);
	if (err)
		return err;
	d->file.log_level = log_level;
	err = session_open(&d->session, &why);
	if (err) {
		text_add(error, "%s", why.text);
		program_close(&d->file);
		return err;
	}
	d->loaded = true;
	err = life_prepare(&d->session, life, error);
	if (!err && (session_record(&d->session, "file", d->file.path) ||
		     session_record(&d->session, "program", program_name(&d->file))))
		err = -ENOMEM;
	if (err) {
		debug_close(d);
		return err;
	}
	record(d, life);
	/* The loader's memory is that of its last call now: what a call saw there is what the kernel copied.
	 */
	d->session.recorded = true;
	find_source(d);
	debug_arrive(d, 0);
	return 0;
}

void debug_close(struct debug *d)
{
	if (!d->loaded)
		return;
	session_close(&d->session);
	program_close(&d->file);
	stops_clear(d);
	if (d->source)
		free(d->source[0]);
	free(d->source);
	free(d->mark);
	free(d->call);
	free(d->log);
	*d = (struct debug){.interrupted = d->interrupted};
}
