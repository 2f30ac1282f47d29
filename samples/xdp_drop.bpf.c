/*
 * A small firewall: drops TCP and UDP packets to the ports in the map `blocked`, and counts what it did.
 *
 * Two maps of two kinds: a hash for "is this port in the set?", an array for counters with fixed numbers. An array's
 * elements all exist from the beginning, yet the verifier wants to see the NULL test: for it a lookup is a lookup.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

enum counter { PASSED, DROPPED, NOT_IP, COUNTERS };

/* key: destination port in host byte order; value: how many packets to it were dropped */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u16);
	__type(value, __u64);
} blocked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} totals SEC(".maps");

static __always_inline void count(__u32 counter)
{
	__u64 *n = bpf_map_lookup_elem(&totals, &counter);

	if (n)
		__sync_fetch_and_add(n, 1);
}

SEC("xdp")
int xdp_drop(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	__be16 *ports = (void *)(ip + 1);  /* source, destination: TCP and UDP both begin with them */

	if ((void *)(ports + 2) > end || eth->h_proto != bpf_htons(ETH_P_IP)) {
		count(NOT_IP);
		return XDP_PASS;
	}
	if ((ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP) && ip->ihl == 5) {
		__u16 port = bpf_ntohs(ports[1]);
		__u64 *dropped = bpf_map_lookup_elem(&blocked, &port);

		if (dropped) {
			__sync_fetch_and_add(dropped, 1);
			count(DROPPED);
			return XDP_DROP;
		}
	}
	count(PASSED);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
