/*
 * Edits and futures: a register, memory or an element is changed in the middle of a run, and whatever is visited afterwards, in
 * whatever order and on whatever machine, is the same to the byte; a future that was dropped can be put back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "sim/look.h"
#include "sim/sim.h"
#include "test/support/machine.h"

#define LOADER 100
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define ROUNDS 20

static s64 bpf(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, LOADER, cmd, (u64)attr, KERNEL_ATTR_SIZE);
}

static int new_map(u32 type)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = 8, .max_entries = 4};

	return bpf(BPF_MAP_CREATE, &attr);
}

static u64 get(int fd, u32 key)
{
	union bpf_attr attr = {.map_fd = fd, .key = (u64)&key};
	u64 value = 0;

	attr.value = (u64)&value;
	return bpf(BPF_MAP_LOOKUP_ELEM, &attr) ? ~0ull : value;
}

/* XDP: r1 counts ROUNDS down to 0, r6 counts what it has done; it is put into element 0 by adding. */
static int load_loop(int map)
{
	struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 6, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, ROUNDS),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 6, 0, 0, 1),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, -1),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 1, 0, -3, 0),
		INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1, 0),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 0, 6, 0, BPF_ADD),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 2), /* XDP_PASS */
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

/* A program at its hook, a packet that has met it; the map's fd. */
static int live(u64 *run)
{
	int map = new_map(BPF_MAP_TYPE_ARRAY), prog = load_loop(map);
	union bpf_attr attr = {.link_create = {.prog_fd = prog, .target_ifindex = 2, .attach_type = BPF_XDP}};
	u8 bytes[60] = {1};
	struct stimulus s = {.kind = STIMULUS_PACKET, .ifindex = 2, .len = sizeof(bytes), .data = bytes};

	assert_true(prog >= 0);
	assert_true(bpf(BPF_LINK_CREATE, &attr) >= 0);
	*run = sim_now(sim);
	assert_int_equal(sim_fire(sim, &s), 0);
	assert_int_equal(sim->work->fire.fault.kind, FAULT_NONE);
	return map;
}

/* To where instruction @pc comes next in the run that begins at step @run. */
static void go_to_insn(u64 run, u32 pc)
{
	sim_goto(sim, run);
	while (sim->vm->state != VM_RUNNING || vm_written_pc(sim->vm) != pc)
		assert_int_equal(sim_run(sim, 1), 1);
}

static s64 set_reg(u32 reg, u64 value)
{
	struct edit edit = {EDIT_REG, reg, sizeof(value), &value};

	return sim_edit(sim, &edit);
}

/* What was in progress goes on to its end: nothing is recorded behind an edit. */
static void finish(void)
{
	while (sim->work->kind)
		sim_run(sim, 1);
}

static void same_in_any_order(void)
{
	u64 end = sim_end(sim), *hash = calloc(end + 1, sizeof(*hash));

	for (u64 i = 0; i <= end; i++) {
		assert_int_equal(sim_goto(sim, i), 0);
		hash[i] = sim_hash(sim);
	}
	srand(3);
	for (int i = 0; i < 500; i++) {
		u64 step = rand() % (end + 1), on = rand() % 40;

		assert_int_equal(sim_goto(sim, step), 0);
		assert_int_equal(sim_hash(sim), hash[step]);
		sim_run(sim, on < end - step ? on : end - step);
		assert_int_equal(sim_hash(sim), hash[sim_now(sim)]);
	}
	sim_goto(sim, end);
	free(hash);
}

static void a_register_in_the_middle_of_a_run(void **state)
{
	u64 run, len, hash, now;
	int map;
	u8 *log;

	map = live(&run);
	assert_int_equal(get(map, 0), ROUNDS);
	go_to_insn(run, 3);
	now = sim_now(sim);
	assert_int_equal(set_reg(6, 1000), 0);
	assert_int_equal(sim_now(sim), now + 1);
	assert_int_equal(sim_end(sim), now + 1);
	assert_int_equal(sim->vm->reg[6], 1000);
	finish();
	assert_int_equal(get(map, 0), 1000 + ROUNDS - 1);
	same_in_any_order();
	hash = sim_hash(sim);
	log = malloc(sim_log(sim, &len) ? len : 0);
	memcpy(log, sim_log(sim, &len), len);
	machine_teardown(state);
	machine_setup(state);
	assert_int_equal(sim_load_log(sim, log, len), 0);
	assert_int_equal(sim_hash(sim), hash);
	free(log);
}

static void a_pointer_that_is_wrong_now_is_a_fault(void **state)
{
	u64 run;

	(void)state;
	live(&run);
	go_to_insn(run, 12);
	assert_int_equal(set_reg(0, (u64)sim->clock), 0);
	finish();
	assert_int_equal(sim->work->fire.fault.kind, FAULT_ACCESS);
	same_in_any_order();
}

static void the_instruction_that_comes_next(void **state)
{
	struct edit edit = {EDIT_PC, 13, 0, NULL};
	u64 run;
	int map;

	(void)state;
	map = live(&run);
	go_to_insn(run, 2);
	assert_int_equal(sim_edit(sim, &edit), 0);
	finish();
	assert_int_equal(get(map, 0), 0);
	same_in_any_order();
	edit.at = 99;
	go_to_insn(run, 2);
	assert_int_equal(sim_edit(sim, &edit), -EINVAL);
	edit.at = 9; /* second half of ld_imm64 */
	assert_int_equal(sim_edit(sim, &edit), -EINVAL);
}

static void memory_and_elements(void **state)
{
	struct {
		u32 key;
		u8 value[8];
	} __attribute__((packed)) element = {0, {7}};
	u64 run, two = 2;
	struct edit edit = {EDIT_MEMORY, 0, 4, &two};
	int map;

	(void)state;
	map = live(&run);
	go_to_insn(run, 8); /* the key is on the stack: element 2 now */
	edit.at = sim->vm->reg[2];
	assert_int_equal(sim_edit(sim, &edit), 0);
	edit = (struct edit){EDIT_MAP, 1, sizeof(element), &element};
	assert_int_equal(sim_edit(sim, &edit), 0);
	finish();
	assert_int_equal(get(map, 2), ROUNDS);
	assert_int_equal(get(map, 0), 7);
	same_in_any_order();
	element.key = 4; /* beyond the array */
	assert_int_equal(sim_edit(sim, &edit), -E2BIG);
	edit.len = 3;
	assert_int_equal(sim_edit(sim, &edit), -EINVAL);
	edit.at = 77;
	assert_int_equal(sim_edit(sim, &edit), -ENOENT);
	edit = (struct edit){EDIT_MEMORY, (u64)sim->clock, 8, &element};
	assert_int_equal(sim_edit(sim, &edit), -EFAULT);
	assert_int_equal(set_reg(1, 1), -ENODATA);
	go_to_insn(run, 2);
	assert_int_equal(set_reg(10, 1), -EINVAL);
}

static void a_dropped_future_comes_back(void **state)
{
	u64 run, len, end, last, now;
	u8 *log;

	(void)state;
	live(&run);
	end = sim_end(sim);
	last = sim_hash(sim);
	log = malloc(sim_log(sim, &len) ? len : 0);
	memcpy(log, sim_log(sim, &len), len);
	go_to_insn(run, 3);
	now = sim_now(sim);
	assert_int_equal(set_reg(6, 5), 0);
	finish();
	assert_true(sim_hash(sim) != last);
	assert_int_equal(sim_set_future(sim, log, len, end), -EINVAL);
	sim_goto(sim, now);
	assert_int_equal(sim_set_future(sim, log, len, end), 0);
	sim_goto(sim, end);
	assert_int_equal(sim_hash(sim), last);
	same_in_any_order();
	free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_register_in_the_middle_of_a_run, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(a_pointer_that_is_wrong_now_is_a_fault, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(the_instruction_that_comes_next, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(memory_and_elements, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(a_dropped_future_comes_back, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
