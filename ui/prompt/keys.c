/* Keys: a table from key to command, and the prompt's line. What the bottom line shows of them: keyline.c. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lesson/shelf.h"
#include "../words.h"
#include "prompt.h"

static const struct key {
	u32 code;
	const char *name;    /* for help and scripts */
	const char *command; /* ends with a space: the prompt is opened with it; NULL: see below */
	const char *doc;
} keys[] = {
	{'s', "s", "step", "one unit on: a C line when the source has the focus, else the machine's unit"},
	{'S', "S", "reverse-step", "one unit back"},
	{KEY_RETURN, "Enter", "next-stage", "the next stage of the program's life"},
	{'i', "i", "stepi", "the next instruction"},
	{'I', "I", "reverse-stepi", "the instruction before"},
	{'m', "m", "machine", "an instruction of the machine code (layout machine)"},
	{'M', "M", "reverse-machine", "the same back"},
	{'n', "n", "next", "an instruction, over calls"},
	{'N', "N", "reverse-next", "the same back"},
	{'f', "f", "finish", "to the end of the function, or of the verifier's path"},
	{'F', "F", "reverse-finish", "to where it began"},
	{'c', "c", "continue", "to the next stop"},
	{'C', "C", "reverse-continue", "to the stop before"},
	{']', "]", "goto +10", "ten steps on"},
	{'[', "[", "goto -10", "ten steps back"},
	{'g', "g", "goto ", "to a step"},
	{KEY_HOME_, "Home", "goto 0", "to the beginning"},
	{KEY_END_, "End", "goto end", "to the end"},
	{'b', "b", "break", "breakpoint at the cursor, on and off"},
	{' ', "Space", "break", "the same"},
	{'t', "t", "tbreak", "one that goes away when it is hit"},
	{'w', "w", "why", "to what made it so"},
	{'e', "e", "explain", "the thing under the cursor"},
	{'o', "o", "form", "bytecode as written, or translated"},
	{'x', "x", "format", "values in another form"},
	{KEY_TAB, "Tab", "focus next", "the next pane"},
	{KEY_BACKTAB, "BackTab", "focus previous", "the pane before"},
	{'1', "1", "focus 1", "pane 1; so with 2 to 9"},
	{'2', "2", "focus 2", NULL},
	{'3', "3", "focus 3", NULL},
	{'4', "4", "focus 4", NULL},
	{'5', "5", "focus 5", NULL},
	{'6', "6", "focus 6", NULL},
	{'7', "7", "focus 7", NULL},
	{'8', "8", "focus 8", NULL},
	{'9', "9", "focus 9", NULL},
	{'z', "z", "zoom", "the pane alone, and back"},
	{'+', "+", "grow", "more room for the pane"},
	{'-', "-", "shrink", "less"},
	{'j', "j", "move 1", "cursor down"},
	{'k', "k", "move -1", "cursor up"},
	{KEY_ARROW_DOWN, "Down", "move 1", NULL},
	{KEY_ARROW_UP, "Up", "move -1", NULL},
	{KEY_PGDN, "PgDn", "move 10", "ten lines down"},
	{KEY_PGUP, "PgUp", "move -10", "ten lines up"},
	{'/', "/", "search ", "search in the pane"},
	{'v', "v", "next-layout", "other panes"},
	{'V', "V", "previous-layout", "the same back"},
	{':', ":", "", "command"},
	{'?', "?", "help", "this"},
	{KEY_FN_1, "F1", "help", NULL},
	{KEY_FN_2, "F2", "language", "the other language"},
	{KEY_FN_5, "F5", "run", "from the beginning to the first stop"},
	{KEY_FN_6, "F6", "continue", NULL},
	{KEY_FN_7, "F7", "finish", NULL},
	{KEY_FN_8, "F8", "next", NULL},
	{KEY_FN_10, "F10", "step", NULL},
	{'h', "h", "lesson hint", "the next hint (in a lesson)"},
	{'L', "L", "lesson text", "the text of the lesson, or the panes (narrow screens)"},
	{'E', "E", "lesson edit", "your file in $EDITOR (in an exercise)"},
	{'<', "<", "lesson back", "the page before (in a lesson)"},
	{'{', "{", "lesson scroll -5", "the lesson's text up"},
	{'}', "}", "lesson scroll 5", "and down"},
	{'q', "q", NULL, "leave, after a question"},
	{KEY_ESC, "Esc", NULL, "leaves prompt, help, cursor"},
	{KEY_ERASE, "Backspace", NULL, NULL},
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

const char *key_name(u32 code)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].code == code)
			return keys[i].name;
	return "?";
}

static const struct {
	const char *sign, *doc;
} signs[] = {
	{"=>", "comes next"},
	{"*  old → new", "changed by the last step"},
	{"◂", "read by the instruction that comes next; the way that will be taken"},
	{"●  ○", "a breakpoint; one that does not count for now"},
	{"✓  ✗", "done; rejected"},
	{"-  ?", "may not be read; not known"},
	{"fp-8", "an address: on the stack, below r10"},
	{"ctx+16", "in the context, what the program gets"},
	{"pkt+23", "in the packet"},
	{"map m[6]+0", "in the value of map m with key 6"},
};

void keys_help(struct screen *sc)
{
	screen_say(sc, "\n%s\n", words("Keys: lower case goes forward, UPPER case the same backward."));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].doc)
			screen_say(sc, "  %-8s %s\n", keys[i].name, words(keys[i].doc));
	screen_say(sc, "\n%s\n", words("Signs; colours only repeat what they say:"));
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		screen_say(sc, "  %-12s %s\n", signs[i].sign, words(signs[i].doc));
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

	if (is_scroll(key, &by)) {
		sc->reader.top = max_s64(0, (s64)sc->reader.top + by);
		return;
	}
	sc->reading = false;
	if (key == ':') /* the next command is being typed */
		open_prompt(sc, "");
}

/* Does commands, one a line; a line that ends with a space goes on at the prompt. */
static void begin_item(struct screen *sc, const char *commands)
{
	char line[128];

	while (*commands) {
		int n = strcspn(commands, "\n");

		snprintf(line, sizeof(line), "%.*s", n, commands);
		if (line[strlen(line) - 1] == ' ')
			open_prompt(sc, line);
		else
			prompt_run(sc, line);
		commands += n + (commands[n] == '\n');
	}
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
	if (key == 'q')
		sc->quit = true;
	else if (key == KEY_FN_2)
		prompt_run(sc, "language");
	else if (key == KEY_RETURN)
		begin_item(sc, start_commands(sc, sc->selected));
	for (int i = 0; i < start_item_count; i++)
		if (key < 0x80 && start_items[i].key[0] == (char)key && !start_items[i].key[1])
			begin_item(sc, start_commands(sc, i));
}

/* The list of lessons: Esc shows all, then leaves it. */
static void lessons_key(struct screen *sc, u32 key)
{
	struct shelf *shelf = shelf_of(sc, false);
	const struct shelf_row *chosen = shelf ? shelf_chosen(shelf) : NULL;
	char line[100];
	int by;

	sc->message[0] = 0;
	if (shelf && is_scroll(key, &by)) {
		shelf->window.cursor = (int)max_s64(0, (s64)shelf->window.cursor + by);
	} else if (key == '/' || key == ':') {
		open_prompt(sc, key == '/' ? "lesson list " : "");
	} else if (key == KEY_FN_2) {
		prompt_run(sc, "language");
	} else if (key == KEY_RETURN && chosen) {
		snprintf(line, sizeof(line), "lesson start %s", chosen->name);
		prompt_run(sc, line);
	} else if (key == KEY_ESC && shelf && shelf->filter[0]) {
		shelf->filter[0] = 0;
	} else if (key == KEY_ESC || key == 'q') {
		sc->mode = sc->debug.loaded ? MODE_WALK : MODE_START;
	}
}

static void walk_key(struct screen *sc, u32 key)
{
	const char *command;

	if (key == KEY_ESC) {
		screen_window(sc)->cursor = -1;
		sc->message[0] = 0;
		return;
	}
	if (key == 'q') {
		sc->asked_quit = true;
		return;
	}
	command = lesson_key(sc, key);
	if (command) {
		prompt_run(sc, command);
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
	} else if (sc->mode == MODE_LESSONS) {
		lessons_key(sc, key);
	} else {
		walk_key(sc, key);
	}
}
