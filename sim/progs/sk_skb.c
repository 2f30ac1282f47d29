/*
 * SK_SKB: parses and redirects what arrives at the sockets of a sockmap (net/core/filter.c, sk_skb_*;
 * net/core/sock_map.c).
 *
 * Simplified: its event is not there yet.
 */
#include "sets.h"
#include "skb.h"

#define FIELD(field, kind, width, filter, tc, cgroup, lwt, sk_skb, ...) \
	{#field, SKB_PLACE(field), CTX_##kind, sk_skb, CTX_##width, __VA_ARGS__},

static const struct ctx_field fields[] = {
#include "skb_fields.h"
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_skb_store_bytes, BPF_FUNC_skb_load_bytes, BPF_FUNC_skb_pull_data, BPF_FUNC_skb_change_tail,
	BPF_FUNC_skb_change_head, BPF_FUNC_skb_adjust_room, BPF_FUNC_get_socket_cookie,
	BPF_FUNC_get_socket_uid, BPF_FUNC_sk_redirect_map, BPF_FUNC_sk_redirect_hash,
	BPF_FUNC_perf_event_output, BPF_FUNC_sk_lookup_tcp, BPF_FUNC_sk_lookup_udp, BPF_FUNC_sk_release,
	BPF_FUNC_skc_lookup_tcp, 0,
};

static const struct helper_set helpers[] = {{own_helpers, NULL}, SK_BASE_HELPERS, {0}};

const struct prog_type prog_type_sk_skb = {
	.name = "SK_SKB",
	.doc = "parses or redirects what arrives at the sockets of a map",
	.ctx_size = sizeof(struct __sk_buff),
	.fields = fields,
	.helpers = helpers,
	.direct_packet = PACKET_READ | PACKET_WRITE,
};
