/* The terminal: shows a grid by ncurses, gives keys. The only files that know ncurses and readline are in
 * here. */
#ifndef UI_TUI_TERM_H
#define UI_TUI_TERM_H

#include "../pane/screen.h"
#include "../pane/theme.h"

/* What term_key may return beside keys. */
enum { TERM_NOTHING = 0, TERM_RESIZED = 0x120000, TERM_MOUSE, TERM_ANSWERED };

struct term_mouse {
	int row, col;
	int wheel; /* lines; 0: a click */
};

/* What the terminal can do; known better once it has answered (TERM_ANSWERED). */
struct term {
	struct theme theme;
	u8 glyphs; /* enum glyphs */
};

/* What the user has said about it. */
struct term_wish {
	const char *theme; /* theme_by_name; NULL: find out */
	bool ascii;
};

/* Takes over the terminal and asks it what it can do. False: there is none that can be used. */
bool term_open(const struct term_wish *wish);
/* Before the first frame: waits for its answers, if it has not had enough time for them since. */
void term_await(void);
/* Gives it back as it was. */
void term_close(void);
/* Lends it to another program, and takes it back. */
void term_away(bool away);
extern struct term term;
/* Only what has changed is written. @cursor_col: where the cursor blinks in the prompt's line, -1 = nowhere.
 */
void term_show(const struct grid *grid, int cursor_col);
/* The next key; waits for it. TERM_NOTHING: a signal came. */
u32 term_key(struct term_mouse *mouse);
/* The same, but waits at most @ms. */
u32 term_key_within(struct term_mouse *mouse, int ms);
/* Seconds, of a clock that only goes forward. */
double term_now(void);
void term_size(int *rows, int *cols);

/* --- signals.c --- */

/* True after Ctrl-C, until term_continue. */
extern volatile bool term_interrupted;
/* A signal wants the program to end, or the terminal is gone. */
extern volatile bool term_ending;
void term_continue(void);
/* @reset: what gives the terminal back, written when the program crashes. */
void signals_begin(const char *reset);
void signals_end(void);
/*
 * Waits until there is something to read or a signal comes; signals that come before it are not lost between
 * signals_hold and here. False: the terminal is gone.
 */
void signals_hold(void);
bool signals_wait(void);
void signals_release(void);

/* --- probe.c --- */

/* Asks the terminal how wide a glyph of ambiguous width is, and for its background. */
void probe_ask(bool width, bool background);
/* Does an answer lack? */
bool probe_waits(void);
/*
 * Takes what came after an Esc, @text (without it), when it is an answer or the beginning of one. 1: a whole
 * one, 0: more is needed, -1: it is none.
 */
int probe_take(const char *text, struct term *term);

/* --- line.c: readline at the prompt --- */

void line_open(void);
void line_close(void);
/* Before the first key: the prompt begins with sc->line. */
void line_begin(struct screen *sc);
/* A key for the prompt. */
void line_key(struct screen *sc, u32 key);

#endif
