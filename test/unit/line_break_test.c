/* Where lines are broken, in Latin and Chinese text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ui/chars.h"

/* The rows of @text, each followed by a bar. */
static void rows(const char *text, int cells, const char *expected)
{
	char all[512] = "";

	while (*text) {
		size_t n = chars_fitting(text, cells, NULL, NULL);

		assert_true(n > 0);
		strncat(all, text, n);
		strcat(all, "|");
		text += n + (text[n] == ' ');
	}
	assert_string_equal(all, expected);
}

static void at_spaces(void **state)
{
	(void)state;
	rows("one two three", 7, "one two|three|");
	rows("one two three", 8, "one two|three|");
	rows("one", 3, "one|");
	rows("", 3, "");
}

static void long_words_are_cut(void **state)
{
	(void)state;
	rows("abcdefgh ij", 3, "abc|def|gh|ij|");
	rows("ab", 0, "a|b|");
}

static void chinese(void **state)
{
	(void)state;
	rows("校验器拒绝", 6, "校验器|拒绝|");
	rows("校验器，拒绝", 6, "校验|器，拒|绝|");
	rows("看“对象”窗", 4, "看|“对|象”|窗|");
	rows("共 100 字节", 6, "共 100|字节|");
}

static void newlines_end_a_row(void **state)
{
	(void)state;
	assert_int_equal(chars_fitting("ab\ncd", 10, NULL, NULL), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_spaces),
		cmocka_unit_test(long_words_are_cut),
		cmocka_unit_test(chinese),
		cmocka_unit_test(newlines_end_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
