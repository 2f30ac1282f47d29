/*
 * How long vfs_read takes, with fentry and fexit: arguments and result by name, no registers, and less overhead than a
 * kprobe has.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct file;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} began SEC(".maps");

__u64 reads, bytes, slowest_ns;

SEC("fentry/vfs_read")
int BPF_PROG(read_begins, struct file *file, char *buf, unsigned long count)
{
	__u32 thread = bpf_get_current_pid_tgid();
	__u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&began, &thread, &now, BPF_ANY);
	return 0;
}

SEC("fexit/vfs_read")
int BPF_PROG(read_ends, struct file *file, char *buf, unsigned long count, void *pos, long ret)
{
	__u32 thread = bpf_get_current_pid_tgid();
	__u64 *then = bpf_map_lookup_elem(&began, &thread), took;

	if (!then)
		return 0;
	took = bpf_ktime_get_ns() - *then;
	bpf_map_delete_elem(&began, &thread);
	reads++;
	if (ret > 0)
		bytes += ret;
	if (took > slowest_ns)
		slowest_ns = took;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
