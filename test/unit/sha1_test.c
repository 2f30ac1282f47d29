/* SHA-1 against the examples of RFC 3174 and FIPS 180. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim/sha1.h"

static void expect_digest(struct sha1 *sha1, const char *hex)
{
	u8 digest[SHA1_SIZE];
	char text[2 * SHA1_SIZE + 1];

	sha1_end(sha1, digest);
	for (u32 i = 0; i < SHA1_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(text, hex);
}

static void expect_sha1(const char *message, const char *hex)
{
	struct sha1 sha1;

	sha1_init(&sha1);
	sha1_add(&sha1, message, strlen(message));
	expect_digest(&sha1, hex);
}

static void test_examples(void **state)
{
	(void)state;
	expect_sha1("", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	expect_sha1("abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
	expect_sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		      "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

static void test_pieces_of_any_size(void **state)
{
	static const char piece[1000] = {[0 ... 999] = 'a'};
	struct sha1 sha1;
	u32 left = 1000000;

	(void)state;
	sha1_init(&sha1);
	for (u32 n = 1; left; n = n % 997 + 1) {
		u32 now = n < left ? n : left;

		sha1_add(&sha1, piece, now);
		left -= now;
	}
	expect_digest(&sha1, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_pieces_of_any_size),
	};

	return cmocka_run_group_tests_name("sha1", tests, NULL, NULL);
}
