/*
 * Networks that are blocked, except parts of them that are not (lpm_trie): the longest prefix that the
 * sender's address begins with decides. User space fills the list; what is blocked is counted in the entry.
 */
#include "packet.h"

struct prefix {
	__u32 length; /* bits that count */
	__u8 address[4];
};

struct entry {
	__u32 allowed; /* 0: drop */
	__u32 hits;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct prefix);
	__type(value, struct entry);
} networks SEC(".maps");

SEC("xdp")
int xdp_blocklist(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4((void *)(long)ctx->data, (void *)(long)ctx->data_end);
	struct prefix key = {.length = 32};
	struct entry *entry;

	if (!ip)
		return XDP_PASS;
	__builtin_memcpy(key.address, &ip->saddr, 4);
	entry = bpf_map_lookup_elem(&networks, &key);
	if (!entry)
		return XDP_PASS;
	__sync_fetch_and_add(&entry->hits, 1);
	return entry->allowed ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
