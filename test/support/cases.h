/*
 * Programs for benchmarks, each beside a C function that computes the same number. The functions are not
 * inlined and see their arguments only when they are called, so the compiler has to do the work; it may do it
 * as it likes.
 */
#ifndef TEST_SUPPORT_CASES_H
#define TEST_SUPPORT_CASES_H

#include "sim/vm/vm.h"

#define CASE_PACKET_SIZE 1500u

enum { CASE_ALU, CASE_STACK, CASE_PRIMES, CASE_CHECKSUM, CASE_HELPER, CASES };

struct bench_case {
	const char *name;
	u64 n;      /* loop count, or the bytes of memory: r2. r1 is the memory's address */
	u64 repeat; /* runs in one round */
	const struct bpf_insn *insns;
	u32 count;
	u64 (*native)(struct sim *sim, const u8 *memory, u64 n);
};

extern const struct bench_case bench_cases[CASES];

u64 bench_now_ns(void);
/* Sorts @n numbers and gives the one at @quarter of 4. */
double bench_quartile(double *numbers, u32 n, u32 quarter);

#endif
