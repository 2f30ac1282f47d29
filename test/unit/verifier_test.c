/*
 * The structure check, watched at work: functions, jumps, each step of the depth-first walk; programs that are as long
 * and as deep as can be; random ones against a simple model. The words and errnos of rejections are in
 * test/errno/prog_check.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/verifier/verifier.h"
#include "test/support/host.h"

#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define GOTO(o) INSN(BPF_JMP | BPF_JA, 0, 0, o, 0)
#define JEQ(o) INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, o, 0)
#define CALL_FN(i) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define IMM64(src, low) INSN(BPF_LD | BPF_IMM | BPF_DW, 1, src, 0, low), INSN(0, 0, 0, 0, 0)

static struct sim_host *host;
static struct sim sim;
static struct prog prog;

static int setup(void **state)
{
	(void)state;
	host = host_new();
	sim = (struct sim){.host = host, .arena = arena_init(host->arena_mem, ARENA_SIZE)};
	sim.clock = sim_alloc(&sim, sizeof(*sim.clock));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_delete(host);
	return 0;
}

static struct verifier *start(struct bpf_insn *insns, u32 count, bool capable)
{
	struct verifier *v;

	prog = (struct prog){.insns = insns, .insn_cnt = count, .gpl = true};
	v = verifier_new(&sim, &prog, capable);
	assert_non_null(v);
	return v;
}

#define START(capable, ...)                                                                                            \
	({                                                                                                             \
		static struct bpf_insn insns_[] = {__VA_ARGS__};                                                       \
		start(insns_, ARRAY_SIZE(insns_), capable);                                                            \
	})

static int finish_stage(struct verifier *v, int (*stage)(struct sim *, struct verifier *), u64 *units)
{
	int err;

	do {
		err = stage(&sim, v);
		++*units;
	} while (err == VERIFIER_MORE);
	return err;
}

/* All stages; 0 or the first error. */
static int check(struct verifier *v)
{
	u64 units = 0;
	int err = finish_stage(v, verifier_find_subprogs, &units);

	if (!err)
		err = finish_stage(v, verifier_check_jumps, &units);
	if (!err)
		err = finish_stage(v, verifier_walk_cfg, &units);
	if (!err)
		err = finish_stage(v, verifier_check_reached, &units);
	return err;
}

/* One unit of the walk: the edge that it must follow. */
static void expect_edge(struct verifier *v, u32 from, u32 to, enum cfg_edge edge, bool branch, u32 depth)
{
	assert_int_equal(verifier_walk_cfg(&sim, v), VERIFIER_MORE);
	assert_int_equal(v->cfg.last.from, from);
	assert_int_equal(v->cfg.last.to, to);
	assert_false(v->cfg.last.left);
	assert_int_equal(v->cfg.last.edge, edge);
	assert_int_equal(v->cfg.last.branch, branch);
	assert_int_equal(v->cfg.depth, depth);
}

/* One unit: @insn has no edges left and leaves the stack. */
static void expect_leave(struct verifier *v, u32 insn, u32 depth)
{
	assert_int_equal(verifier_walk_cfg(&sim, v), depth ? VERIFIER_MORE : VERIFIER_DONE);
	assert_int_equal(v->cfg.last.from, insn);
	assert_true(v->cfg.last.left);
	assert_int_equal(v->cfg.insn[insn].color, CFG_EXPLORED);
	assert_int_equal(v->cfg.depth, depth);
}

static void test_each_step_of_a_diamond(void **state)
{
	struct verifier *v = START(true, JEQ(2), MOV(0, 1), GOTO(1), MOV(0, 2), EXIT);
	u64 units = 0;

	(void)state;
	assert_int_equal(finish_stage(v, verifier_find_subprogs, &units), 0);
	assert_int_equal(v->cfg.insn[0].color, CFG_WHITE);
	expect_edge(v, 0, 1, CFG_TREE, false, 2);
	assert_int_equal(v->cfg.insn[0].color, CFG_DISCOVERED);
	assert_int_equal(v->cfg.stack[0], 0);
	assert_int_equal(v->cfg.stack[1], 1);
	expect_edge(v, 1, 2, CFG_TREE, false, 3);
	expect_edge(v, 2, 4, CFG_TREE, false, 4);
	assert_int_equal(v->cfg.insn[3].color, CFG_WHITE);
	expect_leave(v, 4, 3);
	expect_leave(v, 2, 2);
	expect_leave(v, 1, 1);
	expect_edge(v, 0, 3, CFG_TREE, true, 2);
	expect_edge(v, 3, 4, CFG_CROSS, false, 2);
	expect_leave(v, 3, 1);
	expect_leave(v, 0, 0);
	assert_int_equal(v->cfg.edges[CFG_TREE], 4);
	assert_int_equal(v->cfg.edges[CFG_CROSS], 1);
	assert_int_equal(v->cfg.edges[CFG_BACK], 0);
	assert_int_equal(v->cfg.explored, 5);
	assert_int_equal(v->cfg.max_depth, 4);
	assert_int_equal(verifier_check_reached(&sim, v), VERIFIER_DONE);
	verifier_free(&sim, v);
}

static void test_prune_points(void **state)
{
	struct verifier *v = START(true, JEQ(2), MOV(0, 1), GOTO(1), MOV(0, 2), EXIT);

	(void)state;
	assert_int_equal(check(v), 0);
	assert_true(v->cfg.insn[0].prune_point && !v->cfg.insn[0].jump_point);
	assert_false(v->cfg.insn[1].prune_point || v->cfg.insn[2].prune_point);
	assert_true(v->cfg.insn[3].prune_point && v->cfg.insn[3].jump_point);
	assert_true(v->cfg.insn[4].prune_point && v->cfg.insn[4].jump_point);
	verifier_free(&sim, v);
}

/* The callee is walked after what follows the call. */
static void test_order_of_calls(void **state)
{
	struct verifier *v = START(true, CALL_FN(1), EXIT, MOV(0, 1), EXIT);
	u64 units = 0;

	(void)state;
	assert_int_equal(finish_stage(v, verifier_find_subprogs, &units), 0);
	assert_int_equal(units, 2);
	expect_edge(v, 0, 1, CFG_TREE, false, 2);
	expect_leave(v, 1, 1);
	expect_edge(v, 0, 2, CFG_TREE, true, 2);
	expect_edge(v, 2, 3, CFG_TREE, false, 3);
	verifier_free(&sim, v);
}

static void test_loops_need_a_capability(void **state)
{
	struct verifier *v = START(true, MOV(0, 0), JEQ(-2), EXIT);

	(void)state;
	assert_int_equal(check(v), 0);
	assert_int_equal(v->cfg.edges[CFG_BACK], 1);
	verifier_free(&sim, v);
	v = START(false, MOV(0, 0), JEQ(-2), EXIT);
	assert_int_equal(check(v), -EINVAL);
	assert_string_equal(sim.why.text, "back-edge from insn 1 to 0");
	assert_int_equal(v->cfg.last.edge, CFG_BACK);
	verifier_free(&sim, v);
}

static void test_functions_are_found_in_order(void **state)
{
	struct verifier *v = START(true, CALL_FN(4), CALL_FN(1), EXIT, MOV(0, 0), EXIT, CALL_FN(-3), EXIT);

	(void)state;
	assert_int_equal(check(v), 0);
	assert_int_equal(v->nsubprogs, 3);
	assert_int_equal(v->subprog[1].start, 3);
	assert_int_equal(v->subprog[2].start, 5);
	assert_int_equal(v->subprog[3].start, 7);
	assert_int_equal(verifier_subprog_at(v, 5), 2);
	assert_int_equal(verifier_subprog_at(v, 4), -ENOENT);
	assert_int_equal(verifier_subprog_at(v, -1), -ENOENT);
	assert_int_equal(verifier_subprog_at(v, 7), -ENOENT);
	verifier_free(&sim, v);
}

static void test_log_of_functions(void **state)
{
	struct verifier *v = START(true, IMM64(BPF_PSEUDO_FUNC, 3), MOV(0, 0), EXIT, MOV(0, 0), EXIT);

	(void)state;
	assert_int_equal(log_init(&sim, &v->log, BPF_LOG_LEVEL2, 0x1000, 4096), 0);
	assert_int_equal(check(v), 0);
	assert_string_equal(v->log.text, "func#0 @0\nfunc#1 @4\n");
	verifier_free(&sim, v);
}

static struct bpf_insn *many(u32 count)
{
	struct bpf_insn *insns = calloc(count, sizeof(*insns));

	assert_non_null(insns);
	for (u32 i = 0; i < count; i++)
		insns[i] = (struct bpf_insn)MOV(0, 0);
	insns[count - 1] = (struct bpf_insn)EXIT;
	return insns;
}

static void test_a_million_in_a_row(void **state)
{
	struct bpf_insn *insns = many(INSN_MAX);
	struct verifier *v = start(insns, INSN_MAX, true);

	(void)state;
	assert_int_equal(check(v), 0);
	assert_int_equal(v->cfg.max_depth, INSN_MAX);
	verifier_free(&sim, v);
	free(insns);
}

/* Every insn a conditional jump, forth and back as far as it goes. */
static void test_a_million_jumps(void **state)
{
	struct bpf_insn *insns = many(INSN_MAX);
	struct verifier *v;

	(void)state;
	for (u32 i = 0; i + 1 < INSN_MAX; i++) {
		s64 off = i % 2 ? -(s64)(i < 32768 ? i + 1 : 32768) : 32767;

		if (i + 1 + off >= INSN_MAX)
			off = 0;
		insns[i] = (struct bpf_insn)JEQ(off);
	}
	v = start(insns, INSN_MAX, true);
	assert_int_equal(check(v), 0);
	assert_int_equal(v->cfg.explored, INSN_MAX);
	assert_int_equal(v->cfg.edges[CFG_TREE], INSN_MAX - 1);
	assert_int_equal(v->cfg.edges[CFG_TREE] + v->cfg.edges[CFG_BACK] + v->cfg.edges[CFG_CROSS], 2 * (INSN_MAX - 1));
	verifier_free(&sim, v);
	free(insns);
}

/* --- random programs: the walk must come to exactly what can be reached --- */

static u64 seed;

static u32 roll(u32 n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % n;
}

static struct bpf_insn random_insn(u32 at, u32 count)
{
	s32 off = (s32)roll(count) - (s32)at - 1;

	switch (roll(6)) {
	case 0:
		return (struct bpf_insn)GOTO(off);
	case 1:
	case 2:
		return (struct bpf_insn)JEQ(off);
	case 3:
		return roll(4) ? (struct bpf_insn)MOV(0, 0) : (struct bpf_insn)EXIT;
	default:
		return (struct bpf_insn)MOV(0, 0);
	}
}

static void mark_reachable(const struct bpf_insn *insns, bool *seen, u32 t)
{
	struct cfg_way way[2];

	if (seen[t])
		return;
	seen[t] = true;
	for (u32 i = 0, n = cfg_ways(insns, t, way); i < n; i++)
		mark_reachable(insns, seen, way[i].to);
}

static void test_reaches_what_can_be_reached(void **state)
{
	u32 accepted = 0;

	(void)state;
	for (seed = 1; seed < 200000; seed += 97) {
		struct bpf_insn insns[24];
		bool seen[24] = {false}, all = true;
		u64 before = seed, units = 0;
		u32 count = 2 + roll(22);
		struct verifier *v;
		int err;

		for (u32 i = 0; i < count; i++)
			insns[i] = random_insn(i, count);
		insns[count - 1] = (struct bpf_insn)EXIT;
		v = start(insns, count, true);
		err = finish_stage(v, verifier_walk_cfg, &units);
		if (!err) {
			mark_reachable(insns, seen, 0);
			for (u32 i = 0; i < count; i++) {
				assert_int_equal(v->cfg.insn[i].color, seen[i] ? CFG_EXPLORED : CFG_WHITE);
				all &= seen[i];
			}
			assert_int_equal(units,
					 v->cfg.explored * 2 - 1 + v->cfg.edges[CFG_BACK] + v->cfg.edges[CFG_CROSS]);
			assert_int_equal(verifier_check_reached(&sim, v), all ? 0 : -EINVAL);
			accepted++;
		}
		verifier_free(&sim, v);
		seed = before;
	}
	assert_true(accepted > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_step_of_a_diamond),
		cmocka_unit_test(test_prune_points),
		cmocka_unit_test(test_order_of_calls),
		cmocka_unit_test(test_loops_need_a_capability),
		cmocka_unit_test(test_functions_are_found_in_order),
		cmocka_unit_test(test_log_of_functions),
		cmocka_unit_test(test_a_million_in_a_row),
		cmocka_unit_test(test_a_million_jumps),
		cmocka_unit_test(test_reaches_what_can_be_reached),
	};

	return cmocka_run_group_tests_name("verifier", tests, setup, teardown);
}
