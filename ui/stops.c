/* The list of stops: see stops.h. */
#include <stdio.h>
#include <stdlib.h>

#include "expr.h"
#include "stops.h"

static const struct stop_form *form_of(u32 kind)
{
	return kind < STOP_REG ? &stop_places[kind] : &stop_watches[kind - STOP_REG];
}

static void list_forms(u32 from, u32 to, struct text *out)
{
	for (u32 i = from; i < to; i++)
		text_add(out, "%s%s", i > from ? ", " : "", form_of(i)->form);
}

/* --- making them --- */

struct stop *stops_append(struct debug *d, const struct stop *stop)
{
	struct stop *more = realloc(d->stop, (d->stops + 1) * sizeof(*more));

	if (!more)
		return NULL;
	d->stop = more;
	more[d->stops] = *stop;
	more[d->stops].number = ++d->last_stop;
	return &more[d->stops++];
}

/* 0, -ENOENT: of another kind, -EINVAL: wrong, @why says it. */
static int parse_as(struct debug *d, u32 kind, const char *text, struct stop *stop, struct why *why)
{
	const char *prefix = form_of(kind)->prefix;
	size_t n = prefix ? strlen(prefix) : 0;

	if (n && strncasecmp(text, prefix, n) != 0)
		return -ENOENT;
	stop->kind = kind;
	return form_of(kind)->parse(d, text + n, stop, why);
}

static int parse_any(struct debug *d, u32 from, u32 to, const char *text, struct stop *stop, struct why *why)
{
	char forms[400];
	struct text list;
	int err = -ENOENT;

	for (u32 kind = from; kind < to && err == -ENOENT; kind++)
		err = parse_as(d, kind, text, stop, why);
	if (err != -ENOENT)
		return err;
	text_init(&list, forms, sizeof(forms));
	list_forms(from, to, &list);
	return sim_fail(why, -EINVAL, "'%.40s' is no place to stop at. Places: %s", text, forms);
}

struct stop *stops_add(struct debug *d, const char *where, struct why *why)
{
	struct stop stop = {0};

	snprintf(stop.what, sizeof(stop.what), "%s", where);
	return parse_any(d, 0, STOP_REG, where, &stop, why) ? NULL : stops_append(d, &stop);
}

struct stop *stops_watch(struct debug *d, const char *what, enum stop_access access, struct why *why)
{
	struct stop stop = {.access = access};

	snprintf(stop.what, sizeof(stop.what), "%s", what);
	if (parse_any(d, STOP_REG, STOP_KINDS, what, &stop, why))
		return NULL;
	if (!access || stop.kind == STOP_MEMORY)
		return stops_append(d, &stop);
	sim_fail(why, -EINVAL,
		 "'%.40s': that it is read can be seen of memory only, for example rwatch *(fp-8)/4", what);
	return NULL;
}

bool stops_insn(struct debug *d, const char *where, u32 *insn, struct why *why)
{
	const struct prog *prog = debug_prog(d);
	struct stop stop = {0};
	u32 line;
	bool first;

	if (!prog) {
		sim_fail(why, -ENODATA, "no program is in the kernel yet");
		return false;
	}
	if (parse_any(d, 0, STOP_STAGE, where, &stop, why))
		return false;
	for (u32 i = 0; i < prog->insn_cnt && stop.kind != STOP_INSN; i++) {
		if (stop.kind == STOP_LINE ? walk_source(prog, i, &line, &first) && line == stop.at
					   : stop_is_func(prog, i, stop.name)) {
			*insn = i;
			return true;
		}
	}
	*insn = stop.at;
	if (stop.kind == STOP_INSN && stop.at < prog->insn_cnt)
		return true;
	sim_fail(why, -ENOENT, "'%.40s' is not in this program, which has instructions 0 to %u", where,
		 prog->insn_cnt - 1);
	return false;
}

/* --- the list --- */

struct stop *stops_find(struct debug *d, u32 number)
{
	for (u32 i = 0; i < d->stops; i++)
		if (d->stop[i].number == number)
			return &d->stop[i];
	return NULL;
}

bool stops_delete(struct debug *d, u32 number)
{
	struct stop *stop = stops_find(d, number);

	if (!stop)
		return false;
	memmove(stop, stop + 1, (d->stop + d->stops - stop - 1) * sizeof(*stop));
	d->stops--;
	return true;
}

void stops_clear(struct debug *d)
{
	free(d->stop);
	d->stop = NULL;
	d->stops = 0;
}

const struct stop *stops_at(const struct debug *d, enum stop_kind kind, u32 at)
{
	const struct prog *prog = debug_prog(d);

	for (u32 i = 0; i < d->stops; i++)
		if (d->stop[i].kind == kind && d->stop[i].at == at && stop_is_for(&d->stop[i], prog))
			return &d->stop[i];
	return NULL;
}

/* --- while travelling --- */

u64 stops_events(const struct debug *d)
{
	u64 mask = 0;

	for (u32 i = 0; i < d->stops; i++)
		if (d->stop[i].kind == STOP_EVENT && !d->stop[i].off)
			mask |= d->stop[i].mask;
	return mask;
}

bool stops_watch_any(const struct debug *d)
{
	for (u32 i = 0; i < d->stops; i++)
		if (d->stop[i].kind >= STOP_REG && !d->stop[i].off)
			return true;
	return false;
}

void stops_look(struct debug *d, bool first)
{
	for (u32 i = 0; i < d->stops; i++) {
		struct stop *stop = &d->stop[i];
		bool was = stop->known;
		u8 now[STOP_BYTES] = {0};

		if (stop->kind < STOP_REG || !form_of(stop->kind)->look || stop->off)
			continue;
		stop->known = form_of(stop->kind)->look(d, stop, now);
		stop->changed = !first && was && stop->known && memcmp(now, stop->seen, sizeof(now));
		if (stop->known)
			memcpy(stop->seen, now, sizeof(now));
	}
}

/* One that has no value at a moment (no program runs) does not hold there. */
static bool condition_holds(struct debug *d, const struct stop *stop)
{
	struct why why;
	u64 value;

	return !stop->condition[0] || (!expr_value(d, stop->condition, &value, &why) && value);
}

struct stop *stops_hit(struct debug *d, const struct picture *before)
{
	for (u32 i = 0; i < d->stops; i++) {
		struct stop *stop = &d->stop[i];

		if (!stop->off && form_of(stop->kind)->here(d, stop, before) && condition_holds(d, stop))
			return stop;
	}
	return NULL;
}

bool stops_ignore(struct stop *stop)
{
	if (!stop->ignore)
		return false;
	stop->ignore--;
	return true;
}
