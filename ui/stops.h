/*
 * Stops: breakpoints and watchpoints. A kind of stop is one line of a table (stop_places.c, stop_watches.c):
 * how its place is written, and how it sees that the machine is there.
 */
#ifndef UI_STOPS_H
#define UI_STOPS_H

#include "debug.h"

enum stop_kind {
	STOP_INSN,
	STOP_LINE,
	STOP_FUNC,
	STOP_STAGE,
	STOP_CALL,
	STOP_HELPER,
	STOP_REJECT,
	STOP_EVENT,
	STOP_REG, /* from here on: they compare what was with what is */
	STOP_MAP,
	STOP_MEMORY,
	STOP_EXPR,
	STOP_KINDS
};

#define STOP_BYTES 64 /* of memory that can be watched at once */

/* When is a watchpoint hit? */
enum stop_access { STOP_CHANGE, STOP_READ, STOP_ACCESS };

struct stop {
	u32 number;
	u8 kind;            /* enum stop_kind */
	u8 access;          /* memory: enum stop_access */
	bool off, once;     /* disabled; goes away when it is hit */
	u32 at;             /* instruction, line, stage, command, helper, register; map: its id */
	u64 mask;           /* events: EVENT_BIT()s */
	u64 addr;           /* memory: its address, */
	u32 size;           /* and bytes */
	u8 key[64];         /* map: the element's key */
	char what[80];      /* as it was asked for */
	char name[64];      /* a program that it is only for, or a function; "" = any */
	char condition[80]; /* "" = always */
	u32 ignore, hits;
	/* watchpoints, while travelling: what was seen last, and did it differ from that before? */
	u8 seen[STOP_BYTES];
	bool known, changed;
};

struct stop_form {
	const char *prefix; /* that begins it, NULL: none does */
	const char *form;   /* for messages */
	/* Reads what stands behind the prefix. 0; -ENOENT: it is no such place; -EINVAL with the sentence: it
	 * begins like one, and is wrong. */
	int (*parse)(struct debug *d, const char *text, struct stop *stop, struct why *why);
	bool (*here)(struct debug *d, const struct stop *stop, const struct picture *before);
	/* Watchpoints: takes what is there now into @seen; false: nothing is. */
	bool (*look)(struct debug *d, const struct stop *stop, u8 *seen);
};

/* Is it a stop of this program too? */
bool stop_is_for(const struct stop *stop, const struct prog *prog);
/* Does the function of that name begin at this instruction? */
bool stop_is_func(const struct prog *prog, u32 insn, const char *name);

extern const struct stop_form stop_places[STOP_REG], stop_watches[STOP_KINDS - STOP_REG];

/* One more, with the next number; NULL: no memory. */
struct stop *stops_append(struct debug *d, const struct stop *stop);
/* A stop at @where: "17", "file.c:23", "func", "helper:NAME", "syscall:CMD", ... NULL with the sentence. */
struct stop *stops_add(struct debug *d, const char *where, struct why *why);
/* A watchpoint: "r0", "map NAME[KEY]", "*ADDRESS/N", "fp-8", an expression. */
struct stop *stops_watch(struct debug *d, const char *what, enum stop_access access, struct why *why);
/* By number; NULL: there is none. */
struct stop *stops_find(struct debug *d, u32 number);
bool stops_delete(struct debug *d, u32 number);
void stops_clear(struct debug *d);
/* Is there an enabled stop at an instruction, or at a line? NULL: none. */
const struct stop *stops_at(const struct debug *d, enum stop_kind kind, u32 at);
/* The first instruction of a place of the program at hand: "17", "file.c:23", "func"; false with the
 * sentence. */
bool stops_insn(struct debug *d, const char *where, u32 *insn, struct why *why);

/* --- while travelling --- */

/* The events that stops want to know of, as EVENT_BIT()s; they are to be or-ed into d->heard at each step. */
u64 stops_events(const struct debug *d);
/* Do any compare values? Then each step needs a picture. */
bool stops_watch_any(const struct debug *d);
/* At the place where a journey begins, and after each step: what do watchpoints see? */
void stops_look(struct debug *d, bool first);
/*
 * The stop that the machine has come to by the step that led from @before to now; NULL: none. Ignore counts
 * are not looked at.
 */
struct stop *stops_hit(struct debug *d, const struct picture *before);
/* Is the stop, which was hit, to be passed by this time? */
bool stops_ignore(struct stop *stop);

#endif
