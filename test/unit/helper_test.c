/* Helpers for text, time and tasks, called as a verified program would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../support/machine.h"
#include "sim/helpers/bprintf.h"
#include "sim/helpers/trace.h"
#include "sim/world/task.h"

static s64 call(u32 id, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return helper_by_id(id)->fn(sim, r1, r2, r3, r4, r5);
}

/* --- numbers from text --- */

static void strings_to_numbers(void **state)
{
	static const struct {
		const char *text;
		u64 flags;
		s64 ret, value;    /* of bpf_strtol */
		s64 uret, uvalue;  /* of bpf_strtoul */
	} cases[] = {
		{"42", 0, 2, 42, 2, 42},
		{" \t-42x", 0, 5, -42, -EINVAL, 0},
		{"0x1f", 0, 4, 31, 4, 31},
		{"0x1f", 16, 4, 31, 4, 31},
		{"017", 0, 3, 15, 3, 15},
		{"017", 10, 3, 17, 3, 17},
		{"0x", 0, 1, 0, 1, 0},
		{"0x", 16, -EINVAL, 0, -EINVAL, 0},
		{"ff", 16, 2, 255, 2, 255},
		{"ff", 10, -EINVAL, 0, -EINVAL, 0},
		{"7", 9, -EINVAL, 0, -EINVAL, 0},
		{"7", 32, -EINVAL, 0, -EINVAL, 0},
		{"-", 0, -EINVAL, 0, -EINVAL, 0},
		{"9223372036854775807", 0, 19, INT64_MAX, 19, INT64_MAX},
		{"9223372036854775808", 0, -ERANGE, 0, 19, INT64_MIN},
		{"-9223372036854775808", 0, 20, INT64_MIN, -EINVAL, 0},
		{"-9223372036854775809", 0, -ERANGE, 0, -EINVAL, 0},
		{"18446744073709551615", 0, -ERANGE, 0, 20, -1},
		{"18446744073709551616", 0, -ERANGE, 0, -ERANGE, 0},
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 len = strlen(cases[i].text);
		s64 value = 99;

		assert_int_equal(call(BPF_FUNC_strtol, (u64)cases[i].text, len, cases[i].flags, (u64)&value, 0), cases[i].ret);
		assert_int_equal(value, cases[i].value);
		value = 99;
		assert_int_equal(call(BPF_FUNC_strtoul, (u64)cases[i].text, len, cases[i].flags, (u64)&value, 0), cases[i].uret);
		assert_int_equal(value, cases[i].uvalue);
	}
}

static void strings_compare(void **state)
{
	(void)state;
	assert_int_equal(call(BPF_FUNC_strncmp, (u64)"abc", 3, (u64)"abd", 0, 0), -1);
	assert_int_equal(call(BPF_FUNC_strncmp, (u64)"abd", 3, (u64)"abc", 0, 0), 1);
	assert_int_equal(call(BPF_FUNC_strncmp, (u64)"abd", 2, (u64)"abc", 0, 0), 0);
}

/* --- formats --- */

static void expect_format(const char *fmt, u64 a, u64 b, const char *expected)
{
	char buf[TRACE_TEXT] = "untouched";
	u64 args[] = {a, b};
	s64 n = bprintf(sim, buf, sizeof(buf), fmt, strlen(fmt) + 1, args, 2);

	assert_string_equal(buf, expected);
	assert_int_equal(n, strlen(expected));
}

static void expect_refused(const char *fmt, u32 size, s64 err)
{
	char buf[16] = "untouched";
	u64 args[] = {1, 2};

	assert_int_equal(bprintf(sim, buf, sizeof(buf), fmt, size, args, 2), err);
	assert_string_equal(buf, "untouched");
}

static void formats(void **state)
{
	char *text = arena_alloc(sim->arena, 32, TAG_KERNEL, NULL);

	(void)state;
	strcpy(text, "hello");
	expect_format("plain 100%% \xc3\xa4", 0, 0, "plain 100% \xc3\xa4");
	expect_format("%d %u", -1ull, -1ull, "-1 4294967295");
	expect_format("%ld %lu", -1ull, -1ull, "-1 18446744073709551615");
	expect_format("%lld %llx", 1ull << 63, 0xabcdefull << 32, "-9223372036854775808 abcdef00000000");
	expect_format("[%5d] [%-5d]", 42, 42, "[   42] [42   ]");
	expect_format("[%05d] [%+d]", -42ull, 42, "[-0042] [+42]");
	expect_format("%x %X", 0xbeef, 0xbeef, "beef BEEF");
	expect_format("%c%c", 'o', 'k', "ok");
	expect_format("<%s> <%8s>", (u64)text, (u64)text, "<hello> <   hello>");
	expect_format("<%s>", 0x1234, 0, "<>");
	expect_format("%px %ps", 0x1234, 0x5678, "0000000000001234 0x5678");
	memcpy(text, "\x7f\x00\x00\x01", 4);
	expect_format("%pI4 %pi4", (u64)text, (u64)text, "127.0.0.1 127.000.000.001");
	memset(text, 0, 16);
	text[15] = 1;
	expect_format("%pI6 %pi6", (u64)text, (u64)text,
		      "0000:0000:0000:0000:0000:0000:0000:0001 00000000000000000000000000000001");
	expect_refused("%d %d %d", 9, -EINVAL);
	expect_refused("%f", 3, -EINVAL);
	expect_refused("%", 2, -EINVAL);
	expect_refused("%sx", 4, -EINVAL);
	expect_refused("bell \a", 7, -EINVAL);
	expect_refused("no end", 6, -EINVAL);
}

static void long_texts_are_cut(void **state)
{
	char buf[8];
	u64 arg = 7;

	(void)state;
	assert_int_equal(bprintf(sim, buf, sizeof(buf), "%100000d", 9, &arg, 1), 100000);
	assert_string_equal(buf, "       ");
	assert_int_equal(call(BPF_FUNC_snprintf, (u64)buf, sizeof(buf), (u64)"number %d", (u64)&arg, 8), 9);
	assert_string_equal(buf, "number ");
	assert_int_equal(call(BPF_FUNC_snprintf, 0, 0, (u64)"number %d", (u64)&arg, 8), 9);
	assert_int_equal(call(BPF_FUNC_snprintf, (u64)buf, sizeof(buf), (u64)"%d", (u64)&arg, 7), -EINVAL);
	assert_int_equal(call(BPF_FUNC_snprintf, (u64)buf, sizeof(buf), (u64)"%d", 0, 8), -EINVAL);
}

static void trace_ring(void **state)
{
	(void)state;
	for (u64 i = 0; i < TRACE_LINES + 3; i++)
		assert_int_equal(call(BPF_FUNC_trace_printk, (u64)"line %d", 8, i + 100, 0, 0), 8);
	assert_int_equal(sim->trace->count, TRACE_LINES + 3);
	assert_string_equal(sim->trace->line[2].text, "line 166");
	assert_string_equal(sim->trace->line[3].text, "line 103");
	assert_int_equal(call(BPF_FUNC_trace_printk, (u64)"%f", 3, 0, 0, 0), -EINVAL);
	assert_int_equal(sim->trace->count, TRACE_LINES + 3);
}

/* --- time and tasks --- */

static void clocks(void **state)
{
	(void)state;
	sim->clock->idle_ns = 9000000;
	sim->clock->step = 5;
	assert_int_equal(call(BPF_FUNC_ktime_get_ns, 0, 0, 0, 0, 0), 9000005);
	assert_int_equal(call(BPF_FUNC_ktime_get_boot_ns, 0, 0, 0, 0, 0), 9000005);
	assert_int_equal(call(BPF_FUNC_ktime_get_coarse_ns, 0, 0, 0, 0, 0), 8000000);
	assert_int_equal(call(BPF_FUNC_jiffies64, 0, 0, 0, 0, 0), 4294892296 + 2);
}

static void current_task(void **state)
{
	char comm[8];

	(void)state;
	assert_int_equal(call(BPF_FUNC_get_current_pid_tgid, 0, 0, 0, 0, 0), 0);
	assert_int_equal(call(BPF_FUNC_get_current_comm, (u64)comm, sizeof(comm), 0, 0, 0), 0);
	assert_string_equal(comm, "swapper");
	sim->clock->pid = 100;
	assert_int_equal(call(BPF_FUNC_get_current_pid_tgid, 0, 0, 0, 0, 0), 100ull << 32 | 100);
	assert_int_equal(call(BPF_FUNC_get_current_comm, (u64)comm, 4, 0, 0, 0), 0);
	assert_string_equal(comm, "loa");
	task_by_pid(sim, 100)->uid = 1000;
	assert_int_equal(call(BPF_FUNC_get_current_uid_gid, 0, 0, 0, 0, 0), 1000ull << 32 | 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(strings_to_numbers, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(strings_compare, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(formats, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(long_texts_are_cut, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(trace_ring, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(clocks, bare_setup, bare_teardown),
		cmocka_unit_test_setup_teardown(current_task, bare_setup, bare_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
