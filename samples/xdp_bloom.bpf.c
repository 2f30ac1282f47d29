/*
 * A filter before a dear lookup (bloom_filter before hash): user space puts the known bad addresses into
 * both. Most senders are not among them, and the filter says so with certainty; only for the few for which
 * it says "perhaps" the hash is asked.
 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 64);
	__uint(map_extra, 3); /* hash functions */
	__uint(value_size, sizeof(__u32));
} perhaps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} bad SEC(".maps");

__u64 asked, skipped; /* how often the hash was asked, or need not be */

SEC("xdp")
int xdp_bloom(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4((void *)(long)ctx->data, (void *)(long)ctx->data_end);
	__u32 sender;
	__u64 *n;

	if (!ip)
		return XDP_PASS;
	sender = ip->saddr;
	if (bpf_map_peek_elem(&perhaps, &sender)) {
		__sync_fetch_and_add(&skipped, 1);
		return XDP_PASS;
	}
	__sync_fetch_and_add(&asked, 1);
	n = bpf_map_lookup_elem(&bad, &sender);
	if (!n)
		return XDP_PASS;
	__sync_fetch_and_add(n, 1);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
