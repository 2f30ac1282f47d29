/* The table of program types, and the helpers that all of them may call (kernel/bpf/helpers.c, bpf_base_func_proto). */
#include "prog_type.h"

extern const struct prog_type prog_type_socket_filter, prog_type_sched_cls, prog_type_xdp;

const struct prog_type *const prog_types[] = {
	[BPF_PROG_TYPE_SOCKET_FILTER] = &prog_type_socket_filter,
	[BPF_PROG_TYPE_SCHED_CLS] = &prog_type_sched_cls,
	[BPF_PROG_TYPE_XDP] = &prog_type_xdp,
};

const u32 prog_types_count = ARRAY_SIZE(prog_types);

const struct prog_type *prog_type_by_id(u32 type)
{
	return type < prog_types_count ? prog_types[type] : NULL;
}

static const u16 for_all[] = {
	BPF_FUNC_map_lookup_elem, BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem, BPF_FUNC_map_push_elem,
	BPF_FUNC_map_pop_elem, BPF_FUNC_map_peek_elem, BPF_FUNC_map_lookup_percpu_elem, BPF_FUNC_get_prandom_u32,
	BPF_FUNC_get_smp_processor_id, BPF_FUNC_get_numa_node_id, BPF_FUNC_tail_call, BPF_FUNC_ktime_get_ns,
	BPF_FUNC_ktime_get_boot_ns, BPF_FUNC_ktime_get_coarse_ns, BPF_FUNC_ktime_get_tai_ns, BPF_FUNC_ringbuf_output,
	BPF_FUNC_ringbuf_reserve, BPF_FUNC_ringbuf_submit, BPF_FUNC_ringbuf_discard, BPF_FUNC_ringbuf_query, BPF_FUNC_strncmp,
	BPF_FUNC_strtol, BPF_FUNC_strtoul, 0,
};

static const u16 with_cap_bpf[] = {
	BPF_FUNC_spin_lock, BPF_FUNC_spin_unlock, BPF_FUNC_jiffies64, BPF_FUNC_per_cpu_ptr, BPF_FUNC_this_cpu_ptr,
	BPF_FUNC_timer_init, BPF_FUNC_timer_set_callback, BPF_FUNC_timer_start, BPF_FUNC_timer_cancel, BPF_FUNC_kptr_xchg,
	BPF_FUNC_for_each_map_elem, BPF_FUNC_loop, BPF_FUNC_user_ringbuf_drain, BPF_FUNC_ringbuf_reserve_dynptr,
	BPF_FUNC_ringbuf_submit_dynptr, BPF_FUNC_ringbuf_discard_dynptr, BPF_FUNC_dynptr_from_mem, BPF_FUNC_dynptr_read,
	BPF_FUNC_dynptr_write, BPF_FUNC_dynptr_data, 0,
};

static const u16 with_cap_perfmon[] = {
	BPF_FUNC_trace_printk, BPF_FUNC_get_current_task, BPF_FUNC_get_current_task_btf, BPF_FUNC_probe_read_user,
	BPF_FUNC_probe_read_kernel, BPF_FUNC_probe_read_user_str, BPF_FUNC_probe_read_kernel_str, BPF_FUNC_snprintf_btf,
	BPF_FUNC_snprintf, BPF_FUNC_task_pt_regs, BPF_FUNC_trace_vprintk, BPF_FUNC_skc_to_tcp6_sock, BPF_FUNC_skc_to_tcp_sock,
	BPF_FUNC_skc_to_tcp_timewait_sock, BPF_FUNC_skc_to_tcp_request_sock, BPF_FUNC_skc_to_udp6_sock,
	BPF_FUNC_skc_to_unix_sock, BPF_FUNC_skc_to_mptcp_sock, 0,
};

static bool has(const u16 *ids, u32 id)
{
	while (*ids && *ids != id)
		ids++;
	return *ids;
}

bool prog_type_has_helper(const struct prog_type *type, u32 id, bool bpf_capable, bool perfmon_capable)
{
	if (has(type->helpers, id) || has(for_all, id))
		return true;
	return bpf_capable && (has(with_cap_bpf, id) || (perfmon_capable && has(with_cap_perfmon, id)));
}
