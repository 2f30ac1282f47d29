/* The start screen: the life of a program as a picture, and what one can begin with. */
#include <stdio.h>

#include "../prompt/prompt.h"
#include "screen.h"

const struct start_item start_items[] = {
	{0, "the first walk: one program, from its system calls to its packet", "sample"},
	{'o', "open your own .o file: why does the verifier reject it?", "open "},
	{'s', "sandbox: the sample xdp_count and a dozen packets to play with", "sandbox"},
	{'?', "help: keys, commands", "help"},
	{'q', "quit", "quit"},
};
const int start_item_count = ARRAY_SIZE(start_items);

static const struct {
	const char *name, *text;
} stages[PIPES] = {
	{"1 syscall", "bpf(attr)"}, {"2 fd", "file→map"}, {"3 verify", "CFG, paths"},
	{"4 JIT", "x86-64"},        {"5 attach", "eth0"}, {"6 event", "packet"},
};

#define BOX 15

static int draw_pipeline(const struct area *a, int row)
{
	if (a->cols < 100) {
		int col = 3;

		for (int i = 0; i < PIPES; i++)
			col = area_print(a, row, col, ROLE_TITLE, i ? " ─▸ %s" : "%s", stages[i].name);
		return row + 2;
	}
	for (int i = 0; i < PIPES; i++) {
		int col = 5 + i * (BOX + 3);
		struct area box = area_part(a, row, col, 4, BOX);

		area_box(&box, ROLE_BORDER);
		area_put(&box, 1, 2, ROLE_TITLE, stages[i].name);
		area_put(&box, 2, 4, ROLE_QUIET, stages[i].text);
		if (i)
			area_put(a, row + 1, col - 3, ROLE_BORDER, "──▸");
	}
	grid_join_lines(a->grid);
	return row + 5;
}

static int draw_items(const struct screen *sc, const struct area *a, int row)
{
	for (int i = 0; i < start_item_count; i++) {
		const struct start_item *item = &start_items[i];
		enum role role = i == sc->selected ? ROLE_CURRENT : ROLE_PLAIN;

		area_put(a, row, 3, role, i == sc->selected ? "▸" : " ");
		if (item->key)
			area_print(a, row, 5, ROLE_KEY, "%c", item->key);
		else
			area_put(a, row, 5, ROLE_KEY, "Enter");
		area_put(a, row, 12, role, item->text);
		row += a->rows >= 30 && !i ? 2 : 1;
	}
	return row + 1;
}

void screen_draw_start(struct screen *sc, struct grid *grid)
{
	static const char *const words[] = {
		"No root needed, and this machine's kernel is left alone: all of it happens in a simulated "
		"Linux 6.1.",
		"Lower case goes forward, UPPER case the same backward: S takes a step back, always. A "
		"mistake costs nothing.",
	};
	struct area a = grid_area(grid);
	int row = grid->rows >= 20 ? 1 : 0;

	area_put(&a, row, 3, ROLE_TITLE, "bpfwalk");
	area_put(&a, row, 13, ROLE_PLAIN, "the whole life of an eBPF program, one step at a time");
	if (grid->cols >= 100)
		area_put(&a, row, grid->cols - 22, ROLE_QUIET, "Linux 6.1 · x86-64");
	row = draw_pipeline(&a, row + 2);
	row = draw_items(sc, &a, row);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		row += area_wrap(&a, row, 3, ROLE_QUIET, words[i], 2);
	if (sc->message[0])
		area_wrap(&a, grid->rows - 3, 3, sc->bad ? ROLE_BAD : ROLE_TITLE, sc->message,
			  sc->prompt ? 1 : 2);
	if (sc->prompt)
		area_print(&a, grid->rows - 2, 0, ROLE_TITLE, ":%s", sc->line);
	keys_line(sc, &a);
}
