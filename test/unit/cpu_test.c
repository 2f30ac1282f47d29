/*
 * Several CPUs: two programs interleaved in every possible order, against a model that knows only which
 * instruction reads and which writes; locks that are waited for; deadlocks; the same schedule again from the
 * log, from a snapshot, step by step.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "sim/cpu.h"
#include "sim/sim.h"
#include "test/support/dice.h"
#include "test/support/machine.h"

#define LOADER 100
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define CPUS 4

static u64 dice;

static u32 roll(u32 n)
{
	return dice_roll(&dice, n);
}

static s64 bpf(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, LOADER, cmd, (u64)attr, KERNEL_ATTR_SIZE);
}

static int setup(void **state)
{
	int err = machine_setup(state);

	return err ? err : sim_sysctl(sim, "bpfwalk.cpus", CPUS);
}

static int new_map(u32 type)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = 8, .max_entries = 1};

	return bpf(BPF_MAP_CREATE, &attr);
}

static s64 look(int fd, u64 flags, u64 *value)
{
	static u32 key; /* a call that waits looks at them again */
	static union bpf_attr attr;

	attr = (union bpf_attr){.map_fd = fd, .key = (u64)&key, .flags = flags};
	attr.value = (u64)value;
	return bpf(BPF_MAP_LOOKUP_ELEM, &attr);
}

static u64 get(int fd)
{
	u64 value = 0;

	assert_int_equal(look(fd, 0, &value), 0);
	return value;
}

static int load(const struct bpf_insn *insns, u32 count)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insn_cnt = count,
		.insns = (u64)insns,
		.license = (u64) "GPL",
		.expected_attach_type = BPF_XDP,
	};
	int fd = bpf(BPF_PROG_LOAD, &attr);

	assert_true(fd >= 0);
	return fd;
}

static void attach(int prog)
{
	union bpf_attr attr = {.link_create = {.prog_fd = prog, .target_ifindex = 2, .attach_type = BPF_XDP}};

	assert_true(bpf(BPF_LINK_CREATE, &attr) >= 0);
}

/* The value's address is in the program: five instructions and the exit. */
static void attach_counter(int map, bool atomic)
{
	struct bpf_insn insns[] = {
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_VALUE, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 2, 1, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, 1),
		INSN(BPF_STX | BPF_MEM | BPF_DW, 1, 2, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 2),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	if (atomic) {
		insns[2] = (struct bpf_insn)INSN(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 1);
		insns[3] = (struct bpf_insn)INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 1, 2, 0, BPF_ADD);
		insns[4] = (struct bpf_insn)INSN(BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, 0);
	}
	attach(load(insns, ARRAY_SIZE(insns)));
}

#define COUNTER_INSNS 6

static void start(u32 cpu)
{
	static const u8 bytes[60];
	struct stimulus s = {
		.kind = STIMULUS_PACKET, .ifindex = 2, .len = sizeof(bytes), .data = bytes, .cpu = cpu};

	assert_int_equal(sim_begin_fire(sim, &s), 0);
	while (sim->vm->state == VM_IDLE)
		sim_step(sim);
}

static enum sim_stop step(u32 cpu)
{
	assert_int_equal(sim_cpu(sim, cpu), 0);
	return sim_step(sim);
}

static void finish(u32 cpu)
{
	while (cpu_is_busy(sim, cpu))
		assert_int_not_equal(step(cpu), SIM_WAITS);
}

/* What the value is when bit n of @order says which CPU does instruction n: reads are the 2nd, writes the 4th. */
static u64 model(u32 order, bool atomic)
{
	u64 value = 0, reg[2] = {0};
	u32 done[2] = {0};

	for (u32 i = 0; i < 2 * COUNTER_INSNS; i++) {
		u32 cpu = order >> i & 1;

		done[cpu]++;
		if (atomic && done[cpu] == 3)
			value++;
		if (!atomic && done[cpu] == 2)
			reg[cpu] = value;
		if (!atomic && done[cpu] == 4)
			value = reg[cpu] + 1;
	}
	return value;
}

/* After going back: what was recorded from here on is not to come again. */
static void another_future(void)
{
	assert_int_equal(sim_cpu(sim, 2), 0);
}

/* How many of all orders end with 1, and how many with 2? */
static void every_order(bool atomic, u32 result[3])
{
	int map = new_map(BPF_MAP_TYPE_ARRAY);
	u64 begin;

	attach_counter(map, atomic);
	start(0);
	start(1);
	begin = sim_now(sim);
	for (u32 order = 0; order < 1u << 2 * COUNTER_INSNS; order++) {
		if (__builtin_popcount(order) != COUNTER_INSNS)
			continue;
		another_future();
		for (u32 i = 0; i < 2 * COUNTER_INSNS; i++)
			step(order >> i & 1);
		finish(0);
		finish(1);
		assert_int_equal(get(map), model(order, atomic));
		result[get(map)]++;
		assert_int_equal(sim_goto(sim, begin), 0);
	}
}

static void plain_counters_lose(void **state)
{
	u32 result[3] = {0};

	(void)state;
	every_order(false, result);
	assert_int_equal(result[0] + result[1] + result[2], 924); /* 12 over 6 */
	assert_int_equal(result[0], 0);
	assert_true(result[1] > 0 && result[2] > 0);
}

static void atomic_counters_do_not(void **state)
{
	u32 result[3] = {0};

	(void)state;
	every_order(true, result);
	assert_int_equal(result[2], 924);
}

/* --- locks --- */

static struct bpf_insn lock_insn(u32 helper)
{
	return (struct bpf_insn)INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

/* Takes the lock of map @first, then of @second, adds 1 to the value of @first, gives both back; one if both are the same. */
static int load_locked(int first, int second)
{
	struct bpf_insn insns[32], *p = insns;
	bool two = first != second;

#define EMIT(...) (*p++ = (struct bpf_insn)INSN(__VA_ARGS__))
	EMIT(BPF_LD | BPF_IMM | BPF_DW, 6, BPF_PSEUDO_MAP_VALUE, 0, first);
	EMIT(0, 0, 0, 0, 0);
	EMIT(BPF_LD | BPF_IMM | BPF_DW, 7, BPF_PSEUDO_MAP_VALUE, 0, second);
	EMIT(0, 0, 0, 0, 0);
	EMIT(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0);
	*p++ = lock_insn(BPF_FUNC_spin_lock);
	EMIT(BPF_ALU64 | BPF_MOV | BPF_X, 1, 7, 0, 0);
	if (two)
		*p++ = lock_insn(BPF_FUNC_spin_lock);
	EMIT(BPF_LDX | BPF_MEM | BPF_W, 2, 6, 4, 0);
	EMIT(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, 1);
	EMIT(BPF_STX | BPF_MEM | BPF_W, 6, 2, 4, 0);
	if (two)
		*p++ = lock_insn(BPF_FUNC_spin_unlock);
	EMIT(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0);
	*p++ = lock_insn(BPF_FUNC_spin_unlock);
	EMIT(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 2);
	EMIT(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
#undef EMIT
	return load(insns, p - insns);
}

static struct map *map_of_fd(int fd)
{
	return container_of(fd_file(task_by_pid(sim, LOADER), fd)->obj, struct map, obj);
}

/* struct value { struct bpf_spin_lock lock; __u32 n; } */
static int load_btf(void)
{
	static const char strings[] = "\0u32\0bpf_spin_lock\0val\0value\0lock\0n";
	static struct {
		struct btf_header head;
		u32 type[19];
		char strings[sizeof(strings)];
	} btf = {
		.head = {.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(struct btf_header),
			 .type_len = sizeof(btf.type), .str_off = sizeof(btf.type), .str_len = sizeof(strings)},
		.type = {1, BTF_KIND_INT << 24, 4, 32,
			 5, BTF_KIND_STRUCT << 24 | 1, 4, 19, 1, 0,
			 23, BTF_KIND_STRUCT << 24 | 2, 8, 29, 2, 0, 34, 1, 32},
	};
	union bpf_attr attr = {.btf = (u64)&btf, .btf_size = sizeof(btf)};

	memcpy(btf.strings, strings, sizeof(strings));
	return bpf(BPF_BTF_LOAD, &attr);
}

static int new_locked_map(void)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1,
			       .btf_fd = load_btf(), .btf_key_type_id = 1, .btf_value_type_id = 3};
	int fd = bpf(BPF_MAP_CREATE, &attr);

	if (fd < 0)
		fail_msg("%s", sim->why.text);
	return fd;
}

static u32 counted(int fd)
{
	return *(u32 *)(map_of_fd(fd)->k.value + 4);
}

/* Two CPUs in an order by dice; returns how often one of them had to wait. */
static u32 race_for_lock(u64 seed)
{
	u32 waits = 0;

	dice = seed;
	another_future();
	start(0);
	start(1);
	while (cpu_is_busy(sim, 0) || cpu_is_busy(sim, 1)) {
		u32 cpu = roll(2);

		if (!cpu_is_busy(sim, cpu))
			continue;
		if (step(cpu) == SIM_WAITS) {
			assert_true(cpu_waits_for(sim, cpu));
			assert_int_equal(lock_holder(sim, cpu_waits_for(sim, cpu)), !cpu);
			waits++;
		} else {
			assert_false(cpu_waits_for(sim, cpu));
		}
	}
	return waits;
}

static void one_has_the_lock_the_other_waits(void **state)
{
	int map;
	u32 waited = 0;
	u64 begin;

	(void)state;
	assert_int_equal(sim_sysctl(sim, "bpfwalk.skip_walk", 1), 0);
	map = new_locked_map();
	attach(load_locked(map, map));
	start(2);
	finish(2);
	assert_int_equal(counted(map), 1);
	begin = sim_now(sim);
	for (u64 seed = 1; seed <= 300; seed++) {
		waited += race_for_lock(seed) > 0;
		assert_int_equal(counted(map), 3);
		assert_int_equal(sim->world->locks->count, 0);
		assert_int_equal(sim_goto(sim, begin), 0);
	}
	assert_true(waited > 50);
}

/* Does not wait for ever: the words say who has it. System calls wait as well. */
static void who_waits_says_for_whom(void **state)
{
	u64 value = 0;
	int map;

	(void)state;
	assert_int_equal(sim_sysctl(sim, "bpfwalk.skip_walk", 1), 0);
	map = new_locked_map();
	attach(load_locked(map, map));
	start(3);
	for (u32 i = 0; i < 4; i++)
		step(3); /* has the lock */
	start(1);
	assert_int_equal(sim_run(sim, UINT64_MAX), 4); /* tries once */
	assert_int_equal(sim_step(sim), SIM_WAITS);
	assert_int_equal(sim_cpu(sim, 0), 0);
	assert_int_equal(look(map, BPF_F_LOCK, &value), -EAGAIN);
	assert_string_equal(sim->why.text, "CPU 0 waits for a lock that CPU 3 has: go on there");
	assert_int_equal(sim_step(sim), SIM_WAITS);
	finish(3);
	finish(1);
	assert_int_equal(step(0), SIM_IDLE);
	assert_int_equal(sim->work->result, 0);
	assert_int_equal(value >> 32, 2);
}

static void expect_deadlock(u32 cpu, const char *text)
{
	assert_string_equal(cpu_look(sim, cpu)->work->fire.fault.text, text);
}

static void deadlocks_are_told(void **state)
{
	int a, b, prog;
	u64 begin, value;

	(void)state;
	assert_int_equal(sim_sysctl(sim, "bpfwalk.skip_walk", 1), 0);
	a = new_locked_map();
	b = new_locked_map();
	prog = load_locked(a, b);
	attach(prog);
	begin = sim_now(sim);
	start(0);
	for (u32 i = 0; i < 4; i++)
		step(0); /* has a */
	lock_take(sim, (u64)map_of_fd(b)->k.value); /* for CPU 1 ... */
	sim->world->locks->held[1].cpu = 1;
	sim->world->locks->waits_for[1] = (u64)map_of_fd(a)->k.value; /* ... which wants a */
	finish(0);
	expect_deadlock(0, "deadlock: CPU 1 has the lock at map 2[0]+0, and waits for one that CPU 0 has");
	assert_int_equal(sim_goto(sim, begin), 0);
	*(u32 *)map_of_fd(b)->k.value = 1; /* left behind by nobody knows whom */
	start(0);
	finish(0);
	expect_deadlock(0, "deadlock: the lock at map 2[0]+0 is taken, and no program that runs will ever give it back");
	assert_int_equal(look(b, BPF_F_LOCK, &value), -EDEADLK);
}

/* --- values of each CPU; which CPU an event names --- */

static void each_cpu_has_its_value(void **state)
{
	int map = new_map(BPF_MAP_TYPE_PERCPU_ARRAY);
	struct bpf_insn insns[] = {
		INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 5, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 0, 0, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_smp_processor_id),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 0, 0, 0, 10),
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 1, 6, 0, 0),
		INSN(BPF_STX | BPF_MEM | BPF_DW, 6, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 2),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	u64 value[CPUS] = {0};

	(void)state;
	attach(load(insns, ARRAY_SIZE(insns)));
	start(1);
	start(3);
	for (u32 i = 0; i < 6; i++) {
		step(1);
		step(3);
	}
	finish(3);
	finish(1);
	assert_int_equal(look(map, 0, value), 0);
	assert_int_equal(value[0], 0);
	assert_int_equal(value[1], 11);
	assert_int_equal(value[2], 0);
	assert_int_equal(value[3], 13);
}

static void rules_of_leaving(void **state)
{
	union bpf_attr attr = {0};
	int map;

	(void)state;
	assert_int_equal(sim_cpu(sim, CPUS), -EINVAL);
	map = new_map(BPF_MAP_TYPE_ARRAY);
	assert_int_equal(sim_sysctl(sim, "bpfwalk.cpus", 2), -EBUSY);
	attach_counter(map, false);
	assert_int_equal(sim_begin_bpf(sim, LOADER, BPF_MAP_GET_NEXT_ID, (u64)&attr, sizeof(attr)), 0);
	assert_int_equal(sim_cpu(sim, 1), -EBUSY);
	sim_step(sim);
	start(1);
	assert_int_equal(sim_begin_fire(sim, &(struct stimulus){.ifindex = 2, .cpu = 1}), -EBUSY);
	finish(1);
	assert_int_equal(get(map), 1);
}

/* --- the same again --- */

#define STEPS 400

static void a_schedule_comes_again(void **state)
{
	u64 hash[STEPS], begin, end, len;
	const u8 *log;
	u8 *copy;
	int map;

	(void)state;
	map = new_map(BPF_MAP_TYPE_ARRAY);
	attach_counter(map, false);
	begin = sim_now(sim);
	dice = 7;
	for (u32 i = 0; i < 8; i++)
		if (!cpu_is_busy(sim, i % CPUS))
			start(i % CPUS);
	while (cpu_is_busy(sim, 0) || cpu_is_busy(sim, 1) || cpu_is_busy(sim, 2) || cpu_is_busy(sim, 3)) {
		u32 cpu = roll(CPUS);

		if (cpu_is_busy(sim, cpu))
			step(cpu);
	}
	end = sim_now(sim);
	assert_true(end - begin < STEPS);
	for (u64 at = end + 1; at-- > begin;) {
		assert_int_equal(sim_goto(sim, at), 0);
		hash[at - begin] = sim_hash(sim);
	}
	for (u32 i = 0; i < 200; i++) {
		u64 at = begin + roll(end - begin + 1);

		assert_int_equal(sim_goto(sim, at), 0);
		assert_true(sim_hash(sim) == hash[at - begin]);
	}
	assert_int_equal(sim_goto(sim, end), 0);
	log = sim_log(sim, &len);
	copy = malloc(len);
	memcpy(copy, log, len);
	machine_teardown(NULL);
	machine_setup(NULL);
	assert_int_equal(sim_load_log(sim, copy, len), 0);
	assert_int_equal(sim_now(sim), end);
	assert_true(sim_hash(sim) == hash[end - begin]);
	free(copy);
}

/* A damaged schedule is refused, and does not hang. */
static void damaged_schedules(void **state)
{
	u8 *copy, *whole;
	const u8 *log;
	u64 len;

	(void)state;
	attach_counter(new_map(BPF_MAP_TYPE_ARRAY), false);
	start(0);
	start(1);
	for (u32 i = 0; i < 5; i++) {
		step(0);
		step(1);
	}
	log = sim_log(sim, &len);
	whole = memcpy(malloc(len), log, len);
	for (u32 i = 0; i < 300; i++) {
		copy = memcpy(malloc(len), whole, len);
		for (u32 n = 0; n < 3; n++)
			copy[len - 1 - roll(len / 2)] ^= 1u << roll(8);
		machine_teardown(NULL);
		machine_setup(NULL);
		sim_load_log(sim, copy, len);
		free(copy);
	}
	free(whole);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, machine_teardown)
	const struct CMUnitTest tests[] = {
		TEST(plain_counters_lose),
		TEST(atomic_counters_do_not),
		TEST(one_has_the_lock_the_other_waits),
		TEST(who_waits_says_for_whom),
		TEST(deadlocks_are_told),
		TEST(each_cpu_has_its_value),
		TEST(rules_of_leaving),
		TEST(a_schedule_comes_again),
		TEST(damaged_schedules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
