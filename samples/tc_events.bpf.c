/*
 * Tells user space about each IPv4 packet, twice: through a ring buffer, and through the perf buffer of the CPU. ICMP is
 * thought better of: its record is discarded.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u32 saddr, daddr;
	__u32 len;
	__u32 protocol;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(max_entries, 8);
	__type(key, int);
	__type(value, int);
} perf SEC(".maps");

static __noinline void fill(struct event *event, struct iphdr *ip, __u32 len)
{
	event->saddr = ip->saddr;
	event->daddr = ip->daddr;
	event->len = len;
	event->protocol = ip->protocol;
}

SEC("tc")
int tell(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	struct ethhdr *eth = (void *)(long)skb->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct event *event;

	if ((void *)(ip + 1) > end || eth->h_proto != __builtin_bswap16(ETH_P_IP))
		return TC_ACT_OK;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return TC_ACT_OK;
	fill(event, ip, skb->len);
	bpf_perf_event_output(skb, &perf, BPF_F_CURRENT_CPU, event, sizeof(*event));
	if (ip->protocol == IPPROTO_ICMP)
		bpf_ringbuf_discard(event, 0);
	else
		bpf_ringbuf_submit(event, 0);
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
