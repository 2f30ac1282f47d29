/*
 * A classifier and an action, the two halves of tc. The classifier (SCHED_CLS) says whether its filter is for a packet: 0 is no,
 * anything else is the class that the packet belongs to. Only then the filter's actions are asked, here a program (SCHED_ACT) that
 * lets a few packets of each class through and drops the rest. Behind them a second filter, of a higher priority number, counts
 * what is left.
 */
#include "packet.h"

#define CLASS_WEB 1
#define CLASS_DNS 2
#define LIMIT 3

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);   /* class */
	__type(value, __u64); /* packets */
} seen SEC(".maps");

__u64 unclassified;

SEC("tc")
int classify(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct iphdr *ip = ipv4(data, end);
	struct udphdr *l4 = ip ? ports(ip, end) : NULL;

	if (!l4)
		return 0;
	if (l4->dest == bpf_htons(80) || l4->dest == bpf_htons(443))
		skb->mark = CLASS_WEB;
	else if (l4->dest == bpf_htons(53))
		skb->mark = CLASS_DNS;
	else
		return 0;
	return skb->mark;
}

SEC("action")
int police(struct __sk_buff *skb)
{
	__u32 class = skb->mark;
	__u64 *packets = bpf_map_lookup_elem(&seen, &class);

	if (!packets)
		return TC_ACT_OK;
	__sync_fetch_and_add(packets, 1);
	return *packets > LIMIT ? TC_ACT_SHOT : TC_ACT_OK;
}

SEC("tc")
int the_rest(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&unclassified, 1);
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
