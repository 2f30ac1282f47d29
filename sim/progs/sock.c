/*
 * Sockets as programs see them: struct bpf_sock, struct bpf_tcp_sock, struct bpf_xdp_sock (net/core/filter.c,
 * bpf_sock_*, bpf_tcp_sock_*, bpf_xdp_sock_*).
 *
 * Of a socket that may be half-open or dying (sock_common) only the addresses, ports, family and state can be
 * read.
 */
#include "ctx_convert.h"
#include "sock.h"

#define NO_QUEUE_MAPPING UINT16_MAX

/* 65535 means "none", which programs see as -1. */
void sock_convert_rx_queue(const struct ctx_conversion *c, struct patch *out)
{
	u8 dst = c->insn.dst_reg;

	patch_add(out, make_load(BPF_H, dst, c->insn.src_reg, offsetof(struct sock_common, skc_rx_queue_mapping)));
	patch_add(out, make_jump_imm(BPF_JNE, dst, NO_QUEUE_MAPPING, 1));
	patch_add(out, make_alu32_imm(BPF_MOV, dst, -1));
}

void sock_convert_remote_port(const struct ctx_conversion *c, struct patch *out)
{
	ctx_convert_member(c, out);
	patch_add(out, make_alu32_imm(BPF_LSH, c->insn.dst_reg, 16));
}

u64 sock_get_rx_queue(u64 ctx)
{
	u16 queue = ((const struct sock *)ctx)->__sk_common.skc_rx_queue_mapping;

	return queue == NO_QUEUE_MAPPING ? UINT32_MAX : queue;
}

#define FIELD(field, size, width, common, full, cgroup, cgroup_for, ...) \
	{#field, offsetof(struct bpf_sock, field), size, CTX_SCALAR, common, CTX_##width, __VA_ARGS__},
const struct ctx_field sock_common_fields[] = {
#include "sock_fields.h"
	{0},
};
#undef FIELD

#define FIELD(field, size, width, common, full, cgroup, cgroup_for, ...) \
	{#field, offsetof(struct bpf_sock, field), size, CTX_SCALAR, full, CTX_##width, __VA_ARGS__},
const struct ctx_field sock_fields[] = {
#include "sock_fields.h"
	{0},
};

#define TCP_AT(field, type, member)                                              \
	{.name = #field, .off = offsetof(struct bpf_tcp_sock, field),            \
	 .size = sizeof(((struct bpf_tcp_sock *)0)->field), .access = CTX_READ,  \
	 .koff = offsetof(struct type, member), .target = sizeof(((struct type *)0)->member)}
#define TCP(field) TCP_AT(field, tcp_sock, field)
/* The value of the newest of three samples, behind its time. */
#define TCP_RTT_MIN                                                              \
	{.name = "rtt_min", .off = offsetof(struct bpf_tcp_sock, rtt_min), .size = 4, .access = CTX_READ, \
	 .koff = offsetof(struct tcp_sock, rtt_min) + 4, .target = 4}
const struct ctx_field tcp_sock_fields[] = {
	TCP(snd_cwnd), TCP(srtt_us), TCP_RTT_MIN, TCP(snd_ssthresh), TCP(rcv_nxt), TCP(snd_nxt), TCP(snd_una),
	TCP(mss_cache), TCP(ecn_flags), TCP(rate_delivered), TCP(rate_interval_us), TCP(packets_out), TCP(retrans_out),
	TCP(total_retrans), TCP(segs_in), TCP(data_segs_in), TCP(segs_out), TCP(data_segs_out), TCP(lost_out),
	TCP(sacked_out), TCP(bytes_received), TCP(bytes_acked), TCP(dsack_dups), TCP(delivered), TCP(delivered_ce),
	TCP_AT(icsk_retransmits, inet_connection_sock, icsk_retransmits), {0},
};

const struct ctx_field xdp_sock_fields[] = {
	{.name = "queue_id", .off = offsetof(struct bpf_xdp_sock, queue_id), .size = 4, .access = CTX_READ,
	 .koff = offsetof(struct xdp_sock, queue_id), .target = 2},
	{0},
};
