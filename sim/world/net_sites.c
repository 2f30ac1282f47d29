/* Places of the network: see net_sites.h. */
#include "net_sites.h"

#include "../abi.h"

#define CGROUP(name, type)                                                                                   \
	{                                                                                                    \
		.kind = STEP_CGROUP, name, .attach = type, .arg = { V_SITE }                                 \
	}
#define SOCKET(name, hook)                                                                                   \
	{                                                                                                    \
		.kind = STEP_SOCK, name, .attach = hook, .arg = { V_SITE }                                   \
	}

/* sock:inet_sock_set_state: socket, states, ports, family, protocol, addresses in both sizes. */
#define STATE_FIELDS                                                                                         \
	{                                                                                                    \
		V_S0, V_S1, V_S2, V_S3, V_S4, V_S5, V_S6, V_S7, V_S8, V_S9, V_S10                            \
	}

const struct happening_step net_sites[] = {
	[SITE_CREATE] = CGROUP("sock_create", BPF_CGROUP_INET_SOCK_CREATE),
	[SITE_RELEASE] = CGROUP("sock_release", BPF_CGROUP_INET_SOCK_RELEASE),
	[SITE_BIND4] = CGROUP("bind4", BPF_CGROUP_INET4_BIND),
	[SITE_BIND6] = CGROUP("bind6", BPF_CGROUP_INET6_BIND),
	[SITE_POST_BIND4] = CGROUP("post_bind4", BPF_CGROUP_INET4_POST_BIND),
	[SITE_POST_BIND6] = CGROUP("post_bind6", BPF_CGROUP_INET6_POST_BIND),
	[SITE_CONNECT4] = CGROUP("connect4", BPF_CGROUP_INET4_CONNECT),
	[SITE_CONNECT6] = CGROUP("connect6", BPF_CGROUP_INET6_CONNECT),
	[SITE_SENDMSG4] = CGROUP("sendmsg4", BPF_CGROUP_UDP4_SENDMSG),
	[SITE_SENDMSG6] = CGROUP("sendmsg6", BPF_CGROUP_UDP6_SENDMSG),
	[SITE_RECVMSG4] = CGROUP("recvmsg4", BPF_CGROUP_UDP4_RECVMSG),
	[SITE_RECVMSG6] = CGROUP("recvmsg6", BPF_CGROUP_UDP6_RECVMSG),
	[SITE_PEERNAME4] = CGROUP("getpeername4", BPF_CGROUP_INET4_GETPEERNAME),
	[SITE_PEERNAME6] = CGROUP("getpeername6", BPF_CGROUP_INET6_GETPEERNAME),
	[SITE_SOCKNAME4] = CGROUP("getsockname4", BPF_CGROUP_INET4_GETSOCKNAME),
	[SITE_SOCKNAME6] = CGROUP("getsockname6", BPF_CGROUP_INET6_GETSOCKNAME),
	[SITE_EGRESS] = CGROUP("egress", BPF_CGROUP_INET_EGRESS),
	[SITE_INGRESS] = CGROUP("ingress", BPF_CGROUP_INET_INGRESS),
	[SITE_SOCK_OPS] = CGROUP("sock_ops", BPF_CGROUP_SOCK_OPS),
	[SITE_SETSOCKOPT] = CGROUP("setsockopt", BPF_CGROUP_SETSOCKOPT),
	[SITE_GETSOCKOPT] = CGROUP("getsockopt", BPF_CGROUP_GETSOCKOPT),
	[SITE_STATE] = {.kind = STEP_TP,
			"sock:inet_sock_set_state",
			.arg = {V_S0, V_S1, V_S2},
			.field = STATE_FIELDS},
	[SITE_SET_STATE] = {.kind = STEP_FUNC, "tcp_set_state", .arg = {V_S0, V_S2}},
	[SITE_TCP_V4_CONNECT] = {.kind = STEP_FUNC, "tcp_v4_connect", .arg = {V_S0, V_A1, V_A2}},
	[SITE_TCP_V6_CONNECT] = {.kind = STEP_FUNC, "tcp_v6_connect", .arg = {V_S0, V_A1, V_A2}},
	[SITE_SK_LOOKUP] = SOCKET("namespace", HOOK_SK_LOOKUP),
	[SITE_REUSEPORT] = SOCKET("group", HOOK_SK_REUSEPORT),
	[SITE_PARSER] = SOCKET("stream_parser", HOOK_SK_SKB),
	[SITE_VERDICT] = SOCKET("verdict", HOOK_SK_SKB),
	[SITE_MSG] = SOCKET("verdict", HOOK_SK_MSG),
};
