/*
 * SK_REUSEPORT: chooses the socket of a group that shares a port (net/core/filter.c, sk_reuseport_*).
 *
 * Simplified: its event is not there yet.
 */
#include "uapi.h"

static const struct ctx_field fields[] = {
	{UAPI(sk_reuseport_md, data), RD, .kind = CTX_PACKET},
	{UAPI(sk_reuseport_md, data_end), RD, .kind = CTX_PACKET_END},
	{UAPI(sk_reuseport_md, len), RD, .width = CTX_NARROW},
	{UAPI(sk_reuseport_md, eth_protocol), RD, .width = CTX_NARROW, .least = 2},
	{UAPI(sk_reuseport_md, ip_protocol), RD, .width = CTX_NARROW},
	{UAPI(sk_reuseport_md, bind_inany), RD, .width = CTX_NARROW},
	{UAPI(sk_reuseport_md, hash), RD},
	{UAPI(sk_reuseport_md, sk), RD, .kind = CTX_SOCKET},
	{UAPI(sk_reuseport_md, migrating_sk), RD, .kind = CTX_SOCK_COMMON},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_sk_select_reuseport, BPF_FUNC_skb_load_bytes, BPF_FUNC_skb_load_bytes_relative,
	HELPER_get_socket_cookie_ptr, 0,
};

static const struct helper_set helpers[] = {
	{own_helpers, NULL}, {helpers_coarse_time, NULL}, BASE_HELPERS, {0},
};

const struct prog_type prog_type_sk_reuseport = {
	.name = "SK_REUSEPORT",
	.doc = "chooses the socket of a group that shares a port",
	.ctx_size = sizeof(struct sk_reuseport_md),
	.fields = fields,
	.helpers = helpers,
	.direct_packet = PACKET_READ,
};
