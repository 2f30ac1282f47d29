/*
 * A router: the last byte of the destination chooses the device that the packet leaves by
 * (devmap), a VLAN-like number the uplink (devmap_hash). Where the map has nothing the flags
 * say what to do instead: XDP_PASS.
 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32); /* ifindex */
} ports_of SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} uplinks SEC(".maps");

SEC("xdp")
int xdp_router(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4((void *)(long)ctx->data, (void *)(long)ctx->data_end);
	__u32 host;

	if (!ip)
		return XDP_PASS;
	host = bpf_ntohl(ip->daddr);
	if (host >> 24 != 10)
		return bpf_redirect_map(&uplinks, host >> 24, XDP_PASS);
	return bpf_redirect_map(&ports_of, host & 0xff, XDP_PASS);
}

char LICENSE[] SEC("license") = "GPL";
