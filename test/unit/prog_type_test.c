/*
 * Program types: their tables against the uapi structs, and XDP at a device: from the packet to the verdict.
 * What TEST_RUN does and what each field reads is in the errno table test_run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "sim/progs/xdp.h"
#include "sim/sim.h"
#include "test/support/machine.h"

#define LOADER 100
#define ETH0 2
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define CALL(i) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* --- tables --- */

/* A type that runs, with a struct of the kernel behind its context: each field that it may access lives somewhere. */
static void fields_cover(const struct prog_type *type)
{
	s32 last = 0;

	for (const struct ctx_field *f = type->fields; f->name; f++) {
		assert_true(f->off >= last);
		assert_true(f->off + (s32)f->size <= type->ctx_size);
		assert_true(!f->access || (f->target && (f->width == CTX_BYTES || f->target <= 8)));
		assert_true(f->width != CTX_FULL || !f->access || f->read_for ||
			    ctx_field_at(type->fields, 0, f->off, f->size, false) == f);
		last = f->off;
	}
}

static void tables_are_sound(void **state)
{
	(void)state;
	for (u32 i = 0; i < prog_types_count; i++)
		if (prog_types[i] && prog_types[i]->test_begin && prog_types[i]->ctx_struct)
			fields_cover(prog_types[i]);
	assert_null(prog_type_by_id(prog_types_count));
	assert_null(prog_type_by_id(UINT32_MAX));
}

/* What is_valid_access of 6.1 says, by type. */
static void access_rules(void **state)
{
	static const struct { u32 type; s64 off; u32 size; bool write, ok; } cases[] = {
		{BPF_PROG_TYPE_XDP, 0, 4, false, true},   {BPF_PROG_TYPE_XDP, 0, 8, false, false},
		{BPF_PROG_TYPE_XDP, 0, 2, false, false},  {BPF_PROG_TYPE_XDP, 0, 4, true, false},
		{BPF_PROG_TYPE_XDP, -4, 4, false, false}, {BPF_PROG_TYPE_XDP, 24, 4, false, false},
		{BPF_PROG_TYPE_SOCKET_FILTER, offsetof(struct __sk_buff, data), 4, false, false},
		{BPF_PROG_TYPE_SOCKET_FILTER, offsetof(struct __sk_buff, mark), 4, false, true},
		{BPF_PROG_TYPE_SOCKET_FILTER, offsetof(struct __sk_buff, mark), 4, true, false},
		{BPF_PROG_TYPE_SOCKET_FILTER, offsetof(struct __sk_buff, mark) + 1, 1, false, true},
		{BPF_PROG_TYPE_SOCKET_FILTER, offsetof(struct __sk_buff, mark) + 1, 2, false, false},
		{BPF_PROG_TYPE_SOCKET_FILTER, offsetof(struct __sk_buff, cb), 8, true, true},
		{BPF_PROG_TYPE_SOCKET_FILTER, offsetof(struct __sk_buff, cb[4]), 8, true, false},
		{BPF_PROG_TYPE_SOCKET_FILTER, offsetof(struct __sk_buff, cb[4]) + 3, 1, true, true},
		{BPF_PROG_TYPE_SCHED_CLS, offsetof(struct __sk_buff, data), 4, false, true},
		{BPF_PROG_TYPE_SCHED_CLS, offsetof(struct __sk_buff, mark), 4, true, true},
		{BPF_PROG_TYPE_SCHED_CLS, offsetof(struct __sk_buff, mark), 2, true, false},
		{BPF_PROG_TYPE_SCHED_CLS, offsetof(struct __sk_buff, tstamp), 8, true, true},
		{BPF_PROG_TYPE_SCHED_CLS, offsetof(struct __sk_buff, tstamp), 4, false, false},
		{BPF_PROG_TYPE_SCHED_CLS, offsetof(struct __sk_buff, sk), 8, false, true},
		{BPF_PROG_TYPE_SCHED_CLS, offsetof(struct __sk_buff, sk), 4, false, false},
		{BPF_PROG_TYPE_SCHED_CLS, offsetof(struct __sk_buff, family), 4, false, false},
		{BPF_PROG_TYPE_SCHED_CLS, 181, 1, false, false},
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct ctx_field *fields = prog_type_by_id(cases[i].type)->fields;

		assert_int_equal(ctx_field_at(fields, 0, cases[i].off, cases[i].size, cases[i].write) != NULL,
				 cases[i].ok);
	}
}

static void return_names(void **state)
{
	const struct prog_type *cls = prog_type_by_id(BPF_PROG_TYPE_SCHED_CLS);

	(void)state;
	assert_string_equal(prog_type_by_id(BPF_PROG_TYPE_XDP)->ret_name(XDP_TX), "XDP_TX");
	assert_null(prog_type_by_id(BPF_PROG_TYPE_XDP)->ret_name(5));
	assert_string_equal(cls->ret_name(UINT32_MAX), "TC_ACT_UNSPEC");
	assert_string_equal(cls->ret_name(2), "TC_ACT_SHOT");
	assert_null(cls->ret_name(100));
}

/* --- a packet at a device --- */

static s64 bpf(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, LOADER, cmd, (u64)attr, KERNEL_ATTR_SIZE);
}

static s64 attach(const struct bpf_insn *insns, u32 count)
{
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_XDP, .insns = (u64)insns, .insn_cnt = count, .license = (u64)"GPL"};
	s64 fd = bpf(BPF_PROG_LOAD, &attr);

	assert_true(fd >= 0);
	attr = (union bpf_attr){.link_create = {.prog_fd = fd, .target_ifindex = ETH0, .attach_type = BPF_XDP}};
	return bpf(BPF_LINK_CREATE, &attr);
}

static const struct fire *fire(u32 len)
{
	static u8 data[PACKET_MAX];
	struct stimulus stimulus = {.kind = STIMULUS_PACKET, .ifindex = ETH0, .len = len, .data = data};

	assert_int_equal(sim_fire(sim, &stimulus), 0);
	return &sim->work->fire;
}

static void verdicts(void **state)
{
	static const u32 expected[] = {VERDICT_ABORTED, VERDICT_DROP, VERDICT_PASS, VERDICT_TX, VERDICT_REDIRECT, VERDICT_ABORTED};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct bpf_insn insns[] = {MOV(0, i), EXIT};
		s64 link = attach(insns, ARRAY_SIZE(insns));
		u64 live = arena_live_bytes(sim->arena);

		assert_int_equal(fire(60)->verdict, expected[i]);
		assert_int_equal(sim->work->fire.retval, i);
		assert_int_equal(arena_live_bytes(sim->arena), live);
		sim_close(sim, LOADER, link);
	}
}

static void redirect_names_the_device(void **state)
{
	static const struct bpf_insn insns[] = {MOV(1, 7), MOV(2, 0), CALL(BPF_FUNC_redirect), EXIT};
	static const struct bpf_insn no_call[] = {MOV(0, XDP_REDIRECT), EXIT};
	s64 link = attach(insns, ARRAY_SIZE(insns));

	(void)state;
	assert_int_equal(fire(60)->verdict, VERDICT_REDIRECT);
	assert_int_equal(sim->work->fire.arrival.redirect_ifindex, 7);
	/* the next packet starts without a target */
	sim_close(sim, LOADER, link);
	attach(no_call, ARRAY_SIZE(no_call));
	assert_int_equal(fire(60)->verdict, VERDICT_REDIRECT);
	assert_int_equal(sim->work->fire.arrival.redirect_ifindex, 0);
}

/* Room in front is 256 bytes, 40 of them are the frame's own; the longest packet is all there. */
static void headroom_and_length(void **state)
{
	static const struct bpf_insn fits[] = {MOV(2, -216), CALL(BPF_FUNC_xdp_adjust_head), EXIT};
	static const struct bpf_insn length[] = {CALL(BPF_FUNC_xdp_get_buff_len), EXIT};
	s64 link = attach(fits, ARRAY_SIZE(fits));

	(void)state;
	assert_int_equal(fire(14)->retval, 0);
	sim_close(sim, LOADER, link);
	attach(length, ARRAY_SIZE(length));
	assert_int_equal(fire(PACKET_MAX)->retval, PACKET_MAX);
	assert_int_equal(fire(0)->retval, 0);
}

/* --- TEST_RUN on the timeline --- */

#define STEPS_MAX 200

/* Each step of a run with repetitions can be visited in any order. */
static void runs_can_be_taken_back(void **state)
{
	static const struct bpf_insn insns[] = {MOV(2, -4), CALL(BPF_FUNC_xdp_adjust_head), EXIT};
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_XDP, .insns = (u64)insns, .insn_cnt = 3, .license = (u64)"GPL"};
	s64 fd = bpf(BPF_PROG_LOAD, &attr);
	u64 begin = sim_now(sim), steps, hash[STEPS_MAX];
	u8 data[64] = {0};

	(void)state;
	attr = (union bpf_attr){.test = {.prog_fd = fd, .data_size_in = sizeof(data), .data_in = (u64)data, .repeat = 5}};
	assert_int_equal(bpf(BPF_PROG_TEST_RUN, &attr), 0);
	assert_int_equal(attr.test.data_size_out, sizeof(data) + 5 * 4);
	steps = sim_end(sim) - begin;
	assert_true(steps > 15 && steps < STEPS_MAX);
	for (u64 i = 0; i <= steps; i++) {
		assert_int_equal(sim_goto(sim, begin + i), 0);
		hash[i] = sim_hash(sim);
	}
	for (u64 i = 0; i < 3 * steps; i++) {
		u64 at = i * 7919 % (steps + 1);

		assert_int_equal(sim_goto(sim, begin + at), 0);
		assert_int_equal(sim_hash(sim), hash[at]);
	}
}

/* A program that faults ends the call, and nothing stays behind. */
static void faults_end_the_call(void **state)
{
	static const struct bpf_insn insns[] = {INSN(BPF_LDX | BPF_MEM | BPF_DW, 0, 1, 0, 0), EXIT};
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_XDP, .insns = (u64)insns, .insn_cnt = 2, .license = (u64)"GPL"};
	u8 data[64] = {0};
	u64 live;
	s64 fd;

	(void)state;
	sim_sysctl(sim, "bpfwalk.skip_walk", 1); /* the path walk would refuse it */
	fd = bpf(BPF_PROG_LOAD, &attr);
	sim_sysctl(sim, "bpfwalk.skip_walk", 0);
	live = arena_live_bytes(sim->arena);
	attr = (union bpf_attr){.test = {.prog_fd = fd, .data_size_in = sizeof(data), .data_in = (u64)data, .repeat = 5}};
	assert_int_equal(bpf(BPF_PROG_TEST_RUN, &attr), -EFAULT);
	assert_non_null(strstr(sim->why.text, "read of 8 bytes at ctx+0: data is 4 bytes"));
	assert_int_equal(arena_live_bytes(sim->arena), live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_sound),
		cmocka_unit_test(access_rules),
		cmocka_unit_test(return_names),
		cmocka_unit_test_setup_teardown(verdicts, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(redirect_names_the_device, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(headroom_and_length, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(runs_can_be_taken_back, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(faults_end_the_call, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
