/*
 * A histogram of how much is asked for by read(2): slot n counts 2^n bytes and more.
 *
 * A kprobe sees registers; which argument is in which register is a matter of the CPU (BPF_KPROBE of bpf_tracing.h).
 */
#define __TARGET_ARCH_x86
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define SLOTS 32

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, __u64);
} sizes SEC(".maps");

SEC("kprobe/vfs_read")
int BPF_KPROBE(read_sizes, void *file, char *buf, unsigned long count)
{
	__u32 slot = 0;
	__u64 *n;

	for (int i = 0; i < SLOTS - 1 && count > 1; i++) {
		count >>= 1;
		slot++;
	}
	n = bpf_map_lookup_elem(&sizes, &slot);
	if (n)
		__sync_fetch_and_add(n, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
