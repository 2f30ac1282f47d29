/*
 * A TCP congestion control of one's own: additive increase, multiplicative decrease. The kernel asks it, by the table of functions
 * below, each time when an acknowledgement comes (cong_avoid), when data was lost (ssthresh), and when it was not lost after all
 * (undo_cwnd). It counts in a map how often.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* As much of the kernel's types as is needed; where the fields are is found out at load (CO-RE). */
struct sock;
struct tcp_sock {
	__u32 snd_ssthresh, snd_cwnd, snd_cwnd_cnt, prior_cwnd;
} __attribute__((preserve_access_index));

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u64);
} asked SEC(".maps");

static void count(__u32 what)
{
	__u64 *n = bpf_map_lookup_elem(&asked, &what);

	if (n)
		__sync_fetch_and_add(n, 1);
}

/* Lost: half of what was in flight, but no less than two packets. */
SEC("struct_ops/aimd_ssthresh")
__u32 BPF_PROG(aimd_ssthresh, struct sock *sk)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	count(0);
	return tp->snd_cwnd > 4 ? tp->snd_cwnd / 2 : 2;
}

/* Acknowledged: up to the threshold one packet more for each, beyond it one more for each window. */
SEC("struct_ops/aimd_cong_avoid")
void BPF_PROG(aimd_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;
	__u32 done = tp->snd_cwnd_cnt + acked;

	count(1);
	if (tp->snd_cwnd < tp->snd_ssthresh) {
		tp->snd_cwnd = tp->snd_cwnd + acked;
		return;
	}
	if (done >= tp->snd_cwnd) {
		tp->snd_cwnd = tp->snd_cwnd + 1;
		done = 0;
	}
	tp->snd_cwnd_cnt = done;
}

/* Not lost after all: as large as before. */
SEC("struct_ops/aimd_undo_cwnd")
__u32 BPF_PROG(aimd_undo_cwnd, struct sock *sk)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	count(2);
	return tp->prior_cwnd > tp->snd_cwnd ? tp->prior_cwnd : tp->snd_cwnd;
}

SEC(".struct_ops")
struct tcp_congestion_ops aimd = {
	.ssthresh = (void *)aimd_ssthresh,
	.cong_avoid = (void *)aimd_cong_avoid,
	.undo_cwnd = (void *)aimd_undo_cwnd,
	.name = "aimd",
};

char LICENSE[] SEC("license") = "GPL";
