/*
 * biolatency: a histogram of how long requests to disks take, in powers of two of microseconds.
 *
 * Typed raw tracepoints: the request itself is the argument, and its address the key while it is under way.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define SLOTS 27

struct request;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct request *);
	__type(value, __u64);
} issued SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, __u64);
} microseconds SEC(".maps");

SEC("tp_btf/block_rq_issue")
int BPF_PROG(request_issued, struct request *rq)
{
	__u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&issued, &rq, &now, BPF_ANY);
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(request_done, struct request *rq, int error, unsigned int bytes)
{
	__u64 *then = bpf_map_lookup_elem(&issued, &rq), us, *n;
	__u32 slot = 0;

	if (!then)
		return 0;
	us = (bpf_ktime_get_ns() - *then) / 1000;
	bpf_map_delete_elem(&issued, &rq);
	for (int i = 0; i < SLOTS - 1 && us > 1; i++) {
		us >>= 1;
		slot++;
	}
	n = bpf_map_lookup_elem(&microseconds, &slot);
	if (n)
		__sync_fetch_and_add(n, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
