/*
 * A flow table that is never full: packets and bytes of each flow (lru_hash), and packets by sender on each
 * CPU (lru_percpu_hash). Keys come from outside, so there is no end of them; the kernel evicts flows that
 * were not used lately.
 */
#include "packet.h"

struct flow {
	__u8 saddr[4], daddr[4];
	__u16 sport, dport;
	__u32 protocol; /* 32 bits: a key must have no bytes that nobody has written */
};

struct traffic {
	__u64 packets, bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8);
	__type(key, struct flow);
	__type(value, struct traffic);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, __u8[4]);
	__type(value, __u64);
} talkers SEC(".maps");

static __always_inline void count_talker(struct iphdr *ip)
{
	__u64 *n = bpf_map_lookup_elem(&talkers, &ip->saddr), one = 1;

	if (n)
		++*n; /* of this CPU alone: no other one adds to it */
	else
		bpf_map_update_elem(&talkers, &ip->saddr, &one, BPF_ANY);
}

SEC("xdp")
int xdp_flows(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end, *data = (void *)(long)ctx->data;
	struct iphdr *ip = ipv4(data, end);
	struct udphdr *l4 = ip ? ports(ip, end) : NULL;
	struct flow flow = {};
	struct traffic *t, first = {1, end - data};

	if (!ip || !l4)
		return XDP_PASS;
	__builtin_memcpy(flow.saddr, &ip->saddr, 4);
	__builtin_memcpy(flow.daddr, &ip->daddr, 4);
	flow.sport = bpf_ntohs(l4->source);
	flow.dport = bpf_ntohs(l4->dest);
	flow.protocol = ip->protocol;
	count_talker(ip);
	t = bpf_map_lookup_elem(&flows, &flow);
	if (!t) {
		bpf_map_update_elem(&flows, &flow, &first, BPF_ANY);
		return XDP_PASS;
	}
	__sync_fetch_and_add(&t->packets, 1);
	__sync_fetch_and_add(&t->bytes, end - data);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
