/*
 * State that belongs to a socket (sk_storage): packets and bytes of each, in a value that hangs on the
 * socket and goes with it. No key to build, no lookup in a big table, nothing to clean up.
 */
#include "packet.h"

struct traffic {
	__u64 packets, bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct traffic);
} per_socket SEC(".maps");

SEC("tc")
int tc_sock(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct traffic *t;

	if (!sk)
		return TC_ACT_OK;
	sk = bpf_sk_fullsock(sk);
	if (!sk)
		return TC_ACT_OK;
	t = bpf_sk_storage_get(&per_socket, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!t)
		return TC_ACT_OK;
	__sync_fetch_and_add(&t->packets, 1);
	__sync_fetch_and_add(&t->bytes, skb->len);
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
