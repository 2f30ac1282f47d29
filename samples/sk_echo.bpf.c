/*
 * An echo without a process: what arrives at a socket of the map goes back through the same socket, in the kernel. And a guard
 * for what is sent through it by a process: nothing that begins with '!'.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} echoes SEC(".maps");

SEC("sk_skb/stream_verdict")
int echo(struct __sk_buff *skb)
{
	return bpf_sk_redirect_map(skb, &echoes, 0, 0);
}

SEC("sk_msg")
int guard(struct sk_msg_md *msg)
{
	char *data = msg->data, *end = msg->data_end;

	return data + 1 <= end && *data == '!' ? SK_DROP : SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
