/*
 * Characters of UTF-8: what they are, how many cells of a terminal they take, and where a line of them may be
 * broken.
 */
#ifndef UI_CHARS_H
#define UI_CHARS_H

#include "../sim/sim.h"

/* One character as UTF-8, terminated, at most 4 bytes; returns how many. */
int utf8_encode(u32 ch, char out[5]);
/* The character at *text, which moves behind it; what is not UTF-8 becomes U+FFFD. 0 at the end. */
u32 utf8_decode(const char **text);
/* 0, 1 or 2 cells; of ambiguous width: 1. */
int char_width(u32 ch);
bool char_is_ambiguous(u32 ch);

/*
 * How many bytes of @text, up to its first newline, make a row of at most @cells cells: it ends before a
 * space (which the caller skips), or between two characters of which one is wide, but not before a closing or
 * behind an opening mark. A word that does not fit is cut. At least one character, so that a caller gets on.
 * @cells_of, when not NULL, knows better how many cells a character takes.
 */
typedef int chars_cells_of(const void *ctx, u32 ch);
size_t chars_fitting(const char *text, int cells, chars_cells_of *cells_of, const void *ctx);

#endif
