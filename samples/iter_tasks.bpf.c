/*
 * ps, as an iterator: the kernel calls the program for each task, and what it writes is the text of a file that anybody
 * may read: no loop over /proc, no parsing, and only the columns that are wanted.
 *
 * The program decides what a line is; the kernel calls it once more at the end, without a task.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id, seq_num;
} __attribute__((preserve_access_index));
typedef struct {
	unsigned int val;
} kuid_t;
struct cred {
	kuid_t uid;
} __attribute__((preserve_access_index));
struct task_struct {
	int pid, tgid;
	struct task_struct *real_parent;
	const struct cred *cred;
	char comm[16];
} __attribute__((preserve_access_index));
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} __attribute__((preserve_access_index));

SEC("iter/task")
int iter_tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task) {
		BPF_SEQ_PRINTF(seq, "%llu tasks\n", ctx->meta->seq_num + 1);
		return 0;
	}
	if (ctx->meta->seq_num == 0)
		BPF_SEQ_PRINTF(seq, "  PID  PPID   UID COMM\n");
	BPF_SEQ_PRINTF(seq, "%5d %5d %5u %s\n", task->pid, task->real_parent->pid, task->cred->uid.val, task->comm);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
