/*
 * The interpreter beyond what test/programs can say: exact step counts, regions and their names, maps, contexts, tail calls, time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../support/bare.h"
#include "../support/compiled.h"
#include "../support/insn.h"
#include "../support/machine.h"
#include "sim/world/world.h"

#define START(insns, translated) start(insns, ARRAY_SIZE(insns), translated)

/* Of either form: as written, each access checked; translated. */
static struct prog *make(const struct bpf_insn *insns, u32 count, bool translated)
{
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_UNSPEC, insns, count);

	assert_true(!translated || compile_prog(sim, prog));
	return prog;
}

static struct prog *start(const struct bpf_insn *insns, u32 count, bool translated)
{
	struct prog *prog = make(insns, count, translated);

	vm_start(sim, prog, 0);
	return prog;
}

static u64 finish(struct prog *prog)
{
	u64 r0 = vm_finish(sim);

	obj_put(sim, &prog->obj);
	return r0;
}

static void expect_fault(const struct bpf_insn *insns, u32 count, enum fault_kind kind, const char *text)
{
	struct prog *prog = start(insns, count, false);

	vm_run(sim, UINT64_MAX);
	assert_int_equal(sim->vm->state, VM_FAULTED);
	assert_string_equal(sim->vm->fault.text, text);
	assert_int_equal(sim->vm->fault.kind, kind);
	assert_int_equal(sim->vm->fault.pc, sim->vm->pc);
	assert_int_equal(finish(prog), 0);
}

#define EXPECT_FAULT(insns, kind, text) expect_fault(insns, ARRAY_SIZE(insns), kind, text)

/* After any number of steps the state is that of as many single steps, whichever loop runs. */
static void steps_are_exact(void **state)
{
	const struct bpf_insn insns[] = {
		ALU64_K(MOV, 1, 5),
		LD_IMM64(6, 0x100000001ull),
		CALL(BPF_FUNC_ktime_get_ns),
		ALU64_X(ADD, 6, 0),
		CALL_SUBPROG(4),
		ALU64_K(SUB, 1, 1),
		JMP_K(JNE, 1, 0, -5),
		ALU64_X(MOV, 0, 6),
		EXIT(),
		ALU64_K(ADD, 0, 1),
		EXIT(),
	};

	(void)state;
	for (u64 n = 1; n < 45; n++) {
		for (int translated = 0; translated < 2; translated++) {
			struct prog *prog = START(insns, translated);
			struct vm one, many;
			u64 done;

			sim->clock->step = 1000;
			done = vm_run(sim, n);
			assert_int_equal(done, sim->vm->insns);
			assert_true(done == n || sim->vm->state == VM_EXITED);
			assert_int_equal(sim->clock->step, 1000 + done);
			many = *sim->vm;
			vm_run(sim, UINT64_MAX);
			finish(prog);
			prog = START(insns, translated);
			sim->clock->step = 1000;
			for (u64 i = 0; i < n; i++)
				vm_run(sim, 1);
			one = *sim->vm;
			vm_run(sim, UINT64_MAX);
			finish(prog);
			assert_int_equal(one.pc, many.pc);
			assert_int_equal(one.frame, many.frame);
			assert_int_equal(one.insns, many.insns);
			assert_int_equal(one.state, many.state);
			assert_memory_equal(one.reg, many.reg, sizeof(one.reg));
		}
	}
}

static void a_run_gives_back_what_it_took(void **state)
{
	const struct bpf_insn insns[] = {ALU64_K(MOV, 0, 1), EXIT()};
	u64 live = arena_live_bytes(sim->arena);
	struct prog *prog = START(insns, false);

	(void)state;
	assert_int_equal(prog->obj.refs, 2);
	assert_int_equal(vm_run(sim, 100), 2);
	assert_int_equal(vm_run(sim, 100), 0);
	assert_int_equal(finish(prog), 1);
	assert_int_equal(arena_live_bytes(sim->arena), live);
}

static void runaway(void **state)
{
	const struct bpf_insn insns[] = {JMP_K(JA, 0, 0, -1)};

	(void)state;
	for (int translated = 0; translated < 2; translated++) {
		struct prog *prog = START(insns, translated);

		sim->vm->insn_limit = 1000;
		assert_int_equal(vm_run(sim, 1000), 1000);
		assert_int_equal(sim->vm->state, VM_RUNNING);
		assert_int_equal(vm_run(sim, 1), 1);
		assert_int_equal(sim->vm->fault.kind, FAULT_RUNAWAY);
		finish(prog);
	}
}

/* --- maps --- */

static void map_values(void **state)
{
	struct map *array = bare_map(sim, "counts", BPF_MAP_TYPE_ARRAY, 4, 8, 10);
	u64 six = (u64)array->k.value + 6 * 8;
	const struct bpf_insn past[] = {LD_IMM64(1, six + 4), ST(DW, 1, 0, 1), EXIT()};
	const struct bpf_insn below[] = {LD_IMM64(1, six + 8), ST(DW, 1, -12, 1), EXIT()};
	const struct bpf_insn whole[] = {LD_IMM64(1, six), ST(DW, 1, 0, 77), LDX(DW, 0, 1, 0), EXIT()};
	const struct bpf_insn itself[] = {LD_IMM64(1, (u64)&array->k), ST(W, 1, 24, 1), EXIT()};
	struct prog *prog;

	(void)state;
	EXPECT_FAULT(past, FAULT_ACCESS, "write of 8 bytes at map counts[6]+4: the value ends at 8");
	EXPECT_FAULT(below, FAULT_ACCESS, "write of 8 bytes at map counts[5]+4: the value ends at 8");
	EXPECT_FAULT(itself, FAULT_READONLY,
		     "write of 4 bytes at map counts+24: this is the map, not a value of it; bpf_map_lookup_elem finds values");
	prog = START(whole, false);
	vm_run(sim, UINT64_MAX);
	assert_int_equal(finish(prog), 77);
	obj_put(sim, &array->obj);
}

static void expect_address(u64 addr, const char *expected)
{
	char buf[64];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	vm_format_address(sim, addr, &text);
	assert_string_equal(buf, expected);
}

static u64 hash_insert(struct map *map, const void *key)
{
	u64 value = 1;

	assert_int_equal(map_ops(map)->update(sim, map, key, &value, BPF_ANY), 0);
	return (u64)map_ops(map)->lookup(sim, map, key);
}

static void addresses_have_names(void **state)
{
	const struct bpf_insn insns[] = {CALL_SUBPROG(1), EXIT(), EXIT()};
	struct map *small = bare_map(sim, "by_port", BPF_MAP_TYPE_HASH, 2, 8, 4);
	struct map *large = bare_map(sim, "", BPF_MAP_TYPE_HASH, 6, 8, 4);
	struct prog *prog = START(insns, false);
	u16 port = 443;
	u64 fp = sim->vm->reg[BPF_REG_10];

	(void)state;
	expect_address(fp, "fp+0");
	expect_address(fp - 8, "fp-8");
	expect_address(0x1234, "0x1234");
	expect_address(hash_insert(small, &port) + 4, "map by_port[443]+4");
	expect_address(hash_insert(large, "\x01\x02\x03\xab\xcd\xef"), "map 0[010203abcdef]+0");
	vm_run(sim, 1);
	expect_address(fp - 8, "fp[0]-8");
	expect_address(fp - 512 - 8, "fp-8");
	vm_run(sim, UINT64_MAX);
	finish(prog);
	obj_put(sim, &small->obj);
	obj_put(sim, &large->obj);
}

static void map_helpers(void **state)
{
	struct map *hash = bare_map(sim, "hash", BPF_MAP_TYPE_HASH, 4, 8, 4);
	const struct bpf_insn insns[] = {
		ST(W, 10, -4, 5), ST(DW, 10, -16, 99),
		LD_IMM64(1, (u64)&hash->k), ALU64_X(MOV, 2, 10), ALU64_K(ADD, 2, -4),
		ALU64_X(MOV, 3, 10), ALU64_K(ADD, 3, -16), ALU64_K(MOV, 4, 0), CALL(BPF_FUNC_map_update_elem),
		LD_IMM64(1, (u64)&hash->k), ALU64_X(MOV, 2, 10), ALU64_K(ADD, 2, -4), CALL(BPF_FUNC_map_lookup_elem),
		LDX(DW, 6, 0, 0),
		LD_IMM64(1, (u64)&hash->k), ALU64_X(MOV, 2, 10), ALU64_K(ADD, 2, -4), CALL(BPF_FUNC_map_delete_elem),
		ALU64_X(ADD, 6, 0),
		LD_IMM64(1, (u64)&hash->k), ALU64_X(MOV, 2, 10), ALU64_K(ADD, 2, -4), CALL(BPF_FUNC_map_delete_elem),
		ALU64_X(ADD, 0, 6),
		EXIT(),
	};
	const struct bpf_insn bad_key[] = {
		LD_IMM64(1, (u64)&hash->k), ALU64_X(MOV, 2, 10), ALU64_K(ADD, 2, -2), CALL(BPF_FUNC_map_lookup_elem), EXIT()};
	const struct bpf_insn no_queue[] = {
		LD_IMM64(1, (u64)&hash->k), ALU64_X(MOV, 2, 10), ALU64_K(ADD, 2, -8), ALU64_K(MOV, 3, 0),
		CALL(BPF_FUNC_map_push_elem), EXIT()};

	(void)state;
	for (int translated = 0; translated < 2; translated++) {
		struct prog *prog = START(insns, translated);

		vm_run(sim, UINT64_MAX);
		assert_int_equal((s64)finish(prog), 99 - ENOENT);
	}
	EXPECT_FAULT(bad_key, FAULT_HELPER,
		     "bpf_map_lookup_elem: argument 2 (key): read of 4 bytes at fp-2: the frame ends at fp-0, its lowest byte is fp-512");
	EXPECT_FAULT(no_queue, FAULT_HELPER, "bpf_map_push_elem: argument 1 (map): not for a map of type hash");
	obj_put(sim, &hash->obj);
}

/* --- an XDP context --- */

static void run_xdp(const struct bpf_insn *insns, u32 count, const char *fault, u64 r0)
{
	u8 packet[64] = {1, 2, 3, 4};
	const struct prog_type *type = prog_type_by_id(BPF_PROG_TYPE_XDP);
	struct prog *prog = bare_prog(sim, BPF_PROG_TYPE_XDP, insns, count);
	struct arrival arrival = {.dev = netdev_by_name(sim, "eth0"), .data = packet, .len = sizeof(packet)};
	struct run_request request;
	void *state;

	assert_int_equal(type->packet_begin(sim, prog, &arrival, &request, &state), 0);
	vm_start(sim, prog, request.ctx);
	vm_run(sim, UINT64_MAX);
	assert_string_equal(sim->vm->fault.text, fault);
	assert_int_equal(vm_finish(sim), r0);
	type->packet_end(sim, &arrival, state, 0);
	obj_put(sim, &prog->obj);
}

#define RUN_XDP(fault, r0, ...)                                                                  \
	do {                                                                                     \
		const struct bpf_insn insns[] = {__VA_ARGS__, EXIT()};                           \
		run_xdp(insns, ARRAY_SIZE(insns), fault, r0);                                    \
	} while (0)

static void contexts(void **state)
{
	(void)state;
	netdev_add(sim, "eth0");
	RUN_XDP("", 0x04030201, LDX(W, 2, 1, 0), LDX(W, 0, 2, 0));
	RUN_XDP("", 64, LDX(W, 2, 1, 0), LDX(W, 0, 1, 4), ALU64_X(SUB, 0, 2));
	RUN_XDP("read of 4 bytes at pkt+62: the packet ends at 64", 0, LDX(W, 2, 1, 0), LDX(W, 0, 2, 62));
	RUN_XDP("read of 1 byte at ctx+0: data is 4 bytes at ctx+0", 0, LDX(B, 0, 1, 0));
	RUN_XDP("write of 4 bytes at ctx+4: data_end is 4 bytes at ctx+4 and cannot be written", 0, STX(W, 1, 1, 4));
	RUN_XDP("read of 4 bytes at ctx+24: the context ends at 24", 0, LDX(W, 0, 1, 24));
	RUN_XDP("bpf_skb_pull_data: not for programs of type XDP", 0, ALU64_K(MOV, 2, 0), CALL(BPF_FUNC_skb_pull_data));
	/* the packet that a helper has moved is the one that is checked */
	RUN_XDP("read of 4 bytes at pkt-4: the packet ends at 60", 0, ALU64_X(MOV, 6, 1), LDX(W, 7, 1, 0), ALU64_K(MOV, 2, 4),
		CALL(BPF_FUNC_xdp_adjust_head), LDX(W, 0, 7, 0));
}

/* --- tail calls, with an array map that pretends to be a program array --- */

static void tail_calls(void **state)
{
	struct map *array = bare_map(sim, "progs", BPF_MAP_TYPE_ARRAY, 4, 8, 2);
	const struct bpf_insn insns[] = {
		ALU64_K(ADD, 6, 1), LD_IMM64(2, (u64)&array->k), ALU64_K(MOV, 3, 0), CALL(BPF_FUNC_tail_call),
		ALU64_X(MOV, 0, 6), EXIT()};
	const struct bpf_insn outer[] = {CALL_SUBPROG(2), ALU64_K(ADD, 0, 100), EXIT(), JMP_K(JA, 0, 0, 0),
					 LD_IMM64(2, (u64)&array->k), ALU64_K(MOV, 3, 1), CALL(BPF_FUNC_tail_call), EXIT()};
	const struct bpf_insn inner[] = {ALU64_K(MOV, 0, 5), EXIT()};
	struct prog *self = make(insns, ARRAY_SIZE(insns), true);
	struct prog *target = make(inner, ARRAY_SIZE(inner), true);
	struct prog *caller;

	(void)state;
	array->k.map_type = BPF_MAP_TYPE_PROG_ARRAY;
	memcpy(array->k.value, &self, sizeof(self));
	memcpy(array->k.value + 8, &target, sizeof(target));
	vm_start(sim, self, 0);
	vm_run(sim, UINT64_MAX);
	assert_int_equal(vm_finish(sim), 1 + VM_MAX_TAIL_CALLS);
	assert_int_equal(self->obj.refs, 1);
	caller = START(outer, true);
	vm_run(sim, UINT64_MAX);
	assert_int_equal(finish(caller), 105);
	array->k.map_type = BPF_MAP_TYPE_ARRAY;
	obj_put(sim, &array->obj);
	obj_put(sim, &self->obj);
	obj_put(sim, &target->obj);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(steps_are_exact, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(a_run_gives_back_what_it_took, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(runaway, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(map_values, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(addresses_have_names, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(map_helpers, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(contexts, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(tail_calls, bare_setup, bare_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
