/*
 * A profiler: at each sample of a CPU's clock it takes the kernel's and the user's call stack (stack_trace)
 * and counts the pair of their numbers (hash). User space reads the counts, and the stacks by their
 * numbers: a flame graph.
 */
#include <linux/bpf.h>
#include <linux/bpf_perf_event.h>
#include <bpf/bpf_helpers.h>

struct pair {
	__u32 pid;
	__s32 kernel, user; /* numbers of stacks; negative: there was none, or no room */
};

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 1024);
	__uint(key_size, 4);
	__uint(value_size, 127 * 8);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct pair);
	__type(value, __u64);
} counts SEC(".maps");

SEC("perf_event")
int profile(struct bpf_perf_event_data *ctx)
{
	struct pair pair = {.pid = bpf_get_current_pid_tgid() >> 32};
	__u64 *n, one = 1;

	pair.kernel = bpf_get_stackid(ctx, &stacks, 0);
	pair.user = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
	n = bpf_map_lookup_elem(&counts, &pair);
	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(&counts, &pair, &one, BPF_NOEXIST);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
