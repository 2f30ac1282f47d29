/* Reading BTF: what clang made of test/data/btf/kinds.c, and what becomes of damaged bytes. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/btf.h"

static u8 *kinds;
static long kinds_size;

static void read_file(const char *path)
{
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	kinds = malloc(1 << 16);
	kinds_size = fread(kinds, 1, 1 << 16, f);
	fclose(f);
}

/* Opens in fresh memory of exactly the measured size, so that ASan sees a wrong measure. Returns the memory
 * or NULL. */
static void *open_btf(struct btf_types *types, const u8 *data, u64 size, struct why *why)
{
	s64 need = btf_measure(data, size, NULL, why);
	void *mem;

	if (need < 0)
		return NULL;
	mem = malloc(need);
	assert_int_equal(btf_open(types, data, size, NULL, mem, why), 0);
	return mem;
}

static int setup(void **state)
{
	(void)state;
	read_file("test/data/btf/kinds.btf");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(kinds);
	return 0;
}

static void decl_is(const struct btf_types *types, u32 id, const char *name, const char *want)
{
	char buf[256];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	btf_decl_text(types, id, name, &text);
	assert_string_equal(buf, want);
}

static void test_find(void **state)
{
	struct btf_types t;
	void *mem = open_btf(&t, kinds, kinds_size, NULL);
	u32 flow = btf_find(&t, "flow", BTF_KIND_STRUCT);

	(void)state;
	assert_non_null(mem);
	assert_int_equal(btf_kind(btf_type_by_id(&t, flow)), BTF_KIND_STRUCT);
	assert_string_equal(btf_name(&t, flow), "flow");
	/* the variable of the same name comes later */
	assert_int_equal(btf_find_next(&t, "flow", BTF_ANY_KIND, 0), flow);
	assert_int_equal(btf_find_next(&t, "flow", BTF_ANY_KIND, flow), btf_find(&t, "flow", BTF_KIND_VAR));
	assert_int_equal(btf_find(&t, "flow", BTF_KIND_UNION), 0);
	assert_int_equal(btf_find(&t, "no_such_type", BTF_KIND_STRUCT), 0);
	assert_null(btf_type_by_id(&t, t.end_id));
	assert_int_equal(btf_kind(btf_type_by_id(&t, 0)), BTF_KIND_UNKN);
	free(mem);
}

static void test_members(void **state)
{
	static const char *const decls[] = {
		"u32 proto",
		"_Bool up",
		"char name[16]",
		"signed char level",
		"unsigned short ports[2]",
		"enum color color",
		"enum sign sign",
		"u64 bytes",
		"struct list list",
		"union {...} u",
		"struct {...} bits",
		"callback call",
		"int (*table[4])(long, ...)",
		"int matrix[2][3]",
		"struct forward *fwd",
		"enum big big",
		"double d",
		"void *p",
		"__int128 wide",
	};
	struct btf_types t;
	void *mem = open_btf(&t, kinds, kinds_size, NULL);
	const struct btf_type *flow = btf_type_by_id(&t, btf_find(&t, "flow", BTF_KIND_STRUCT));
	const struct btf_type *bits;

	(void)state;
	assert_int_equal(btf_vlen(flow), ARRAY_SIZE(decls));
	for (u32 i = 0; i < ARRAY_SIZE(decls); i++) {
		const struct btf_member *m = &btf_members(flow)[i];

		decl_is(&t, m->type, btf_str(&t, m->name_off), decls[i]);
	}
	assert_int_equal(btf_member_bit_off(flow, &btf_members(flow)[3]), 168);
	bits = btf_type_by_id(&t, btf_members(flow)[10].type);
	assert_true(btf_kflag(bits));
	assert_int_equal(btf_member_bit_off(bits, &btf_members(bits)[2]), 10);
	assert_int_equal(btf_member_bit_size(bits, &btf_members(bits)[2]), 40);
	free(mem);
}

static void test_types_as_c(void **state)
{
	struct btf_types t;
	void *mem = open_btf(&t, kinds, kinds_size, NULL);
	const struct btf_type *list = btf_type_by_id(&t, btf_find(&t, "list", BTF_KIND_STRUCT));
	const struct btf_type *callback = btf_type_by_id(&t, btf_find(&t, "callback", BTF_KIND_TYPEDEF));

	(void)state;
	decl_is(&t, 0, "", "void");
	decl_is(&t, 99999, "", "?");
	decl_is(&t, btf_members(list)[0].type, "", "struct list *");
	decl_is(&t, btf_members(list)[1].type, "deep", "const volatile int *const *restrict deep");
	decl_is(&t, callback->type, "", "int (*)(void *, const char *)");
	decl_is(&t, btf_find(&t, "helper", BTF_KIND_FUNC), "helper", "int helper(struct flow *f, int n)");
	decl_is(&t, btf_find(&t, "limit", BTF_KIND_VAR), "limit", "const volatile int limit");
	free(mem);
}

static void test_sizes(void **state)
{
	struct btf_types t;
	void *mem = open_btf(&t, kinds, kinds_size, NULL);

	(void)state;
	assert_int_equal(btf_size(&t, btf_find(&t, "flow", BTF_KIND_STRUCT)), 192);
	assert_int_equal(btf_size(&t, btf_find(&t, "counts", BTF_KIND_VAR)), 4 * 8);
	assert_int_equal(btf_size(&t, btf_find(&t, "u64", BTF_KIND_TYPEDEF)), 8);
	assert_int_equal(btf_size(&t, btf_find(&t, "callback", BTF_KIND_TYPEDEF)), 8);
	assert_int_equal(btf_size(&t, btf_find(&t, "forward", BTF_KIND_FWD)), -EINVAL);
	assert_int_equal(btf_size(&t, 0), -EINVAL);
	assert_int_equal(btf_size(&t, 99999), -EINVAL);
	assert_int_equal(
		btf_kind(btf_type_by_id(&t, btf_skip_mods(&t, btf_find(&t, "u32", BTF_KIND_TYPEDEF)))),
		BTF_KIND_INT);
	free(mem);
}

static void test_enums_and_tags(void **state)
{
	struct btf_types t;
	void *mem = open_btf(&t, kinds, kinds_size, NULL);
	const struct btf_type *color = btf_type_by_id(&t, btf_find(&t, "color", BTF_KIND_ENUM));
	const struct btf_type *tag = btf_type_by_id(&t, btf_find(&t, "total", BTF_KIND_DECL_TAG));
	const struct btf_type *data = btf_type_by_id(&t, btf_find(&t, ".rodata", BTF_KIND_DATASEC));

	(void)state;
	assert_int_equal(btf_enum_value(color, 1), 5);
	assert_string_equal(btf_str(&t, btf_enum_name_off(color, 1)), "GREEN");
	assert_int_equal(btf_decl_tag_index(tag), 1);
	assert_int_equal(btf_var_secinfos(data)[0].size, 4);
	free(mem);
}

/* Base: one struct "a". Split: one pointer to it, and a typedef whose name is its own. */
static void test_split(void **state)
{
	struct {
		struct btf_header h;
		struct btf_type t;
		char strs[4];
	} base = {{BTF_MAGIC, 1, 0, 24, 0, 12, 12, 3}, {1, BTF_KIND_STRUCT << 24, {4}}, "\0a"};
	struct {
		struct btf_header h;
		struct btf_type t[2];
		char strs[4];
	} split = {{BTF_MAGIC, 1, 0, 24, 0, 24, 24, 2},
		   {{0, BTF_KIND_PTR << 24, {1}}, {3, BTF_KIND_TYPEDEF << 24, {2}}},
		   "b"};
	struct btf_types b, s;
	u32 base_mem[16], split_mem[16];

	(void)state;
	assert_int_equal(btf_open(&b, (u8 *)&base, 24 + 12 + 3, NULL, base_mem, NULL), 0);
	assert_int_equal(btf_measure((u8 *)&split, 24 + 24 + 2, &b, NULL), (2 + 2 + 2) * 4);
	assert_int_equal(btf_open(&s, (u8 *)&split, 24 + 24 + 2, &b, split_mem, NULL), 0);
	assert_int_equal(btf_find(&s, "a", BTF_KIND_STRUCT), 1);
	assert_int_equal(btf_find(&s, "b", BTF_KIND_TYPEDEF), 3);
	assert_int_equal(btf_find(&b, "b", BTF_KIND_TYPEDEF), 0);
	decl_is(&s, 2, "", "struct a *");
	assert_int_equal(btf_size(&s, 3), 8);
}

static void test_refusals(void **state)
{
	static const struct {
		u32 at, value;
		const char *says;
	} cases[] = {
		{0, 0x0001ebad, "0xebad"},
		{0, 0x00019feb, "big-endian"},
		{0, 0x0002eb9f, "version 2"},
		{4, 23, "hdr_len 23"},
		{4, 26, "hdr_len 26"},
		{4, 0xfffffffc, "hdr_len 4294967292"},
		{8, 2, "type_off 2"},
		{12, 0xfffffff0, "the types"},
		{20, 0xffffff, "the strings"},
		{24 + 4, 31u << 24, "kind 31"},
		{24 + 4, 0x0400ffff, "STRUCT needs 786432 bytes"},
	};
	struct why why;

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		u32 saved;

		memcpy(&saved, kinds + cases[i].at, 4);
		memcpy(kinds + cases[i].at, &cases[i].value, 4);
		assert_int_equal(btf_measure(kinds, kinds_size, NULL, &why), -EINVAL);
		if (!strstr(why.text, cases[i].says))
			fail_msg("case %u: %s", i, why.text);
		memcpy(kinds + cases[i].at, &saved, 4);
	}
}

/* Reads everything there is to read. */
static void read_all(const struct btf_types *t)
{
	char buf[128];
	struct text text;

	for (u32 id = 0; id < t->end_id; id++) {
		text_init(&text, buf, sizeof(buf));
		btf_decl_text(t, id, btf_name(t, id), &text);
		btf_size(t, id);
		btf_find_next(t, btf_name(t, id), BTF_ANY_KIND, id);
		btf_skip_quals(t, id);
	}
}

static void read_damaged(const u8 *data, u64 size)
{
	u8 *copy = malloc(size ? size : 1);
	struct btf_types t;
	struct why why;
	void *mem;

	memcpy(copy, data, size);
	mem = open_btf(&t, copy, size, &why);
	if (mem)
		read_all(&t);
	free(mem);
	free(copy);
}

static void test_truncated(void **state)
{
	(void)state;
	for (long size = 0; size < kinds_size; size++)
		read_damaged(kinds, size);
}

static void test_flipped(void **state)
{
	(void)state;
	for (long at = 0; at < kinds_size; at++)
		for (u32 bit = 0; bit < 8; bit += 3) {
			kinds[at] ^= 1 << bit;
			read_damaged(kinds, kinds_size);
			kinds[at] ^= 1 << bit;
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),           cmocka_unit_test(test_members),
		cmocka_unit_test(test_types_as_c),     cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_enums_and_tags), cmocka_unit_test(test_split),
		cmocka_unit_test(test_refusals),       cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_flipped),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
