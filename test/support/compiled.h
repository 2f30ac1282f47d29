/*
 * Compiled programs without a verifier: for the engines' tests, benchmarks and the conformance plugin, which
 * run what no verifier would accept. Translation and JIT are the kernel's own.
 */
#ifndef TEST_SUPPORT_COMPILED_H
#define TEST_SUPPORT_COMPILED_H

#include "sim/exec.h"

/* A bare machine (bare.h) that can run machine code. Ends the test when this machine cannot. */
struct sim *compiled_machine(void);

/*
 * Translates and compiles @prog, of bare_prog, as if each insn had been walked and each function used its 512
 * bytes of stack. False: the sentence is in sim->why. A program without a type becomes a SOCKET_FILTER.
 */
bool compile_prog(struct sim *sim, struct prog *prog);
/* The same for insns that are a translated program already, of one function. */
bool compile_translated(struct sim *sim, struct prog *prog, u32 stack_depth);
/* Runs it: r0, or ends the test. @r1, @r2: what it gets. */
u64 compiled_run(struct sim *sim, struct prog *prog, u64 r1, u64 r2);

#endif
