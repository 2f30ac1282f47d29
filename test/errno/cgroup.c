/* Programs at cgroups: PROG_ATTACH, PROG_DETACH, PROG_QUERY, links; who may attach where, and in which order they run. */
#include "test/errno/prog.h"

#define ROOT "/sys/fs/cgroup"
#define OVERRIDE BPF_F_ALLOW_OVERRIDE
#define MULTI BPF_F_ALLOW_MULTI
#define PROGS 5

static int root, a, b, c; /* /a, /a/b, /a/b/c */
static int prog[PROGS];   /* CGROUP_DEVICE */

static int load_for(unsigned type, unsigned attach_type, int value)
{
	const struct bpf_insn insns[] = {MOV(0, value), EXIT};
	union bpf_attr attr = trivial(type);

	attr.insns = U64(insns);
	attr.expected_attach_type = attach_type;
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static long attach_at(int cgroup, int fd, unsigned type, unsigned flags, int replace)
{
	union bpf_attr attr = {.target_fd = cgroup, .attach_bpf_fd = fd, .attach_type = type, .attach_flags = flags};

	attr.replace_bpf_fd = replace;
	return sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr));
}

static long attach(int cgroup, int fd, unsigned flags)
{
	return attach_at(cgroup, fd, BPF_CGROUP_DEVICE, flags, 0);
}

static long replace(int cgroup, int fd, unsigned flags, int old)
{
	return attach_at(cgroup, fd, BPF_CGROUP_DEVICE, flags | BPF_F_REPLACE, old);
}

static long detach_at(int cgroup, int fd, unsigned type)
{
	union bpf_attr attr = {.target_fd = cgroup, .attach_bpf_fd = fd, .attach_type = type};

	return sys_bpf(BPF_PROG_DETACH, &attr, sizeof(attr));
}

static long detach(int cgroup, int fd)
{
	return detach_at(cgroup, fd, BPF_CGROUP_DEVICE);
}

static long link_at(int cgroup, int fd, unsigned type, unsigned flags)
{
	union bpf_attr attr = {.link_create = {.prog_fd = fd, .target_fd = cgroup, .attach_type = type, .flags = flags}};

	return sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

static long update(int link, int fd, unsigned flags, int old)
{
	union bpf_attr attr = {.link_update = {.link_fd = link, .new_prog_fd = fd, .flags = flags, .old_prog_fd = old}};

	return sys_bpf(BPF_LINK_UPDATE, &attr, sizeof(attr));
}

static unsigned id_of(int fd)
{
	struct bpf_prog_info info = {0};
	union bpf_attr attr = {.info = {.bpf_fd = fd, .info_len = sizeof(info), .info = U64(&info)}};

	return sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) ? 0 : info.id;
}

static char name_of(unsigned id)
{
	for (int i = 0; i < PROGS; i++)
		if (id_of(prog[i]) == id)
			return 'p' + i;
	return '?';
}

static void query_of(int cgroup, unsigned type, unsigned flags, const char *what)
{
	unsigned ids[64] = {0};
	union bpf_attr attr = {.query = {.target_fd = cgroup, .attach_type = type, .query_flags = flags,
					 .attach_flags = 77, .prog_ids = U64(ids), .prog_cnt = 64}};
	long ret = sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));
	char names[65] = "";

	for (unsigned i = 0; i < attr.query.prog_cnt && i < 64 && !ret; i++)
		names[i] = name_of(ids[i]);
	line(ret, "%s: flags %u, %u programs: %s", what, attr.query.attach_flags, attr.query.prog_cnt, names);
}

static void all(const char *when)
{
	static int *const cgroups[] = {&root, &a, &b, &c};
	static const char *const names[] = {"/", "/a", "/a/b", "/a/b/c"};

	note("-- %s", when);
	for (unsigned i = 0; i < COUNT(cgroups); i++) {
		char what[64];

		snprintf(what, sizeof(what), "   %s", names[i]);
		query_of(*cgroups[i], BPF_CGROUP_DEVICE, 0, what);
		snprintf(what, sizeof(what), "   %s effective", names[i]);
		query_of(*cgroups[i], BPF_CGROUP_DEVICE, BPF_F_QUERY_EFFECTIVE, what);
	}
}

static void bad_calls(void)
{
	int skb = load_for(BPF_PROG_TYPE_CGROUP_SKB, 0, 1);

	line(attach(99, prog[0], 0), "attach, cgroup not open");
	line(attach(0, prog[0], 0), "attach, target is a tty");
	line(attach(prog[0], prog[0], 0), "attach, target is a program");
	line(attach(a, 99, 0), "attach, program not open");
	line(attach(a, a, 0), "attach, program is a cgroup");
	line(attach(a, skb, 0), "attach, program of another type");
	line(attach(a, prog[0], OVERRIDE | MULTI), "attach, both flags");
	line(attach(a, prog[0], 8), "attach, flag 8");
	line(replace(a, prog[0], 0, prog[1]), "attach, REPLACE alone");
	line(replace(a, prog[0], OVERRIDE, prog[1]), "attach, REPLACE and OVERRIDE");
	line(replace(a, prog[0], MULTI, 99), "attach, REPLACE of what is not open");
	line(replace(a, prog[0], MULTI, skb), "attach, REPLACE of another type");
	line(replace(a, prog[0], MULTI, prog[1]), "attach, REPLACE of what is not attached");
	line(attach_at(a, prog[0], 200, 0, 0), "attach, type 200");
	line(detach(99, prog[0]), "detach, cgroup not open");
	line(detach(a, prog[0]), "detach, nothing there");
	line(detach(a, 99), "detach, nothing there, program not open");
	query_of(99, BPF_CGROUP_DEVICE, 0, "query, cgroup not open");
	query_of(a, 200, 0, "query, type 200");
	query_of(a, BPF_CGROUP_DEVICE, 2, "query, flag 2");
	sys_close(skb);
}

static void alone(void)
{
	line(attach(a, prog[0], 0), "attach p to /a, no flags");
	line(attach(b, prog[1], 0), "attach q to /a/b below");
	line(attach(b, prog[1], MULTI), "attach q to /a/b, MULTI");
	line(attach(root, prog[1], 0), "attach q to / above");
	all("p at /a, q at /");
	line(attach(a, prog[2], OVERRIDE), "attach r to /a, OVERRIDE");
	line(attach(a, prog[2], 0), "attach r to /a, no flags: takes p's place");
	line(attach(a, prog[2], 0), "attach r to /a again");
	all("r in p's place");
	line(detach(a, prog[4]), "detach t from /a, which it is not at");
	line(detach(root, 99), "detach from /, program not open");
	all("nothing");
}

static void overriding(void)
{
	line(attach(a, prog[0], OVERRIDE), "attach p to /a, OVERRIDE");
	line(attach(b, prog[1], OVERRIDE), "attach q to /a/b, OVERRIDE");
	all("q overrides p");
	line(attach(c, prog[2], MULTI), "attach r to /a/b/c, MULTI");
	line(attach(c, prog[3], MULTI), "attach s to /a/b/c, MULTI");
	all("r and s override");
	line(attach(b, prog[1], 0), "attach q to /a/b, no flags, OVERRIDE there");
	line(detach(b, prog[1]), "detach q from /a/b");
	line(attach(b, prog[1], 0), "attach q to /a/b, no flags");
	all("q closed");
	line(attach(c, prog[4], MULTI), "attach t to /a/b/c, MULTI, q above is closed");
	line(detach(c, prog[2]), "detach r");
	line(detach(c, prog[2]), "detach r again");
	line(detach(c, 99), "detach from /a/b/c, program not open");
	line(detach(c, prog[3]), "detach s");
	line(detach(b, prog[1]), "detach q");
	line(detach(a, prog[0]), "detach p");
}

static void several(void)
{
	line(attach(a, prog[0], MULTI), "attach p to /a, MULTI");
	line(attach(a, prog[1], MULTI), "attach q to /a, MULTI");
	line(attach(a, prog[0], MULTI), "attach p to /a, MULTI again");
	line(attach(a, prog[2], OVERRIDE), "attach r to /a, OVERRIDE");
	line(attach(b, prog[2], OVERRIDE), "attach r to /a/b, OVERRIDE");
	line(attach(c, prog[3], MULTI), "attach s to /a/b/c, MULTI");
	all("p q at /a; r at /a/b, OVERRIDE; s at /a/b/c");
	line(replace(a, prog[4], MULTI, prog[0]), "t replaces p at /a");
	line(replace(a, prog[4], MULTI, prog[1]), "t replaces q at /a, where t is");
	line(replace(a, prog[4], MULTI, prog[4]), "t replaces t at /a");
	line(replace(a, prog[0], MULTI, prog[3]), "p replaces s at /a, where it is not");
	all("t q at /a");
	line(detach(c, prog[3]), "detach s");
	line(detach(b, prog[2]), "detach r");
	line(detach(a, prog[1]), "detach q");
	line(detach(a, prog[4]), "detach t");
	all("nothing");
}

static void info_of(int link, const char *when)
{
	struct bpf_link_info info = {0};
	union bpf_attr attr = {.info = {.bpf_fd = link, .info_len = sizeof(info), .info = U64(&info)}};
	long ret = sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));

	line(ret, "info of the link, %s: type %u, attach type %u, cgroup %s, program %c", when, info.type,
	     info.cgroup.attach_type, info.cgroup.cgroup_id ? "yes" : "no", name_of(info.prog_id));
}

static void links(void)
{
	union bpf_attr of_link = {0};
	int link, second, skb = load_for(BPF_PROG_TYPE_CGROUP_SKB, 0, 1);

	line(link_at(99, prog[0], BPF_CGROUP_DEVICE, 0), "link, cgroup not open");
	line(link_at(a, prog[0], BPF_CGROUP_DEVICE, MULTI), "link, flags");
	line(link_at(a, prog[0], BPF_CGROUP_INET_INGRESS, 0), "link, another attach type");
	link = link_at(a, prog[0], BPF_CGROUP_DEVICE, 0);
	line_ok(link, "link p to /a");
	info_of(link, "attached");
	second = link_at(a, prog[0], BPF_CGROUP_DEVICE, 0);
	line_ok(second, "a second link of p to /a");
	line(attach(a, prog[0], MULTI), "attach p to /a beside the links");
	line(attach(a, prog[1], 0), "attach q to /a, no flags, links there");
	all("p p by links, p");
	line(detach(a, prog[0]), "detach p from /a");
	line(detach(a, prog[0]), "detach p from /a again: links are left");
	line(update(link, prog[1], 0, 0), "the first link: q");
	line(update(link, skb, 0, 0), "the first link: a program of another type");
	line(update(link, prog[2], BPF_F_REPLACE, prog[0]), "the first link: r, if it is p");
	line(update(link, prog[2], BPF_F_REPLACE, prog[1]), "the first link: r, if it is q");
	all("r p by links");
	of_link.link_detach.link_fd = link;
	line(sys_bpf(BPF_LINK_DETACH, &of_link, sizeof(of_link)), "the first link is detached");
	line(sys_bpf(BPF_LINK_DETACH, &of_link, sizeof(of_link)), "again");
	info_of(link, "detached");
	line(update(link, prog[1], 0, 0), "a detached link: q");
	all("p by the second link");
	sys_close(link);
	sys_close(second);
	sys_settle();
	all("links closed");
	line(attach(a, prog[0], 0), "attach p to /a, no flags");
	line(link_at(a, prog[1], BPF_CGROUP_DEVICE, 0), "link beside it");
	line(link_at(b, prog[1], BPF_CGROUP_DEVICE, 0), "link below it");
	line(detach(a, 0), "detach from /a");
	sys_close(skb);
}

static void kinds(void)
{
	static const struct {
		const char *name;
		unsigned type, loaded, attached;
	} cases[] = {
		{"CGROUP_SKB, ingress", BPF_PROG_TYPE_CGROUP_SKB, 0, BPF_CGROUP_INET_INGRESS},
		{"CGROUP_SKB for ingress, egress", BPF_PROG_TYPE_CGROUP_SKB, 0, BPF_CGROUP_INET_EGRESS},
		{"CGROUP_SKB for egress, ingress", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, BPF_CGROUP_INET_INGRESS},
		{"CGROUP_SOCK", BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE, BPF_CGROUP_INET_SOCK_CREATE},
		{"CGROUP_SOCK for create, release", BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE, BPF_CGROUP_INET_SOCK_RELEASE},
		{"CGROUP_SOCK_ADDR", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_INET4_CONNECT},
		{"CGROUP_SOCK_ADDR for connect, bind", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_INET4_BIND},
		{"CGROUP_SOCKOPT", BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_GETSOCKOPT, BPF_CGROUP_GETSOCKOPT},
		{"CGROUP_SOCKOPT for get, set", BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_GETSOCKOPT, BPF_CGROUP_SETSOCKOPT},
		{"CGROUP_SYSCTL", BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL},
		{"SOCK_OPS", BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS, BPF_CGROUP_SOCK_OPS},
		{"CGROUP_DEVICE, sysctl", BPF_PROG_TYPE_CGROUP_DEVICE, 0, BPF_CGROUP_SYSCTL},
	};

	for (unsigned i = 0; i < COUNT(cases); i++) {
		int fd = load_for(cases[i].type, cases[i].loaded, 1), link;

		line(attach_at(a, fd, cases[i].attached, MULTI, 0), "%s: attach", cases[i].name);
		link = link_at(a, fd, cases[i].attached, 0);
		line_ok(link, "%s: link", cases[i].name);
		query_of(a, cases[i].attached, 0, cases[i].name);
		line(detach_at(a, fd, cases[i].attached), "%s: detach", cases[i].name);
		sys_close(link);
		sys_close(fd);
	}
}

/* One that tells of congestion is for egress alone. */
static void congestion(void)
{
	int fd = load_for(BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 2);

	line(attach_at(a, fd, BPF_CGROUP_INET_INGRESS, 0, 0), "a program that returns 2, ingress");
	line(link_at(a, fd, BPF_CGROUP_INET_INGRESS, 0), "the same by a link");
	line(attach_at(a, fd, BPF_CGROUP_INET_EGRESS, 0, 0), "the same, egress");
	line(detach_at(a, fd, BPF_CGROUP_INET_EGRESS), "detach");
	sys_close(fd);
}

static void rights(void)
{
	int skb = load_for(BPF_PROG_TYPE_CGROUP_SKB, 0, 1);

	sys_caps(CAPS_BPF);
	line(attach(a, prog[0], 0), "CAP_BPF: attach CGROUP_DEVICE");
	line(attach_at(a, skb, BPF_CGROUP_INET_INGRESS, 0, 0), "CAP_BPF: attach CGROUP_SKB");
	line(detach(a, prog[0]), "CAP_BPF: detach");
	query_of(a, BPF_CGROUP_DEVICE, 0, "CAP_BPF: query");
	line(link_at(a, prog[0], BPF_CGROUP_DEVICE, 0), "CAP_BPF: link");
	line(link_at(a, skb, BPF_CGROUP_INET_INGRESS, 0), "CAP_BPF: link of CGROUP_SKB");
	sys_caps(CAPS_NET_ADMIN);
	line(attach_at(a, skb, BPF_CGROUP_INET_INGRESS, 0, 0), "CAP_NET_ADMIN: attach CGROUP_SKB");
	line(detach_at(a, skb, BPF_CGROUP_INET_INGRESS), "CAP_NET_ADMIN: detach");
	query_of(a, BPF_CGROUP_DEVICE, 0, "CAP_NET_ADMIN: query");
	sys_caps(CAPS_ALL);
	detach(a, prog[0]);
	detach_at(a, skb, BPF_CGROUP_INET_INGRESS);
}

static void sizes(void)
{
	unsigned ids[2] = {0};
	union bpf_attr attr = {.query = {.target_fd = a, .attach_type = BPF_CGROUP_DEVICE, .prog_ids = U64(ids), .prog_cnt = 2}};
	int more[70];
	long ret = 0;

	for (int i = 0; i < 70; i++) {
		more[i] = load_for(BPF_PROG_TYPE_CGROUP_DEVICE, 0, 1);
		ret = attach(a, more[i], MULTI);
		if (ret) {
			line(ret, "attach number %d", i + 1);
			break;
		}
	}
	line(sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr)), "query with room for two");
	note("%u are there, the second id is %s", attr.query.prog_cnt, ids[1] == id_of(more[1]) ? "right" : "wrong");
}

int main(void)
{
	root = sys_open(ROOT);
	line_ok(root, "open the root");
	line(sys_mkdir(ROOT "/a"), "mkdir /a");
	line(sys_mkdir(ROOT "/a"), "mkdir /a again");
	line(sys_mkdir(ROOT "/x/y"), "mkdir /x/y");
	line(sys_mkdir(ROOT "/a/b"), "mkdir /a/b");
	line(sys_mkdir(ROOT "/a/b/c"), "mkdir /a/b/c");
	line(sys_open(ROOT "/z"), "open /z");
	a = sys_open(ROOT "/a");
	b = sys_open(ROOT "/a/b");
	c = sys_open(ROOT "/a/b/c");
	for (int i = 0; i < PROGS; i++)
		prog[i] = load_for(BPF_PROG_TYPE_CGROUP_DEVICE, 0, 1);
	bad_calls();
	alone();
	overriding();
	several();
	links();
	kinds();
	congestion();
	rights();
	sizes();
	return 0;
}
