/*
 * A diagnosis: what the verifier found out about one program, taken at the moment of its verdict, before
 * PROG_LOAD forgets it. With it a rejection can be explained: the reason, the place in C and in bytecode, how
 * the path got there.
 */
#ifndef UI_DIAGNOSIS_H
#define UI_DIAGNOSIS_H

#include <jansson.h>

#include "cause.h"
#include "place.h"

struct diagnosis {
	bool walked;           /* the structure was sound: paths were walked */
	struct path_cost cost;
	bool rejected;
	u32 stage;             /* enum load_stage that said no */
	int err;               /* negative errno */
	char message[256];     /* the log's last line, 6.1's words */
	enum reason reason;    /* NONE: the table has no entry */
	bool has_at;           /* it is about one instruction */
	struct place at;
	enum reason before_reason; /* what the log says of the same instruction just before: the numbers; NONE
				      = nothing */
	char before[256];
	int regno;             /* the register at fault, -1 = none */
	char stack[192];       /* a stack that is too deep: what each function needs */
	struct cause cause;    /* once diagnosis_find_cause was called */
};

/* To be called when the stage LOAD_REPORT has begun; @stage is the one before it. */
void diagnosis_take(struct diagnosis *d, struct sim *sim, u32 stage);
/*
 * Afterwards, still at that moment, but between two steps: how the path got there. @from: the step at which
 * PROG_LOAD began. Goes back in time and returns.
 */
void diagnosis_find_cause(struct diagnosis *d, struct sim *sim, u64 from);
/* "20 instructions walked, on 2 paths ...": three lines, indented. */
void diagnosis_print_cost(const struct diagnosis *d);
json_t *diagnosis_cost_json(const struct diagnosis *d);
/* The rejection with all that is known, in the manner of a compiler (diagnosis_print.c). */
void diagnosis_print(const struct diagnosis *d);
json_t *diagnosis_json(const struct diagnosis *d);
/* An entry of the table with the operands of @line, which is its log line: what, what was required, what to
 * do (reason_print.c). */
void reason_print_what(enum reason reason, const char *line);
void reason_print_try(enum reason reason, const char *line);
void reason_print_meaning(enum reason reason, const char *line);  /* in short, for a line before it */
enum reason_column { REASON_CATEGORY, REASON_EXPLANATION, REASON_REQUIRED, REASON_SUGGESTION };
/* One column as text; "" when the entry has none. */
void reason_words(enum reason reason, const char *line, enum reason_column column, struct text *out);
json_t *reason_json(enum reason reason, const char *line);
json_t *reason_json_meaning(enum reason reason, const char *line);

#endif
