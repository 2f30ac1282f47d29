/*
 * What only the terminal itself knows is asked of it: a sign of East Asian "ambiguous" width is printed and
 * the cursor's place asked for (CPR); the background's colour is asked for (OSC 11). Nobody waits long for
 * the answers: they may come at any time, between keys.
 */
#include <ctype.h>
#include <stdio.h>
#include <unistd.h>

#include "term.h"

static bool wants_width, wants_background;

/* In the second line, so that no answer looks like a function key ("Esc [1;2R" is xterm's F15). */
#define ASK_WIDTH "\0337\033[2;1H\u25cf\033[6n\033[2;1H   \0338"
#define ASK_BACKGROUND "\033]11;?\033\\"

static void say(const char *text)
{
	ssize_t written = write(STDOUT_FILENO, text, strlen(text));

	(void)written; /* then there will be no answer */
}

void probe_ask(bool width, bool background)
{
	wants_width = width;
	wants_background = background;
	if (background)
		say(ASK_BACKGROUND);
	if (width)
		say(ASK_WIDTH);
}

bool probe_waits(void)
{
	return wants_width || wants_background;
}

/* "[2;3R" */
static int take_place(const char *text, struct term *term)
{
	size_t n = strspn(text + 1, "0123456789;");
	int row, col;

	if (!text[1 + n])
		return n < 16 ? 0 : -1;
	if (text[1 + n] != 'R' || sscanf(text, "[%d;%dR", &row, &col) != 2)
		return -1;
	wants_width = false;
	wants_background = false; /* it was asked for first */
	if (col > 2 && term->glyphs == GLYPHS_FULL)
		term->glyphs = GLYPHS_NARROW;
	return 1;
}

/* "]11;rgb:ffff/ffff/ffff" up to BEL or Esc \ */
static int take_background(const char *text, struct term *term)
{
	static const char begin[] = "]11;";
	size_t n = strlen(text), same = min_u64(n, strlen(begin));

	if (strncmp(text, begin, same) != 0 || n > 40)
		return -1;
	if (n < 5 || (text[n - 1] != '\a' && !(text[n - 2] == 27 && text[n - 1] == '\\')))
		return 0;
	wants_background = false;
	theme_by_rgb(text + strlen(begin), &term->theme);
	return 1;
}

int probe_take(const char *text, struct term *term)
{
	if (!*text)
		return 0;
	if (*text == '[' && wants_width)
		return take_place(text, term);
	if (*text == ']' && wants_background)
		return take_background(text, term);
	return -1;
}
