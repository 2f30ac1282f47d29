/* Every kind of CO-RE relocation, with targets that Linux 6.1 has, has elsewhere, or has not. */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define CORE __attribute__((preserve_access_index))

/* Members in other places than in the kernel. */
struct list_head {
	struct list_head *prev, *next;
} CORE;

struct task_struct {
	int tgid, pid;
	char comm[16];
	struct task_struct *parent;
	unsigned int in_execve : 1, sched_reset_on_fork : 1;
} CORE;

struct task_struct___old {
	long state;
} CORE;

struct sk_buff {
	unsigned int len;
	unsigned char pkt_type : 3;
} CORE;

struct not_in_the_kernel {
	int x;
} CORE;

enum bpf_map_type___mine { BPF_MAP_TYPE_HASH___mine = 77, BPF_MAP_TYPE_NOT_THERE = 78 };

__u64 out[40];

SEC("raw_tp/sched_switch")
int all(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)ctx->args[1];
	struct sk_buff *skb = (void *)ctx->args[0];
	struct task_struct___old *old = (void *)task;
	struct not_in_the_kernel *none = (void *)task;
	int i = 0;

	out[i++] = __builtin_preserve_field_info(task->pid, BPF_FIELD_BYTE_OFFSET);
	out[i++] = __builtin_preserve_field_info(task->comm[5], BPF_FIELD_BYTE_OFFSET);
	out[i++] = bpf_core_field_size(task->comm);
	out[i++] = bpf_core_field_exists(task->parent);
	out[i++] = bpf_core_field_exists(old->state);
	out[i++] = bpf_core_field_exists(none->x);
	out[i++] = __builtin_preserve_field_info(task->tgid, BPF_FIELD_SIGNED);
	out[i++] = __builtin_preserve_field_info(skb->len, BPF_FIELD_SIGNED);
	out[i++] = BPF_CORE_READ_BITFIELD_PROBED(skb, pkt_type);
	out[i++] = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
	out[i++] = bpf_core_type_id_local(struct task_struct);
	out[i++] = bpf_core_type_id_kernel(struct task_struct);
	out[i++] = bpf_core_type_id_kernel(struct not_in_the_kernel);
	out[i++] = bpf_core_type_exists(struct list_head);
	out[i++] = bpf_core_type_exists(struct not_in_the_kernel);
	out[i++] = bpf_core_type_size(struct task_struct);
	out[i++] = bpf_core_type_size(struct not_in_the_kernel);
	out[i++] = bpf_core_enum_value_exists(enum bpf_map_type___mine, BPF_MAP_TYPE_HASH___mine);
	out[i++] = bpf_core_enum_value_exists(enum bpf_map_type___mine, BPF_MAP_TYPE_NOT_THERE);
	out[i++] = bpf_core_enum_value(enum bpf_map_type___mine, BPF_MAP_TYPE_HASH___mine);
	bpf_probe_read_kernel(&out[i++], 8, &task->parent);
	if (bpf_core_field_exists(none->x))
		bpf_probe_read_kernel(&out[i++], 4, &none->x);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
