/* The terminal: shows a grid by ncurses, gives keys. The only files that know ncurses and readline are in
 * here. */
#ifndef UI_TUI_TERM_H
#define UI_TUI_TERM_H

#include "../pane/screen.h"

/* What term_key may return beside keys. */
enum { TERM_NOTHING = 0, TERM_RESIZED = 0x120000, TERM_MOUSE };

struct term_mouse {
	int row, col;
	int wheel; /* lines; 0: a click */
};

/* Takes over the terminal. False: there is none that can be used. */
bool term_open(void);
/* Gives it back as it was; may be called at any time. */
void term_close(void);
/* Only what has changed is written. @cursor_col: where the cursor blinks in the prompt's line, -1 = nowhere.
 */
void term_show(const struct grid *grid, int cursor_col);
/* The next key; waits for it. */
u32 term_key(struct term_mouse *mouse);
void term_size(int *rows, int *cols);
/* Are signs outside of ASCII known to be shown right? */
bool term_is_utf8(void);
/* True after Ctrl-C, until term_continue. */
extern volatile bool term_interrupted;
/* A signal wants the program to end. */
extern volatile bool term_ending;
void term_continue(void);

/* --- line.c: readline at the prompt --- */

void line_open(void);
void line_close(void);
/* Before the first key: the prompt begins with sc->line. */
void line_begin(struct screen *sc);
/* A key for the prompt. */
void line_key(struct screen *sc, u32 key);

#endif
