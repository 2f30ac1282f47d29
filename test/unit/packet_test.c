/* Packets from text and hex: bytes, checksums, complaints; and packets told in one line. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ui/packet.h"

static struct packet_bytes packet;
static struct why why;

static void make(const char *text)
{
	why.text[0] = 0;
	if (packet_parse(&packet, text, &why))
		fail_msg("%s: %s", text, why.text);
}

static const char *describe(void)
{
	static char buf[200];
	struct text text;

	text_init(&text, buf, sizeof(buf));
	packet_describe(packet.data, packet.len, &text);
	return buf;
}

/* The one's complement sum over @n bytes is 0xffff when a checksum in it is right. */
static u32 ones_sum(const u8 *bytes, u32 n, u32 sum)
{
	for (u32 i = 0; i < n; i++)
		sum += i % 2 ? bytes[i] : bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void bytes_of_a_syn(void **state)
{
	static const u8 expected[] = {
		0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1, 0x08, 0x00,
		0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0x26, 0xcd, 10, 0, 0, 1, 10, 0, 0, 2,
		0x01, 0xbb, 0xc9, 0x3a, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x02, 0xfa, 0xf0, 0xd5, 0xf9, 0, 0,
	};

	(void)state;
	make("tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN");
	assert_int_equal(packet.len, sizeof(expected));
	assert_memory_equal(packet.data, expected, sizeof(expected));
}

static void checksums(void **state)
{
	static const struct {
		const char *text;
		u32 ip, ip_header, addresses, addresses_len, transport, proto;  /* ip_header 0: IPv6 */
	} cases[] = {
		{"tcp 10.0.0.1:443 > 10.0.0.2:51514 data=\"abc\"", 14, 20, 26, 8, 34, 6},
		{"udp 1.2.3.4:1 > 255.254.253.252:65535 len=101", 14, 20, 26, 8, 34, 17},
		{"udp 1.2.3.4:1 > 5.6.7.8:9 len=12 vlan=4094", 18, 20, 30, 8, 38, 17},
		{"tcp [2001:db8::1]:1 > [2001:db8::2]:2 len=7", 14, 0, 22, 32, 54, 6},
		{"udp [2001:db8::1]:1 > [2001:db8::2]:2", 14, 0, 22, 32, 54, 17},
		{"icmp 2001:db8::1 > 2001:db8::2 echo len=3", 14, 0, 22, 32, 54, 58},
		{"icmp 10.0.0.1 > 10.0.0.2 reply len=3 id=9 seq=4", 14, 20, 26, 0, 34, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		u32 len, pseudo = 0;

		make(cases[i].text);
		len = packet.len - cases[i].transport;
		if (cases[i].ip_header)
			assert_int_equal(ones_sum(packet.data + cases[i].ip, 20, 0), 0xffff);
		if (cases[i].proto)
			pseudo = ones_sum(packet.data + cases[i].addresses, cases[i].addresses_len,
					  len + cases[i].proto);
		assert_int_equal(ones_sum(packet.data + cases[i].transport, len, pseudo), 0xffff);
	}
}

static void told_as_it_was_made(void **state)
{
	static const char *const cases[][2] = {
		{"tcp 10.0.0.1:443 > 10.0.0.2:51514", "TCP 10.0.0.1:443 > 10.0.0.2:51514 [ACK] 54 B"},
		{"TCP 10.0.0.1:443 > 10.0.0.2:51514 [syn,ack] ttl=1",
		 "TCP 10.0.0.1:443 > 10.0.0.2:51514 [SYN,ACK] 54 B"},
		{"udp 10.0.0.1:0 > 10.0.0.2:0x35 len=6", "UDP 10.0.0.1:0 > 10.0.0.2:53 48 B"},
		{"tcp [::1]:1 > [fe80::2]:2 FIN,PSH", "TCP [::1]:1 > [fe80::2]:2 [FIN,PSH] 74 B"},
		{"icmp 10.0.0.1 > 10.0.0.2 echo", "ICMP 10.0.0.1 > 10.0.0.2 echo 42 B"},
		{"icmp ::1 > ::2 reply", "ICMPv6 ::1 > ::2 reply 62 B"},
		{"arp who-has 10.0.0.2 tell 10.0.0.1", "ARP who-has 10.0.0.2 tell 10.0.0.1 42 B"},
		{"arp 10.0.0.2 is-at 02:00:00:00:00:0a tell 10.0.0.1",
		 "ARP 10.0.0.2 is-at 02:00:00:00:00:0a 42 B"},
		{"udp 1.1.1.1:1 > 2.2.2.2:2 vlan=7", "VLAN 7 UDP 1.1.1.1:1 > 2.2.2.2:2 46 B"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		make(cases[i][0]);
		assert_string_equal(describe(), cases[i][1]);
	}
}

static void options_reach_their_fields(void **state)
{
	(void)state;
	make("tcp 10.0.0.1:1 > 10.0.0.2:2 SYN seq=0x01020304 ack=5 win=6 ttl=7 tos=8 id=9 "
	     "smac=0a:0b:0c:0d:0e:0f "
	     "dmac=ff:ff:ff:ff:ff:ff data=\"x\\x00\\n\\\"\\\\ y\"");
	assert_memory_equal(packet.data, "\xff\xff\xff\xff\xff\xff\x0a\x0b\x0c\x0d\x0e\x0f", 12);
	assert_int_equal(packet.data[15], 8);
	assert_int_equal(packet.data[19], 9);
	assert_int_equal(packet.data[22], 7);
	assert_memory_equal(packet.data + 38, "\1\2\3\4\0\0\0\5", 8);
	assert_int_equal(packet.data[49], 6);
	assert_int_equal(packet.len, 54 + 7);
	assert_memory_equal(packet.data + 54, "x\0\n\"\\ y", 7);
}

static void complaints_name_the_place(void **state)
{
	static const char *const cases[][2] = {
		{"", "packet: the text ends at character 1, expected a packet: tcp, udp, icmp or arp"},
		{"sctp 1.1.1.1:1", "at character 1: found 'sctp'"},
		{"tcp 10.0.0.1 > 10.0.0.2:1",
		 "at character 5: found '10.0.0.1', expected an address with port"},
		{"tcp 10.0.0.1:65536 > 10.0.0.2:1", "at character 5"},
		{"tcp 10.0.0.1:1 10.0.0.2:1", "at character 16: found '10.0.0.2:1', expected '>'"},
		{"tcp 10.0.0.1:1 >", "ends at character 17"},
		{"tcp 10.0.0.1:1 > [::1]:1", "one address is IPv4, the other IPv6"},
		{"tcp ::1:1 > [::1]:1", "at character 5"},
		{"tcp 10.0.0.1:1 > 10.0.0.2:2 SYN,BOO",
		 "at character 29: found 'SYN,BOO', expected TCP flags"},
		{"tcp 10.0.0.1:1 > 10.0.0.2:2 SYN,", "at character 29"},
		{"tcp 10.0.0.1:1 > 10.0.0.2:2 SYN more", "at character 33: found 'more', expected an option"},
		{"udp 10.0.0.1:1 > 10.0.0.2:2 len=", "ends at character 33, expected a number"},
		{"udp 10.0.0.1:1 > 10.0.0.2:2 len=65401",
		 "at character 33: found '65401', expected a number from 0 to 65400"},
		{"udp 10.0.0.1:1 > 10.0.0.2:2 vlan=4095", "from 0 to 4094"},
		{"udp 10.0.0.1:1 > 10.0.0.2:2 ttl=-1", "from 0 to 255"},
		{"udp 10.0.0.1:1 > 10.0.0.2:2 data=abc", "expected data in double quotes"},
		{"udp 10.0.0.1:1 > 10.0.0.2:2 data=\"abc",
		 "ends at character 38, expected a closing double quote"},
		{"udp 10.0.0.1:1 > 10.0.0.2:2 data=\"\\q\"", "expected an escape"},
		{"udp 10.0.0.1:1 > 10.0.0.2:2 smac=1:2:3", "expected a MAC address"},
		{"icmp 10.0.0.1 > 10.0.0.2", "expected 'echo' or 'reply'"},
		{"arp who-has ::1 tell 10.0.0.1", "IPv6 has no ARP"},
		{"arp 10.0.0.1 is-at nowhere", "at character 20: found 'nowhere', expected a MAC address"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(packet_parse(&packet, cases[i][0], &why), -EINVAL);
		if (!strstr(why.text, cases[i][1]))
			fail_msg("'%s' says \"%s\", expected \"%s\" in it", cases[i][0], why.text,
				 cases[i][1]);
	}
}

/* The longest packet of each kind fits; every beginning of a text is either a packet or a complaint. */
static void no_text_is_too_much(void **state)
{
	static const char text[] =
		"tcp [2001:db8::1]:443 > [2001:db8::2]:51514 [SYN,ACK] vlan=7 len=65400 data=\"\\x41\\n\"";
	char part[sizeof(text)];

	(void)state;
	make("tcp [2001:db8::1]:443 > [2001:db8::2]:51514 vlan=7 len=65400");
	assert_true(packet.len <= PACKET_MAX);
	for (size_t n = 0; n < sizeof(text); n++) {
		memcpy(part, text, n);
		part[n] = 0;
		packet_parse(&packet, part, &why);
	}
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		memcpy(part, text, sizeof(text));
		part[i] ^= 0x15;
		packet_parse(&packet, part, &why);
	}
}

static void hex(void **state)
{
	(void)state;
	assert_int_equal(packet_parse_hex(&packet, "0x0a0B", &why), 0);
	assert_int_equal(packet.len, 2);
	assert_int_equal(packet_parse_hex(&packet, " 01 02:03-04\n05", &why), 0);
	assert_int_equal(packet.len, 5);
	assert_memory_equal(packet.data, "\1\2\3\4\5", 5);
	assert_int_equal(packet_parse_hex(&packet, "", &why), -EINVAL);
	assert_int_equal(packet_parse_hex(&packet, "01 2", &why), -EINVAL);
	assert_non_null(strstr(why.text, "at character 4"));
	assert_int_equal(packet_parse_hex(&packet, "01 zz", &why), -EINVAL);
}

/* No cut or changed packet is read past its end: ASan watches a block of exactly its size. */
static void any_bytes_can_be_told(void **state)
{
	static const char *const texts[] = {"tcp 10.0.0.1:443 > 10.0.0.2:51514 vlan=2",
					    "tcp [::1]:1 > [::2]:2", "icmp 10.0.0.1 > 10.0.0.2 echo",
					    "arp who-has 10.0.0.2 tell 10.0.0.1"};
	char buf[200];
	struct text out;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		make(texts[i]);
		for (u32 n = 0; n <= packet.len; n++) {
			u8 *part = malloc(n ? n : 1);

			memcpy(part, packet.data, n);
			for (u32 j = 0; j < n; j++) {
				part[j] ^= 0xff;
				text_init(&out, buf, sizeof(buf));
				packet_describe(part, n, &out);
				assert_true(out.len > 0);
				part[j] ^= 0xff;
			}
			free(part);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_of_a_syn),
		cmocka_unit_test(checksums),
		cmocka_unit_test(told_as_it_was_made),
		cmocka_unit_test(options_reach_their_fields),
		cmocka_unit_test(complaints_name_the_place),
		cmocka_unit_test(no_text_is_too_much),
		cmocka_unit_test(hex),
		cmocka_unit_test(any_bytes_can_be_told),
	};

	return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}
