/*
 * A guard for a cgroup: what its processes may not do, whoever they are. Three programs at three hooks; each says
 * 1 = go on, 0 = no, and the process gets EPERM.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 3);
} refused SEC(".maps");

static int refuse(__u32 what)
{
	__u64 *n = bpf_map_lookup_elem(&refused, &what);

	if (n)
		__sync_fetch_and_add(n, 1);
	return 0;
}

/* Character devices of major 1 only: null, zero, random, ... */
SEC("cgroup/dev")
int guard_device(struct bpf_cgroup_dev_ctx *ctx)
{
	return (ctx->access_type & 0xffff) == BPF_DEVCG_DEV_CHAR && ctx->major == 1 ? 1 : refuse(0);
}

/* The old database's address leads to the new one; nobody talks plain telnet. */
SEC("cgroup/connect4")
int guard_connect(struct bpf_sock_addr *ctx)
{
	if (ctx->user_port == bpf_htons(23))
		return refuse(1);
	if (ctx->user_ip4 == bpf_htonl(0x0a000005)) /* 10.0.0.5 */
		ctx->user_ip4 = bpf_htonl(0x0a000006);
	return 1;
}

/* Settings of the kernel may be read. */
SEC("cgroup/sysctl")
int guard_sysctl(struct bpf_sysctl *ctx)
{
	return ctx->write ? refuse(2) : 1;
}

char LICENSE[] SEC("license") = "GPL";
