/*
 * Counts how often each task was given the CPU: a tracepoint's record has all that is needed.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* What tracefs says of sched:sched_switch. */
struct sched_switch {
	__u64 common;
	char prev_comm[16];
	__s32 prev_pid, prev_prio;
	__s64 prev_state;
	char next_comm[16];
	__s32 next_pid, next_prio;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __s32);
	__type(value, __u64);
} switched_to SEC(".maps");

SEC("tp/sched/sched_switch")
int switches(struct sched_switch *ctx)
{
	__s32 pid = ctx->next_pid;
	__u64 one = 1, *n = bpf_map_lookup_elem(&switched_to, &pid);

	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(&switched_to, &pid, &one, BPF_NOEXIST);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
