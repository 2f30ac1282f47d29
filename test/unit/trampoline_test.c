/*
 * Trampolines and test runs that go through them, in time: what a function begins with at each step, and that any step is
 * there again to the byte, in whatever order it is visited. What Linux writes: test/errno/trampoline.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/look.h"
#include "test/support/host.h"
#include "ui/session.h"

#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define FUNC "bpf_fentry_test1"

static struct session session;

static int boot(void **state)
{
	struct why why;

	(void)state;
	return session_open(&session, &why);
}

static int halt(void **state)
{
	(void)state;
	session_close(&session);
	return 0;
}

static s64 bpf(int cmd, union bpf_attr *attr)
{
	u64 uattr = user_put_attr(session.user, attr, KERNEL_ATTR_SIZE);

	return sim_bpf(session.sim, session.pid, cmd, uattr, KERNEL_ATTR_SIZE);
}

static s64 load(u32 type, u32 attach_type)
{
	static const struct bpf_insn insns[] = {MOV(0, 0), EXIT};
	union bpf_attr attr = {.prog_type = type, .expected_attach_type = attach_type, .insn_cnt = ARRAY_SIZE(insns)};

	user_reset(session.user);
	if (type == BPF_PROG_TYPE_TRACING)
		attr.attach_btf_id = function_id(session.sim, FUNC);
	attr.insns = user_put(session.user, insns, sizeof(insns));
	attr.license = user_put(session.user, "GPL", 4);
	return bpf(BPF_PROG_LOAD, &attr);
}

static s64 attach(s64 prog)
{
	union bpf_attr attr = {.raw_tracepoint = {.prog_fd = prog}};

	user_reset(session.user);
	return bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
}

static s64 test_run(s64 prog, u32 cpu)
{
	union bpf_attr attr = {.test = {.prog_fd = prog, .cpu = cpu, .flags = cpu ? BPF_F_TEST_RUN_ON_CPU : 0}};

	user_reset(session.user);
	return bpf(BPF_PROG_TEST_RUN, &attr);
}

static enum entry_call entry(void)
{
	u8 bytes[JIT_PATCH_SIZE];

	return function_entry(session.sim, function_id(session.sim, FUNC), bytes);
}

static u32 written(void)
{
	const struct trampoline *t = trampoline_of(session.sim, function_id(session.sim, FUNC));

	return t ? t->written : 0;
}

/* Loads, attaches two, runs, detaches them. */
static void live(void)
{
	s64 in = load(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY), out = load(BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT),
	    raw = load(BPF_PROG_TYPE_RAW_TRACEPOINT, 0), links[2];

	assert_true(in >= 0 && out >= 0 && raw >= 0);
	assert_int_equal(entry(), ENTRY_NOP);
	links[0] = attach(in);
	links[1] = attach(out);
	assert_true(links[0] >= 0 && links[1] >= 0);
	assert_int_equal(entry(), ENTRY_TRAMPOLINE);
	assert_int_equal(written(), 2);
	assert_int_equal(attach(in), -EBUSY);
	assert_int_equal(written(), 2);
	assert_int_equal(test_run(out, 0), 0);
	assert_int_equal(session.sim->work->fire.happening.programs, 2);
	assert_int_equal(test_run(raw, 1), 0);
	assert_int_equal(session.sim->clock->cpu, 0);
	assert_int_equal(sim_close(session.sim, session.pid, links[0]), 0);
	assert_int_equal(written(), 3);
	assert_int_equal(sim_close(session.sim, session.pid, links[1]), 0);
	assert_int_equal(entry(), ENTRY_NOP);
}

static void every_step_in_random_order(void **state)
{
	u64 end, *hash;

	(void)state;
	live();
	end = sim_end(session.sim);
	hash = calloc(end + 1, sizeof(*hash));
	for (u64 i = 0; i <= end; i++) {
		assert_int_equal(sim_goto(session.sim, i), 0);
		hash[i] = sim_hash(session.sim);
	}
	srand(3);
	for (int i = 0; i < 500; i++) {
		u64 step = rand() % (end + 1);

		assert_int_equal(sim_goto(session.sim, step), 0);
		assert_int_equal(sim_hash(session.sim), hash[step]);
	}
	free(hash);
}

/* Memory for code is counted, and given back. */
static void memory_comes_back(void **state)
{
	u64 charged = session.sim->world->jit_text.charged, loaded;
	s64 prog, link;

	(void)state;
	prog = load(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY);
	loaded = session.sim->world->jit_text.charged;
	assert_true(loaded > charged);
	for (int i = 0; i < 2000; i++) { /* more than there are places for images */
		link = attach(prog);
		assert_true(link >= 0);
		assert_int_equal(session.sim->world->jit_text.charged, loaded + TRAMP_IMAGE_SIZE);
		sim_close(session.sim, session.pid, link);
	}
	assert_int_equal(session.sim->world->jit_text.charged, loaded);
	sim_close(session.sim, session.pid, prog);
	assert_int_equal(session.sim->world->jit_text.charged, charged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_step_in_random_order, boot, halt),
		cmocka_unit_test_setup_teardown(memory_comes_back, boot, halt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
