/*
 * The terminal interface without a terminal: grids; screens that must look the same however a moment was
 * reached; any keys at any size.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ui/expr.h"
#include "ui/prompt/prompt.h"

#define RANDOM_KEYS 400

static char *dump(const struct grid *grid)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	grid_dump(grid, out);
	fclose(out);
	return text;
}

static void expect_dump(const struct grid *grid, const char *expected)
{
	char *text = dump(grid);

	assert_string_equal(text, expected);
	free(text);
}

/* --- grids --- */

static void text_is_cut_at_its_area(void **state)
{
	struct grid grid;
	struct area all, part;

	(void)state;
	assert_int_equal(grid_init(&grid, 2, 10, false), 0);
	all = grid_area(&grid);
	part = area_part(&all, 0, 2, 5, 4);
	assert_int_equal(part.rows, 2);
	area_put(&part, 0, 0, ROLE_PLAIN, "abcdefgh");
	area_put(&part, 1, 0, ROLE_PLAIN, "abcd");
	area_put(&part, 7, 0, ROLE_PLAIN, "nowhere");
	expect_dump(&grid, "  abc…\n  abcd\n");
	grid_fini(&grid);
}

static void wide_characters_take_two_cells(void **state)
{
	struct grid grid;
	struct area all;

	(void)state;
	assert_int_equal(grid_init(&grid, 3, 5, false), 0);
	all = grid_area(&grid);
	assert_int_equal(area_put(&all, 0, 0, ROLE_PLAIN, "中文"), 4);
	area_put(&all, 1, 0, ROLE_PLAIN, "中文字"); /* the third would be cut in half */
	area_put(&all, 2, 0, ROLE_PLAIN, "中文");
	area_put(&all, 2, 1, ROLE_PLAIN, "x"); /* what is left of a half is a space */
	expect_dump(&grid, "中文\n中文…\n x文\n");
	assert_int_equal(grid_width(&grid, "e\u0301中"), 3);
	grid_fini(&grid);
}

static void damaged_utf8_and_control_characters_are_shown_as_such(void **state)
{
	struct grid grid;
	struct area all;

	(void)state;
	assert_int_equal(grid_init(&grid, 1, 12, false), 0);
	all = grid_area(&grid);
	area_put(&all, 0, 0, ROLE_PLAIN, "a\xff\xe4\xb8 b\x1b[1m");
	expect_dump(&grid, "a\uFFFD\uFFFD\uFFFD b?[1m\n");
	grid_fini(&grid);
}

static void signs_have_stand_ins_of_ascii(void **state)
{
	struct grid grid;
	struct area all;

	(void)state;
	assert_int_equal(grid_init(&grid, 3, 12, true), 0);
	all = grid_area(&grid);
	area_box(&all, ROLE_BORDER);
	grid_join_lines(&grid);
	area_put(&all, 1, 1, ROLE_PLAIN, "✓ → 中");
	expect_dump(&grid, "+----------+\n|+ -> ?    |\n`----------'\n");
	grid_fini(&grid);
}

static void borders_of_neighbours_join(void **state)
{
	struct grid grid;
	struct area all, left, right;

	(void)state;
	assert_int_equal(grid_init(&grid, 3, 5, false), 0);
	all = grid_area(&grid);
	left = area_part(&all, 0, 0, 3, 3);
	right = area_part(&all, 0, 2, 3, 3);
	area_box(&left, ROLE_BORDER);
	area_box(&right, ROLE_FOCUS);
	grid_join_lines(&grid);
	expect_dump(&grid, "┌─┬─┐\n│ │ │\n└─┴─┘\n");
	grid_fini(&grid);
}

/* --- screens --- */

static struct screen sc;

static void open_sample(const char *file)
{
	char message[1024];
	struct text error;

	text_init(&error, message, sizeof(message));
	screen_init(&sc);
	sc.life.file = file;
	assert_true(life_option(&sc.life, LIFE_EVENT, "tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN"));
	assert_int_equal(screen_open(&sc, &error), 0);
}

/* Where a pane was scrolled to is no property of the moment. */
static char *draw(struct grid *grid)
{
	for (u32 l = 0; l < LAYOUTS; l++)
		for (u32 s = 0; s < LAYOUT_PANES; s++)
			sc.window[l][s].top = 0;
	screen_draw(&sc, grid);
	return dump(grid);
}

static void every_moment_looks_the_same_forward_and_backward(const char *file, int rows, int cols)
{
	struct grid grid;
	char **seen;
	u64 end;

	open_sample(file);
	end = debug_end(&sc.debug);
	seen = calloc(end + 1, sizeof(*seen));
	assert_int_equal(grid_init(&grid, rows, cols, false), 0);
	for (u64 n = 0; n <= end; n++) {
		seen[n] = draw(&grid);
		prompt_run(&sc, "step");
	}
	for (u64 n = end + 1; n-- > 0;) {
		char *text;

		sc.message[0] = 0;
		assert_int_equal(debug_now(&sc.debug), n);
		text = draw(&grid);
		assert_string_equal(text, seen[n]);
		free(text);
		prompt_run(&sc, "reverse-step");
	}
	for (u64 n = 0; n <= end; n++)
		free(seen[n]);
	free(seen);
	grid_fini(&grid);
	screen_fini(&sc);
}

static void moments_of_an_accepted_program(void **state)
{
	(void)state;
	every_moment_looks_the_same_forward_and_backward("samples/xdp_count.o", 36, 120);
	every_moment_looks_the_same_forward_and_backward("samples/subprogs.o", 24, 80);
}

static void moments_of_a_rejected_program(void **state)
{
	(void)state;
	every_moment_looks_the_same_forward_and_backward("test/data/cli/null.asm", 36, 120);
}

/* A stop forward is a stop backward. */
static void stops_are_found_both_ways(void **state)
{
	u64 at[64], count = 0;

	(void)state;
	open_sample("samples/xdp_count.o");
	prompt_run(&sc, "break helper:map_lookup_elem");
	prompt_run(&sc, "watch r2");
	for (;;) {
		prompt_run(&sc, "continue");
		if (debug_now(&sc.debug) == debug_end(&sc.debug))
			break;
		assert_true(count < 64);
		at[count++] = debug_now(&sc.debug);
	}
	assert_true(count >= 4);
	while (count-- > 0) {
		prompt_run(&sc, "reverse-continue");
		assert_int_equal(debug_now(&sc.debug), at[count]);
	}
	prompt_run(&sc, "reverse-continue");
	assert_int_equal(debug_now(&sc.debug), 0);
	screen_fini(&sc);
}

static void expressions(void **state)
{
	static const struct {
		const char *text;
		u64 value;
	} right[] = {{"1 + 2 * 3", 7},  {"(1 + 2) * 3", 9}, {"0x10 >> 2 == 4", 1}, {"!0 && -1 < 0", 0},
		     {"10 - 3 - 2", 5}, {"~0 & 0xff", 255}, {"7 % 4 | 8", 11},     {"step", 0}};
	static const char *const wrong[] = {"",        "1 +",       "(1",    "r11", "r0",
					    "nothing", "map no[1]", "1 / 0", "1 2", "* 5"};
	struct why why;
	u64 value;

	(void)state;
	open_sample("samples/xdp_count.o");
	for (size_t i = 0; i < ARRAY_SIZE(right); i++) {
		assert_int_equal(expr_value(&sc.debug, right[i].text, &value, &why), 0);
		assert_int_equal(value, right[i].value);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		why.text[0] = 0;
		assert_true(expr_value(&sc.debug, wrong[i], &value, &why) < 0);
		assert_true(why.text[0]);
	}
	screen_fini(&sc);
}

/* Any keys, at any size, leave a machine that can be drawn. */
static void random_keys(void **state)
{
	static const char letters[] = "sSiInNfFcC[]btwexz+-jkvV?:/123456789 \n\t\033qn";
	u32 seed = 12345;

	(void)state;
	open_sample("samples/subprogs.o");
	for (int i = 0; i < RANDOM_KEYS; i++) {
		struct grid grid;
		u32 key;

		seed = seed * 1103515245 + 12345;
		key = letters[(seed >> 16) % (sizeof(letters) - 1)];
		assert_int_equal(grid_init(&grid, (seed >> 8) % 70, (seed >> 20) % 220, seed & 1), 0);
		screen_key(&sc, key);
		sc.quit = false;
		screen_draw(&sc, &grid);
		grid_fini(&grid);
	}
	screen_fini(&sc);
}

/* The pane whose title or tab stands there has the keys after a click, at every size. */
static void a_click_focuses_what_it_hits(void **state)
{
	static const int sizes[][2] = {{24, 80}, {36, 120}, {60, 200}};
	struct grid grid;

	(void)state;
	open_sample("samples/xdp_count.o");
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		assert_int_equal(grid_init(&grid, sizes[i][0], sizes[i][1], GLYPHS_FULL), 0);
		screen_draw(&sc, &grid);
		assert_true(sc.spots >= 4);
		for (int n = 0; n < sc.spots; n++) {
			struct spot spot = sc.spot[n];
			int row = spot.area.row + (spot.lines ? 1 : 0);

			sc.window[sc.layout - layouts][spot.slot].cursor = -1;
			screen_click(&sc, row, spot.area.col + 1);
			assert_int_equal(sc.focus, spot.slot);
			assert_int_equal(screen_window(&sc)->cursor >= 0, spot.lines);
		}
		screen_click(&sc, 0, 0); /* the frame belongs to no pane */
		assert_int_equal(sc.focus, sc.spot[sc.spots - 1].slot);
		grid_fini(&grid);
	}
	screen_fini(&sc);
}

static void each_command_has_words_and_a_name_of_its_own(void **state)
{
	struct why why;

	(void)state;
	for (const struct command *c = commands; c->name; c++) {
		assert_ptr_equal(command_find(c->name, strlen(c->name), &why), c);
		if (c->short_form)
			assert_ptr_equal(command_find(c->short_form, strlen(c->short_form), &why), c);
	}
	assert_null(command_find("rever", 5, &why));
	assert_non_null(strstr(why.text, "reverse-step"));
	assert_null(command_find("contimue", 8, &why));
	assert_non_null(strstr(why.text, "continue"));
}

static void each_layout_names_a_pane_once(void **state)
{
	(void)state;
	for (const struct layout *l = layouts; l->name; l++)
		for (u32 i = 0; i < LAYOUT_PANES && l->slot[i].pane; i++)
			for (u32 j = 0; j < i; j++)
				assert_ptr_not_equal(l->slot[i].pane, l->slot[j].pane);
	for (u32 phase = 0; phase < PHASES; phase++)
		assert_true(layout_for(phase)->phases & 1u << phase);
	for (u32 i = 0; panes[i]; i++)
		assert_true(panes[i]->help[0] && panes[i]->title[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_at_its_area),
		cmocka_unit_test(wide_characters_take_two_cells),
		cmocka_unit_test(damaged_utf8_and_control_characters_are_shown_as_such),
		cmocka_unit_test(signs_have_stand_ins_of_ascii),
		cmocka_unit_test(borders_of_neighbours_join),
		cmocka_unit_test(moments_of_an_accepted_program),
		cmocka_unit_test(moments_of_a_rejected_program),
		cmocka_unit_test(stops_are_found_both_ways),
		cmocka_unit_test(expressions),
		cmocka_unit_test(random_keys),
		cmocka_unit_test(a_click_focuses_what_it_hits),
		cmocka_unit_test(each_command_has_words_and_a_name_of_its_own),
		cmocka_unit_test(each_layout_names_a_pane_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
