/*
 * A program that no hook calls: user space runs it with BPF_PROG_TEST_RUN, as a system call of its own making. It throws a die,
 * counts what came up, and answers with it; what the caller passed as context comes back changed.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct request {
	__u32 sides;  /* 0: six */
	__u32 thrown; /* the answer */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} came_up SEC(".maps");

SEC("syscall")
int throw_die(struct request *request)
{
	__u32 sides = request->sides ? request->sides : 6;
	__u32 thrown = bpf_get_prandom_u32() % sides + 1;
	__u64 one = 1, *times = bpf_map_lookup_elem(&came_up, &thrown);

	if (times)
		__sync_fetch_and_add(times, 1);
	else
		bpf_map_update_elem(&came_up, &thrown, &one, BPF_ANY);
	request->thrown = thrown;
	return thrown;
}

char LICENSE[] SEC("license") = "GPL";
