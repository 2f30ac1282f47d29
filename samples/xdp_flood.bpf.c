/*
 * Where redirected packets arrive: broadcasts go to all devices of the map but the one that they came by
 * (BPF_F_BROADCAST), everything else to another CPU. At both ends a program of the map's element sees the packet
 * before it goes on: on its way out of a device (BPF_XDP_DEVMAP), and on the other CPU (BPF_XDP_CPUMAP).
 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val); /* ifindex; perhaps a program for what leaves there */
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct bpf_cpumap_val);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);   /* the device that it leaves by */
	__type(value, __u64); /* packets */
} left_by SEC(".maps");

SEC("xdp")
int xdp_flood(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	if (eth->h_dest[0] & 1) /* to a group, or to all */
		return bpf_redirect_map(&devices, 0, BPF_F_BROADCAST | BPF_F_EXCLUDE_INGRESS);
	return bpf_redirect_map(&cpus, 2, XDP_PASS);
}

SEC("xdp/devmap")
int xdp_leaves(struct xdp_md *ctx)
{
	__u32 device = ctx->egress_ifindex;
	__u64 one = 1, *packets = bpf_map_lookup_elem(&left_by, &device);

	if (packets)
		__sync_fetch_and_add(packets, 1);
	else
		bpf_map_update_elem(&left_by, &device, &one, BPF_ANY);
	return XDP_PASS;
}

SEC("xdp/cpumap")
int xdp_on_cpu(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4((void *)(long)ctx->data, (void *)(long)ctx->data_end);

	bpf_printk("on CPU %d", bpf_get_smp_processor_id());
	return ip && ip->protocol == IPPROTO_ICMP ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
