/*
 * A course: one lesson that is being walked through. Its setup opens a machine in the screen; after each
 * command the goals are looked at. What the learner did is kept as a list of commands (the journal), so that
 * a course can be walked again to where it was left: from the same setup the same commands lead to the same
 * place.
 *
 * The pages of a lesson are its beats and questions, the small print, the end.
 */
#ifndef UI_LESSON_COURSE_H
#define UI_LESSON_COURSE_H

#include "../pane/screen.h"
#include "../words.h"
#include "lesson.h"

#define COURSE_LETS 64
#define COURSE_VALUE 240
#define COURSE_WATCHES 16
#define COURSE_COMMANDS 128

struct course_goal {
	const struct lesson_goal *goal; /* of the first language */
	u32 page;
	bool ticked, held; /* held: its predicate was true when it was looked at last */
	bool fresh;        /* ticked by the last command */
	u8 hints;          /* shown so far */
};

struct course_answer {
	u32 page;
	char letter; /* 0: not answered yet */
	bool revealed;
	bool fresh; /* revealed since this page was opened */
	char truth; /* letter of the true option, once revealed; '?' = none of them */
};

/* A value that went_back_over() looks at. */
struct course_watch {
	char expr[80], last[COURSE_VALUE];
	u64 step;
	u32 look; /* number of the look at which it was taken */
	bool went_back;
};

struct course {
	struct lesson *first, *text[LANGUAGES]; /* first is one of text[]; others may be NULL */
	char folder[4096];
	u32 page, pages, furthest; /* furthest: directions with "do:" have been done up to here */
	u32 *section;              /* of first, by page */
	struct course_goal *goal;
	u32 goals;
	struct course_answer *answer;
	u32 answers;
	char value[COURSE_LETS][COURSE_VALUE]; /* of the lets, at this moment */
	struct course_watch watch[COURSE_WATCHES];
	u32 watches, look;
	u16 done[COURSE_COMMANDS]; /* how often each command of the prompt was done */
	u32 moves_back;
	u64 step;       /* at the last look */
	u32 edits;      /* likewise */
	char last[512]; /* the last command */
	bool quiet;     /* the lesson itself does commands: they are not the learner's */
	bool replaying; /* the journal is being walked again */
	bool skipping;  /* a page may be turned although a goal of it is open */
	bool unsaved;   /* nothing of it is kept on disk */
	bool over;      /* the end was reached with all goals met */
	char *journal;  /* lines */
	size_t journal_len, journal_room;
	char file[4096];      /* an exercise: the learner's copy; "" = there is none */
	char object[4096];    /* what is opened of it: the file itself, or what clang made of it */
	struct window window; /* of the pane */
	bool open;            /* narrow screens: the text is shown in place of the panes */
};

/* --- course.c --- */

/*
 * Begins the lesson of that name ("13", "13-when-compiled", a folder) in the screen. @again: from the setup,
 * what was done before is forgotten; otherwise it goes on where it was left. 0, or -errno with the sentence.
 */
int course_begin(struct screen *sc, const char *name, bool again, struct why *why);
void course_end(struct screen *sc);
/* After each command of the prompt, its name and the whole line: goals, values, the journal. */
void course_after(struct screen *sc, const char *name, const char *line);
/* A command of the lesson's own. False with the sentence: it failed. */
bool course_do(struct screen *sc, const char *line, struct why *why);

/* --- pages.c --- */

/* 0 or -ENOMEM. */
int course_make_pages(struct course *c);
const struct lesson_section *course_section(const struct course *c, u32 page);
/* The same in the learner's language. */
const struct lesson_section *course_text(const struct course *c, u32 page);
const struct lesson *course_lesson(const struct course *c);
/* Goal number @i in the learner's language. */
const struct lesson_goal *course_goal_text(const struct course *c, u32 i);
/* The question of this page; NULL: it is none. */
struct course_answer *course_answer_at(struct course *c, u32 page);
/* Are all goals of the page met, is its question answered? */
bool course_page_done(const struct course *c, u32 page);
bool course_all_done(const struct course *c);
/* The first goal of the page that is open; NULL: none. */
struct course_goal *course_open_goal(struct course *c);

/* --- walk.c: what the learner does with the lesson; each says what came of it --- */

void course_next(struct screen *sc);
void course_back(struct screen *sc);
void course_hint(struct screen *sc);
/* "a", "b"; "" of a question: the true one. */
void course_reply(struct screen *sc, const char *letter);
/* Does the solution, from where one stands. */
void course_solve(struct screen *sc);
/* Opens the page, does its directions. */
void course_open_page(struct screen *sc, u32 page);
/* Those with "keep:", after the machine was moved. */
void course_keep(struct screen *sc);
/* What the engine says to the question; '?' = no option. False with the sentence: it cannot be known yet. */
bool course_truth(struct screen *sc, const struct lesson_section *ask, char *letter, struct why *why);

/* The setup once more: no goal is met, the journal is empty; answers stay. 0, or -errno with the sentence. */
int course_restart(struct screen *sc, struct why *why);
/*
 * An exercise: its setup once more, with the learner's file, or @path, which may be ""; the machine then
 * stands at the end of what was recorded. 0, or -errno with the sentence.
 */
int course_try(struct screen *sc, const char *path, struct why *why);
/* The exercise's source as it is given out: in C when @in_c and there is one. (edit.c) */
void course_source(const struct course *c, bool in_c, char path[4096]);
bool course_has_clang(void);
/* Sets c->object. 0, or -errno with clang's first complaint. (edit.c) */
int course_compile(struct course *c, struct why *why);
/* The learner's file in $VISUAL or $EDITOR. 0, or -errno with the sentence. (edit.c) */
int course_edit(struct screen *sc, struct why *why);

/* --- tell.c --- */

/* The line with {names} replaced. */
void course_fill(struct screen *sc, const char *text, struct text *out);
/* Calls @put for each paragraph, with its lines joined, and for each line of other kinds. */
typedef void course_block_fn(void *ctx, enum lesson_line_kind kind, const char *text);
void course_blocks(struct screen *sc, const struct lesson_section *s, course_block_fn *put, void *ctx);
/* The page, its goals and hints as text: for terminals without a screen. */
void course_tell(struct screen *sc);

#endif
