/*
 * Which of the processes that listen on one port gets the packet (reuseport_sockarray): here by the first
 * byte of the payload, so that the packets of one customer always come to the same process.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} workers SEC(".maps");

SEC("sk_reuseport")
int select_socket(struct sk_reuseport_md *ctx)
{
	__u8 *data = ctx->data, *end = ctx->data_end;
	__u32 worker;

	if (data + 9 > end) /* the UDP header, and a byte */
		return SK_PASS;
	worker = data[8] & 3;
	bpf_sk_select_reuseport(ctx, &workers, &worker, 0);
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
