/*
 * One program of each kind of mistake that the verifier finds, as learners make them. rejected.explained is what `bpfwalk
 * verify --explain` says of each.
 *
 * clang -target bpf -O2 -g -mcpu=v3 -o rejected.o -c rejected.bpf.c
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct stats {
	__u64 packets[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct stats);
} stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

/* memory safety: the Ethernet header is checked, the IP header is not */
SEC("xdp") int short_check(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);

	if (data + sizeof(*eth) > data_end)
		return XDP_PASS;
	if (eth->h_proto != 8)
		return XDP_PASS;
	return ip->protocol == 6 ? XDP_DROP : XDP_PASS;
}

/* memory safety: 16 is one too many */
SEC("xdp") int off_by_one(struct xdp_md *ctx)
{
	__u32 key = 0, queue = ctx->rx_queue_index;
	struct stats *s = bpf_map_lookup_elem(&stats, &key);

	if (!s)
		return XDP_PASS;
	if (queue > 16)
		return XDP_PASS;
	s->packets[queue]++;
	return XDP_PASS;
}

/* register type: the lookup may find nothing */
SEC("xdp") int no_null_check(struct xdp_md *ctx)
{
	__u32 key = ctx->rx_queue_index;
	struct stats *s = bpf_map_lookup_elem(&stats, &key);

	s->packets[0]++;
	return XDP_PASS;
}

/* register type: the packet has moved */
SEC("xdp") int stale_pointer(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

	if (data + 34 > data_end)
		return XDP_PASS;
	if (bpf_xdp_adjust_head(ctx, 14))
		return XDP_DROP;
	return *(__u8 *)data == 0x45 ? XDP_PASS : XDP_DROP;
}

/* call type: not a helper for XDP */
SEC("xdp") int wrong_helper(struct xdp_md *ctx)
{
	__u8 head[4];

	if (bpf_skb_load_bytes(ctx, 0, head, sizeof(head)))
		return XDP_PASS;
	return XDP_DROP;
}

/* resource lifetime: on one way the record is neither submitted nor discarded */
SEC("xdp") int forgotten_record(struct xdp_md *ctx)
{
	__u32 *record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);

	if (!record)
		return XDP_PASS;
	if (ctx->rx_queue_index > 3)
		return XDP_PASS;
	*record = ctx->rx_queue_index;
	bpf_ringbuf_submit(record, 0);
	return XDP_PASS;
}

/* execution context: a number that cgroup programs cannot return */
SEC("cgroup_skb/egress") int returns_length(struct __sk_buff *skb)
{
	return skb->len;
}

/* program structure: nothing bounds the loop */
SEC("xdp") int waits_for_ever(struct xdp_md *ctx)
{
	while (bpf_get_prandom_u32())
		;
	return XDP_PASS;
}

/* policy: constants stay as the loader has put them */
const volatile __u32 limit = 100;

SEC("xdp") int changes_constant(struct xdp_md *ctx)
{
	*(volatile __u32 *)&limit = ctx->rx_queue_index;
	return XDP_PASS;
}

/* limit: 300 bytes here and 300 there */
static __attribute__((noinline)) int fill(__u32 n)
{
	volatile __u8 buffer[300] = {};

	buffer[n & 15] = 1;
	return buffer[3];
}

SEC("xdp") int deep_stack(struct xdp_md *ctx)
{
	volatile __u8 buffer[300] = {};

	buffer[ctx->rx_queue_index & 15] = fill(ctx->rx_queue_index);
	return buffer[7] ? XDP_DROP : XDP_PASS;
}
