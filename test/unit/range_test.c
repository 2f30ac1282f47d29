/* Ranges of 32 and 64 bits: whatever can come out of an operation lies in the range that was found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test/support/abstract.h"

#define ROUNDS 20000

static u64 seed = 0x9e3779b97f4a7c15;

static const u32 widths[] = {32, 64};

typedef u64 (*op_on_numbers)(u64 a, u64 b);

static u64 add(u64 a, u64 b) { return a + b; }
static u64 sub(u64 a, u64 b) { return a - b; }
static u64 mul(u64 a, u64 b) { return a * b; }
static u64 and(u64 a, u64 b) { return a & b; }
static u64 or(u64 a, u64 b) { return a | b; }
static u64 xor(u64 a, u64 b) { return a ^ b; }

static void assert_all_in(const struct range *r, const struct values *a, const struct values *b, op_on_numbers op, u32 bits)
{
	for (u32 i = 0; i < a->n; i++)
		for (u32 k = 0; k < b->n; k++)
			assert_true(range_holds(r, op(a->v[i], b->v[k]), bits));
}

static void test_arithmetic(void **state)
{
	static const struct {
		op_on_numbers number;
		void (*range)(struct range *a, const struct range *b, u32 bits);
	} ops[] = {{add, range_add}, {sub, range_sub}, {mul, range_mul}};

	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		struct values a = random_values(&seed), b = random_values(&seed);
		u32 op = i % ARRAY_SIZE(ops), bits = widths[i / ARRAY_SIZE(ops) % 2];
		struct range r = range_of(&a, bits), s = range_of(&b, bits);

		ops[op].range(&r, &s, bits);
		assert_all_in(&r, &a, &b, ops[op].number, bits);
	}
}

static void test_bitwise(void **state)
{
	static const struct {
		op_on_numbers number;
		struct tnum (*tnum)(struct tnum a, struct tnum b);
		void (*range)(struct range *a, const struct range *b, struct tnum result, u32 bits);
	} ops[] = {{and, tnum_and, range_and}, {or, tnum_or, range_or}, {xor, tnum_xor, range_xor}};

	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		struct values a = random_values(&seed), b = random_values(&seed);
		u32 op = i % ARRAY_SIZE(ops), bits = widths[i / ARRAY_SIZE(ops) % 2];
		struct range r = range_of(&a, bits), s = range_of(&b, bits);
		struct tnum result = ops[op].tnum(tnum_of(&a), tnum_of(&b));

		ops[op].range(&r, &s, bits == 32 ? tnum_subreg(result) : result, bits);
		assert_all_in(&r, &a, &b, ops[op].number, bits);
	}
}

static void test_shifts(void **state)
{
	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		struct values a = random_values(&seed);
		u32 bits = widths[i % 2], least = random_u64(&seed) % bits, most = least + random_u64(&seed) % (bits - least);
		struct range left = range_of(&a, bits), right = left, signed_right = left;

		range_lsh(&left, least, most, bits);
		range_rsh(&right, least, most, bits);
		range_arsh(&signed_right, least, bits);
		for (u32 k = 0; k < a.n; k++) {
			u64 value = a.v[k] & width_umax(bits);

			assert_true(range_holds(&left, value << least, bits) && range_holds(&left, value << most, bits));
			assert_true(range_holds(&right, value >> least, bits) && range_holds(&right, value >> most, bits));
			assert_true(range_holds(&signed_right, width_signed(value, bits) >> least, bits));
		}
	}
}

/* Learning loses no number, and makes no range larger. */
static void test_learning(void **state)
{
	(void)state;
	for (u32 i = 0; i < ROUNDS; i++) {
		struct values a = random_values(&seed);
		u32 bits = widths[i % 2];
		struct range exact = range_of(&a, bits), r = range_full(bits), before;
		struct tnum known = tnum_of(&a);

		if (random_u64(&seed) & 1)
			r.smin = exact.smin, r.smax = exact.smax;
		else
			r.umin = exact.umin, r.umax = exact.umax;
		before = r;
		range_learn_sign(&r, bits);
		assert_true(range_in(&before, &r) && range_in(&r, &exact));
		range_learn_bits(&r, bits == 32 ? tnum_subreg(known) : known, bits);
		assert_true(range_in(&before, &r) && range_in(&r, &exact));
	}
}

static void test_signs_tell_each_other(void **state)
{
	struct range r = range_full(64);

	(void)state;
	r.smin = -3, r.smax = -1;
	range_learn_sign(&r, 64);
	assert_true(r.umin == (u64)-3 && r.umax == (u64)-1);
	r = range_full(32);
	r.umin = 5, r.umax = 7;
	range_learn_sign(&r, 32);
	assert_true(r.smin == 5 && r.smax == 7);
	r = range_full(32);
	r.umin = 0x80000000, r.umax = 0x80000001;
	range_learn_sign(&r, 32);
	assert_true(r.smin == INT32_MIN && r.smax == INT32_MIN + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arithmetic), cmocka_unit_test(test_bitwise), cmocka_unit_test(test_shifts),
		cmocka_unit_test(test_learning),   cmocka_unit_test(test_signs_tell_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
