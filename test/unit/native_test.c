/*
 * Machine code on this CPU: each program gives what it gives in the interpreter, faults are told in the same
 * words, stepping and lockstep see what happens, and a machine code that is wrong is found out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/elf/vmlinux.h"
#include "sim/native/native.h"
#include "test/support/bare.h"
#include "test/support/compiled.h"
#include "test/support/host.h"
#include "test/support/insn.h"

#define PID 100
#define U64(p) ((u64)(uintptr_t)(p))
#define R0 BPF_REG_0
#define R1 BPF_REG_1
#define R2 BPF_REG_2
#define R3 BPF_REG_3
#define R4 BPF_REG_4
#define R6 BPF_REG_6
#define R7 BPF_REG_7
#define R10 BPF_REG_10
#define MAP(dst, fd) INSN(BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_FD, 0, fd), INSN(0, 0, 0, 0, 0)
#define FUNC(dst, distance)                                                                                  \
	INSN(BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_FUNC, 0, distance), INSN(0, 0, 0, 0, 0)

static struct sim_host *host;
static struct sim *sim;

static int setup(void **state)
{
	(void)state;
	host = host_new();
	host->exec = native_ops();
	sim = sim_new(host);
	return sim ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	sim_delete(sim);
	host_delete(host);
	return 0;
}

static s64 load(u32 type, const struct bpf_insn *insns, u32 count)
{
	static char log[65536];
	union bpf_attr attr = {.prog_type = type,
			       .insns = U64(insns),
			       .insn_cnt = count,
			       .license = U64("GPL"),
			       .log_level = 1,
			       .log_buf = U64(log),
			       .log_size = sizeof(log)};
	s64 fd = sim_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr));

	if (fd < 0)
		print_message("%s\n", log);
	return fd;
}

static s64 make_map(u32 type, u32 entries)
{
	union bpf_attr attr = {.map_type = type,
			       .key_size = 4,
			       .value_size = type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_HASH ? 8 : 4,
			       .max_entries = entries};

	return sim_bpf(sim, PID, BPF_MAP_CREATE, U64(&attr), sizeof(attr));
}

static void put(s64 map, u32 key, const void *value)
{
	union bpf_attr attr = {.map_fd = map, .key = U64(&key), .value = U64(value)};

	assert_int_equal(sim_bpf(sim, PID, BPF_MAP_UPDATE_ELEM, U64(&attr), sizeof(attr)), 0);
}

static void drop(s64 map, u32 key)
{
	union bpf_attr attr = {.map_fd = map, .key = U64(&key)};

	assert_int_equal(sim_bpf(sim, PID, BPF_MAP_DELETE_ELEM, U64(&attr), sizeof(attr)), 0);
}

static u64 get(s64 map, u32 key)
{
	u64 value = 0;
	union bpf_attr attr = {.map_fd = map, .key = U64(&key), .value = U64(&value)};

	assert_int_equal(sim_bpf(sim, PID, BPF_MAP_LOOKUP_ELEM, U64(&attr), sizeof(attr)), 0);
	return value;
}

enum engine { INTERPRETER, NATIVE, LOCKSTEP, ENGINES };

/* r0, or the errno of TEST_RUN. */
static s64 run(s64 fd, enum engine engine)
{
	u8 packet[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0, 0x45};
	union bpf_attr attr = {
		.test = {.prog_fd = fd, .data_in = U64(packet), .data_size_in = sizeof(packet)}};
	s64 ret;

	assert_int_equal(sim_sysctl(sim, "bpfwalk.engine", engine != INTERPRETER), 0);
	host->exec = engine == LOCKSTEP ? native_lockstep_ops() : native_ops();
	ret = sim_bpf(sim, PID, BPF_PROG_TEST_RUN, U64(&attr), sizeof(attr));
	return ret ? ret : attr.test.retval;
}

#define PROGRAM(type, name) load(type, name, ARRAY_SIZE(name))

static void all_engines_give(s64 fd, s64 expected)
{
	u64 differences = native_lockstep_result.differences, runs = native_lockstep_result.runs;

	assert_true(fd >= 0);
	for (u32 engine = 0; engine < ENGINES; engine++)
		assert_int_equal(run(fd, engine), expected);
	if (native_lockstep_result.differences != differences)
		print_message("%s\n", native_lockstep_result.text);
	assert_int_equal(native_lockstep_result.differences, differences);
	assert_int_equal(native_lockstep_result.runs, runs + 1);
}

static void arithmetic(void **state)
{
	const struct bpf_insn insns[] = {
		ALU64_K(MOV, R6, 1000), ALU64_K(MOV, R7, 0),
		ALU64_X(MOD, R6, R7),   ALU64_X(DIV, R7, R7),
		ALU64_X(MOV, R0, R6),   ALU64_X(ADD, R0, R7),
		STX(DW, R10, R0, -8),   LDX(W, R0, R10, -8),
		ALU32_K(MUL, R0, 3),    EXIT(),
	};

	(void)state;
	all_engines_give(PROGRAM(BPF_PROG_TYPE_SOCKET_FILTER, insns), 3000);
}

static void maps_and_helpers(void **state)
{
	static const u32 types[] = {BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_HASH};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
		s64 map = make_map(types[i], 4);
		const struct bpf_insn insns[] = {
			ST(W, R10, -4, 1),
			MAP(R1, map),
			ALU64_X(MOV, R2, R10),
			ALU64_K(ADD, R2, -4),
			CALL(BPF_FUNC_map_lookup_elem),
			JMP_K(JNE, R0, 0, 1),
			EXIT(),
			LDX(DW, R6, R0, 0),
			ALU64_K(ADD, R6, 5),
			STX(DW, R0, R6, 0),
			CALL(BPF_FUNC_get_smp_processor_id),
			ALU64_X(ADD, R0, R6),
			EXIT(),
		};
		s64 fd = PROGRAM(BPF_PROG_TYPE_SOCKET_FILTER, insns);

		put(map, 1, &(u64){100});
		for (u32 engine = 0; engine < ENGINES; engine++)
			assert_int_equal(run(fd, engine), 105 + 5 * engine);
		assert_int_equal(get(map, 1), 115);
	}
}

static void functions(void **state)
{
	const struct bpf_insn insns[] = {
		ALU64_K(MOV, R6, 7),
		ALU64_K(MOV, R1, 5),
		STX(DW, R10, R6, -8),
		CALL_SUBPROG(4),
		ALU64_X(ADD, R0, R6),
		LDX(DW, R1, R10, -8),
		ALU64_X(ADD, R0, R1),
		EXIT(),
		ALU64_X(MOV, R6, R1),
		STX(DW, R10, R1, -8),
		LDX(DW, R0, R10, -8),
		ALU64_X(ADD, R0, R6),
		EXIT(),
	};

	(void)state;
	all_engines_give(PROGRAM(BPF_PROG_TYPE_SOCKET_FILTER, insns), 24);
}

static void tail_calls(void **state)
{
	s64 array = make_map(BPF_MAP_TYPE_PROG_ARRAY, 2), target, fd[2], other;
	const struct bpf_insn direct[] = {
		STX(DW, R10, R1, -8),     MAP(R2, array),      ALU64_K(MOV, R3, 1),
		CALL(BPF_FUNC_tail_call), ALU64_K(MOV, R0, 1), EXIT(),
	};
	const struct bpf_insn indirect[] = {
		ALU64_X(MOV, R6, R1),     LDX(W, R3, R1, 0),    ALU64_X(MOV, R1, R6),
		ALU64_K(MOV, R3, 0),      LDX(W, R3, R6, 0),    ALU64_K(AND, R3, 0),
		ALU64_K(OR, R3, 1),       ALU64_K(MOV, R7, 1),  LDX(W, R4, R6, 0),
		ALU64_X(ADD, R3, R4),     ALU64_X(SUB, R3, R4), MAP(R2, array),
		CALL(BPF_FUNC_tail_call), ALU64_K(MOV, R0, 1),  EXIT(),
	};
	const struct bpf_insn insns[] = {ST(DW, R10, -64, 42), LDX(DW, R0, R10, -64), EXIT()};
	/* calls itself until there are 33 */
	const struct bpf_insn again[] = {
		LDX(W, R6, R1, 8 /* mark */), ALU64_K(ADD, R6, 1),      STX(W, R1, R6, 8),    MAP(R2, array),
		ALU64_K(MOV, R3, 0),          CALL(BPF_FUNC_tail_call), ALU64_X(MOV, R0, R6), EXIT(),
	};

	(void)state;
	target = PROGRAM(BPF_PROG_TYPE_SCHED_CLS, insns);
	fd[0] = PROGRAM(BPF_PROG_TYPE_SCHED_CLS, direct);
	fd[1] = PROGRAM(BPF_PROG_TYPE_SCHED_CLS, indirect);
	for (u32 i = 0; i < 2; i++) {
		all_engines_give(fd[i], 1);
		put(array, 1, &(u32){target});
		all_engines_give(fd[i], 42);
		drop(array, 1);
		all_engines_give(fd[i], 1);
	}
	other = PROGRAM(BPF_PROG_TYPE_SCHED_CLS, again);
	put(array, 0, &(u32){other});
	all_engines_give(other, 34);
}

/* Jumps and returns go through thunks. */
static void mitigations(void **state)
{
	(void)state;
	for (u32 set = 1; set < 8; set++) {
		assert_int_equal(sim_sysctl(sim, "bpfwalk.mitigations", set), 0);
		tail_calls(NULL);
		functions(NULL);
	}
}

static void classic_loads(void **state)
{
	const struct bpf_insn there[] = {
		ALU64_X(MOV, R6, R1),
		INSN(BPF_LD | BPF_ABS | BPF_H, 0, 0, 0, 0),
		ALU64_X(MOV, R7, R0),
		INSN(BPF_LD | BPF_IND | BPF_B, 0, R7, 0, -0x4500 /* network header: 45 00 */),
		EXIT(),
	};
	const struct bpf_insn beyond[] = {
		ALU64_X(MOV, R6, R1),
		INSN(BPF_LD | BPF_ABS | BPF_W, 0, 0, 0, 5000),
		ALU64_K(MOV, R0, 1),
		EXIT(),
	};

	(void)state;
	all_engines_give(PROGRAM(BPF_PROG_TYPE_SOCKET_FILTER, there), 0x45);
	all_engines_give(PROGRAM(BPF_PROG_TYPE_SOCKET_FILTER, beyond), 0);
}

static void faults(void **state)
{
	const struct bpf_insn insns[] = {
		ALU64_K(MOV, R0, 0),
		CALL(BPF_FUNC_get_route_realm),
		ALU64_K(MOV, R0, 0),
		EXIT(),
	};
	s64 fd;
	char words[256] = "";

	(void)state;
	fd = PROGRAM(BPF_PROG_TYPE_SCHED_CLS, insns);
	for (u32 engine = 0; engine < ENGINES; engine++) {
		assert_int_equal(run(fd, engine), -EFAULT);
		if (engine)
			assert_string_equal(sim->why.text, words);
		snprintf(words, sizeof(words), "%s", sim->why.text);
	}
	assert_non_null(strstr(words, "instruction 1: call of helper 24"));
	assert_int_equal(native_lockstep_result.differences, 0);
}

/* What has run as machine code runs so again when time goes back, and sees the same. */
static void back_and_forth(void **state)
{
	s64 map = make_map(BPF_MAP_TYPE_ARRAY, 1), fd;
	const struct bpf_insn insns[] = {
		ST(W, R10, -4, 0),
		MAP(R1, map),
		ALU64_X(MOV, R2, R10),
		ALU64_K(ADD, R2, -4),
		CALL(BPF_FUNC_map_lookup_elem),
		JMP_K(JEQ, R0, 0, 2),
		ALU64_K(MOV, R1, 1),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, R0, R1, 0, BPF_ADD),
		ALU64_K(MOV, R0, 0),
		EXIT(),
	};
	u64 before, hash, end, last;

	(void)state;
	fd = PROGRAM(BPF_PROG_TYPE_XDP, insns);
	before = sim_now(sim);
	hash = sim_hash(sim);
	for (u32 i = 0; i < 5; i++)
		run(fd, NATIVE);
	end = sim_now(sim);
	last = sim_hash(sim);
	assert_int_equal(get(map, 0), 5);
	assert_int_equal(sim_goto(sim, before), 0);
	assert_true(sim_hash(sim) == hash);
	assert_int_equal(sim_goto(sim, end), 0);
	assert_true(sim_hash(sim) == last);
}

static void not_here(void **state)
{
	u64 len;
	const u8 *log;
	u8 *copy;

	(void)state;
	assert_int_equal(sim_sysctl(sim, "bpfwalk.engine", 1), 0);
	log = sim_log(sim, &len);
	copy = malloc(len);
	memcpy(copy, log, len);
	sim_delete(sim);
	host_delete(host);
	host = host_new();
	sim = sim_new(host);
	assert_int_equal(sim_sysctl(sim, "bpfwalk.engine", 1), -EOPNOTSUPP);
	sim_delete(sim);
	host_delete(host);
	host = host_new();
	sim = sim_new(host);
	assert_int_equal(sim_load_log(sim, copy, len), -EOPNOTSUPP);
	assert_non_null(strstr(sim->why.text, "x86-64"));
	free(copy);
}

/* What the machine code of a tail call reads, in Linux 6.1. */
static void offset_of_bpf_func(void **state)
{
	const struct btf_types *types = vmlinux_types(NULL);
	const struct btf_type *t = btf_type_by_id(types, btf_find(types, "bpf_prog", BTF_KIND_STRUCT));
	u32 off = 0;

	(void)state;
	assert_non_null(t);
	for (u32 i = 0; i < btf_vlen(t); i++)
		if (!strcmp(btf_str(types, btf_members(t)[i].name_off), "bpf_func"))
			off = btf_member_bit_off(t, &btf_members(t)[i]) / 8;
	assert_int_equal(off, offsetof(struct prog, bpf_func));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(offset_of_bpf_func),
	cmocka_unit_test_setup_teardown(arithmetic, setup, teardown),
	cmocka_unit_test_setup_teardown(maps_and_helpers, setup, teardown),
	cmocka_unit_test_setup_teardown(functions, setup, teardown),
	cmocka_unit_test_setup_teardown(tail_calls, setup, teardown),
	cmocka_unit_test_setup_teardown(mitigations, setup, teardown),
	cmocka_unit_test_setup_teardown(classic_loads, setup, teardown),
	cmocka_unit_test_setup_teardown(faults, setup, teardown),
	cmocka_unit_test_setup_teardown(back_and_forth, setup, teardown),
	cmocka_unit_test_setup_teardown(not_here, setup, teardown),
};

/* --- programs that no verifier would accept --- */

static struct prog *wild(const struct bpf_insn *insns, u32 count)
{
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_SOCKET_FILTER, insns, count);

	assert_true(compile_translated(sim, prog, 16));
	return prog;
}

static void start(struct prog *prog, u64 r1)
{
	vm_start(sim, prog, 0);
	sim->vm->reg[R1] = r1;
}

static int bare_setup(void **state)
{
	(void)state;
	sim = compiled_machine();
	native_lockstep_result = (struct native_lockstep){0};
	return 0;
}

static int bare_teardown(void **state)
{
	(void)state;
	bare_delete(sim);
	return 0;
}

/* Not written out: the helper calls back. */
static void loop(void **state)
{
	const struct bpf_insn insns[] = {
		ST(DW, R10, -8, 0),
		ALU64_K(MOV, R6, 100),
		ALU64_K(MOV, R1, 10),
		FUNC(R2, 9),
		ALU64_X(MOV, R3, R10),
		ALU64_K(ADD, R3, -8),
		ALU64_K(MOV, R4, 0),
		CALL(BPF_FUNC_loop),
		LDX(DW, R1, R10, -8),
		ALU64_X(ADD, R0, R1),
		ALU64_X(ADD, R0, R6),
		EXIT(),
		/* callback: *ctx += i, through a function; stop after 7 */
		ALU64_X(MOV, R6, R1),
		ALU64_X(MOV, R1, R2),
		ALU64_X(MOV, R2, R6),
		CALL_SUBPROG(4),
		ALU64_K(MOV, R0, 0),
		JMP_K(JLT, R6, 6, 1),
		ALU64_K(MOV, R0, 1),
		EXIT(),
		LDX(DW, R3, R1, 0),
		ALU64_X(ADD, R3, R2),
		STX(DW, R1, R3, 0),
		ST(DW, R10, -512, 1),
		EXIT(),
	};
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_SOCKET_FILTER, insns, ARRAY_SIZE(insns));

	(void)state;
	assert_true(compile_prog(sim, prog));
	assert_int_equal(compiled_run(sim, prog, 0, 0), 7 + 21 + 100);
	vm_start(sim, prog, 0);
	native_lockstep(sim, &native_lockstep_result);
	assert_string_equal(native_lockstep_result.text, "");
	assert_int_equal(vm_finish(sim), 7 + 21 + 100);
	obj_put(sim, &prog->obj);
}

/* A load that may fault: user memory, nothing at all, kernel memory, an address that is none. */
static void probes(void **state)
{
	u64 *number = sim_alloc(sim, sizeof(*number));
	const u64 addresses[] = {0,
				 4096,
				 U64(&addresses),
				 U64(number) + (1ull << 31),
				 U64(number),
				 0xffff888000000000ull,
				 0x8000000000000000ull,
				 UINT64_MAX};
	const struct bpf_insn insns[] = {
		ALU64_K(MOV, R0, -1), INSN(BPF_LDX | BPF_PROBE_MEM | BPF_DW, R0, R1, 8, 0),
		ALU64_K(MOV, R2, 5),  INSN(BPF_LDX | BPF_PROBE_MEM | BPF_W, R2, R1, 8, 0),
		ALU64_X(ADD, R0, R2), EXIT(),
	};
	struct prog *prog = wild(insns, ARRAY_SIZE(insns));

	(void)state;
	*number = 77;
	for (u32 i = 0; i < ARRAY_SIZE(addresses); i++) {
		assert_int_equal(compiled_run(sim, prog, addresses[i] - 8, 0),
				 addresses[i] == U64(number) ? 154 : 0);
		start(prog, addresses[i] - 8);
		native_lockstep(sim, &native_lockstep_result);
		vm_finish(sim);
	}
	assert_string_equal(native_lockstep_result.text, "");
	assert_int_equal(native_lockstep_result.differences, 0);
	obj_put(sim, &prog->obj);
}

static void fault_text(struct prog *prog, u64 r1, const char *words, u32 pc)
{
	start(prog, r1);
	sim->host->exec->run(sim);
	assert_int_equal(sim->vm->state, VM_FAULTED);
	assert_string_equal(sim->vm->fault.text, words);
	assert_int_equal(sim->vm->fault.pc, pc);
	vm_finish(sim);
	start(prog, r1);
	native_lockstep(sim, &native_lockstep_result);
	assert_string_equal(sim->vm->fault.text, words);
	vm_finish(sim);
}

static void wild_accesses(void **state)
{
	const struct bpf_insn load_insns[] = {ALU64_K(MOV, R0, 0), LDX(W, R0, R1, 4), EXIT()};
	const struct bpf_insn store_insns[] = {ALU64_K(MOV, R0, 0), ST(B, R1, 0, 4), EXIT()};
	struct prog *load = wild(load_insns, ARRAY_SIZE(load_insns)),
		    *store = wild(store_insns, ARRAY_SIZE(store_insns));

	(void)state;
	fault_text(load, 0, "read of 4 bytes at 0x4: NULL is no memory; is there a check for NULL?", 1);
	fault_text(load, 0xffff888000000000ull,
		   "read of 4 bytes at 0xffff888000000004: no memory of this program is there", 1);
	fault_text(store, 64, "write of 1 byte at 0x40: NULL is no memory; is there a check for NULL?", 1);
	assert_int_equal(native_lockstep_result.differences, 0);
	obj_put(sim, &load->obj);
	obj_put(sim, &store->obj);
}

static void steps(void **state)
{
	const struct bpf_insn insns[] = {ALU64_K(MOV, R6, 3), ALU64_X(MOV, R0, R6), EXIT()};
	struct prog *prog = wild(insns, ARRAY_SIZE(insns));
	struct native_trace trace;
	struct native_place place;
	u64 hash = sim_hash(sim);

	(void)state;
	vm_start(sim, prog, 0);
	assert_int_equal(native_trace(sim, 100, &trace), 0);
	assert_int_equal(trace.end, NATIVE_EXITED);
	assert_int_equal(trace.r0, 3);
	/* nop, nop2, push, mov, sub rsp, push rbx; mov, mov; pop, leave, ret */
	assert_int_equal(trace.count, 11);
	assert_true(native_find(trace.step[7].rip, &place));
	assert_ptr_equal(place.prog, prog);
	assert_int_equal(place.func, 0);
	assert_int_equal(native_insn(&place), 1);
	assert_int_equal(trace.step[7].reg[native_register[R6]], 3);
	native_trace_free(&trace);
	assert_int_equal(native_trace(sim, 5, &trace), 0);
	assert_int_equal(trace.end, NATIVE_CUT);
	assert_int_equal(trace.count, 5);
	native_trace_free(&trace);
	vm_exit(sim, 0);
	vm_finish(sim);
	obj_put(sim, &prog->obj);
	assert_true(sim_hash(sim) != hash); /* the stack is there now */
}

/*
 * A byte of the machine code is another one: lockstep finds it, whether a register, a branch or memory comes
 * out wrong.
 */
static void wrong_code(void **state)
{
	u64 *memory = sim_alloc(sim, 8 * sizeof(*memory));
	const struct bpf_insn insns[] = {
		ALU64_K(MOV, R2, 1),
		ALU64_K(ADD, R2, 5),
		STX(DW, R1, R2, 8),
		JMP_K(JSGT, R2, 3, 1),
		ALU64_K(MOV, R2, 9),
		ALU64_K(MOV, R0, 0),
		EXIT(),
	};
	static const struct {
		u32 insn, byte;
		u8 value;
		const char *words;
	} wrong[] = {
		{1, 3, 6, "r2 is 0x6 in the interpreter, 0x7 in the machine"},
		{2, 3, 16, "memory is another one after the run"},
		{3, 4, 0x7e, "the machine is at byte"},
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct prog *prog = wild(insns, ARRAY_SIZE(insns));
		struct jit_image *image = &prog->jit->build->func[0];

		native_lockstep_result = (struct native_lockstep){0};
		memset(memory, 0, 8 * sizeof(*memory));
		image->code[image->off[wrong[i].insn] + wrong[i].byte] = wrong[i].value;
		start(prog, U64(memory));
		native_lockstep(sim, &native_lockstep_result);
		vm_finish(sim);
		assert_int_equal(native_lockstep_result.differences, 1);
		if (!strstr(native_lockstep_result.text, wrong[i].words))
			print_message("%s\n", native_lockstep_result.text);
		assert_non_null(strstr(native_lockstep_result.text, wrong[i].words));
		obj_put(sim, &prog->obj);
	}
}

static const struct CMUnitTest wild_tests[] = {
	cmocka_unit_test_setup_teardown(loop, bare_setup, bare_teardown),
	cmocka_unit_test_setup_teardown(probes, bare_setup, bare_teardown),
	cmocka_unit_test_setup_teardown(wild_accesses, bare_setup, bare_teardown),
	cmocka_unit_test_setup_teardown(steps, bare_setup, bare_teardown),
	cmocka_unit_test_setup_teardown(wrong_code, bare_setup, bare_teardown),
};

int main(void)
{
	if (!native_ops()) {
		puts("skip machine code: this is not Linux on x86-64");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL) + cmocka_run_group_tests(wild_tests, NULL, NULL);
}
