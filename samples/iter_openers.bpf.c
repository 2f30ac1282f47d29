/*
 * Who opens how many files: an fentry program counts in a map, and an iterator over the elements of that map makes a
 * table of it. A reader of the table sees all elements with one file, where bpf(2) would take two calls for each.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct seq_file;
struct bpf_map;
struct filename;
struct open_how;
struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id, seq_num;
} __attribute__((preserve_access_index));
struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key, *value;
} __attribute__((preserve_access_index));

struct opener {
	__u64 opens;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct opener);
} openers SEC(".maps");

SEC("fentry/do_sys_openat2")
int BPF_PROG(count_open, int dfd, const char *name, struct open_how *how)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct opener *opener = bpf_map_lookup_elem(&openers, &pid), first = {.opens = 1};

	if (opener) {
		__sync_fetch_and_add(&opener->opens, 1);
		return 0;
	}
	bpf_get_current_comm(first.comm, sizeof(first.comm));
	bpf_map_update_elem(&openers, &pid, &first, BPF_NOEXIST);
	return 0;
}

SEC("iter/bpf_map_elem")
int iter_openers(struct bpf_iter__bpf_map_elem *ctx)
{
	const struct opener *opener = ctx->value;
	const __u32 *pid = ctx->key;

	if (!pid || !opener)
		return 0;
	BPF_SEQ_PRINTF(ctx->meta->seq, "%u %s: %llu\n", *pid, opener->comm, opener->opens);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
