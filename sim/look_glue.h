/* Looking at glue: what the addresses in trampolines and at the entry of functions are. Nothing here changes anything. */
#ifndef SIM_LOOK_GLUE_H
#define SIM_LOOK_GLUE_H

#include "look_prog.h"
#include "trampoline.h"

enum glue_kind {
	GLUE_NOTHING,
	GLUE_FUNCTION,    /* code of a function of the kernel, perhaps behind its first bytes */
	GLUE_PROG_CODE,   /* the machine code of a program, or its instructions: prog */
	GLUE_PROG,        /* its struct bpf_prog */
	GLUE_TRAMPOLINE,  /* an image: tramp */
	GLUE_IMAGE,       /* the struct bpf_tramp_image of one */
};

struct glue_target {
	u8 kind;                        /* enum glue_kind */
	const struct prog *prog;
	const struct trampoline *tramp;
	const char *name;               /* of the function */
	u32 off;
};

struct glue_target look_glue_target(const struct sim *sim, u64 address);
/* "do_unlinkat+5", "prog count"; false: nothing that is known lies there. */
bool look_glue_text(const struct sim *sim, u64 address, struct text *out);

#endif
