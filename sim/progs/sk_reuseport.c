/*
 * SK_REUSEPORT: chooses the socket of a group that shares a port (net/core/filter.c, sk_reuseport_*).
 */
#include "uapi.h"

static const struct ctx_field fields[] = {
	{UAPI(sk_reuseport_md, data), RD, .kind = CTX_PACKET, BEHIND(sk_reuseport_kern, skb, sk_buff, data)},
	{UAPI(sk_reuseport_md, data_end), RD, .kind = CTX_PACKET_END, MEMBER(sk_reuseport_kern, data_end)},
	{UAPI(sk_reuseport_md, len), RD, .width = CTX_NARROW, BEHIND(sk_reuseport_kern, skb, sk_buff, len)},
	{UAPI(sk_reuseport_md, eth_protocol), RD, .width = CTX_NARROW, .least = 2,
	 BEHIND(sk_reuseport_kern, skb, sk_buff, protocol)},
	{UAPI(sk_reuseport_md, ip_protocol), RD, .width = CTX_NARROW,
	 BEHIND(sk_reuseport_kern, sk, sock, sk_protocol)},
	{UAPI(sk_reuseport_md, bind_inany), RD, .width = CTX_NARROW, MEMBER(sk_reuseport_kern, bind_inany)},
	{UAPI(sk_reuseport_md, hash), RD, MEMBER(sk_reuseport_kern, hash)},
	{UAPI(sk_reuseport_md, sk), RD, .kind = CTX_SOCKET, MEMBER(sk_reuseport_kern, sk)},
	{UAPI(sk_reuseport_md, migrating_sk), RD, .kind = CTX_SOCK_COMMON,
	 MEMBER(sk_reuseport_kern, migrating_sk)},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_sk_select_reuseport, BPF_FUNC_skb_load_bytes, BPF_FUNC_skb_load_bytes_relative,
	HELPER_get_socket_cookie_ptr, 0,
};

static const struct helper_set helpers[] = {
	{own_helpers, NULL}, {helpers_coarse_time, NULL}, BASE_HELPERS, {0},
};

static void packet(u64 ctx, struct packet_place *out)
{
	const struct sk_reuseport_kern *kern = (const struct sk_reuseport_kern *)ctx;
	const struct sk_buff *skb = (const struct sk_buff *)kern->skb;

	*out = (struct packet_place){skb->data, skb->data, kern->data_end, REGION_READ};
}

const struct prog_type prog_type_sk_reuseport = {
	.name = "SK_REUSEPORT",
	.doc = "chooses the socket of a group that shares a port",
	.ctx_size = sizeof(struct sk_reuseport_md),
	.ctx_struct = "sk_reuseport_kern",
	.fields = fields,
	.helpers = helpers,
	.packet = packet,
	.direct_packet = PACKET_READ,
};
