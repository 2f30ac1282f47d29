/*
 * FLOW_DISSECTOR: finds the addresses and ports of a packet (net/core/filter.c, flow_dissector_*;
 * net/core/flow_dissector.c).
 *
 * The context is struct __sk_buff, but only the packet and the keys to be filled are there.
 *
 * Simplified: its event is not there yet.
 */
#include "flow_test.h"
#include "uapi.h"

static const struct ctx_field fields[] = {
	{UAPI(__sk_buff, data), RD, .kind = CTX_PACKET, MEMBER(bpf_flow_dissector, data)},
	{UAPI(__sk_buff, data_end), RD, .kind = CTX_PACKET_END, MEMBER(bpf_flow_dissector, data_end)},
	{UAPI(__sk_buff, flow_keys), RD, .kind = CTX_FLOW_KEYS, MEMBER(bpf_flow_dissector, flow_keys)},
	{0},
};

static const u16 own_helpers[] = {BPF_FUNC_skb_load_bytes, 0};
static const struct helper_set helpers[] = {{own_helpers, NULL}, SK_BASE_HELPERS, {0}};

static void packet(u64 ctx, struct packet_place *out)
{
	const struct bpf_flow_dissector *d = (const struct bpf_flow_dissector *)ctx;

	*out = (struct packet_place){d->data, d->data, d->data_end, REGION_READ};
}

const struct prog_type prog_type_flow_dissector = {
	.name = "FLOW_DISSECTOR",
	.doc = "finds the addresses and ports of a packet",
	.ctx_size = sizeof(struct __sk_buff),
	.ctx_struct = "bpf_flow_dissector",
	.fields = fields,
	.helpers = helpers,
	.direct_packet = PACKET_READ,
	.packet = packet,
	.test_begin = flow_test_begin,
	.test_again = flow_test_again,
	.test_end = flow_test_end,
	.test_free = flow_test_free,
};
