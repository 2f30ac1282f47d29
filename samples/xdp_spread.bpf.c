/*
 * Spreading work: the network card gave all packets to one CPU, the program hands each flow to one
 * of several (cpumap), so that a flow's packets stay in order. Each CPU has a queue, as long as
 * user space has said.
 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct bpf_cpumap_val); /* the queue's length; perhaps a program that runs there */
} cpus SEC(".maps");

volatile const __u32 used = 1; /* how many CPUs take part: constant once it is loaded */

SEC("xdp")
int xdp_spread(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = ipv4((void *)(long)ctx->data, end);
	struct udphdr *l4 = ip ? ports(ip, end) : NULL;
	__u32 hash;

	if (!ip || !l4)
		return XDP_PASS;
	hash = ip->saddr ^ ip->daddr ^ l4->source ^ l4->dest;
	hash ^= hash >> 16;
	return bpf_redirect_map(&cpus, used ? hash % used : 0, XDP_PASS);
}

char LICENSE[] SEC("license") = "GPL";
