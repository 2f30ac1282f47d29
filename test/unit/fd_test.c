/*
 * What a process can do with fds besides bpf(2): close, dup, O_CLOEXEC, execve, its end; what each does to the objects
 * behind them; and all of it back and forth in time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/fd.h"
#include "sim/sim.h"
#include "test/support/machine.h"

#define PID 100

static s64 new_map(u32 pid)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};

	return sim_bpf(sim, pid, BPF_MAP_CREATE, (u64)(uintptr_t)&attr, sizeof(attr));
}

static bool is_open(int fd)
{
	return fd_file(task_by_pid(sim, PID), fd) != NULL;
}

static bool map_exists(u32 id)
{
	return obj_by_id(sim, OBJ_MAP, id) != NULL;
}

static void lowest_free_fd(void **state)
{
	(void)state;
	assert_int_equal(new_map(PID), 3);
	assert_int_equal(new_map(PID), 4);
	assert_int_equal(sim_dup(sim, PID, 4), 5);
	assert_int_equal(sim_close(sim, PID, 3), 0);
	assert_int_equal(sim_close(sim, PID, 3), -EBADF);
	assert_false(map_exists(1));
	assert_int_equal(sim_dup(sim, PID, 4), 3);
	assert_int_equal(sim_close(sim, PID, 0), 0);
	assert_int_equal(new_map(PID), 0);
	assert_int_equal(sim_dup(sim, PID, 99), -EBADF);
	assert_int_equal(sim_dup(sim, PID, -1), -EBADF);
}

static void exec_closes_what_has_cloexec(void **state)
{
	(void)state;
	assert_int_equal(new_map(PID), 3);
	assert_int_equal(new_map(PID), 4);
	assert_int_equal(new_map(PID), 5);
	assert_int_equal(sim_dup(sim, PID, 4), 6);
	assert_int_equal(sim_cloexec(sim, PID, 5, false), 0);
	assert_int_equal(sim_cloexec(sim, PID, 2, true), 0);
	assert_int_equal(sim_cloexec(sim, PID, 7, true), -EBADF);
	assert_int_equal(sim_exec(sim, PID), 0);
	assert_true(is_open(0) && is_open(1) && is_open(5) && is_open(6));
	assert_false(is_open(2) || is_open(3) || is_open(4));
	assert_false(map_exists(1));
	assert_true(map_exists(2) && map_exists(3));
}

static void the_end_of_a_task(void **state)
{
	s64 pid = sim_spawn(sim, 0, "other");

	(void)state;
	assert_true(pid > PID);
	assert_int_equal(new_map(PID), 3);
	assert_int_equal(new_map(pid), 3);
	assert_int_equal(sim_kill(sim, PID), 0);
	assert_false(map_exists(1));
	assert_true(map_exists(2));
	assert_int_equal(new_map(PID), -ESRCH);
	assert_int_equal(sim_kill(sim, PID), -ESRCH);
	assert_int_equal(sim_exec(sim, PID), -ESRCH);
}

static void back_and_forth(void **state)
{
	u64 hash[64], end;

	(void)state;
	new_map(PID);
	new_map(PID);
	sim_dup(sim, PID, 3);
	sim_cloexec(sim, PID, 4, false);
	sim_exec(sim, PID);
	sim_kill(sim, PID);
	end = sim_end(sim);
	assert_in_range(end, 6, 63);
	for (u64 step = 0; step <= end; step++) {
		assert_int_equal(sim_goto(sim, step), 0);
		hash[step] = sim_hash(sim);
	}
	for (u64 i = 0; i <= 3 * end; i++) {
		u64 step = i * 7 % (end + 1);

		assert_int_equal(sim_goto(sim, step), 0);
		assert_int_equal(sim_hash(sim), hash[step]);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lowest_free_fd),
		TEST(exec_closes_what_has_cloexec),
		TEST(the_end_of_a_task),
		TEST(back_and_forth),
	};

	return cmocka_run_group_tests_name("fd", tests, NULL, NULL);
}
