/* Four ways to count files that are opened, for two tasks on two CPUs at once: which of them lose some? As race.bpf.c, with LSM. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct locked {
	struct bpf_spin_lock lock;
	__u32 n;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct locked);
} locked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} percpu SEC(".maps");

/* Read, add, write back: between the read and the write another CPU may come. */
SEC("lsm/file_open")
int plain(void *ctx)
{
	__u32 key = 0;
	volatile __u64 *n = bpf_map_lookup_elem(&counts, &key);

	if (n)
		*n = *n + 1;
	return 0;
}

/* One instruction reads, adds and writes: nobody comes between. */
SEC("lsm/file_open")
int atomic(void *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&counts, &key);

	if (n)
		__sync_fetch_and_add(n, 1);
	return 0;
}

/* Only one CPU at a time has the lock; the other waits. */
SEC("lsm/file_open")
int with_lock(void *ctx)
{
	__u32 key = 0;
	struct locked *value = bpf_map_lookup_elem(&locked, &key);

	if (value) {
		bpf_spin_lock(&value->lock);
		value->n = value->n + 1;
		bpf_spin_unlock(&value->lock);
	}
	return 0;
}

/* Each CPU has a value of its own; who reads them adds them up. */
SEC("lsm/file_open")
int own_value(void *ctx)
{
	__u32 key = 0;
	volatile __u64 *n = bpf_map_lookup_elem(&percpu, &key);

	if (n)
		*n = *n + 1;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
