/*
 * The table of program types: it is complete, its entries make sense, and what the verifier asks of it is
 * answered as Linux 6.1 does: fields of contexts, helpers, return values. Cases are facts read in the
 * kernel's is_valid_access, get_func_proto and check_return_code functions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "sim/progs/prog_type.h"

#define TYPES (BPF_PROG_TYPE_SYSCALL + 1)

static const char *const names[TYPES] = {
#define TYPE(name) [BPF_PROG_TYPE_##name] = #name
	TYPE(SOCKET_FILTER), TYPE(KPROBE), TYPE(SCHED_CLS), TYPE(SCHED_ACT), TYPE(TRACEPOINT), TYPE(XDP),
	TYPE(PERF_EVENT), TYPE(CGROUP_SKB), TYPE(CGROUP_SOCK), TYPE(LWT_IN), TYPE(LWT_OUT), TYPE(LWT_XMIT),
	TYPE(SOCK_OPS), TYPE(SK_SKB), TYPE(CGROUP_DEVICE), TYPE(SK_MSG), TYPE(RAW_TRACEPOINT),
	TYPE(CGROUP_SOCK_ADDR), TYPE(LWT_SEG6LOCAL), TYPE(LIRC_MODE2), TYPE(SK_REUSEPORT), TYPE(FLOW_DISSECTOR),
	TYPE(CGROUP_SYSCTL), TYPE(RAW_TRACEPOINT_WRITABLE), TYPE(CGROUP_SOCKOPT), TYPE(TRACING),
	TYPE(STRUCT_OPS), TYPE(EXT), TYPE(LSM), TYPE(SK_LOOKUP), TYPE(SYSCALL),
};

static void test_every_type_has_an_entry(void **state)
{
	(void)state;
	assert_int_equal(prog_types_count, TYPES);
	for (u32 type = 1; type < TYPES; type++) {
		assert_non_null(prog_types[type]);
		assert_string_equal(prog_types[type]->name, names[type]);
		assert_true(strlen(prog_types[type]->doc) > 10);
		assert_true(type == BPF_PROG_TYPE_EXT || (prog_types[type]->fields && prog_types[type]->helpers));
		assert_int_equal(!prog_types[type]->test_begin, !prog_types[type]->test_free);
	}
	assert_null(prog_type_by_id(0));
	assert_null(prog_type_by_id(TYPES));
}

static void check_fields(const struct ctx_field *fields, u32 ctx_size)
{
	s32 before = INT16_MIN;

	for (const struct ctx_field *f = fields; f && f->name; f++) {
		u32 element = f->element ? f->element : f->size;

		assert_true(f->off >= before);
		before = f->off;
		assert_true(!ctx_size || f->off + (s32)f->size <= (s32)ctx_size);
		assert_true(f->kind < CTX_KINDS && f->width <= CTX_BYTES);
		assert_int_equal(f->size % element, 0);
		assert_true(f->width != CTX_WIDE || f->element == 4);
		assert_true(f->kind == CTX_SCALAR || f->kind == CTX_BTF_ARG || f->width == CTX_FULL);
		assert_false(f->kind != CTX_SCALAR && f->access & (CTX_WRITE | CTX_WRITE_CAP));
	}
}

static void test_fields_make_sense(void **state)
{
	(void)state;
	for (u32 type = 1; type < TYPES; type++)
		check_fields(prog_types[type]->fields, prog_types[type]->ctx_size);
	check_fields(sock_common_fields, sizeof(struct bpf_sock));
	check_fields(sock_fields, sizeof(struct bpf_sock));
	check_fields(tcp_sock_fields, sizeof(struct bpf_tcp_sock));
	check_fields(xdp_sock_fields, sizeof(struct bpf_xdp_sock));
}

static void test_helpers_of_types_exist(void **state)
{
	(void)state;
	for (u32 type = 1; type < TYPES; type++)
		for (const struct helper_set *set = prog_types[type]->helpers; set && set->numbers; set++)
			for (const u16 *number = set->numbers; *number; number++)
				assert_non_null(helper_by_number(*number));
}

/* Each helper can be called by some type; but for those that Debian's kernel is built without. */
static void test_every_helper_is_of_use(void **state)
{
	(void)state;
	for (u32 number = 1; number < HELPER_NUMBERS; number++) {
		bool found = number == BPF_FUNC_override_return;

		for (u32 type = 1; type < TYPES; type++)
			for (const struct helper_set *set = prog_types[type]->helpers; set && set->numbers; set++)
				for (const u16 *n = set->numbers; *n; n++)
					found = found || *n == number;
		assert_true(found);
	}
}

/* Whoever may do everything, and nothing. */
static struct prog prog;
static const struct prog_view root = {.prog = &prog, .bpf_capable = true, .perfmon_capable = true, .sys_admin = true};
static const struct prog_view nobody = {.prog = &prog};

static void set_prog(u32 type, u32 attach_type)
{
	prog = (struct prog){.type = type, .expected_attach_type = attach_type};
}

#define AT(type, field) offsetof(struct type, field)
#define NO NULL

static const struct access_case {
	u32 type, attach_type;
	s32 off;
	u32 size;
	bool write;
	const char *field;   /* NULL: refused */
	u32 kind, field_size;
} accesses[] = {
	{BPF_PROG_TYPE_XDP, 0, 0, 4, false, "data", CTX_PACKET, 0},
	{BPF_PROG_TYPE_XDP, 0, 0, 8, false, NO, 0, 0},
	{BPF_PROG_TYPE_XDP, 0, 20, 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_XDP, BPF_XDP_DEVMAP, 20, 4, false, "egress_ifindex", CTX_SCALAR, 0},
	{BPF_PROG_TYPE_XDP, 1u << 30, 20, 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_XDP, 0, 16, 4, true, NO, 0, 0},
	{BPF_PROG_TYPE_XDP, 0, -4, 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_SOCKET_FILTER, 0, AT(__sk_buff, mark), 2, false, "mark", CTX_SCALAR, 4},
	{BPF_PROG_TYPE_SOCKET_FILTER, 0, AT(__sk_buff, mark), 4, true, NO, 0, 0},
	{BPF_PROG_TYPE_SOCKET_FILTER, 0, AT(__sk_buff, cb) + 8, 8, true, "cb", CTX_SCALAR, 0},
	{BPF_PROG_TYPE_SOCKET_FILTER, 0, AT(__sk_buff, sk), 8, false, "sk", CTX_SOCK_COMMON, 0},
	{BPF_PROG_TYPE_SCHED_ACT, 0, AT(__sk_buff, tstamp), 8, true, "tstamp", CTX_SCALAR, 0},
	{BPF_PROG_TYPE_SCHED_CLS, 0, AT(__sk_buff, tstamp_type), 1, false, "tstamp_type", CTX_SCALAR, 0},
	{BPF_PROG_TYPE_SCHED_CLS, 0, AT(__sk_buff, family), 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SKB, 0, AT(__sk_buff, family), 4, false, "family", CTX_SCALAR, 4},
	{BPF_PROG_TYPE_CGROUP_SKB, 0, AT(__sk_buff, data_end), 4, false, "data_end", CTX_PACKET_END, 0},
	{BPF_PROG_TYPE_CGROUP_SKB, 0, AT(__sk_buff, tc_classid), 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_LWT_IN, 0, AT(__sk_buff, priority), 4, true, "priority", CTX_SCALAR, 4},
	{BPF_PROG_TYPE_LWT_IN, 0, AT(__sk_buff, tstamp), 8, false, NO, 0, 0},
	{BPF_PROG_TYPE_SK_SKB, 0, AT(__sk_buff, mark), 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_SK_SKB, 0, AT(__sk_buff, tc_index), 4, true, "tc_index", CTX_SCALAR, 4},
	{BPF_PROG_TYPE_FLOW_DISSECTOR, 0, AT(__sk_buff, flow_keys), 8, false, "flow_keys", CTX_FLOW_KEYS, 0},
	{BPF_PROG_TYPE_FLOW_DISSECTOR, 0, AT(__sk_buff, len), 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE, AT(bpf_sock, mark), 4, true, "mark", CTX_SCALAR, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET4_POST_BIND, AT(bpf_sock, mark), 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET4_POST_BIND, AT(bpf_sock, src_ip4) + 2, 2, false, "src_ip4", 0, 4},
	{BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET6_POST_BIND, AT(bpf_sock, src_ip4), 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET6_POST_BIND, AT(bpf_sock, family) + 1, 1, false, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET6_POST_BIND, AT(bpf_sock, dst_port), 2, false, "dst_port", 0, 2},
	{BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET6_POST_BIND, AT(bpf_sock, dst_port), 4, false, "dst_port", 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET6_POST_BIND, AT(bpf_sock, dst_port) + 2, 2, false, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_BIND, AT(bpf_sock_addr, user_ip6) + 8, 8, true, "user_ip6", 0, 4},
	{BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_BIND, AT(bpf_sock_addr, user_ip6) + 6, 2, false, "user_ip6", 0, 4},
	{BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_BIND, AT(bpf_sock_addr, user_ip6) + 6, 2, true, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_BIND, AT(bpf_sock_addr, user_ip6), 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_UDP6_SENDMSG, AT(bpf_sock_addr, msg_src_ip6) + 4, 8, true,
	 "msg_src_ip6", 0, 4},
	{BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_UDP6_SENDMSG, AT(bpf_sock_addr, msg_src_ip6) + 12, 8, true, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_UDP6_SENDMSG, AT(bpf_sock_addr, sk), 8, false, "sk", CTX_SOCKET, 0},
	{BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_GETSOCKOPT, AT(bpf_sockopt, retval), 4, true, "retval", 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_SETSOCKOPT, AT(bpf_sockopt, retval), 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_GETSOCKOPT, AT(bpf_sockopt, level), 4, true, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_SYSCTL, 0, AT(bpf_sysctl, file_pos), 2, false, "file_pos", 0, 4},
	{BPF_PROG_TYPE_CGROUP_SYSCTL, 0, AT(bpf_sysctl, file_pos), 2, true, NO, 0, 0},
	{BPF_PROG_TYPE_CGROUP_DEVICE, 0, AT(bpf_cgroup_dev_ctx, access_type) + 2, 2, false, "access_type", 0, 4},
	{BPF_PROG_TYPE_CGROUP_DEVICE, 0, AT(bpf_cgroup_dev_ctx, major), 2, false, NO, 0, 0},
	{BPF_PROG_TYPE_SK_MSG, 0, AT(sk_msg_md, remote_ip6) + 4, 4, false, "remote_ip6", 0, 0},
	{BPF_PROG_TYPE_SK_MSG, 0, AT(sk_msg_md, remote_ip6) + 4, 8, false, NO, 0, 0},
	{BPF_PROG_TYPE_SK_REUSEPORT, 0, AT(sk_reuseport_md, eth_protocol), 1, false, NO, 0, 0},
	{BPF_PROG_TYPE_SK_REUSEPORT, 0, AT(sk_reuseport_md, eth_protocol) + 2, 2, false, "eth_protocol", 0, 4},
	{BPF_PROG_TYPE_SK_LOOKUP, 0, AT(bpf_sk_lookup, remote_port), 4, false, "remote_port", 0, 0},
	{BPF_PROG_TYPE_SK_LOOKUP, 0, AT(bpf_sk_lookup, remote_port) + 2, 1, false, "(padding)", 0, 2},
	{BPF_PROG_TYPE_SK_LOOKUP, 0, 0, 8, false, "sk", CTX_SOCKET_OR_NULL, 0},
	{BPF_PROG_TYPE_SOCK_OPS, 0, AT(bpf_sock_ops, reply), 4, true, "reply", 0, 0},
	{BPF_PROG_TYPE_SOCK_OPS, 0, AT(bpf_sock_ops, replylong) + 12, 4, false, "replylong", 0, 0},
	{BPF_PROG_TYPE_SOCK_OPS, 0, AT(bpf_sock_ops, replylong) + 12, 4, true, NO, 0, 0},
	{BPF_PROG_TYPE_SOCK_OPS, 0, AT(bpf_sock_ops, bytes_acked), 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_SOCK_OPS, 0, AT(bpf_sock_ops, skb_tcp_flags), 1, false, "skb_tcp_flags", 0, 4},
	{BPF_PROG_TYPE_SOCK_OPS, 0, AT(bpf_sock_ops, skb_tcp_flags) + 1, 1, false, NO, 0, 0},
	{BPF_PROG_TYPE_KPROBE, 0, 160, 8, false, "ss", 0, 0},
	{BPF_PROG_TYPE_KPROBE, 0, 9, 1, false, "r14", 0, 0},
	{BPF_PROG_TYPE_KPROBE, 0, 168, 1, false, NO, 0, 0},
	{BPF_PROG_TYPE_KPROBE, 0, 0, 8, true, NO, 0, 0},
	{BPF_PROG_TYPE_PERF_EVENT, 0, 8, 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_PERF_EVENT, 0, 176, 4, false, "addr", 0, 8},
	{BPF_PROG_TYPE_TRACEPOINT, 0, 0, 8, false, NO, 0, 0},
	{BPF_PROG_TYPE_TRACEPOINT, 0, 8184, 8, false, "record", 0, 0},
	{BPF_PROG_TYPE_TRACEPOINT, 0, 8192, 1, false, NO, 0, 0},
	{BPF_PROG_TYPE_TRACEPOINT, 0, -8, 8, false, "(before the record)", 0, 0},
	{BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 88, 4, false, "args", 0, 0},
	{BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 96, 1, false, NO, 0, 0},
	{BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 0, 0, 8, false, "args", CTX_TP_BUFFER, 0},
	{BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 0, 0, 4, false, NO, 0, 0},
	{BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 0, 3, 1, false, "args", CTX_SCALAR, 0},
	{BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 0, 6, 2, false, "args", CTX_SCALAR, 0},
	{BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, 8, 8, false, "arg1", CTX_BTF_ARG, 0},
	{BPF_PROG_TYPE_SYSCALL, 0, 65534, 2, true, "ctx", CTX_SCALAR, 0},
};

static void test_accesses(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(accesses); i++) {
		const struct access_case *c = &accesses[i];
		const struct ctx_field *field;

		set_prog(c->type, c->attach_type);
		field = ctx_access(&root, c->off, c->size, c->write);
		if (!field != !c->field)
			print_error("case %u: %s\n", i, field ? "accepted" : "refused");
		assert_int_equal(!field, !c->field);
		if (!field)
			continue;
		assert_string_equal(field->name, c->field);
		assert_int_equal(field->kind, c->kind);
		assert_int_equal(ctx_field_size(field), c->field_size);
	}
}

static void test_accesses_that_need_cap_bpf(void **state)
{
	(void)state;
	set_prog(BPF_PROG_TYPE_CGROUP_SKB, 0);
	assert_null(ctx_access(&nobody, AT(__sk_buff, data), 4, false));
	assert_non_null(ctx_access(&nobody, AT(__sk_buff, tstamp), 8, false));
	assert_null(ctx_access(&nobody, AT(__sk_buff, tstamp), 8, true));
	assert_non_null(ctx_access(&root, AT(__sk_buff, tstamp), 8, true));
}

#define PLAIN(id) helper_by_id(BPF_FUNC_##id)
#define OTHER(id) helper_by_number(HELPER_##id)

static const struct helper *call(u32 type, u32 attach_type, const struct prog_view *view, u32 id)
{
	set_prog(type, attach_type);
	return prog_helper(view, id);
}

static void test_helpers_by_rights(void **state)
{
	const u32 filter = BPF_PROG_TYPE_SOCKET_FILTER;
	struct prog_view only_bpf = {.prog = &prog, .bpf_capable = true}, only_perfmon = {.prog = &prog, .perfmon_capable = true};

	(void)state;
	assert_ptr_equal(call(filter, 0, &nobody, BPF_FUNC_map_lookup_elem), PLAIN(map_lookup_elem));
	assert_null(call(filter, 0, &nobody, BPF_FUNC_spin_lock));
	assert_non_null(call(filter, 0, &only_bpf, BPF_FUNC_spin_lock));
	assert_null(call(filter, 0, &only_bpf, BPF_FUNC_trace_printk));
	assert_null(call(filter, 0, &only_perfmon, BPF_FUNC_trace_printk));
	assert_non_null(call(filter, 0, &root, BPF_FUNC_trace_printk));
	assert_non_null(call(filter, 0, &only_perfmon, BPF_FUNC_skc_to_tcp_sock));
	assert_null(call(filter, 0, &root, BPF_FUNC_skb_store_bytes));
	assert_null(call(filter, 0, &root, 0));
	assert_null(call(filter, 0, &root, UINT32_MAX));
}

static void test_helpers_by_type(void **state)
{
	(void)state;
	assert_null(call(BPF_PROG_TYPE_KPROBE, 0, &root, BPF_FUNC_ktime_get_coarse_ns));
	assert_non_null(call(BPF_PROG_TYPE_XDP, 0, &root, BPF_FUNC_ktime_get_coarse_ns));
	assert_null(call(BPF_PROG_TYPE_LWT_SEG6LOCAL, 0, &root, BPF_FUNC_skb_pull_data));
	assert_non_null(call(BPF_PROG_TYPE_LWT_OUT, 0, &root, BPF_FUNC_skb_pull_data));
	assert_ptr_equal(call(BPF_PROG_TYPE_KPROBE, 0, &root, BPF_FUNC_get_func_ip), PLAIN(get_func_ip));
	assert_ptr_equal(call(BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI, &root, BPF_FUNC_get_func_ip),
			 OTHER(get_func_ip_kprobe_multi));
	assert_ptr_equal(call(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, &root, BPF_FUNC_get_stack), OTHER(get_stack_raw_tp));
	assert_ptr_equal(call(BPF_PROG_TYPE_SK_LOOKUP, 0, &root, BPF_FUNC_sk_assign), OTHER(sk_assign_sk_lookup));
	assert_ptr_equal(call(BPF_PROG_TYPE_CGROUP_SOCK, 0, &root, BPF_FUNC_sk_storage_get), OTHER(sk_storage_get_ctx));
	assert_ptr_equal(call(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, &root, BPF_FUNC_sk_storage_get), PLAIN(sk_storage_get));
	assert_ptr_equal(call(BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, &root, BPF_FUNC_sk_storage_get),
			 OTHER(sk_storage_get_tracing));
	assert_null(call(BPF_PROG_TYPE_SYSCALL, 0, &nobody, BPF_FUNC_sys_bpf));
	assert_non_null(call(BPF_PROG_TYPE_SYSCALL, 0, &root, BPF_FUNC_sys_bpf));
}

static void test_helpers_by_attach_type(void **state)
{
	const u32 addr = BPF_PROG_TYPE_CGROUP_SOCK_ADDR, opt = BPF_PROG_TYPE_CGROUP_SOCKOPT, tracing = BPF_PROG_TYPE_TRACING;

	(void)state;
	assert_non_null(call(addr, BPF_CGROUP_INET4_CONNECT, &root, BPF_FUNC_bind));
	assert_null(call(addr, BPF_CGROUP_INET4_BIND, &root, BPF_FUNC_bind));
	assert_null(call(addr, BPF_CGROUP_UDP4_RECVMSG, &root, BPF_FUNC_get_retval));
	assert_non_null(call(addr, BPF_CGROUP_UDP4_SENDMSG, &root, BPF_FUNC_get_retval));
	assert_ptr_equal(call(opt, BPF_CGROUP_SETSOCKOPT, &root, BPF_FUNC_setsockopt), OTHER(setsockopt_sk));
	assert_null(call(opt, BPF_CGROUP_GETSOCKOPT, &root, BPF_FUNC_setsockopt));
	assert_non_null(call(tracing, BPF_TRACE_FENTRY, &root, BPF_FUNC_get_func_arg));
	assert_null(call(tracing, BPF_TRACE_ITER, &root, BPF_FUNC_get_func_arg));
	assert_non_null(call(tracing, BPF_TRACE_ITER, &root, BPF_FUNC_seq_printf));
	assert_null(call(tracing, BPF_TRACE_RAW_TP, &root, BPF_FUNC_seq_printf));
}

static void test_helpers_by_traced_function(void **state)
{
	struct prog_view view = root;

	(void)state;
	view.attach_func = "dentry_open";
	set_prog(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY);
	assert_true(prog_allows_helper(&view, PLAIN(d_path)));
	assert_true(prog_allows_helper(&view, OTHER(sk_storage_get_tracing)));
	view.attach_func = "d_path";
	assert_false(prog_allows_helper(&view, PLAIN(d_path)));
	view.attach_func = "bpf_sk_storage_free";
	assert_false(prog_allows_helper(&view, OTHER(sk_storage_get_tracing)));
	set_prog(BPF_PROG_TYPE_LSM, BPF_LSM_MAC);
	view.attach_func = "bpf_lsm_bprm_committed_creds";
	assert_true(prog_allows_helper(&view, PLAIN(ima_inode_hash)));
	view.attach_func = "bpf_lsm_task_free";
	assert_false(prog_allows_helper(&view, PLAIN(ima_inode_hash)));
	assert_false(prog_allows_helper(&root, PLAIN(d_path)));
	set_prog(BPF_PROG_TYPE_LSM, BPF_LSM_CGROUP);
	view.attach_func = "bpf_lsm_sock_graft";
	assert_ptr_equal(prog_helper(&view, BPF_FUNC_setsockopt), OTHER(setsockopt_sk));
	view.attach_func = "bpf_lsm_socket_bind";
	assert_null(prog_helper(&view, BPF_FUNC_setsockopt));
}

static void check_ret(u32 type, u32 attach_type, u32 min, u32 max)
{
	const struct ret_rule *rule;

	set_prog(type, attach_type);
	rule = prog_ret_rule(&root);
	assert_non_null(rule);
	assert_int_equal(rule->min, min);
	assert_int_equal(rule->max, max);
}

static void test_return_values(void **state)
{
	(void)state;
	check_ret(BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0, 3);
	check_ret(BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_INGRESS, 0, 1);
	check_ret(BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_UDP6_RECVMSG, 1, 1);
	check_ret(BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_BIND, 0, 3);
	check_ret(BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, 0, 1);
	check_ret(BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, 0, 0);
	check_ret(BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, 0, 1);
	check_ret(BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP, SK_DROP, SK_PASS);
	check_ret(BPF_PROG_TYPE_LSM, BPF_LSM_CGROUP, 0, 1);
	set_prog(BPF_PROG_TYPE_LSM, BPF_LSM_MAC);
	assert_null(prog_ret_rule(&root));
	set_prog(BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN);
	assert_null(prog_ret_rule(&root));
	set_prog(BPF_PROG_TYPE_XDP, 0);
	assert_null(prog_ret_rule(&root));
}

static void test_an_extension_has_the_rules_of_its_target(void **state)
{
	struct prog target = {.type = BPF_PROG_TYPE_XDP};

	(void)state;
	set_prog(BPF_PROG_TYPE_EXT, 0);
	assert_null(prog_helper(&root, BPF_FUNC_xdp_adjust_head));
	assert_null(ctx_access(&root, 0, 4, false));
	prog.attach_prog = &target.obj;
	assert_non_null(prog_helper(&root, BPF_FUNC_xdp_adjust_head));
	assert_non_null(ctx_access(&root, 0, 4, false));
	assert_ptr_equal(prog_rules_of(&prog), prog_types[BPF_PROG_TYPE_XDP]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_type_has_an_entry),
		cmocka_unit_test(test_fields_make_sense),
		cmocka_unit_test(test_helpers_of_types_exist),
		cmocka_unit_test(test_every_helper_is_of_use),
		cmocka_unit_test(test_accesses),
		cmocka_unit_test(test_accesses_that_need_cap_bpf),
		cmocka_unit_test(test_helpers_by_rights),
		cmocka_unit_test(test_helpers_by_type),
		cmocka_unit_test(test_helpers_by_attach_type),
		cmocka_unit_test(test_helpers_by_traced_function),
		cmocka_unit_test(test_return_values),
		cmocka_unit_test(test_an_extension_has_the_rules_of_its_target),
	};

	return cmocka_run_group_tests_name("prog_table", tests, NULL, NULL);
}
