/* Values as text and back, with the types of test/data/btf/kinds.c. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/btf_show.h"

static struct btf_types kinds;
static u8 *kinds_data;
static void *kinds_index;

/* As in kinds.c, on this machine. */
struct flow {
	u32 proto;
	_Bool up;
	char name[16];
	signed char level;
	u16 ports[2];
	u32 color, sign;
	u64 bytes;
	u64 list[2];
	u32 u;
	u64 bits;
	u64 call, table[4];
	s32 matrix[2][3];
	u64 fwd, big;
	double d;
	u64 p;
	__int128 wide;
};

static int setup(void **state)
{
	FILE *f = fopen("test/data/btf/kinds.btf", "rb");
	long size;

	(void)state;
	kinds_data = malloc(1 << 16);
	if (!f || !kinds_data)
		return -1;
	size = fread(kinds_data, 1, 1 << 16, f);
	fclose(f);
	kinds_index = malloc(btf_measure(kinds_data, size, NULL, NULL));
	return btf_open(&kinds, kinds_data, size, NULL, kinds_index, NULL);
}

static int teardown(void **state)
{
	(void)state;
	free(kinds_data);
	free(kinds_index);
	return 0;
}

static u32 find(const char *name)
{
	u32 id = btf_find_next(&kinds, name, BTF_ANY_KIND, 0);

	assert_int_not_equal(id, 0);
	return id;
}

static const char *show(u32 id, const void *data, u64 size)
{
	static char buf[1024];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	btf_show(&kinds, id, data, size, &text);
	return buf;
}

static void test_show(void **state)
{
	struct flow flow = {
		.proto = 6,
		.up = 1,
		.name = "eth\"0",
		.level = -3,
		.ports = {80, 443},
		.color = 5,
		.sign = 1,
		.bytes = 1ull << 40,
		.list = {0x1234},
		.u = 0x3f800000,
		.bits = 5 | 0x7full << 3 | 9ull << 10,
		.matrix = {{1, -2, 3}, {4, 5, 6}},
		.big = 7,
		.d = 0.5,
		.wide = -1,
	};

	(void)state;
	assert_int_equal(sizeof(flow), 192);
	assert_string_equal(
		show(find("flow"), &flow, sizeof(flow)),
		"{proto: 6, up: true, name: \"eth\\\"0\", level: -3, ports: [80, 443], color: GREEN, sign: "
		"PLUS, "
		"bytes: 1099511627776, list: {next: 0x1234, deep: NULL}, u: {a: 1065353216, f: 1}, "
		"bits: {low: 5, mid: -1, high: 9}, call: NULL, table: [NULL, NULL, NULL, NULL], "
		"matrix: [[1, -2, 3], [4, 5, 6]], fwd: NULL, big: 7, d: 0.5, p: NULL, "
		"wide: 0xffffffffffffffffffffffffffffffff}");
	assert_string_equal(show(find("char"), "x", 1), "'x'");
	assert_string_equal(show(find("char"), "\xff", 1), "-1");
	assert_string_equal(show(0, "\x06\0\x1f", 3), "06 00 1f");
}

static void test_show_short(void **state)
{
	u32 counts[2] = {6, 17};
	u32 id = btf_find(&kinds, "counts", BTF_KIND_STRUCT);
	char small[12];
	struct text text;

	(void)state;
	assert_string_equal(show(id, counts, 8), "{proto: 6, n: 17}");
	assert_string_equal(show(id, counts, 7), "{proto: 6, n: ?}");
	assert_string_equal(show(id, counts, 0), "{proto: ?, n: ?}");
	assert_string_equal(show(find("forward"), counts, 8), "?");
	assert_string_equal(show(9999, counts, 8), "?");
	text_init(&text, small, sizeof(small));
	btf_show(&kinds, id, counts, 8, &text);
	assert_true(text.cut);
	assert_string_equal(small, "{proto: 6, ");
}

static void test_sections(void **state)
{
	s32 limit = 7;

	(void)state;
	assert_string_equal(show(btf_find(&kinds, ".rodata", BTF_KIND_DATASEC), &limit, 4), "{limit: 7}");
	assert_int_equal(btf_parse(&kinds, find(".rodata"), "{limit: -9}", &limit, 4, NULL), 0);
	assert_int_equal(limit, -9);
}

/* What a member is shown as can be read again; but floats are only shown. */
static void test_round_trip(void **state)
{
	struct flow flow = {
		.proto = -1u,
		.name = "\\x",
		.level = 'a',
		.color = 99,
		.sign = -1u,
		.list = {1, 2},
		.bits = -1ull >> 14,
		.matrix = {{INT32_MIN, INT32_MAX}},
		.wide = 5,
		.fwd = -1ull,
	};
	const struct btf_type *t = btf_type_by_id(&kinds, btf_find(&kinds, "flow", BTF_KIND_STRUCT));

	(void)state;
	for (u32 i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *text = show(m->type, (u8 *)&flow + m->offset / 8, btf_size(&kinds, m->type));
		u8 back[192] = {0};

		if (btf_kind(btf_type_by_id(&kinds, m->type)) == BTF_KIND_FLOAT || strstr(text, "f: "))
			continue;
		assert_int_equal(btf_parse(&kinds, m->type, text, back, btf_size(&kinds, m->type), NULL), 0);
		assert_memory_equal(back, (u8 *)&flow + m->offset / 8, btf_size(&kinds, m->type));
	}
}

static void test_parse(void **state)
{
	static const struct {
		const char *type, *text;
		u32 want[2];
	} cases[] = {
		{"counts", "{n: 3}", {7, 3}},           {"counts", "{proto: 0x10, n: -1}", {16, -1u}},
		{"counts", " { 6 , 17 } ", {6, 17}},    {"counts", "{}", {7, 8}},
		{"counts", "{n: 3, proto: 4}", {4, 3}}, {"counts", "06 00 00 00 11 0 0 0", {6, 17}},
		{"u32", "6", {6, 8}},                   {"u32", "0xffffffff", {-1u, 8}},
		{"u32", "0x06 00 00 00", {6, 8}},       {"int", "-2147483648", {1u << 31, 8}},
		{"int", "0x80000000", {1u << 31, 8}},   {"color", "GREEN", {5, 8}},
		{"u32", "10.0.1.2", {0x0201000a, 8}},
		{"color", "9", {9, 8}},                 {"_Bool", "true", {1, 8}},
		{"char", "'\\x41'", {'A', 8}},          {"char", "'\\n'", {'\n', 8}},
		{"u64", "0x1122334455667788", {0x55667788, 0x11223344}},
	};
	struct why why;

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		u32 id = !strcmp(cases[i].type, "counts") ? btf_find(&kinds, "counts", BTF_KIND_STRUCT)
							  : find(cases[i].type);
		u32 data[2] = {7, 8};

		if (btf_size(&kinds, id) == 1)
			data[0] = 0;
		if (btf_parse(&kinds, id, cases[i].text, data, btf_size(&kinds, id), &why))
			fail_msg("%s: %s", cases[i].text, why.text);
		assert_memory_equal(data, cases[i].want, 8);
	}
}

static void test_parse_errors(void **state)
{
	static const struct {
		const char *type, *text, *says;
	} cases[] = {
		{"counts", "6", "column 1: found '6', expected {...} for struct counts"},
		{"counts", "", "column 1: found the end, expected {...} for struct counts"},
		{"counts", "{m: 3}", "column 2: struct counts has no member 'm', but proto, n"},
		{"counts", "{n: x}", "column 5: found 'x', expected a number for int"},
		{"counts", "{n: 3", "column 6: found the end, expected , or } for struct counts"},
		{"counts", "{1, 2, 3}",
		 "column 8: found '3', expected }, because there are no more members for struct counts"},
		{"counts", "{n: 3} 4", "column 8: '4' comes after the value's end"},
		{"counts", "{n: 2147483648}", "column 5: 2147483648 does not fit in a sign and 31 bits"},
		{"counts", "1 2 3", "3 bytes were given, the value has 8"},
		{"u32", "-1", "column 1: -1 does not fit in 32 bits, which have no sign"},
		{"u32", "10.0.0", "column 1: found '10.0.0', expected a number for u32"},
		{"u32", "10.0.0.256", "column 1: found '10.0.0.256', expected a number for u32"},
		{"u32", "10.0.0.1.2", "column 1: found '10.0.0.1.2', expected a number for u32"},
		{"u32", "10..0.1", "column 1: found '10..0.1', expected a number for u32"},
		{"int", "10.0.0.1", "column 1: found '10.0.0.1', expected a number for int"},
		{"u32", "4294967296", "column 1: 4294967296 does not fit in 32 bits"},
		{"u64", "18446744073709551616",
		 "column 1: found '1844674407370955', expected a number for u64"},
		{"color", "PURPLE",
		 "column 1: found 'PURPLE', expected one of its names or a number for enum color"},
		{"double", "1.5", "column 1: found '1.5', expected bytes in hexadecimal for double"},
		{"char", "'ab'", "column 3: found 'b', expected one character between '' that fits for char"},
	};
	struct why why;

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		u32 id = !strcmp(cases[i].type, "counts") ? btf_find(&kinds, "counts", BTF_KIND_STRUCT)
							  : find(cases[i].type);
		u64 data;

		assert_int_equal(btf_parse(&kinds, id, cases[i].text, &data, btf_size(&kinds, id), &why),
				 -EINVAL);
		assert_string_equal(why.text, cases[i].says);
	}
}

static void test_strings(void **state)
{
	struct flow flow = {.name = "0123456789abcde"};
	struct why why;
	u32 id = find("flow");

	(void)state;
	assert_int_equal(btf_parse(&kinds, id, "{name: \"lo\"}", &flow, sizeof(flow), &why), 0);
	assert_memory_equal(flow.name, "lo\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(btf_parse(&kinds, id, "{name: \"0123456789abcdef\"}", &flow, sizeof(flow), &why), 0);
	assert_int_equal(btf_parse(&kinds, id, "{name: \"0123456789abcdefg\"}", &flow, sizeof(flow), &why),
			 -EINVAL);
	assert_int_equal(btf_parse(&kinds, id, "{name: \"lo}", &flow, sizeof(flow), &why), -EINVAL);
	assert_int_equal(btf_parse(&kinds, id, "{ports: [1, 2, 3]}", &flow, sizeof(flow), &why), -EINVAL);
	assert_string_equal(why.text, "column 16: the array has only 2 elements");
}

static void test_untyped(void **state)
{
	u8 data[3] = {9, 9, 9};

	(void)state;
	assert_int_equal(btf_parse(NULL, 0, "0x102", data, 3, NULL), 0);
	assert_memory_equal(data, "\2\1\0", 3);
	assert_int_equal(btf_parse(NULL, 0, "-1", data, 2, NULL), 0);
	assert_memory_equal(data, "\xff\xff\0", 3);
	assert_int_equal(btf_parse(NULL, 0, "01 02 03", data, 3, NULL), 0);
	assert_memory_equal(data, "\1\2\3", 3);
	assert_int_equal(btf_parse(NULL, 0, "256", data, 1, NULL), -EINVAL);
	assert_int_equal(btf_parse(NULL, 0, "zz", data, 1, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_show),       cmocka_unit_test(test_show_short),
		cmocka_unit_test(test_sections),   cmocka_unit_test(test_parse),
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_parse_errors),
		cmocka_unit_test(test_strings),    cmocka_unit_test(test_untyped),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
