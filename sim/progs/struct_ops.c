/*
 * STRUCT_OPS: functions of a table of the kernel, such as a TCP congestion control (net/ipv4/bpf_tcp_ca.c), or the one that the
 * kernel has for its own tests (net/bpf/bpf_dummy_struct_ops.c).
 *
 * Called by events of TCP connections (world/event_tcp.c).
 */
#include "../btf.h"
#include "btf_args.h"
#include "sets.h"
#include "struct_ops.h"

/* Offsets in struct tcp_sock, which begins with a struct inet_connection_sock and a struct sock. */
static const struct writable tcp_fields[] = {
	{"sk_pacing_status", 396, 400, false}, {"sk_pacing_rate", 456, 464, false}, {"icsk_ack.pending", 1288, 1289, false},
	{"icsk_ca_priv", 1336, 1440, true},    {"ecn_flags", 1734, 1735, false},    {"snd_ssthresh", 1772, 1776, false},
	{"snd_cwnd", 1776, 1780, false},       {"snd_cwnd_cnt", 1780, 1784, false}, {0},
};

static const struct ops_table tables[] = {
	{"tcp_congestion_ops", .refused = "get_info", .full_socket = true, .writable = tcp_fields},
	{"bpf_dummy_ops", .only = "bpf_dummy_ops_state"},
};

const struct ops_table *ops_table_by_name(const char *name)
{
	for (u32 i = 0; i < ARRAY_SIZE(tables); i++)
		if (!strcmp(tables[i].name, name))
			return &tables[i];
	return NULL;
}

const struct btf_type *ops_proto(const struct btf_types *types, const struct btf_type *table, u32 member)
{
	const struct btf_type *t;

	if (member >= btf_vlen(table))
		return NULL;
	t = btf_type_by_id(types, btf_skip_mods(types, btf_members(table)[member].type));
	if (btf_kind(t) != BTF_KIND_PTR)
		return NULL;
	t = btf_type_by_id(types, btf_skip_mods(types, t->type));
	return btf_kind(t) == BTF_KIND_FUNC_PROTO ? t : NULL;
}

static const u16 own_helpers[] = {
	BPF_FUNC_tcp_send_ack, BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete,
	BPF_FUNC_ktime_get_coarse_ns, 0,
};

static bool is_tcp(const struct prog_view *view)
{
	return view->attach_table && !strcmp(view->attach_table, "tcp_congestion_ops");
}

/* When the socket is being given up its options are left alone. */
static bool is_tcp_before_release(const struct prog_view *view)
{
	return is_tcp(view) && strcmp(view->attach_func, "release");
}

/* Whoever may load such programs has the rights for all of them; the other table has none. */
static const struct helper_set helpers[] = {
	{own_helpers, is_tcp}, {helpers_sk_options, is_tcp_before_release}, {helpers_base, is_tcp},
	{helpers_with_cap_bpf, is_tcp}, {helpers_with_perfmon, is_tcp}, {0},
};

const struct prog_type prog_type_struct_ops = {
	.name = "STRUCT_OPS",
	.doc = "is one function of a table of the kernel, such as a TCP congestion control",
	.ctx_size = BTF_ARGS_SIZE,
	.fields = btf_arg_fields,
	.helpers = helpers,
	.gpl_only = true,
};
