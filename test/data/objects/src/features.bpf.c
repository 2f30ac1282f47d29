/* Everything that the object reader knows about maps, data, externs and calls, in one file. */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u64);
};

struct inner first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = {
	.values = {[1] = (void *)&second, [3] = (void *)&first},
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, 12);
	__uint(value_size, 20);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} pinned SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 100);
	__uint(map_extra, 5);
	__type(value, __u32);
} bloom SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 5000);
} ring SEC(".maps");

int tail(struct xdp_md *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(values, int (struct xdp_md *));
} jumps SEC(".maps") = {
	.values = {[1] = (void *)&tail},
};

int a = 7, b[3] = {1, 2, 3};
static int counter;
int zero[100];
const volatile int limit = 5;
int custom SEC(".data.custom") = 9;
const char table[16] SEC(".rodata.table") = "lookup";

static __attribute__((noinline)) int add(int x)
{
	counter += x;
	return counter + b[2];
}

__attribute__((noinline)) int twice(int x)
{
	return add(x) + add(x + 1);
}

__attribute__((noinline, visibility("hidden"))) int hidden(int x)
{
	return x * zero[7];
}

static long each(__u32 i, void *ctx)
{
	*(int *)ctx += add(i);
	return 0;
}

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 key = limit;
	int sum = custom + table[2] + a;

	bpf_loop(key, each, &sum, 0);
	bpf_map_lookup_elem(&first, &key);
	return twice(sum) + hidden(sum);
}

SEC("xdp.frags")
int tail(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &jumps, 1);
	return add(1);
}

SEC("?xdp")
int off(struct xdp_md *ctx)
{
	return hidden(3);
}

SEC("lsm.s/bprm_committed_creds")
int sleepy(unsigned long long *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
__u32 _version SEC("version") = 0x050a00;
