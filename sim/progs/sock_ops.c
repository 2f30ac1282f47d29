/*
 * SOCK_OPS: is called at events of TCP connections and sets their parameters (net/core/filter.c, sock_ops_*).
 *
 * Simplified: its events are not there yet.
 */
#include "uapi.h"

static const struct ctx_field fields[] = {
	{UAPI(bpf_sock_ops, op), RD},
	{UAPI(bpf_sock_ops, reply), RW},
	{.name = "replylong", .off = offsetof(struct bpf_sock_ops, replylong[1]), .size = 12, RD, .element = 4},
	{UAPI(bpf_sock_ops, family), RD},
	{UAPI(bpf_sock_ops, remote_ip4), RD},
	{UAPI(bpf_sock_ops, local_ip4), RD},
	{UAPI(bpf_sock_ops, remote_ip6), RD, .element = 4},
	{UAPI(bpf_sock_ops, local_ip6), RD, .element = 4},
	{UAPI(bpf_sock_ops, remote_port), RD},
	{UAPI(bpf_sock_ops, local_port), RD},
	{UAPI(bpf_sock_ops, is_fullsock), RD},
	{UAPI(bpf_sock_ops, snd_cwnd), RD},
	{UAPI(bpf_sock_ops, srtt_us), RD},
	{UAPI(bpf_sock_ops, bpf_sock_ops_cb_flags), RD},
	{UAPI(bpf_sock_ops, state), RD},
	{UAPI(bpf_sock_ops, rtt_min), RD},
	{UAPI(bpf_sock_ops, snd_ssthresh), RD},
	{UAPI(bpf_sock_ops, rcv_nxt), RD},
	{UAPI(bpf_sock_ops, snd_nxt), RD},
	{UAPI(bpf_sock_ops, snd_una), RD},
	{UAPI(bpf_sock_ops, mss_cache), RD},
	{UAPI(bpf_sock_ops, ecn_flags), RD},
	{UAPI(bpf_sock_ops, rate_delivered), RD},
	{UAPI(bpf_sock_ops, rate_interval_us), RD},
	{UAPI(bpf_sock_ops, packets_out), RD},
	{UAPI(bpf_sock_ops, retrans_out), RD},
	{UAPI(bpf_sock_ops, total_retrans), RD},
	{UAPI(bpf_sock_ops, segs_in), RD},
	{UAPI(bpf_sock_ops, data_segs_in), RD},
	{UAPI(bpf_sock_ops, segs_out), RD},
	{UAPI(bpf_sock_ops, data_segs_out), RD},
	{UAPI(bpf_sock_ops, lost_out), RD},
	{UAPI(bpf_sock_ops, sacked_out), RD},
	{UAPI(bpf_sock_ops, sk_txhash), RW},
	{UAPI(bpf_sock_ops, bytes_received), RD},
	{UAPI(bpf_sock_ops, bytes_acked), RD},
	{UAPI(bpf_sock_ops, sk), RD, .kind = CTX_SOCKET_OR_NULL},
	{UAPI(bpf_sock_ops, skb_data), RD, .kind = CTX_PACKET},
	{UAPI(bpf_sock_ops, skb_data_end), RD, .kind = CTX_PACKET_END},
	{UAPI(bpf_sock_ops, skb_len), RD},
	{UAPI(bpf_sock_ops, skb_tcp_flags), RD, .width = CTX_NARROW_FIRST},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_setsockopt, BPF_FUNC_getsockopt, BPF_FUNC_sock_ops_cb_flags_set, BPF_FUNC_sock_map_update,
	BPF_FUNC_sock_hash_update, BPF_FUNC_get_socket_cookie, BPF_FUNC_perf_event_output,
	BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete, BPF_FUNC_get_netns_cookie, BPF_FUNC_load_hdr_opt,
	BPF_FUNC_store_hdr_opt, BPF_FUNC_reserve_hdr_opt, BPF_FUNC_tcp_sock, 0,
};

static const struct helper_set helpers[] = {CGROUP_COMMON_HELPERS, {own_helpers, NULL}, SK_BASE_HELPERS, {0}};

static const struct ret_rule ret[] = {{.max = 1}};

const struct prog_type prog_type_sock_ops = {
	.name = "SOCK_OPS",
	.doc = "is called at events of TCP connections and sets their parameters",
	.ctx_size = sizeof(struct bpf_sock_ops),
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
};
