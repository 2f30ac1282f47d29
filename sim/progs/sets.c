/* Sets of helpers that several types of programs share: see sets.h. */
#include "sets.h"

const u16 helpers_base[] = {
	BPF_FUNC_map_lookup_elem, BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem, BPF_FUNC_map_push_elem,
	BPF_FUNC_map_pop_elem, BPF_FUNC_map_peek_elem, BPF_FUNC_map_lookup_percpu_elem,
	BPF_FUNC_get_prandom_u32, BPF_FUNC_get_smp_processor_id, BPF_FUNC_get_numa_node_id,
	BPF_FUNC_tail_call, BPF_FUNC_ktime_get_ns, BPF_FUNC_ktime_get_boot_ns, BPF_FUNC_ktime_get_tai_ns,
	BPF_FUNC_ringbuf_output, BPF_FUNC_ringbuf_reserve, BPF_FUNC_ringbuf_submit, BPF_FUNC_ringbuf_discard,
	BPF_FUNC_ringbuf_query, BPF_FUNC_strncmp, BPF_FUNC_strtol, BPF_FUNC_strtoul, 0,
};

const u16 helpers_with_cap_bpf[] = {
	BPF_FUNC_spin_lock, BPF_FUNC_spin_unlock, BPF_FUNC_jiffies64, BPF_FUNC_per_cpu_ptr,
	BPF_FUNC_this_cpu_ptr, BPF_FUNC_timer_init, BPF_FUNC_timer_set_callback, BPF_FUNC_timer_start,
	BPF_FUNC_timer_cancel, BPF_FUNC_kptr_xchg, BPF_FUNC_for_each_map_elem, BPF_FUNC_loop,
	BPF_FUNC_user_ringbuf_drain, BPF_FUNC_ringbuf_reserve_dynptr, BPF_FUNC_ringbuf_submit_dynptr,
	BPF_FUNC_ringbuf_discard_dynptr, BPF_FUNC_dynptr_from_mem, BPF_FUNC_dynptr_read,
	BPF_FUNC_dynptr_write, BPF_FUNC_dynptr_data, 0,
};

const u16 helpers_with_perfmon[] = {
	BPF_FUNC_trace_printk, BPF_FUNC_get_current_task, BPF_FUNC_get_current_task_btf,
	BPF_FUNC_probe_read_user, BPF_FUNC_probe_read_kernel, BPF_FUNC_probe_read_user_str,
	BPF_FUNC_probe_read_kernel_str, BPF_FUNC_snprintf_btf, BPF_FUNC_snprintf, BPF_FUNC_task_pt_regs,
	BPF_FUNC_trace_vprintk, 0,
};

/* --- network --- */

const u16 helpers_coarse_time[] = {BPF_FUNC_ktime_get_coarse_ns, 0};

const u16 helpers_sk_casts[] = {
	BPF_FUNC_skc_to_tcp6_sock, BPF_FUNC_skc_to_tcp_sock, BPF_FUNC_skc_to_tcp_timewait_sock,
	BPF_FUNC_skc_to_tcp_request_sock, BPF_FUNC_skc_to_udp6_sock, BPF_FUNC_skc_to_unix_sock,
	BPF_FUNC_skc_to_mptcp_sock, 0,
};

/* sk_filter_func_proto */
const u16 helpers_skb_filter[] = {
	BPF_FUNC_skb_load_bytes, BPF_FUNC_skb_load_bytes_relative, BPF_FUNC_get_socket_cookie,
	BPF_FUNC_get_socket_uid, BPF_FUNC_perf_event_output, 0,
};

/* lwt_out_func_proto, but for skb_pull_data */
const u16 helpers_lwt[] = {
	BPF_FUNC_skb_load_bytes, BPF_FUNC_csum_diff, BPF_FUNC_get_cgroup_classid, BPF_FUNC_get_route_realm,
	BPF_FUNC_get_hash_recalc, BPF_FUNC_perf_event_output, BPF_FUNC_get_smp_processor_id,
	BPF_FUNC_skb_under_cgroup, 0,
};

/* --- cgroups --- */

const u16 helpers_local_storage[] = {BPF_FUNC_get_local_storage, 0};
const u16 helpers_retval[] = {BPF_FUNC_get_retval, BPF_FUNC_set_retval, 0};

const u16 helpers_cgroup_current[] = {
	BPF_FUNC_get_current_uid_gid, BPF_FUNC_get_current_pid_tgid, BPF_FUNC_get_current_comm,
	BPF_FUNC_get_current_cgroup_id, BPF_FUNC_get_current_ancestor_cgroup_id,
	HELPER_get_cgroup_classid_task, 0,
};

/* --- tracing --- */

const u16 helpers_traced[] = {
	BPF_FUNC_map_lookup_elem, BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem, BPF_FUNC_map_push_elem,
	BPF_FUNC_map_pop_elem, BPF_FUNC_map_peek_elem, BPF_FUNC_map_lookup_percpu_elem, BPF_FUNC_ktime_get_ns,
	BPF_FUNC_ktime_get_boot_ns, BPF_FUNC_tail_call, BPF_FUNC_get_current_pid_tgid,
	BPF_FUNC_get_current_task, BPF_FUNC_get_current_task_btf, BPF_FUNC_task_pt_regs,
	BPF_FUNC_get_current_uid_gid, BPF_FUNC_get_current_comm, BPF_FUNC_trace_printk,
	BPF_FUNC_get_smp_processor_id, BPF_FUNC_get_numa_node_id, BPF_FUNC_perf_event_read,
	BPF_FUNC_current_task_under_cgroup, BPF_FUNC_get_prandom_u32,
	BPF_FUNC_probe_read_user, BPF_FUNC_probe_read_kernel, BPF_FUNC_probe_read_user_str,
	BPF_FUNC_probe_read_kernel_str, BPF_FUNC_probe_read, BPF_FUNC_probe_read_str,
	BPF_FUNC_get_current_cgroup_id, BPF_FUNC_get_current_ancestor_cgroup_id, BPF_FUNC_send_signal,
	BPF_FUNC_send_signal_thread, BPF_FUNC_perf_event_read_value, BPF_FUNC_get_ns_current_pid_tgid,
	BPF_FUNC_ringbuf_output, BPF_FUNC_ringbuf_reserve, BPF_FUNC_ringbuf_submit, BPF_FUNC_ringbuf_discard,
	BPF_FUNC_ringbuf_query, BPF_FUNC_jiffies64, BPF_FUNC_get_task_stack, BPF_FUNC_copy_from_user,
	BPF_FUNC_copy_from_user_task, BPF_FUNC_snprintf_btf, BPF_FUNC_per_cpu_ptr, BPF_FUNC_this_cpu_ptr,
	BPF_FUNC_task_storage_get, BPF_FUNC_task_storage_delete, BPF_FUNC_for_each_map_elem,
	BPF_FUNC_snprintf, BPF_FUNC_get_func_ip, BPF_FUNC_get_branch_snapshot, BPF_FUNC_find_vma,
	BPF_FUNC_trace_vprintk, 0,
};

const u16 helpers_write_user[] = {BPF_FUNC_probe_write_user, 0};

/* raw_tp_prog_func_proto */
const u16 helpers_stack_raw_tp[] = {
	BPF_FUNC_perf_event_output, BPF_FUNC_get_stackid, HELPER_get_stack_raw_tp, 0,
};

const u16 helpers_tracing[] = {
	BPF_FUNC_skb_output, BPF_FUNC_xdp_output, BPF_FUNC_skc_to_tcp6_sock, BPF_FUNC_skc_to_tcp_sock,
	BPF_FUNC_skc_to_tcp_timewait_sock, BPF_FUNC_skc_to_tcp_request_sock, BPF_FUNC_skc_to_udp6_sock,
	BPF_FUNC_skc_to_unix_sock, BPF_FUNC_skc_to_mptcp_sock, HELPER_sk_storage_get_tracing,
	HELPER_sk_storage_delete_tracing, BPF_FUNC_sock_from_file, HELPER_get_socket_cookie_ptr,
	HELPER_xdp_get_buff_len_tracing, BPF_FUNC_d_path, 0,
};

const u16 helpers_iter[] = {BPF_FUNC_seq_printf, BPF_FUNC_seq_write, BPF_FUNC_seq_printf_btf, 0};

const u16 helpers_trampoline[] = {
	BPF_FUNC_get_func_arg, BPF_FUNC_get_func_ret, BPF_FUNC_get_func_arg_cnt, BPF_FUNC_get_attach_cookie,
	0,
};

const u16 helpers_sk_options[] = {HELPER_setsockopt_sk, HELPER_getsockopt_sk, 0};

/* --- conditions --- */

bool has_cap_bpf(const struct prog_view *view)
{
	return view->bpf_capable;
}

bool has_perfmon(const struct prog_view *view)
{
	return view->perfmon_capable;
}

bool has_cap_bpf_and_perfmon(const struct prog_view *view)
{
	return view->bpf_capable && view->perfmon_capable;
}

bool has_sys_admin(const struct prog_view *view)
{
	return view->sys_admin;
}

/* Hooks whose caller has no value to show: packets, TCP events, addresses that are only reported. */
#define NO_RETVAL                                                                                        \
	(ATTACH_BIT(BPF_CGROUP_INET_INGRESS) | ATTACH_BIT(BPF_CGROUP_INET_EGRESS) |                      \
	 ATTACH_BIT(BPF_CGROUP_SOCK_OPS) | ATTACH_BIT(BPF_CGROUP_UDP4_RECVMSG) |                         \
	 ATTACH_BIT(BPF_CGROUP_UDP6_RECVMSG) | ATTACH_BIT(BPF_CGROUP_INET4_GETPEERNAME) |                \
	 ATTACH_BIT(BPF_CGROUP_INET6_GETPEERNAME) | ATTACH_BIT(BPF_CGROUP_INET4_GETSOCKNAME) |           \
	 ATTACH_BIT(BPF_CGROUP_INET6_GETSOCKNAME))
#define TRAMPOLINE \
	(ATTACH_BIT(BPF_TRACE_FENTRY) | ATTACH_BIT(BPF_TRACE_FEXIT) | ATTACH_BIT(BPF_MODIFY_RETURN))

bool has_retval(const struct prog_view *view)
{
	return !is_attach(view, NO_RETVAL);
}

bool is_iter(const struct prog_view *view)
{
	return is_attach(view, ATTACH_BIT(BPF_TRACE_ITER));
}

/* Iterators that hold the socket's lock. */
bool is_locked_sock_iter(const struct prog_view *view)
{
	if (!is_iter(view) || !view->attach_func)
		return false;
	return !strcmp(view->attach_func, "bpf_iter_tcp") || !strcmp(view->attach_func, "bpf_iter_unix");
}

bool has_trampoline(const struct prog_view *view)
{
	if (view->prog->type == BPF_PROG_TYPE_LSM)
		return is_attach(view, ATTACH_BIT(BPF_LSM_MAC));
	return view->prog->type == BPF_PROG_TYPE_TRACING && is_attach(view, TRAMPOLINE);
}
