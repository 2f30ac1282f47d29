/*
 * The grid: what every view draws into. Cells hold a character and the role of what it says, not a colour; a
 * terminal, a test and a recording each show the same grid in their way.
 *
 * Text is UTF-8. A character may take two cells (中), or none: then it is kept with the one before it. Where
 * the terminal cannot show a sign of bpfwalk, it gets a stand-in of ASCII: enum glyphs.
 */
#ifndef UI_PANE_GRID_H
#define UI_PANE_GRID_H

#include <stdio.h>

#include "../../sim/sim.h"
#include "../chars.h"

/* What a cell says. Never the only sign of it: a glyph says it too. */
enum role {
	ROLE_PLAIN,
	ROLE_QUIET, /* not important just now */
	ROLE_TITLE,
	ROLE_BORDER,
	ROLE_FOCUS,   /* border of the pane that has the keys */
	ROLE_CURRENT, /* where the machine stands */
	ROLE_LINKED,  /* the same thing in another form: the C line of the instruction */
	ROLE_CURSOR,  /* the line that j and k move */
	ROLE_CHANGED, /* by the last step */
	ROLE_GOOD,
	ROLE_BAD,
	ROLE_KEY,
	ROLE_POINTER, /* an address */
	ROLE_SOURCE,  /* C */
	ROLE_SENTENCE,
	ROLES
};

/* What an address in the text points into; see hues.c. */
enum hue { HUE_NONE, HUE_STACK, HUE_CONTEXT, HUE_PACKET, HUE_MAP, HUES };

/* Which signs the terminal can show. */
enum glyphs {
	GLYPHS_FULL,
	GLYPHS_ASCII,   /* no UTF-8: nothing outside of ASCII */
	GLYPHS_CONSOLE, /* Linux console: its fonts have lines, few other signs */
	GLYPHS_NARROW,  /* signs of "ambiguous" width take two cells there: none of them, but 中 is fine */
};

struct cell {
	u32 ch;   /* code point; 0: the second half of the wide one to the left */
	u32 mark; /* a combining character on it, 0 = none */
	u8 role;  /* enum role */
	u8 hue;   /* enum hue */
	u8 lines; /* border: enum line, or-ed; the glyph is made of it at the end */
};

enum line { LINE_UP = 1, LINE_DOWN = 2, LINE_LEFT = 4, LINE_RIGHT = 8 };

struct grid {
	int rows, cols;
	u8 glyphs; /* enum glyphs */
	struct cell *cell;
};

/* A rectangle of a grid: what is drawn beyond it is cut off. */
struct area {
	struct grid *grid;
	int row, col, rows, cols;
};

/* All spaces. 0 or -ENOMEM; a grid may have no cells at all. */
int grid_init(struct grid *grid, int rows, int cols, enum glyphs glyphs);
void grid_fini(struct grid *grid);
void grid_clear(struct grid *grid);
struct area grid_area(struct grid *grid);
/* A part of @a, cut to it. */
struct area area_part(const struct area *a, int row, int col, int rows, int cols);

/* Text at a place; returns the column behind it. What does not fit ends with an ellipsis. */
int area_put(const struct area *a, int row, int col, enum role role, const char *text);
/* The same, broken at spaces into at most @most rows, each from @col; the last one may be cut. Rows used. */
int area_wrap(const struct area *a, int row, int col, enum role role, const char *text, int most);
int area_print(const struct area *a, int row, int col, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Gives the cells of a row another role, from @col on. */
void area_role(const struct area *a, int row, int col, int cols, enum role role);
/* A border from corner to corner, joined with what lines are there already. */
void area_box(const struct area *a, enum role role);
/* Once all boxes are drawn: lines become glyphs. */
void grid_join_lines(struct grid *grid);

/* Cells that the text takes. */
int grid_width(const struct grid *grid, const char *text);
/* Which lines a border's glyph has: enum line, or-ed; 0: it is none. */
u8 glyph_lines(u32 ch);
/* Once all is drawn: finds addresses in the text and notes what they point into. */
void grid_hues(struct grid *grid);
/* The bytes of a cell as UTF-8, terminated. */
void cell_text(const struct cell *cell, char out[10]);

/* Row by row, without spaces at the ends: what tests compare. */
void grid_dump(const struct grid *grid, FILE *out);
bool cell_equal(const struct cell *a, const struct cell *b);

#endif
