/*
 * tcpconnect: who connects to where.
 *
 * When tcp_v4_connect begins, the socket does not know its addresses yet; when it ends, they are there, but the argument is
 * gone: it is kept in a map meanwhile.
 */
#define __TARGET_ARCH_x86
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct sock_common {
	__u32 skc_daddr, skc_rcv_saddr;
	__u16 skc_dport, skc_num;
} __attribute__((preserve_access_index));
struct sock {
	struct sock_common __sk_common;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct sock *);
} connecting SEC(".maps");

SEC("kprobe/tcp_v4_connect")
int BPF_KPROBE(connect_begins, struct sock *sk)
{
	__u32 thread = bpf_get_current_pid_tgid();

	bpf_map_update_elem(&connecting, &thread, &sk, BPF_ANY);
	return 0;
}

SEC("kretprobe/tcp_v4_connect")
int BPF_KRETPROBE(connect_ends, int ret)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct sock **found = bpf_map_lookup_elem(&connecting, &thread), *sk;
	char comm[16];
	__u32 to;
	__u16 port;

	if (!found)
		return 0;
	sk = *found;
	bpf_map_delete_elem(&connecting, &thread);
	bpf_get_current_comm(comm, sizeof(comm));
	to = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	bpf_printk("%s -> %pI4:%d", comm, &to, port);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
