/* Commands that look. */
#include <stdio.h>
#include <stdlib.h>

#include "../change.h"
#include "../sentence.h"
#include "../stops.h"
#include "prompt.h"

/* --- info --- */

static void info_stops(struct screen *sc)
{
	for (u32 i = 0; i < sc->debug.stops; i++) {
		const struct stop *stop = &sc->debug.stop[i];

		screen_say(sc, "%3u %s%s %s%s%s  hit %u times\n", stop->number, stop->off ? "off " : "",
			   stop->once ? "once" : "stop", stop->what, stop->condition[0] ? " if " : "",
			   stop->condition, stop->hits);
	}
	if (!sc->debug.stops)
		screen_say(sc, "No stops. break, tbreak and watch make them.");
}

static void info_checkpoints(struct screen *sc)
{
	char lines[2048];
	struct text text;

	text_init(&text, lines, sizeof(lines));
	change_list(&sc->debug, &text);
	screen_say(sc, "%s", lines);
}

/* A pane as text: drawn into a grid of its own. */
void info_pane(struct screen *sc, const struct pane *pane)
{
	struct window window = {.cursor = -1};
	struct area none = {.cols = 116};
	struct sheet s = {0};
	struct grid grid;
	char *text = NULL;
	size_t size;
	FILE *out;

	sheet_begin(&s, &none, &window, false);
	pane->draw(&sc->view, &s);
	if (grid_init(&grid, min_s64(s.lines, 2000), 116, false))
		return;
	none = grid_area(&grid);
	window.top = 0;
	sheet_begin(&s, &none, &window, true);
	pane->draw(&sc->view, &s);
	out = open_memstream(&text, &size);
	if (out) {
		grid_dump(&grid, out);
		fclose(out);
		for (const char *line = text; *line; line = strchr(line, '\n') + 1)
			screen_say(sc, "%.*s\n", (int)strcspn(line, "\n"), line);
	}
	free(text);
	grid_fini(&grid);
}

static void info_line(struct screen *sc)
{
	const struct prog *prog = debug_prog(&sc->debug);
	u32 insn, line;
	bool first;
	const char *c = prog && debug_insn(&sc->debug, &insn) ? walk_source(prog, insn, &line, &first) : NULL;

	if (c)
		screen_say(sc, "Line %u: %s", line, c);
	else
		screen_say(sc, "No line of C is at hand.");
}

/* gdb's words, and what they show: a pane, or what a function says. */
static const struct {
	const char *word;
	const struct pane *pane;
	void (*say)(struct screen *sc);
} shown_by_name[] = {
	{"breakpoints", NULL, info_stops},     {"watchpoints", NULL, info_stops},
	{"checkpoints", NULL, info_checkpoints}, {"display", NULL, info_display},
	{"line", NULL, info_line},
	{"regs", &pane_registers, NULL},       {"progs", &pane_objects, NULL},
	{"links", &pane_objects, NULL},        {"verifier", &pane_state, NULL},
	{"events", &pane_calls, NULL},
};

static void list_words(struct screen *sc)
{
	for (size_t i = 0; i < ARRAY_SIZE(shown_by_name); i++)
		screen_say(sc, " %s", shown_by_name[i].word);
	for (u32 i = 0; panes[i]; i++)
		screen_say(sc, " %s", panes[i]->name);
}

static const struct pane *pane_of_prefix(const char *word)
{
	for (u32 i = 0; panes[i]; i++)
		if (strcmp(panes[i]->name, word) == 0)
			return panes[i];
	for (u32 i = 0; panes[i]; i++)
		if (strncmp(panes[i]->name, word, strlen(word)) == 0)
			return panes[i];
	return NULL;
}

void do_info(struct screen *sc, const char *args)
{
	const struct pane *pane = *args ? pane_by_name(args) : NULL;

	for (size_t i = 0; *args && !pane && i < ARRAY_SIZE(shown_by_name); i++) {
		if (strncmp(shown_by_name[i].word, args, strlen(args)) != 0)
			continue;
		if (shown_by_name[i].say) {
			shown_by_name[i].say(sc);
			return;
		}
		pane = shown_by_name[i].pane;
	}
	if (!pane && *args)
		pane = pane_of_prefix(args);
	if (pane) {
		info_pane(sc, pane);
		return;
	}
	screen_complain(sc, *args ? "info: there is no '%.40s'; there are:" : "info: about what?%s", args);
	list_words(sc);
}

/* --- look: a pane on the screen, the cursor at a thing in it --- */

/* The layout at hand when it has the pane, else the first one that has. */
static const struct layout *layout_with(const struct screen *sc, const struct pane *pane, int *slot)
{
	for (int i = -1; i < LAYOUTS; i++) {
		const struct layout *l = i < 0 ? sc->layout : &layouts[i];

		for (*slot = 0; *slot < LAYOUT_PANES && l->slot[*slot].pane; ++*slot)
			if (l->slot[*slot].pane == pane)
				return l;
	}
	return NULL;
}

void do_look(struct screen *sc, const char *args)
{
	size_t n = strcspn(args, " ");
	const char *item = args + n + strspn(args + n, " ");
	const struct layout *layout = NULL;
	const struct pane *pane;
	char name[40];
	int slot = 0;

	snprintf(name, sizeof(name), "%.*s", (int)min_u64(n, sizeof(name) - 1), args);
	pane = n ? pane_of_prefix(name) : NULL;
	if (pane)
		layout = layout_with(sc, pane, &slot);
	if (!pane) {
		screen_complain(sc, "look: at which pane?");
		for (u32 i = 0; panes[i]; i++)
			screen_say(sc, " %s", panes[i]->name);
		return;
	}
	if (sc->batch || !layout) {
		info_pane(sc, pane);
		return;
	}
	screen_layout(sc, layout);
	sc->focus = slot;
	screen_window(sc)->cursor = -1;
	if (!*item)
		return;
	snprintf(sc->search, sizeof(sc->search), "%s", item);
	if (!screen_find(sc, false))
		screen_complain(sc, "look: '%s' is not in this pane now", item);
}

void do_show(struct screen *sc, const char *args)
{
	if (*args)
		do_look(sc, args);
	else
		screen_complain(
			sc, "show: what? For example show moments; any pane can be shown, `look` lists them");
}

void do_when(struct screen *sc, const char *args)
{
	const struct debug *d = &sc->debug;

	(void)args;
	screen_say(sc, "Step %llu of %llu: %s.", (unsigned long long)debug_now(d),
		   (unsigned long long)debug_end(d), phase_name(debug_phase(d)));
}

void do_sentence(struct screen *sc, const char *args)
{
	char said[600];
	struct text text;

	(void)args;
	text_init(&text, said, sizeof(said));
	sentence_of(&sc->debug, &text);
	if (sc->batch)
		screen_say(sc, "%llu: ", (unsigned long long)debug_now(&sc->debug));
	screen_say(sc, "%s", said);
}
