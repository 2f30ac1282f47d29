/* Captures: written and read back, damaged, of the wrong kind; event scripts; SHA-256. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "test/support/temp_dir.h"
#include "ui/packet.h"
#include "ui/script.h"

static struct why why;

static u8 *read_file(const char *name, size_t *n)
{
	FILE *f = fopen(temp_path(name), "rb");
	u8 *bytes = malloc(1 << 16);

	assert_non_null(f);
	*n = fread(bytes, 1, 1 << 16, f);
	fclose(f);
	return bytes;
}

/* Three packets of 10, 20, 30 bytes, 1.5 s apart. */
static void make_capture(const char *name)
{
	struct capture c;
	u8 data[30];

	memset(data, 0x5a, sizeof(data));
	assert_int_equal(capture_init(&c, "(test)"), 0);
	for (u32 i = 1; i <= 3; i++)
		assert_int_equal(capture_add(&c, data, i * 10, i * 10 + 4, i * 1500000000ull), 0);
	assert_int_equal(capture_write(&c, temp_path(name), &why), 0);
	capture_close(&c);
}

static void written_and_read_back(void **state)
{
	struct capture c;

	(void)state;
	make_capture("three.pcap");
	assert_int_equal(capture_open(&c, temp_path("three.pcap"), &why), 0);
	assert_int_equal(c.count, 3);
	assert_int_equal(c.packet[1].len, 20);
	assert_int_equal(c.packet[1].wire_len, 24);
	assert_int_equal(c.packet[1].time_ns, 3000000000ull);
	assert_int_equal(capture_data(&c, 2)[29], 0x5a);
	assert_string_equal(c.note, "");
	capture_close(&c);
}

/*
 * Cut at every byte: no crash; a complaint, or the packets that are whole, and a note unless the cut is
 * between two.
 */
static void cut_anywhere(void **state)
{
	size_t size;
	u8 *bytes;

	(void)state;
	make_capture("three.pcap");
	bytes = read_file("three.pcap", &size);
	assert_int_equal(size, 24 + 3 * 16 + 60);
	for (size_t n = 0; n < size; n++) {
		struct capture c;
		int err;

		temp_write("cut.pcap", bytes, n);
		err = capture_open(&c, temp_path("cut.pcap"), &why);
		if (n < 24) {
			assert_int_equal(err, -EINVAL);
			assert_non_null(strstr(why.text, "not a pcap or pcapng file"));
			continue;
		}
		assert_int_equal(err, 0);
		assert_int_equal(c.count, (n >= 50) + (n >= 86));
		assert_int_equal(c.note[0] != 0, n != 24 && n != 50 && n != 86);
		capture_close(&c);
	}
	free(bytes);
}

static void damaged_anywhere(void **state)
{
	size_t size;
	u8 *bytes;

	(void)state;
	make_capture("three.pcap");
	bytes = read_file("three.pcap", &size);
	for (size_t i = 0; i < size; i++) {
		for (int flip = 1; flip < 256; flip = flip * 4 + 3) {
			struct capture c;

			bytes[i] ^= flip;
			temp_write("bad.pcap", bytes, size);
			if (capture_open(&c, temp_path("bad.pcap"), &why) == 0)
				capture_close(&c);
			bytes[i] ^= flip;
		}
	}
	free(bytes);
}

/* A section header, an interface of link type @link, one packet of 14 bytes: the smallest pcapng. */
static void make_pcapng(const char *name, u16 link)
{
	u32 words[] = {0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28,
		       1, 20, link, 65535, 20,
		       6, 48, 0, 0, 1000, 14, 14, 0x44434241, 0x48474645, 0x4c4b4a49, 0x00004e4d, 48};

	temp_write(name, words, sizeof(words));
}

static void pcapng(void **state)
{
	struct capture c;

	(void)state;
	make_pcapng("one.pcapng", 1);
	assert_int_equal(capture_open(&c, temp_path("one.pcapng"), &why), 0);
	assert_int_equal(c.count, 1);
	assert_memory_equal(capture_data(&c, 0), "ABCDEFGHIJKLMN", 14);
	assert_int_equal(c.packet[0].time_ns, 1000000);
	capture_close(&c);
}

static void refusals(void **state)
{
	struct capture c;

	(void)state;
	assert_int_equal(capture_open(&c, temp_path("missing"), &why), -ENOENT);
	assert_non_null(strstr(why.text, "No such file"));
	assert_int_equal(capture_open(&c, temp_path("."), &why), -EIO);
	assert_int_equal(capture_open(&c, "/dev/zero", &why), -EIO);
	assert_non_null(strstr(why.text, "too large"));
	assert_int_equal(capture_open(&c, "/dev/null", &why), -EINVAL);
	assert_non_null(strstr(why.text, "it is empty"));
	make_pcapng("wifi.pcapng", 105);
	assert_int_equal(capture_open(&c, temp_path("wifi.pcapng"), &why), -EINVAL);
	assert_non_null(strstr(why.text, "link type IEEE802_11, expected Ethernet"));
}

static void scripts(void **state)
{
	static const char good[] =
		"# two\n\nicmp 10.0.0.1 > 10.0.0.2 echo\n  +0.25 icmp 10.0.0.2 > 10.0.0.1 reply\n";
	static const char *const bad[][2] = {
		{"\nicmp 10.0.0.1 > 10.0.0.2\n", "bad.events:2: packet: "},
		{"+x icmp 10.0.0.1 > 10.0.0.2 echo", "bad.events:1: expected +SECONDS"},
		{"+1e9 icmp 10.0.0.1 > 10.0.0.2 echo", "bad.events:1: expected +SECONDS"},
		{"+nan icmp 10.0.0.1 > 10.0.0.2 echo", "bad.events:1: expected +SECONDS"},
		{"+1", "bad.events:1: expected +SECONDS"},
	};
	struct capture c;

	(void)state;
	temp_write("good.events", good, sizeof(good) - 1);
	assert_int_equal(script_open(&c, temp_path("good.events"), &why), 0);
	assert_int_equal(c.count, 2);
	assert_int_equal(c.packet[1].time_ns - c.packet[0].time_ns, 250000000);
	capture_close(&c);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		temp_write("bad.events", bad[i][0], strlen(bad[i][0]));
		assert_int_equal(script_open(&c, temp_path("bad.events"), &why), -EINVAL);
		assert_non_null(strstr(why.text, bad[i][1]));
	}
}

/* FIPS 180-4's examples: "abc", and one that fills more than one block. */
static void sha256_examples(void **state)
{
	static const struct {
		const char *text;
		u8 begin[4];
	} cases[] = {
		{"", {0xe3, 0xb0, 0xc4, 0x42}},
		{"abc", {0xba, 0x78, 0x16, 0xbf}},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", {0x24, 0x8d, 0x6a, 0x61}},
	};
	u8 out[SHA256_SIZE];
	struct sha256 s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		sha256_init(&s);
		sha256_add(&s, cases[i].text, strlen(cases[i].text));
		sha256_end(&s, out);
		assert_memory_equal(out, cases[i].begin, 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_and_read_back),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(damaged_anywhere),
		cmocka_unit_test(pcapng),
		cmocka_unit_test(refusals),
		cmocka_unit_test(scripts),
		cmocka_unit_test(sha256_examples),
	};

	return cmocka_run_group_tests_name("capture", tests, temp_dir_setup, temp_dir_teardown);
}
