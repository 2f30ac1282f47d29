/* Keys: a table from key to command, the line at the bottom that shows those that matter now, and the
 * prompt's line. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../travel.h"
#include "prompt.h"

static const struct key {
	u32 code;
	const char *name;    /* for help and scripts */
	const char *command; /* ends with a space: the prompt is opened with it; NULL: see below */
	const char *doc;
	const char *hint; /* on the bottom line; NULL: not there */
} keys[] = {
	{'s', "s", "step", "one unit on: a C line when the source has the focus, else the machine's unit",
	 "step"},
	{'S', "S", "reverse-step", "one unit back", "back"},
	{KEY_RETURN, "Enter", "next-stage", "the next stage of the program's life", NULL},
	{'i', "i", "stepi", "the next instruction", NULL},
	{'I', "I", "reverse-stepi", "the instruction before", NULL},
	{'n', "n", "next", "an instruction, over calls", NULL},
	{'N', "N", "reverse-next", "the same back", NULL},
	{'f', "f", "finish", "to the end of the function, or of the verifier's path", NULL},
	{'F', "F", "reverse-finish", "to where it began", NULL},
	{'c', "c", "continue", "to the next stop", "go on"},
	{'C', "C", "reverse-continue", "to the stop before", NULL},
	{']', "]", "goto +10", "ten steps on", NULL},
	{'[', "[", "goto -10", "ten steps back", NULL},
	{'g', "g", "goto ", "to a step", NULL},
	{KEY_HOME_, "Home", "goto 0", "to the beginning", NULL},
	{KEY_END_, "End", "goto end", "to the end", NULL},
	{'b', "b", "break", "breakpoint at the cursor, on and off", NULL},
	{' ', "Space", "break", "the same", NULL},
	{'t', "t", "tbreak", "one that goes away when it is hit", NULL},
	{'w', "w", "why", "to what made it so", NULL},
	{'e', "e", "explain", "the thing under the cursor", "explain"},
	{'o', "o", "form", "bytecode as written, or translated", NULL},
	{'x', "x", "format", "values in another form", NULL},
	{KEY_TAB, "Tab", "focus next", "the next pane", "pane"},
	{KEY_BACKTAB, "BackTab", "focus previous", "the pane before", NULL},
	{'1', "1", "focus 1", "pane 1; so with 2 to 9", NULL},
	{'2', "2", "focus 2", NULL, NULL},
	{'3', "3", "focus 3", NULL, NULL},
	{'4', "4", "focus 4", NULL, NULL},
	{'5', "5", "focus 5", NULL, NULL},
	{'6', "6", "focus 6", NULL, NULL},
	{'7', "7", "focus 7", NULL, NULL},
	{'8', "8", "focus 8", NULL, NULL},
	{'9', "9", "focus 9", NULL, NULL},
	{'z', "z", "zoom", "the pane alone, and back", NULL},
	{'+', "+", "grow", "more room for the pane", NULL},
	{'-', "-", "shrink", "less", NULL},
	{'j', "j", "move 1", "cursor down", NULL},
	{'k', "k", "move -1", "cursor up", NULL},
	{KEY_ARROW_DOWN, "Down", "move 1", NULL, NULL},
	{KEY_ARROW_UP, "Up", "move -1", NULL, NULL},
	{KEY_PGDN, "PgDn", "move 10", "ten lines down", NULL},
	{KEY_PGUP, "PgUp", "move -10", "ten lines up", NULL},
	{'/', "/", "search ", "search in the pane", NULL},
	{'v', "v", "next-layout", "other panes", "layout"},
	{'V', "V", "previous-layout", "the same back", NULL},
	{':', ":", "", "command", "command"},
	{'?', "?", "help", "this", "help"},
	{KEY_FN_1, "F1", "help", NULL, NULL},
	{KEY_FN_5, "F5", "run", "from the beginning to the first stop", NULL},
	{KEY_FN_6, "F6", "continue", NULL, NULL},
	{KEY_FN_7, "F7", "finish", NULL, NULL},
	{KEY_FN_8, "F8", "next", NULL, NULL},
	{KEY_FN_10, "F10", "step", NULL, NULL},
	{'q', "q", NULL, "leave, after a question", "quit"},
	{KEY_ESC, "Esc", NULL, "leaves prompt, help, cursor", NULL},
	{KEY_ERASE, "Backspace", NULL, NULL, NULL},
};

u32 key_by_name(const char **text)
{
	const char *at = *text;
	size_t n;

	if (!*at)
		return 0;
	if (*at == '<') {
		n = strcspn(at + 1, ">");
		*text = at + 1 + n + (at[1 + n] == '>');
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			if (strlen(keys[i].name) == n && strncmp(keys[i].name, at + 1, n) == 0)
				return keys[i].code;
		return '?';
	}
	*text = at;
	return utf8_decode(text);
}

void keys_help(struct screen *sc)
{
	screen_say(sc, "\nKeys: lower case goes forward, UPPER case the same backward.\n");
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].doc)
			screen_say(sc, "  %-8s %s\n", keys[i].name, keys[i].doc);
}

/* --- the bottom line --- */

static int put_key(const struct area *a, int col, const char *name, const char *what)
{
	if (col + (int)strlen(name) + (int)strlen(what) + 1 > a->cols)
		return a->cols;
	col = area_put(a, a->rows - 1, col, ROLE_KEY, name);
	return area_print(a, a->rows - 1, col, ROLE_QUIET, " %s  ", what);
}

static int put_enter(const struct screen *sc, const struct area *a, int col)
{
	const struct debug *d = &sc->debug;
	char what[80];

	for (u32 i = 0; i < d->marks; i++) {
		if (!travel_begins(d, i) || d->mark[i].step <= debug_now(d))
			continue;
		snprintf(what, sizeof(what), "next: %s", phase_name(d->mark[i].phase));
		return put_key(a, col, "Enter", what);
	}
	return debug_now(d) < debug_end(d) ? put_key(a, col, "Enter", "to the end") : col;
}

void keys_line(struct screen *sc, const struct area *a)
{
	int col = 1;

	if (sc->asked_quit) {
		area_put(a, a->rows - 1, 1, ROLE_TITLE, "Leave bpfwalk? y yes, any other key no");
		return;
	}
	if (sc->prompt) {
		area_put(a, a->rows - 1, 1, ROLE_QUIET, "Enter does it  Esc leaves");
		return;
	}
	if (sc->reading) {
		area_put(a, a->rows - 1, 1, ROLE_QUIET, "j k PgDn PgUp scroll  Esc or q back");
		return;
	}
	if (sc->mode == MODE_START) {
		area_put(a, a->rows - 1, 1, ROLE_QUIET,
			 "Enter start  j k choose  o open  s sandbox  : command  ? help  q quit");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].code == KEY_RETURN)
			col = put_enter(sc, a, col);
		else if (keys[i].hint)
			col = put_key(a, col, keys[i].name, keys[i].hint);
	}
}

/* --- the prompt's line --- */

static void open_prompt(struct screen *sc, const char *with)
{
	sc->prompt = true;
	snprintf(sc->line, sizeof(sc->line), "%s", with);
	sc->cursor = strlen(sc->line);
}

static void erase(struct screen *sc)
{
	size_t n = strlen(sc->line);

	while (n && ((u8)sc->line[--n] & 0xc0) == 0x80)
		;
	sc->line[n] = 0;
}

/* The plain editor; a terminal has readline's instead. */
static void prompt_key(struct screen *sc, u32 key)
{
	size_t n = strlen(sc->line);
	char bytes[5];

	if (key == KEY_ESC) {
		sc->prompt = false;
	} else if (key == KEY_RETURN) {
		char line[sizeof(sc->line)];

		memcpy(line, sc->line, sizeof(line));
		sc->prompt = false;
		prompt_run(sc, line);
	} else if (key == KEY_ERASE) {
		erase(sc);
	} else if (key >= ' ' && key < 0x110000 && n + 5 < sizeof(sc->line)) {
		utf8_encode(key, bytes);
		memcpy(sc->line + n, bytes, strlen(bytes) + 1);
	}
	sc->cursor = strlen(sc->line);
}

/* --- what a key does --- */

static bool is_scroll(u32 key, int *by)
{
	static const struct {
		u32 key;
		int by;
	} scroll[] = {{'j', 1},       {'k', -1},       {KEY_ARROW_DOWN, 1}, {KEY_ARROW_UP, -1},
		      {KEY_PGDN, 10}, {KEY_PGUP, -10}, {' ', 10},           {KEY_HOME_, -1000000}};

	for (size_t i = 0; i < ARRAY_SIZE(scroll); i++) {
		if (scroll[i].key == key) {
			*by = scroll[i].by;
			return true;
		}
	}
	return false;
}

static void reader_key(struct screen *sc, u32 key)
{
	int by;

	if (is_scroll(key, &by))
		sc->reader.top = max_s64(0, (s64)sc->reader.top + by);
	else
		sc->reading = false;
}

static void begin_item(struct screen *sc, const char *command)
{
	size_t n = strlen(command);

	if (command[n - 1] == ' ')
		open_prompt(sc, command);
	else
		prompt_run(sc, command);
}

static void start_key(struct screen *sc, u32 key)
{
	int by;

	sc->message[0] = 0;
	if (key == ':') {
		open_prompt(sc, "");
		return;
	}
	if (is_scroll(key, &by)) {
		sc->selected = (sc->selected + (by > 0 ? 1 : -1) + start_item_count) % start_item_count;
		return;
	}
	for (int i = 0; i < start_item_count; i++)
		if (start_items[i].key && (u32)start_items[i].key == key)
			begin_item(sc, start_items[i].command);
	if (key == KEY_RETURN)
		begin_item(sc, start_items[sc->selected].command);
}

static void walk_key(struct screen *sc, u32 key)
{
	if (key == KEY_ESC) {
		screen_window(sc)->cursor = -1;
		sc->message[0] = 0;
		return;
	}
	if (key == 'q') {
		sc->asked_quit = true;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].code != key || !keys[i].command)
			continue;
		if (!keys[i].command[0])
			open_prompt(sc, "");
		else
			begin_item(sc, keys[i].command);
		return;
	}
}

void screen_key(struct screen *sc, u32 key)
{
	if (sc->asked_quit) {
		sc->asked_quit = false;
		sc->quit = key == 'y' || key == 'Y';
	} else if (sc->prompt) {
		prompt_key(sc, key);
	} else if (sc->reading) {
		reader_key(sc, key);
	} else if (sc->mode == MODE_START) {
		start_key(sc, key);
	} else {
		walk_key(sc, key);
	}
}
