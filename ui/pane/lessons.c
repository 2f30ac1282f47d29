/* The list of lessons and exercises, to choose from: all of the screen. */
#include <stdio.h>

#include "../lesson/shelf.h"
#include "../prompt/prompt.h"
#include "screen.h"

/* What it says it needs and is not done yet, by number; "" = nothing. */
static void needs_text(const struct shelf *shelf, const struct shelf_row *row, struct text *out)
{
	const char *at = row->needs;

	while (*at) {
		size_t n = strcspn(at, " ");

		for (u32 i = 0; i < shelf->count; i++) {
			const struct shelf_row *other = &shelf->row[i];

			if (strlen(other->name) == n && strncmp(other->name, at, n) == 0 && !other->done)
				text_add(out, " %.*s", shelf_number_length(other->name), other->name);
		}
		at += n + strspn(at + n, " ");
	}
}

static void put_row(const struct shelf *shelf, struct sheet *s, const struct shelf_row *row, int cols)
{
	char needs[80] = "";
	struct text text;

	text_init(&text, needs, sizeof(needs));
	needs_text(shelf, row, &text);
	sheet_line(s, row - shelf->row);
	sheet_add(s, row->done ? ROLE_GOOD : ROLE_CURRENT, " %s ", row->done ? "✓" : row->at[0] ? "▸" : " ");
	sheet_add(s, ROLE_TITLE, "%-4.*s", shelf_number_length(row->name), row->name);
	sheet_add(s, row->done ? ROLE_QUIET : ROLE_PLAIN, "%s", row->title);
	if (cols < 70)
		return;
	sheet_to(s, cols - 26);
	sheet_add(s, ROLE_QUIET, words("%2u min"), row->minutes);
	sheet_to(s, cols - 17);
	if (row->at[0])
		sheet_add(s, ROLE_PLAIN, "%u/%u", row->met, row->goals);
	sheet_to(s, cols - 11);
	if (needs[0])
		sheet_add(s, ROLE_QUIET, words("after%s"), needs);
}

static void put_list(const struct shelf *shelf, struct sheet *s, int cols)
{
	for (u32 i = 0; i < shelf->count; i++) {
		if (shelf_shows(shelf, &shelf->row[i]))
			put_row(shelf, s, &shelf->row[i], cols);
	}
}

static void head(const struct screen *sc, const struct area *a)
{
	const struct shelf *shelf = sc->shelf;
	int col = area_put(a, 0, 2, ROLE_TITLE, words("Lessons and exercises"));

	col = area_print(a, 0, col + 2, ROLE_QUIET, words("%u of %u done, in any order"), shelf->done,
			 shelf->count);
	if (shelf->filter[0])
		area_print(a, 0, col + 2, ROLE_CURRENT, words("with \"%s\"; Esc shows all"), shelf->filter);
}

void screen_draw_lessons(struct screen *sc, struct grid *grid)
{
	struct area all = grid_area(grid), list = area_part(&all, 2, 0, grid->rows - 8, grid->cols);
	struct shelf *shelf = shelf_of(sc, false);
	const struct shelf_row *chosen;
	struct sheet s = {0};

	if (!shelf)
		return;
	head(sc, &all);
	if (shelf->window.cursor < 0)
		shelf->window.cursor = 0;
	for (int pass = 0; pass < 2; pass++) {
		sheet_begin(&s, &list, &shelf->window, pass);
		put_list(shelf, &s, grid->cols);
		if (!pass)
			sheet_settle(&s);
	}
	area_role(&list, shelf->window.cursor - shelf->window.top, 0, list.cols, ROLE_CURSOR);
	chosen = shelf_chosen(shelf);
	if (chosen)
		area_wrap(&all, grid->rows - 5, 2, ROLE_SENTENCE, chosen->promise, 3);
	if (sc->message[0])
		area_wrap(&all, grid->rows - 3, 1, sc->bad ? ROLE_BAD : ROLE_TITLE, sc->message, 1);
	if (sc->prompt)
		area_print(&all, grid->rows - 2, 0, ROLE_TITLE, ":%s", sc->line);
	keys_line(sc, &all);
}
