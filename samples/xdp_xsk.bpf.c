/*
 * Past the network stack: UDP to port 9000 goes straight to a process that has an AF_XDP socket
 * on this queue of the card (xskmap); everything else, and everything while no such process is
 * there, goes the usual way.
 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32); /* the fd of a socket */
} sockets SEC(".maps");

SEC("xdp")
int xdp_xsk(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = ipv4((void *)(long)ctx->data, end);
	struct udphdr *l4 = ip ? ports(ip, end) : NULL;

	if (!ip || !l4 || ip->protocol != IPPROTO_UDP || l4->dest != bpf_htons(9000))
		return XDP_PASS;
	return bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
}

char LICENSE[] SEC("license") = "GPL";
