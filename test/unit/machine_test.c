/*
 * The machine code of a run, step by step, beside the timeline: forward to its end and back to its beginning
 * one passes the same instructions; where an insn begins, registers are those of the interpreter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ui/machine.h"
#include "ui/readable.h"

static struct debug debug;

static void open_sample(const char *file)
{
	struct life life = LIFE_INIT;
	char message[1024];
	struct text error;

	text_init(&error, message, sizeof(message));
	life.file = file;
	assert_true(life_option(&life, LIFE_EVENT, "tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN"));
	assert_int_equal(debug_open(&debug, &life, 0, &error), 0);
	while (debug_sim(&debug)->vm->state != VM_RUNNING)
		debug_arrive(&debug, debug_now(&debug) + 1);
}

static bool runs(void)
{
	return debug_sim(&debug)->vm->state == VM_RUNNING;
}

static void compare_registers(const struct machine *m)
{
	const struct vm *vm = debug_sim(&debug)->vm;
	u32 readable = readable_registers(vm->prog, true, vm->pc);

	for (u32 x86 = 0; x86 < 16; x86++) {
		int bpf = machine_bpf_register(x86);

		if (bpf >= 0 && readable & 1u << bpf)
			assert_int_equal(machine_now(m)->reg[x86], vm->reg[bpf]);
	}
}

static void there_and_back(const char *file)
{
	u64 steps = 0, back = 0, borders = 0, count;
	struct machine *m;

	open_sample(file);
	m = machine_look(&debug);
	assert_non_null(m);
	assert_int_equal(m->err, 0);
	assert_int_equal(m->follow.result.differences, 0);
	count = m->follow.trace.count;
	assert_true(count > 10);
	for (; runs(); steps++) {
		m = machine_look(&debug);
		assert_int_equal(m->at, steps);
		if (machine_at_border(&debug, m)) {
			compare_registers(m);
			borders++;
		}
		assert_true(machine_step(&debug, false));
	}
	assert_int_equal(steps, count);
	assert_true(borders > 8);
	assert_false(machine_step(&debug, false));
	debug_arrive(&debug, debug_now(&debug) - 1);
	for (m = machine_look(&debug); machine_step(&debug, true); back++)
		assert_ptr_equal(machine_look(&debug), m);
	assert_int_equal(m->at, 0);
	assert_int_equal(debug_sim(&debug)->vm->insns, 0);
	assert_true(back < count && back + 8 > count); /* from the last insn's first instruction on */
	debug_close(&debug);
}

static void one_function(void **state)
{
	(void)state;
	there_and_back("samples/xdp_count.o");
}

static void several_functions(void **state)
{
	(void)state;
	there_and_back("samples/subprogs.o");
}

static void a_look_moves_nothing(void **state)
{
	u64 hash, now;

	(void)state;
	open_sample("samples/xdp_count.o");
	debug_arrive(&debug, debug_now(&debug) + 5);
	hash = sim_hash(debug_sim(&debug));
	now = debug_now(&debug);
	assert_non_null(machine_look(&debug));
	assert_int_equal(sim_hash(debug_sim(&debug)), hash);
	assert_int_equal(debug_now(&debug), now);
	debug_close(&debug);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_function),
		cmocka_unit_test(several_functions),
		cmocka_unit_test(a_look_moves_nothing),
	};

	if (!native_ops()) {
		puts("machine code runs on x86-64 Linux only");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
