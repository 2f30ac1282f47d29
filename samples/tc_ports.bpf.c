/*
 * Handing things out: each new TCP connection gets a port from a queue that user space has filled (the one
 * that has been free for longest comes first); when it ends, the port goes to the other end. Buffers come
 * from a stack: the one used last is still warm in the cache.
 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__uint(key_size, 0);
	__type(value, __u32);
} free_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 8);
	__uint(key_size, 0);
	__type(value, __u32);
} buffers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} port_of SEC(".maps"); /* by the sender's port */

static __always_inline void begin(__u32 sport)
{
	__u32 port;

	if (bpf_map_pop_elem(&free_ports, &port) == 0) /* else none is left */
		bpf_map_update_elem(&port_of, &sport, &port, BPF_ANY);
}

static __always_inline void end_of(__u32 sport)
{
	__u32 *port = bpf_map_lookup_elem(&port_of, &sport), free;

	if (!port)
		return;
	free = *port;
	bpf_map_push_elem(&free_ports, &free, BPF_ANY);
	bpf_map_delete_elem(&port_of, &sport);
}

SEC("tc")
int tc_ports(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	struct iphdr *ip = ipv4((void *)(long)skb->data, end);
	struct tcphdr *tcp = ip ? (void *)(ip + 1) : NULL;
	__u32 buffer;

	if (!ip || ip->protocol != IPPROTO_TCP || ip->ihl != 5 || (void *)(tcp + 1) > end)
		return TC_ACT_OK;
	if (bpf_map_pop_elem(&buffers, &buffer) == 0) {
		buffer += skb->len;
		bpf_map_push_elem(&buffers, &buffer, BPF_EXIST);
	}
	if (tcp->syn && !tcp->ack)
		begin(bpf_ntohs(tcp->source));
	if (tcp->fin)
		end_of(bpf_ntohs(tcp->source));
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
