/* A session on the terminal as a file that asciinema plays (asciicast, version 2): what each frame changes,
 * and when. */
#ifndef UI_TUI_CAST_H
#define UI_TUI_CAST_H

#include "../pane/export.h"

struct cast {
	FILE *out;         /* NULL: nothing is recorded */
	struct grid last;  /* what the viewer sees */
	struct theme theme;
};

/* 0, or -errno with the sentence. */
int cast_begin(struct cast *cast, const char *path, const struct theme *theme, struct why *why);
/* The screen as it is @seconds after the beginning; the cursor as for term_show. */
void cast_frame(struct cast *cast, const struct grid *grid, double seconds, int cursor_col);
/* 0, or -EIO: not all of it could be written. */
int cast_end(struct cast *cast);

#endif
