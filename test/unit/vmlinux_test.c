/* The kernel's BTF: it is there, whole, opened once, and quick to ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/btf.h"
#include "sim/elf/vmlinux.h"

static void test_bytes(void **state)
{
	struct why why;
	u64 len = 0;
	const u8 *data = vmlinux_btf(&len, &why);

	(void)state;
	assert_non_null(data);
	assert_int_equal(len, 4119994);
	assert_ptr_equal(vmlinux_btf(&len, &why), data);
}

static void test_types(void **state)
{
	const struct btf_types *types = vmlinux_types(NULL);
	const struct btf_type *buff;

	(void)state;
	assert_non_null(types);
	assert_int_equal(types->end_id, 95247);
	assert_ptr_equal(vmlinux_types(NULL), types);
	buff = btf_type_by_id(types, btf_find(types, "sk_buff", BTF_KIND_STRUCT));
	assert_int_equal(btf_kind(buff), BTF_KIND_STRUCT);
	assert_int_equal(btf_size(types, btf_find(types, "xdp_buff", BTF_KIND_STRUCT)), 56);
	assert_int_not_equal(btf_find(types, "tcp_sendmsg", BTF_KIND_FUNC), 0);
}

/* Each named type is found under its name: itself, or one of the same name and kind before it. */
static void test_all_names(void **state)
{
	const struct btf_types *types = vmlinux_types(NULL);

	(void)state;
	for (u32 id = 1; id < types->end_id; id++) {
		const char *name = btf_name(types, id);
		u32 found = *name ? btf_find(types, name, btf_kind(btf_type_by_id(types, id))) : id;

		assert_in_range(found, 1, id);
		assert_string_equal(btf_name(types, found), name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_all_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
