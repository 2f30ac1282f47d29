/* A packet in one line: see packet.h. Only what a header says is read; a cut header is said to be cut. */
#include <arpa/inet.h>

#include "packet.h"

struct reader {
	const u8 *data;
	u64 len, at;
};

static bool has(const struct reader *r, u64 n)
{
	return r->len - r->at >= n;
}

static u16 get16(const struct reader *r, u64 offset)
{
	return r->data[r->at + offset] << 8 | r->data[r->at + offset + 1];
}

static void add_end(struct text *out, bool ipv6, const u8 *ip, s32 port)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(ipv6 ? AF_INET6 : AF_INET, ip, text, sizeof(text));
	if (port < 0)
		text_add(out, "%s", text);
	else
		text_add(out, ipv6 ? "[%s]:%d" : "%s:%d", text, port);
}

static void add_flags(struct text *out, u8 flags)
{
	const char *separator = "";

	text_add(out, " [");
	for (size_t i = 0; i < ARRAY_SIZE(packet_tcp_flags); i++) {
		if (flags & 1 << i) {
			text_add(out, "%s%s", separator, packet_tcp_flags[i]);
			separator = ",";
		}
	}
	text_add(out, "]");
}

static void add_ends(struct text *out, bool ipv6, const u8 *src, const u8 *dst, s32 sport, s32 dport)
{
	add_end(out, ipv6, src, sport);
	text_add(out, " > ");
	add_end(out, ipv6, dst, dport);
}

static const char *icmp_name(bool ipv6, u8 type)
{
	static const struct {
		u8 v4, v6;
		const char *name;
	} types[] = {{8, 128, "echo"}, {0, 129, "reply"}, {3, 1, "unreachable"}, {11, 3, "time exceeded"}};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (type == (ipv6 ? types[i].v6 : types[i].v4))
			return types[i].name;
	return NULL;
}

static void describe_icmp(struct reader *r, bool ipv6, const u8 *src, const u8 *dst, struct text *out)
{
	const char *name = has(r, 1) ? icmp_name(ipv6, r->data[r->at]) : "(cut off)";

	text_add(out, ipv6 ? "ICMPv6 " : "ICMP ");
	add_ends(out, ipv6, src, dst, -1, -1);
	if (name)
		text_add(out, " %s", name);
	else
		text_add(out, " type %u", r->data[r->at]);
}

static void describe_ports(struct reader *r, const char *name, bool ipv6, const u8 *src, const u8 *dst,
			   struct text *out)
{
	bool cut = !has(r, 4);

	text_add(out, "%s ", name);
	add_ends(out, ipv6, src, dst, cut ? -1 : get16(r, 0), cut ? -1 : get16(r, 2));
	if (cut)
		text_add(out, " (cut off)");
	else if (name[0] == 'T' && has(r, 14))
		add_flags(out, r->data[r->at + 13]);
}

static void describe_transport(struct reader *r, u8 proto, bool ipv6, const u8 *src, const u8 *dst,
			       struct text *out)
{
	switch (proto) {
	case 6:
		describe_ports(r, "TCP", ipv6, src, dst, out);
		break;
	case 17:
		describe_ports(r, "UDP", ipv6, src, dst, out);
		break;
	case 1:
	case 58:
		describe_icmp(r, proto == 58, src, dst, out);
		break;
	default:
		text_add(out, "IP protocol %u ", proto);
		add_ends(out, ipv6, src, dst, -1, -1);
	}
}

static void describe_ipv4(struct reader *r, struct text *out)
{
	const u8 *ip = r->data + r->at;
	u32 header;

	if (!has(r, 20)) {
		text_add(out, "IPv4 (cut off)");
		return;
	}
	header = min_u64((ip[0] & 15) * 4, r->len - r->at);
	r->at += header;
	describe_transport(r, ip[9], false, ip + 12, ip + 16, out);
}

static void describe_ipv6(struct reader *r, struct text *out)
{
	const u8 *ip = r->data + r->at;

	if (!has(r, 40)) {
		text_add(out, "IPv6 (cut off)");
		return;
	}
	r->at += 40;
	describe_transport(r, ip[6], true, ip + 8, ip + 24, out);
}

static void describe_arp(struct reader *r, struct text *out)
{
	const u8 *arp = r->data + r->at;

	if (!has(r, 28)) {
		text_add(out, "ARP (cut off)");
		return;
	}
	text_add(out, "ARP ");
	if (get16(r, 6) == 1) {
		text_add(out, "who-has ");
		add_end(out, false, arp + 24, -1);
		text_add(out, " tell ");
		add_end(out, false, arp + 14, -1);
		return;
	}
	add_end(out, false, arp + 14, -1);
	text_add(out, " is-at %02x:%02x:%02x:%02x:%02x:%02x", arp[8], arp[9], arp[10], arp[11], arp[12],
		 arp[13]);
}

void packet_describe(const u8 *data, u64 len, struct text *out)
{
	struct reader r = {.data = data, .len = len, .at = 12};
	u16 ethertype;

	if (len < 14) {
		text_add(out, "no Ethernet header, %llu B", (unsigned long long)len);
		return;
	}
	ethertype = get16(&r, 0);
	if (ethertype == 0x8100 && has(&r, 6)) {
		text_add(out, "VLAN %u ", get16(&r, 2) & 0xfff);
		ethertype = get16(&r, 4);
		r.at += 4;
	}
	r.at += 2;
	if (ethertype == 0x0800)
		describe_ipv4(&r, out);
	else if (ethertype == 0x86dd)
		describe_ipv6(&r, out);
	else if (ethertype == 0x0806)
		describe_arp(&r, out);
	else
		text_add(out, "Ethernet type 0x%04x", ethertype);
	text_add(out, " %llu B", (unsigned long long)len);
}
