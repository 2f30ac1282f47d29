/* Commands for breakpoints and watchpoints. */
#include <stdio.h>
#include <stdlib.h>

#include "../expr.h"
#include "../stops.h"
#include "prompt.h"

/* The stop at the cursor of the focused pane: "17" or ":23". */
static bool place_at_cursor(struct screen *sc, char *place, size_t cap)
{
	const struct pane *pane = screen_pane(sc);
	struct window *w = screen_window(sc);
	u32 insn, line;
	bool first;

	if (!pane->stop_form)
		return false;
	if (w->cursor >= 0 && w->item != SHEET_NO_ITEM) {
		snprintf(place, cap, strcmp(pane->stop_form, "%llu") == 0 ? "%llu" : ":%llu",
			 (unsigned long long)(u32)w->item);
		return true;
	}
	if (!debug_insn(&sc->debug, &insn))
		return false;
	if (pane == &pane_source && debug_line(&sc->debug, &line, &first))
		snprintf(place, cap, ":%u", line);
	else
		snprintf(place, cap, "%u", insn);
	return true;
}

/* The same key takes it away again. */
static bool toggle_off(struct screen *sc, const char *place)
{
	const struct stop *stop = stops_at(&sc->debug, *place == ':' ? STOP_LINE : STOP_INSN,
					   strtoul(place + (*place == ':'), NULL, 10));

	if (!stop)
		return false;
	screen_say(sc, "Stop %u is deleted.", stop->number);
	stops_delete(&sc->debug, stop->number);
	return true;
}

/* Dead code, a jump to the next instruction. */
static bool is_removed(const struct debug *d, const struct stop *stop)
{
	const struct prog *prog = debug_prog(d);
	struct look_range range;

	if (stop->kind != STOP_INSN || !prog || !prog->xlated || stop->at >= prog->insn_cnt)
		return false;
	range = look_xlated_of(prog, stop->at);
	return range.first == range.end && prog->insns[stop->at].code;
}

static void set_break(struct screen *sc, const char *args, bool once)
{
	const char *condition = strstr(args, " if ");
	char place[80];
	struct why why;
	struct stop *stop;
	u64 value;

	if (condition && expr_value(&sc->debug, condition + 4, &value, &why) == -EINVAL) {
		screen_complain(sc, "if: %s", why.text);
		return;
	}
	snprintf(place, sizeof(place), "%.*s", (int)(condition ? condition - args : (long)strlen(args)),
		 args);
	if (!*args) {
		if (!place_at_cursor(sc, place, sizeof(place))) {
			screen_complain(sc,
					"break: where? For example break 12, break helper:map_lookup_elem");
			return;
		}
		if (toggle_off(sc, place))
			return;
	}
	stop = stops_add(&sc->debug, place, &why);
	if (!stop) {
		screen_complain(sc, "%s", why.text);
		return;
	}
	stop->once = once;
	if (is_removed(&sc->debug, stop))
		screen_say(sc,
			   "The translator has removed insn %u: nothing comes to it when the program runs. ",
			   stop->at);
	snprintf(stop->condition, sizeof(stop->condition), "%s", condition ? condition + 4 : "");
	screen_say(sc, "Stop %u at %s%s%s.", stop->number, place, condition ? ", if " : "",
		   condition ? condition + 4 : "");
}

void do_break(struct screen *sc, const char *args)
{
	set_break(sc, args, false);
}

void do_tbreak(struct screen *sc, const char *args)
{
	set_break(sc, args, true);
}

static void watch(struct screen *sc, const char *args, enum stop_access access)
{
	static const char *const when[] = {"changes", "is read", "is read or changes"};
	struct why why;
	struct stop *stop = *args ? stops_watch(&sc->debug, args, access, &why) : NULL;

	if (stop)
		screen_say(sc, "Stop %u when %s %s. c goes on, C back.", stop->number, args, when[access]);
	else
		screen_complain(sc, "%s", *args ? why.text
						: "watch: what? For example watch r0, watch map counts[6], "
						  "watch fp-8/4, watch *(u32 *)(fp-4)");
}

void do_watch(struct screen *sc, const char *args)
{
	watch(sc, args, STOP_CHANGE);
}

void do_rwatch(struct screen *sc, const char *args)
{
	watch(sc, args, STOP_READ);
}

void do_awatch(struct screen *sc, const char *args)
{
	watch(sc, args, STOP_ACCESS);
}

/* The stop whose number @args begins with; *rest: what follows. */
static struct stop *numbered(struct screen *sc, const char *args, const char **rest)
{
	char *end;
	u32 n = strtoul(args, &end, 10);
	struct stop *stop = stops_find(&sc->debug, n);

	while (*end == ' ')
		end++;
	*rest = end;
	if (!stop)
		screen_complain(sc, "There is no stop '%s'. `info breakpoints` lists them.", args);
	return stop;
}

void do_delete(struct screen *sc, const char *args)
{
	const char *rest;
	struct stop *stop;

	if (!*args) {
		stops_clear(&sc->debug);
		screen_say(sc, "All stops are deleted.");
		return;
	}
	stop = numbered(sc, args, &rest);
	if (stop)
		stops_delete(&sc->debug, stop->number);
}

static void set_off(struct screen *sc, const char *args, bool off)
{
	const char *rest;
	struct stop *stop = numbered(sc, args, &rest);

	if (stop)
		stop->off = off;
}

void do_enable(struct screen *sc, const char *args)
{
	set_off(sc, args, false);
}

void do_disable(struct screen *sc, const char *args)
{
	set_off(sc, args, true);
}

void do_condition(struct screen *sc, const char *args)
{
	const char *rest;
	struct stop *stop = numbered(sc, args, &rest);
	struct why why;
	u64 value;

	if (stop && *rest && expr_value(&sc->debug, rest, &value, &why) == -EINVAL)
		screen_complain(sc, "condition: %s", why.text);
	else if (stop)
		snprintf(stop->condition, sizeof(stop->condition), "%s", rest);
}

void do_ignore(struct screen *sc, const char *args)
{
	const char *rest;
	struct stop *stop = numbered(sc, args, &rest);

	if (stop)
		stop->ignore = strtoul(rest, NULL, 10);
}
