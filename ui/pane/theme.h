/*
 * Themes: how a cell looks by its role and region, for whatever shows a grid: a terminal, a recording, a
 * picture. The terminal's own foreground and background are kept; what needs a colour has one for dark and
 * one for light backgrounds. Without colours attributes are left, and glyphs say the same (grid.h).
 */
#ifndef UI_PANE_THEME_H
#define UI_PANE_THEME_H

#include "grid.h"

enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

#define COLOR_OWN (-1) /* the terminal's */

struct theme {
	bool light;  /* the background is */
	s16 colors;  /* that the terminal has: 0 or 1 (mono), 8, 256 */
};

struct look {
	u8 attributes;
	s16 color, back; /* of xterm's palette of 256 (the first 8 are everybody's), or COLOR_OWN */
};

struct look theme_look(const struct theme *theme, const struct cell *cell);
bool look_equal(struct look a, struct look b);
/* "dark", "light" or "mono". False: it is none of them. */
bool theme_by_name(const char *name, struct theme *theme);
/* The same from what xterm puts into COLORFGBG, "15;0"; false: it does not say. */
bool theme_by_colorfgbg(const char *value, struct theme *theme);
/* ... and from the answer to "which background?": "rgb:ffff/ffff/ffff". */
bool theme_by_rgb(const char *answer, struct theme *theme);

#endif
