/*
 * At most so many packets in 10 ms, and no clock is read for it: a timer in the map's value puts the tokens
 * back. The first packet starts it; its function starts it anew, as long as packets still come.
 */
#include "packet.h"

#define CLOCK_MONOTONIC 1
#define PAUSE 10000000ull /* ns */

struct bucket {
	struct bpf_timer timer;
	__u32 tokens;
	__u32 refills;
	__u32 quiet; /* refills in a row that found the bucket full */
	__u32 started;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bucket);
} buckets SEC(".maps");

volatile const __u32 rate = 3; /* packets in 10 ms */

static int refill(void *map, __u32 *key, struct bucket *b)
{
	b->quiet = b->tokens == rate ? b->quiet + 1 : 0;
	b->tokens = rate;
	b->refills++;
	if (b->quiet < 2)
		bpf_timer_start(&b->timer, PAUSE, 0);
	else
		b->started = 0;
	return 0;
}

static __always_inline void start(struct bucket *b)
{
	if (bpf_timer_init(&b->timer, &buckets, CLOCK_MONOTONIC) == 0)
		b->tokens = rate;
	bpf_timer_set_callback(&b->timer, refill);
	bpf_timer_start(&b->timer, PAUSE, 0);
	b->started = 1;
	b->quiet = 0;
}

SEC("xdp")
int xdp_tokens(struct xdp_md *ctx)
{
	struct bucket *b = bpf_map_lookup_elem(&buckets, &(__u32){0});

	if (!b)
		return XDP_PASS;
	if (!b->started)
		start(b);
	if (!b->tokens)
		return XDP_DROP;
	b->tokens--;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
