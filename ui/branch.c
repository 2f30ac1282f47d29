/* Branches of the timeline: see branch.h. */
#include <stdio.h>
#include <stdlib.h>

#include "branch.h"
#include "debug_saved.h"

static void *copy_of(const void *from, u64 n)
{
	void *to = malloc(n ? n : 1);

	if (to && n)
		memcpy(to, from, n);
	return to;
}

void branch_free(struct branch *b)
{
	for (u32 i = 0; b->noted && b->load && i < b->loads; i++)
		free(b->load[i].log);
	free(b->load);
	free(b->call);
	free(b->mark);
	free(b->deed);
	free(b->log);
	free(b->file);
	*b = (struct branch){0};
}

static void own_logs(struct branch *b)
{
	for (u32 i = 0; b->noted && b->load && i < b->loads; i++)
		b->load[i].log = b->load[i].log ? strdup(b->load[i].log) : NULL;
}

int branch_take(struct branch *b, const struct debug *d, const char *what)
{
	const u8 *log;

	*b = (struct branch){.whole = true,
			     .noted = true,
			     .step = debug_now(d),
			     .base = debug_now(d),
			     .end = debug_end(d)};
	snprintf(b->what, sizeof(b->what), "%s", what);
	memcpy(b->failed, d->failed, sizeof(b->failed));
	log = sim_log(debug_sim(d), &b->log_len);
	b->log = copy_of(log, b->log_len);
	b->marks = d->marks;
	b->calls = d->calls;
	b->loads = d->loads;
	b->deeds = d->deeds;
	b->deed = copy_of(d->deed, d->deeds * sizeof(*d->deed));
	b->mark = copy_of(d->mark, d->marks * sizeof(*d->mark));
	b->call = copy_of(d->call, d->calls * sizeof(*d->call));
	b->load = copy_of(d->load, d->loads * sizeof(*d->load));
	own_logs(b);
	if (b->log && b->mark && b->deed && b->call && b->load)
		return 0;
	branch_free(b);
	return -ENOMEM;
}

void branch_give_notes(struct debug *d, struct branch *b)
{
	for (u32 i = 0; i < d->loads; i++)
		free(d->load[i].log);
	free(d->load);
	free(d->call);
	free(d->mark);
	free(d->deed);
	d->load = b->load;
	d->call = b->call;
	d->mark = b->mark;
	d->deed = b->deed;
	d->deeds = d->deed_room = b->deeds;
	d->loads = d->load_room = b->loads;
	d->calls = d->call_room = b->calls;
	d->marks = d->mark_room = b->marks;
	memcpy(d->failed, b->failed, sizeof(d->failed));
	b->load = NULL;
	b->call = NULL;
	b->mark = NULL;
	b->deed = NULL;
}

bool branch_differs(const struct debug *d, const struct branch *b)
{
	u64 len;
	const u8 *log = sim_log(debug_sim(d), &len);

	return len != b->log_len || debug_end(d) != b->end || memcmp(log, b->log, len);
}

/* The present timeline's future is the branch's. */
static int set_future(struct debug *d, const struct branch *b, struct why *why)
{
	struct sim *sim = debug_sim(d);

	if (sim_goto(sim, b->base))
		return sim_fail(why, -EINVAL, "%s", sim->why.text);
	if (!sim_set_future(sim, b->log, b->log_len, b->end))
		return 0;
	*why = sim->why;
	return why->err;
}

/* It is walked again; false: it does not come to its end. */
static bool note_again(struct debug *d, const struct branch *b)
{
	u64 len;

	debug_note_again(d, b->file, b->loads);
	sim_log(debug_sim(d), &len);
	return debug_now(d) == b->end && debug_end(d) == b->end && len == b->log_len && b->step <= b->end;
}

static int put_back_unnoted(struct debug *d, struct branch *b, struct why *why)
{
	struct branch present;
	u64 step = b->step;
	int err = branch_take(&present, d, "");

	if (err)
		return sim_fail(why, err, "no memory to keep what there is");
	present.base = 0;
	err = set_future(d, b, why);
	if (!err && !note_again(d, b))
		err = sim_fail(why, -EINVAL, "the timeline that was saved is damaged");
	if (!err)
		memcpy(d->failed, b->failed, sizeof(d->failed));
	branch_free(b);
	if (err) {
		branch_put_back(d, &present, &(struct why){0});
		return err;
	}
	branch_free(&present);
	debug_arrive(d, step);
	return 0;
}

int branch_put_back(struct debug *d, struct branch *b, struct why *why)
{
	u64 step = b->step;
	int err;

	if (!b->noted)
		return put_back_unnoted(d, b, why);
	err = set_future(d, b, why);
	if (err)
		return err;
	branch_give_notes(d, b);
	branch_free(b);
	debug_arrive(d, step);
	return 0;
}

int branch_copy(struct branch *to, const struct branch *from)
{
	*to = *from;
	to->log = copy_of(from->log, from->log_len);
	to->mark = copy_of(from->mark, from->marks * sizeof(*from->mark));
	to->deed = copy_of(from->deed, from->deeds * sizeof(*from->deed));
	to->call = copy_of(from->call, from->calls * sizeof(*from->call));
	to->load = copy_of(from->load, from->noted ? from->loads * sizeof(*from->load) : 0);
	to->file = from->file ? copy_of(from->file, from->loads * sizeof(*from->file)) : NULL;
	own_logs(to);
	if (to->log && to->mark && to->deed && to->call && to->load && (to->file || !from->file))
		return 0;
	branch_free(to);
	return -ENOMEM;
}
