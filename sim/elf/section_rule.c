/*
 * Section names: what kind of program SEC("...") makes, as in libbpf 1.1 (tools/lib/bpf, section_defs).
 *
 * "name" fits exactly; "name+" fits "name" and "name/anything".
 */
#include "private.h"

#define SLEEPABLE ELF_RULE_SLEEPABLE
#define FRAGS ELF_RULE_FRAGS
#define ATTACH_BTF ELF_RULE_ATTACH_BTF
#define RULE(name, type, attach, flags) {name, BPF_PROG_TYPE_##type, attach, flags}

static const struct elf_section_rule rules[] = {
	RULE("socket", SOCKET_FILTER, 0, 0),
	RULE("sk_reuseport/migrate", SK_REUSEPORT, BPF_SK_REUSEPORT_SELECT_OR_MIGRATE, 0),
	RULE("sk_reuseport", SK_REUSEPORT, BPF_SK_REUSEPORT_SELECT, 0),
	RULE("kprobe+", KPROBE, 0, 0),
	RULE("uprobe+", KPROBE, 0, 0),
	RULE("uprobe.s+", KPROBE, 0, SLEEPABLE),
	RULE("kretprobe+", KPROBE, 0, 0),
	RULE("uretprobe+", KPROBE, 0, 0),
	RULE("uretprobe.s+", KPROBE, 0, SLEEPABLE),
	RULE("kprobe.multi+", KPROBE, BPF_TRACE_KPROBE_MULTI, 0),
	RULE("kretprobe.multi+", KPROBE, BPF_TRACE_KPROBE_MULTI, 0),
	RULE("ksyscall+", KPROBE, 0, 0),
	RULE("kretsyscall+", KPROBE, 0, 0),
	RULE("usdt+", KPROBE, 0, 0),
	RULE("tc", SCHED_CLS, 0, 0),
	RULE("classifier", SCHED_CLS, 0, 0),
	RULE("action", SCHED_ACT, 0, 0),
	RULE("tracepoint+", TRACEPOINT, 0, 0),
	RULE("tp+", TRACEPOINT, 0, 0),
	RULE("raw_tracepoint+", RAW_TRACEPOINT, 0, 0),
	RULE("raw_tp+", RAW_TRACEPOINT, 0, 0),
	RULE("raw_tracepoint.w+", RAW_TRACEPOINT_WRITABLE, 0, 0),
	RULE("raw_tp.w+", RAW_TRACEPOINT_WRITABLE, 0, 0),
	RULE("tp_btf+", TRACING, BPF_TRACE_RAW_TP, ATTACH_BTF),
	RULE("fentry+", TRACING, BPF_TRACE_FENTRY, ATTACH_BTF),
	RULE("fmod_ret+", TRACING, BPF_MODIFY_RETURN, ATTACH_BTF),
	RULE("fexit+", TRACING, BPF_TRACE_FEXIT, ATTACH_BTF),
	RULE("fentry.s+", TRACING, BPF_TRACE_FENTRY, ATTACH_BTF | SLEEPABLE),
	RULE("fmod_ret.s+", TRACING, BPF_MODIFY_RETURN, ATTACH_BTF | SLEEPABLE),
	RULE("fexit.s+", TRACING, BPF_TRACE_FEXIT, ATTACH_BTF | SLEEPABLE),
	RULE("freplace+", EXT, 0, ATTACH_BTF),
	RULE("lsm+", LSM, BPF_LSM_MAC, ATTACH_BTF),
	RULE("lsm.s+", LSM, BPF_LSM_MAC, ATTACH_BTF | SLEEPABLE),
	RULE("lsm_cgroup+", LSM, BPF_LSM_CGROUP, ATTACH_BTF),
	RULE("iter+", TRACING, BPF_TRACE_ITER, ATTACH_BTF),
	RULE("iter.s+", TRACING, BPF_TRACE_ITER, ATTACH_BTF | SLEEPABLE),
	RULE("syscall", SYSCALL, 0, SLEEPABLE),
	RULE("xdp.frags/devmap", XDP, BPF_XDP_DEVMAP, FRAGS),
	RULE("xdp/devmap", XDP, BPF_XDP_DEVMAP, 0),
	RULE("xdp.frags/cpumap", XDP, BPF_XDP_CPUMAP, FRAGS),
	RULE("xdp/cpumap", XDP, BPF_XDP_CPUMAP, 0),
	RULE("xdp.frags", XDP, BPF_XDP, FRAGS),
	RULE("xdp", XDP, BPF_XDP, 0),
	RULE("perf_event", PERF_EVENT, 0, 0),
	RULE("lwt_in", LWT_IN, 0, 0),
	RULE("lwt_out", LWT_OUT, 0, 0),
	RULE("lwt_xmit", LWT_XMIT, 0, 0),
	RULE("lwt_seg6local", LWT_SEG6LOCAL, 0, 0),
	RULE("sockops", SOCK_OPS, BPF_CGROUP_SOCK_OPS, 0),
	RULE("sk_skb/stream_parser", SK_SKB, BPF_SK_SKB_STREAM_PARSER, 0),
	RULE("sk_skb/stream_verdict", SK_SKB, BPF_SK_SKB_STREAM_VERDICT, 0),
	RULE("sk_skb", SK_SKB, 0, 0),
	RULE("sk_msg", SK_MSG, BPF_SK_MSG_VERDICT, 0),
	RULE("lirc_mode2", LIRC_MODE2, BPF_LIRC_MODE2, 0),
	RULE("flow_dissector", FLOW_DISSECTOR, BPF_FLOW_DISSECTOR, 0),
	RULE("cgroup_skb/ingress", CGROUP_SKB, BPF_CGROUP_INET_INGRESS, 0),
	RULE("cgroup_skb/egress", CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0),
	RULE("cgroup/skb", CGROUP_SKB, 0, 0),
	RULE("cgroup/sock_create", CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE, 0),
	RULE("cgroup/sock_release", CGROUP_SOCK, BPF_CGROUP_INET_SOCK_RELEASE, 0),
	RULE("cgroup/sock", CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE, 0),
	RULE("cgroup/post_bind4", CGROUP_SOCK, BPF_CGROUP_INET4_POST_BIND, 0),
	RULE("cgroup/post_bind6", CGROUP_SOCK, BPF_CGROUP_INET6_POST_BIND, 0),
	RULE("cgroup/bind4", CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_BIND, 0),
	RULE("cgroup/bind6", CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_BIND, 0),
	RULE("cgroup/connect4", CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, 0),
	RULE("cgroup/connect6", CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_CONNECT, 0),
	RULE("cgroup/sendmsg4", CGROUP_SOCK_ADDR, BPF_CGROUP_UDP4_SENDMSG, 0),
	RULE("cgroup/sendmsg6", CGROUP_SOCK_ADDR, BPF_CGROUP_UDP6_SENDMSG, 0),
	RULE("cgroup/recvmsg4", CGROUP_SOCK_ADDR, BPF_CGROUP_UDP4_RECVMSG, 0),
	RULE("cgroup/recvmsg6", CGROUP_SOCK_ADDR, BPF_CGROUP_UDP6_RECVMSG, 0),
	RULE("cgroup/getpeername4", CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_GETPEERNAME, 0),
	RULE("cgroup/getpeername6", CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_GETPEERNAME, 0),
	RULE("cgroup/getsockname4", CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_GETSOCKNAME, 0),
	RULE("cgroup/getsockname6", CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_GETSOCKNAME, 0),
	RULE("cgroup/sysctl", CGROUP_SYSCTL, BPF_CGROUP_SYSCTL, 0),
	RULE("cgroup/getsockopt", CGROUP_SOCKOPT, BPF_CGROUP_GETSOCKOPT, 0),
	RULE("cgroup/setsockopt", CGROUP_SOCKOPT, BPF_CGROUP_SETSOCKOPT, 0),
	RULE("cgroup/dev", CGROUP_DEVICE, BPF_CGROUP_DEVICE, 0),
	RULE("struct_ops+", STRUCT_OPS, 0, 0),
	RULE("sk_lookup", SK_LOOKUP, BPF_SK_LOOKUP, 0),
};

static bool rule_fits(const struct elf_section_rule *rule, const char *name)
{
	size_t len = strlen(rule->name);

	if (rule->name[len - 1] != '+')
		return !strcmp(rule->name, name);
	len--;
	return !strncmp(rule->name, name, len) && (!name[len] || name[len] == '/');
}

const struct elf_section_rule *elf_section_rule(const char *name)
{
	if (name[0] == '?')
		name++;
	for (u32 i = 0; i < ARRAY_SIZE(rules); i++)
		if (rule_fits(&rules[i], name))
			return &rules[i];
	return NULL;
}
