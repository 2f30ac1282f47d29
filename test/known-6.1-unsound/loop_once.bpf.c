/* 6.1 walks a callback of bpf_loop once: it takes c.i for 1 behind the loop, and it is 100. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64[4]);
} numbers SEC(".maps");

struct count {
	__u64 i;
};

static long next(__u32 round, struct count *c)
{
	c->i++;
	return 0;
}

SEC("xdp")
int loop_once(struct xdp_md *ctx)
{
	struct count c = {0};
	__u32 key = 0;
	__u64 *number = bpf_map_lookup_elem(&numbers, &key);

	if (!number)
		return XDP_PASS;
	bpf_loop(100, next, &c, 0);
	return number[c.i];
}

char _license[] SEC("license") = "GPL";
