/* What is made of an accepted program: translation (sim/verifier/translate.c) and machine code (sim/prog_jit.c) as PROG_LOAD leaves them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/look.h"
#include "sim/prog_jit.h"
#include "sim/world/world.h"
#include "test/support/machine.h"

#define PID 100
#define U64(p) ((u64)(uintptr_t)(p))
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define ADD(dst, value) INSN(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, value)
#define JNE(dst, value, o) INSN(BPF_JMP | BPF_JNE | BPF_K, dst, 0, o, value)
#define CALL_FN(i) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, i)
#define LOAD(dst, src, o) INSN(BPF_LDX | BPF_MEM | BPF_W, dst, src, o, 0)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static s64 load(const struct bpf_insn *insns, u32 count)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = U64(insns),
		.insn_cnt = count,
		.license = U64("GPL"),
	};

	return sim_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr));
}

static const struct prog *last_prog(void)
{
	struct obj *obj = NULL, *next;

	while ((next = obj_next(sim, OBJ_PROG, obj ? obj->id : 0)) != NULL)
		obj = next;
	return (const struct prog *)obj;
}

static void dead_code_goes_and_jumps_follow(void **state)
{
	/* the first branch is never taken; the second one jumps over what is removed */
	const struct bpf_insn insns[] = {
		LOAD(6, 1, 0), MOV(0, 0), JNE(6, 5, 4), JNE(0, 0, 1), INSN(BPF_JMP | BPF_JA, 0, 0, 1, 0), ADD(0, 1), ADD(0, 2), EXIT,
	};
	static const u32 origin[] = {0, 1, 2, 6, 7};
	const struct xlated *xlated;

	(void)state;
	assert_true(load(insns, ARRAY_SIZE(insns)) >= 0);
	xlated = last_prog()->xlated;
	assert_int_equal(xlated->insn_cnt, ARRAY_SIZE(origin));
	assert_memory_equal(xlated->origin, origin, sizeof(origin));
	assert_int_equal(xlated->insns[2].off, 1);
}

static void a_function_that_is_never_called_goes(void **state)
{
	const struct bpf_insn insns[] = {
		MOV(0, 0), JNE(0, 0, 1), EXIT, CALL_FN(1), EXIT, MOV(0, 7), EXIT,
	};
	const struct prog *prog;

	(void)state;
	assert_true(load(insns, ARRAY_SIZE(insns)) >= 0);
	prog = last_prog();
	assert_int_equal(prog->nsubprogs, 2);
	assert_int_equal(prog->xlated->nsubprogs, 1);
	assert_int_equal(prog->xlated->insn_cnt, 2);
	assert_int_equal(prog->jit->program.nfuncs, 1);
}

static void a_patch_knows_where_it_came_from(void **state)
{
	/* ifindex: a pointer, a test, a load */
	const struct bpf_insn insns[] = {LOAD(0, 1, offsetof(struct __sk_buff, ifindex)), EXIT};
	const struct prog *prog;

	(void)state;
	assert_true(load(insns, ARRAY_SIZE(insns)) >= 0);
	prog = last_prog();
	assert_int_equal(prog->xlated->insn_cnt, 4);
	for (u32 i = 0; i < 3; i++)
		assert_int_equal(prog->xlated->origin[i], 0);
	assert_int_equal(prog->xlated->origin[3], 1);
	assert_true(prog_jit_address(prog, 3) > prog_jit_address(prog, 0));
	assert_true(prog_jit_address(prog, 0) >= JIT_TEXT_BASE);
}

static void without_the_walk_there_is_no_translation(void **state)
{
	const struct bpf_insn insns[] = {MOV(0, 0), EXIT};

	(void)state;
	sim_sysctl(sim, "bpfwalk.skip_walk", 1);
	assert_true(load(insns, ARRAY_SIZE(insns)) >= 0);
	sim_sysctl(sim, "bpfwalk.skip_walk", 0);
	assert_null(last_prog()->xlated);
	assert_null(last_prog()->jit);
}

static void jit_enable_counts_at_load(void **state)
{
	const struct bpf_insn insns[] = {CALL_FN(1), EXIT, MOV(0, 7), EXIT};

	(void)state;
	sim_sysctl(sim, "net.core.bpf_jit_enable", 0);
	assert_true(load(insns, ARRAY_SIZE(insns)) >= 0);
	sim_sysctl(sim, "net.core.bpf_jit_enable", 1);
	assert_false(prog_is_jited(last_prog()));
	assert_int_equal(last_prog()->xlated->insns[0].off, 1);
	assert_true(load(insns, ARRAY_SIZE(insns)) >= 0);
	assert_true(prog_is_jited(last_prog()));
	assert_int_equal(last_prog()->xlated->insns[0].imm, 1);
}

static void code_is_given_back(void **state)
{
	const struct bpf_insn insns[] = {MOV(0, 0), EXIT};
	s64 fd;

	(void)state;
	fd = load(insns, ARRAY_SIZE(insns));
	assert_true(fd >= 0 && sim->world->jit_text.charged > 0 && sim->world->jit_text.programs == 1);
	sim_close(sim, PID, fd);
	assert_int_equal(sim->world->jit_text.charged, 0);
	assert_int_equal(sim->world->jit_text.used, 0);
}

/* The limit is for those without CAP_BPF: their programs are interpreted then. */
static void beyond_the_limit_there_is_no_code(void **state)
{
	const struct bpf_insn insns[] = {MOV(0, 0), EXIT};

	(void)state;
	sim_sysctl(sim, "net.core.bpf_jit_limit", 4096);
	sim_sysctl(sim, "kernel.unprivileged_bpf_disabled", 0);
	for (u32 i = 0; i < 100; i++)
		assert_true(load(insns, ARRAY_SIZE(insns)) >= 0);
	assert_true(prog_is_jited(last_prog()));
	assert_int_equal(sim_setuid(sim, PID, 1000), 0);
	assert_true(load(insns, ARRAY_SIZE(insns)) >= 0);
	assert_false(prog_is_jited(last_prog()));
}

/* PROG_LOAD, whose JIT finds no memory: the loader has lost its rights after the check. */
static s64 load_without_jit(const struct bpf_insn *insns, u32 count)
{
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
			       .insns = (u64)insns,
			       .insn_cnt = count,
			       .license = (u64) "GPL"};
	u64 limit = sim->world->sysctl.bpf_jit_limit, caps = task_by_pid(sim, PID)->caps;

	assert_int_equal(sim_begin_bpf(sim, PID, BPF_PROG_LOAD, (u64)&attr, sizeof(attr)), 0);
	while (sim->work->kind) {
		const struct prog_load *load = look_load(sim);

		if (load && load->stage == LOAD_JIT) {
			sim->world->sysctl.bpf_jit_limit = 1;
			task_by_pid(sim, PID)->caps = 0;
		}
		sim_step(sim);
	}
	sim->world->sysctl.bpf_jit_limit = limit;
	task_by_pid(sim, PID)->caps = caps;
	return sim->work->result;
}

/* fixup_call_args: calls are handed to the interpreter; what that cannot do is refused. */
static void functions_without_machine_code_are_interpreted(void **state)
{
	const struct bpf_insn calls[] = {CALL_FN(1), EXIT, MOV(0, 7), EXIT};
	const struct bpf_insn callback[] = {
		MOV(1, 1), {BPF_LD | BPF_IMM | BPF_DW, 2, BPF_PSEUDO_FUNC, 0, 6}, {0}, MOV(3, 0), MOV(4, 0),
		{BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_loop}, MOV(0, 0), EXIT, MOV(0, 0), EXIT,
	};
	s64 fd;
	union bpf_attr attr = {.test = {.data_size_in = 64}};
	u8 packet[64] = {0};

	(void)state;
	fd = load_without_jit(calls, ARRAY_SIZE(calls));
	assert_true(fd >= 0);
	assert_false(prog_is_jited(last_prog()));
	assert_int_equal(last_prog()->xlated->insns[0].off, 1);
	assert_int_equal(ktext_at(last_prog()->xlated->insns[0].imm).kind, KTEXT_INTERNAL);
	attr.test.prog_fd = fd;
	attr.test.data_in = (u64)packet;
	assert_int_equal(sim_bpf(sim, PID, BPF_PROG_TEST_RUN, (u64)&attr, sizeof(attr)), 0);
	assert_int_equal(attr.test.retval, 7);
	assert_int_equal(load_without_jit(callback, ARRAY_SIZE(callback)), -EINVAL);
}

static void blinded_constants_do_not_show(void **state)
{
	const struct bpf_insn insns[] = {MOV(0, 0x12345678), EXIT};
	const struct prog_jit *jit;

	(void)state;
	sim_sysctl(sim, "net.core.bpf_jit_harden", 2);
	assert_true(load(insns, ARRAY_SIZE(insns)) >= 0);
	jit = last_prog()->jit;
	assert_int_equal(jit->funcs[0].len, 4);
	for (u32 i = 0; i + 4 <= jit->build->func[0].size; i++)
		assert_memory_not_equal(jit->build->func[0].code + i, "\x78\x56\x34\x12", 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dead_code_goes_and_jumps_follow),
		TEST(a_function_that_is_never_called_goes),
		TEST(a_patch_knows_where_it_came_from),
		TEST(without_the_walk_there_is_no_translation),
		TEST(jit_enable_counts_at_load),
		TEST(code_is_given_back),
		TEST(beyond_the_limit_there_is_no_code),
		TEST(functions_without_machine_code_are_interpreted),
		TEST(blinded_constants_do_not_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
