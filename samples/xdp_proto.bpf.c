/*
 * Counts packets by protocol, and makes the entry of a protocol that was not seen before.
 *
 * xdp_count only counts what user space has put into its map; this one calls bpf_map_update_elem itself. BPF_NOEXIST: when
 * another CPU was faster, its entry stays and we add to that.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp")
int xdp_proto(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	/* No byte of the packet may be read before it is compared with the packet's end. */
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;

	__u32 proto = ip->protocol;
	__u64 *n = bpf_map_lookup_elem(&counts, &proto);

	if (!n) {
		__u64 one = 1;

		if (bpf_map_update_elem(&counts, &proto, &one, BPF_NOEXIST) == 0)
			return XDP_PASS;
		n = bpf_map_lookup_elem(&counts, &proto);
		if (!n)
			return XDP_PASS;
	}
	__sync_fetch_and_add(n, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
