/* Maps as they were defined before BTF. Compiled without -g: no BTF at all. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct bpf_map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags;
};

struct bpf_map_def SEC("maps") one = {BPF_MAP_TYPE_HASH, 4, 8, 16, BPF_F_NO_PREALLOC};
struct bpf_map_def SEC("maps") two = {BPF_MAP_TYPE_ARRAY, 4, 12, 2};

SEC("socket")
int filter(struct __sk_buff *ctx)
{
	__u32 key = 1;

	bpf_map_lookup_elem(&two, &key);
	bpf_map_lookup_elem(&one, &key);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
