/*
 * At most so many packets a second from each address: a token bucket in a hash, whose two fields must
 * change together. A spin lock in the value sees to that when two CPUs have packets of the same sender.
 */
#include "packet.h"

#define SECOND 1000000000ull

struct bucket {
	struct bpf_spin_lock lock;
	__u32 tokens;
	__u64 filled; /* when, in nanoseconds */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct bucket);
} buckets SEC(".maps");

volatile const __u32 rate = 3; /* packets a second */

SEC("xdp")
int xdp_ratelimit(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4((void *)(long)ctx->data, (void *)(long)ctx->data_end);
	__u64 now = bpf_ktime_get_ns();
	struct bucket *b, full = {.tokens = rate, .filled = now};
	int answer = XDP_DROP;

	if (!ip)
		return XDP_PASS;
	b = bpf_map_lookup_elem(&buckets, &ip->saddr);
	if (!b) {
		bpf_map_update_elem(&buckets, &ip->saddr, &full, BPF_NOEXIST);
		b = bpf_map_lookup_elem(&buckets, &ip->saddr);
	}
	if (!b)
		return XDP_PASS;
	bpf_spin_lock(&b->lock);
	if (now - b->filled >= SECOND) {
		b->tokens = rate;
		b->filled = now;
	}
	if (b->tokens) {
		b->tokens--;
		answer = XDP_PASS;
	}
	bpf_spin_unlock(&b->lock);
	return answer;
}

char LICENSE[] SEC("license") = "GPL";
