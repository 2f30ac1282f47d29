/*
 * Functions that stay functions: bpf-to-bpf calls.
 *
 * A static function is verified again at each call, with what is known there. A global one is verified once, by itself, for any
 * arguments: so it must test its pointers, and its callers know nothing about its result but that it is a number. Each call has a
 * stack frame of its own; r6 to r9 come back as they were.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} by_size SEC(".maps");

/* 0 for up to 64 bytes, one more for each doubling. */
static __noinline __u32 size_class(__u32 len)
{
	__u32 class = 0;

	for (int i = 0; i < 7; i++)
		if (len > 64u << i)
			class++;
	return class;
}

/* The Internet checksum over 20 bytes; 0 when they hold a right one. */
__attribute__((noinline)) int header_sum(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	__u16 *word = (void *)(long)ctx->data + sizeof(struct ethhdr);
	__u32 sum = 0;

	if ((void *)(word + 10) > end)
		return -1;
	for (int i = 0; i < 10; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)~sum;
}

static __noinline int count(__u32 len)
{
	__u32 key = size_class(len);
	__u64 *n = bpf_map_lookup_elem(&by_size, &key);

	if (!n)
		return -1;
	__sync_fetch_and_add(n, 1);
	return 0;
}

SEC("xdp")
int subprogs(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > end)
		return XDP_ABORTED;
	if (eth->h_proto == bpf_htons(ETH_P_IP) && header_sum(ctx) != 0)
		return XDP_DROP;
	return count(ctx->data_end - ctx->data) ? XDP_ABORTED : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
