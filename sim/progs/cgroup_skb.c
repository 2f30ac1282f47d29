/*
 * CGROUP_SKB: lets packets of a cgroup's sockets pass or drops them, on their way in or out
 * (net/core/filter.c, cg_skb_*).
 *
 * Its events are in the table of world/happening_kinds.c.
 */
#include "sets.h"
#include "skb.h"
#include "sock.h"

#define FIELD(field, kind, width, filter, tc, cgroup, lwt, sk_skb, ...) \
	{#field, SKB_PLACE(field), CTX_##kind, cgroup, CTX_##width, __VA_ARGS__},

static const struct ctx_field fields[] = {
#include "skb_fields.h"
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_sk_fullsock, BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete, BPF_FUNC_perf_event_output,
	BPF_FUNC_skb_cgroup_id, BPF_FUNC_skb_ancestor_cgroup_id, BPF_FUNC_sk_cgroup_id,
	BPF_FUNC_sk_ancestor_cgroup_id, BPF_FUNC_sk_lookup_tcp, BPF_FUNC_sk_lookup_udp, BPF_FUNC_sk_release,
	BPF_FUNC_skc_lookup_tcp, BPF_FUNC_tcp_sock, BPF_FUNC_get_listener_sock, BPF_FUNC_skb_ecn_set_ce, 0,
};

static const struct helper_set helpers[] = {
	CGROUP_COMMON_HELPERS, {own_helpers, NULL}, {helpers_skb_filter, NULL}, SK_BASE_HELPERS, {0},
};

/* On the way out, bit 1 says that there is congestion. */
static const struct ret_rule ret[] = {
	{.attach = ATTACH_BIT(BPF_CGROUP_INET_EGRESS), .max = 3},
	{.max = 1},
};

const struct prog_type prog_type_cgroup_skb = {
	.name = "CGROUP_SKB",
	.doc = "lets packets of the sockets of a cgroup pass, or drops them",
	.ctx_size = sizeof(struct __sk_buff),
	.ctx_struct = "sk_buff",
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
	.direct_packet = PACKET_READ,
	.packet = skb_packet_read,
	.test_begin = skb_test_begin,
	.test_end = skb_test_end,
	.test_free = skb_test_free,
};
