/*
 * Stops: breakpoints and watchpoints. A kind of stop is one line of the table in stops.c: how its place is
 * written, and how it sees that the machine is there.
 */
#ifndef UI_STOPS_H
#define UI_STOPS_H

#include "debug.h"

enum stop_kind {
	STOP_INSN,
	STOP_LINE,
	STOP_STAGE,
	STOP_CALL,
	STOP_HELPER,
	STOP_REJECT,
	STOP_EVENT,
	STOP_REG,
	STOP_MAP,
	STOP_KINDS
};

struct stop {
	u32 number;
	u8 kind;            /* enum stop_kind */
	bool off, once;     /* disabled; goes away when it is hit */
	u32 at;             /* instruction, line, stage, command, helper, register; map: its id */
	u8 key[64];         /* map: the element's key */
	char what[80];      /* as it was asked for */
	char condition[80]; /* "" = always */
	u32 ignore, hits;
};

/* A stop at @where: "17", "file.c:23", "line 23", "func", "helper:NAME", "syscall:CMD", ... NULL with the
 * sentence. */
struct stop *stops_add(struct debug *d, const char *where, struct why *why);
/* A watchpoint: "r0", "map NAME[KEY]". */
struct stop *stops_watch(struct debug *d, const char *what, struct why *why);
/* By number; NULL: there is none. */
struct stop *stops_find(struct debug *d, u32 number);
bool stops_delete(struct debug *d, u32 number);
void stops_clear(struct debug *d);
/* Is there an enabled stop at an instruction, or at a line? NULL: none. */
const struct stop *stops_at(const struct debug *d, enum stop_kind kind, u32 at);
/* The stop that the machine has come to by the step that led from @before to now; NULL: none. */
struct stop *stops_hit(struct debug *d, const struct picture *before);
/* Do any compare values? Then each step needs a picture. */
bool stops_watch_any(const struct debug *d);
/* For messages. */
void stops_forms(struct text *out);

#endif
