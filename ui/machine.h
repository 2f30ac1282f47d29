/*
 * The machine code of the run at hand, step by step: what this CPU did when it executed it in a child, and
 * where in it the moment lies that the simulated machine is at.
 *
 * The run is followed once from its beginning (sim/native: lockstep); then the steps between two instructions
 * of the bytecode can be moved through in both directions, beside the timeline.
 */
#ifndef UI_MACHINE_H
#define UI_MACHINE_H

#include "../sim/native/native.h"
#include "debug.h"

struct machine {
	bool known;
	u64 start, end, log; /* what was followed: the run's first step, and a hash of the inputs */
	int err;
	char why[200];       /* when it could not be followed */
	struct native_follow follow;
	u64 at;              /* the step that comes next */
	u64 moment;          /* the simulation's, that `at` was chosen for */
};

/*
 * The machine at this moment: NULL when no translated program runs. When m->err, m->why says why there are no
 * steps.
 */
struct machine *machine_look(struct debug *d);
void machine_free(struct debug *d);
/* One of the machine's instructions on, or back. False: no further. */
bool machine_step(struct debug *d, bool back);
/* The step before @at; NULL: it is the first. */
const struct native_step *machine_before(const struct machine *m);
const struct native_step *machine_now(const struct machine *m);
/* Is it at the beginning of an instruction of the bytecode? Then both must agree. */
bool machine_at_border(const struct debug *d, const struct machine *m);
/* What the step before @at did, in words. */
void machine_sentence(const struct debug *d, const struct machine *m, struct text *out);
/* A register's value: region and offset, a place in the code, a number. */
void machine_value_text(const struct debug *d, u64 value, struct text *out);

extern const char *const machine_registers[16];
/* BPF register in an x86 register, -1: none. */
int machine_bpf_register(u32 x86);

#endif
