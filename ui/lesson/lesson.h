/*
 * A lesson: one text file for each language, read into sections. A teacher writes one with an editor; what
 * stands at the start of a line decides what the line is (read.c has the table). Nothing here knows what the
 * commands, the predicates and the {names} mean: that is for those who walk through it.
 *
 * The first language of a lesson holds everything. A translation holds text only and is married to it
 * (pair.c): by the ids of its beats, questions and goals.
 */
#ifndef UI_LESSON_LESSON_H
#define UI_LESSON_LESSON_H

#include "../../sim/sim.h"

#define LESSON_HINTS 3
#define LESSON_FILE_MAX (256u << 10) /* bytes */

enum lesson_line_kind {
	LESSON_TEXT, /* of a paragraph: wrapped by the program */
	LESSON_ITEM, /* the first line of a paragraph that hangs: "1. ...", "- ..." */
	LESSON_BLANK,
	LESSON_VERBATIM, /* indented by four: kept as it is */
	LESSON_COMMAND, /* a command of the prompt, without its colon: to run (setup, solution) or to offer */
	LESSON_QUOTE,   /* what the kernel prints */
};

enum lesson_when {
	LESSON_DO,   /* the first time */
	LESSON_SHOW, /* each time */
	LESSON_KEEP, /* each time, and again when the machine was moved while the page is open */
};

/* What happens by itself when a beat or question is opened: a command of the prompt. */
struct lesson_direction {
	u32 number;
	char *command;
	u8 when; /* enum lesson_when */
};

struct lesson_line {
	u8 kind;    /* enum lesson_line_kind */
	u32 number; /* in its file, from 1 */
	char *text;
};

struct lesson_goal {
	u32 number;
	char *id, *text, *when; /* when: a predicate */
	char *hint[LESSON_HINTS];
	u32 hints;
};

struct lesson_option {
	u32 number;
	char *text, *value; /* "a) text = value": the letter is its place */
};

/* "let NAME = EXPR" of the setup. */
struct lesson_let {
	u32 number;
	char *name, *expr;
};

enum lesson_section_kind {
	LESSON_SETUP,
	LESSON_BEAT,
	LESSON_ASK,
	LESSON_SMALL_PRINT,
	LESSON_SOLUTION,
	LESSON_END,
	LESSON_SECTIONS
};

struct lesson_section {
	u8 kind; /* enum lesson_section_kind */
	u32 number;
	char *id; /* of beats and questions; "" elsewhere */
	struct lesson_line *line;
	struct lesson_goal *goal;
	struct lesson_option *option;
	struct lesson_direction *direction;
	char **source; /* where its statements come from */
	char *truth, *trial;
	char *reveal; /* a predicate: when the truth is told; "" = at once */
	u32 lines, goals, options, directions, sources;
};

struct lesson {
	char *id, *lang, *title, *promise, *question, *needs;
	/* of an exercise: the source that the learner edits, beside the lesson, and behind a space another one in C,
	   for those who have clang; "" = it is none */
	char *file;
	u32 minutes;
	struct lesson_section *section; /* in the order of the file */
	struct lesson_let *let;
	u32 sections, lets;
	char *bytes; /* of the file: all texts point into it */
	char *path;
	struct lesson *first; /* of a translation: the language that it was married to; not owned */
};

/* Takes each complaint, "PATH:LINE: sentence", as it is found. */
struct lesson_ear {
	void (*hear)(struct lesson_ear *ear, const char *complaint);
	u32 heard;
};

void lesson_complain(struct lesson_ear *ear, const struct lesson *lesson, u32 number, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* NULL when the file cannot be read at all; otherwise as much as could be understood: ask ear->heard. */
struct lesson *lesson_read(const char *path, struct lesson_ear *ear);
/* The same from bytes, which are copied; @path is for the complaints. */
struct lesson *lesson_parse(const char *path, const char *bytes, size_t len, struct lesson_ear *ear);
void lesson_free(struct lesson *lesson);

/* Of a first language: complains about what is missing in goals and questions. */
void lesson_check_whole(const struct lesson *lesson, struct lesson_ear *ear);
/* Gives a translation what only the first language holds; complains where the two do not match. */
void lesson_marry(struct lesson *translation, struct lesson *first, struct lesson_ear *ear);

/* The section of that kind and id, or NULL; @id may be NULL for kinds of which there is one. */
struct lesson_section *lesson_find(const struct lesson *lesson, enum lesson_section_kind kind,
				   const char *id);
const char *lesson_section_name(enum lesson_section_kind kind);

/*
 * What a text refers to, one after another from *at: "{name:12}" gives "{name}", "[Enter]" itself. A copy of
 * at most @cap bytes is in @out; false: there is none left. Both brackets hold letters, digits and . ( ) _
 * only, at most @cap - 1 bytes of them; other brackets are text.
 */
bool lesson_next_mark(const char **at, char open, char *out, size_t cap);

#endif
