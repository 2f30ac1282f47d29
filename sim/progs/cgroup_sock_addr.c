/*
 * CGROUP_SOCK_ADDR: sees and changes the addresses of bind, connect, sendmsg, ... in a cgroup
 * (net/core/filter.c, sock_addr_*).
 */
#include <linux/in.h>
#include <linux/in6.h>

#include "uapi.h"

#define SENDMSG4 ATTACH_BIT(BPF_CGROUP_UDP4_SENDMSG)
#define SENDMSG6 ATTACH_BIT(BPF_CGROUP_UDP6_SENDMSG)
#define CONNECT (ATTACH_BIT(BPF_CGROUP_INET4_CONNECT) | ATTACH_BIT(BPF_CGROUP_INET6_CONNECT))
#define BIND (ATTACH_BIT(BPF_CGROUP_INET4_BIND) | ATTACH_BIT(BPF_CGROUP_INET6_BIND))
/* Hooks that report an address which the kernel has found out: they cannot refuse it. */
#define REPORT4 (ATTACH_BIT(BPF_CGROUP_UDP4_RECVMSG) | ATTACH_BIT(BPF_CGROUP_INET4_GETPEERNAME) | \
		 ATTACH_BIT(BPF_CGROUP_INET4_GETSOCKNAME))
#define REPORT6 (ATTACH_BIT(BPF_CGROUP_UDP6_RECVMSG) | ATTACH_BIT(BPF_CGROUP_INET6_GETPEERNAME) | \
		 ATTACH_BIT(BPF_CGROUP_INET6_GETSOCKNAME))
#define IPV4 (ATTACH_BIT(BPF_CGROUP_INET4_BIND) | ATTACH_BIT(BPF_CGROUP_INET4_CONNECT) | SENDMSG4 | REPORT4)
#define IPV6 (ATTACH_BIT(BPF_CGROUP_INET6_BIND) | ATTACH_BIT(BPF_CGROUP_INET6_CONNECT) | SENDMSG6 | REPORT6)
#define ONLY(hooks) .read_for = (hooks), .write_for = (hooks)

/* A member of the address that user space gave. */
#define USER(type, member) \
	BEHIND(bpf_sock_addr_kern, uaddr, type, member), .temp = offsetof(struct bpf_sock_addr_kern, tmp_reg)
/* Words of an address behind @pointer, one or two at a time. */
#define USER_WORDS(pointer, at)                                                                         \
	.hops = 1, .hop = {offsetof(struct bpf_sock_addr_kern, pointer)}, .koff = (at), .target = 4,    \
	.own_width = true, .temp = offsetof(struct bpf_sock_addr_kern, tmp_reg)

static const struct ctx_field fields[] = {
	{UAPI(bpf_sock_addr, user_family), RD, USER(sockaddr_in, sin_family)},
	{UAPI(bpf_sock_addr, user_ip4), RW, .width = CTX_NARROW, ONLY(IPV4), USER(sockaddr_in, sin_addr),
	 .own_width = true},
	{UAPI(bpf_sock_addr, user_ip6), RW, .width = CTX_WIDE, .element = 4, ONLY(IPV6),
	 USER_WORDS(uaddr, offsetof(struct sockaddr_in6, sin6_addr))},
	{UAPI(bpf_sock_addr, user_port), RW, .width = CTX_NARROW, USER(sockaddr_in, sin_port)},
	{UAPI(bpf_sock_addr, family), RD, BEHIND(bpf_sock_addr_kern, sk, sock_common, skc_family)},
	{UAPI(bpf_sock_addr, type), RD, BEHIND(bpf_sock_addr_kern, sk, sock, sk_type)},
	{UAPI(bpf_sock_addr, protocol), RD, BEHIND(bpf_sock_addr_kern, sk, sock, sk_protocol)},
	{UAPI(bpf_sock_addr, msg_src_ip4), RW, .width = CTX_NARROW, ONLY(SENDMSG4), USER_WORDS(t_ctx, 0)},
	{UAPI(bpf_sock_addr, msg_src_ip6), RW, .width = CTX_WIDE, .element = 4, ONLY(SENDMSG6),
	 USER_WORDS(t_ctx, 0)},
	{UAPI(bpf_sock_addr, sk), RD, .kind = CTX_SOCKET, MEMBER(bpf_sock_addr_kern, sk)},
	{0},
};

static const u16 bind_[] = {BPF_FUNC_bind, 0};
static const u16 options[] = {BPF_FUNC_setsockopt, BPF_FUNC_getsockopt, 0};

static const u16 own_helpers[] = {
	BPF_FUNC_get_socket_cookie, BPF_FUNC_get_netns_cookie, BPF_FUNC_perf_event_output,
	HELPER_sk_lookup_tcp_sock_addr, HELPER_sk_lookup_udp_sock_addr, BPF_FUNC_sk_release,
	HELPER_skc_lookup_tcp_sock_addr, BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete, 0,
};

static bool is_connect(const struct prog_view *view)
{
	return is_attach(view, CONNECT);
}

static bool has_options(const struct prog_view *view)
{
	return is_attach(view, IPV4 | IPV6);
}

static const struct helper_set helpers[] = {
	CGROUP_COMMON_HELPERS, CGROUP_CURRENT_HELPERS, {bind_, is_connect}, {options, has_options},
	{own_helpers, NULL}, SK_BASE_HELPERS, {0},
};

/* To bind: bit 1 says that the right to low ports is not asked for. */
static const struct ret_rule ret[] = {
	{.attach = REPORT4 | REPORT6, .min = 1, .max = 1},
	{.attach = BIND, .max = 3},
	{.max = 1},
};

const struct prog_type prog_type_cgroup_sock_addr = {
	.name = "CGROUP_SOCK_ADDR",
	.doc = "sees and changes the addresses that programs of a cgroup bind, connect or send to",
	.ctx_size = sizeof(struct bpf_sock_addr),
	.ctx_struct = "bpf_sock_addr_kern",
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
};
