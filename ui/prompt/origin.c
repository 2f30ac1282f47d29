/* Commands that ask where something comes from: origin, why. */
#include <stdio.h>
#include <stdlib.h>

#include "../origin.h"
#include "../travel.h"
#include "prompt.h"

/* --- of a value at run time --- */

static void go(struct screen *sc, const struct origin *what)
{
	struct debug *d = &sc->debug;
	char name[80], said[160], next[80];
	struct origin from;
	struct text text, words, more;

	text_init(&text, name, sizeof(name));
	origin_text(d, what, &text);
	text_init(&words, said, sizeof(said));
	if (!origin_go(d, what, &from, &words)) {
		screen_say(sc, "%s: nothing that is recorded before this moment has written it.", name);
		return;
	}
	screen_follow(sc);
	screen_say(sc, "%s was written by this step. ", name);
	do_sentence(sc, "");
	if (said[0])
		screen_say(sc, " %s", said);
	text_init(&more, next, sizeof(next));
	origin_text(d, &from, &more);
	if (from.kind)
		screen_say(sc, " w goes on to where %s comes from.", next);
	sc->origin = from;
	sc->origin_step = debug_now(d);
}

/* What the cursor is at: a register, or a slot of the stack. */
static bool at_cursor(struct screen *sc, char *what, size_t cap)
{
	const struct window *w = screen_window(sc);

	if (w->cursor < 0 || w->item == SHEET_NO_ITEM)
		return false;
	if (screen_pane(sc) == &pane_registers)
		snprintf(what, cap, "r%llu", (unsigned long long)w->item);
	else if (screen_pane(sc) == &pane_stack)
		snprintf(what, cap, "fp-%llu", (unsigned long long)(w->item + 1) * 8);
	else
		return false;
	return true;
}

void do_origin(struct screen *sc, const char *args)
{
	struct debug *d = &sc->debug;
	char what[40];
	struct origin o;
	struct why why;

	if (!*args && sc->origin.kind && sc->origin_step == debug_now(d)) {
		o = sc->origin;
		go(sc, &o);
		return;
	}
	if (!*args && !at_cursor(sc, what, sizeof(what))) {
		screen_complain(
			sc,
			"origin: of what? For example origin r1, origin map counts[6], origin fp-8; or put "
			"the cursor at a register");
		return;
	}
	if (origin_parse(d, *args ? args : what, &o, &why))
		screen_complain(sc, "origin: %s", why.text);
	else
		go(sc, &o);
}

/* --- of a rejection --- */

/* The last time before now that walk 2 came to @insn. */
static bool go_to_insn(struct debug *d, u32 insn)
{
	char expr[32];

	snprintf(expr, sizeof(expr), "pc == %u", insn);
	return travel_until(d, expr, true) == TRAVEL_THERE && debug_phase(d) == PHASE_PATHS;
}

static void say_cause(struct screen *sc, u32 i)
{
	const struct cause_step *step = &sc->debug.found.cause.step[i];

	screen_follow(sc);
	screen_say(sc, "insn %u: %s.", step->at.insn, step->what);
	screen_say(sc, i ? " w goes further back, Enter to the rejection."
			 : " It began here; Enter goes to the rejection.");
}

static void why_rejected(struct screen *sc)
{
	struct debug *d = &sc->debug;
	const struct cause *cause = &d->found.cause;
	u64 now = debug_now(d);
	u32 at;

	if (debug_insn(d, &at)) {
		for (u32 i = cause->count; i-- > 0;) {
			if (cause->step[i].at.insn >= at && now < d->verdict)
				continue;
			if (go_to_insn(d, cause->step[i].at.insn)) {
				say_cause(sc, i);
				return;
			}
		}
	} else if (cause->count && go_to_insn(d, cause->step[cause->count - 1].at.insn)) {
		say_cause(sc, cause->count - 1);
		return;
	}
	debug_arrive(d, now);
	screen_say(sc, "No earlier cause is known.");
}

void do_why(struct screen *sc, const char *args)
{
	struct debug *d = &sc->debug;
	char what[40];
	bool asked = *args || at_cursor(sc, what, sizeof(what)) ||
		     (sc->origin.kind && sc->origin_step == debug_now(d));

	if (d->found.rejected && debug_sim(d)->vm->state != VM_RUNNING)
		why_rejected(sc);
	else if (asked)
		do_origin(sc, args);
	else if (sc->origin_step && sc->origin_step == debug_now(d))
		screen_say(sc, "The chain ends here.");
	else
		screen_say(sc, "Why what? With the cursor at a register or the stack (j k), w goes to where "
			       "the value "
			       "was written; so does origin r1, origin map NAME[KEY].");
}
