/* The verbs of the errno tables about devices, over rtnetlink and AF_PACKET of the Linux that runs the program: see sys.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_bpf.h>
#include <linux/tc_act/tc_gact.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys.h"

/* A message that is being written, and then the answer. */
static union {
	struct nlmsghdr head;
	char bytes[8192];
} m;

static void *put(const void *data, unsigned len)
{
	void *at = m.bytes + NLMSG_ALIGN(m.head.nlmsg_len);

	memcpy(at, data, len);
	m.head.nlmsg_len = NLMSG_ALIGN(m.head.nlmsg_len) + len;
	return at;
}

static struct rtattr *attr(unsigned type, const void *data, unsigned len)
{
	struct rtattr head = {.rta_type = type, .rta_len = RTA_LENGTH(len)};
	struct rtattr *at = put(&head, sizeof(head));

	if (len)
		put(data, len);
	return at;
}

static void begin(unsigned type, unsigned flags, const void *body, unsigned len)
{
	m.head = (struct nlmsghdr){.nlmsg_len = sizeof(m.head), .nlmsg_type = type,
				   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags, .nlmsg_seq = 1};
	put(body, len);
}

static void end(struct rtattr *nest)
{
	nest->rta_len = m.bytes + m.head.nlmsg_len - (char *)nest;
}

static const struct rtattr *find(const void *from, unsigned len, unsigned type)
{
	for (const struct rtattr *a = from; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

/* What a filter looks like. */
static void read_filter(const struct nlmsghdr *h, struct sys_tc *tc)
{
	const struct tcmsg *t = NLMSG_DATA(h);
	const struct rtattr *options = find(TCA_RTA(t), TCA_PAYLOAD(h), TCA_OPTIONS), *id;

	tc->handle = t->tcm_handle;
	tc->info = t->tcm_info;
	id = options ? find(RTA_DATA(options), RTA_PAYLOAD(options), TCA_BPF_ID) : NULL;
	tc->prog_id = id ? *(unsigned *)RTA_DATA(id) : 0;
}

/* Sends it, and reads all that comes until the acknowledgement. */
static long talk(struct sys_tc *tc)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	long ret = 1;

	if (fd < 0 || send(fd, m.bytes, m.head.nlmsg_len, 0) < 0)
		abort();
	while (ret > 0) {
		int len = recv(fd, m.bytes, sizeof(m.bytes), 0);

		for (struct nlmsghdr *h = &m.head; len > 0 && NLMSG_OK(h, (unsigned)len); h = NLMSG_NEXT(h, len)) {
			if (h->nlmsg_type == NLMSG_ERROR)
				ret = ((struct nlmsgerr *)NLMSG_DATA(h))->error;
			else if (h->nlmsg_type == RTM_NEWTFILTER && tc)
				read_filter(h, tc);
		}
	}
	close(fd);
	return ret;
}

static void put_action(unsigned i, int prog, int action)
{
	struct rtattr *one = attr(i + 1, NULL, 0), *options;
	struct tc_gact parms = {.action = action};

	attr(TCA_ACT_KIND, prog >= 0 ? "bpf" : "gact", prog >= 0 ? 4 : 5);
	options = attr(TCA_ACT_OPTIONS | NLA_F_NESTED, NULL, 0);
	attr(prog >= 0 ? TCA_ACT_BPF_PARMS : TCA_GACT_PARMS, &parms, sizeof(parms));
	if (prog >= 0)
		attr(TCA_ACT_BPF_FD, &prog, sizeof(prog));
	end(options);
	end(one);
}

static void put_options(const struct sys_tc *tc)
{
	struct rtattr *options = attr(TCA_OPTIONS | NLA_F_NESTED, NULL, 0), *actions;

	if (tc->has_fd)
		attr(TCA_BPF_FD, &tc->fd, 4);
	if (tc->has_flags)
		attr(TCA_BPF_FLAGS, &tc->bpf_flags, 4);
	if (tc->classid)
		attr(TCA_BPF_CLASSID, &tc->classid, 4);
	if (tc->actions) {
		actions = attr(TCA_BPF_ACT | NLA_F_NESTED, NULL, 0);
		for (unsigned i = 0; i < tc->actions; i++)
			put_action(i, tc->action[i].fd, tc->action[i].action);
		end(actions);
	}
	end(options);
}

long sys_tc(struct sys_tc *tc)
{
	struct tcmsg t = {.tcm_family = AF_UNSPEC, .tcm_ifindex = tc->ifindex, .tcm_handle = tc->handle,
			  .tcm_parent = tc->parent, .tcm_info = tc->info};

	tc->prog_id = 0;
	begin(tc->op, tc->flags | (tc->op == RTM_NEWTFILTER ? NLM_F_ECHO : 0), &t, sizeof(t));
	if (tc->kind)
		attr(TCA_KIND, tc->kind, strlen(tc->kind) + 1);
	if (tc->options)
		put_options(tc);
	return talk(tc);
}

long sys_xdp(int ifindex, int fd, unsigned flags, int expected)
{
	struct ifinfomsg link = {.ifi_index = ifindex};
	struct rtattr *xdp;

	begin(RTM_SETLINK, 0, &link, sizeof(link));
	xdp = attr(IFLA_XDP | NLA_F_NESTED, NULL, 0);
	attr(IFLA_XDP_FD, &fd, 4);
	if (flags)
		attr(IFLA_XDP_FLAGS, &flags, 4);
	if (expected >= 0)
		attr(IFLA_XDP_EXPECTED_FD, &expected, 4);
	end(xdp);
	return talk(NULL);
}

/* --- devices --- */

static void write_one(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		abort();
	close(fd);
}

static long set_up(const char *name)
{
	struct ifinfomsg link = {.ifi_index = sys_ifindex(name), .ifi_flags = IFF_UP, .ifi_change = IFF_UP};

	begin(RTM_NEWLINK, 0, &link, sizeof(link));
	return talk(NULL);
}

long sys_link_pair(const char *name, const char *peer)
{
	struct ifinfomsg link = {0};
	struct rtattr *info, *data, *other;
	long ret;

	if (system("modprobe -a veth sch_ingress cls_bpf cls_matchall act_bpf act_gact af_packet 2>/dev/null"))
		note("no modules");
	write_one("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof(link));
	attr(IFLA_IFNAME, name, strlen(name) + 1);
	info = attr(IFLA_LINKINFO, NULL, 0);
	attr(IFLA_INFO_KIND, "veth", 5);
	data = attr(IFLA_INFO_DATA, NULL, 0);
	other = attr(VETH_INFO_PEER, &link, sizeof(link));
	attr(IFLA_IFNAME, peer, strlen(peer) + 1);
	end(other);
	end(data);
	end(info);
	ret = talk(NULL);
	if (!ret)
		ret = set_up(name);
	if (!ret)
		ret = set_up(peer);
	usleep(20000);
	return ret;
}

long sys_sock_filter(int fd, int option, int value)
{
	return setsockopt(fd, SOL_SOCKET, option, &value, sizeof(value)) ? -errno : 0;
}

long sys_packet_bind(int fd, int ifindex)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = ifindex, .sll_protocol = 0x300};

	return bind(fd, (void *)&to, sizeof(to)) ? -errno : 0;
}

long sys_packet_recv(int fd)
{
	char bytes[4096];
	long len = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	return len < 0 ? -errno : len;
}

long sys_ifindex(const char *name)
{
	return if_nametoindex(name);
}

long sys_transmit(int ifindex, const void *frame, unsigned len)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = ifindex, .sll_halen = 6};
	static int fd = -1;
	long ret;

	if (fd < 0)
		fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	ret = sendto(fd, frame, len, 0, (void *)&to, sizeof(to));
	if (ret < 0)
		ret = -errno;
	usleep(5000);
	return ret < 0 ? ret : 0;
}
