/*
 * PROG_ATTACH, PROG_DETACH, PROG_QUERY: the older way to attach, for hooks of cgroups, sockmaps, network
 * namespaces and infrared receivers (kernel/bpf/syscall.c). XDP, tc and tracing have other ways, so these
 * commands refuse them, as in 6.1.
 */
#include "cgroup_attach.h"
#include "sockmap_attach.h"

static const u8 prog_type_of[] = {
	[BPF_CGROUP_INET_INGRESS] = BPF_PROG_TYPE_CGROUP_SKB,
	[BPF_CGROUP_INET_EGRESS] = BPF_PROG_TYPE_CGROUP_SKB,
	[BPF_CGROUP_INET_SOCK_CREATE] = BPF_PROG_TYPE_CGROUP_SOCK,
	[BPF_CGROUP_INET_SOCK_RELEASE] = BPF_PROG_TYPE_CGROUP_SOCK,
	[BPF_CGROUP_INET4_POST_BIND] = BPF_PROG_TYPE_CGROUP_SOCK,
	[BPF_CGROUP_INET6_POST_BIND] = BPF_PROG_TYPE_CGROUP_SOCK,
	[BPF_CGROUP_INET4_BIND] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_INET6_BIND] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_INET4_CONNECT] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_INET6_CONNECT] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_INET4_GETPEERNAME] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_INET6_GETPEERNAME] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_INET4_GETSOCKNAME] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_INET6_GETSOCKNAME] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_UDP4_SENDMSG] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_UDP6_SENDMSG] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_UDP4_RECVMSG] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_UDP6_RECVMSG] = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	[BPF_CGROUP_SOCK_OPS] = BPF_PROG_TYPE_SOCK_OPS,
	[BPF_CGROUP_DEVICE] = BPF_PROG_TYPE_CGROUP_DEVICE,
	[BPF_CGROUP_SYSCTL] = BPF_PROG_TYPE_CGROUP_SYSCTL,
	[BPF_CGROUP_GETSOCKOPT] = BPF_PROG_TYPE_CGROUP_SOCKOPT,
	[BPF_CGROUP_SETSOCKOPT] = BPF_PROG_TYPE_CGROUP_SOCKOPT,
	[BPF_SK_MSG_VERDICT] = BPF_PROG_TYPE_SK_MSG,
	[BPF_SK_SKB_STREAM_PARSER] = BPF_PROG_TYPE_SK_SKB,
	[BPF_SK_SKB_STREAM_VERDICT] = BPF_PROG_TYPE_SK_SKB,
	[BPF_SK_SKB_VERDICT] = BPF_PROG_TYPE_SK_SKB,
	[BPF_LIRC_MODE2] = BPF_PROG_TYPE_LIRC_MODE2,
	[BPF_FLOW_DISSECTOR] = BPF_PROG_TYPE_FLOW_DISSECTOR,
	[BPF_TRACE_ITER] = BPF_PROG_TYPE_TRACING,
	[BPF_TRACE_RAW_TP] = BPF_PROG_TYPE_TRACING,
	[BPF_TRACE_FENTRY] = BPF_PROG_TYPE_TRACING,
	[BPF_TRACE_FEXIT] = BPF_PROG_TYPE_TRACING,
	[BPF_MODIFY_RETURN] = BPF_PROG_TYPE_TRACING,
	[BPF_LSM_MAC] = BPF_PROG_TYPE_LSM,
	[BPF_LSM_CGROUP] = BPF_PROG_TYPE_LSM,
	[BPF_SK_LOOKUP] = BPF_PROG_TYPE_SK_LOOKUP,
	[BPF_XDP] = BPF_PROG_TYPE_XDP,
};

u32 attach_prog_type(u32 attach_type)
{
	return attach_type < ARRAY_SIZE(prog_type_of) ? prog_type_of[attach_type] : BPF_PROG_TYPE_UNSPEC;
}

static int refuse(struct sim *sim, u32 attach_type)
{
	return sim_fail(&sim->why, -EINVAL, "attach type %u does not go with this command%s", attach_type,
			attach_type == BPF_XDP ? ": XDP is attached with LINK_CREATE" : "");
}

int attach_check_type(struct sim *sim, const struct task *task, const struct prog *prog, u32 attach_type)
{
	switch (prog->type) {
	case BPF_PROG_TYPE_CGROUP_SKB:
		if (!task_capable(task, CAP_NET_ADMIN_BIT))
			return sim_fail(&sim->why, -EPERM, "to attach such a program needs CAP_NET_ADMIN");
		if (attach_type == prog->expected_attach_type || !prog->keeps_attach_type)
			return 0;
		break;
	case BPF_PROG_TYPE_CGROUP_SOCK:
	case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
	case BPF_PROG_TYPE_CGROUP_SOCKOPT:
	case BPF_PROG_TYPE_SK_LOOKUP:
		if (attach_type == prog->expected_attach_type)
			return 0;
		break;
	default:
		return 0;
	}
	return sim_fail(&sim->why, -EINVAL, "attach type %u, but the program was loaded for %u", attach_type,
			prog->expected_attach_type);
}

/* What the check says in words counts; its errno is -EINVAL here in any case. */
s64 cmd_prog_attach(struct sim *sim, struct call *call)
{
	const u32 known = BPF_F_ALLOW_OVERRIDE | BPF_F_ALLOW_MULTI | BPF_F_REPLACE;
	const union bpf_attr *attr = &call->attr;
	u32 type = attach_prog_type(attr->attach_type);
	struct obj *obj;
	int err;

	if (attr->attach_flags & ~known)
		return sim_fail(&sim->why, -EINVAL, "attach_flags 0x%x: some are not known",
				attr->attach_flags);
	if (type == BPF_PROG_TYPE_UNSPEC)
		return refuse(sim, attr->attach_type);
	obj = fd_obj(sim, call->task, attr->attach_bpf_fd, OBJ_PROG, &err);
	if (!obj)
		return err;
	if (container_of(obj, struct prog, obj)->type != type)
		return sim_fail(&sim->why, -EINVAL,
				"attach type %u is for programs of type %u, this one is %u",
				attr->attach_type, type, container_of(obj, struct prog, obj)->type);
	if (attach_check_type(sim, call->task, container_of(obj, struct prog, obj), attr->attach_type))
		return -EINVAL;
	if (type == BPF_PROG_TYPE_SK_SKB || type == BPF_PROG_TYPE_SK_MSG)
		return sockmap_prog_attach(sim, call, container_of(obj, struct prog, obj));
	if (cgroup_takes(type))
		return cgroup_prog_attach(sim, call, container_of(obj, struct prog, obj));
	return refuse(sim, attr->attach_type);
}

/* What the hooks of PROG_DETACH and PROG_QUERY hang on: named by target_fd. */
enum target { TARGET_NONE, TARGET_CGROUP, TARGET_MAP, TARGET_NETNS };

static enum target target_of(u32 prog_type)
{
	switch (prog_type) {
	case BPF_PROG_TYPE_LSM:
		return TARGET_CGROUP;
	case BPF_PROG_TYPE_SK_MSG:
	case BPF_PROG_TYPE_SK_SKB:
		return TARGET_MAP;
	case BPF_PROG_TYPE_FLOW_DISSECTOR:
	case BPF_PROG_TYPE_SK_LOOKUP:
		return TARGET_NETNS;
	}
	return TARGET_NONE;
}

static s64 no_cgroup(struct sim *sim, int fd)
{
	return sim_fail(&sim->why, -EBADF, "fd %d is not a directory of a cgroup file system", fd);
}

static s64 detach_netns(struct sim *sim, struct call *call)
{
	struct obj *obj;
	int err;

	if (call->attr.target_fd)
		return sim_fail(&sim->why, -EINVAL,
				"target_fd is %u; the network namespace is the caller's, so it must be 0",
				call->attr.target_fd);
	obj = fd_obj(sim, call->task, call->attr.attach_bpf_fd, OBJ_PROG, &err);
	return obj ? sim_fail(&sim->why, -EINVAL, "the program is not of the type that is attached there")
		   : err;
}

s64 cmd_prog_detach(struct sim *sim, struct call *call)
{
	u32 type = attach_prog_type(call->attr.attach_type);

	if (type == BPF_PROG_TYPE_SK_LOOKUP)
		return refuse(sim, call->attr.attach_type);
	if (cgroup_takes(type))
		return cgroup_prog_detach(sim, call, type);
	switch (target_of(type)) {
	case TARGET_CGROUP:
		return no_cgroup(sim, call->attr.target_fd);
	case TARGET_MAP:
		return sockmap_prog_detach(sim, call, type);
	case TARGET_NETNS:
		return detach_netns(sim, call);
	case TARGET_NONE:
		break;
	}
	return refuse(sim, call->attr.attach_type);
}

s64 cmd_prog_query(struct sim *sim, struct call *call)
{
	const union bpf_attr *attr = &call->attr;

	if (attr->query.query_flags & ~BPF_F_QUERY_EFFECTIVE)
		return sim_fail(&sim->why, -EINVAL, "query_flags 0x%x: only BPF_F_QUERY_EFFECTIVE is known",
				attr->query.query_flags);
	if (attr->query.attach_type == BPF_LSM_MAC)
		return refuse(sim, attr->query.attach_type);
	if (cgroup_takes(attach_prog_type(attr->query.attach_type)))
		return cgroup_prog_query(sim, call);
	switch (target_of(attach_prog_type(attr->query.attach_type))) {
	case TARGET_CGROUP:
		return no_cgroup(sim, attr->query.target_fd);
	case TARGET_MAP:
		return sockmap_prog_query(sim, call);
	case TARGET_NETNS:
		return sim_fail(&sim->why, fd_file(call->task, attr->query.target_fd) ? -EINVAL : -EBADF,
				"fd %d is not a network namespace", attr->query.target_fd);
	case TARGET_NONE:
		break;
	}
	return refuse(sim, attr->query.attach_type);
}
