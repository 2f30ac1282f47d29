/* Programs with their equals in C: see cases.h. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cases.h"
#include "insn.h"

#define R0 BPF_REG_0
#define R1 BPF_REG_1
#define R2 BPF_REG_2
#define R3 BPF_REG_3
#define R4 BPF_REG_4
#define R5 BPF_REG_5
#define R6 BPF_REG_6
#define R7 BPF_REG_7
#define R10 BPF_REG_10

/* --- each result depends on the one before --- */

static const struct bpf_insn alu_insns[] = {
	ALU64_K(MOV, R0, 1),
	ALU64_X(ADD, R0, R2),
	ALU64_K(XOR, R0, 0x5bd1e995),
	ALU64_K(MUL, R0, 31),
	ALU64_K(RSH, R0, 3),
	ALU64_X(SUB, R0, R2),
	ALU64_K(OR, R0, 1),
	ALU64_K(SUB, R2, 1),
	JMP_K(JNE, R2, 0, -8),
	EXIT(),
};

static __attribute__((noinline)) u64 alu_native(struct sim *sim, const u8 *memory, u64 n)
{
	u64 r = 1;

	(void)sim, (void)memory;
	do {
		r += n;
		r ^= 0x5bd1e995;
		r *= 31;
		r >>= 3;
		r -= n;
		r |= 1;
	} while (--n);
	return r;
}

/* --- every result is stored on the stack and loaded again --- */

static const struct bpf_insn stack_insns[] = {
	ALU64_K(MOV, R0, 1),
	STX(DW, R10, R0, -8),
	LDX(DW, R3, R10, -8),
	ALU64_X(ADD, R3, R2),
	STX(DW, R10, R3, -16),
	LDX(DW, R4, R10, -16),
	ALU64_K(XOR, R4, 7),
	STX(DW, R10, R4, -24),
	LDX(DW, R5, R10, -24),
	ALU64_X(SUB, R5, R2),
	STX(DW, R10, R5, -32),
	LDX(DW, R0, R10, -32),
	ALU64_K(MUL, R0, 5),
	ALU64_K(SUB, R2, 1),
	JMP_K(JNE, R2, 0, -14),
	EXIT(),
};

static __attribute__((noinline)) u64 stack_native(struct sim *sim, const u8 *memory, u64 n)
{
	volatile u64 slot[4]; /* on the stack indeed, as the program says */
	u64 r = 1;

	(void)sim, (void)memory;
	do {
		slot[0] = r;
		slot[1] = slot[0] + n;
		slot[2] = slot[1] ^ 7;
		slot[3] = slot[2] - n;
		r = slot[3] * 5;
	} while (--n);
	return r;
}

/* --- how many primes below n, by trial division --- */

static const struct bpf_insn primes_insns[] = {
	ALU64_K(MOV, R0, 0),
	ALU64_K(MOV, R6, 2),
	/* next candidate: r6 */
	ALU64_K(MOV, R7, 2),
	JMP_K(JA, 0, 0, 4),
	/* next divisor: r7 */
	ALU64_X(MOV, R3, R6),
	ALU64_X(MOD, R3, R7),
	JMP_K(JEQ, R3, 0, 5),
	ALU64_K(ADD, R7, 1),
	ALU64_X(MOV, R3, R7),
	ALU64_X(MUL, R3, R7),
	JMP_X(JLE, R3, R6, -7),
	ALU64_K(ADD, R0, 1),
	ALU64_K(ADD, R6, 1),
	JMP_X(JLT, R6, R2, -12),
	EXIT(),
};

static __attribute__((noinline)) u64 primes_native(struct sim *sim, const u8 *memory, u64 n)
{
	u64 count = 0;

	(void)sim, (void)memory;
	for (u64 i = 2; i < n; i++) {
		u64 d = 2;

		while (d * d <= i && i % d)
			d++;
		count += d * d > i;
	}
	return count;
}

/* --- the sum of the bytes of a packet --- */

static const struct bpf_insn checksum_insns[] = {
	ALU64_K(MOV, R0, 0),
	ALU64_X(ADD, R2, R1),
	LDX(B, R3, R1, 0),
	ALU64_X(ADD, R0, R3),
	ALU64_K(ADD, R1, 1),
	JMP_X(JNE, R1, R2, -4),
	EXIT(),
};

static __attribute__((noinline)) u64 checksum_native(struct sim *sim, const u8 *memory, u64 n)
{
	const u8 *end = memory + n;
	u64 sum = 0;

	(void)sim;
	do {
		sum += *memory++;
	} while (memory != end);
	return sum;
}

/* --- a helper in a loop --- */

static const struct bpf_insn helper_insns[] = {
	ALU64_X(MOV, R6, R2),
	ALU64_K(MOV, R7, 0),
	CALL(BPF_FUNC_get_prandom_u32),
	ALU64_X(ADD, R7, R0),
	ALU64_K(SUB, R6, 1),
	JMP_K(JNE, R6, 0, -4),
	ALU64_X(MOV, R0, R7),
	EXIT(),
};

static __attribute__((noinline)) u64 helper_native(struct sim *sim, const u8 *memory, u64 n)
{
	u64 (*fn)(struct sim *sim, u64, u64, u64, u64, u64) = helper_by_id(BPF_FUNC_get_prandom_u32)->fn;
	u64 sum = 0;

	(void)memory;
	do {
		sum += fn(sim, 0, 0, 0, 0, 0);
	} while (--n);
	return sum;
}

#define PROGRAM(name) name##_insns, ARRAY_SIZE(name##_insns), name##_native

const struct bench_case bench_cases[CASES] = {
	[CASE_ALU] = {"dependent ALU chain", 100000, 4, PROGRAM(alu)},
	[CASE_STACK] = {"stack load and store", 100000, 4, PROGRAM(stack)},
	[CASE_PRIMES] = {"primes by trial division", 10000, 1, PROGRAM(primes)},
	[CASE_CHECKSUM] = {"byte-wise checksum, 1500 B", CASE_PACKET_SIZE, 400, PROGRAM(checksum)},
	[CASE_HELPER] = {"a helper call", 100000, 2, PROGRAM(helper)},
};

/* --- measuring --- */

u64 bench_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_quartile(double *numbers, u32 n, u32 quarter)
{
	qsort(numbers, n, sizeof(*numbers), by_value);
	return numbers[(n - 1) * quarter / 4];
}

void bench_add(struct bench_pair *pair, double ours, double theirs)
{
	u32 i = pair->rounds++;

	pair->ours[i] = ours;
	pair->theirs[i] = theirs;
	pair->ratio[i] = ours / theirs;
}

double bench_ratio(struct bench_pair *pair)
{
	bench_quartile(pair->ours, pair->rounds, 2);
	bench_quartile(pair->theirs, pair->rounds, 2);
	return bench_quartile(pair->ratio, pair->rounds, 2);
}

static bool verdict(const char *words, double limit, bool ok)
{
	printf("  limit: %s %g: %s\n", words, limit, ok ? "ok" : "MISSED");
	return ok;
}

bool bench_at_most(double value, double limit)
{
	return verdict("at most", limit, value <= limit);
}

bool bench_at_least(double value, double limit)
{
	return verdict("at least", limit, value >= limit);
}
