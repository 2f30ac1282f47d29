/*
 * The table of program types, and what the verifier asks of it: which helpers under which contract, what may
 * be returned.
 *
 * Mirrors the bpf_verifier_ops of each type, resolve_prog_type and the tables of check_return_code.
 */
#include "prog_type.h"

extern const struct prog_type prog_type_cgroup_device, prog_type_cgroup_skb, prog_type_cgroup_sock,
	prog_type_cgroup_sock_addr, prog_type_cgroup_sockopt, prog_type_cgroup_sysctl, prog_type_ext,
	prog_type_flow_dissector, prog_type_kprobe, prog_type_lirc_mode2, prog_type_lsm, prog_type_lwt_in,
	prog_type_lwt_out, prog_type_lwt_seg6local, prog_type_lwt_xmit, prog_type_perf_event,
	prog_type_raw_tracepoint, prog_type_raw_tracepoint_writable, prog_type_sched_act, prog_type_sched_cls,
	prog_type_sk_lookup, prog_type_sk_msg, prog_type_sk_reuseport, prog_type_sk_skb, prog_type_sock_ops,
	prog_type_socket_filter, prog_type_struct_ops, prog_type_syscall, prog_type_tracepoint, prog_type_tracing,
	prog_type_xdp;

const struct prog_type *const prog_types[] = {
	[BPF_PROG_TYPE_SOCKET_FILTER] = &prog_type_socket_filter,
	[BPF_PROG_TYPE_KPROBE] = &prog_type_kprobe,
	[BPF_PROG_TYPE_SCHED_CLS] = &prog_type_sched_cls,
	[BPF_PROG_TYPE_SCHED_ACT] = &prog_type_sched_act,
	[BPF_PROG_TYPE_TRACEPOINT] = &prog_type_tracepoint,
	[BPF_PROG_TYPE_XDP] = &prog_type_xdp,
	[BPF_PROG_TYPE_PERF_EVENT] = &prog_type_perf_event,
	[BPF_PROG_TYPE_CGROUP_SKB] = &prog_type_cgroup_skb,
	[BPF_PROG_TYPE_CGROUP_SOCK] = &prog_type_cgroup_sock,
	[BPF_PROG_TYPE_LWT_IN] = &prog_type_lwt_in,
	[BPF_PROG_TYPE_LWT_OUT] = &prog_type_lwt_out,
	[BPF_PROG_TYPE_LWT_XMIT] = &prog_type_lwt_xmit,
	[BPF_PROG_TYPE_SOCK_OPS] = &prog_type_sock_ops,
	[BPF_PROG_TYPE_SK_SKB] = &prog_type_sk_skb,
	[BPF_PROG_TYPE_CGROUP_DEVICE] = &prog_type_cgroup_device,
	[BPF_PROG_TYPE_SK_MSG] = &prog_type_sk_msg,
	[BPF_PROG_TYPE_RAW_TRACEPOINT] = &prog_type_raw_tracepoint,
	[BPF_PROG_TYPE_CGROUP_SOCK_ADDR] = &prog_type_cgroup_sock_addr,
	[BPF_PROG_TYPE_LWT_SEG6LOCAL] = &prog_type_lwt_seg6local,
	[BPF_PROG_TYPE_LIRC_MODE2] = &prog_type_lirc_mode2,
	[BPF_PROG_TYPE_SK_REUSEPORT] = &prog_type_sk_reuseport,
	[BPF_PROG_TYPE_FLOW_DISSECTOR] = &prog_type_flow_dissector,
	[BPF_PROG_TYPE_CGROUP_SYSCTL] = &prog_type_cgroup_sysctl,
	[BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE] = &prog_type_raw_tracepoint_writable,
	[BPF_PROG_TYPE_CGROUP_SOCKOPT] = &prog_type_cgroup_sockopt,
	[BPF_PROG_TYPE_TRACING] = &prog_type_tracing,
	[BPF_PROG_TYPE_STRUCT_OPS] = &prog_type_struct_ops,
	[BPF_PROG_TYPE_EXT] = &prog_type_ext,
	[BPF_PROG_TYPE_LSM] = &prog_type_lsm,
	[BPF_PROG_TYPE_SK_LOOKUP] = &prog_type_sk_lookup,
	[BPF_PROG_TYPE_SYSCALL] = &prog_type_syscall,
};

const u32 prog_types_count = ARRAY_SIZE(prog_types);

const struct prog_type *prog_type_by_id(u32 type)
{
	return type < prog_types_count ? prog_types[type] : NULL;
}

u32 prog_acting_type(const struct prog *prog)
{
	bool extends = prog->type == BPF_PROG_TYPE_EXT && prog->attach_prog;

	return extends ? container_of(prog->attach_prog, struct prog, obj)->type : prog->type;
}

const struct prog_type *prog_rules_of(const struct prog *prog)
{
	return prog_type_by_id(prog_acting_type(prog));
}

/* --- helpers --- */

/* The number in @set that stands for helper @id, 0 when there is none. */
static u16 number_of(const struct helper_set *set, u32 id)
{
	for (const u16 *number = set->numbers; *number; number++)
		if (helper_by_number(*number)->id == id)
			return *number;
	return 0;
}

const struct helper *prog_helper(const struct prog_view *view, u32 id)
{
	const struct prog_type *type = prog_rules_of(view->prog);

	for (const struct helper_set *set = type->helpers; set && set->numbers; set++) {
		u16 number = number_of(set, id);

		if (number && (!set->when || set->when(view)))
			return helper_by_number(number);
	}
	return NULL;
}

/* The functions whose programs may ask for a file's name: none of them holds a lock that the name needs. */
static bool d_path_is_safe_in(const char *func)
{
	static const char *const funcs[] = {
		"security_file_permission", "security_inode_getattr", "security_file_open", "security_path_truncate",
		"vfs_truncate", "vfs_fallocate", "dentry_open", "vfs_getattr", "filp_close",
	};

	for (u32 i = 0; i < ARRAY_SIZE(funcs); i++)
		if (!strcmp(funcs[i], func))
			return true;
	return false;
}

static bool d_path_allowed(const struct prog_view *view)
{
	if (view->prog->type == BPF_PROG_TYPE_TRACING && view->prog->expected_attach_type == BPF_TRACE_ITER)
		return true;
	if (!view->attach_func)
		return false;
	if (view->prog->type == BPF_PROG_TYPE_LSM)
		return lsm_hook_sleeps(view->attach_func);
	return d_path_is_safe_in(view->attach_func);
}

/* A program that traces the storage functions must not call them. */
static bool sk_storage_allowed(const struct prog_view *view)
{
	static const char prefix[] = "bpf_sk_storage";

	if (view->prog->attach_prog)
		return false;
	switch (view->prog->expected_attach_type) {
	case BPF_TRACE_ITER:
	case BPF_TRACE_RAW_TP:
		return true;
	case BPF_TRACE_FENTRY:
	case BPF_TRACE_FEXIT:
		return view->attach_func && strncmp(view->attach_func, prefix, sizeof(prefix) - 1);
	default:
		return false;
	}
}

bool prog_allows_helper(const struct prog_view *view, const struct helper *helper)
{
	if (helper->flags & HELPER_ALLOWED_D_PATH)
		return d_path_allowed(view);
	if (helper->flags & HELPER_ALLOWED_SLEEPABLE_HOOK)
		return view->attach_func && lsm_hook_sleeps(view->attach_func);
	if (helper->flags & HELPER_ALLOWED_SK_STORAGE)
		return sk_storage_allowed(view);
	return true;
}

/* --- return values --- */

static bool rule_fits(const struct prog_view *view, const struct ret_rule *rule)
{
	if (rule->for_void && !view->attach_void)
		return false;
	return !rule->attach || attach_in(rule->attach, view->prog->expected_attach_type);
}

const struct ret_rule *prog_ret_rule(const struct prog_view *view)
{
	const struct ret_rule *rule = prog_rules_of(view->prog)->ret;

	while (rule && !rule_fits(view, rule))
		rule++;
	return rule && !rule->any ? rule : NULL;
}
