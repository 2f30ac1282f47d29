/* Paths that one file holds of another: there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "test/support/temp_dir.h"
#include "ui/path.h"

/* In the temporary directory: a, a/b and ab are folders, c and a/b/c are files. */
static int make_files(void **state)
{
	if (temp_dir_setup(state) || mkdir(temp_path("a"), 0700) || mkdir(temp_path("a/b"), 0700) ||
	    mkdir(temp_path("ab"), 0700))
		return -1;
	temp_write("c", "", 0);
	temp_write("a/b/c", "", 0);
	return chdir(temp_path("a"));
}

static int remove_files(void **state)
{
	unlink(temp_path("a/b/c"));
	rmdir(temp_path("a/b"));
	rmdir(temp_path("a"));
	rmdir(temp_path("ab"));
	return temp_dir_teardown(state);
}

static void there_and_back(void **state)
{
	static const struct {
		const char *from, *path, *held, *back;
	} cases[] = {
		{"s", "../c", "../c", "../c"},
		{"s", "b/c", "b/c", "b/c"},
		{"b/s", "b/c", "c", "b/c"},
		{"b/s", "../c", "../../c", "b/../../c"},
		{"../s", "b/c", "a/b/c", "../a/b/c"},
		{"../ab/s", "b/c", "../a/b/c", "../ab/../a/b/c"}, /* ab only begins with a */
		{"s", "/dev/null", "/dev/null", "/dev/null"},
		{"/s", "/dev/null", "/dev/null", "/dev/null"},
		{"s", "missing", "missing", "missing"},
		{"no such folder/s", "b/c", "b/c", "no such folder/b/c"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *held = path_for(cases[i].from, cases[i].path);
		char *back = path_of(cases[i].from, held);

		assert_string_equal(held, cases[i].held);
		assert_string_equal(back, cases[i].back);
		free(held);
		free(back);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back)};

	return cmocka_run_group_tests_name("path", tests, make_files, remove_files);
}
