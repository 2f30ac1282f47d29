/*
 * Packets as text: made from a line like
 *
 *	tcp 10.0.0.1:443 > 10.0.0.2:51514 SYN,ACK data="hello"
 *	udp [2001:db8::1]:53 > [2001:db8::2]:4000 len=64 vlan=7
 *	icmp 10.0.0.1 > 10.0.0.2 echo
 *	arp who-has 10.0.0.2 tell 10.0.0.1
 *
 * or from hex digits, and told in one line.
 */
#ifndef UI_PACKET_H
#define UI_PACKET_H

#include "../sim/sim.h"

#define PACKET_PAYLOAD_MAX 65400  /* leaves room for all headers in PACKET_MAX */

struct packet_bytes {
	u32 len;
	u8 data[PACKET_MAX];
};

enum packet_kind { PACKET_TCP, PACKET_UDP, PACKET_ICMP, PACKET_ARP_REQUEST, PACKET_ARP_REPLY };

/* For help texts. */
#define PACKET_GRAMMAR \
	"  tcp  IP:PORT > IP:PORT [FLAGS]    flags: FIN SYN RST PSH ACK URG ECE CWR, joined by commas;\n" \
	"                                    default ACK\n" \
	"  udp  IP:PORT > IP:PORT\n" \
	"  icmp IP > IP echo|reply\n" \
	"  arp  who-has IP tell IP\n" \
	"  arp  IP is-at MAC tell IP\n" \
	"  IPv6: [2001:db8::1]:443, and without brackets in icmp\n" \
	"  options: len=N or data=\"...\" (\\r \\n \\t \\0 \\\" \\\\ \\xHH), vlan=N, smac=MAC, dmac=MAC,\n" \
	"           ttl=N, tos=N, tcp: seq=N ack=N win=N; icmp: id=N seq=N\n"

/* What a line of text asks for, before it is bytes. */
struct packet_spec {
	u8 kind;            /* enum packet_kind */
	bool ipv6;
	struct packet_end {
		u8 mac[6];
		u8 ip[16];  /* IPv4: the first 4 */
		u16 port;
	} src, dst;
	u8 tcp_flags, icmp_type, ttl, tos;
	u16 vlan;           /* 0 = no tag */
	u16 window, id;
	u32 seq, ack;
	u32 payload_len;
	u8 payload[PACKET_PAYLOAD_MAX];
};

/* The TCP flags' names by bit, and how many. */
extern const char *const packet_tcp_flags[8];

/* The words that packets begin with: "tcp"; NULL: no more. */
const char *packet_kind_word(u32 i);
/* 0, or -EINVAL with a sentence that names the character. */
int packet_parse_spec(struct packet_spec *spec, const char *text, struct why *why);
/* Bytes with all checksums right. */
void packet_build(struct packet_bytes *packet, const struct packet_spec *spec);
/* Both at once. */
int packet_parse(struct packet_bytes *packet, const char *text, struct why *why);
/* Hex digits in pairs; white space, ':' and '-' may separate the pairs, 0x may stand in front. */
int packet_parse_hex(struct packet_bytes *packet, const char *text, struct why *why);

/* "TCP 10.0.0.1:443 > 10.0.0.2:51514 [ACK] 54 B"; says so when a packet is cut off or of another protocol. */
void packet_describe(const u8 *data, u64 len, struct text *out);

#endif
