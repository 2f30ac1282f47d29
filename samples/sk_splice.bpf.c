/*
 * A proxy without a process in the way: what arrives in one socket is handed to another one (sockmap by
 * index, sockhash by port) inside the kernel. User space has put both sockets into the map.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64); /* written: an fd; read: the socket's number */
} pair SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} by_port SEC(".maps");

SEC("sk_skb/stream_verdict")
int splice(struct __sk_buff *skb)
{
	__u32 port = skb->local_port;

	if (port == 8080)
		return bpf_sk_redirect_map(skb, &pair, 1, 0);
	return bpf_sk_redirect_hash(skb, &by_port, &port, 0);
}

char LICENSE[] SEC("license") = "GPL";
