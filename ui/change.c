/* Changes of the timeline: see change.h. */
#include <stdio.h>
#include <stdlib.h>

#include "change.h"
#include "race.h"

#define UNDO_MAX 64

/* A timeline with all that was noted about it, and a moment of it; or only a moment, of the timeline there is. */
struct branch {
	char what[96]; /* undo: the command; checkpoint: its name */
	u32 number;    /* of a checkpoint */
	bool whole;    /* with the timeline: */
	u64 step, end;
	u64 base; /* undo: up to here the timeline after the change is the same */
	u8 *log;
	u64 log_len;
	struct moment_mark *mark;
	struct debug_call *call;
	struct debug_load *load;
	u32 marks, calls, loads;
	char failed[1024];
};

static void *copy_of(const void *from, u64 n)
{
	void *to = malloc(n ? n : 1);

	if (to && n)
		memcpy(to, from, n);
	return to;
}

static void branch_free(struct branch *b)
{
	for (u32 i = 0; b->load && i < b->loads; i++)
		free(b->load[i].log);
	free(b->load);
	free(b->call);
	free(b->mark);
	free(b->log);
	*b = (struct branch){0};
}

static void own_logs(struct branch *b)
{
	for (u32 i = 0; b->load && i < b->loads; i++)
		b->load[i].log = b->load[i].log ? strdup(b->load[i].log) : NULL;
}

/* 0 or -ENOMEM. */
static int branch_take(struct branch *b, const struct debug *d, const char *what)
{
	const u8 *log;

	*b = (struct branch){.whole = true, .step = debug_now(d), .base = debug_now(d), .end = debug_end(d)};
	snprintf(b->what, sizeof(b->what), "%s", what);
	memcpy(b->failed, d->failed, sizeof(b->failed));
	log = sim_log(debug_sim(d), &b->log_len);
	b->log = copy_of(log, b->log_len);
	b->marks = d->marks;
	b->calls = d->calls;
	b->loads = d->loads;
	b->mark = copy_of(d->mark, d->marks * sizeof(*d->mark));
	b->call = copy_of(d->call, d->calls * sizeof(*d->call));
	b->load = copy_of(d->load, d->loads * sizeof(*d->load));
	own_logs(b);
	if (b->log && b->mark && b->call && b->load)
		return 0;
	branch_free(b);
	return -ENOMEM;
}

/* What was noted becomes the branch's, which is used up. */
static void give_notes(struct debug *d, struct branch *b)
{
	for (u32 i = 0; i < d->loads; i++)
		free(d->load[i].log);
	free(d->load);
	free(d->call);
	free(d->mark);
	d->load = b->load;
	d->call = b->call;
	d->mark = b->mark;
	d->loads = d->load_room = b->loads;
	d->calls = d->call_room = b->calls;
	d->marks = d->mark_room = b->marks;
	memcpy(d->failed, b->failed, sizeof(d->failed));
	b->load = NULL;
	b->call = NULL;
	b->mark = NULL;
}

/* The branch's timeline is the timeline again, its moment the present; it is used up. */
static int branch_put_back(struct debug *d, struct branch *b, struct why *why)
{
	struct sim *sim = debug_sim(d);
	u64 step = b->step;

	sim_goto(sim, b->base);
	if (sim_set_future(sim, b->log, b->log_len, b->end)) {
		*why = sim->why;
		return why->err;
	}
	give_notes(d, b);
	branch_free(b);
	debug_arrive(d, step);
	return 0;
}

/* --- the list of what can be undone --- */

static void forget_oldest(struct debug *d)
{
	u32 i = 0;

	while (i < d->undos && d->undo[i].whole)
		i++;
	if (i == d->undos)
		i = 0;
	branch_free(&d->undo[i]);
	d->undos--;
	memmove(&d->undo[i], &d->undo[i + 1], (d->undos - i) * sizeof(*d->undo));
}

/* Takes @b over. */
static void remember(struct debug *d, struct branch *b)
{
	if (!d->undo)
		d->undo = calloc(UNDO_MAX, sizeof(*d->undo));
	if (!d->undo) {
		branch_free(b);
		return;
	}
	if (d->undos == UNDO_MAX)
		forget_oldest(d);
	d->undo[d->undos++] = *b;
}

void change_note_move(struct debug *d, const char *what, u64 from)
{
	struct branch b = {.step = from};

	snprintf(b.what, sizeof(b.what), "%s", what);
	remember(d, &b);
}

int change_undo(struct debug *d, struct text *what, struct why *why)
{
	struct branch *b = d->undos ? &d->undo[--d->undos] : NULL;
	struct branch copy;

	if (!b)
		return sim_fail(why, -ENOENT, "Nothing to undo: no command has changed the timeline yet.");
	text_add(what, "%s", b->what);
	copy = *b;
	if (copy.whole)
		return branch_put_back(d, &copy, why);
	debug_arrive(d, copy.step);
	return 0;
}

/* --- changes --- */

static bool any_busy(const struct sim *sim)
{
	return sim->work->kind || cpu_others_run(sim);
}

bool change_amid(const struct debug *d)
{
	for (u32 cpu = 0; cpu < debug_sim(d)->clock->ncpus; cpu++)
		if (cpu_runs_program(debug_sim(d), cpu))
			return true;
	return false;
}

/* What is in progress comes to its end, as it was recorded. */
static void pass_recorded(struct debug *d)
{
	while (any_busy(debug_sim(d)) && debug_now(d) < debug_end(d))
		sim_run(debug_sim(d), 1);
}

/* The timeline as it is before a change at the present moment; on top of the list until it is over. */
static int begin_here(struct debug *d, struct branch *before, struct why *why)
{
	before->base = debug_now(d);
	remember(d, before);
	if (!d->undo)
		return sim_fail(why, -ENOMEM, "no memory to keep what there is");
	debug_record_cut(d, debug_now(d));
	debug_record_begin(d);
	return 0;
}

int change_begin_amid(struct debug *d, const char *what, struct why *why)
{
	struct branch before;
	int err = branch_take(&before, d, what);

	return err ? sim_fail(why, err, "no memory to keep what there is") : begin_here(d, &before, why);
}

int change_begin(struct debug *d, const char *what, struct why *why)
{
	struct branch before;
	int err;

	if (!debug_sim(d)->work->kind && change_amid(d))
		return change_begin_amid(d, what, why); /* the CPU at hand is free */
	err = branch_take(&before, d, what);

	if (err)
		return sim_fail(why, err, "no memory to keep what there is");
	if (d->just_added)
		sim_goto(debug_sim(d), debug_end(d));
	pass_recorded(d);
	err = begin_here(d, &before, why);
	if (err)
		return err;
	race_finish(&d->walk);
	if (!any_busy(debug_sim(d)))
		return 0;
	change_end(d, CHANGE_SHOW_LAST, &(struct changed){0});
	return sim_fail(why, -EINTR, "interrupted: what is in progress has not come to its end");
}

static bool differs(const struct debug *d, const struct branch *b)
{
	u64 len;
	const u8 *log = sim_log(debug_sim(d), &len);

	return len != b->log_len || debug_end(d) != b->end || memcmp(log, b->log, len);
}

void change_end(struct debug *d, enum change_stand stand, struct changed *changed)
{
	struct branch *before = &d->undo[d->undos - 1];

	debug_record_end(d);
	*changed = (struct changed){.any = differs(d, before), .from = before->base};
	if (!changed->any) {
		u64 step = before->step;
		bool added = d->just_added;

		give_notes(d, before);
		branch_free(before);
		d->undos--;
		debug_arrive(d, step);
		d->just_added = added;
		return;
	}
	changed->to = debug_end(d);
	changed->dropped = before->end - before->base;
	debug_arrive(d, stand == CHANGE_SHOW_FIRST ? before->base : changed->to);
	d->just_added = stand == CHANGE_SHOW_FIRST;
}

/* An edit of a program that runs has no time to lose; others come when nothing is in progress. */
static int begin_edit(struct debug *d, const char *what, struct why *why)
{
	return change_amid(d) ? change_begin_amid(d, what, why) : change_begin(d, what, why);
}

int change_edit(struct debug *d, const struct edit *edit, const char *what, struct changed *changed,
		struct why *why)
{
	struct sim *sim = debug_sim(d);
	int err = begin_edit(d, what, why);
	char command[96];
	struct text text;
	struct why other;
	s64 result;
	u64 at;

	if (err)
		return err;
	at = debug_now(d);
	d->session.call_forked = sim->work->kind == INPUT_BPF;
	result = sim_edit(sim, edit);
	*why = sim->why;
	change_end(d, CHANGE_SHOW_LAST, changed);
	d->session.call_forked = false;
	if (!result)
		debug_arrive(d, at + 1);
	text_init(&text, command, sizeof(command));
	if (result && changed->any)
		change_undo(d, &text, &other);
	return result;
}

/* --- checkpoints --- */

s64 change_checkpoint(struct debug *d, const char *name)
{
	struct branch *more = realloc(d->checkpoint, (d->checkpoints + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	d->checkpoint = more;
	if (branch_take(&more[d->checkpoints], d, name))
		return -ENOMEM;
	more[d->checkpoints].base = 0;
	more[d->checkpoints].number = ++d->last_checkpoint;
	return more[d->checkpoints++].number;
}

static const struct branch *find_checkpoint(const struct debug *d, const char *which)
{
	char *end;
	u32 number = strtoul(which, &end, 10);

	for (u32 i = 0; i < d->checkpoints; i++)
		if (*end ? strcmp(d->checkpoint[i].what, which) == 0 : d->checkpoint[i].number == number)
			return &d->checkpoint[i];
	return NULL;
}

static int branch_copy(struct branch *to, const struct branch *from)
{
	*to = *from;
	to->log = copy_of(from->log, from->log_len);
	to->mark = copy_of(from->mark, from->marks * sizeof(*from->mark));
	to->call = copy_of(from->call, from->calls * sizeof(*from->call));
	to->load = copy_of(from->load, from->loads * sizeof(*from->load));
	own_logs(to);
	if (to->log && to->mark && to->call && to->load)
		return 0;
	branch_free(to);
	return -ENOMEM;
}

int change_restart(struct debug *d, const char *which, struct why *why)
{
	const struct branch *found = find_checkpoint(d, which);
	struct branch before, copy;
	char what[96];

	if (!found)
		return sim_fail(why, -ENOENT, "There is no checkpoint '%.40s'. `info checkpoints` lists them.",
				which);
	snprintf(what, sizeof(what), "restart %.60s", which);
	if (!differs(d, found)) {
		change_note_move(d, what, debug_now(d));
		debug_arrive(d, found->step);
		return 0;
	}
	if (branch_take(&before, d, what))
		return sim_fail(why, -ENOMEM, "no memory to keep what there is");
	before.base = 0;
	remember(d, &before);
	if (branch_copy(&copy, found))
		return sim_fail(why, -ENOMEM, "no memory for another timeline");
	return branch_put_back(d, &copy, why);
}

void change_list(const struct debug *d, struct text *out)
{
	for (u32 i = 0; i < d->checkpoints; i++) {
		const struct branch *b = &d->checkpoint[i];

		text_add(out, "%3u %s%sstep %llu of %llu%s\n", b->number, b->what, b->what[0] ? ": " : "",
			 (unsigned long long)b->step, (unsigned long long)b->end,
			 differs(d, b) ? ", another timeline" : "");
	}
	if (!d->checkpoints)
		text_add(out, "No checkpoints. `checkpoint [NAME]` makes one.");
}

void changes_clear(struct debug *d)
{
	for (u32 i = 0; i < d->undos; i++)
		branch_free(&d->undo[i]);
	for (u32 i = 0; i < d->checkpoints; i++)
		branch_free(&d->checkpoint[i]);
	free(d->undo);
	free(d->checkpoint);
	d->undo = d->checkpoint = NULL;
	d->undos = d->checkpoints = 0;
}
