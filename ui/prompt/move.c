/* Commands that move along the timeline. */
#include <stdlib.h>

#include "../expr.h"
#include "../machine.h"
#include "../sentence.h"
#include "../travel.h"
#include "prompt.h"

static bool parse_count(struct screen *sc, const char *args, u32 *count)
{
	char *end;

	*count = 1;
	if (!*args)
		return true;
	*count = strtoul(args, &end, 0);
	if (*count && !*end)
		return true;
	screen_complain(sc, "'%s' is no number of times", args);
	return false;
}

static void tell_end(struct screen *sc, enum travel_end end, bool back, struct stop *stop)
{
	struct debug *d = &sc->debug;

	screen_follow(sc);
	if (end == TRAVEL_STOP) {
		screen_say(sc, "Stop %u, %s. ", stop->number, stop->what);
		do_sentence(sc, "");
		if (stop->once)
			stops_delete(d, stop->number);
	} else if (end == TRAVEL_EDGE) {
		screen_say(sc, back ? "This is the beginning of the timeline."
				    : "This is the end of what was recorded. S steps back.");
	} else if (end == TRAVEL_INTERRUPTED) {
		screen_say(sc, "Interrupted at step %llu.", (unsigned long long)debug_now(d));
	}
	if (sc->batch && end == TRAVEL_THERE)
		do_sentence(sc, "");
	if (sc->batch && sc->displays) {
		char line[2048];
		struct text text;

		text_init(&text, line, sizeof(line));
		displays_text(sc, "\n", &text);
		screen_say(sc, "\n%s", line);
	}
}

static void travel(struct screen *sc, const char *args, const char *way, bool back)
{
	struct stop *stop;
	enum travel_end end;
	u32 count;

	if (!parse_count(sc, args, &count))
		return;
	end = travel_by(&sc->debug, way, back, count, &stop);
	tell_end(sc, end, back, stop);
}

/* One of the machine's instructions, on this CPU; beyond the run it is a step of the timeline. */
static void step_machine(struct screen *sc, const char *args, bool back)
{
	char said[400];
	struct machine *m = NULL;
	struct text text;
	u32 count;

	if (!parse_count(sc, args, &count))
		return;
	while (count-- && machine_step(&sc->debug, back))
		;
	screen_follow(sc);
	m = machine_look(&sc->debug);
	text_init(&text, said, sizeof(said));
	if (!m)
		text_add(&text, "No translated program runs now.");
	else if (m->err)
		text_add(&text, "%s", m->why);
	else
		machine_sentence(&sc->debug, m, &text);
	screen_say(sc, "%s", said);
}

void do_machine(struct screen *sc, const char *args)
{
	step_machine(sc, args, false);
}

void do_reverse_machine(struct screen *sc, const char *args)
{
	step_machine(sc, args, true);
}

static bool steps_machine(const struct screen *sc)
{
	const struct vm *vm = debug_sim(&sc->debug)->vm;

	return screen_pane(sc) == &pane_machine && vm->state == VM_RUNNING && vm->translated;
}

/* With the C source in focus, and a program running, a unit is a line. */
static const char *unit(const struct screen *sc)
{
	bool lines = screen_pane(sc) == &pane_source && debug_sim(&sc->debug)->vm->state == VM_RUNNING;

	return lines ? "line" : "step";
}

void do_step(struct screen *sc, const char *args)
{
	if (steps_machine(sc))
		do_machine(sc, args);
	else
		travel(sc, args, unit(sc), false);
}

void do_back(struct screen *sc, const char *args)
{
	if (steps_machine(sc))
		do_reverse_machine(sc, args);
	else
		travel(sc, args, unit(sc), true);
}

void do_stepi(struct screen *sc, const char *args)
{
	travel(sc, args, "stepi", false);
}

void do_reverse_stepi(struct screen *sc, const char *args)
{
	travel(sc, args, "stepi", true);
}

void do_line(struct screen *sc, const char *args)
{
	travel(sc, args, "line", false);
}

void do_reverse_line(struct screen *sc, const char *args)
{
	travel(sc, args, "line", true);
}

void do_next(struct screen *sc, const char *args)
{
	travel(sc, args, "next", false);
}

void do_reverse_next(struct screen *sc, const char *args)
{
	travel(sc, args, "next", true);
}

void do_finish(struct screen *sc, const char *args)
{
	travel(sc, args, "finish", false);
}

void do_reverse_finish(struct screen *sc, const char *args)
{
	travel(sc, args, "finish", true);
}

void do_continue(struct screen *sc, const char *args)
{
	travel(sc, args, "continue", false);
}

void do_reverse_continue(struct screen *sc, const char *args)
{
	travel(sc, args, "continue", true);
}

void do_next_stage(struct screen *sc, const char *args)
{
	(void)args;
	if (can_read(sc)) {
		do_read(sc, "");
		return;
	}
	tell_end(sc, travel_phase(&sc->debug, false), false, NULL);
}

void do_previous_stage(struct screen *sc, const char *args)
{
	(void)args;
	tell_end(sc, travel_phase(&sc->debug, true), true, NULL);
}

void do_goto(struct screen *sc, const char *args)
{
	struct debug *d = &sc->debug;
	u64 now = debug_now(d), n;
	char *end;

	if (strcmp(args, "end") == 0) {
		debug_arrive(d, debug_end(d));
		screen_follow(sc);
		return;
	}
	n = strtoull(*args == '+' || *args == '-' ? args + 1 : args, &end, 10);
	if (end == args || *end) {
		screen_complain(sc, "goto: expected a step from 0 to %llu, +N, -N or end",
				(unsigned long long)debug_end(d));
		return;
	}
	if (*args == '+')
		n = now + min_u64(n, debug_end(d) - now);
	else if (*args == '-')
		n = now - min_u64(n, now);
	if (n > debug_end(d)) {
		screen_complain(sc, "There is no step %llu: the last one is %llu", (unsigned long long)n,
				(unsigned long long)debug_end(d));
		return;
	}
	debug_arrive(d, n);
	screen_follow(sc);
}

static void until(struct screen *sc, const char *args, bool back)
{
	struct why why = {0};
	u64 value;
	enum travel_end end;

	if (!*args) {
		screen_complain(sc, "until: expected an expression, for example r0 == 0 or pc == 12");
		return;
	}
	/* It may not be answerable here (no program runs), but must be well formed: what fails at its
	 * beginning is not. */
	(void)expr_value(&sc->debug, args, &value, &why);
	end = travel_until(&sc->debug, args, back);
	tell_end(sc, end, back, NULL);
	if (end == TRAVEL_EDGE && why.err)
		screen_say(sc, " (%s: %s)", args, why.text);
}

void do_until(struct screen *sc, const char *args)
{
	until(sc, args, false);
}

void do_reverse_until(struct screen *sc, const char *args)
{
	until(sc, args, true);
}

void do_run(struct screen *sc, const char *args)
{
	(void)args;
	debug_arrive(&sc->debug, 0);
	do_continue(sc, "");
}
