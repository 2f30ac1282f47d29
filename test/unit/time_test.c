/*
 * Time travel: whatever was recorded is there again, to the byte, in whatever order it is visited; a log replays on a fresh
 * machine; a new input in the past begins another future.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "sim/sim.h"
#include "test/support/machine.h"

#define LOADER 100
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}

static s64 bpf(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, LOADER, cmd, (u64)attr, KERNEL_ATTR_SIZE);
}

static int new_array(u32 entries)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = entries};

	return bpf(BPF_MAP_CREATE, &attr);
}

static s64 put(int fd, u32 key, u64 value)
{
	union bpf_attr attr = {.map_fd = fd, .key = (u64)&key};

	attr.value = (u64)&value;
	return bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

static u64 get(int fd, u32 key)
{
	union bpf_attr attr = {.map_fd = fd, .key = (u64)&key};
	u64 value = 0;

	attr.value = (u64)&value;
	assert_int_equal(bpf(BPF_MAP_LOOKUP_ELEM, &attr), 0);
	return value;
}

/* XDP: counts @rounds down in a loop and adds the packet's first byte to element 0 each time. */
static int load_loop(int map, s32 rounds)
{
	struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 1, 0, 0),                 /* r2 = data */
		INSN(BPF_LDX | BPF_MEM | BPF_W, 3, 1, 4, 0),                 /* r3 = data_end */
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 4, 2, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, 1),
		INSN(BPF_JMP | BPF_JGT | BPF_X, 4, 3, 12, 0),                /* too short */
		INSN(BPF_LDX | BPF_MEM | BPF_B, 6, 2, 0, 0),                 /* r6 = *data */
		INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 4, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, rounds),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 0, 6, 0, BPF_ADD),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, -1),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 1, 0, -3, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 2),               /* XDP_PASS */
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insn_cnt = ARRAY_SIZE(insns),
		.insns = (u64)insns,
		.license = (u64) "GPL",
		.expected_attach_type = BPF_XDP,
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

static int attach(int prog)
{
	union bpf_attr attr = {.link_create = {.prog_fd = prog, .target_ifindex = 2, .attach_type = BPF_XDP}};

	return bpf(BPF_LINK_CREATE, &attr);
}

static void packet(u8 first)
{
	u8 bytes[60] = {first};
	struct stimulus s = {.kind = STIMULUS_PACKET, .ifindex = 2, .len = sizeof(bytes), .data = bytes};

	assert_int_equal(sim_fire(sim, &s), 0);
	assert_int_equal(sim->work->fire.fault.kind, FAULT_NONE);
	assert_int_equal(sim->work->fire.verdict, VERDICT_PASS);
}

/* A life: maps, a program, an attachment, packets, things being closed. Returns the array's fd. */
static int live(s32 rounds, u32 packets)
{
	int map = new_array(4), prog;

	put(map, 1, 77);
	prog = load_loop(map, rounds);
	assert_true(prog >= 0);
	assert_true(attach(prog) >= 0);
	for (u32 i = 0; i < packets; i++)
		packet(i + 1);
	sim_close(sim, LOADER, prog);
	sim_mkdir(sim, "/sys/fs/bpf/dir");
	sim_spawn(sim, 1000, "user");
	return map;
}

static u64 *record_hashes(void)
{
	u64 end = sim_end(sim);
	u64 *hash = calloc(end + 1, sizeof(*hash));

	for (u64 i = 0; i <= end; i++) {
		assert_int_equal(sim_goto(sim, i), 0);
		assert_int_equal(sim_now(sim), i);
		hash[i] = sim_hash(sim);
	}
	return hash;
}

static void every_step_in_random_order(void **state)
{
	u64 *hash, last, end;

	(void)state;
	live(5, 3);
	last = sim_hash(sim);
	end = sim_end(sim);
	hash = record_hashes();
	assert_int_equal(hash[end], last);
	srand(2);
	for (int i = 0; i < 2000; i++) {
		u64 step = rand() % (end + 1);

		assert_int_equal(sim_goto(sim, step), 0);
		assert_int_equal(sim_hash(sim), hash[step]);
		if (step < end && rand() % 2) {
			sim_step(sim);
			assert_int_equal(sim_now(sim), step + 1);
			assert_int_equal(sim_hash(sim), hash[step + 1]);
		}
	}
	assert_int_equal(sim_goto(sim, end + 1), -ERANGE);
	free(hash);
}

static void a_long_run_has_snapshots(void **state)
{
	u64 end, hash, half;
	int map;

	(void)state;
	map = live(200000, 3);
	end = sim_end(sim);
	hash = sim_hash(sim);
	assert_true(end > 3 * 600000);
	assert_int_equal(sim_goto(sim, end / 2), 0);
	half = sim_hash(sim);
	assert_int_equal(sim_goto(sim, end), 0);
	assert_int_equal(sim_hash(sim), hash);
	assert_int_equal(sim_goto(sim, 0), 0);
	assert_int_equal(sim_goto(sim, end / 2), 0);
	assert_int_equal(sim_hash(sim), half);
	assert_int_equal(sim_goto(sim, end), 0);
	assert_int_equal(get(map, 0), 200000 * 6);
}

static void a_log_replays_on_a_fresh_machine(void **state)
{
	u64 len, hash, end;
	u8 *copy;

	live(5, 3);
	hash = sim_hash(sim);
	end = sim_end(sim);
	copy = malloc(sim_log(sim, &len) ? len : 0);
	memcpy(copy, sim_log(sim, &len), len);
	machine_teardown(state);
	machine_setup(state);
	assert_int_equal(sim_load_log(sim, copy, len), 0);
	assert_int_equal(sim_hash(sim), hash);
	assert_int_equal(sim_end(sim), end);
	assert_int_equal(sim_goto(sim, 7), 0);
	assert_int_equal(sim_goto(sim, end), 0);
	assert_int_equal(sim_hash(sim), hash);
	free(copy);
}

/* No damage may do more than an error; most damage is noticed. */
static void damaged_logs_are_refused(void **state)
{
	u64 len, refused = 0, tries = 0;
	u8 *log, *copy;

	live(2, 1);
	log = malloc(sim_log(sim, &len) ? len : 0);
	copy = malloc(len);
	memcpy(log, sim_log(sim, &len), len);
	for (u64 at = 0; at < len; at += 37, tries++) {
		memcpy(copy, log, len);
		copy[at] ^= 0x55;
		machine_teardown(state);
		machine_setup(state);
		refused += sim_load_log(sim, copy, len) != 0;
	}
	for (u64 cut = 1; cut < len; cut += len / 50 + 1) {
		machine_teardown(state);
		machine_setup(state);
		sim_load_log(sim, log, cut);
	}
	assert_true(refused > tries / 10);
	free(log);
	free(copy);
}

static void an_input_in_the_past_begins_another_future(void **state)
{
	u64 before, end;
	int map;

	(void)state;
	map = new_array(1);
	put(map, 0, 1);
	before = sim_now(sim);
	put(map, 0, 2);
	put(map, 0, 3);
	end = sim_end(sim);
	assert_int_equal(sim_goto(sim, before), 0);
	put(map, 0, 9);
	assert_true(sim_end(sim) < end);
	assert_int_equal(get(map, 0), 9);
	assert_int_equal(sim_goto(sim, 0), 0);
	assert_int_equal(sim_goto(sim, sim_end(sim)), 0);
	assert_int_equal(get(map, 0), 9);
}

static void an_input_that_cannot_begin_leaves_no_trace(void **state)
{
	u64 hash = sim_hash(sim), len, len_before;

	(void)state;
	sim_log(sim, &len_before);
	assert_int_equal(sim_close(sim, 4711, 3), -ESRCH);
	sim_log(sim, &len);
	assert_int_equal(len, len_before);
	assert_int_equal(sim_hash(sim), hash);
	assert_int_equal(sim_goto(sim, sim_end(sim)), 0);
	assert_int_equal(sim_close(sim, LOADER, 99), -EBADF);
	assert_true(sim_hash(sim) != hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_step_in_random_order, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(a_long_run_has_snapshots, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(a_log_replays_on_a_fresh_machine, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(damaged_logs_are_refused, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(an_input_in_the_past_begins_another_future, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(an_input_that_cannot_begin_leaves_no_trace, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
