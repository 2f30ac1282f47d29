/*
 * SOCKET_FILTER: decides how many bytes of a packet a socket gets to see (net/core/filter.c, sk_filter_*).
 *
 * The context is struct __sk_buff without pointers to the packet: it is read through LD_ABS, LD_IND and
 * bpf_skb_load_bytes. In TEST_RUN the data begins behind the Ethernet header.
 */
#include "sets.h"
#include "skb.h"
#include "sock.h"

#define FIELD(field, kind, width, filter, tc, cgroup, lwt, sk_skb, ...) \
	{#field, SKB_PLACE(field), CTX_##kind, filter, CTX_##width, __VA_ARGS__},

static const struct ctx_field fields[] = {
#include "skb_fields.h"
	{0},
};

static const struct helper_set helpers[] = {{helpers_skb_filter, NULL}, SK_BASE_HELPERS, {0}};

static const char *ret_name(u32 ret)
{
	return ret ? "keep" : "drop";
}

const struct prog_type prog_type_socket_filter = {
	.name = "SOCKET_FILTER",
	.doc = "decides how many bytes of each packet a socket gets: 0 drops it",
	.ctx_size = sizeof(struct __sk_buff),
	.ctx_struct = "sk_buff",
	.fields = fields,
	.helpers = helpers,
	.packet = skb_packet_hidden,
	.load_classic = skb_load_classic,
	.ret_name = ret_name,
	.test_begin = skb_test_begin,
	.test_end = skb_test_end,
	.test_free = skb_test_free,
};
