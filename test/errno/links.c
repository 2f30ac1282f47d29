/* Links of XDP programs; PROG_ATTACH, PROG_DETACH, PROG_QUERY. The device is lo (ifindex 1). */
#include <linux/if_link.h>

#include "test/errno/sys/sys.h"

static int load(unsigned type, unsigned attach_type)
{
	static const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 2},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {
		.prog_type = type,
		.insn_cnt = 2,
		.insns = U64(insns),
		.license = U64("GPL"),
		.expected_attach_type = attach_type,
	};

	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static long create(int prog, unsigned ifindex, unsigned type, unsigned flags)
{
	union bpf_attr attr = {.link_create = {.prog_fd = prog, .target_ifindex = ifindex, .attach_type = type, .flags = flags}};

	return sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

static void bad_creates(int xdp, int filter, int devmap)
{
	line(create(99, 1, BPF_XDP, 0), "LINK_CREATE, fd not open");
	line(create(0, 1, BPF_XDP, 0), "LINK_CREATE, another kind of fd");
	line(create(xdp, 1, BPF_CGROUP_DEVICE, 0), "LINK_CREATE, attach type of cgroups");
	line(create(xdp, 1, 200, 0), "LINK_CREATE, attach type 200");
	line(create(filter, 1, BPF_XDP, 0), "LINK_CREATE of a socket filter");
	line(create(xdp, 999, BPF_XDP, 0), "LINK_CREATE, no such device");
	line(create(xdp, 1, BPF_XDP, XDP_FLAGS_UPDATE_IF_NOEXIST), "LINK_CREATE, UPDATE_IF_NOEXIST");
	line(create(xdp, 1, BPF_XDP, XDP_FLAGS_SKB_MODE | XDP_FLAGS_DRV_MODE), "LINK_CREATE, two modes");
	line(create(xdp, 1, BPF_XDP, XDP_FLAGS_DRV_MODE), "LINK_CREATE, native mode on lo");
	line(create(xdp, 1, BPF_XDP, XDP_FLAGS_HW_MODE), "LINK_CREATE, hardware mode on lo");
	line(create(xdp, 1, BPF_XDP, 1u << 31), "LINK_CREATE, unknown flag");
	line(create(devmap, 1, BPF_XDP, 0), "LINK_CREATE of a devmap program");
	line(create(devmap, 1, BPF_XDP_DEVMAP, 0), "LINK_CREATE, attach type BPF_XDP_DEVMAP");
}

static long update(int link, int prog, unsigned flags, int old)
{
	union bpf_attr attr = {.link_update = {.link_fd = link, .new_prog_fd = prog, .flags = flags, .old_prog_fd = old}};

	return sys_bpf(BPF_LINK_UPDATE, &attr, sizeof(attr));
}

static void updates(int link, int xdp, int other, int filter, int devmap)
{
	line(update(99, other, 0, 0), "LINK_UPDATE, link not open");
	line(update(xdp, other, 0, 0), "LINK_UPDATE of a program");
	line(update(link, 99, 0, 0), "LINK_UPDATE, program not open");
	line(update(link, link, 0, 0), "LINK_UPDATE with a link");
	line(update(link, other, 1, 0), "LINK_UPDATE, flag 1");
	line(update(link, other, 0, xdp), "LINK_UPDATE, old program without BPF_F_REPLACE");
	line(update(link, other, BPF_F_REPLACE, 99), "LINK_UPDATE, old program not open");
	line(update(link, other, BPF_F_REPLACE, other), "LINK_UPDATE, another old program");
	line(update(link, filter, 0, 0), "LINK_UPDATE with a socket filter");
	line(update(link, devmap, 0, 0), "LINK_UPDATE with a devmap program");
	line(update(link, xdp, 0, 0), "LINK_UPDATE with the same program");
	line(update(link, other, BPF_F_REPLACE, xdp), "LINK_UPDATE, the right old program");
	line(update(link, xdp, 0, 0), "LINK_UPDATE");
}

static long detach(int link)
{
	union bpf_attr attr = {.link_detach = {.link_fd = link}};

	return sys_bpf(BPF_LINK_DETACH, &attr, sizeof(attr));
}

static void info(int link, int prog, const char *when)
{
	struct bpf_link_info info = {0};
	struct bpf_prog_info prog_info = {0};
	union bpf_attr attr = {.info = {.bpf_fd = link, .info_len = sizeof(info), .info = U64(&info)}};
	union bpf_attr of_prog = {.info = {.bpf_fd = prog, .info_len = sizeof(prog_info), .info = U64(&prog_info)}};

	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)), "info of the link, %s", when);
	sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &of_prog, sizeof(of_prog));
	note("type %u, ifindex %u, its program %s", info.type, info.xdp.ifindex, info.prog_id == prog_info.id ? "right" : "wrong");
}

static void links(int xdp, int other, int filter, int devmap)
{
	int link = create(xdp, 1, BPF_XDP, 0);

	line_ok(link, "LINK_CREATE");
	info(link, xdp, "attached");
	line(create(xdp, 1, BPF_XDP, 0), "LINK_CREATE, another link is there");
	line(create(xdp, 1, BPF_XDP, XDP_FLAGS_SKB_MODE), "LINK_CREATE, another link is there, generic mode");
	line(create(xdp, 1, BPF_XDP, XDP_FLAGS_DRV_MODE), "LINK_CREATE, another link is there, native mode");
	line(create(devmap, 1, BPF_XDP, 0), "LINK_CREATE of a devmap program, another link is there");
	updates(link, xdp, other, filter, devmap);
	line(detach(99), "LINK_DETACH, not open");
	line(detach(xdp), "LINK_DETACH of a program");
	line(detach(link), "LINK_DETACH");
	line(detach(link), "LINK_DETACH again");
	info(link, xdp, "detached");
	line(update(link, other, 0, 0), "LINK_UPDATE of a detached link");
	sys_close(link);
	link = create(xdp, 1, BPF_XDP, XDP_FLAGS_SKB_MODE);
	line_ok(link, "LINK_CREATE, generic mode");
	sys_close(link);
	link = create(other, 1, BPF_XDP, 0);
	line_ok(link, "LINK_CREATE after the close");
	sys_close(link);
}

static void attach(unsigned type, int prog, unsigned flags, const char *what)
{
	union bpf_attr attr = {.target_fd = 99, .attach_bpf_fd = prog, .attach_type = type, .attach_flags = flags};
	union bpf_attr off = {.target_fd = 99, .attach_bpf_fd = prog, .attach_type = type};
	union bpf_attr query = {.query = {.target_fd = 99, .attach_type = type}};

	line(sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr)), "PROG_ATTACH, %s", what);
	line(sys_bpf(BPF_PROG_DETACH, &off, sizeof(off)), "PROG_DETACH, %s", what);
	line(sys_bpf(BPF_PROG_QUERY, &query, sizeof(query)), "PROG_QUERY, %s", what);
}

static void attachments(int xdp)
{
	union bpf_attr query = {.query = {.attach_type = BPF_XDP, .query_flags = 2}};

	attach(BPF_XDP, xdp, 0, "XDP");
	attach(BPF_XDP, xdp, 64, "XDP, unknown flag");
	attach(BPF_CGROUP_INET_INGRESS, xdp, 0, "cgroup, wrong program type");
	attach(BPF_CGROUP_DEVICE, 98, 0, "cgroup, program not open");
	attach(BPF_SK_MSG_VERDICT, xdp, 0, "sockmap, wrong program type");
	attach(BPF_TRACE_FENTRY, xdp, 0, "fentry");
	attach(BPF_PERF_EVENT, xdp, 0, "perf event");
	attach(BPF_SK_LOOKUP, xdp, 0, "sk_lookup");
	attach(200, xdp, 0, "attach type 200");
	line(sys_bpf(BPF_PROG_QUERY, &query, sizeof(query)), "PROG_QUERY, unknown flag");
	sys_caps(CAPS_ALL & ~CAPS_NET_ADMIN);
	line(sys_bpf(BPF_PROG_QUERY, &query, sizeof(query)), "PROG_QUERY, unknown flag, without CAP_NET_ADMIN");
	sys_caps(CAPS_ALL);
}

int main(void)
{
	int xdp = load(BPF_PROG_TYPE_XDP, BPF_XDP), other = load(BPF_PROG_TYPE_XDP, BPF_XDP);
	int filter = load(BPF_PROG_TYPE_SOCKET_FILTER, 0), devmap = load(BPF_PROG_TYPE_XDP, BPF_XDP_DEVMAP);

	line_ok(xdp, "PROG_LOAD");
	line_ok(devmap, "PROG_LOAD for a devmap");
	bad_creates(xdp, filter, devmap);
	links(xdp, other, filter, devmap);
	attachments(xdp);
	return 0;
}
