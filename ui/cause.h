/*
 * The cause of a rejection: the steps of its path that made what the verifier objects to.
 *
 * A slice of the track (track.h), found from its end backward: the instructions that wrote the register at
 * fault, those that wrote what they read, and so on, through copies, arithmetic, the stack and calls; and the
 * conditional jumps on the way. An instruction that counts several times (a loop) is one step.
 */
#ifndef UI_CAUSE_H
#define UI_CAUSE_H

#include <jansson.h>

#include "place.h"
#include "track.h"

#define CAUSE_STEPS                                                                                          \
	10 /* that are kept: writes first, then jumps that told something about them, then the last ones */

struct cause_step {
	struct place at;
	bool branch;           /* a conditional jump; otherwise a write */
	bool taken;
	u32 times;             /* how often on this path; the last time is told */
	char what[256];        /* what it did, what was known then: "r0 is not NULL" */
};

struct cause {
	u32 count, left_out;
	bool some_between;     /* some left out are jumps between the others; otherwise all are earlier */
	struct cause_step step[CAUSE_STEPS];  /* the oldest first */
	/* What the register at fault held before the rejected instruction. */
	bool known;            /* it was looked at: */
	char holds[160];       /* as in the log; "" = nothing */
	char words[224];       /* the same in words */
	bool too_far;          /* a pointer into the packet whose offset may be more than 16 bits */
	u32 written_at;        /* the instruction that made it what it is; UINT32_MAX = none on this path */
	u32 origin;            /* the first instruction of its chain; UINT32_MAX = none */
	u32 writer_regno;      /* that it wrote; the register at fault is this one, or a copy of it */
	bool by_call;          /* and that is a call, which took its value or made it useless */
	bool by_swap;          /* it is a byte swap: the verifier does not know how large the result is */
	bool was_packet;       /* it was a pointer into the packet before that call */
};

/* What to look for. */
struct cause_start {
	int regno;             /* the register at fault, -1 = none */
	u32 made_at; /* or the instruction that the thing at fault came from (a reference); UINT32_MAX = not
			known */
	u32 helper;            /* or the helper that made it (a lock); 0 = none */
};

/* Goes back in time and returns, see track.h. */
void cause_find(struct cause *cause, struct sim *sim, u64 from, const struct cause_start *start);
/* The steps below each other, C beside bytecode (cause_print.c). */
void cause_print(const struct cause *cause);
json_t *cause_json(const struct cause *cause);

#endif
