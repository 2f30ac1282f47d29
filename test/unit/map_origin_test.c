/* Where a map's values come from in C: the two ways of writing maps, names that begin alike, what is no map. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/map_origin.h"

static char *const lines[] = {
	"struct {",
	"	__uint(type, BPF_MAP_TYPE_HASH);",
	"	__uint(max_entries, 256);",
	"	__type(key, __u32);",
	"	__uint(value_size, 8);",
	"} counts SEC(\".maps\");",
	"",
	"struct {",
	"	__uint(type, BPF_MAP_TYPE_RINGBUF);",
	"	__uint(max_entries, 4096);",
	"} counts_by_port_and_more SEC(\".maps\");",
	"",
	"struct {",
	"	int max_entries;",
	"} counts_of_no_map;",
};

static u32 line_of(const char *map, const char *value)
{
	return map_origin_line(lines, ARRAY_SIZE(lines), map, value);
}

static void test_values(void **state)
{
	(void)state;
	assert_int_equal(line_of("counts", "map_type"), 2);
	assert_int_equal(line_of("counts", "max_entries"), 3);
	assert_int_equal(line_of("counts", "key_size"), 4);
	assert_int_equal(line_of("counts", "value_size"), 5);
}

/* The kernel keeps 15 characters; a value that is not written has no line, and none is taken from the map before. */
static void test_names(void **state)
{
	(void)state;
	assert_int_equal(line_of("counts_by_port_", "max_entries"), 10);
	assert_int_equal(line_of("counts_by_port_", "key_size"), 0);
	assert_int_equal(line_of("count", "map_type"), 0);
	assert_int_equal(line_of("counts_of_no_map", "max_entries"), 0);
	assert_int_equal(line_of("", "map_type"), 0);
	assert_int_equal(line_of("counts", "map_name"), 0);
	assert_int_equal(map_origin_line(NULL, 0, "counts", "map_type"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
