/*
 * Tristate numbers, all of them with a few bits: a result covers everything that can come out, and where the kernel's is the
 * tightest possible one, ours is too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/verifier/tnum.h"

#define BITS 5
#define NUMBERS (1u << BITS)

/* Everything a small tnum covers, as a set of bits. */
static u32 members(struct tnum t)
{
	u32 set = 0;

	for (u32 i = 0; i < NUMBERS; i++)
		if ((i & ~t.mask) == t.value)
			set |= 1u << i;
	return set;
}

static bool holds(struct tnum t, u64 value)
{
	return (value & ~t.mask) == t.value;
}

#define FOR_EACH_TNUM(t)                                                                                                       \
	for (struct tnum t = {0, 0}; t.mask < NUMBERS; t.mask++)                                                               \
		for (t.value = 0; t.value < NUMBERS; t.value++)                                                                \
			if (!(t.value & t.mask))

typedef u64 (*op_on_numbers)(u64 a, u64 b);
typedef struct tnum (*op_on_tnums)(struct tnum a, struct tnum b);

static u64 add(u64 a, u64 b) { return a + b; }
static u64 sub(u64 a, u64 b) { return a - b; }
static u64 mul(u64 a, u64 b) { return a * b; }
static u64 and(u64 a, u64 b) { return a & b; }
static u64 or(u64 a, u64 b) { return a | b; }
static u64 xor(u64 a, u64 b) { return a ^ b; }

static const struct {
	op_on_numbers number;
	op_on_tnums tnum;
	bool tightest;
} ops[] = {
	{add, tnum_add, true},  {sub, tnum_sub, true}, {mul, tnum_mul, false},
	{and, tnum_and, true}, {or, tnum_or, true},   {xor, tnum_xor, true},
};

/* The bits move to the top end, where carries are lost. */
static struct tnum shifted(struct tnum t, u32 by)
{
	return (struct tnum){t.value << by, t.mask << by};
}

static void check_pair(u32 op, struct tnum a, struct tnum b, u32 by)
{
	struct tnum result = ops[op].tnum(shifted(a, by), shifted(b, by));
	u64 first = ops[op].number(a.value << by, b.value << by), differing = 0;

	assert_false(result.value & result.mask);
	for (u64 i = 0; i < NUMBERS; i++)
		for (u64 k = 0; k < NUMBERS && members(a) >> i & 1; k++) {
			u64 number = ops[op].number(i << by, k << by);

			if (!(members(b) >> k & 1))
				continue;
			assert_true(holds(result, number));
			differing |= number ^ first;
		}
	if (ops[op].tightest)
		assert_true(result.mask == differing);
}

static void test_operations(void **state)
{
	static const u32 shifts[] = {0, 30, 64 - BITS};
	u32 n = 0;

	(void)state;
	for (u32 op = 0; op < ARRAY_SIZE(ops); op++)
		FOR_EACH_TNUM(a)
			FOR_EACH_TNUM(b)
				if (n++ % 7 == 0) /* a seventh of the pairs, another one for each operation */
					check_pair(op, a, b, shifts[n % 3]);
}

static void test_range(void **state)
{
	(void)state;
	for (u64 min = 0; min < NUMBERS; min++)
		for (u64 max = min; max < NUMBERS; max++) {
			struct tnum t = tnum_range(min, max);
			u64 differing = 0;

			for (u64 i = min; i <= max; i++) {
				assert_true(holds(t, i));
				differing |= i ^ min;
			}
			assert_true(t.mask == differing);
		}
	assert_true(tnum_is_unknown(tnum_range(1, 1ull << 63)));
}

static void test_sets(void **state)
{
	(void)state;
	FOR_EACH_TNUM(a)
		FOR_EACH_TNUM(b) {
			assert_int_equal(tnum_in(a, b), !(members(b) & ~members(a)));
			if (members(a) & members(b))
				assert_int_equal(members(tnum_intersect(a, b)), members(a) & members(b));
		}
}

static void test_shifts(void **state)
{
	(void)state;
	FOR_EACH_TNUM(a)
		for (u64 i = 0; i < NUMBERS; i++)
			for (u8 s = 0; s < 64 && (members(a) >> i & 1); s += 7) {
				u64 top = i << (64 - BITS);
				struct tnum high = shifted(a, 64 - BITS), middle = shifted(a, 32 - BITS);

				assert_true(holds(tnum_lshift(a, s), i << s));
				assert_true(holds(tnum_rshift(high, s), top >> s));
				assert_true(holds(tnum_arshift(high, s, 64), (u64)((s64)top >> s)));
				if (s < 32)
					assert_true(holds(tnum_arshift(middle, s, 32),
							  (u32)((s32)(u32)(i << (32 - BITS)) >> s)));
			}
}

static void test_halves(void **state)
{
	struct tnum a = {0x1234567000000010, 0x0000000f000000ef};

	(void)state;
	assert_true(tnum_cast(a, 1).value == 0x10 && tnum_cast(a, 1).mask == 0xef);
	assert_true(tnum_cast(a, 8).value == a.value && tnum_cast(a, 8).mask == a.mask);
	assert_true(tnum_subreg(a).value == 0x10 && tnum_subreg(a).mask == 0xef);
	assert_true(tnum_clear_subreg(a).value == 0x1234567000000000 && tnum_clear_subreg(a).mask == 0xf00000000);
	a = tnum_const_subreg(a, 7);
	assert_true(a.value == 0x1234567000000007 && a.mask == 0xf00000000);
	assert_true(tnum_subreg_is_const(a) && !tnum_is_const(a));
}

static void test_predicates(void **state)
{
	char buf[64];
	struct text text;

	(void)state;
	FOR_EACH_TNUM(a)
		for (u64 size = 1; size <= 16; size *= 2) {
			bool aligned = true;

			for (u32 i = 0; i < NUMBERS; i++)
				aligned &= !(members(a) >> i & 1) || i % size == 0;
			assert_int_equal(tnum_is_aligned(a, size), aligned);
		}
	assert_true(tnum_is_aligned(TNUM_UNKNOWN, 0));
	assert_true(tnum_equals_const(tnum_const(3), 3) && !tnum_equals_const(tnum_const(3), 4));
	text_init(&text, buf, sizeof(buf));
	tnum_format((struct tnum){0, 0xff}, &text);
	assert_string_equal(buf, "(0x0; 0xff)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operations), cmocka_unit_test(test_range),  cmocka_unit_test(test_sets),
		cmocka_unit_test(test_shifts),     cmocka_unit_test(test_halves), cmocka_unit_test(test_predicates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
