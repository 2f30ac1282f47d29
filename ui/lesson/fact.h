/*
 * Facts: what a lesson can ask of the machine and of the learner. A fact is a function and a line of a table,
 *with an example; `bpfwalk lesson predicates` prints the tables.
 *
 *	NAME   NAME(argument, ...)   NAME(argument).FIELD
 *
 * Predicates and values are expressions (expr.h) in which facts stand; `and`, `or`, `not` join them. A part
 *that has no value at this moment is false.
 */
#ifndef UI_LESSON_FACT_H
#define UI_LESSON_FACT_H

#include "../pane/screen.h"

#define FACT_ARGS 4
#define FACT_TEXT 240

/* What is asked, and the answer. */
struct asked {
	struct screen *sc;
	char arg[FACT_ARGS][FACT_TEXT]; /* quotes are gone */
	u32 args;
	char field[32]; /* "" = none */
	s64 number;
	char text[FACT_TEXT]; /* "" = the number says all */
	struct why *why;
};

struct fact {
	const char *name, *form, *doc, *example;
	bool bare; /* may stand without brackets */
	/* 0; -ENODATA: it has no value now; -EINVAL with the sentence: that cannot be asked. */
	int (*answer)(struct asked *a);
};

/* NULL at the end: facts_machine.c, facts_objects.c, facts_learner.c */
extern const struct fact facts_machine[], facts_objects[], facts_learner[];

/* Words for numbers: "load", "interpreter", "EINVAL". */
struct fact_word {
	const char *word;
	s64 number;
	const char *doc;
};

extern const struct fact_word fact_words[]; /* NULL at the end */

/* Answers for which there are words; what is a stage of the pipeline too has its number. */
enum fact_answer {
	FACT_NONE = PIPE_NONE,
	FACT_LOAD = 100,
	FACT_ATTACH = PIPE_ATTACH,
	FACT_EVENT = PIPE_EVENT,
	FACT_EVERY_EVENT = 101,
	FACT_JIT = PIPE_JIT,
	FACT_INTERPRETER = 102,
	FACT_ACCEPTED = 103,
	FACT_REJECTED = 104,
};

/* "prog NAME" or "NAME": the program, NULL: there is none now. An empty one: the program at hand. */
const struct prog *fact_prog(const struct asked *a, u32 arg);
/* How often the learner has edited by hand, up to the present moment. */
u32 fact_edits(const struct debug *d);

/* --- predicate.c --- */

/* 0; -EINVAL: it is no predicate, -ENODATA: it has no value now, which counts as false. */
int lesson_holds(struct screen *sc, const char *predicate, bool *holds, struct why *why);
int lesson_number(struct screen *sc, const char *expr, s64 *number, struct why *why);
/* The value as a learner reads it. */
int lesson_value(struct screen *sc, const char *expr, struct text *out, struct why *why);
/* By name; NULL: there is none. */
const struct fact *fact_by_name(const char *name, size_t len);

#endif
