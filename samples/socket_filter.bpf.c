/*
 * A socket filter: its return value is how many bytes of the packet the socket may see, 0 = none.
 *
 * Packets reach it as an sk_buff. load_byte is the classic packet load (BPF_LD | BPF_ABS): out of bounds it ends the program with
 * 0, so no test against the end is needed. Where the packet begins depends on the socket (Ethernet header or later); offsets from
 * SKF_NET_OFF on count from the IP header in every case.
 */
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <stddef.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

unsigned long long load_byte(void *skb, unsigned long long off) asm("llvm.bpf.load.byte");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u64);
} bytes_by_proto SEC(".maps");

SEC("socket")
int socket_filter(struct __sk_buff *skb)
{
	__u32 proto;
	__u64 *bytes;

	if (skb->protocol != bpf_htons(ETH_P_IP))
		return 0;
	proto = load_byte(skb, SKF_NET_OFF + offsetof(struct iphdr, protocol));
	bytes = bpf_map_lookup_elem(&bytes_by_proto, &proto);
	if (bytes)
		__sync_fetch_and_add(bytes, skb->len);
	return proto == IPPROTO_TCP ? skb->len : 64;
}

char LICENSE[] SEC("license") = "GPL";
