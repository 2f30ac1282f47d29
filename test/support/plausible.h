/*
 * Plausible programs: random, but made of what programs are made of, so that the verifier accepts many of them: arithmetic on
 * numbers whose bounds are asked for, branches, bounded loops, the stack with fixed and variable offsets, spills, map values after
 * their NULL test, packets after their bounds check, helpers that take memory and its size, functions.
 */
#ifndef TEST_SUPPORT_PLAUSIBLE_H
#define TEST_SUPPORT_PLAUSIBLE_H

#include "sim/isa.h"

#define PLAUSIBLE_MAX 400       /* most instructions of a program */
#define PLAUSIBLE_VALUE_SIZE 64 /* of the maps' values; keys have 4 bytes, 0 to PLAUSIBLE_ENTRIES - 1 are there */
#define PLAUSIBLE_ENTRIES 3

struct plausible {
	u32 type;               /* enum bpf_prog_type: SOCKET_FILTER, SCHED_CLS or XDP */
	u32 count;
	struct bpf_insn insns[PLAUSIBLE_MAX];
};

/* The next number below @n. */
u32 plausible_roll(u64 *dice, u32 n);
/* @map_fd: an array and a hash. */
void plausible_program(u64 *dice, const int map_fd[2], struct plausible *program);
/* Changes an instruction or two: a register, a number, an operation, or takes one away. */
void plausible_mutate(u64 *dice, struct bpf_insn *insns, u32 count);

#endif
