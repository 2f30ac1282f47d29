/*
 * Packets of the network at work (net.h): made, sent, and brought to the socket that they are for.
 *
 * Mirrors net/ipv4/ip_output.c, tcp_output.c, tcp_ipv4.c, udp.c. Simplified: no Ethernet header, no routes:
 * what is for this machine goes through lo, all else through eth0, where another host takes it and, for TCP,
 * answers; sums are not made, lo needs none.
 */
#include "net.h"

#include <linux/if_ether.h>
#include <netinet/in.h>

#define UDP_HEADER 8u
#define TCP_HEADER 20u
#define TCP_TIMESTAMP 12u
#define TCP_SYN_OPTIONS 20u

static void put16(u8 *at, u32 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void put32(u8 *at, u32 value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

static u32 ip_header(u16 family)
{
	return family == 2 ? 20 : 40;
}

static u32 transport_header(u16 protocol, u32 flags)
{
	if (protocol == IPPROTO_UDP)
		return UDP_HEADER;
	return TCP_HEADER + (flags & TCP_SYN ? TCP_SYN_OPTIONS : flags & TCP_RST ? 0 : TCP_TIMESTAMP);
}

static void fill_ip(u8 *ip, const struct net_ends *e, u32 len)
{
	u32 sum = 0;

	if (e->to.family != 2) {
		ip[0] = 0x60;
		put16(ip + 4, len - 40);
		ip[6] = e->protocol;
		ip[7] = 64;
		memcpy(ip + 8, e->from.ip, 16);
		memcpy(ip + 24, e->to.ip, 16);
		return;
	}
	ip[0] = 0x45;
	put16(ip + 2, len);
	ip[6] = e->protocol == IPPROTO_TCP ? 0x40 : 0; /* may not be fragmented */
	ip[8] = 64;
	ip[9] = e->protocol;
	memcpy(ip + 12, e->from.ip, 4);
	memcpy(ip + 16, e->to.ip, 4);
	for (u32 i = 0; i < 20; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~(sum + (sum >> 16)));
}

/* Maximum segment size, SACK, timestamps, window scale, as a SYN has them. */
static void fill_options(u8 *at, u32 flags, u32 now, bool here)
{
	static const u8 syn[TCP_SYN_OPTIONS] = {2, 4, 0, 0, 4, 2, 8, 10, [16] = 1, 3, 3, 7};
	static const u8 other[TCP_TIMESTAMP] = {1, 1, 8, 10};

	memcpy(at, flags & TCP_SYN ? syn : other, flags & TCP_SYN ? sizeof(syn) : sizeof(other));
	if (flags & TCP_SYN)
		put16(at + 2, here ? 65495 : 1460);
	put32(at + (flags & TCP_SYN ? 8 : 4), now);
}

static void fill_tcp(struct net *n, u8 *tcp, const struct net_ends *e, const struct socket *from, u32 flags)
{
	const struct tcp_sock *tp = from ? net_tcp(from) : NULL;

	put16(tcp, e->from.port);
	put16(tcp + 2, e->to.port);
	put32(tcp + 4, tp ? tp->snd_nxt : 0);
	put32(tcp + 8, tp && flags & TCP_ACK ? tp->rcv_nxt : 0);
	tcp[12] = transport_header(IPPROTO_TCP, flags) / 4 << 4;
	tcp[13] = flags;
	put16(tcp + 14, 65535);
	if (!(flags & TCP_RST))
		fill_options(tcp + TCP_HEADER, flags, sim_ktime(n->sim) / 1000000, inet_is_here(&e->to));
}

static void fill_udp(u8 *udp, const struct net_ends *e, u32 len)
{
	put16(udp, e->from.port);
	put16(udp + 2, e->to.port);
	put16(udp + 4, UDP_HEADER + len);
}

struct sk_buff *net_packet_new(struct net *n, const struct net_ends *e, const struct socket *from, u32 flags,
			       const void *data, u32 len)
{
	bool here = inet_is_here(&e->to) && inet_is_here(&e->from);
	u32 ip = ip_header(e->to.family), transport = transport_header(e->protocol, flags);
	struct sk_buff *skb =
		skb_new(n->sim, netdev_by_index(n->sim, here ? NET_LO : NET_ETH0), ip + transport + len);
	u8 *at;

	if (!skb)
		return NULL;
	at = (u8 *)skb->data;
	fill_ip(at, e, ip + transport + len);
	if (e->protocol == IPPROTO_TCP)
		fill_tcp(n, at + ip, e, from, flags);
	else
		fill_udp(at + ip, e, len);
	if (len)
		memcpy(at + ip + transport, data, len);
	skb->protocol = inet_swap(e->to.family == 2 ? ETH_P_IP : ETH_P_IPV6);
	skb->network_header = skb_headroom(skb);
	skb->transport_header = skb->network_header + ip;
	skb->mark = from ? from->sk->sk_mark : 0;
	skb->priority = from ? from->sk->sk_priority : 0;
	return skb;
}

u8 *net_payload(struct sk_buff *skb, u32 *len)
{
	const u8 *ip = (const u8 *)skb->head + skb->network_header,
		 *transport = (const u8 *)skb->head + skb->transport_header;
	bool tcp = (ip[0] >> 4 == 4 ? ip[9] : ip[6]) == IPPROTO_TCP;
	u8 *payload = (u8 *)transport + (tcp ? transport[12] >> 4 << 2 : (int)UDP_HEADER);

	*len = (u8 *)skb->head + skb->tail - payload;
	return payload;
}

void net_packet_free(struct net *n, struct sk_buff *skb)
{
	if (!skb)
		return;
	skb->sk = 0;
	skb_free(n->sim, skb);
}

void net_turn(const struct net_ends *ends, struct net_ends *out)
{
	*out = (struct net_ends){.from = ends->to, .to = ends->from, .protocol = ends->protocol};
}

void net_ends_of(const struct socket *sk, struct net_ends *out)
{
	inet_local(sk->sk, &out->from);
	inet_remote(sk->sk, &out->to);
	if (inet_is_any(&out->to))
		inet_source_for(&out->to, &out->to);
	if (inet_is_any(&out->from)) {
		u16 port = out->from.port;

		inet_source_for(&out->to, &out->from);
		out->from.port = port;
	}
	out->protocol = sk->sk->sk_protocol;
}

struct net_job *net_transmit(struct net *n, struct socket *sk, const struct net_ends *ends, u32 flags,
			     const void *data, u32 len)
{
	struct sk_buff *skb = net_packet_new(n, ends, sk, flags, data, len);
	struct net_job *j = skb ? net_begin(n, TRANSMIT) : NULL;

	if (!j) {
		net_packet_free(n, skb);
		return NULL;
	}
	j->sk = sk;
	j->skb = skb;
	j->ends = *ends;
	j->flags = flags;
	j->len = len;
	return j;
}

/* --- TRANSMIT --- */

/* Programs see the whole socket: half of one is its listener's. */
static struct socket *full_of(struct socket *sk)
{
	return sk && net_state(sk) == SOCK_NEW_SYN_RECV && sk->listener ? sk->listener : sk;
}

static void ask_packet(struct net *n, struct net_job *j, enum net_site site, struct socket *of)
{
	struct socket *sk = full_of(of);

	skb_set_data_pointers(j->skb);
	j->skb->sk = sk ? (u64)sk->sk : 0;
	net_ask_cgroup(n, site, sk ? sk->cgroup : n->sim->world->cgroups, (u64)j->skb, 0);
}

static void leaves(struct net *n, struct net_job *j)
{
	if (!inet_is_here(&j->ends.from))
		return; /* another host's */
	if (j->sk && net_is_tcp(j->sk)) {
		net_tcp(j->sk)->segs_out++;
		net_tcp(j->sk)->data_segs_out += !!j->len;
	}
	ask_packet(n, j, SITE_EGRESS, j->sk);
}

/* What another host says to a packet of TCP. */
static void far_answers(struct net *n, const struct net_job *j)
{
	struct net_ends back;
	u32 flags = j->flags & TCP_SYN && !(j->flags & TCP_ACK) ? TCP_SYN | TCP_ACK : TCP_ACK;

	net_turn(&j->ends, &back);
	if (j->ends.protocol != IPPROTO_TCP || j->flags & TCP_RST || (j->flags == TCP_ACK && !j->len))
		return;
	if (j->flags & TCP_FIN)
		flags |= TCP_FIN;
	net_transmit(n, NULL, &back, flags, NULL, 0);
}

static void travels(struct net *n, struct net_job *j)
{
	if (inet_is_here(&j->ends.from) && net_answer(n) < 0) {
		net_end(j, net_answer(n));
		net_packet_free(n, j->skb);
		return;
	}
	n->w->found = NULL;
	if (!inet_is_here(&j->ends.to)) {
		net_packet_free(n, j->skb);
		net_end(j, 0);
		far_answers(n, j);
		return;
	}
	j->skb->skb_iif = ((const struct net_device *)j->skb->dev)->ifindex;
	n->w->found = socket_connected(n->sim, &j->ends);
	if (!n->w->found) {
		struct net_job *find = net_begin(n, FIND_SOCKET);

		if (!find)
			return;
		find->ends = j->ends;
		find->skb = j->skb;
	}
}

/* Nobody wants it: TCP says so. */
static void unwanted(struct net *n, struct net_job *j)
{
	struct net_ends back;

	net_turn(&j->ends, &back);
	net_packet_free(n, j->skb);
	net_end(j, 0);
	if (j->ends.protocol == IPPROTO_TCP && !(j->flags & TCP_RST))
		net_transmit(n, NULL, &back, TCP_RST | TCP_ACK, NULL, 0);
}

static void arrives(struct net *n, struct net_job *j)
{
	j->other = n->w->found;
	if (!j->other) {
		unwanted(n, j);
		return;
	}
	if (net_state(j->other) != SOCK_TIME_WAIT)
		ask_packet(n, j, SITE_INGRESS, j->other);
}

static void is_taken(struct net *n, struct net_job *j)
{
	struct net_job *up;

	if (net_state(j->other) != SOCK_TIME_WAIT && net_answer(n) < 0) {
		j->result = -EPERM;
		return;
	}
	if (net_is_tcp(j->other)) {
		net_tcp_arrives(n, j);
		return;
	}
	up = net_begin(n, UDP_ARRIVES);
	if (!up)
		return;
	up->sk = j->other;
	up->skb = j->skb;
	up->ends = j->ends;
}

static void is_done(struct net *n, struct net_job *j)
{
	net_packet_free(n, j->skb);
	j->skb = NULL;
}

const net_fn net_transmits[] = {leaves, travels, arrives, is_taken, is_done, NULL};
