/*
 * Moving along the recorded timeline, forward and backward alike. A way to move is a condition on moments:
 * the machine goes on, in either direction, until it holds.
 */
#ifndef UI_TRAVEL_H
#define UI_TRAVEL_H

#include "stops.h"

enum travel_end {
	TRAVEL_THERE, /* the condition holds */
	TRAVEL_STOP,  /* a stop was hit first: travel_stop */
	TRAVEL_EDGE,  /* the timeline's end, or its beginning */
	TRAVEL_INTERRUPTED,
};

struct travel {
	struct debug *d;
	bool back;
	bool stops; /* stops count */
	/* Is the machine there? NULL: nowhere but at a stop. */
	bool (*there)(struct travel *t);
	/* What the conditions compare with: */
	const struct prog *prog;
	u32 frame, line, insn;
	u64 run; /* mark of the run */
	enum phase phase;
	u32 count;         /* steps to go */
	const char *text;  /* an expression */
	struct stop *stop; /* that was hit */
};

/* Goes; the machine has arrived afterwards (debug_arrive). */
enum travel_end travel_go(struct travel *t);

/* The ways, one line of a table each: "step", "stepi", "next", "line", "finish", "continue", "stage". */
struct travel_way {
	const char *name;
	bool (*there)(struct travel *t);
	bool stops;
};

extern const struct travel_way travel_ways[];
/* @count times by the way of that name. */
enum travel_end travel_by(struct debug *d, const char *way, bool back, u32 count, struct stop **stop);
/* Until an expression holds. */
enum travel_end travel_until(struct debug *d, const char *expr, bool back);
/* To the next place in the life of the program, or back to the beginning of this one or the one before. */
enum travel_end travel_phase(struct debug *d, bool back);
/* Does something new begin with mark @i? A packet is something new, system calls are when they are of another
 * kind. */
bool travel_begins(const struct debug *d, u32 i);

#endif
