/*
 * LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL: lightweight tunnels, programs of a route (net/core/filter.c,
 * lwt_*).
 *
 * Simplified: their events are not there yet.
 */
#include <linux/pkt_cls.h>

#include "sets.h"
#include "skb.h"
#include "sock.h"

#define FIELD(field, kind, width, filter, tc, cgroup, lwt, sk_skb, ...) \
	{#field, SKB_PLACE(field), CTX_##kind, lwt, CTX_##width, __VA_ARGS__},

static const struct ctx_field fields[] = {
#include "skb_fields.h"
	{0},
};

static const u16 pull_data[] = {BPF_FUNC_skb_pull_data, 0};
static const u16 push_encap[] = {BPF_FUNC_lwt_push_encap, 0};

static const u16 xmit[] = {
	BPF_FUNC_skb_get_tunnel_key, BPF_FUNC_skb_set_tunnel_key, BPF_FUNC_skb_get_tunnel_opt,
	BPF_FUNC_skb_set_tunnel_opt, BPF_FUNC_redirect, BPF_FUNC_clone_redirect, BPF_FUNC_skb_change_tail,
	BPF_FUNC_skb_change_head, BPF_FUNC_skb_store_bytes, BPF_FUNC_csum_update, BPF_FUNC_csum_level,
	BPF_FUNC_l3_csum_replace, BPF_FUNC_l4_csum_replace, BPF_FUNC_set_hash_invalid,
	BPF_FUNC_lwt_push_encap, 0,
};

static const u16 seg6local[] = {
	BPF_FUNC_lwt_seg6_store_bytes, BPF_FUNC_lwt_seg6_action, BPF_FUNC_lwt_seg6_adjust_srh, 0,
};

#define OUT_HELPERS {helpers_lwt, NULL}, {pull_data, NULL}, SK_BASE_HELPERS
static const struct helper_set helpers_in[] = {{push_encap, NULL}, OUT_HELPERS, {0}};
static const struct helper_set helpers_out[] = {OUT_HELPERS, {0}};
static const struct helper_set helpers_xmit[] = {{xmit, NULL}, OUT_HELPERS, {0}};
static const struct helper_set helpers_seg6local[] = {
	{seg6local, NULL}, {helpers_lwt, NULL}, SK_BASE_HELPERS, {0},
};

const struct prog_type prog_type_lwt_in = {
	.name = "LWT_IN",
	.doc = "looks at packets that arrive by a route",
	.ctx_size = sizeof(struct __sk_buff),
	.ctx_struct = "sk_buff",
	.fields = fields,
	.helpers = helpers_in,
	.direct_packet = PACKET_READ,
	.packet = skb_packet_read,
	.test_begin = skb_test_begin,
	.test_end = skb_test_end,
	.test_free = skb_test_free,
};

const struct prog_type prog_type_lwt_out = {
	.name = "LWT_OUT",
	.doc = "looks at packets that leave by a route, before the route is final",
	.ctx_size = sizeof(struct __sk_buff),
	.ctx_struct = "sk_buff",
	.fields = fields,
	.helpers = helpers_out,
	.direct_packet = PACKET_READ,
	.packet = skb_packet_read,
	.test_begin = skb_test_begin,
	.test_end = skb_test_end,
	.test_free = skb_test_free,
};

const struct prog_type prog_type_lwt_xmit = {
	.name = "LWT_XMIT",
	.doc = "changes, encapsulates or redirects packets that leave by a route",
	.ctx_size = sizeof(struct __sk_buff),
	.ctx_struct = "sk_buff",
	.fields = fields,
	.helpers = helpers_xmit,
	.direct_packet = PACKET_READ | PACKET_WRITE,
	.unclones = true,
	.drop = TC_ACT_SHOT,
	.packet = skb_packet,
	.test_begin = skb_test_begin,
	.test_end = skb_test_end,
	.test_free = skb_test_free,
};

const struct prog_type prog_type_lwt_seg6local = {
	.name = "LWT_SEG6LOCAL",
	.doc = "an own action of IPv6 segment routing",
	.ctx_size = sizeof(struct __sk_buff),
	.ctx_struct = "sk_buff",
	.fields = fields,
	.helpers = helpers_seg6local,
	.direct_packet = PACKET_READ,
	.packet = skb_packet_read,
	.test_begin = skb_test_begin,
	.test_end = skb_test_end,
	.test_free = skb_test_free,
};
