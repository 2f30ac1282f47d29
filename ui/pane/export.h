/* A grid as something else than a screen: a picture, or the bytes that make a terminal show it. */
#ifndef UI_PANE_EXPORT_H
#define UI_PANE_EXPORT_H

#include "theme.h"

/* A picture that every browser shows: text, colours, borders as lines. */
void grid_svg(const struct grid *grid, const struct theme *theme, FILE *out);
/*
 * Control sequences that every terminal understands (ECMA-48). @before: what it shows now, of the same size:
 * only cells that differ are written; NULL: not known.
 */
void grid_ansi(const struct grid *grid, const struct grid *before, const struct theme *theme, FILE *out);

#endif
