/* All lessons and exercises with what the learner has done of them: for the list, the start screen, the
 * command line. */
#ifndef UI_LESSON_SHELF_H
#define UI_LESSON_SHELF_H

#include "../pane/screen.h"
#include "../words.h"

struct shelf_row {
	char name[80], at[80]; /* "13-when-compiled"; at: the page where one is, "" = not begun */
	char *title, *promise, *needs;
	u32 minutes, met, goals;
	bool exercise, done;
};

struct shelf {
	struct shelf_row *row;
	u32 count, done;
	u8 language;          /* enum language, of the titles */
	char last[80];        /* the lesson that was gone on with last; "" = none */
	char filter[64];      /* the list shows what has it in name or title */
	struct window window; /* of the list; cursor: the row chosen, among those shown */
};

/* Read again when the language has changed, or @fresh. NULL: no memory. It belongs to the screen. */
struct shelf *shelf_of(struct screen *sc, bool fresh);
void shelf_free(struct shelf *shelf);
/* Does the row stand in the list? */
bool shelf_shows(const struct shelf *shelf, const struct shelf_row *row);
/* The row that the list's cursor is on; NULL: the list is empty. */
const struct shelf_row *shelf_chosen(const struct shelf *shelf);
/* The lesson behind the one of that name; NULL: it is the last, or an exercise. */
const struct shelf_row *shelf_after(const struct shelf *shelf, const char *name);
/* The lesson to begin or go on with; NULL: there are none. */
const struct shelf_row *shelf_next(const struct shelf *shelf);
/* "13" of "13-when-compiled". */
int shelf_number_length(const char *name);
/* The row of lesson number @number ("13"), NULL: there is none. */
const struct shelf_row *shelf_by_number(const struct shelf *shelf, const char *number);

#endif
