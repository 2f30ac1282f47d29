/* How a grid comes to a terminal: themes, the colours of addresses, sets of glyphs, the terminal's answers. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#include "ui/tui/term.h"

static struct grid grid;

/* A row of the grid with @text, drawn with @glyphs. */
static const struct cell *row_of(const char *text, enum role role, enum glyphs glyphs)
{
	struct area all;

	grid_fini(&grid);
	assert_int_equal(grid_init(&grid, 1, 60, glyphs), 0);
	all = grid_area(&grid);
	area_put(&all, 0, 0, role, text);
	grid_hues(&grid);
	return grid.cell;
}

static void expect_hues(const char *text, const char *expected)
{
	static const char letters[HUES + 1] = ".sctm"; /* none, stack, ctx, the packet, map */
	const struct cell *row = row_of(text, ROLE_PLAIN, GLYPHS_FULL);
	char found[61] = "";

	for (size_t i = 0; i < strlen(expected); i++)
		found[i] = letters[row[i].hue];
	assert_string_equal(found, expected);
}

static void addresses_are_found_in_text(void **state)
{
	(void)state;
	expect_hues("r2 = fp-4 and pkt+23", ".....ssss.....tttttt");
	expect_hues("ctx+16 xdp_buff+0", "cccccc.cccccccccc");
	expect_hues("r0 map counts[6]+0 *", "...mmmmmmmmmmmmmmm..");
	expect_hues("r1 = map counts", ".....mmmmmmmmmm");
	expect_hues("the map counts packets", "......................");
	expect_hues("R2_w=fp-4 R1=pkt(off=0", ".....ssss....ttt......");
	expect_hues("fp0 R0=map_value(off", "sss....mmmmmmmmm....");
	expect_hues("fpu pktx ctx_old map [", "......................");
	expect_hues("map counts[6… xyz", "mmmmmmmmmmmm.....");
}

static struct look look_of(const struct theme *theme, enum role role, enum hue hue)
{
	struct cell cell = {.ch = 'x', .role = role, .hue = hue};

	return theme_look(theme, &cell);
}

/* What a role says must be seen in every theme: with colours, with 8, without. */
static void roles_look_different_in_every_theme(void **state)
{
	static const u8 distinct[] = {ROLE_PLAIN, ROLE_CURRENT, ROLE_LINKED, ROLE_CHANGED};
	static const s16 colors[] = {0, 8, 256};

	(void)state;
	for (size_t t = 0; t < 2 * ARRAY_SIZE(colors); t++) {
		struct theme theme = {.light = t % 2, .colors = colors[t / 2]};

		for (size_t a = 0; a < ARRAY_SIZE(distinct); a++)
			for (size_t b = 0; b < a; b++)
				assert_false(look_equal(look_of(&theme, distinct[a], HUE_NONE),
							look_of(&theme, distinct[b], HUE_NONE)));
		for (int role = 0; theme.colors == 0 && role < ROLES; role++)
			assert_int_equal(look_of(&theme, role, HUE_MAP).color, COLOR_OWN);
	}
}

static void a_changed_address_keeps_its_colour_and_is_bold(void **state)
{
	struct theme theme = {.colors = 256};

	(void)state;
	assert_int_equal(look_of(&theme, ROLE_CHANGED, HUE_STACK).color, look_of(&theme, ROLE_PLAIN, HUE_STACK).color);
	assert_true(look_of(&theme, ROLE_CHANGED, HUE_STACK).attributes & LOOK_BOLD);
	assert_int_equal(look_of(&theme, ROLE_CURRENT, HUE_STACK).color, COLOR_OWN);
}

static void backgrounds_are_understood(void **state)
{
	struct theme theme = {0};

	(void)state;
	assert_true(theme_by_colorfgbg("0;15", &theme) && theme.light);
	assert_true(theme_by_colorfgbg("15;default;0", &theme) && !theme.light);
	assert_true(theme_by_colorfgbg("0;7", &theme) && theme.light);
	assert_false(theme_by_colorfgbg("15;default", &theme));
	assert_false(theme_by_colorfgbg("x", &theme));
	assert_true(theme_by_rgb("rgb:ffff/ffff/ffff", &theme) && theme.light);
	assert_true(theme_by_rgb("rgb:1e1e/1e1e/2e2e", &theme) && !theme.light);
	assert_true(theme_by_rgb("rgb:fd/f6/e3", &theme) && theme.light);
	assert_false(theme_by_rgb("rgb:", &theme));
	assert_false(theme_by_name("purple", &theme));
}

static void signs_come_from_the_terminals_set(void **state)
{
	char text[10];

	(void)state;
	assert_int_equal(row_of("✓", ROLE_PLAIN, GLYPHS_CONSOLE)[0].ch, '+');
	assert_int_equal(row_of("→", ROLE_PLAIN, GLYPHS_CONSOLE)[0].ch, 0x2192);
	assert_int_equal(row_of("中", ROLE_PLAIN, GLYPHS_CONSOLE)[0].ch, '?');
	assert_int_equal(row_of("→", ROLE_PLAIN, GLYPHS_NARROW)[0].ch, '-');
	assert_int_equal(row_of("§", ROLE_PLAIN, GLYPHS_NARROW)[0].ch, '?');
	cell_text(row_of("中", ROLE_PLAIN, GLYPHS_NARROW), text);
	assert_string_equal(text, "中");
	assert_int_equal(row_of("✓", ROLE_PLAIN, GLYPHS_ASCII)[0].ch, '+');
}

/* What is asked goes to nobody. */
static void ask_nobody(void)
{
	int out = dup(STDOUT_FILENO), nowhere = open("/dev/null", O_WRONLY);

	fflush(stdout);
	dup2(nowhere, STDOUT_FILENO);
	probe_ask(true, true);
	dup2(out, STDOUT_FILENO);
	close(nowhere);
	close(out);
}

/* As the bytes come, one by one. */
static int answer(const char *text, struct term *t)
{
	char begun[64] = "";

	ask_nobody();
	for (size_t n = 1; n <= strlen(text); n++) {
		int taken;

		snprintf(begun, sizeof(begun), "%.*s", (int)n, text);
		taken = probe_take(begun, t);
		if (taken)
			return taken;
	}
	return 0;
}

static void answers_of_the_terminal_are_taken(void **state)
{
	struct term t = {.glyphs = GLYPHS_FULL};

	(void)state;
	assert_int_equal(answer("[2;2R", &t), 1);
	assert_int_equal(t.glyphs, GLYPHS_FULL);
	assert_false(probe_waits());
	assert_int_equal(answer("[2;3R", &t), 1);
	assert_int_equal(t.glyphs, GLYPHS_NARROW);
	assert_int_equal(answer("]11;rgb:ffff/ffff/ffff\033\\", &t), 1);
	assert_true(t.theme.light);
	assert_true(probe_waits());
	assert_int_equal(answer("]11;rgb:0000/0000/0000\a", &t), 1);
	assert_false(t.theme.light);
	assert_int_equal(answer("[A", &t), -1);
	assert_int_equal(answer("]x", &t), -1);
	assert_int_equal(answer("[", &t), 0);
	assert_int_equal(answer("[1111111111111111111111", &t), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_found_in_text),
		cmocka_unit_test(roles_look_different_in_every_theme),
		cmocka_unit_test(a_changed_address_keeps_its_colour_and_is_bold),
		cmocka_unit_test(backgrounds_are_understood),
		cmocka_unit_test(signs_come_from_the_terminals_set),
		cmocka_unit_test(answers_of_the_terminal_are_taken),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	grid_fini(&grid);
	return failed;
}
