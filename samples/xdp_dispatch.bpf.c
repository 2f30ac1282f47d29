/*
 * One program for each protocol, found by a tail call (prog_array): the dispatcher jumps to the program
 * whose index is the IP protocol, and never comes back. Where the array is empty the tail call fails, and
 * the dispatcher goes on. The array is filled by the loader, from the values that stand in it here.
 */
#include "packet.h"

int handle_icmp(struct xdp_md *ctx);
int handle_tcp(struct xdp_md *ctx);
int handle_udp(struct xdp_md *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 32);
	__uint(key_size, sizeof(__u32));
	__array(values, int(struct xdp_md *));
} by_protocol SEC(".maps") = {
	.values = {
		[IPPROTO_ICMP] = &handle_icmp,
		[IPPROTO_TCP] = &handle_tcp,
		[IPPROTO_UDP] = &handle_udp,
	},
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, __u64);
} handled SEC(".maps");

static __always_inline void count(__u32 protocol)
{
	__u64 *n = bpf_map_lookup_elem(&handled, &protocol);

	if (n)
		__sync_fetch_and_add(n, 1);
}

SEC("xdp")
int xdp_dispatch(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4((void *)(long)ctx->data, (void *)(long)ctx->data_end);

	if (ip)
		bpf_tail_call(ctx, &by_protocol, ip->protocol);
	return XDP_PASS; /* no IPv4, or nobody is there for its protocol */
}

SEC("xdp")
int handle_icmp(struct xdp_md *ctx)
{
	count(IPPROTO_ICMP);
	return XDP_DROP;
}

SEC("xdp")
int handle_tcp(struct xdp_md *ctx)
{
	count(IPPROTO_TCP);
	return XDP_PASS;
}

SEC("xdp")
int handle_udp(struct xdp_md *ctx)
{
	count(IPPROTO_UDP);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
