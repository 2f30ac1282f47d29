/* The cause of a rejection (ui/cause.h): which steps are found, and that going back for them changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "test/support/machine.h"
#include "ui/cause.h"

#define PID 100
#define U64(p) ((u64)(uintptr_t)(p))
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define COPY(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* Loads the program up to its verdict, which must be a no, and finds the cause. */
static void find(struct cause *cause, u32 type, const struct bpf_insn *insns, u32 count, int regno)
{
	static union bpf_attr attr;
	struct cause_start start = {.regno = regno, .made_at = UINT32_MAX};
	const struct prog_load *load;
	u64 from = sim_now(sim), now, hash;

	attr = (union bpf_attr){.prog_type = type, .insns = U64(insns), .insn_cnt = count, .license = U64("GPL")};
	assert_int_equal(sim_begin_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr)), 0);
	do {
		assert_int_equal(sim_step(sim), SIM_MORE);
		load = look_load(sim);
	} while (!load || load->stage != LOAD_REPORT);
	assert_true(load->err < 0);
	now = sim_now(sim);
	hash = sim_hash(sim);
	cause_find(cause, sim, from, &start);
	assert_int_equal(sim_now(sim), now);
	assert_int_equal(sim_hash(sim), hash);
	while (sim_step(sim) == SIM_MORE)
		;
	assert_true(sim->work->result < 0);
}

static void check_step(const struct cause *cause, u32 i, u32 insn, bool branch, const char *what)
{
	assert_true(i < cause->count);
	assert_int_equal(cause->step[i].at.insn, insn);
	assert_int_equal(cause->step[i].branch, branch);
	assert_string_equal(cause->step[i].what, what);
}

/* The number goes to the stack and back; what r3 is has nothing to do with it. */
static void test_chain(void **state)
{
	static const struct bpf_insn insns[] = {
		MOV(2, 5),                                          /* 0 */
		MOV(3, 6),                                          /* 1 */
		INSN(BPF_STX | BPF_MEM | BPF_DW, 10, 2, -8, 0),     /* 2 */
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 4, 10, -8, 0),     /* 3 */
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, 1),      /* 4 */
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 0, 4, 0, 0),       /* 5: through a number */
		EXIT,
	};
	struct cause cause;

	(void)state;
	find(&cause, BPF_PROG_TYPE_XDP, insns, ARRAY_SIZE(insns), 4);
	assert_int_equal(cause.count, 4);
	assert_int_equal(cause.left_out, 0);
	check_step(&cause, 0, 0, false, "now r2 is the number 5");
	check_step(&cause, 1, 2, false, "stores r2 at fp-8: the number 5");
	check_step(&cause, 2, 3, false, "reads r4 back from fp-8: the number 5");
	check_step(&cause, 3, 4, false, "now r4 is the number 6");
	assert_string_equal(cause.words, "the number 6");
	assert_int_equal(cause.written_at, 4);
}

/* Of the two paths only the one that was put aside fails: what the other one did is not told. */
static void test_other_path(void **state)
{
	static const struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_W, 3, 1, 16, 0),       /* 0 */
		MOV(0, 1),                                          /* 1 */
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 3, 0, 2, 7),        /* 2: if r3 == 7 goto 5 */
		MOV(0, 2),                                          /* 3 */
		EXIT,                                               /* 4 */
		COPY(0, 3),                                         /* 5 */
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 0, 0, 0, 0),       /* 6 */
		EXIT,
	};
	struct cause cause;

	(void)state;
	find(&cause, BPF_PROG_TYPE_XDP, insns, ARRAY_SIZE(insns), 0);
	assert_int_equal(cause.count, 3);
	check_step(&cause, 0, 0, false, "now r3 is a number from 0 to 4294967295");
	check_step(&cause, 1, 2, true, "taken, to 5: r3 is the number 7");
	check_step(&cause, 2, 5, false, "now r0 is the number 7");
}

/* A path that only a mispredicting CPU takes has the same beginning as the one that is taken. */
static void test_speculation(void **state)
{
	static const struct bpf_insn insns[] = {
		MOV(0, 0),                                          /* 0 */
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1, 0),        /* 1: always */
		COPY(0, 9),                                         /* 2: r9 was never written */
		EXIT,
	};
	struct cause cause;

	(void)state;
	assert_int_equal(sim_sysctl(sim, "kernel.unprivileged_bpf_disabled", 0), 0);
	assert_int_equal(sim_setuid(sim, PID, 1000), 0);
	find(&cause, BPF_PROG_TYPE_SOCKET_FILTER, insns, ARRAY_SIZE(insns), 9);
	assert_true(cause.known);
	assert_string_equal(cause.words, "");
	assert_int_equal(cause.count, 1);
	check_step(&cause, 0, 1, true,
		   "not taken (only a CPU that guesses wrong goes this way): r0 is a number of which nothing is known");
}

/* More steps than there is room for: the latest writes are kept. */
static void test_left_out(void **state)
{
	struct bpf_insn insns[18];
	struct cause cause;

	(void)state;
	insns[0] = (struct bpf_insn)MOV(2, 0);
	for (u32 i = 1; i < 16; i++)
		insns[i] = (struct bpf_insn)INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, 1);
	insns[16] = (struct bpf_insn)INSN(BPF_LDX | BPF_MEM | BPF_DW, 0, 2, 0, 0);
	insns[17] = (struct bpf_insn)EXIT;
	find(&cause, BPF_PROG_TYPE_XDP, insns, ARRAY_SIZE(insns), 2);
	assert_int_equal(cause.count, CAUSE_STEPS);
	assert_int_equal(cause.left_out, 16 - CAUSE_STEPS);
	check_step(&cause, CAUSE_STEPS - 1, 15, false, "now r2 is the number 15");
	check_step(&cause, 0, 6, false, "now r2 is the number 6");
}

/* A loop: each of its instructions is one step. */
static void test_loop(void **state)
{
	static const struct bpf_insn insns[] = {
		MOV(2, 0),                                          /* 0 */
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, 1),      /* 1 */
		INSN(BPF_JMP | BPF_JLT | BPF_K, 2, 0, -2, 8),       /* 2 */
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 0, 2, 0, 0),       /* 3 */
		EXIT,
	};
	struct cause cause;

	(void)state;
	find(&cause, BPF_PROG_TYPE_XDP, insns, ARRAY_SIZE(insns), 2);
	assert_int_equal(cause.count, 2);
	check_step(&cause, 1, 1, false, "now r2 is the number 8");
	assert_int_equal(cause.step[1].times, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_chain, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(test_other_path, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(test_speculation, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(test_left_out, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(test_loop, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
