/*
 * Counters that each CPU has for itself: packets and bytes (percpu_array), and packets by
 * protocol (percpu_hash). Adding needs no atomic instruction; user space reads the values of
 * all CPUs and adds them up.
 */
#include "packet.h"

struct traffic {
	__u64 packets, bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct traffic);
} total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 256);
	__type(key, __u8);
	__type(value, __u64);
} by_protocol SEC(".maps");

SEC("xdp")
int xdp_percpu(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end, *data = (void *)(long)ctx->data;
	struct iphdr *ip = ipv4(data, end);
	__u64 *n, one = 1;
	struct traffic *t;
	__u32 zero = 0;
	__u8 protocol;

	t = bpf_map_lookup_elem(&total, &zero);
	if (!t)
		return XDP_ABORTED;
	t->packets++;
	t->bytes += end - data;
	if (!ip)
		return XDP_PASS;
	protocol = ip->protocol;
	n = bpf_map_lookup_elem(&by_protocol, &protocol);
	if (n)
		++*n;
	else
		bpf_map_update_elem(&by_protocol, &protocol, &one, BPF_NOEXIST);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
