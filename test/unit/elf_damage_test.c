/*
 * Damaged objects: cut off at every offset up to 16 kB and around every section border, bytes changed at
 * many. Never a crash. test/fuzz/elf_fuzz.c does the same at every offset, with more values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <elf.h>

#include "test/support/damage.h"
#include "test/support/objects.h"

#define CUT_ALL (16u << 10)

static u8 *read_object(const char *name, u64 *size)
{
	char path[128] = "test/data/objects/";

	return test_read_file(strcat(path, name), size);
}

static void cut_everywhere(const char *name)
{
	u64 size;
	u8 *bytes = read_object(name, &size);

	assert_true(damage_try(bytes, size));
	for (u64 n = 0; n < min_u64(size, CUT_ALL); n++)
		assert_false(damage_try(bytes, n));
	free(bytes);
}

static void cut_at_borders(const char *name)
{
	u64 size;
	u8 *bytes = read_object(name, &size);
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)bytes;
	const Elf64_Shdr *s = (const Elf64_Shdr *)(bytes + h->e_shoff);

	for (u32 i = 0; i < h->e_shnum; i++)
		for (u64 n = s[i].sh_offset > 8 ? s[i].sh_offset - 8 : 0;
		     n < min_u64(s[i].sh_offset + 8, size); n++)
			assert_false(damage_try(bytes, n));
	assert_false(damage_try(bytes, size - 1));
	free(bytes);
}

/* One byte at a time, every @step bytes; some changes do no harm, so both outcomes are right. */
static u32 change_bytes(const char *name, u32 step)
{
	static const u8 changes[] = {0xff, 0x80, 0x01};
	u64 size;
	u8 *bytes = read_object(name, &size);
	u32 refused = 0;

	for (u64 i = 0; i < size; i += step) {
		u8 change = changes[i / step % ARRAY_SIZE(changes)];

		bytes[i] ^= change;
		refused += !damage_try(bytes, size);
		bytes[i] ^= change;
	}
	free(bytes);
	return refused;
}

static void test_cut(void **state)
{
	(void)state;
	cut_everywhere("features.o");
	cut_everywhere("legacy.o");
	cut_everywhere("core.o");
}

static void test_cut_large(void **state)
{
	(void)state;
	cut_at_borders("broken.o");
	cut_at_borders("execsnoop.o");
	cut_at_borders("tracing.o");
}

static void test_change(void **state)
{
	(void)state;
	assert_true(change_bytes("features.o", 3) > 100);
	assert_true(change_bytes("externs.o", 3) > 100);
	assert_true(change_bytes("legacy.o", 1) > 100);
	assert_true(change_bytes("core.o", 3) > 100);
	assert_true(change_bytes("tracing.o", 97) > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_cut_large),
		cmocka_unit_test(test_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
