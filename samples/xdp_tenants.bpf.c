/*
 * A map of its own for each tenant: by the last byte of the address in an array_of_maps, by network in a
 * hash_of_maps. User space can exchange an inner map in one step, while packets go on being counted.
 */
#include "packet.h"

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, __u64);
} tenant_a SEC(".maps"), tenant_b SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} tenants SEC(".maps") = {
	.values = {[1] = &tenant_a, [2] = &tenant_b},
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 16);
	__type(key, __u32);
	__array(values, struct inner);
} by_address SEC(".maps");

static __always_inline void count(void *tenant, __u32 protocol)
{
	__u64 *n = bpf_map_lookup_elem(tenant, &protocol);

	if (n)
		__sync_fetch_and_add(n, 1);
}

SEC("xdp")
int xdp_tenants(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4((void *)(long)ctx->data, (void *)(long)ctx->data_end);
	__u32 index;
	void *tenant;

	if (!ip)
		return XDP_PASS;
	index = bpf_ntohl(ip->daddr) & 0xff;
	tenant = bpf_map_lookup_elem(&tenants, &index);
	if (tenant)
		count(tenant, ip->protocol);
	tenant = bpf_map_lookup_elem(&by_address, &ip->daddr);
	if (tenant)
		count(tenant, ip->protocol);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
