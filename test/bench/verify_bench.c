/*
 * Speed of the path walk: instructions looked at in a second, and how long three kinds of programs take.
 *
 * `branches`: many branches that the walk cannot decide, most of which end in states that were seen before. `limit`: a loop that is
 * followed until the walk has looked at a million instructions, the worst that a program can do. `parser`: what a program of a
 * tutorial does in a loop (helper calls, an array on the stack, branches), unrolled by the walk to 40,000 instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../support/bare.h"
#include "../support/cases.h"
#include "../support/insn.h"
#include "sim/verifier/walk.h"
#include "sim/world/task.h"

#define ROUNDS 7
#define MAX_INSNS 4096

#define R0 BPF_REG_0
#define R1 BPF_REG_1
#define R2 BPF_REG_2
#define R3 BPF_REG_3
#define R6 BPF_REG_6
#define R7 BPF_REG_7
#define R8 BPF_REG_8
#define R10 BPF_REG_10

struct program {
	u32 n;
	struct bpf_insn insn[MAX_INSNS];
};

static void put(struct program *p, struct bpf_insn insn)
{
	p->insn[p->n++] = insn;
}

static void branches(struct program *p)
{
	put(p, ALU64_K(MOV, R6, 0));
	put(p, ALU64_K(MOV, R8, 0));
	for (u32 i = 0; i < 300; i++) {
		put(p, CALL(BPF_FUNC_get_prandom_u32));
		put(p, ALU64_K(AND, R0, 0xff));
		put(p, JMP_K(JGT, R0, 100, 2));
		put(p, ALU64_X(MOV, R6, R0));
		put(p, ALU64_K(RSH, R6, 3));
		put(p, JMP_K(JSET, R0, 8, 2));
		put(p, ALU64_X(MOV, R7, R6));
		put(p, STX(DW, R10, R7, -8));
	}
	put(p, ALU64_K(ADD, R8, 1));
	put(p, JMP_K(JLT, R8, 12, -2402));
	put(p, ALU64_K(MOV, R0, 0));
	put(p, EXIT());
}

static void limit(struct program *p)
{
	put(p, ALU64_K(MOV, R0, 0));
	put(p, ALU64_K(ADD, R0, 1));
	put(p, JMP_K(JLT, R0, 1000000, -2));
	put(p, EXIT());
}

static void parser(struct program *p)
{
	put(p, ALU64_K(MOV, R6, 0));
	put(p, ST(DW, R10, -8, 0));
	put(p, ST(DW, R10, -16, 0));
	put(p, CALL(BPF_FUNC_get_prandom_u32));
	put(p, ALU64_X(MOV, R7, R0));
	put(p, ALU64_K(AND, R7, 15));
	put(p, ALU64_X(MOV, R1, R10));
	put(p, ALU64_K(ADD, R1, -16));
	put(p, ALU64_X(ADD, R1, R7));
	put(p, LDX(B, R2, R1, 0));
	put(p, JMP_K(JEQ, R2, 0x45, 3));
	put(p, JMP_K(JGT, R7, 7, 2));
	put(p, ALU64_K(ADD, R2, 1));
	put(p, STX(B, R1, R2, 0));
	put(p, CALL(BPF_FUNC_ktime_get_ns));
	put(p, ALU64_K(ADD, R6, 1));
	put(p, JMP_K(JLT, R6, 900, -14));
	put(p, ALU64_K(MOV, R0, 0));
	put(p, EXIT());
}

static u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static int run_stage(struct sim *sim, struct verifier *v, int (*stage)(struct sim *, struct verifier *))
{
	int err;

	do {
		err = stage(sim, v);
	} while (err == VERIFIER_MORE);
	return err;
}

/* All stages but the last: 0 or -errno. */
static int prepare(struct sim *sim, struct verifier *v)
{
	static int (*const stages[])(struct sim *, struct verifier *) = {verifier_find_subprogs, verifier_check_jumps,
									  verifier_walk_cfg, verifier_check_reached};
	int err = 0;

	for (u32 i = 0; i < ARRAY_SIZE(stages) && !err; i++)
		err = run_stage(sim, v, stages[i]);
	return err ? err : walk_new(sim, v, task_by_pid(sim, 100));
}

struct result {
	int err;
	u32 insns;
	u64 ns;
};

static struct result verify(struct sim *sim, const struct program *program)
{
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_SOCKET_FILTER, program->insn, program->n);
	struct verifier *v;
	struct result result;
	u64 begin;

	prog->gpl = true;
	v = verifier_new(sim, prog, true);
	result.err = prepare(sim, v);
	begin = now_ns();
	if (!result.err)
		result.err = run_stage(sim, v, walk_step);
	result.ns = now_ns() - begin;
	result.insns = v->walk ? v->walk->insns_processed : 0;
	verifier_free(sim, v);
	obj_put(sim, &prog->obj);
	return result;
}

static const struct bench {
	const char *name;
	void (*make)(struct program *p);
	int err;                /* what the walk ends with */
	double min_speed;       /* insns a second */
	double max_ms;          /* 0 = any */
} benches[] = {
	{"branches", branches, 0, 2e6, 0},
	{"limit", limit, -E2BIG, 1e6, 1000},
	{"parser", parser, 0, 2e6, 20},
};

/* The best of some rounds: others use the machine too. */
static bool measure(struct sim *sim, const struct bench *b)
{
	static struct program program;
	struct result best = {.ns = UINT64_MAX};
	double speed, ms;
	bool ok;

	program.n = 0;
	b->make(&program);
	for (u32 i = 0; i < ROUNDS; i++) {
		struct result result = verify(sim, &program);

		if (result.ns < best.ns)
			best = result;
	}
	speed = best.insns * 1e9 / best.ns;
	ms = best.ns / 1e6;
	printf("%-10s %7u insns, ends with %d%s\n", b->name, best.insns, best.err, best.err == b->err ? "" : ": WRONG");
	printf("           %7.1f M insns/s", speed / 1e6);
	ok = bench_at_least(speed / 1e6, b->min_speed / 1e6) && best.err == b->err;
	printf("           %7.1f ms", ms);
	if (b->max_ms)
		return bench_at_most(ms, b->max_ms) && ok;
	printf("\n");
	return ok;
}

int main(void)
{
	struct sim *sim = bare_new();
	bool ok = true;

	for (u32 i = 0; i < ARRAY_SIZE(benches); i++)
		ok &= measure(sim, &benches[i]);
	bare_delete(sim);
	return ok ? 0 : 1;
}
