/* The terminal: see term.h. */
#include <curses.h>
#include <langinfo.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "../../sim/sim.h"

/* ncurses has macros of the same names as keys of screen.h. */
static const struct {
	int curses;
	u32 offset; /* from the first of screen.h's keys that are no characters */
} special[] = {
	{KEY_UP, 0},    {KEY_DOWN, 1},  {KEY_LEFT, 2},   {KEY_RIGHT, 3}, {KEY_PPAGE, 4},
	{KEY_NPAGE, 5}, {KEY_HOME, 6},  {KEY_END, 7},    {KEY_F(1), 8},  {KEY_F(2), 9},
	{KEY_F(3), 10}, {KEY_F(4), 11}, {KEY_F(5), 12},  {KEY_F(6), 13}, {KEY_F(7), 14},
	{KEY_F(8), 15}, {KEY_F(9), 16}, {KEY_F(10), 17}, {KEY_BTAB, 18},
};
enum {
	CURSES_RESIZE = KEY_RESIZE,
	CURSES_MOUSE = KEY_MOUSE,
	CURSES_BACKSPACE = KEY_BACKSPACE,
	CURSES_ENTER = KEY_ENTER,
	CURSES_DELETE = KEY_DC
};

#include "../cli.h"
#include "term.h"

#define ANSWER_MS 30 /* a terminal on this machine answers within a few */
#define SEQUENCE_MS 20
#define AHEAD 64

struct term term;
static bool is_open;
static u32 ahead[AHEAD]; /* typed while the terminal was asked */
static int ahead_count, ahead_taken;

/* --- how cells look --- */

#define PAIRS 64

static struct {
	s16 color, back;
} pairs[PAIRS];
static int pair_count;

/* ncurses numbers pairs of colours; each is made when it is first needed. */
static short pair_of(struct look look)
{
	if (look.color == COLOR_OWN && look.back == COLOR_OWN)
		return 0;
	for (int i = 0; i < pair_count; i++)
		if (pairs[i].color == look.color && pairs[i].back == look.back)
			return i + 1;
	if (pair_count == PAIRS || pair_count + 1 >= COLOR_PAIRS)
		return 0;
	pairs[pair_count].color = look.color;
	pairs[pair_count].back = look.back;
	init_pair(++pair_count, look.color, look.back);
	return pair_count;
}

static attr_t attributes_of(struct look look)
{
	return (look.attributes & LOOK_BOLD ? A_BOLD : 0) | (look.attributes & LOOK_DIM ? A_DIM : 0) |
	       (look.attributes & LOOK_REVERSE ? A_REVERSE : 0) |
	       (look.attributes & LOOK_UNDERLINE ? A_UNDERLINE : 0);
}

static void find_colors(void)
{
	term.theme.colors = 0;
	pair_count = 0;
	if (!cli_may_color() || !has_colors())
		return;
	start_color();
	use_default_colors();
	term.theme.colors = COLORS >= 256 ? 256 : COLORS >= 8 ? 8 : 0;
}

/* --- opening --- */

static enum glyphs find_glyphs(bool ascii)
{
	const char *name = getenv("TERM");

	if (ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return GLYPHS_ASCII;
	return strcmp(name, "linux") == 0 ? GLYPHS_CONSOLE : GLYPHS_FULL;
}

/* What a crash has to write: no function of ncurses may be called then. */
static void crash_text(char *text, size_t cap)
{
	static const char *const names[] = {"sgr0", "cnorm", "rmkx", "rmcup"};
	struct text out;

	text_init(&out, text, cap);
	text_add(&out, "%s", "\033[?1000l\033[?1006l");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *cap_text = tigetstr(names[i]);

		if (cap_text && cap_text != (const char *)-1)
			text_add(&out, "%s", cap_text);
	}
}

void term_close(void)
{
	if (!is_open)
		return;
	is_open = false;
	endwin();
	signals_end();
}

void term_away(bool away)
{
	if (!is_open)
		return;
	if (away) {
		def_prog_mode();
		endwin();
	} else {
		reset_prog_mode();
		clearok(curscr, TRUE);
		refresh();
	}
}

void term_size(int *rows, int *cols)
{
	*rows = LINES;
	*cols = COLS;
}

/* --- showing --- */

static void show_cell(const struct cell *cell, int row, int col)
{
	wchar_t text[3] = {cell->ch, cell->mark, 0};
	struct look look = theme_look(&term.theme, cell);
	cchar_t cc;

	if (!cell->ch)
		return;
	setcchar(&cc, text, attributes_of(look), pair_of(look), NULL);
	mvadd_wch(row, col, &cc);
}

void term_show(const struct grid *grid, int cursor_col)
{
	for (int row = 0; row < grid->rows; row++)
		for (int col = 0; col < grid->cols; col++)
			show_cell(&grid->cell[row * grid->cols + col], row, col);
	if (cursor_col >= 0 && grid->rows >= 2)
		move(grid->rows - 2, cursor_col < grid->cols ? cursor_col : grid->cols - 1);
	curs_set(cursor_col >= 0);
	refresh();
}

/* --- keys --- */

static u32 mouse_key(struct term_mouse *mouse)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return TERM_NOTHING;
	*mouse = (struct term_mouse){.row = event.y, .col = event.x};
	if (event.bstate & BUTTON4_PRESSED)
		mouse->wheel = -3;
	if (event.bstate & BUTTON5_PRESSED)
		mouse->wheel = 3;
	return TERM_MOUSE;
}

static u32 special_key(wint_t key, struct term_mouse *mouse)
{
	if (key == CURSES_RESIZE)
		return TERM_RESIZED;
	if (key == CURSES_MOUSE)
		return mouse_key(mouse);
	if (key == CURSES_BACKSPACE || key == CURSES_DELETE)
		return KEY_ERASE;
	if (key == CURSES_ENTER)
		return KEY_RETURN;
	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if ((wint_t)special[i].curses == key)
			return KEY_ARROW_UP + special[i].offset;
	return TERM_NOTHING;
}

/* An Esc came while an answer lacks: is this one? What is none is a key again. */
static u32 answer_or_esc(void)
{
	char text[64] = "";
	wint_t key;

	timeout(SEQUENCE_MS);
	for (size_t n = 0; n + 1 < sizeof(text); n++) {
		int taken = probe_take(text, &term);

		if (taken > 0)
			return TERM_ANSWERED;
		if (taken < 0 || get_wch(&key) != OK || key >= 0x80)
			break;
		text[n] = key;
	}
	for (size_t n = strlen(text); n > 0; n--)
		ungetch((u8)text[n - 1]);
	return KEY_ESC;
}

/* A key that is there, or comes within @ms. */
static u32 key_within(struct term_mouse *mouse, int ms)
{
	wint_t key;
	int kind;

	timeout(ms);
	kind = get_wch(&key);
	if (kind == ERR)
		return TERM_NOTHING;
	if (kind == KEY_CODE_YES)
		return special_key(key, mouse);
	if (key == KEY_ESC && probe_waits())
		return answer_or_esc();
	if (key == '\r' || key == '\n')
		return KEY_RETURN;
	return key == 8 ? KEY_ERASE : key;
}

u32 term_key(struct term_mouse *mouse)
{
	u32 key;

	if (ahead_taken < ahead_count)
		return ahead[ahead_taken++];
	signals_hold();
	key = key_within(mouse, SEQUENCE_MS);
	if (key == TERM_NOTHING && !signals_wait() && key_within(mouse, 0) == TERM_NOTHING)
		term_ending = true;
	signals_release();
	return key;
}

u32 term_key_within(struct term_mouse *mouse, int ms)
{
	return ahead_taken < ahead_count ? ahead[ahead_taken++] : key_within(mouse, ms);
}

/* --- the terminal is asked --- */

static double asked;

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

double term_now(void)
{
	return now_ms() / 1e3;
}

static void ask_terminal(const struct term_wish *wish)
{
	const char *colors = getenv("COLORFGBG"), *name = getenv("TERM");
	bool known = wish->theme ? theme_by_name(wish->theme, &term.theme)
				 : colors && theme_by_colorfgbg(colors, &term.theme);

	/* The Linux console is dark, and would show the question for its background. */
	probe_ask(term.glyphs == GLYPHS_FULL, !known && term.theme.colors && strcmp(name, "linux") != 0);
	asked = now_ms();
}

void term_await(void)
{
	struct term_mouse mouse;

	while (probe_waits() && ahead_count < AHEAD) {
		double left = asked + ANSWER_MS - now_ms();
		u32 key = key_within(&mouse, left > 0 ? (int)left : 0);

		if (key == TERM_NOTHING)
			return;
		if (key < TERM_RESIZED)
			ahead[ahead_count++] = key;
	}
}

bool term_open(const struct term_wish *wish)
{
	const char *name = getenv("TERM");
	char reset[256];

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !name || !*name || strcmp(name, "dumb") == 0)
		return false;
	ESCDELAY = 50;
	if (!newterm(NULL, stdout, stdin))
		return false;
	is_open = true;
	crash_text(reset, sizeof(reset));
	signals_begin(reset);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	curs_set(0);
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
	find_colors();
	term.glyphs = find_glyphs(wish->ascii);
	refresh();
	ask_terminal(wish);
	return true;
}
