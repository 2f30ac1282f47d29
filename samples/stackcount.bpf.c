/*
 * By which ways does the kernel come to a function? At each call of security_file_open the call stack is put into a map of
 * stacks (stack_trace), and its number is counted (hash). Equal stacks have the same number: user space reads the
 * addresses once for each way, and /proc/kallsyms has the names.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 256);
	__uint(key_size, 4);
	__uint(value_size, 16 * 8);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __s32); /* number of a stack; negative: an errno */
	__type(value, __u64);
} counts SEC(".maps");

SEC("kprobe/security_file_open")
int stackcount(void *ctx)
{
	__s32 id = bpf_get_stackid(ctx, &stacks, 0);
	__u64 one = 1, *n = bpf_map_lookup_elem(&counts, &id);

	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(&counts, &id, &one, BPF_NOEXIST);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
