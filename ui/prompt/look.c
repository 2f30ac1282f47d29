/* Commands that look. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../change.h"
#include "../expr.h"
#include "../sentence.h"
#include "../stops.h"
#include "prompt.h"

void do_print(struct screen *sc, const char *args)
{
	char line[160];
	struct text text;
	struct why why;
	u64 value;

	if (expr_value(&sc->debug, args, &value, &why)) {
		screen_complain(sc, "print: %s", why.text);
		return;
	}
	text_init(&text, line, sizeof(line));
	walk_value_text(debug_sim(&sc->debug), value, &text);
	screen_say(sc, "%s = %s  (0x%llx)", args, line, (unsigned long long)value);
}

void do_examine(struct screen *sc, const char *args)
{
	u64 count = 32, addr;
	struct why why;
	char *end;
	u8 byte;

	if (*args == '/') {
		count = strtoull(args + 1, &end, 10);
		args = end;
		while (isalpha((u8)*args) || *args == ' ')
			args++;
	}
	if (expr_value(&sc->debug, args, &addr, &why)) {
		screen_complain(sc, "x: %s", why.text);
		return;
	}
	for (u64 i = 0; i < min_u64(count ? count : 32, 4096); i++) {
		if (mem_read(debug_sim(&sc->debug), &byte, addr + i, 1)) {
			if (!i)
				screen_complain(sc, "x: no memory of the simulated kernel at 0x%llx",
						(unsigned long long)addr);
			return;
		}
		if (i % 16 == 0)
			screen_say(sc, "%s%llx: ", i ? "\n" : "", (unsigned long long)(addr + i));
		screen_say(sc, " %02x", byte);
	}
}

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
static void info_pane(struct screen *sc, const struct pane *pane)
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

/* gdb's words for what panes show. */
static const struct {
	const char *word;
	const struct pane *pane;
} words[] = {
	{"regs", &pane_registers}, {"progs", &pane_objects}, {"links", &pane_objects},
	{"verifier", &pane_state}, {"events", &pane_calls},
};

static const struct pane *pane_of_word(const char *word)
{
	if (!*word)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].pane;
	for (u32 i = 0; panes[i] && !pane_by_name(word); i++)
		if (strncmp(panes[i]->name, word, strlen(word)) == 0)
			return panes[i];
	return pane_by_name(word);
}

void do_info(struct screen *sc, const char *args)
{
	const struct pane *pane = pane_of_word(args);

	if (*args && strncmp("breakpoints", args, strlen(args)) == 0) {
		info_stops(sc);
		return;
	}
	if (strcmp(args, "checkpoints") == 0) {
		info_checkpoints(sc);
		return;
	}
	if (pane) {
		info_pane(sc, pane);
		return;
	}
	screen_complain(sc, "info: about what? breakpoints checkpoints");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		screen_say(sc, " %s", words[i].word);
	for (u32 i = 0; panes[i]; i++)
		screen_say(sc, " %s", panes[i]->name);
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
	char words[600];
	struct text text;

	(void)args;
	text_init(&text, words, sizeof(words));
	sentence_of(&sc->debug, &text);
	if (sc->batch)
		screen_say(sc, "%llu: ", (unsigned long long)debug_now(&sc->debug));
	screen_say(sc, "%s", words);
}

void do_list(struct screen *sc, const char *args)
{
	(void)args;
	info_pane(sc, &pane_source);
}

void do_explain(struct screen *sc, const char *args)
{
	const struct pane *pane = screen_pane(sc);
	const struct window *w = screen_window(sc);
	char words[400];
	struct text text;
	u32 insn;

	(void)args;
	text_init(&text, words, sizeof(words));
	if (pane->explain && w->cursor >= 0 && w->item != SHEET_NO_ITEM)
		pane->explain(&sc->view, w->item, &text);
	else if (debug_insn(&sc->debug, &insn))
		pane_bytecode.explain(&sc->view, insn, &text);
	else
		text_add(&text, "%s", pane->help);
	screen_say(sc, "%s", words);
}
