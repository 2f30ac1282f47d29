/* The log of a system call: when there is one, and where it is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/log.h"
#include "test/support/host.h"

static int setup(void **state)
{
	static struct sim sim;
	struct sim_host *host = host_new();

	sim = (struct sim){.host = host, .arena = arena_init(host->arena_mem, ARENA_SIZE)};
	*state = &sim;
	return 0;
}

static int teardown(void **state)
{
	struct sim *sim = *state;

	host_delete((struct sim_host *)sim->host);
	return 0;
}

static void test_attr(void **state)
{
	static const struct {
		u32 level, size;
		u64 ubuf;
		int err;
	} cases[] = {
		{0, 0, 0, 0},
		{1, 128, 1, 0},
		{7, UINT32_MAX >> 2, 1, 0},
		{1, 127, 1, -EINVAL},
		{0, 128, 1, -EINVAL},
		{1, 128, 0, -EINVAL},
		{8, 128, 1, -EINVAL},
		{1, 1u << 30, 1, -EINVAL},
		{1, 0, 0, -EINVAL},
	};
	struct log log;

	for (u32 i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(log_init(*state, &log, cases[i].level, cases[i].ubuf, cases[i].size),
				 cases[i].err);
}

static void test_nobody_listens(void **state)
{
	struct log log = {0};

	log_add(*state, &log, "text");
	assert_int_equal(log.used, 0);
	assert_false(log_full(&log));
}

/* 128 bytes: 127 of text, and the zero. */
static void test_cut(void **state)
{
	struct sim *sim = *state;
	struct log log;

	assert_int_equal(log_init(sim, &log, 1, 1, 128), 0);
	for (int i = 0; i < 12; i++)
		log_add(sim, &log, "0123456789");
	assert_false(log_full(&log));
	log_add(sim, &log, "0123456789");
	assert_true(log_full(&log));
	assert_int_equal(log.used, 127);
	assert_string_equal(log.text + 120, "0123456");
	log_add(sim, &log, "more");
	assert_int_equal(log.used, 127);
	log_fini(sim, &log);
	assert_int_equal(arena_live_bytes(sim->arena), 0);
}

static void test_grows(void **state)
{
	struct sim *sim = *state;
	struct log log;

	assert_int_equal(log_init(sim, &log, 1, 1, 1 << 20), 0);
	for (int i = 0; i < 1000; i++)
		log_add(sim, &log, "%0100d\n", i);
	assert_int_equal(log.used, 101000);
	assert_string_equal(log.text + 100996, "999\n");
	/* one piece holds 1023 bytes */
	log_add(sim, &log, "%02000d", 1);
	assert_int_equal(log.used, 101000 + 1023);
	log_fini(sim, &log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attr),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_grows),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
