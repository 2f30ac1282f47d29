/*
 * STRUCT_OPS: functions of a table of the kernel, such as a TCP congestion control (net/ipv4/bpf_tcp_ca.c).
 *
 * Simplified: such maps and their events are not there yet; bpf_setsockopt and bpf_getsockopt, which all
 * functions of tcp_congestion_ops but release may call, are allowed in none.
 */
#include "btf_args.h"
#include "sets.h"

static const u16 own_helpers[] = {
	BPF_FUNC_tcp_send_ack, BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete,
	BPF_FUNC_ktime_get_coarse_ns, 0,
};

static const struct helper_set helpers[] = {{own_helpers, NULL}, BASE_HELPERS, {0}};

const struct prog_type prog_type_struct_ops = {
	.name = "STRUCT_OPS",
	.doc = "is one function of a table of the kernel, such as a TCP congestion control",
	.ctx_size = BTF_ARGS_SIZE,
	.fields = btf_arg_fields,
	.helpers = helpers,
	.gpl_only = true,
};
