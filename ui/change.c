/* Changes of the timeline: see change.h. */
#include <stdio.h>
#include <stdlib.h>

#include "branch.h"
#include "change.h"
#include "race.h"

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

void change_remember(struct debug *d, struct branch *b)
{
	if (!d->undo)
		d->undo = calloc(BRANCHES_MAX, sizeof(*d->undo));
	if (!d->undo) {
		branch_free(b);
		return;
	}
	if (d->undos == BRANCHES_MAX)
		forget_oldest(d);
	d->undo[d->undos++] = *b;
}

void change_note_move(struct debug *d, const char *what, u64 from)
{
	struct branch b = {.step = from};

	snprintf(b.what, sizeof(b.what), "%s", what);
	change_remember(d, &b);
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
	branch_free(&copy);
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
	change_remember(d, before);
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

void change_end(struct debug *d, enum change_stand stand, struct changed *changed)
{
	struct branch *before = &d->undo[d->undos - 1];

	debug_record_end(d);
	*changed = (struct changed){.any = branch_differs(d, before), .from = before->base};
	if (!changed->any) {
		u64 step = before->step;
		bool added = d->just_added;

		branch_give_notes(d, before);
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

int change_restart(struct debug *d, const char *which, struct why *why)
{
	const struct branch *found = find_checkpoint(d, which);
	struct branch before, copy;
	char what[96];

	if (!found)
		return sim_fail(why, -ENOENT,
				"There is no checkpoint '%.40s'. `info checkpoints` lists them.", which);
	snprintf(what, sizeof(what), "restart %.60s", which);
	if (!branch_differs(d, found)) {
		change_note_move(d, what, debug_now(d));
		debug_arrive(d, found->step);
		return 0;
	}
	if (branch_take(&before, d, what))
		return sim_fail(why, -ENOMEM, "no memory to keep what there is");
	before.base = 0;
	change_remember(d, &before);
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
			 branch_differs(d, b) ? ", another timeline" : "");
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
