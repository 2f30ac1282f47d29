/*
 * The bytes of a generated packet: Ethernet, VLAN, ARP, IPv4, IPv6, TCP, UDP, ICMP, with checksums (RFC 826,
 * 791, 8200, 9293, 768, 792, 4443). Simplified: no IP options, no extension headers; a SYN carries no TCP
 * options.
 */
#include "packet.h"

/* All fields of network headers are big-endian. */
static void put8(struct packet_bytes *p, u8 value)
{
	p->data[p->len++] = value;
}

static void put16(struct packet_bytes *p, u16 value)
{
	put8(p, value >> 8);
	put8(p, value);
}

static void put32(struct packet_bytes *p, u32 value)
{
	put16(p, value >> 16);
	put16(p, value);
}

static void put(struct packet_bytes *p, const u8 *bytes, u32 n)
{
	memcpy(p->data + p->len, bytes, n);
	p->len += n;
}

static void patch16(struct packet_bytes *p, u32 at, u16 value)
{
	p->data[at] = value >> 8;
	p->data[at + 1] = value;
}

/* The Internet checksum (RFC 1071): @sum goes on, an odd last byte is padded with zero. */
static u32 sum_bytes(const u8 *bytes, u32 n, u32 sum)
{
	for (u32 i = 0; i < n; i++)
		sum += i % 2 ? bytes[i] : bytes[i] << 8;
	return sum;
}

static u16 fold(u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static u32 ip_len(const struct packet_spec *spec)
{
	return spec->ipv6 ? 16 : 4;
}

static u8 ip_proto(const struct packet_spec *spec)
{
	switch (spec->kind) {
	case PACKET_TCP:
		return 6;
	case PACKET_UDP:
		return 17;
	default:
		return spec->ipv6 ? 58 : 1;
	}
}

/* The addresses, length and protocol that TCP, UDP and ICMPv6 sum beside their own bytes. */
static u32 sum_pseudo_header(const struct packet_spec *spec, u32 len)
{
	u32 sum = ip_proto(spec) + len;

	sum = sum_bytes(spec->src.ip, ip_len(spec), sum);
	return sum_bytes(spec->dst.ip, ip_len(spec), sum);
}

static void put_ethernet(struct packet_bytes *p, const struct packet_spec *spec, u16 ethertype)
{
	put(p, spec->dst.mac, 6);
	put(p, spec->src.mac, 6);
	if (spec->vlan) {
		put16(p, 0x8100);
		put16(p, spec->vlan);
	}
	put16(p, ethertype);
}

static void put_arp(struct packet_bytes *p, const struct packet_spec *spec)
{
	static const u8 nobody[6];
	bool reply = spec->kind == PACKET_ARP_REPLY;

	put16(p, 1);       /* hardware: Ethernet */
	put16(p, 0x0800);  /* protocol: IPv4 */
	put8(p, 6);
	put8(p, 4);
	put16(p, reply ? 2 : 1);
	put(p, spec->src.mac, 6);
	put(p, spec->src.ip, 4);
	put(p, reply ? spec->dst.mac : nobody, 6);
	put(p, spec->dst.ip, 4);
}

static void put_ipv4(struct packet_bytes *p, const struct packet_spec *spec, u32 len)
{
	u32 start = p->len;

	put8(p, 0x45);     /* version 4, 5 words of header */
	put8(p, spec->tos);
	put16(p, 20 + len);
	put16(p, spec->id);
	put16(p, 0x4000);  /* don't fragment */
	put8(p, spec->ttl);
	put8(p, ip_proto(spec));
	put16(p, 0);
	put(p, spec->src.ip, 4);
	put(p, spec->dst.ip, 4);
	patch16(p, start + 10, fold(sum_bytes(p->data + start, 20, 0)));
}

static void put_ipv6(struct packet_bytes *p, const struct packet_spec *spec, u32 len)
{
	put32(p, 6u << 28 | spec->tos << 20);
	put16(p, len);
	put8(p, ip_proto(spec));
	put8(p, spec->ttl);
	put(p, spec->src.ip, 16);
	put(p, spec->dst.ip, 16);
}

static void put_tcp(struct packet_bytes *p, const struct packet_spec *spec)
{
	put16(p, spec->src.port);
	put16(p, spec->dst.port);
	put32(p, spec->seq);
	put32(p, spec->ack);
	put8(p, 5 << 4);   /* 5 words of header */
	put8(p, spec->tcp_flags);
	put16(p, spec->window);
	put16(p, 0);
	put16(p, 0);
}

static void put_udp(struct packet_bytes *p, const struct packet_spec *spec)
{
	put16(p, spec->src.port);
	put16(p, spec->dst.port);
	put16(p, 8 + spec->payload_len);
	put16(p, 0);
}

static void put_icmp(struct packet_bytes *p, const struct packet_spec *spec)
{
	put8(p, spec->icmp_type);
	put8(p, 0);
	put16(p, 0);
	put16(p, spec->id);
	put16(p, spec->seq);
}

/* What differs between the transports. */
static const struct transport {
	void (*put)(struct packet_bytes *p, const struct packet_spec *spec);
	u32 size, checksum;  /* bytes of the header; where in it the checksum stands */
} transports[] = {
	[PACKET_TCP] = {put_tcp, 20, 16},
	[PACKET_UDP] = {put_udp, 8, 6},
	[PACKET_ICMP] = {put_icmp, 8, 2},
};

static void put_transport(struct packet_bytes *p, const struct packet_spec *spec)
{
	const struct transport *t = &transports[spec->kind];
	u32 start = p->len, len = t->size + spec->payload_len, sum = 0;
	u16 checksum;

	t->put(p, spec);
	put(p, spec->payload, spec->payload_len);
	if (spec->kind != PACKET_ICMP || spec->ipv6)
		sum = sum_pseudo_header(spec, len);
	checksum = fold(sum_bytes(p->data + start, len, sum));
	if (spec->kind == PACKET_UDP && checksum == 0)
		checksum = 0xffff;  /* 0 means: not computed */
	patch16(p, start + t->checksum, checksum);
}

void packet_build(struct packet_bytes *p, const struct packet_spec *spec)
{
	p->len = 0;
	if (spec->kind == PACKET_ARP_REQUEST || spec->kind == PACKET_ARP_REPLY) {
		put_ethernet(p, spec, 0x0806);
		put_arp(p, spec);
		return;
	}
	put_ethernet(p, spec, spec->ipv6 ? 0x86dd : 0x0800);
	if (spec->ipv6)
		put_ipv6(p, spec, transports[spec->kind].size + spec->payload_len);
	else
		put_ipv4(p, spec, transports[spec->kind].size + spec->payload_len);
	put_transport(p, spec);
}
