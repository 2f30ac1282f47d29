/*
 * Who opened what: how often each thread has opened files (task_storage), and each file was opened (inode_storage). The
 * values hang on the thread and on the file's inode, and go with them: no key to build, and nothing to clean up.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* As much of the kernel's types as is needed; where the fields are is found out at load (CO-RE). */
struct inode;
struct task_struct;
struct file {
	struct inode *f_inode;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} by_task SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} by_inode SEC(".maps");

SEC("lsm/file_open")
int BPF_PROG(file_opened, struct file *file)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 *n = bpf_task_storage_get(&by_task, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (n)
		__sync_fetch_and_add(n, 1);
	n = bpf_inode_storage_get(&by_inode, file->f_inode, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (n)
		__sync_fetch_and_add(n, 1);
	return 0; /* let it be opened */
}

char LICENSE[] SEC("license") = "GPL";
