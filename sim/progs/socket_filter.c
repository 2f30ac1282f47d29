/*
 * SOCKET_FILTER: decides how many bytes of a packet a socket gets to see (net/core/filter.c, sk_filter_*).
 *
 * The context is struct __sk_buff without pointers to the packet: it is read through LD_ABS, LD_IND and
 * bpf_skb_load_bytes. In TEST_RUN the data begins behind the Ethernet header.
 */
#include "skb.h"

#define UAPI(field) offsetof(struct __sk_buff, field), sizeof(((struct __sk_buff *)0)->field)
#define FIELD(field, kind, width, filter, cls, ...) \
	{#field, UAPI(field), CTX_##kind, filter, CTX_##width, __VA_ARGS__},

static const struct ctx_field fields[] = {
#include "skb_fields.h"
	{0},
};

static const u16 helpers[] = {
	BPF_FUNC_skb_load_bytes, BPF_FUNC_skb_load_bytes_relative, BPF_FUNC_get_socket_cookie,
	BPF_FUNC_get_socket_uid, BPF_FUNC_perf_event_output,       0,
};

static const char *ret_name(u32 ret)
{
	return ret ? "keep" : "drop";
}

const struct prog_type prog_type_socket_filter = {
	.name = "SOCKET_FILTER",
	.doc = "decides how many bytes of each packet a socket gets: 0 drops it",
	.ctx_size = sizeof(struct __sk_buff),
	.fields = fields,
	.helpers = helpers,
	.packet = skb_packet_hidden,
	.load_classic = skb_load_classic,
	.ret_name = ret_name,
	.test_begin = skb_test_begin,
	.test_end = skb_test_end,
	.test_free = skb_test_free,
};
