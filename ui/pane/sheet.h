/*
 * A sheet: the lines that a pane has to show, of which a window is visible. The pane writes them from the
 * first to the last; scrolling, cursor, search and marks are done here, once for all panes.
 *
 * A pane is asked twice: once to count its lines and find the one that matters (`at`), then to write. Lines
 * that are not visible cost nothing when the pane asks sheet_wants() before it makes a text.
 */
#ifndef UI_PANE_SHEET_H
#define UI_PANE_SHEET_H

#include "grid.h"

#define SHEET_NO_ITEM UINT64_MAX

/* What stands in the window of a pane; kept from one drawing to the next. */
struct window {
	int top;    /* first visible line */
	int cursor; /* line of the cursor, -1 = none: the window follows what matters */
	u64 item;   /* what the cursor's line is about, as the pane numbers it */
};

struct sheet {
	struct area area; /* where it is written to */
	struct window *window;
	bool writing;           /* the second time */
	int lines, col;         /* so far: lines begun; column in the last one */
	int at;                 /* the line that should be seen, -1 = none */
	const char *search;     /* count what contains it; NULL = nothing */
	int search_from, found; /* the first line after search_from with it, -1 = none */
	bool search_up;         /* then the last one before it */
	bool hit;               /* in this line it has been found */
	char pending[512];      /* search: the line's text so far */
};

void sheet_begin(struct sheet *s, const struct area *area, struct window *window, bool writing);
/* A new line that is about @item. */
void sheet_line(struct sheet *s, u64 item);
/* Is the line visible? */
bool sheet_wants(const struct sheet *s);
/* Appends to the line; what is said is said in the learner's language (words.h). */
void sheet_add(struct sheet *s, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Goes on at column @col, at least one further on when something stands there. */
void sheet_to(struct sheet *s, int col);
/* The line should be seen. */
void sheet_at(struct sheet *s);
/* The whole line gets a role, once it is written. */
void sheet_role(struct sheet *s, enum role role);
/* Text in as many lines as it takes, broken at spaces. */
void sheet_wrap(struct sheet *s, enum role role, const char *text);
/* The same from column @col on, with @label beside its first line, which is about @item. */
void sheet_labelled(struct sheet *s, u64 item, const char *label, int col, enum role role, const char *text);
/* Between the two times: moves the window so that what matters is seen. */
void sheet_settle(struct sheet *s);

#endif
