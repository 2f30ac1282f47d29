/* The terminal: see term.h. */
#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
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

volatile bool term_interrupted, term_ending;
static bool is_open, has_colors_;

/* --- how roles look --- */

enum { NONE = -1 };

static const struct {
	attr_t attributes;
	short color; /* foreground of 8, NONE: the terminal's own */
} looks[ROLES] = {
	[ROLE_PLAIN] = {A_NORMAL, NONE},
	[ROLE_QUIET] = {A_DIM, NONE},
	[ROLE_TITLE] = {A_BOLD, NONE},
	[ROLE_BORDER] = {A_DIM, NONE},
	[ROLE_FOCUS] = {A_BOLD, COLOR_CYAN},
	[ROLE_CURRENT] = {A_REVERSE, NONE},
	[ROLE_LINKED] = {A_UNDERLINE, NONE},
	[ROLE_CURSOR] = {A_REVERSE | A_DIM, NONE},
	[ROLE_CHANGED] = {A_BOLD, COLOR_MAGENTA},
	[ROLE_GOOD] = {A_NORMAL, COLOR_GREEN},
	[ROLE_BAD] = {A_BOLD, COLOR_RED},
	[ROLE_KEY] = {A_BOLD, NONE},
	[ROLE_POINTER] = {A_NORMAL, COLOR_CYAN},
	[ROLE_SOURCE] = {A_NORMAL, NONE},
	[ROLE_SENTENCE] = {A_BOLD, NONE},
};

static void begin_colors(void)
{
	has_colors_ = cli_may_color() && has_colors();
	if (!has_colors_)
		return;
	start_color();
	use_default_colors();
	for (short role = 0; role < ROLES; role++)
		init_pair(role + 1, looks[role].color, NONE);
}

/* --- signals --- */

void term_close(void)
{
	if (!is_open)
		return;
	is_open = false;
	endwin();
}

static void on_interrupt(int signal)
{
	(void)signal;
	term_interrupted = true;
}

static void on_end(int signal)
{
	(void)signal;
	term_interrupted = true;
	term_ending = true;
}

/* A fault of our own: the terminal must be usable when it is told. */
static void on_crash(int number)
{
	term_close();
	signal(number, SIG_DFL);
	raise(number);
}

static void handle(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static void begin_signals(void)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	static const int ends[] = {SIGTERM, SIGHUP, SIGQUIT};

	handle(SIGINT, on_interrupt);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		handle(ends[i], on_end);
	for (size_t i = 0; i < ARRAY_SIZE(crashes); i++)
		handle(crashes[i], on_crash);
}

void term_continue(void)
{
	term_interrupted = false;
}

/* --- showing --- */

bool term_is_utf8(void)
{
	const char *term = getenv("TERM");

	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 && !(term && strcmp(term, "linux") == 0);
}

bool term_open(void)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !term || !*term || strcmp(term, "dumb") == 0)
		return false;
	ESCDELAY = 50;
	if (!newterm(NULL, stdout, stdin))
		return false;
	is_open = true;
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	curs_set(0);
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
	begin_colors();
	begin_signals();
	return true;
}

void term_size(int *rows, int *cols)
{
	*rows = LINES;
	*cols = COLS;
}

static void show_cell(const struct cell *cell, int row, int col)
{
	wchar_t text[3] = {cell->ch, cell->mark, 0};
	short pair = has_colors_ ? cell->role + 1 : 0;
	cchar_t cc;

	if (!cell->ch)
		return;
	setcchar(&cc, text, looks[cell->role].attributes, pair, NULL);
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

u32 term_key(struct term_mouse *mouse)
{
	wint_t key;
	int kind = get_wch(&key);

	if (kind == ERR)
		return TERM_NOTHING;
	if (kind == KEY_CODE_YES)
		return special_key(key, mouse);
	if (key == '\r' || key == '\n')
		return KEY_RETURN;
	return key == 8 ? KEY_ERASE : key;
}
