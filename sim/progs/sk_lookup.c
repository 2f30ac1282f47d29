/*
 * SK_LOOKUP: chooses the socket that gets a connection or packet (net/core/filter.c, sk_lookup_*).
 *
 * Simplified: its event is not there yet.
 */
#include "uapi.h"

/* The remote port was 4 bytes once: 4 at a time, and its padding, can still be read. */
static const struct ctx_field fields[] = {
	{UAPI(bpf_sk_lookup, sk), RD, .kind = CTX_SOCKET_OR_NULL},
	{UAPI(bpf_sk_lookup, family), RD, .width = CTX_NARROW},
	{UAPI(bpf_sk_lookup, protocol), RD, .width = CTX_NARROW},
	{UAPI(bpf_sk_lookup, remote_ip4), RD, .width = CTX_NARROW},
	{UAPI(bpf_sk_lookup, remote_ip6), RD, .width = CTX_NARROW, .element = 4},
	{UAPI(bpf_sk_lookup, remote_port), RD, .width = CTX_NARROW},
	{.name = "remote_port", .off = offsetof(struct bpf_sk_lookup, remote_port), .size = 4, RD},
	{.name = "(padding)", .off = offsetof(struct bpf_sk_lookup, remote_port) + 2, .size = 2, RD,
	 .width = CTX_NARROW},
	{UAPI(bpf_sk_lookup, local_ip4), RD, .width = CTX_NARROW},
	{UAPI(bpf_sk_lookup, local_ip6), RD, .width = CTX_NARROW, .element = 4},
	{UAPI(bpf_sk_lookup, local_port), RD, .width = CTX_NARROW},
	{UAPI(bpf_sk_lookup, ingress_ifindex), RD, .width = CTX_NARROW},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_perf_event_output, HELPER_sk_assign_sk_lookup, BPF_FUNC_sk_release, 0,
};

static const struct helper_set helpers[] = {{own_helpers, NULL}, SK_BASE_HELPERS, {0}};

static const struct ret_rule ret[] = {{.min = SK_DROP, .max = SK_PASS}};

static const char *ret_name(u32 ret)
{
	return ret == SK_PASS ? "SK_PASS" : ret == SK_DROP ? "SK_DROP" : NULL;
}

const struct prog_type prog_type_sk_lookup = {
	.name = "SK_LOOKUP",
	.doc = "chooses the socket that gets a connection or packet",
	.ctx_size = sizeof(struct bpf_sk_lookup),
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
	.ret_name = ret_name,
};
