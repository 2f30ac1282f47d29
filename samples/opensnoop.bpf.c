/*
 * opensnoop: who opens which file, and what the kernel answers.
 *
 * The path is known when openat begins, the answer when it ends: a hash map keeps what is in flight, by thread.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sys_enter_openat {
	__u64 common;
	__u64 nr;
	__u64 dfd;
	const char *filename;
	__u64 flags, mode;
};

struct sys_exit_openat {
	__u64 common;
	__u64 nr;
	__s64 ret;
};

struct open_event {
	__u32 pid;
	__s32 ret;
	char comm[16];
	char path[40];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, const char *);
} in_flight SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

SEC("tp/syscalls/sys_enter_openat")
int open_begins(struct sys_enter_openat *ctx)
{
	__u32 thread = bpf_get_current_pid_tgid();
	const char *path = ctx->filename;

	bpf_map_update_elem(&in_flight, &thread, &path, BPF_ANY);
	return 0;
}

static __attribute__((noinline)) int fill(struct open_event *e, const char *path)
{
	e->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	return bpf_probe_read_user_str(e->path, sizeof(e->path), path);
}

SEC("tp/syscalls/sys_exit_openat")
int open_ends(struct sys_exit_openat *ctx)
{
	__u32 thread = bpf_get_current_pid_tgid();
	const char **path = bpf_map_lookup_elem(&in_flight, &thread);
	struct open_event e = {};

	if (!path)
		return 0;
	fill(&e, *path);
	e.ret = ctx->ret;
	bpf_map_delete_elem(&in_flight, &thread);
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &e, sizeof(e));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
