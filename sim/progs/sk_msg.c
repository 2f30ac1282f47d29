/*
 * SK_MSG: decides about messages that are sent through the sockets of a sockmap (net/core/filter.c,
 * sk_msg_*).
 */
#include "sock.h"
#include "uapi.h"

static const struct ctx_field fields[] = {
	{UAPI(sk_msg_md, data), RD, .kind = CTX_PACKET, MEMBER(sk_msg, data)},
	{UAPI(sk_msg_md, data_end), RD, .kind = CTX_PACKET_END, MEMBER(sk_msg, data_end)},
	{UAPI(sk_msg_md, family), RD, BEHIND(sk_msg, sk, sock_common, skc_family)},
	{UAPI(sk_msg_md, remote_ip4), RD, BEHIND(sk_msg, sk, sock_common, skc_daddr)},
	{UAPI(sk_msg_md, local_ip4), RD, BEHIND(sk_msg, sk, sock_common, skc_rcv_saddr)},
	{UAPI(sk_msg_md, remote_ip6), RD, .element = 4, SK_WORDS(sk_msg, sk, skc_v6_daddr)},
	{UAPI(sk_msg_md, local_ip6), RD, .element = 4, SK_WORDS(sk_msg, sk, skc_v6_rcv_saddr)},
	{UAPI(sk_msg_md, remote_port), RD, .convert = sock_convert_remote_port,
	 BEHIND(sk_msg, sk, sock_common, skc_dport)},
	{UAPI(sk_msg_md, local_port), RD, BEHIND(sk_msg, sk, sock_common, skc_num)},
	{UAPI(sk_msg_md, size), RD, MEMBER(sk_msg, sg_size)},
	{UAPI(sk_msg_md, sk), RD, .kind = CTX_SOCKET, MEMBER(sk_msg, sk)},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_msg_redirect_map, BPF_FUNC_msg_redirect_hash, BPF_FUNC_msg_apply_bytes,
	BPF_FUNC_msg_cork_bytes, BPF_FUNC_msg_pull_data, BPF_FUNC_msg_push_data, BPF_FUNC_msg_pop_data,
	BPF_FUNC_perf_event_output, BPF_FUNC_get_current_uid_gid, BPF_FUNC_get_current_pid_tgid,
	BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete, BPF_FUNC_get_netns_cookie,
	BPF_FUNC_get_current_cgroup_id, BPF_FUNC_get_current_ancestor_cgroup_id,
	HELPER_get_cgroup_classid_task, 0,
};

static const struct helper_set helpers[] = {{own_helpers, NULL}, SK_BASE_HELPERS, {0}};

static void packet(u64 ctx, struct packet_place *out)
{
	const struct sk_msg *msg = (const struct sk_msg *)ctx;

	*out = (struct packet_place){msg->data, msg->data, msg->data_end, REGION_READ | REGION_WRITE};
}

const struct prog_type prog_type_sk_msg = {
	.name = "SK_MSG",
	.doc = "lets messages between sockets of a map pass, drops or redirects them",
	.ctx_size = sizeof(struct sk_msg_md),
	.ctx_struct = "sk_msg",
	.fields = fields,
	.helpers = helpers,
	.packet = packet,
	.direct_packet = PACKET_READ | PACKET_WRITE,
};
