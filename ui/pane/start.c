/*
 * The start screen: the life of a program as a picture, what one can begin with, and questions that lead
 * straight to the moment that answers them.
 */
#include <stdio.h>

#include "../lesson/shelf.h"
#include "../prompt/prompt.h"
#include "screen.h"

const struct start_item start_items[] = {
	{"Enter", "the first walk: one program, from its system calls to its packet",
	 "every step can be taken back", "", "sample"},
	{"l", "all lessons and exercises", "in any order", NULL, "lesson list"},
	{"o", "open your own .o file: why does the verifier reject it?", "Tab completes its path", NULL,
	 "open "},
	{"s", "sandbox: the sample xdp_count, ready to play with", "a dozen packets", NULL, "sandbox"},
	{"?", "help: keys, commands", "", NULL, "help"},
	{"", "When an event fires, does bytecode run or machine code?", "walk, event, layout jit", "13",
	 "sample\ntbreak event\ncontinue\nlayout jit"},
	{"", "What is a map's key? Where are its four values written?", "walk, BPF_MAP_CREATE", "15",
	 "sample\ntbreak syscall:map_create\ncontinue"},
	{"", "How does a plain int, an fd, lead to a map?", "walk, the verifier resolves fds", "04",
	 "sample\ntbreak stage:cfg\ncontinue"},
};
const int start_item_count = ARRAY_SIZE(start_items);

static const struct {
	const char *name, *text;
} stages[PIPES] = {
	{"1 syscall", "bpf(attr)"}, {"2 fd", "file→map"}, {"3 verify", "CFG, paths"},
	{"4 JIT", "x86-64"},        {"5 attach", "eth0"}, {"6 event", "packet"},
};

/* The lesson that an item leads to: the first one to the one that comes next. NULL: none. */
static const struct shelf_row *lesson_of(struct screen *sc, int item)
{
	const struct shelf *shelf = start_items[item].lesson ? shelf_of(sc, false) : NULL;

	if (!shelf)
		return NULL;
	return *start_items[item].lesson ? shelf_by_number(shelf, start_items[item].lesson)
					 : shelf_next(shelf);
}

const char *start_commands(struct screen *sc, int item)
{
	static char line[100];
	const struct shelf_row *row = lesson_of(sc, item);

	if (!row)
		return start_items[item].commands;
	snprintf(line, sizeof(line), "lesson start %s", row->name);
	return line;
}

static void item_text(struct screen *sc, int i, struct text *text, struct text *aside)
{
	const struct shelf_row *row = lesson_of(sc, i);

	if (row && !*start_items[i].lesson) {
		text_add(text, words(row->at[0] ? "go on with lesson %.*s: %s" : "start lesson %.*s: %s"),
			 shelf_number_length(row->name), row->name, row->title);
		text_add(aside, words("about %u minutes"), row->minutes);
		return;
	}
	text_add(text, "%s", words(start_items[i].text));
	if (row)
		text_add(aside, words("lesson %.*s"), shelf_number_length(row->name), row->name);
	else if (strcmp(start_items[i].commands, "lesson list") == 0 && shelf_of(sc, false) &&
		 sc->shelf->done)
		text_add(aside, words("%u of %u done"), sc->shelf->done, sc->shelf->count);
	else
		text_add(aside, "%s", words(start_items[i].aside));
}

#define BOX 15
#define WIDE 100 /* boxes and asides have room */

static int draw_pipeline(const struct area *a, int row)
{
	int col = 5;

	for (int i = 0; i < PIPES && a->cols < WIDE; i++)
		col = area_print(a, row, i ? col : 3, ROLE_TITLE, i ? " ─▸ %s" : "%s", words(stages[i].name));
	if (a->cols < WIDE)
		return row + 2;
	for (int i = 0; i < PIPES; i++, col += BOX + 3) {
		struct area box = area_part(a, row, col, 4, BOX);

		area_box(&box, ROLE_BORDER);
		area_put(&box, 1, 2, ROLE_TITLE, words(stages[i].name));
		area_put(&box, 2, 4, ROLE_QUIET, words(stages[i].text));
		if (i)
			area_put(a, row + 1, col - 3, ROLE_BORDER, "──▸");
	}
	return row + 6;
}

static void draw_item(struct screen *sc, const struct area *a, int row, int i)
{
	const struct start_item *item = &start_items[i];
	bool at = i == sc->selected;
	int left = a->cols >= WIDE ? 5 : 3, col;
	char words[200], beside[100];
	struct text text, aside;

	text_init(&text, words, sizeof(words));
	text_init(&aside, beside, sizeof(beside));
	item_text(sc, i, &text, &aside);
	area_put(a, row, left, ROLE_CURRENT, at ? "▸" : "");
	area_put(a, row, left + 2, ROLE_KEY, item->key);
	col = area_print(a, row, left + (item->key[0] ? 9 : 2), at ? ROLE_CURRENT : ROLE_PLAIN, "%s%s",
			 item->key[0] ? "" : "· ", words);
	if (beside[0] && a->cols >= WIDE)
		area_put(a, row, max_s64(col + 2, 82), ROLE_QUIET, beside);
}

static int draw_items(struct screen *sc, const struct area *a, int row)
{
	bool airy = a->rows >= 30;

	for (int i = 0; i < start_item_count; i++) {
		bool question = !start_items[i].key[0];

		if (question && start_items[i - 1].key[0]) {
			area_put(a, ++row, a->cols >= WIDE ? 5 : 3, ROLE_TITLE,
				 words("You may have come with one of these:"));
			row++;
		}
		draw_item(sc, a, row++, i);
		row += airy && !i;
	}
	return row + 1;
}

static void draw_promises(const struct area *a, int row)
{
	static const char *const promises[] = {
		"No root needed, and this machine's kernel is left alone: all of it happens in a simulated "
		"Linux 6.1.",
		"Capital S takes a step back, always. A mistake costs nothing.",
	};

	for (size_t i = 0; i < ARRAY_SIZE(promises); i++)
		row += area_wrap(a, row, a->cols >= WIDE ? 5 : 3, ROLE_QUIET, words(promises[i]), 2);
}

/* A border with the keys in a compartment of their own, where there is room. */
static void draw_border(const struct area *a)
{
	struct area keys = area_part(a, a->rows - 3, 0, 3, a->cols);

	area_box(a, ROLE_BORDER);
	area_box(&keys, ROLE_BORDER);
}

void screen_draw_start(struct screen *sc, struct grid *grid)
{
	struct area all = grid_area(grid), keys = all;
	bool airy = grid->rows >= 30 && grid->cols >= WIDE;
	int row = airy ? 2 : grid->rows >= 20 ? 1 : 0, left = grid->cols >= WIDE ? 5 : 3, col;

	if (airy) {
		draw_border(&all);
		keys = area_part(&all, 0, 1, grid->rows - (sc->prompt ? 3 : 1), grid->cols - 2);
	}
	area_put(&all, row, left, ROLE_TITLE, "bpfwalk");
	col = area_put(&all, row, left + 10, ROLE_PLAIN,
		       words("the whole life of an eBPF program, one step at a time"));
	if (col + 24 < grid->cols)
		area_put(&all, row, grid->cols - 25, ROLE_QUIET, "Linux 6.1 · x86-64");
	row = draw_pipeline(&all, row + 2);
	row = draw_items(sc, &all, row);
	draw_promises(&all, row);
	grid_join_lines(grid);
	if (sc->message[0])
		area_wrap(&all, grid->rows - (airy ? 6 : 4), left, sc->bad ? ROLE_BAD : ROLE_TITLE,
			  sc->message, sc->prompt ? 1 : 2);
	if (sc->prompt)
		area_print(&all, grid->rows - 2, 0, ROLE_TITLE, ":%s", sc->line);
	keys_line(sc, &keys);
}
