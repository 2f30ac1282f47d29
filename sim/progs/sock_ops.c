/*
 * SOCK_OPS: is called at events of TCP connections and sets their parameters (net/core/filter.c, sock_ops_*).
 *
 * Simplified: header options, retransmissions and timeouts are not among its events.
 */
#include "ctx_convert.h"
#include "sock.h"
#include "uapi.h"

#define REPLY(i) .koff = offsetof(struct bpf_sock_ops_kern, replylong) + 4 * (i), .target = 4
/* A member that only full sockets have. */
#define FULL(type, member)                                                                     \
	BEHIND(bpf_sock_ops_kern, sk, type, member), .convert = convert_full,                  \
	.temp = offsetof(struct bpf_sock_ops_kern, temp)
#define SKB(type, member) BEHIND(bpf_sock_ops_kern, skb, type, member), .maybe_null = true

/*
 * A load for which the socket must be a full one; otherwise the result is 0. When the register of the
 * context is the one that is loaded, the test needs another one, which is saved in the context meanwhile.
 */
static void load_if_full(const struct ctx_conversion *c, bool member, struct patch *out)
{
	u8 dst = c->insn.dst_reg, ctx = c->insn.src_reg, spare = ctx_spare_reg(&c->insn);
	s16 temp = offsetof(struct bpf_sock_ops_kern, temp);
	bool same = dst == ctx;
	u8 test = same ? spare : dst;

	if (same)
		patch_add(out, make_store(BPF_DW, ctx, spare, temp));
	patch_add(out, make_load(BPF_B, test, ctx, offsetof(struct bpf_sock_ops_kern, is_fullsock)));
	patch_add(out, make_jump_imm(BPF_JEQ, test, 0, 1 + member + 2 * same));
	if (same)
		patch_add(out, make_load(BPF_DW, spare, ctx, temp));
	patch_add(out, make_load(BPF_DW, dst, ctx, offsetof(struct bpf_sock_ops_kern, sk)));
	if (member)
		patch_add(out, make_load(ctx_member_size(c), dst, dst, c->field->koff));
	if (same) {
		patch_add(out, make_goto(2));
		patch_add(out, make_load(BPF_DW, spare, ctx, temp));
		patch_add(out, make_alu64_imm(BPF_MOV, dst, 0));
	}
}

static void store_if_full(const struct ctx_conversion *c, struct patch *out)
{
	u8 ctx = c->insn.dst_reg, spare = ctx_spare_reg(&c->insn);
	s16 temp = offsetof(struct bpf_sock_ops_kern, temp);

	patch_add(out, make_store(BPF_DW, ctx, spare, temp));
	patch_add(out, make_load(BPF_B, spare, ctx, offsetof(struct bpf_sock_ops_kern, is_fullsock)));
	patch_add(out, make_jump_imm(BPF_JEQ, spare, 0, 2));
	patch_add(out, make_load(BPF_DW, spare, ctx, offsetof(struct bpf_sock_ops_kern, sk)));
	patch_add(out, make_store(ctx_member_size(c), spare, c->insn.src_reg, c->field->koff));
	patch_add(out, make_load(BPF_DW, spare, ctx, temp));
}

static void convert_full(const struct ctx_conversion *c, struct patch *out)
{
	if (c->write)
		store_if_full(c, out);
	else
		load_if_full(c, true, out);
}

static void convert_sk(const struct ctx_conversion *c, struct patch *out)
{
	load_if_full(c, false, out);
}

static const struct ctx_field fields[] = {
	{UAPI(bpf_sock_ops, op), RD, MEMBER(bpf_sock_ops_kern, op)},
	{UAPI(bpf_sock_ops, reply), RW, REPLY(0)},
	{.name = "replylong", .off = offsetof(struct bpf_sock_ops, replylong[1]), .size = 12, RD, .element = 4,
	 REPLY(1)},
	{UAPI(bpf_sock_ops, family), RD, BEHIND(bpf_sock_ops_kern, sk, sock_common, skc_family)},
	{UAPI(bpf_sock_ops, remote_ip4), RD, BEHIND(bpf_sock_ops_kern, sk, sock_common, skc_daddr)},
	{UAPI(bpf_sock_ops, local_ip4), RD, BEHIND(bpf_sock_ops_kern, sk, sock_common, skc_rcv_saddr)},
	{UAPI(bpf_sock_ops, remote_ip6), RD, .element = 4, SK_WORDS(bpf_sock_ops_kern, sk, skc_v6_daddr)},
	{UAPI(bpf_sock_ops, local_ip6), RD, .element = 4, SK_WORDS(bpf_sock_ops_kern, sk, skc_v6_rcv_saddr)},
	{UAPI(bpf_sock_ops, remote_port), RD, .convert = sock_convert_remote_port,
	 BEHIND(bpf_sock_ops_kern, sk, sock_common, skc_dport)},
	{UAPI(bpf_sock_ops, local_port), RD, BEHIND(bpf_sock_ops_kern, sk, sock_common, skc_num)},
	{UAPI(bpf_sock_ops, is_fullsock), RD, MEMBER(bpf_sock_ops_kern, is_fullsock)},
	{UAPI(bpf_sock_ops, snd_cwnd), RD, FULL(tcp_sock, snd_cwnd)},
	{UAPI(bpf_sock_ops, srtt_us), RD, FULL(tcp_sock, srtt_us)},
	{UAPI(bpf_sock_ops, bpf_sock_ops_cb_flags), RD, FULL(tcp_sock, bpf_sock_ops_cb_flags)},
	{UAPI(bpf_sock_ops, state), RD, BEHIND(bpf_sock_ops_kern, sk, sock_common, skc_state)},
	{UAPI(bpf_sock_ops, rtt_min), RD, .hops = 1, .hop = {offsetof(struct bpf_sock_ops_kern, sk)},
	 .koff = offsetof(struct tcp_sock, rtt_min) + 4, .target = 4, .convert = convert_full},
	{UAPI(bpf_sock_ops, snd_ssthresh), RD, FULL(tcp_sock, snd_ssthresh)},
	{UAPI(bpf_sock_ops, rcv_nxt), RD, FULL(tcp_sock, rcv_nxt)},
	{UAPI(bpf_sock_ops, snd_nxt), RD, FULL(tcp_sock, snd_nxt)},
	{UAPI(bpf_sock_ops, snd_una), RD, FULL(tcp_sock, snd_una)},
	{UAPI(bpf_sock_ops, mss_cache), RD, FULL(tcp_sock, mss_cache)},
	{UAPI(bpf_sock_ops, ecn_flags), RD, FULL(tcp_sock, ecn_flags)},
	{UAPI(bpf_sock_ops, rate_delivered), RD, FULL(tcp_sock, rate_delivered)},
	{UAPI(bpf_sock_ops, rate_interval_us), RD, FULL(tcp_sock, rate_interval_us)},
	{UAPI(bpf_sock_ops, packets_out), RD, FULL(tcp_sock, packets_out)},
	{UAPI(bpf_sock_ops, retrans_out), RD, FULL(tcp_sock, retrans_out)},
	{UAPI(bpf_sock_ops, total_retrans), RD, FULL(tcp_sock, total_retrans)},
	{UAPI(bpf_sock_ops, segs_in), RD, FULL(tcp_sock, segs_in)},
	{UAPI(bpf_sock_ops, data_segs_in), RD, FULL(tcp_sock, data_segs_in)},
	{UAPI(bpf_sock_ops, segs_out), RD, FULL(tcp_sock, segs_out)},
	{UAPI(bpf_sock_ops, data_segs_out), RD, FULL(tcp_sock, data_segs_out)},
	{UAPI(bpf_sock_ops, lost_out), RD, FULL(tcp_sock, lost_out)},
	{UAPI(bpf_sock_ops, sacked_out), RD, FULL(tcp_sock, sacked_out)},
	{UAPI(bpf_sock_ops, sk_txhash), RW, FULL(sock, sk_txhash)},
	{UAPI(bpf_sock_ops, bytes_received), RD, FULL(tcp_sock, bytes_received)},
	{UAPI(bpf_sock_ops, bytes_acked), RD, FULL(tcp_sock, bytes_acked)},
	{UAPI(bpf_sock_ops, sk), RD, .kind = CTX_SOCKET_OR_NULL, MEMBER(bpf_sock_ops_kern, sk), .convert = convert_sk},
	{UAPI(bpf_sock_ops, skb_data), RD, .kind = CTX_PACKET, SKB(sk_buff, data)},
	{UAPI(bpf_sock_ops, skb_data_end), RD, .kind = CTX_PACKET_END, MEMBER(bpf_sock_ops_kern, skb_data_end)},
	{UAPI(bpf_sock_ops, skb_len), RD, SKB(sk_buff, len)},
	{UAPI(bpf_sock_ops, skb_tcp_flags), RD, .width = CTX_NARROW_FIRST, .maybe_null = true, .hops = 1,
	 .hop = {offsetof(struct bpf_sock_ops_kern, skb)},
	 .koff = offsetof(struct sk_buff, cb) + offsetof(struct tcp_skb_cb, tcp_flags), .target = 1},
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
	.ctx_struct = "bpf_sock_ops_kern",
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
};
