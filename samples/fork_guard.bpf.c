/*
 * Stops fork bombs: a user who has many children may not make more for now. The security hook task_alloc is asked before
 * a child is made; what it returns is what fork(2) fails with. When a child ends there is room again.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define EAGAIN 11
#define MOST 6

struct task_struct;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);   /* user */
	__type(value, __u64); /* children */
} children SEC(".maps");

__u64 refused;

SEC("lsm/task_alloc")
int BPF_PROG(fork_guard, struct task_struct *task, unsigned long clone_flags)
{
	__u32 uid = bpf_get_current_uid_gid();
	__u64 *n, one = 1;

	if (!uid)
		return 0; /* root may */
	n = bpf_map_lookup_elem(&children, &uid);
	if (!n) {
		bpf_map_update_elem(&children, &uid, &one, BPF_NOEXIST);
		return 0;
	}
	if (*n >= MOST) {
		__sync_fetch_and_add(&refused, 1);
		return -EAGAIN;
	}
	__sync_fetch_and_add(n, 1);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(child_ends, struct task_struct *task)
{
	__u32 uid = bpf_get_current_uid_gid();
	__u64 *n = bpf_map_lookup_elem(&children, &uid);

	if (n && *n)
		__sync_fetch_and_add(n, -1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
