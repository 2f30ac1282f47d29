/*
 * Commands from user space (user_ringbuf): a process writes records into a ring that it has mapped, without
 * a system call; the program takes them out with a callback, before it looks at its packet.
 */
#include "packet.h"

struct command {
	__u32 port;
	__u32 block; /* 1: from now on drop packets to that port, 0: no longer */
};

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} commands SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} blocked SEC(".maps");

static __noinline void obey(struct command *command)
{
	__u64 zero = 0;

	if (command->block)
		bpf_map_update_elem(&blocked, &command->port, &zero, BPF_ANY);
	else
		bpf_map_delete_elem(&blocked, &command->port);
}

static long one_command(struct bpf_dynptr *record, void *ctx)
{
	struct command command;

	if (bpf_dynptr_read(&command, sizeof(command), record, 0, 0) == 0)
		obey(&command);
	return 0; /* 1 would leave the others for the next time */
}

SEC("tc")
int tc_commands(struct __sk_buff *skb)
{
	void *end = (void *)(long)skb->data_end;
	struct iphdr *ip = ipv4((void *)(long)skb->data, end);
	struct udphdr *l4 = ip ? ports(ip, end) : NULL;
	__u32 port;
	__u64 *n;

	if (!ip || !l4)
		return TC_ACT_OK;
	port = bpf_ntohs(l4->dest);
	bpf_user_ringbuf_drain(&commands, one_command, NULL, 0);
	n = bpf_map_lookup_elem(&blocked, &port);
	if (!n)
		return TC_ACT_OK;
	__sync_fetch_and_add(n, 1);
	return TC_ACT_SHOT;
}

char LICENSE[] SEC("license") = "GPL";
