/*
 * STRUCT_OPS: functions of a table of the kernel, such as a TCP congestion control (net/ipv4/bpf_tcp_ca.c).
 *
 * Simplified: such maps and their events are not there yet.
 */
#include "btf_args.h"
#include "sets.h"

#define TCP_OPS "tcp_congestion_ops."

static const u16 own_helpers[] = {
	BPF_FUNC_tcp_send_ack, BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete,
	BPF_FUNC_ktime_get_coarse_ns, 0,
};

static bool is_tcp(const struct prog_view *view)
{
	return view->attach_func && !strncmp(view->attach_func, TCP_OPS, sizeof(TCP_OPS) - 1);
}

/* When the socket is being given up its options are left alone. */
static bool is_tcp_before_release(const struct prog_view *view)
{
	return is_tcp(view) && strcmp(view->attach_func, TCP_OPS "release");
}

static const struct helper_set helpers[] = {
	{own_helpers, is_tcp}, {helpers_sk_options, is_tcp_before_release}, BASE_HELPERS, {0},
};

const struct prog_type prog_type_struct_ops = {
	.name = "STRUCT_OPS",
	.doc = "is one function of a table of the kernel, such as a TCP congestion control",
	.ctx_size = BTF_ARGS_SIZE,
	.fields = btf_arg_fields,
	.helpers = helpers,
	.gpl_only = true,
};
