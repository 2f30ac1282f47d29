/* The table of reasons: complete, and each entry is found again by its own log line. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/verifier/reasons.h"

#define MAX_OPERANDS 10

struct operands {
	u32 n;
	const char *text[MAX_OPERANDS];
};

/* The line as it would be logged, with sample operands. */
static struct operands render(const char *format, char *line)
{
	struct operands operands = {0};
	const char *start = line;

	while (*format) {
		const char *end, *value;

		if (*format != '%') {
			*line++ = *format++;
			continue;
		}
		end = format + strcspn(format, "diuxsc");
		value = *end == 's' ? (line > start && isalnum(line[-1]) ? " indirect" : "map_value") : *end == 'c' ? "w" : *end == 'x' ? "3f" : "12";
		operands.text[operands.n++] = value;
		line = stpcpy(line, value);
		format = end + 1;
	}
	*line = 0;
	return operands;
}

static void each_entry(void (*check)(u32 reason, const struct reason_info *info))
{
	for (u32 i = REASON_NONE + 1; i < REASONS; i++)
		check(i, &reasons[i]);
}

static void check_columns(u32 reason, const struct reason_info *info)
{
	(void)reason;
	assert_non_null(info->name);
	assert_in_range(info->err, 1, 4095);
	assert_in_range(info->category, 0, CATEGORIES - 1);
	assert_true(strlen(info->log) > 5);
	assert_true(strlen(info->explanation) > 15);
	assert_true(strlen(info->required) > 5);
	assert_true(strlen(info->suggestion) > 5);
	assert_true(strlen(category_name(info->category)) > 3);
}

static void test_columns(void **state)
{
	(void)state;
	each_entry(check_columns);
}

static void check_unique(u32 reason, const struct reason_info *info)
{
	for (u32 i = reason + 1; i < REASONS; i++) {
		assert_string_not_equal(info->name, reasons[i].name);
		if (!strcmp(info->log, reasons[i].log))
			fail_msg("%s and %s have the same log line", info->name, reasons[i].name);
	}
}

static void test_no_entry_twice(void **state)
{
	(void)state;
	each_entry(check_unique);
}

static void check_match(u32 reason, const struct reason_info *info)
{
	char line[1024], operand[128], positioned[1040];
	struct operands operands = render(info->log, line);
	enum reason found = reason_match(line);

	if (found != reason)
		fail_msg("the line of %s is taken for %s: %s", info->name, found ? reasons[found].name : "none", line);
	snprintf(positioned, sizeof(positioned), "12: %s", line);
	assert_int_equal(reason_match(positioned), reason);
	for (u32 i = 0; i < operands.n; i++) {
		assert_true(reason_operand(reason, line, i, operand, sizeof(operand)));
		if (!strstr(info->log, "%s%s") /* the border between the two cannot be seen */ && strcmp(operand, operands.text[i]))
			fail_msg("operand %u of %s is found as %s: %s", i, info->name, operand, line);
	}
	assert_false(reason_operand(reason, line, operands.n, operand, sizeof(operand)));
}

static void test_lines_are_found(void **state)
{
	(void)state;
	each_entry(check_match);
}

static void check_placeholders(const char *text, u32 noperands, const char *name)
{
	for (; (text = strchr(text, '{')) != NULL; text++)
		if (text[1] >= '0' && text[1] <= '9' && text[2] == '}' && (u32)(text[1] - '0') >= noperands)
			fail_msg("%s: there is no operand %.3s", name, text);
}

static void check_texts(u32 reason, const struct reason_info *info)
{
	char line[1024], out[2048];
	u32 n = render(info->log, line).n;
	struct text text;

	check_placeholders(info->explanation, n, info->name);
	check_placeholders(info->required, n, info->name);
	check_placeholders(info->suggestion, n, info->name);
	text_init(&text, out, sizeof(out));
	reason_fill(reason, line, info->explanation, &text);
	assert_false(text.cut);
	assert_null(strstr(out, "{0}"));
}

static void test_placeholders(void **state)
{
	(void)state;
	each_entry(check_texts);
}

static void test_other_lines(void **state)
{
	(void)state;
	assert_int_equal(reason_match(""), REASON_NONE);
	assert_int_equal(reason_match("R0 is fine"), REASON_NONE);
	assert_int_equal(reason_match("R7 !read_ok trailing"), REASON_NONE);
	assert_int_equal(reason_match("R7 !read_ok\r\n"), REASON_READ_FROM_NOT_INIT);
	assert_int_equal(reason_match("  3: R7 !read_ok"), REASON_READ_FROM_NOT_INIT);
	assert_int_equal(reason_match("R2 variable offset stack access prohibited for !root, var_off=(0x0; 0x4)"),
			 REASON_STACK_VARIABLE_UNPRIV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),      cmocka_unit_test(test_no_entry_twice), cmocka_unit_test(test_lines_are_found),
		cmocka_unit_test(test_placeholders), cmocka_unit_test(test_other_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
