/*
 * Speed of the interpreter, as ratio to the same algorithm in C at gcc -O2 in the same run.
 *
 * Each case is a program and a C function that compute the same number; it is compared. Rounds of both are interleaved, so that
 * a busy machine slows both; the ratio of each round is taken, and the median and the quartiles are printed. The C functions are
 * not inlined and see their arguments only when they are called, so the compiler has to do the work; it may do it as it likes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../support/bare.h"
#include "../support/insn.h"

#define ROUNDS 21
#define PACKET_SIZE 1500

#define R0 BPF_REG_0
#define R1 BPF_REG_1
#define R2 BPF_REG_2
#define R3 BPF_REG_3
#define R4 BPF_REG_4
#define R5 BPF_REG_5
#define R6 BPF_REG_6
#define R7 BPF_REG_7
#define R10 BPF_REG_10

struct bench {
	const char *name;
	double limit;                 /* of the ratio; 0: only shown */
	bool checked;                 /* in the checking loop */
	u64 n;                        /* loop count: r2, or the bytes of memory */
	u64 repeat;                   /* runs in one round */
	const struct bpf_insn *insns;
	u32 count;
	u64 (*native)(struct sim *sim, const u8 *memory, u64 n);
};

static u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

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

static const struct bench benches[] = {
	{"dependent ALU chain", 8, false, 100000, 4, PROGRAM(alu)},
	{"stack load and store", 8, false, 100000, 4, PROGRAM(stack)},
	{"primes by trial division", 4, false, 10000, 1, PROGRAM(primes)},
	{"byte-wise checksum, 1500 B", 17, false, PACKET_SIZE, 400, PROGRAM(checksum)},
	{"a helper call", 4, false, 100000, 2, PROGRAM(helper)},
	{"ALU chain, checked loop", 0, true, 100000, 1, PROGRAM(alu)},
	{"stack, checked loop", 0, true, 100000, 1, PROGRAM(stack)},
	{"checksum, checked loop", 0, true, PACKET_SIZE, 40, PROGRAM(checksum)},
};

/* One run; returns r0 and adds the instructions to *insns. */
static u64 run(struct sim *sim, struct prog *prog, u64 memory, u64 n, u64 *insns)
{
	vm_start(sim, prog, 0);
	sim->vm->memory = memory;
	sim->vm->memory_size = PACKET_SIZE;
	sim->vm->reg[R1] = memory;
	sim->vm->reg[R2] = n;
	*insns += vm_run(sim, UINT64_MAX);
	if (sim->vm->state != VM_EXITED) {
		fprintf(stderr, "fault: %s\n", sim->vm->fault.text);
		exit(1);
	}
	return vm_finish(sim);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Runs a case and prints its line; false when it is over its limit or the results differ. */
static bool measure(struct sim *sim, const struct bench *b, u64 memory)
{
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_UNSPEC, b->insns, b->count, !b->checked);
	double ratio[ROUNDS], speed[ROUNDS];
	volatile u64 sink = 0;

	for (int round = 0; round < ROUNDS; round++) {
		u64 insns = 0, random, t0, t1, t2, ours = 0, theirs = 0;

		random = sim->clock->random;
		t0 = now_ns();
		for (u64 i = 0; i < b->repeat; i++)
			ours = run(sim, prog, memory, b->n, &insns);
		t1 = now_ns();
		sim->clock->random = random;
		for (u64 i = 0; i < b->repeat; i++)
			sink = theirs = b->native(sim, (const u8 *)memory, b->n);
		t2 = now_ns();
		if (ours != theirs) {
			printf("%s: the program gives %" PRIu64 ", C gives %" PRIu64 "\n", b->name, ours, theirs);
			return false;
		}
		ratio[round] = (double)(t1 - t0) / (t2 - t1);
		speed[round] = insns * 1e3 / (t1 - t0);
	}
	(void)sink;
	obj_put(sim, &prog->obj);
	qsort(ratio, ROUNDS, sizeof(*ratio), by_value);
	qsort(speed, ROUNDS, sizeof(*speed), by_value);
	printf("%-28s %5.2fx C (quartiles %5.2f %5.2f)", b->name, ratio[ROUNDS / 2], ratio[ROUNDS / 4],
	       ratio[ROUNDS * 3 / 4]);
	printf("  %4.0f M insns/s", speed[ROUNDS / 2]);
	if (b->limit)
		printf("  limit %g %s", b->limit, ratio[ROUNDS / 2] <= b->limit ? "ok" : "MISSED");
	printf("\n");
	return !b->limit || ratio[ROUNDS / 2] <= b->limit;
}

int main(void)
{
	struct sim *sim = bare_new();
	u8 *memory = arena_alloc(sim->arena, PACKET_SIZE, TAG_KERNEL, NULL);
	bool ok = true;

	for (u32 i = 0; i < PACKET_SIZE; i++)
		memory[i] = sim_random(sim);
	for (u32 i = 0; i < ARRAY_SIZE(benches); i++)
		ok &= measure(sim, &benches[i], (u64)memory);
	bare_delete(sim);
	return ok ? 0 : 1;
}
