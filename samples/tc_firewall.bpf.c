/*
 * A firewall with tc, at both hooks of a device. On the way in (ingress) packets to closed ports are dropped, and those to port 8080
 * are given to a server on port 80; on the way out (egress) its answers are given port 8080 again. Whoever rewrites a packet has to
 * keep its checksum right: bpf_l4_csum_replace does that for what has changed.
 *
 * Both are in direct-action mode: what they return is the verdict. TC_ACT_UNSPEC would ask the next filter.
 */
#include <stddef.h>

#include "packet.h"

#define PUBLIC_PORT 8080
#define SERVER_PORT 80

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u16);   /* port */
	__type(value, __u64); /* packets that were dropped */
} closed SEC(".maps");

/* Port of the packet at @off of the TCP header: @from becomes @to. */
static __always_inline int rewrite(struct __sk_buff *skb, __u32 off, __u16 from, __u16 to)
{
	const __u32 tcp = ETH_HLEN + sizeof(struct iphdr);

	from = bpf_htons(from);
	to = bpf_htons(to);
	if (bpf_l4_csum_replace(skb, tcp + offsetof(struct tcphdr, check), from, to, sizeof(to)) < 0)
		return TC_ACT_SHOT;
	if (bpf_skb_store_bytes(skb, tcp + off, &to, sizeof(to), 0) < 0)
		return TC_ACT_SHOT;
	return TC_ACT_OK;
}

/* The ports, when it is TCP over IPv4 without options. */
static __always_inline struct udphdr *tcp_ports(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct iphdr *ip = ipv4(data, end);

	return ip && ip->protocol == IPPROTO_TCP ? ports(ip, end) : NULL;
}

SEC("tc")
int firewall_in(struct __sk_buff *skb)
{
	struct udphdr *l4 = tcp_ports(skb);
	__u64 *dropped;
	__u16 port;

	if (!l4)
		return TC_ACT_OK;
	port = bpf_ntohs(l4->dest);
	dropped = bpf_map_lookup_elem(&closed, &port);
	if (dropped) {
		__sync_fetch_and_add(dropped, 1);
		return TC_ACT_SHOT;
	}
	if (port == PUBLIC_PORT)
		return rewrite(skb, offsetof(struct tcphdr, dest), PUBLIC_PORT, SERVER_PORT);
	return TC_ACT_OK;
}

SEC("tc")
int firewall_out(struct __sk_buff *skb)
{
	struct udphdr *l4 = tcp_ports(skb);

	if (l4 && l4->source == bpf_htons(SERVER_PORT))
		return rewrite(skb, offsetof(struct tcphdr, source), SERVER_PORT, PUBLIC_PORT);
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
