/*
 * A tc classifier (BPF_PROG_TYPE_SCHED_CLS): lets all packets through and counts DNS queries by their first label's length.
 *
 * An sk_buff's bytes need not lie in one row, so headers are copied to the stack by bpf_skb_load_bytes, which says when the
 * packet is too short. The copy is then ordinary memory.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define DNS_HEADER 12
#define LABEL_MAX 63

struct query {
	__u32 packets;
	__u32 last_source;  /* IPv4 address, as in the packet */
	char label[8];      /* how the last name begins */
};

/* key: bytes of the first label */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, LABEL_MAX);
	__type(key, __u32);
	__type(value, struct query);
} queries SEC(".maps");

static __always_inline void remember(struct __sk_buff *skb, __u32 at, __u32 source)
{
	struct query fresh = {}, *query;
	__u8 len;
	__u32 key;

	if (bpf_skb_load_bytes(skb, at, &len, 1) < 0)
		return;
	key = len;
	query = bpf_map_lookup_elem(&queries, &key);
	if (!query) {
		bpf_map_update_elem(&queries, &key, &fresh, BPF_NOEXIST);
		query = bpf_map_lookup_elem(&queries, &key);
		if (!query)
			return;
	}
	query->packets++;
	query->last_source = source;
	bpf_skb_load_bytes(skb, at + 1, query->label, sizeof(query->label));
}

SEC("tc")
int tc_dns(struct __sk_buff *skb)
{
	struct iphdr ip;
	struct udphdr udp;

	if (skb->protocol != bpf_htons(ETH_P_IP))
		return TC_ACT_OK;
	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) < 0 || ip.protocol != IPPROTO_UDP)
		return TC_ACT_OK;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(ip), &udp, sizeof(udp)) < 0 || udp.dest != bpf_htons(53))
		return TC_ACT_OK;
	remember(skb, ETH_HLEN + sizeof(ip) + sizeof(udp) + DNS_HEADER, ip.saddr);
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
