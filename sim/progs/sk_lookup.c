/*
 * SK_LOOKUP: chooses the socket that gets a connection or packet (net/core/filter.c, sk_lookup_*).
 *
 * Simplified: its event is not there yet.
 */
#include "ctx_convert.h"
#include "lookup_test.h"
#include "uapi.h"

/* Only one of the two versions of IP has addresses. */
#define WORDS(pointer)                                                                                       \
	.hops = 1, .hop = {offsetof(struct bpf_sk_lookup_kern, pointer)}, .maybe_null = true, .target = 4

static u64 get_padding(u64 ctx)
{
	(void)ctx;
	return 0;
}

static void convert_padding(const struct ctx_conversion *c, struct patch *out)
{
	patch_add(out, make_alu32_imm(BPF_MOV, c->insn.dst_reg, 0));
}

/* The remote port was 4 bytes once: 4 at a time, and its padding, can still be read. */
static const struct ctx_field fields[] = {
	{UAPI(bpf_sk_lookup, sk), RD, .kind = CTX_SOCKET_OR_NULL, MEMBER(bpf_sk_lookup_kern, selected_sk)},
	{UAPI(bpf_sk_lookup, family), RD, .width = CTX_NARROW, MEMBER(bpf_sk_lookup_kern, family)},
	{UAPI(bpf_sk_lookup, protocol), RD, .width = CTX_NARROW, MEMBER(bpf_sk_lookup_kern, protocol)},
	{UAPI(bpf_sk_lookup, remote_ip4), RD, .width = CTX_NARROW, MEMBER(bpf_sk_lookup_kern, v4_saddr)},
	{UAPI(bpf_sk_lookup, remote_ip6), RD, .width = CTX_NARROW, .element = 4, WORDS(v6_saddr)},
	{UAPI(bpf_sk_lookup, remote_port), RD, .width = CTX_NARROW, MEMBER(bpf_sk_lookup_kern, sport)},
	{.name = "remote_port", .off = offsetof(struct bpf_sk_lookup, remote_port), .size = 4, RD,
	 MEMBER(bpf_sk_lookup_kern, sport)},
	{.name = "(padding)", .off = offsetof(struct bpf_sk_lookup, remote_port) + 2, .size = 2, RD,
	 .width = CTX_NARROW, .convert = convert_padding, .get = get_padding, .target = 2},
	{UAPI(bpf_sk_lookup, local_ip4), RD, .width = CTX_NARROW, MEMBER(bpf_sk_lookup_kern, v4_daddr)},
	{UAPI(bpf_sk_lookup, local_ip6), RD, .width = CTX_NARROW, .element = 4, WORDS(v6_daddr)},
	{UAPI(bpf_sk_lookup, local_port), RD, .width = CTX_NARROW, MEMBER(bpf_sk_lookup_kern, dport)},
	{UAPI(bpf_sk_lookup, ingress_ifindex), RD, .width = CTX_NARROW,
	 MEMBER(bpf_sk_lookup_kern, ingress_ifindex)},
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
	.ctx_struct = "bpf_sk_lookup_kern",
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
	.ret_name = ret_name,
	.test_begin = lookup_test_begin,
	.test_again = lookup_test_again,
	.test_end = lookup_test_end,
	.test_free = lookup_test_free,
};
