/* A pinned map, constants, and a program that fails to load when `broken` is asked for. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, __u64);
} shared SEC(".maps");

const volatile __u32 step = 2;

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&shared, &key);

	if (n)
		*n += step;
	return XDP_PASS;
}

SEC("?xdp")
int broken(struct xdp_md *ctx)
{
	asm volatile("goto +100");
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
