/*
 * execsnoop: who executes what.
 *
 * The path lies in the memory of the process that calls execve, so it is read with bpf_probe_read_user_str; the parent is
 * found in the kernel's struct task_struct, wherever its fields are in this kernel (CO-RE).
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	struct task_struct *real_parent;
	int tgid;
} __attribute__((preserve_access_index));

/* What tracefs says of syscalls:sys_enter_execve. */
struct sys_enter_execve {
	__u64 common;
	__u64 nr;
	const char *filename;
	const char *const *argv;
	const char *const *envp;
};

struct exec_event {
	__u32 pid, ppid, uid;
	char comm[16]; /* who it was until now */
	char path[40];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

static __attribute__((noinline)) int fill(struct exec_event *e, const char *path)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	e->pid = bpf_get_current_pid_tgid() >> 32;
	e->ppid = BPF_CORE_READ(task, real_parent, tgid);
	e->uid = bpf_get_current_uid_gid();
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	__builtin_memset(e->path, 0, sizeof(e->path));
	return bpf_probe_read_user_str(e->path, sizeof(e->path), path);
}

SEC("tp/syscalls/sys_enter_execve")
int execsnoop(struct sys_enter_execve *ctx)
{
	struct exec_event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return 0;
	fill(e, ctx->filename);
	bpf_ringbuf_submit(e, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
