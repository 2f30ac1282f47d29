/*
 * SCHED_CLS: classifies, changes or redirects packets on their way into or out of a device (tc). SCHED_ACT,
 * the action of a tc filter, is the same but for its place. Mirrors tc_cls_act_* of net/core/filter.c.
 *
 * The context is struct __sk_buff with pointers to the packet, Ethernet header first.
 */
#include <linux/pkt_cls.h>

#include "sets.h"
#include "skb.h"
#include "sock.h"

#define FIELD(field, kind, width, filter, tc, cgroup, lwt, sk_skb, ...) \
	{#field, SKB_PLACE(field), CTX_##kind, tc, CTX_##width, __VA_ARGS__},

/* Here each packet has a device. */
#define SKB_MAYBE_NO_DEV false
static const struct ctx_field fields[] = {
#include "skb_fields.h"
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_skb_store_bytes, BPF_FUNC_skb_load_bytes, BPF_FUNC_skb_load_bytes_relative,
	BPF_FUNC_skb_pull_data, BPF_FUNC_csum_diff, BPF_FUNC_csum_update, BPF_FUNC_csum_level,
	BPF_FUNC_l3_csum_replace, BPF_FUNC_l4_csum_replace, BPF_FUNC_clone_redirect,
	BPF_FUNC_get_cgroup_classid, BPF_FUNC_skb_vlan_push, BPF_FUNC_skb_vlan_pop, BPF_FUNC_skb_change_proto,
	BPF_FUNC_skb_change_type, BPF_FUNC_skb_adjust_room, BPF_FUNC_skb_change_tail,
	BPF_FUNC_skb_change_head, BPF_FUNC_skb_get_tunnel_key, BPF_FUNC_skb_set_tunnel_key,
	BPF_FUNC_skb_get_tunnel_opt, BPF_FUNC_skb_set_tunnel_opt, BPF_FUNC_redirect, BPF_FUNC_redirect_neigh,
	BPF_FUNC_redirect_peer, BPF_FUNC_get_route_realm, BPF_FUNC_get_hash_recalc, BPF_FUNC_set_hash_invalid,
	BPF_FUNC_set_hash, BPF_FUNC_perf_event_output, BPF_FUNC_get_smp_processor_id,
	BPF_FUNC_skb_under_cgroup, BPF_FUNC_get_socket_cookie, BPF_FUNC_get_socket_uid, BPF_FUNC_fib_lookup,
	BPF_FUNC_check_mtu, BPF_FUNC_sk_fullsock, BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete,
	BPF_FUNC_skb_get_xfrm_state, BPF_FUNC_skb_cgroup_classid, BPF_FUNC_skb_cgroup_id,
	BPF_FUNC_skb_ancestor_cgroup_id, BPF_FUNC_sk_lookup_tcp, BPF_FUNC_sk_lookup_udp, BPF_FUNC_sk_release,
	BPF_FUNC_tcp_sock, BPF_FUNC_get_listener_sock, BPF_FUNC_skc_lookup_tcp, BPF_FUNC_tcp_check_syncookie,
	BPF_FUNC_skb_ecn_set_ce, BPF_FUNC_tcp_gen_syncookie, BPF_FUNC_sk_assign, BPF_FUNC_skb_set_tstamp,
	BPF_FUNC_tcp_raw_gen_syncookie_ipv4, BPF_FUNC_tcp_raw_gen_syncookie_ipv6,
	BPF_FUNC_tcp_raw_check_syncookie_ipv4, BPF_FUNC_tcp_raw_check_syncookie_ipv6, 0,
};

static const struct helper_set helpers[] = {{own_helpers, NULL}, SK_BASE_HELPERS, {0}};

static const char *ret_name(u32 ret)
{
	static const char *const names[] = {
		[TC_ACT_OK] = "TC_ACT_OK",
		[TC_ACT_RECLASSIFY] = "TC_ACT_RECLASSIFY",
		[TC_ACT_SHOT] = "TC_ACT_SHOT",
		[TC_ACT_PIPE] = "TC_ACT_PIPE",
		[TC_ACT_STOLEN] = "TC_ACT_STOLEN",
		[TC_ACT_QUEUED] = "TC_ACT_QUEUED",
		[TC_ACT_REPEAT] = "TC_ACT_REPEAT",
		[TC_ACT_REDIRECT] = "TC_ACT_REDIRECT",
		[TC_ACT_TRAP] = "TC_ACT_TRAP",
	};

	if (ret == (u32)TC_ACT_UNSPEC)
		return "TC_ACT_UNSPEC";
	return ret < ARRAY_SIZE(names) ? names[ret] : NULL;
}

const struct prog_type prog_type_sched_cls = {
	.name = "SCHED_CLS",
	.doc = "classifies, changes or redirects packets at a device, on their way in or out (tc)",
	.ctx_size = sizeof(struct __sk_buff),
	.ctx_struct = "sk_buff",
	.fields = fields,
	.helpers = helpers,
	.direct_packet = PACKET_READ | PACKET_WRITE,
	.unclones = true,
	.drop = TC_ACT_SHOT,
	.packet = skb_packet,
	.load_classic = skb_load_classic,
	.ret_name = ret_name,
	.test_begin = skb_test_begin,
	.test_end = skb_test_end,
	.test_free = skb_test_free,
};

const struct prog_type prog_type_sched_act = {
	.name = "SCHED_ACT",
	.doc = "the action of a tc filter: changes, drops or redirects packets that the filter has chosen",
	.ctx_size = sizeof(struct __sk_buff),
	.ctx_struct = "sk_buff",
	.fields = fields,
	.helpers = helpers,
	.direct_packet = PACKET_READ | PACKET_WRITE,
	.unclones = true,
	.drop = TC_ACT_SHOT,
	.packet = skb_packet,
	.load_classic = skb_load_classic,
	.ret_name = ret_name,
	.test_begin = skb_test_begin,
	.test_end = skb_test_end,
	.test_free = skb_test_free,
};
