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

/* The time that this thread has had a CPU: others that want it do not count. */
u64 bench_now_ns(void);
/* Sorts @n numbers and gives the one at @quarter of 4. */
double bench_quartile(double *numbers, u32 n, u32 quarter);

#define BENCH_ROUNDS 401

/* Of interleaved rounds, the times of ours and of theirs: what else the machine does slows both. */
struct bench_pair {
	double ours[BENCH_ROUNDS], theirs[BENCH_ROUNDS], ratio[BENCH_ROUNDS];
	u32 rounds;
};

void bench_add(struct bench_pair *pair, double ours, double theirs);
/* The median of the rounds' ratios; the times and the ratios are sorted then. */
double bench_ratio(struct bench_pair *pair);
/* Ends the line of a measured value: its limit, and the verdict. */
bool bench_at_most(double value, double limit);
bool bench_at_least(double value, double limit);

#endif
