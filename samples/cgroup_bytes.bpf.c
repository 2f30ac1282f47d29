/*
 * What a group of processes sends and receives: a value for each cgroup that the program is attached to
 * (cgroup_storage), and one for each CPU (percpu_cgroup_storage). There is nothing to look up: the kernel
 * knows which one is meant.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} bytes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} packets SEC(".maps");

SEC("cgroup_skb/ingress")
int cgroup_bytes(struct __sk_buff *skb)
{
	__u64 *sum = bpf_get_local_storage(&bytes, 0), *n = bpf_get_local_storage(&packets, 0);

	__sync_fetch_and_add(sum, skb->len);
	++*n;
	return 1; /* let it through */
}

char LICENSE[] SEC("license") = "GPL";
