/* What commands that change the timeline have in common: see change_words.h. */
#include <stdio.h>
#include <stdlib.h>

#include "change_words.h"
#include "prompt.h"

/* --- what came of it --- */

void tell_changed(struct screen *sc, const struct changed *c)
{
	screen_follow(sc);
	if (!c->any)
		return;
	if (debug_now(&sc->debug) == c->from && c->to == c->from + 1)
		screen_say(sc, "Recorded as step %llu, the next one; undo takes it back.",
			   (unsigned long long)c->to);
	else if (debug_now(&sc->debug) == c->from)
		screen_say(sc, "Recorded as steps %llu to %llu: s steps into it, undo takes it back.",
			   (unsigned long long)c->from + 1, (unsigned long long)c->to);
	else
		do_sentence(sc, "");
	if (c->dropped)
		screen_say(sc,
			   " The recorded future from step %llu on (%llu steps) is dropped; undo brings it "
			   "back.",
			   (unsigned long long)c->from, (unsigned long long)c->dropped);
}

static bool begin_with(struct screen *sc, const char *command, const char *args,
		       int (*begin)(struct debug *d, const char *what, struct why *why))
{
	char what[160];
	struct why why;

	snprintf(what, sizeof(what), "%s%s%.120s", command, *args ? " " : "", args);
	if (!begin(&sc->debug, what, &why))
		return true;
	screen_complain(sc, "%s: %s", command, why.text);
	return false;
}

bool begin_change(struct screen *sc, const char *command, const char *args)
{
	return begin_with(sc, command, args, change_begin);
}

bool begin_change_amid(struct screen *sc, const char *command, const char *args)
{
	return begin_with(sc, command, args, change_begin_amid);
}

void end_change(struct screen *sc, enum change_stand stand, const char *failed)
{
	struct changed changed;
	bool failed_before = sc->failed;

	change_end(&sc->debug, stand, &changed);
	/* What the kernel has refused, the sentence of the last step tells. */
	if (failed && (!changed.any || stand == CHANGE_SHOW_FIRST))
		screen_complain(sc, "%.*s%s", (int)strcspn(failed, "\n"), failed, changed.any ? ". " : "");
	sc->bad = failed;
	/* In a lesson a refusal may be meant. */
	sc->failed = failed_before || (failed && !(changed.any && sc->course));
	tell_changed(sc, &changed);
}

/* --- programs by name --- */

const char *prog_label(const struct debug *d, const struct obj *obj)
{
	for (u32 i = 0; i < d->loads; i++)
		if (d->load[i].prog == obj->id && d->files[d->load[i].file].name[0])
			return d->files[d->load[i].file].name;
	return obj->name;
}

static void list_progs(struct debug *d, struct text *out)
{
	u32 n = 0;

	for (int fd = 0; fd < TASK_MAX_FDS; fd++) {
		const struct obj *obj = session_object(&d->session, fd);

		if (obj && obj->kind == OBJ_PROG)
			text_add(out, "%s%s (fd %d)", n++ ? ", " : "", prog_label(d, obj), fd);
	}
	if (!n)
		text_add(out, "none");
}

int prog_fd(struct debug *d, const char *name, struct why *why)
{
	const struct prog *here = debug_prog(d);
	char list[200], *end;
	struct text text;
	u64 number = strtoull(name, &end, 10);
	bool is_number = *name && !*end;

	for (int fd = 0; fd < TASK_MAX_FDS; fd++) {
		const struct obj *obj = session_object(&d->session, fd);

		if (!obj || obj->kind != OBJ_PROG)
			continue;
		if (!*name ? here && obj == &here->obj : is_number ? number == (u64)fd
				: strcmp(prog_label(d, obj), name) == 0 || strcmp(obj->name, name) == 0)
			return fd;
	}
	text_init(&text, list, sizeof(list));
	list_progs(d, &text);
	if (!*name)
		return sim_fail(why, -EBADF, "the loader has no fd of this program; its programs: %s", list);
	return sim_fail(why, -ENOENT, "the loader has no program '%.40s'; its programs: %s", name, list);
}
