/* Grids as control sequences and as pictures: a small terminal made of what is written shows the same grid again. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "test/support/dice.h"
#include "ui/pane/export.h"

#define ROWS 6
#define COLS 23

/* --- a terminal that knows what is needed --- */

struct shown {
	u32 ch, mark;
	char look[40]; /* parameters of the last SGR */
};

struct terminal {
	struct shown cell[ROWS * COLS];
	int row, col;
	char look[40];
};

static void sequence(struct terminal *t, const char *parameters, char final)
{
	switch (final) {
	case 'H':
		assert_int_equal(sscanf(parameters, "%d;%d", &t->row, &t->col), 2);
		assert_true(t->row >= 1 && t->row-- <= ROWS && t->col >= 1 && t->col-- <= COLS);
		return;
	case 'J':
		for (int i = 0; i < ROWS * COLS; i++)
			t->cell[i] = (struct shown){.ch = ' ', .look = "0"};
		return;
	case 'm':
		snprintf(t->look, sizeof(t->look), "%s", parameters);
		return;
	}
	fail_msg("unknown sequence %c", final);
}

static void character(struct terminal *t, u32 ch)
{
	int width = char_width(ch);

	if (!width) {
		assert_true(t->col > 0);
		t->cell[t->row * COLS + t->col - 1 - !t->cell[t->row * COLS + t->col - 1].ch].mark = ch;
		return;
	}
	assert_true(t->col + width <= COLS);
	for (int i = 0; i < width; i++) {
		t->cell[t->row * COLS + t->col + i] = (struct shown){.ch = i ? 0 : ch};
		snprintf(t->cell[t->row * COLS + t->col + i].look, sizeof(t->look), "%s", t->look);
	}
	t->col += width;
}

static void write_to(struct terminal *t, const char *bytes)
{
	u32 ch;

	while ((ch = utf8_decode(&bytes))) {
		char parameters[40];
		int n;

		if (ch != 27) {
			character(t, ch);
			continue;
		}
		assert_int_equal(*bytes, '[');
		n = strspn(bytes + 1, "0123456789;");
		snprintf(parameters, sizeof(parameters), "%.*s", n, bytes + 1);
		sequence(t, parameters, bytes[1 + n]);
		bytes += n + 2;
	}
}

/* --- grids at random --- */

static void random_grid(struct grid *grid, u64 *dice)
{
	static const char *const words[] = {"中文字", "e\u0301", "fp-4", "a<b&c>\"'", "─┼┤", "\uFFFF", "x", "map m[1]"};
	struct area all = grid_area(grid);

	if (dice_roll(dice, 3) == 0)
		grid_clear(grid);
	for (int i = 0; i < 8; i++)
		area_put(&all, dice_roll(dice, ROWS), dice_roll(dice, COLS), dice_roll(dice, ROLES),
			 words[dice_roll(dice, ARRAY_SIZE(words))]);
	grid_hues(grid);
}

static void expect_shown(const struct terminal *t, const struct grid *grid)
{
	for (int i = 0; i < ROWS * COLS; i++) {
		assert_int_equal(t->cell[i].ch, grid->cell[i].ch);
		assert_int_equal(t->cell[i].mark, grid->cell[i].mark);
	}
}

/* Cells that look alike have been written with the same sequence, others with another. */
static void expect_looks(const struct terminal *t, const struct grid *grid, const struct theme *theme)
{
	for (int i = 1; i < ROWS * COLS; i++) {
		bool same = look_equal(theme_look(theme, &grid->cell[i]), theme_look(theme, &grid->cell[i - 1]));

		if (grid->cell[i].ch && grid->cell[i - 1].ch)
			assert_int_equal(strcmp(t->cell[i].look, t->cell[i - 1].look) == 0, same);
	}
}

static void what_has_changed_is_enough(void **state)
{
	static const s16 colors[] = {0, 8, 256};
	struct terminal t;
	struct grid grid, before;
	u64 dice = 7;

	(void)state;
	assert_int_equal(grid_init(&grid, ROWS, COLS, GLYPHS_FULL), 0);
	assert_int_equal(grid_init(&before, ROWS, COLS, GLYPHS_FULL), 0);
	for (int round = 0; round < 3000; round++) {
		struct theme theme = {.colors = colors[round / 50 % 3], .light = round / 50 % 2};
		bool all = round % 50 == 0;
		char *bytes = NULL;
		size_t len;
		FILE *out = open_memstream(&bytes, &len);

		random_grid(&grid, &dice);
		grid_ansi(&grid, all ? NULL : &before, &theme, out);
		fclose(out);
		write_to(&t, bytes);
		expect_shown(&t, &grid);
		expect_looks(&t, &grid, &theme);
		free(bytes);
		memcpy(before.cell, grid.cell, ROWS * COLS * sizeof(*grid.cell));
	}
	grid_fini(&grid);
	grid_fini(&before);
}

/* --- pictures --- */

/* Elements are closed, attributes quoted, no sign stands for itself that must not. Returns the text inside <text>. */
static void check_xml(const char *xml, char *text, size_t cap)
{
	int depth = 0;
	size_t n = 0;

	while (*xml) {
		if (*xml == '<') {
			size_t len = strcspn(xml, ">");
			int quotes = 0;

			for (size_t i = 1; i < len; i++) {
				quotes += xml[i] == '"';
				assert_true(xml[i] != '<' && xml[i] != '&');
			}
			assert_int_equal(quotes % 2, 0);
			depth += xml[1] == '/' ? -1 : xml[len - 1] == '/' ? 0 : 1;
			assert_true(depth >= 0);
			xml += len + 1;
			continue;
		}
		if (*xml == '&')
			assert_true(strncmp(xml, "&lt;", 4) == 0 || strncmp(xml, "&amp;", 5) == 0);
		if (depth == 2 && n + 1 < cap)
			text[n++] = *xml;
		xml++;
	}
	text[n] = 0;
	assert_int_equal(depth, 0);
}

static void pictures_are_xml(void **state)
{
	struct theme theme = {.colors = 256};
	char *bytes = NULL, text[4096];
	struct grid grid;
	u64 dice = 7;
	size_t len;

	(void)state;
	assert_int_equal(grid_init(&grid, ROWS, COLS, GLYPHS_FULL), 0);
	for (int round = 0; round < 500; round++) {
		FILE *out = open_memstream(&bytes, &len);

		random_grid(&grid, &dice);
		grid_svg(&grid, &theme, out);
		fclose(out);
		check_xml(bytes, text, sizeof(text));
		assert_null(strstr(text, "\uFFFF"));
		free(bytes);
	}
	grid_fini(&grid);
}

static void a_picture_holds_the_text(void **state)
{
	struct theme theme = {.colors = 256, .light = true};
	char *bytes = NULL, text[256];
	struct area all;
	struct grid grid;
	size_t len;
	FILE *out = open_memstream(&bytes, &len);

	(void)state;
	assert_int_equal(grid_init(&grid, 3, 12, GLYPHS_FULL), 0);
	all = grid_area(&grid);
	area_box(&all, ROLE_BORDER);
	grid_join_lines(&grid);
	area_put(&all, 1, 2, ROLE_CHANGED, "a < 中");
	grid_svg(&grid, &theme, out);
	fclose(out);
	check_xml(bytes, text, sizeof(text));
	assert_string_equal(text, "a &lt; 中");
	assert_non_null(strstr(bytes, "font-weight=\"bold\""));
	/* A box is four lines. */
	len = 0;
	for (const char *at = bytes; (at = strstr(at, "<path")); at++)
		len++;
	assert_int_equal(len, 4);
	free(bytes);
	grid_fini(&grid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_changed_is_enough),
		cmocka_unit_test(pictures_are_xml),
		cmocka_unit_test(a_picture_holds_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
