/*
 * What becomes of the TCP connections of a cgroup (SOCK_OPS): how often one was made, taken and ended; and each gets another
 * congestion control when it begins. The program is called at connections that are made; the flags say at what else.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum { CONNECTED, ACCEPTED, ENDED, KINDS };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, KINDS);
	__type(key, __u32);
	__type(value, __u64);
} connections SEC(".maps");

static void count(__u32 kind)
{
	__u64 *n = bpf_map_lookup_elem(&connections, &kind);

	if (n)
		__sync_fetch_and_add(n, 1);
}

SEC("sockops")
int tcp_watch(struct bpf_sock_ops *ops)
{
	char reno[] = "reno";

	switch (ops->op) {
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		count(ops->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB ? CONNECTED : ACCEPTED);
		bpf_setsockopt(ops, 6, 13, reno, sizeof(reno)); /* IPPROTO_TCP, TCP_CONGESTION */
		bpf_sock_ops_cb_flags_set(ops, BPF_SOCK_OPS_STATE_CB_FLAG);
		break;
	case BPF_SOCK_OPS_STATE_CB:
		if (ops->args[1] == BPF_TCP_CLOSE)
			count(ENDED);
		break;
	}
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
