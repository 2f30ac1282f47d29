/*
 * Speed of the interpreter, as ratio to the same algorithm in C at gcc -O2 in the same run.
 *
 * Each case (test/support/cases.h) is a program and a C function that compute the same number; it is
 * compared. Rounds of both are interleaved, so that a busy machine slows both: struct bench_pair.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../support/bare.h"
#include "../support/cases.h"
#include "../support/compiled.h"

#define ROUNDS 21

static const struct bench {
	u32 number;
	const char *name;             /* NULL: the case's */
	double limit;                 /* of the ratio; 0: only shown */
	bool checked;                 /* in the checking loop */
	u64 repeat;                   /* 0: the case's */
} benches[] = {
	{CASE_ALU, NULL, 8, false, 0},
	{CASE_STACK, NULL, 8, false, 0},
	{CASE_PRIMES, NULL, 4, false, 0},
	{CASE_CHECKSUM, NULL, 17, false, 0},
	{CASE_HELPER, NULL, 4, false, 0},
	{CASE_ALU, "ALU chain, checked loop", 0, true, 1},
	{CASE_STACK, "stack, checked loop", 0, true, 1},
	{CASE_CHECKSUM, "checksum, checked loop", 0, true, 40},
};

/* One run; returns r0 and adds the instructions to *insns. */
static u64 run(struct sim *sim, struct prog *prog, u64 memory, u64 n, u64 *insns)
{
	vm_start(sim, prog, 0);
	sim->vm->memory = memory;
	sim->vm->memory_size = CASE_PACKET_SIZE;
	sim->vm->reg[BPF_REG_1] = memory;
	sim->vm->reg[BPF_REG_2] = n;
	*insns += vm_run(sim, UINT64_MAX);
	if (sim->vm->state != VM_EXITED) {
		fprintf(stderr, "fault: %s\n", sim->vm->fault.text);
		exit(1);
	}
	return vm_finish(sim);
}

/* Runs a case and prints its line; false when it is over its limit or the results differ. */
static bool measure(struct sim *sim, const struct bench *b, u64 memory)
{
	const struct bench_case *c = &bench_cases[b->number];
	const char *name = b->name ? b->name : c->name;
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_UNSPEC, c->insns, c->count);
	u64 repeat = b->repeat ? b->repeat : c->repeat;
	struct bench_pair pair = {.rounds = 0};
	double speed[ROUNDS], ratio;
	volatile u64 sink = 0;

	if (!b->checked && !compile_prog(sim, prog)) {
		fprintf(stderr, "%s: %s\n", name, sim->why.text);
		return false;
	}
	for (int round = 0; round < ROUNDS; round++) {
		u64 insns = 0, random, t0, t1, t2, ours = 0, theirs = 0;

		random = sim->clock->random;
		t0 = bench_now_ns();
		for (u64 i = 0; i < repeat; i++)
			ours = run(sim, prog, memory, c->n, &insns);
		t1 = bench_now_ns();
		sim->clock->random = random;
		for (u64 i = 0; i < repeat; i++)
			sink = theirs = c->native(sim, (const u8 *)memory, c->n);
		t2 = bench_now_ns();
		if (ours != theirs) {
			printf("%s: the program gives %" PRIu64 ", C gives %" PRIu64 "\n", name, ours,
			       theirs);
			return false;
		}
		bench_add(&pair, t1 - t0, t2 - t1);
		speed[round] = insns * 1e3 / (t1 - t0);
	}
	(void)sink;
	obj_put(sim, &prog->obj);
	ratio = bench_ratio(&pair);
	printf("%-28s %5.2fx C (rounds: %.2f to %.2f)", name, ratio, bench_quartile(pair.ratio, ROUNDS, 1),
	       bench_quartile(pair.ratio, ROUNDS, 3));
	printf("  %4.0f M insns/s", bench_quartile(speed, ROUNDS, 4));
	if (b->limit)
		return bench_at_most(ratio, b->limit);
	printf("\n");
	return true;
}

int main(void)
{
	struct sim *sim = bare_new();
	u8 *memory = arena_alloc(sim->arena, CASE_PACKET_SIZE, TAG_KERNEL, NULL);
	bool ok = true;

	for (u32 i = 0; i < CASE_PACKET_SIZE; i++)
		memory[i] = sim_random(sim);
	for (u32 i = 0; i < ARRAY_SIZE(benches); i++)
		ok &= measure(sim, &benches[i], (u64)memory);
	bare_delete(sim);
	return ok ? 0 : 1;
}
