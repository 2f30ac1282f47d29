/*
 * What a learner has done, kept from one day to the next, in the folder bpfwalk of XDG_STATE_HOME:
 *
 *	progress            one line for each lesson: what is met, and where one is; written anew in one piece
 *	journal/LESSON      the commands done in it, in order; each is appended as it is done
 *	exercise/LESSON/    the learner's copy of the file that is to be mended
 *
 * All of it can be lost without harm; a line that was cut while it was written is left out.
 */
#ifndef UI_LESSON_PROGRESS_H
#define UI_LESSON_PROGRESS_H

#include "course.h"

#define PROGRESS_MET "# met " /* in a journal: a goal's id follows */

struct progress_line {
	char lesson[80], at[80]; /* at: the page, by its id */
	u32 met, goals;
	bool done;
};

/* Of the lesson of that name; false: nothing is known of it. */
bool progress_of(const char *lesson, struct progress_line *line);
/* The lesson that was gone on with last; false: none. */
bool progress_last(char lesson[80]);
/* What is met, and where one is. */
void progress_keep(const struct course *c);
/* Appends to the journal, and keeps the progress when there is any. */
void progress_note(const struct course *c, const char *line);
/* The journal, to be freed; NULL: there is none. */
char *progress_journal(const struct course *c);
/* The journal goes; what was met stays. */
void progress_forget(const struct course *c);
/* All of it goes: journals, progress, copies. */
void progress_forget_all(void);
/* Sets c->file to the learner's copy; @again: a fresh one. 0, or -errno with the sentence. */
int progress_copy(struct course *c, bool again, struct why *why);

#endif
