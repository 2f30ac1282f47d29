/*
 * Running the JIT's machine code on this CPU (x86-64 Linux): at full speed, step by step, in lockstep with
 * the interpreter.
 *
 * Images are executed as they are, at fixed addresses, from a copy in which only what depends on the place is
 * patched: calls of the kernel's functions, the end of user space. They work on the arena's memory; their
 * stack lies there, too.
 */
#ifndef SIM_NATIVE_NATIVE_H
#define SIM_NATIVE_NATIVE_H

#include "../exec.h"

/* For sim_host.exec. NULL: not on this machine. */
const struct exec_ops *native_ops(void);
/*
 * The same, but each run is one of native_lockstep: a program runs in a child, is interpreted here, and both
 * are compared.
 */
const struct exec_ops *native_lockstep_ops(void);

/* --- step by step --- */

/* Before an instruction of the machine code of a program. */
struct native_step {
	u64 rip;
	u64 reg[16]; /* by x86 number: rax rcx rdx rbx rsp rbp rsi rdi r8 .. r15 */
	u64 flags;
};

enum native_end {
	NATIVE_EXITED,  /* with r0 */
	NATIVE_FAULTED, /* .fault says why */
	NATIVE_CUT,     /* there was no room for more steps */
	NATIVE_CRASHED, /* by a signal outside of the program's code */
};

/* What a child did that ran the program of sim->vm, which has just been started; nothing has changed here. */
struct native_trace {
	u64 count;
	const struct native_step *step;
	u8 end;     /* enum native_end */
	int signal; /* CRASHED */
	u64 r0;
	struct fault fault;
	u64 hash; /* of the arena afterwards, without the VM and its stacks (native_hash) */
	void *memory;
	u64 size;
};

#define NATIVE_STEPS_MAX (1u << 20)

/* 0, or -errno with the sentence in sim->why. At most @max steps are kept. */
int native_trace(struct sim *sim, u64 max, struct native_trace *trace);
void native_trace_free(struct native_trace *trace);
/* Of the arena as it is here. */
u64 native_hash(const struct sim *sim);

/*
 * Where is @rip? The program, its function, and the offset in that function's image. False: not in a program
 * that has run.
 */
struct native_place {
	const struct prog *prog;
	u32 func;
	u32 off;
};

bool native_find(u64 rip, struct native_place *place);
/* The insn of the translated program whose code @place lies in; in front of the first: the first. */
u32 native_insn(const struct native_place *place);

/* x86 register number of a BPF register, r0 to r11. */
extern const u8 native_register[BPF_REG_AX + 1];

/* --- lockstep --- */

struct native_lockstep {
	u64 runs, borders, steps; /* programs run, insns compared, instructions of the machine */
	u64 cut;                  /* runs that were too long to be compared to the end */
	u64 differences;
	char text[512]; /* the first difference, in words */
};

/*
 * Runs the program of sim->vm to its end, as its machine code in a child and interpreted here: at each border
 * of two insns the registers must agree, and in the end the result and all memory. Adds to @result.
 */
void native_lockstep(struct sim *sim, struct native_lockstep *result);
/*
 * The same, and what was seen is kept: the machine's steps, and where each insn that was interpreted began
 * among them. The machine is at the end of the run afterwards, without having moved in time: go to another
 * step. 0, or -errno with the sentence in sim->why. native_follow_free() in any case.
 */
struct native_follow {
	struct native_trace trace;
	u64 insns, room;
	u64 *border; /* [insns]: index of the step, NATIVE_NO_STEP: the insn has no code, or they differ */
	struct native_lockstep result;
};

#define NATIVE_NO_STEP UINT64_MAX

int native_follow(struct sim *sim, struct native_follow *follow);
void native_follow_free(struct native_follow *follow);
/* What native_lockstep_ops has found so far in this process. */
extern struct native_lockstep native_lockstep_result;

#endif
