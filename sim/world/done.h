/*
 * What was done when: how often programs were verified, compiled and run, and how often glue code was
 * written, at load, at attachment, at events. It shows that compiling happens once, at load.
 */
#ifndef SIM_WORLD_DONE_H
#define SIM_WORLD_DONE_H

#include "../core.h"

enum done_what {
	DONE_VERIFIED,       /* the path walk judged a program */
	DONE_COMPILED,       /* the JIT made its machine code */
	DONE_GLUE,           /* code around programs was written: the XDP dispatcher, trampolines */
	DONE_RUN,            /* a program was called */
	DONE_WHATS
};

enum done_when {
	DONE_AT_ATTACH,      /* attaching, detaching, all that is neither of the others */
	DONE_AT_LOAD,        /* PROG_LOAD */
	DONE_AT_EVENT,       /* something happened; BPF_PROG_TEST_RUN */
	DONE_WHENS
};

struct done {
	u64 count[DONE_WHATS][DONE_WHENS];
	u32 when;            /* enum done_when: now */
};

void world_done(struct sim *sim, enum done_what what);

#endif
