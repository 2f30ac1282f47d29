/*
 * A diagnosis: what the verifier found out about one program, taken at the moment of its verdict, before PROG_LOAD
 * forgets it. With it a rejection can be explained: the reason, the place in C and in bytecode, how the path got there.
 */
#ifndef UI_DIAGNOSIS_H
#define UI_DIAGNOSIS_H

#include <jansson.h>

#include "sim/look.h"

#define DIAGNOSIS_WAYS 8  /* jumps of the path that are kept, the last ones */

/* An instruction with its line of C. */
struct place {
	u32 insn;
	char text[112];
	u32 line;              /* 0 = not known */
	char source[112], file[64];
};

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
	int regno;             /* the register at fault, -1 = none */
	char reg[160];         /* what it held, "" = nothing */
	bool has_def;          /* the instruction that wrote it is known, or the call that took its value (reg is "") */
	struct place def;
	u32 ways;              /* jumps of the path, all of them */
	struct {
		struct place at;
		bool taken;
	} way[DIAGNOSIS_WAYS]; /* the last one first */
};

/* To be called when the stage LOAD_REPORT has begun; @stage is the one before it. */
void diagnosis_take(struct diagnosis *d, struct sim *sim, u32 stage);
/* "20 instructions walked, on 2 paths ...": three lines, indented. */
void diagnosis_print_cost(const struct diagnosis *d);
json_t *diagnosis_cost_json(const struct diagnosis *d);
/* The rejection with all that is known, in the manner of a compiler (diagnosis_print.c). */
void diagnosis_print(const struct diagnosis *d);
json_t *diagnosis_json(const struct diagnosis *d);
/* An entry of the table with the operands of @line, which is its log line: what, what was required, what to do. */
void reason_print(enum reason reason, const char *line);
json_t *reason_json(enum reason reason, const char *line);

#endif
