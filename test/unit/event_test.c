/* Events in words: what is understood, what is refused; tasks as the kernel has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/look.h"
#include "ui/session.h"

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

static s64 fire(const char *words)
{
	const struct stimulus stimulus = {.kind = STIMULUS_EVENT, .len = strlen(words) + 1, .data = words};

	return sim_fire(session.sim, &stimulus);
}

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		const char *words, *why;
	} bad[] = {
		{"opnat", "there is no event 'opnat'"},
		{"openat x", "'x' is not for openat"},
		{"openat fille=a", "'fille=a' is not for openat"},
		{"openat pid=", "expected a number"},
		{"openat pid=12x", "expected a number"},
		{"read time=3parsec", "expected a time"},
		{"openat file=\"a", "a quote is open"},
		{"kill to=77", "there is no such task"},
		{"switch next=77", "there is no task 77"},
		{"exit pid=1", "init and the idle task do not end"},
		{"connect to=1.2.3", "expected an address like 10.0.0.1"},
		{"call func=no_such", "the kernel has no function"},
		{"openat cpu=99", ""},
		{"tick 10parsec", "time=10parsec: expected a time"},
		{"tick 9223372036854775807", "expected a time"},
		{"tick ms=1", "'ms=1' is not for tick"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_true(fire(bad[i].words) < 0);
		assert_non_null(strstr(session.sim->why.text, bad[i].why));
	}
}

static void tasks_live_and_end(void **state)
{
	struct task *task;

	(void)state;
	assert_int_equal(fire("exec pid=500 comm=sh uid=7"), 0);
	task = task_by_pid(session.sim, 500);
	assert_non_null(task);
	assert_string_equal(task->comm, "sh");
	assert_string_equal((char *)task->k->comm, "sh");
	assert_int_equal(((struct k_cred *)task->k->cred)->uid_val, 7);
	assert_int_equal(fire("fork pid=500 child=501"), 0);
	task = task_by_pid(session.sim, 501);
	assert_non_null(task);
	assert_int_equal(((struct k_task_struct *)task->k->real_parent)->pid, 500);
	assert_int_equal(fire("exit pid=500"), 0);
	assert_null(task_by_pid(session.sim, 500));
	assert_int_equal(((struct k_task_struct *)task->k->real_parent)->pid, 1);
	assert_int_equal(fire("kill pid=1 to=501 sig=9"), 0);
	assert_null(task_by_pid(session.sim, 501));
}

static void every_example_happens(void **state)
{
	(void)state;
	assert_int_equal(fire("exec pid=1000"), 0);
	for (u32 i = 0; i < happening_kinds_count; i++) {
		const struct happening_kind *kind = happening_kinds[i];

		/* The other task of the examples is there, but not before it is born. */
		fire("exec pid=1001");
		if (kind == happening_kind_of("fork"))
			assert_int_equal(fire("exit pid=1001"), 0);
		assert_int_equal(fire(kind->example), 0);
	}
}

/* Each event of sockets is taken back and done again: the machine is the same then. */
static void sockets_go_back(void **state)
{
	static const char *const words[] = {
		"socket pid=500 type=tcp", "bind pid=500 fd=3 port=8080", "listen pid=500 fd=3", "socket pid=501 type=tcp",
		"connect pid=501 fd=3 to=127.0.0.1 port=8080", "accept pid=500 fd=3", "send pid=501 fd=3 data=hello",
		"recv pid=500 fd=4", "setsockopt pid=500 fd=4 name=SO_RCVBUF value=5000", "client port=8080",
		"close pid=501 fd=3", "close pid=500 fd=4", "close pid=500 fd=3", "socket pid=500 type=udp6",
		"send pid=500 fd=3 to=::1 port=9 bytes=20", "recv pid=500 from=10.0.0.2 data=x", "connect pid=500 to=1.2.3.4 port=80",
	};
	struct sim *sim = session.sim;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		u64 before = sim_now(sim), hash = sim_hash(sim), after;

		assert_int_equal(fire(words[i]), 0);
		assert_true((s64)sim->work->fire.happening.value[V_RET] >= 0);
		after = sim_hash(sim);
		assert_int_equal(sim_goto(sim, before), 0);
		assert_int_equal(sim_hash(sim), hash);
		assert_int_equal(sim_goto(sim, sim_end(sim)), 0);
		assert_int_equal(sim_hash(sim), after);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_wrong_is_said, boot, halt),
cmocka_unit_test_setup_teardown(sockets_go_back, boot, halt),
		cmocka_unit_test_setup_teardown(tasks_live_and_end, boot, halt),
		cmocka_unit_test_setup_teardown(every_example_happens, boot, halt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
