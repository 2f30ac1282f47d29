/*
 * PROG_LOAD at work: its stages one unit at a time, back and forth in time, what a program holds on to, the largest
 * programs, random ones. The errnos are in test/errno/prog_load.c and prog_check.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/prog.h"
#include "test/support/machine.h"
#include "test/support/load_random.h"

#define PID 100
#define U64(p) ((u64)(uintptr_t)(p))
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define JEQ(o) INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, o, 0)
#define CALL_FN(i) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define IMM64(dst, src, low) INSN(BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, low), INSN(0, 0, 0, 0, 0)

static union bpf_attr attr_of(const struct bpf_insn *insns, u32 count)
{
	return (union bpf_attr){
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = U64(insns),
		.insn_cnt = count,
		.license = U64("GPL"),
		.prog_name = "test",
	};
}

static s64 load(const struct bpf_insn *insns, u32 count)
{
	union bpf_attr attr = attr_of(insns, count);

	return sim_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr));
}

static int make_map(void)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};

	return sim_bpf(sim, PID, BPF_MAP_CREATE, U64(&attr), sizeof(attr));
}

static const struct prog *prog_with(u32 id)
{
	return (const struct prog *)obj_by_id(sim, OBJ_PROG, id);
}

/* main: a branch, a call, a map; a function. */
static void fill_sample(struct bpf_insn insns[10], int map)
{
	const struct bpf_insn sample[] = {
		IMM64(1, BPF_PSEUDO_MAP_FD, map),
		MOV(0, 0),
		JEQ(1),
		CALL_FN(2),
		MOV(0, 1),
		EXIT,
		MOV(0, 2),
		JEQ(0),
		EXIT,
	};

	_Static_assert(sizeof(sample) == 10 * sizeof(*insns), "ten slots");
	memcpy(insns, sample, sizeof(sample));
}

static const struct prog_load *loading(void)
{
	return sim->work->kind == INPUT_BPF ? sim->work->call.state : NULL;
}

/* Every stage in order, and the units of each. */
static void test_stages(void **state)
{
	u32 units[LOAD_STAGES] = {0}, last = 0;
	int map = make_map();
	struct bpf_insn insns[10];
	union bpf_attr attr;

	(void)state;
	fill_sample(insns, map);
	attr = attr_of(insns, 10);
	assert_int_equal(sim_begin_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr)), 0);
	do {
		const struct prog_load *now = loading();
		u32 stage = now ? now->stage : LOAD_RIGHTS;

		assert_in_range(stage, last, last + 1);
		units[last = stage]++;
	} while (sim_step(sim) == SIM_MORE);
	assert_int_equal(last, LOAD_FD);
	assert_int_equal(units[LOAD_COPY], 1);
	assert_int_equal(units[LOAD_SUBPROGS], 2);
	assert_int_equal(units[LOAD_JUMPS], 3);
	assert_int_equal(units[LOAD_RESOLVE], 2);
	/* 9 insns leave the stack, after 8 tree edges and 2 others */
	assert_int_equal(units[LOAD_CFG], 9 + 8 + 2);
	assert_int_equal(sim->work->result, map + 1);
	for (u32 i = 0; i < LOAD_STAGES; i++)
		assert_true(load_stage_name(i) && load_stage_doc(i));
}

static void test_each_unit_can_be_taken_back(void **state)
{
	int map = make_map();
	struct bpf_insn insns[10];
	u64 first = sim_now(sim), hash[100], n = 0;
	u32 random = 1;

	(void)state;
	fill_sample(insns, map);
	load(insns, 10);
	assert_int_equal(sim_goto(sim, first), 0);
	do
		hash[n++] = sim_hash(sim);
	while (sim_step(sim) == SIM_MORE && n < ARRAY_SIZE(hash));
	assert_in_range(n, 30, ARRAY_SIZE(hash) - 1);
	for (u32 i = 0; i < 200; i++) {
		u64 at = (random = random * 1664525 + 1013904223) % n;

		assert_int_equal(sim_goto(sim, first + at), 0);
		assert_int_equal(sim_hash(sim), hash[at]);
	}
}

static void test_what_a_program_holds(void **state)
{
	int map = make_map(), fd;
	u32 map_id = sim->objects->by_kind[OBJ_MAP].last_id, prog_id;
	struct bpf_insn insns[10];
	const struct prog *prog;

	(void)state;
	fill_sample(insns, map);
	fd = load(insns, 10);
	assert_int_equal(fd, map + 1);
	prog_id = sim->objects->by_kind[OBJ_PROG].last_id;
	prog = prog_with(prog_id);
	assert_non_null(prog);
	assert_string_equal(prog->obj.name, "test");
	assert_non_null(prog->xlated);
	assert_int_equal(prog->nsubprogs, 2);
	assert_int_equal(prog->subprogs[1].start, 7);
	assert_int_equal(prog->nused_maps, 1);
	/* the address of the map instead of its fd; what user space wrote is kept */
	assert_int_equal((u64)(u32)prog->insns[1].imm << 32 | (u32)prog->insns[0].imm, U64(&prog->used_maps[0]->k));
	assert_int_equal(prog->user_insns[0].imm, map);
	assert_int_equal(sim_close(sim, PID, map), 0);
	assert_non_null(obj_by_id(sim, OBJ_MAP, map_id));
	assert_int_equal(sim_close(sim, PID, fd), 0);
	assert_null(prog_with(prog_id));
	assert_null(obj_by_id(sim, OBJ_MAP, map_id));
}

static void test_rejected_leaves_nothing(void **state)
{
	int map = make_map();
	struct bpf_insn insns[10];
	u64 before;

	(void)state;
	fill_sample(insns, map);
	sim_close(sim, PID, load(insns, 10));
	before = arena_live_bytes(sim->arena);
	insns[9] = (struct bpf_insn)INSN(0xff, 0, 0, 0, 0);
	assert_int_equal(load(insns, 10), -EINVAL);
	assert_string_equal(sim->why.text, "last insn is not an exit or jmp");
	insns[8] = insns[9], insns[9] = (struct bpf_insn)EXIT;
	assert_int_equal(load(insns, 10), -EINVAL);
	assert_string_equal(sim->why.text, "unknown opcode ff");
	assert_int_equal(arena_live_bytes(sim->arena), before);
	assert_int_equal(obj_by_id(sim, OBJ_MAP, sim->objects->by_kind[OBJ_MAP].last_id)->refs, 1);
}

static void test_fd_table_full(void **state)
{
	static const struct bpf_insn insns[] = {MOV(0, 0), EXIT};
	u32 id = sim->objects->by_kind[OBJ_PROG].last_id;

	(void)state;
	while (sim_dup(sim, PID, 1) >= 0)
		;
	assert_int_equal(load(insns, 2), -EMFILE);
	assert_null(prog_with(id + 1));
	assert_int_equal(sim->objects->by_kind[OBJ_PROG].last_id, id + 1);
}

/* The path walk, which refuses most random programs, has tests of its own. */
static void structure_only(void)
{
	sim_sysctl(sim, "bpfwalk.skip_walk", 1);
}

static void test_a_million_instructions(void **state)
{
	struct bpf_insn *insns = calloc(INSN_MAX, sizeof(*insns));

	(void)state;
	assert_non_null(insns);
	structure_only();
	for (u32 i = 0; i < INSN_MAX; i++)
		insns[i] = i % 3 ? (struct bpf_insn)MOV(0, 0) : (struct bpf_insn)JEQ(i < INSN_MAX - 40000 ? 32767 : 0);
	insns[INSN_MAX - 1] = (struct bpf_insn)EXIT;
	assert_int_equal(load(insns, INSN_MAX), 3);
	insns[INSN_MAX - 2] = (struct bpf_insn){.code = BPF_LD | BPF_IMM | BPF_DW};
	assert_int_equal(load(insns, INSN_MAX), -EINVAL);
	insns[INSN_MAX - 2] = (struct bpf_insn)EXIT;
	assert_int_equal(load(insns, INSN_MAX), -EINVAL);
	free(insns);
}

static void test_random_loads(void **state)
{
	struct load_count count = {0};
	struct why why;

	(void)state;
	structure_only();
	sim_sysctl(sim, "kernel.unprivileged_bpf_disabled", 0);
	for (u64 seed = 0; seed < 6000; seed++)
		if (!load_random(sim, seed, &count, &why))
			fail_msg("seed %llu: %s", (unsigned long long)seed, why.text);
	assert_true(count.accepted > 200 && count.rejected > 1000 && count.refused > 500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stages),
		TEST(test_each_unit_can_be_taken_back),
		TEST(test_what_a_program_holds),
		TEST(test_rejected_leaves_nothing),
		TEST(test_fd_table_full),
		TEST(test_a_million_instructions),
		TEST(test_random_loads),
	};

	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
