/*
 * Rights and attach types of program types: see prog_rules.h. Mirrors the checks of bpf_prog_load in
 * kernel/bpf/syscall.c.
 */
#include "prog_rules.h"

#define BTF_ID_MAX 0x000fffffu  /* the kernel's BTF_MAX_TYPE */

enum { UNPRIVILEGED = 1, NET_ADMIN = 2, PERFMON = 4, TARGET_BTF = 8, TARGET_PROG = 16, NO_ATTACH_TYPE = 32 };

struct prog_rule {
	bool exists;
	u8 flags;
	u8 fallback;            /* attach type that stands for 0 */
	u8 nattach;             /* how many attach types are allowed; 0 = any number is taken */
	u8 attach[12];
};

#define RULE(...) {.exists = true, __VA_ARGS__}
#define ATTACH(n, ...) .nattach = n, .attach = {__VA_ARGS__}

static const struct prog_rule rules[] = {
	[BPF_PROG_TYPE_SOCKET_FILTER] = RULE(.flags = UNPRIVILEGED),
	[BPF_PROG_TYPE_KPROBE] = RULE(.flags = PERFMON),
	[BPF_PROG_TYPE_SCHED_CLS] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_SCHED_ACT] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_TRACEPOINT] = RULE(.flags = PERFMON),
	[BPF_PROG_TYPE_XDP] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_PERF_EVENT] = RULE(.flags = PERFMON),
	[BPF_PROG_TYPE_CGROUP_SKB] =
		RULE(.flags = UNPRIVILEGED, ATTACH(2, BPF_CGROUP_INET_INGRESS, BPF_CGROUP_INET_EGRESS)),
	[BPF_PROG_TYPE_CGROUP_SOCK] =
		RULE(.flags = NET_ADMIN, .fallback = BPF_CGROUP_INET_SOCK_CREATE,
		     ATTACH(4, BPF_CGROUP_INET_SOCK_CREATE, BPF_CGROUP_INET_SOCK_RELEASE,
			    BPF_CGROUP_INET4_POST_BIND, BPF_CGROUP_INET6_POST_BIND)),
	[BPF_PROG_TYPE_LWT_IN] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_LWT_OUT] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_LWT_XMIT] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_SOCK_OPS] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_SK_SKB] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_CGROUP_DEVICE] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_SK_MSG] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_RAW_TRACEPOINT] = RULE(.flags = PERFMON),
	[BPF_PROG_TYPE_CGROUP_SOCK_ADDR] =
		RULE(.flags = NET_ADMIN,
		     ATTACH(12, BPF_CGROUP_INET4_BIND, BPF_CGROUP_INET6_BIND, BPF_CGROUP_INET4_CONNECT,
			    BPF_CGROUP_INET6_CONNECT, BPF_CGROUP_INET4_GETPEERNAME,
			    BPF_CGROUP_INET6_GETPEERNAME, BPF_CGROUP_INET4_GETSOCKNAME,
			    BPF_CGROUP_INET6_GETSOCKNAME, BPF_CGROUP_UDP4_SENDMSG, BPF_CGROUP_UDP6_SENDMSG,
			    BPF_CGROUP_UDP4_RECVMSG, BPF_CGROUP_UDP6_RECVMSG)),
	[BPF_PROG_TYPE_LWT_SEG6LOCAL] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_LIRC_MODE2] = {.flags = NET_ADMIN}, /* needs CONFIG_BPF_LIRC_MODE2 */
	[BPF_PROG_TYPE_SK_REUSEPORT] =
		RULE(.fallback = BPF_SK_REUSEPORT_SELECT,
		     ATTACH(2, BPF_SK_REUSEPORT_SELECT, BPF_SK_REUSEPORT_SELECT_OR_MIGRATE)),
	[BPF_PROG_TYPE_FLOW_DISSECTOR] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_CGROUP_SYSCTL] = RULE(.flags = NET_ADMIN),
	[BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE] = RULE(.flags = PERFMON),
	[BPF_PROG_TYPE_CGROUP_SOCKOPT] =
		RULE(.flags = NET_ADMIN, ATTACH(2, BPF_CGROUP_SETSOCKOPT, BPF_CGROUP_GETSOCKOPT)),
	[BPF_PROG_TYPE_TRACING] = RULE(.flags = PERFMON | TARGET_BTF | TARGET_PROG),
	[BPF_PROG_TYPE_STRUCT_OPS] = RULE(.flags = PERFMON | TARGET_BTF),
	[BPF_PROG_TYPE_EXT] = RULE(.flags = NET_ADMIN | PERFMON | TARGET_BTF | TARGET_PROG | NO_ATTACH_TYPE),
	[BPF_PROG_TYPE_LSM] = RULE(.flags = PERFMON | TARGET_BTF),
	[BPF_PROG_TYPE_SK_LOOKUP] = RULE(ATTACH(1, BPF_SK_LOOKUP)),
	[BPF_PROG_TYPE_SYSCALL] = RULE(.flags = NO_ATTACH_TYPE),
};

static const struct prog_rule no_rule;

static const struct prog_rule *rule_of(u32 type)
{
	return type < ARRAY_SIZE(rules) ? &rules[type] : &no_rule;
}

bool prog_type_exists(u32 type)
{
	return rule_of(type)->exists;
}

int prog_check_rights(struct sim *sim, const struct task *task, u32 type)
{
	u8 flags = rule_of(type)->flags;

	if (!(flags & UNPRIVILEGED) && !task_capable(task, CAP_BPF_BIT))
		return sim_fail(&sim->why, -EPERM,
				"programs of type %u need CAP_BPF; without it: SOCKET_FILTER and CGROUP_SKB",
				type);
	if ((flags & NET_ADMIN) && !task_capable(task, CAP_NET_ADMIN_BIT) &&
	    !task_capable(task, CAP_SYS_ADMIN_BIT))
		return sim_fail(&sim->why, -EPERM, "programs of type %u need CAP_NET_ADMIN", type);
	if ((flags & PERFMON) && !task_capable(task, CAP_PERFMON_BIT))
		return sim_fail(&sim->why, -EPERM, "programs of type %u need CAP_PERFMON", type);
	return 0;
}

u32 prog_default_attach_type(u32 type, u32 attach_type)
{
	return attach_type ? attach_type : rule_of(type)->fallback;
}

static int check_target(struct sim *sim, u32 type, bool target_prog, u32 target_btf_id)
{
	u8 flags = rule_of(type)->flags;

	if (target_btf_id > BTF_ID_MAX)
		return sim_fail(&sim->why, -EINVAL, "attach_btf_id %u is more than BTF can have",
				target_btf_id);
	if (target_btf_id && !(flags & TARGET_BTF))
		return sim_fail(&sim->why, -EINVAL, "programs of type %u take no attach_btf_id", type);
	if (target_prog && !(flags & TARGET_PROG))
		return sim_fail(&sim->why, -EINVAL, "programs of type %u take no attach_prog_fd", type);
	return 0;
}

int prog_check_attach(struct sim *sim, u32 type, u32 attach_type, bool target_prog, u32 target_btf_id)
{
	const struct prog_rule *rule = rule_of(type);
	int err = check_target(sim, type, target_prog, target_btf_id);

	if (err)
		return err;
	if ((rule->flags & NO_ATTACH_TYPE) && attach_type)
		return sim_fail(&sim->why, -EINVAL, "programs of type %u take no expected_attach_type", type);
	if (!rule->nattach)
		return 0;
	for (u32 i = 0; i < rule->nattach; i++)
		if (rule->attach[i] == attach_type)
			return 0;
	return sim_fail(&sim->why, -EINVAL, "expected_attach_type %u is not one of type %u's", attach_type,
			type);
}
