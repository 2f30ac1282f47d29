/*
 * Packets of the processes in a cgroup (cgroup_array): the group that user space has put at
 * index 0 may send nothing.
 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32); /* the fd of a directory below /sys/fs/cgroup */
} jailed SEC(".maps");

SEC("tc")
int tc_cgroup(struct __sk_buff *skb)
{
	return bpf_skb_under_cgroup(skb, &jailed, 0) == 1 ? TC_ACT_SHOT : TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
