/*
 * Edits: a debugger's hand in the machine. Between two units of work, whatever is going on, a register of the
 * running program, its next instruction, memory or a map's element becomes another one, or another CPU goes on.
 *
 * Linux has nothing like it. An edit is an input like others (time.h), and takes one step of the timeline.
 * What an edited program does next no verifier has promised: from then on each access of that run is checked.
 */
#ifndef SIM_EDIT_H
#define SIM_EDIT_H

#include "core.h"

enum edit_kind {
	EDIT_REG,            /* at: 0 to 9; data: u64 */
	EDIT_PC,             /* at: slot of the instruction that comes next */
	EDIT_MEMORY,         /* at: address; data: bytes */
	EDIT_MAP,            /* at: the map's id; data: key and value */
	EDIT_CPU,            /* at: the CPU that goes on: the scheduler's choice (cpu.h) */
	EDIT_KINDS
};

struct edit {
	u32 kind;            /* enum edit_kind */
	u64 at;
	u32 len;             /* bytes of data */
	const void *data;
};

/* Can it be done now? 0, or -errno with the sentence. */
s64 edit_check(struct sim *sim, const struct edit *edit);
/* Does it: 0 or -errno. */
s64 edit_apply(struct sim *sim, const struct edit *edit);

#endif
