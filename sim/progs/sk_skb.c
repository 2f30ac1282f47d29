/*
 * SK_SKB: parses and redirects what arrives at the sockets of a sockmap (net/core/filter.c, sk_skb_*;
 * net/core/sock_map.c).
 */
#include "ctx_convert.h"
#include "sets.h"
#include "skb.h"
#include "sock.h"

#define FIELD(field, kind, width, filter, tc, cgroup, lwt, sk_skb, ...) \
	{#field, SKB_PLACE(field), CTX_##kind, sk_skb, CTX_##width, __VA_ARGS__},

/* The end of the packet stands nowhere: data + len - data_len. */
static void convert_data_end(const struct ctx_conversion *c, struct patch *out)
{
	u8 dst = c->insn.dst_reg, skb = c->insn.src_reg;
	u8 sum = dst == skb ? ctx_spare_reg(&c->insn) : dst;
	s16 temp = offsetof(struct sk_buff, cb) + offsetof(struct sk_skb_cb, temp_reg);

	if (dst == skb)
		patch_add(out, make_store(BPF_DW, skb, sum, temp));
	patch_add(out, make_load(BPF_DW, sum, skb, offsetof(struct sk_buff, data)));
	patch_add(out, make_load(BPF_W, BPF_REG_AX, skb, offsetof(struct sk_buff, len)));
	patch_add(out, make_alu64_reg(BPF_ADD, sum, BPF_REG_AX));
	patch_add(out, make_load(BPF_W, BPF_REG_AX, skb, offsetof(struct sk_buff, data_len)));
	patch_add(out, make_alu64_reg(BPF_SUB, sum, BPF_REG_AX));
	if (dst == skb) {
		patch_add(out, make_alu64_reg(BPF_MOV, BPF_REG_AX, skb));
		patch_add(out, make_alu64_reg(BPF_MOV, dst, sum));
		patch_add(out, make_load(BPF_DW, sum, BPF_REG_AX, temp));
	}
}

/* Sockmaps use sk_buff.cb in a way of their own. */
#define SKB_CB sk_skb_cb
#define SKB_DATA_END_CONVERT convert_data_end
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
	.ctx_struct = "sk_buff",
	.fields = fields,
	.helpers = helpers,
	.direct_packet = PACKET_READ | PACKET_WRITE,
	.packet = skb_packet,
	.unclones = true,
	.drop = SK_DROP,
};
