/*
 * Timers and time: each function is called at its time, in the order of the times, on the CPU that started the
 * timer, by every engine; and the same again when one goes back and forth in time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/btf.h>

#include "sim/look.h"
#include "test/support/machine.h"

#define LOADER 100
#define CPUS 4
#define SLACK 3000 /* ns: instructions and units of work, for each 1 */
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define ALU(op, d, i) INSN(BPF_ALU64 | (op) | BPF_K, d, 0, 0, i)
#define MOVR(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define CALL(id) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, id)
#define IMM64(d, src, low) INSN(BPF_LD | BPF_IMM | BPF_DW, d, src, 0, low), INSN(0, 0, 0, 0, 0)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* struct value { u64 cpu; struct bpf_timer timer; u64 time; }; void f(void) */
struct value {
	u64 cpu, timer[2], time;
};

static const u32 types[] = {
	1, BTF_KIND_INT << 24, 8, 64,
	5, BTF_KIND_STRUCT << 24, 16,
	15, BTF_KIND_STRUCT << 24 | 3, 32,
	21, 1, 0,
	25, 2, 64,
	31, 1, 192,
	36, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32,
	0, BTF_KIND_FUNC_PROTO << 24, 4,
	40, BTF_KIND_FUNC << 24 | BTF_FUNC_STATIC, 5,
};
static const char names[] = "\0u64\0bpf_timer\0value\0cpu\0timer\0time\0int\0f";
static int map;

static s64 bpf(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, LOADER, cmd, (u64)attr, KERNEL_ATTR_SIZE);
}

static int load_types(void)
{
	static struct {
		struct btf_header header;
		u8 bytes[sizeof(types) + sizeof(names)];
	} btf;
	union bpf_attr attr = {.btf = (u64)&btf, .btf_size = sizeof(btf.header) + sizeof(btf.bytes)};

	btf.header = (struct btf_header){.magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(btf.header),
					 .type_len = sizeof(types), .str_off = sizeof(types), .str_len = sizeof(names)};
	memcpy(btf.bytes, types, sizeof(types));
	memcpy(btf.bytes + sizeof(types), names, sizeof(names));
	attr.btf_size = sizeof(btf.header) + sizeof(types) + sizeof(names);
	return bpf(BPF_BTF_LOAD, &attr);
}

static int load(int btf)
{
	/* The timer of this CPU's value: in 10 ms, on each further CPU 2 ms sooner. */
	const struct bpf_insn insns[] = {
		CALL(BPF_FUNC_get_smp_processor_id), MOVR(7, 0),
		INSN(BPF_STX | BPF_MEM | BPF_W, 10, 7, -4, 0), MOVR(2, 10), ALU(BPF_ADD, 2, -4),
		IMM64(1, BPF_PSEUDO_MAP_FD, map), CALL(BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 2, 0), ALU(BPF_MOV, 0, 0), EXIT,
		MOVR(6, 0), MOVR(1, 6), ALU(BPF_ADD, 1, 8), IMM64(2, BPF_PSEUDO_MAP_FD, map), ALU(BPF_MOV, 3, 1),
		CALL(BPF_FUNC_timer_init),
		MOVR(1, 6), ALU(BPF_ADD, 1, 8), IMM64(2, BPF_PSEUDO_FUNC, 11), CALL(BPF_FUNC_timer_set_callback),
		MOVR(1, 6), ALU(BPF_ADD, 1, 8), ALU(BPF_MUL, 7, -2000000), MOVR(2, 7), ALU(BPF_ADD, 2, 10000000),
		ALU(BPF_MOV, 3, 0), CALL(BPF_FUNC_timer_start), ALU(BPF_MOV, 0, 2), EXIT,
		/* the function, insn 32: the key and the CPU, when */
		MOVR(6, 3), INSN(BPF_LDX | BPF_MEM | BPF_W, 7, 2, 0, 0), CALL(BPF_FUNC_get_smp_processor_id),
		INSN(BPF_ALU64 | BPF_MUL | BPF_K, 7, 0, 0, 100), INSN(BPF_ALU64 | BPF_ADD | BPF_X, 0, 7, 0, 0),
		ALU(BPF_ADD, 0, 100),
		INSN(BPF_STX | BPF_MEM | BPF_DW, 6, 0, 0, 0), CALL(BPF_FUNC_ktime_get_ns),
		INSN(BPF_STX | BPF_MEM | BPF_DW, 6, 0, 24, 0), ALU(BPF_MOV, 0, 0), EXIT,
	};
	struct bpf_func_info funcs[] = {{0, 6}, {ARRAY_SIZE(insns) - 11, 6}};
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_XDP, .insns = (u64)insns, .insn_cnt = ARRAY_SIZE(insns),
			       .license = (u64) "GPL", .expected_attach_type = BPF_XDP, .prog_btf_fd = btf,
			       .func_info = (u64)funcs, .func_info_cnt = 2, .func_info_rec_size = sizeof(*funcs)};

	return bpf(BPF_PROG_LOAD, &attr);
}

static void set_up(u32 engine)
{
	union bpf_attr create = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 32, .max_entries = CPUS,
				 .btf_key_type_id = 4, .btf_value_type_id = 3};
	union bpf_attr attach = {.link_create = {.target_ifindex = 2, .attach_type = BPF_XDP}};
	int btf;

	assert_int_equal(sim_sysctl(sim, "bpfwalk.cpus", CPUS), 0);
	assert_int_equal(sim_sysctl(sim, "bpfwalk.engine", engine), 0);
	btf = load_types();
	assert_true(btf >= 0);
	create.btf_fd = btf;
	map = bpf(BPF_MAP_CREATE, &create);
	assert_true(map >= 0);
	attach.link_create.prog_fd = load(btf);
	assert_true((int)attach.link_create.prog_fd >= 0);
	assert_true(bpf(BPF_LINK_CREATE, &attach) >= 0);
}

static void packet(u32 cpu)
{
	static const u8 bytes[60];
	const struct stimulus s = {
		.kind = STIMULUS_PACKET, .ifindex = 2, .len = sizeof(bytes), .data = bytes, .cpu = cpu};

	assert_int_equal(sim_fire(sim, &s), 0);
}

static void tick(const char *words)
{
	const struct stimulus s = {.kind = STIMULUS_EVENT, .len = strlen(words) + 1, .data = words};

	assert_int_equal(sim_fire(sim, &s), 0);
	assert_int_equal(sim->clock->cpu, 0);
}

static struct value value_of(u32 key)
{
	struct value value;
	union bpf_attr attr = {.map_fd = map, .key = (u64)&key, .value = (u64)&value};

	assert_int_equal(bpf(BPF_MAP_LOOKUP_ELEM, &attr), 0);
	assert_int_equal(value.timer[0], 0);
	return value;
}

static void run(u32 engine)
{
	u64 begin, now;

	set_up(engine);
	for (u32 cpu = 0; cpu < CPUS; cpu++)
		packet(cpu);
	begin = sim_ktime(sim);
	tick("tick 7ms");
	assert_in_range(sim_ktime(sim) - begin, 7000000, 7001000);
	assert_int_equal(value_of(0).cpu, 0);
	assert_int_equal(value_of(1).cpu, 0);
	assert_int_equal(value_of(2).cpu, 302);
	assert_int_equal(value_of(3).cpu, 403);
	tick("tick 1s");
	now = sim_ktime(sim);
	for (u32 cpu = 0; cpu < CPUS; cpu++) {
		struct value value = value_of(cpu);

		assert_int_equal(value.cpu, 100 + 101 * cpu);
		/* each packet came a little later than the one before it, but before the first tick */
		assert_in_range(begin + 10000000 - cpu * 2000000 - value.time + SLACK, 0, 2 * SLACK);
		assert_true(value.time < now);
	}
	assert_null(sim->world->timers.first);
}

static void back_and_forth(void)
{
	u64 end = sim_now(sim), hash = sim_hash(sim), at[64];

	for (u32 i = 0; i < ARRAY_SIZE(at); i++) {
		assert_int_equal(sim_goto(sim, end - end / 3 * i / ARRAY_SIZE(at)), 0);
		at[i] = sim_hash(sim);
	}
	for (u32 i = ARRAY_SIZE(at); i--;) {
		assert_int_equal(sim_goto(sim, end - end / 3 * i / ARRAY_SIZE(at)), 0);
		assert_true(at[i] == sim_hash(sim));
	}
	assert_true(hash == sim_hash(sim));
}

static void as_written(void **state)
{
	(void)state;
	run(ENGINE_AS_WRITTEN);
	back_and_forth();
}

static void interpreted(void **state)
{
	(void)state;
	run(ENGINE_TRANSLATED);
	back_and_forth();
}

/* The map's fd and its program's go: so do its timers. */
static void closed(void **state)
{
	(void)state;
	set_up(ENGINE_TRANSLATED);
	packet(0);
	packet(3);
	assert_non_null(sim->world->timers.all);
	assert_int_equal(sim_close(sim, LOADER, map), 0);
	assert_null(sim->world->timers.all);
	assert_null(sim->world->timers.first);
	tick("tick 1s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(as_written, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(interpreted, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(closed, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
