/*
 * 6.1 takes what may be NULL for bpf_csum_diff's memory, which may be NULL too, and forgets that then its
 * size must be 0.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32[4]);
} words SEC(".maps");

SEC("xdp")
int null_sum(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u32 *value = bpf_map_lookup_elem(&words, &key);

	return bpf_csum_diff(value, 16, 0, 0, 0) ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
