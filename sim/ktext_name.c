/* Names of the kernel's functions: see ktext_name.h. Mirrors the .func of each struct bpf_func_proto. */
#include "ktext_name.h"
#include "btf.h"

#define T(type) (1ull << BPF_PROG_TYPE_##type)
#define TC (T(SCHED_CLS) | T(SCHED_ACT))
#define LWT (T(LWT_IN) | T(LWT_OUT) | T(LWT_XMIT) | T(LWT_SEG6LOCAL))
#define RAW_TRACING (T(RAW_TRACEPOINT) | T(RAW_TRACEPOINT_WRITABLE) | T(TRACING) | T(LSM) | T(SYSCALL))
#define ANY_TRACING (RAW_TRACING | T(KPROBE) | T(TRACEPOINT) | T(PERF_EVENT))
#define ALL UINT64_MAX

/* Where it is not "bpf_" and the helper's name. The first line that fits counts. */
static const struct {
	u16 number;      /* of the helper's contract: id or enum helper_variant */
	u64 types;       /* bits: program types */
	const char *name;
} others[] = {
	{BPF_FUNC_get_prandom_u32, ALL, "bpf_user_rnd_u32"},
	{BPF_FUNC_get_smp_processor_id, ANY_TRACING | LWT | TC | T(XDP), "bpf_get_smp_processor_id"},
	{BPF_FUNC_get_smp_processor_id, ALL, "bpf_get_raw_cpu_id"},
	{BPF_FUNC_probe_read, ALL, "bpf_probe_read_compat"},
	{BPF_FUNC_probe_read_str, ALL, "bpf_probe_read_compat_str"},
	{BPF_FUNC_skb_output, ALL, "bpf_skb_event_output"},
	{BPF_FUNC_xdp_output, ALL, "bpf_xdp_event_output"},
	{BPF_FUNC_redirect_map, ALL, "bpf_xdp_redirect_map"},
	{BPF_FUNC_load_hdr_opt, ALL, "bpf_sock_ops_load_hdr_opt"},
	{BPF_FUNC_store_hdr_opt, ALL, "bpf_sock_ops_store_hdr_opt"},
	{BPF_FUNC_reserve_hdr_opt, ALL, "bpf_sock_ops_reserve_hdr_opt"},
	{BPF_FUNC_sk_select_reuseport, ALL, "sk_select_reuseport"},
	{BPF_FUNC_get_func_arg, ALL, "get_func_arg"},
	{BPF_FUNC_get_func_ret, ALL, "get_func_ret"},
	{BPF_FUNC_get_func_arg_cnt, ALL, "get_func_arg_cnt"},

	{BPF_FUNC_perf_event_output, T(KPROBE), "bpf_perf_event_output"},
	{BPF_FUNC_perf_event_output, T(TRACEPOINT) | T(PERF_EVENT), "bpf_perf_event_output_tp"},
	{BPF_FUNC_perf_event_output, RAW_TRACING, "bpf_perf_event_output_raw_tp"},
	{BPF_FUNC_perf_event_output, T(XDP), "bpf_xdp_event_output"},
	{BPF_FUNC_perf_event_output, TC | LWT | T(SOCKET_FILTER) | T(CGROUP_SKB) | T(SK_SKB),
	 "bpf_skb_event_output"},
	{BPF_FUNC_perf_event_output, ALL, "bpf_event_output_data"},
	{BPF_FUNC_get_stackid, T(TRACEPOINT), "bpf_get_stackid_tp"},
	{BPF_FUNC_get_stackid, RAW_TRACING, "bpf_get_stackid_raw_tp"},
	{HELPER_get_stackid_perf_event, ALL, "bpf_get_stackid_pe"},
	{BPF_FUNC_get_stack, T(TRACEPOINT), "bpf_get_stack_tp"},
	{BPF_FUNC_get_stack, T(PERF_EVENT), "bpf_get_stack_pe"},
	{HELPER_get_stack_raw_tp, ALL, "bpf_get_stack_raw_tp"},
	{BPF_FUNC_get_func_ip, T(KPROBE), "bpf_get_func_ip_kprobe"},
	{BPF_FUNC_get_func_ip, ALL, "bpf_get_func_ip_tracing"},
	{HELPER_get_func_ip_kprobe_multi, ALL, "bpf_get_func_ip_kprobe_multi"},
	{BPF_FUNC_get_attach_cookie, T(KPROBE) | T(TRACEPOINT), "bpf_get_attach_cookie_trace"},
	{BPF_FUNC_get_attach_cookie, T(PERF_EVENT), "bpf_get_attach_cookie_pe"},
	{BPF_FUNC_get_attach_cookie, T(TRACING), "bpf_get_attach_cookie_tracing"},

	{BPF_FUNC_skb_load_bytes, T(FLOW_DISSECTOR), "bpf_flow_dissector_load_bytes"},
	{BPF_FUNC_skb_load_bytes, T(SK_REUSEPORT), "sk_reuseport_load_bytes"},
	{BPF_FUNC_skb_load_bytes_relative, T(SK_REUSEPORT), "sk_reuseport_load_bytes_relative"},
	{BPF_FUNC_skb_pull_data, T(SK_SKB), "sk_skb_pull_data"},
	{BPF_FUNC_skb_adjust_room, T(SK_SKB), "sk_skb_adjust_room"},
	{BPF_FUNC_skb_change_tail, T(SK_SKB), "sk_skb_change_tail"},
	{BPF_FUNC_skb_change_head, T(SK_SKB), "sk_skb_change_head"},
	{BPF_FUNC_redirect, T(XDP), "bpf_xdp_redirect"},
	{BPF_FUNC_fib_lookup, T(XDP), "bpf_xdp_fib_lookup"},
	{BPF_FUNC_fib_lookup, ALL, "bpf_skb_fib_lookup"},
	{BPF_FUNC_check_mtu, T(XDP), "bpf_xdp_check_mtu"},
	{BPF_FUNC_check_mtu, ALL, "bpf_skb_check_mtu"},
	{BPF_FUNC_lwt_push_encap, T(LWT_XMIT), "bpf_lwt_xmit_push_encap"},
	{BPF_FUNC_lwt_push_encap, ALL, "bpf_lwt_in_push_encap"},

	{BPF_FUNC_sk_lookup_tcp, T(XDP), "bpf_xdp_sk_lookup_tcp"},
	{BPF_FUNC_sk_lookup_tcp, TC, "bpf_tc_sk_lookup_tcp"},
	{HELPER_sk_lookup_tcp_sock_addr, ALL, "bpf_sock_addr_sk_lookup_tcp"},
	{BPF_FUNC_sk_lookup_udp, T(XDP), "bpf_xdp_sk_lookup_udp"},
	{BPF_FUNC_sk_lookup_udp, TC, "bpf_tc_sk_lookup_udp"},
	{HELPER_sk_lookup_udp_sock_addr, ALL, "bpf_sock_addr_sk_lookup_udp"},
	{BPF_FUNC_skc_lookup_tcp, T(XDP), "bpf_xdp_skc_lookup_tcp"},
	{BPF_FUNC_skc_lookup_tcp, TC, "bpf_tc_skc_lookup_tcp"},
	{HELPER_skc_lookup_tcp_sock_addr, ALL, "bpf_sock_addr_skc_lookup_tcp"},
	{HELPER_sk_assign_sk_lookup, ALL, "bpf_sk_lookup_assign"},
	{HELPER_sk_storage_get_tracing, ALL, "bpf_sk_storage_get_tracing"},
	{HELPER_sk_storage_delete_tracing, ALL, "bpf_sk_storage_delete_tracing"},
	{BPF_FUNC_setsockopt, T(SOCK_OPS), "bpf_sock_ops_setsockopt"},
	{BPF_FUNC_setsockopt, T(CGROUP_SOCK_ADDR), "bpf_sock_addr_setsockopt"},
	{BPF_FUNC_setsockopt, ALL, "bpf_sk_setsockopt"},
	{BPF_FUNC_getsockopt, T(SOCK_OPS), "bpf_sock_ops_getsockopt"},
	{BPF_FUNC_getsockopt, T(CGROUP_SOCK_ADDR), "bpf_sock_addr_getsockopt"},
	{BPF_FUNC_getsockopt, ALL, "bpf_sk_getsockopt"},
	{HELPER_setsockopt_sk, ALL, "bpf_sk_setsockopt"},
	{HELPER_getsockopt_sk, ALL, "bpf_sk_getsockopt"},
	{BPF_FUNC_get_netns_cookie, T(CGROUP_SOCKOPT), "bpf_get_netns_cookie_sockopt"},
	{BPF_FUNC_get_netns_cookie, T(CGROUP_SOCK), "bpf_get_netns_cookie_sock"},
	{BPF_FUNC_get_netns_cookie, T(CGROUP_SOCK_ADDR), "bpf_get_netns_cookie_sock_addr"},
	{BPF_FUNC_get_netns_cookie, T(SOCK_OPS), "bpf_get_netns_cookie_sock_ops"},
	{BPF_FUNC_get_netns_cookie, T(SK_MSG), "bpf_get_netns_cookie_sk_msg"},
	{BPF_FUNC_get_socket_cookie, T(CGROUP_SOCK), "bpf_get_socket_cookie_sock"},
	{BPF_FUNC_get_socket_cookie, T(CGROUP_SOCK_ADDR), "bpf_get_socket_cookie_sock_addr"},
	{BPF_FUNC_get_socket_cookie, T(SOCK_OPS), "bpf_get_socket_cookie_sock_ops"},
	{HELPER_get_socket_cookie_ptr, ALL, "bpf_get_socket_ptr_cookie"},
	{HELPER_get_cgroup_classid_task, ALL, "bpf_get_cgroup_classid_curr"},
};

static const char *helper_function(const struct prog *prog, u32 number)
{
	const struct helper *helper = helper_by_number(number);

	for (u32 i = 0; i < ARRAY_SIZE(others); i++)
		if (others[i].number == number && others[i].types >> prog->type & 1)
			return others[i].name;
	if (helper)
		return helper->name;
	return number && number < HELPER_IDS ? helper_name(number) : NULL;
}

static const char *internal_function(u32 n)
{
	static const char *const names[KTEXT_INTERNALS] = {
		[KTEXT_HTAB_LOOKUP] = "__htab_map_lookup_elem",
		[KTEXT_SKB_LOAD_8] = "bpf_skb_load_helper_8_no_cache",
		[KTEXT_SKB_LOAD_16] = "bpf_skb_load_helper_16_no_cache",
		[KTEXT_SKB_LOAD_32] = "bpf_skb_load_helper_32_no_cache",
#define RUN(n, bytes) \
	[KTEXT_INTERPRETER + n] = "__bpf_prog_run_args" #bytes, [KTEXT_RUN + n] = "__bpf_prog_run" #bytes
		RUN(0, 32),   RUN(1, 64),   RUN(2, 96),   RUN(3, 128),
		RUN(4, 160),  RUN(5, 192),  RUN(6, 224),  RUN(7, 256),
		RUN(8, 288),  RUN(9, 320),  RUN(10, 352), RUN(11, 384),
		RUN(12, 416), RUN(13, 448), RUN(14, 480), RUN(15, 512),
#undef RUN
#define THUNKS(n, reg) \
	[KTEXT_RETPOLINE + n] = "__x86_indirect_thunk_" reg, \
	[KTEXT_ITS_THUNK + n] = "__x86_indirect_its_thunk_" reg
		THUNKS(0, "rax"),  THUNKS(1, "rcx"),  THUNKS(2, "rdx"),  THUNKS(3, "rbx"),
		THUNKS(4, "rsp"),  THUNKS(5, "rbp"),  THUNKS(6, "rsi"),  THUNKS(7, "rdi"),
		THUNKS(8, "r8"),   THUNKS(9, "r9"),   THUNKS(10, "r10"), THUNKS(11, "r11"),
		THUNKS(12, "r12"), THUNKS(13, "r13"), THUNKS(14, "r14"), THUNKS(15, "r15"),
#undef THUNKS
		[KTEXT_RETURN_THUNK] = "__x86_return_thunk",
		[KTEXT_ITS_RETURN_THUNK] = "its_return_thunk",
	};

	return n < KTEXT_INTERNALS ? names[n] : NULL;
}

static const char *kernel_function(const struct sim *sim, u32 id)
{
	const struct btf_type *type = sim->host->vmlinux ? btf_type_by_id(sim->host->vmlinux, id) : NULL;

	return type && btf_kind(type) == BTF_KIND_FUNC ? btf_name(sim->host->vmlinux, id) : NULL;
}

const char *ktext_name(const struct sim *sim, const struct prog *prog, s32 imm)
{
	struct ktext at = ktext_at(imm);

	switch (at.kind) {
	case KTEXT_HELPER:
		return helper_function(prog, at.n);
	case KTEXT_MAP_OP:
		return map_function_name(at.n >> 8, at.n & 0xff);
	case KTEXT_INTERNAL:
		return internal_function(at.n);
	case KTEXT_KFUNC:
		return kernel_function(sim, at.n);
	default:
		return NULL;
	}
}

const char *ktext_internal_name(s32 imm)
{
	struct ktext at = ktext_at(imm);

	return at.kind == KTEXT_INTERNAL ? internal_function(at.n) : NULL;
}
