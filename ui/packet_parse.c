/*
 * From a line of text to what the packet shall be: see packet.h.
 *
 * A line is words; each kind of packet has its own order of the first words (the table `kinds`), options
 * follow in any order (packet_options.c).
 */
#include <arpa/inet.h>

#include "packet_words.h"

const char *const packet_tcp_flags[8] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};

static bool parse_ip(struct parser *p, const char *text, u8 ip[16])
{
	bool ipv6 = strchr(text, ':') != NULL;

	memset(ip, 0, 16);
	if (inet_pton(ipv6 ? AF_INET6 : AF_INET, text, ip) != 1)
		return false;
	p->spec->ipv6 = ipv6;
	return true;
}

/* "10.0.0.1:80" or "[2001:db8::1]:80" */
static bool split_port(char *word, char **ip, char **port)
{
	char *colon = strrchr(word, ':');

	if (!colon)
		return false;
	*port = colon + 1;
	*colon = 0;
	*ip = word;
	if (word[0] != '[')
		return strchr(word, ':') == NULL;
	if (colon[-1] != ']')
		return false;
	colon[-1] = 0;
	*ip = word + 1;
	return true;
}

static int take_ip(struct parser *p, struct packet_end *end)
{
	char word[WORD_MAX];

	if (!words_peek(p, word) || !parse_ip(p, word, end->ip))
		return words_expected(p, "an IP address such as 10.0.0.1");
	p->at += strlen(word);
	return 0;
}

static int take_ip_port(struct parser *p, struct packet_end *end)
{
	char word[WORD_MAX], *ip, *port;
	size_t len;
	u64 number;

	if (!words_peek(p, word))
		return words_expected(p, "an address with port such as 10.0.0.1:80");
	len = strlen(word);
	if (!split_port(word, &ip, &port) || !parse_ip(p, ip, end->ip) || !words_number(port, 65535, &number))
		return words_expected(
			p, "an address with port (0 to 65535) such as 10.0.0.1:80 or [2001:db8::1]:80");
	end->port = number;
	p->at += len;
	return 0;
}

/* SRC > DST, each read by @take. */
static int take_pair(struct parser *p, int (*take)(struct parser *p, struct packet_end *end))
{
	bool src_ipv6;
	int err = take(p, &p->spec->src);

	if (err)
		return err;
	src_ipv6 = p->spec->ipv6;
	if (!words_take(p, ">"))
		return words_expected(p, "'>' and the destination");
	words_skip_space(p);
	err = take(p, &p->spec->dst);
	if (!err && src_ipv6 != p->spec->ipv6)
		return sim_fail(p->why, -EINVAL, "packet: one address is IPv4, the other IPv6");
	return err;
}

/* --- the kinds --- */

static bool parse_flag(const char *name, size_t len, u8 *flags)
{
	for (size_t i = 0; i < ARRAY_SIZE(packet_tcp_flags); i++) {
		if (len == strlen(packet_tcp_flags[i]) && strncasecmp(name, packet_tcp_flags[i], len) == 0) {
			*flags |= 1 << i;
			return true;
		}
	}
	return false;
}

/* "SYN,ACK", "[SYN,ACK]", or nothing: ACK */
static int take_flags(struct parser *p)
{
	char word[WORD_MAX], *flag = word;
	size_t len;

	p->spec->tcp_flags = 1 << 4;
	if (!words_peek(p, word) || strchr(word, '='))
		return 0;
	p->spec->tcp_flags = 0;
	len = strlen(word);
	if (word[0] == '[' && word[len - 1] == ']') {
		word[len - 1] = 0;
		flag++;
	}
	for (;; flag++) {
		size_t n = strcspn(flag, ",");

		if (!parse_flag(flag, n, &p->spec->tcp_flags))
			return words_expected(
				p,
				"TCP flags (FIN SYN RST PSH ACK URG ECE CWR, joined by commas) or options");
		flag += n;
		if (!*flag)
			break;
	}
	p->at += len;
	return 0;
}

static int parse_tcp(struct parser *p)
{
	int err = take_pair(p, take_ip_port);

	return err ? err : take_flags(p);
}

static int parse_udp(struct parser *p)
{
	return take_pair(p, take_ip_port);
}

static int parse_icmp(struct parser *p)
{
	int err = take_pair(p, take_ip);
	bool reply;

	if (err)
		return err;
	reply = words_take(p, "reply");
	if (!reply && !words_take(p, "echo"))
		return words_expected(p, "'echo' or 'reply'");
	if (p->spec->ipv6)
		p->spec->icmp_type = reply ? 129 : 128;
	else
		p->spec->icmp_type = reply ? 0 : 8;
	return 0;
}

static int take_arp_ip(struct parser *p, struct packet_end *end)
{
	const char *start;
	int err;

	words_skip_space(p);
	start = p->at;
	err = take_ip(p, end);
	if (!err && p->spec->ipv6) {
		p->at = start;
		return words_expected(p, "an IPv4 address (IPv6 has no ARP)");
	}
	return err;
}

static int parse_arp_reply(struct parser *p)
{
	int err = take_arp_ip(p, &p->spec->src);

	if (err)
		return err;
	if (!words_take(p, "is-at"))
		return words_expected(p, "'is-at'");
	err = words_take_mac(p, p->spec->src.mac);
	if (err)
		return err;
	if (!words_take(p, "tell"))
		return words_expected(p, "'tell'");
	p->spec->kind = PACKET_ARP_REPLY;
	return take_arp_ip(p, &p->spec->dst);
}

static int parse_arp(struct parser *p)
{
	int err;

	if (!words_take(p, "who-has"))
		return parse_arp_reply(p);
	err = take_arp_ip(p, &p->spec->dst);
	if (err)
		return err;
	if (!words_take(p, "tell"))
		return words_expected(p, "'tell'");
	memset(p->spec->dst.mac, 0xff, 6);
	return take_arp_ip(p, &p->spec->src);
}

static const struct kind {
	const char *name;
	u8 kind;
	int (*parse)(struct parser *p);
} kinds[] = {
	{"tcp", PACKET_TCP, parse_tcp},
	{"udp", PACKET_UDP, parse_udp},
	{"icmp", PACKET_ICMP, parse_icmp},
	{"arp", PACKET_ARP_REQUEST, parse_arp},
};

const char *packet_kind_word(u32 i)
{
	return i < ARRAY_SIZE(kinds) ? kinds[i].name : NULL;
}

int packet_parse_spec(struct packet_spec *spec, const char *text, struct why *why)
{
	struct parser p = {.text = text, .at = text, .spec = spec, .why = why};

	memset(spec, 0, sizeof(*spec));
	*spec = (struct packet_spec){
		.src.mac = {2, 0, 0, 0, 0, 1},
		.dst.mac = {2, 0, 0, 0, 0, 2},
		.ttl = 64,
		.window = 64240,
		.id = 1,
	};
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (words_take(&p, kinds[i].name)) {
			int err;

			spec->kind = kinds[i].kind;
			err = kinds[i].parse(&p);
			return err ? err : packet_parse_options(&p);
		}
	}
	return words_expected(&p, "a packet: tcp, udp, icmp or arp");
}
