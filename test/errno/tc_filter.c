/*
 * tc: classifiers and actions at a device's clsact hooks, by netlink: every request that can go wrong, what is found again, and
 * what becomes of a packet for each answer of one program, of several, of a program with an action behind it.
 */
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>

#include "test/errno/calls.h"
#include "test/errno/map.h"

#pragma GCC diagnostic ignored "-Woverride-init" /* a case names what is other than usual */

#define CLSACT TC_H_CLSACT
#define INGRESS TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)
#define EGRESS TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)
#define ALL 0x0300u /* htons(ETH_P_ALL) */
#define IPV4 0x0008u
#define INFO(prio, protocol) ((unsigned)(prio) << 16 | (protocol))
#define CREATE (NLM_F_CREATE)
#define FRESH (NLM_F_CREATE | NLM_F_EXCL)
#define REPLACE (NLM_F_CREATE | NLM_F_REPLACE)
#define DIRECT .has_flags = 1, .bpf_flags = TCA_BPF_FLAG_ACT_DIRECT

static int a, b;
static long seen; /* array: which programs ran, in which order */

static void tell(const char *what, struct sys_tc tc)
{
	long ret = sys_tc(&tc);

	if (!ret && (tc.op == RTM_NEWTFILTER || tc.op == RTM_GETTFILTER))
		line(ret, "%s: handle %x prio %u protocol %04x program %d", what, tc.handle, tc.info >> 16, tc.info & 0xffff,
		     !!tc.prog_id);
	else
		line(ret, "%s", what);
}

#define QDISC(what, ...) tell(what, (struct sys_tc){.op = RTM_NEWQDISC, .ifindex = b, __VA_ARGS__})
#define NO_QDISC(what, ...) tell(what, (struct sys_tc){.op = RTM_DELQDISC, .ifindex = b, __VA_ARGS__})
#define FILTER(what, ...) \
	tell(what, (struct sys_tc){.op = RTM_NEWTFILTER, .ifindex = b, .kind = "bpf", .options = 1, .parent = INGRESS, __VA_ARGS__})
#define NO_FILTER(what, ...) tell(what, (struct sys_tc){.op = RTM_DELTFILTER, .ifindex = b, .parent = INGRESS, __VA_ARGS__})
#define GET(what, ...) tell(what, (struct sys_tc){.op = RTM_GETTFILTER, .ifindex = b, .parent = INGRESS, __VA_ARGS__})

static void qdiscs(void)
{
	NO_QDISC("delete: none is there", .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	QDISC("no device", .ifindex = 999, .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	QDISC("without CREATE", .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	QDISC("kind unknown", .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000, .kind = "nosuch");
	QDISC("no kind", .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000);
	QDISC("handle with a minor part", .flags = FRESH, .parent = CLSACT, .handle = 0xffff0001, .kind = "clsact");
	QDISC("clsact", .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	QDISC("again, EXCL", .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	QDISC("again, CREATE", .flags = CREATE, .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	QDISC("again, REPLACE", .flags = REPLACE, .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	QDISC("ingress now, EXCL", .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000, .kind = "ingress");
	QDISC("ingress now", .flags = CREATE, .parent = CLSACT, .handle = 0xffff0000, .kind = "ingress");
	QDISC("another handle", .flags = CREATE, .parent = CLSACT, .handle = 0x10000, .kind = "clsact");
	NO_QDISC("delete with another handle", .parent = CLSACT, .handle = 0x10000, .kind = "clsact");
	NO_QDISC("delete with another kind", .parent = CLSACT, .handle = 0xffff0000, .kind = "ingress");
	NO_QDISC("delete without parent", .handle = 0xffff0000, .kind = "clsact");
	NO_QDISC("delete, no device", .ifindex = 999, .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	NO_QDISC("delete", .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	NO_QDISC("delete again", .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	sys_caps(CAPS_NONE);
	QDISC("without capabilities", .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	sys_caps(CAPS_ALL);
}

static long program(unsigned type, int answer)
{
	struct bpf_insn insns[] = {MOV(0, answer), EXIT};
	union bpf_attr attr = trivial(type);

	attr.insns = U64(insns);
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void filters(long prog, long other, long act, long map)
{
	FILTER("no qdisc", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	NO_FILTER("delete, no qdisc", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	GET("get, no qdisc", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	QDISC("clsact", .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	NO_FILTER("delete: none is there", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	NO_FILTER("delete all: none is there", .info = 0);
	GET("get: none is there", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	FILTER("no device", .ifindex = 999, .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("parent 0", .parent = 0, .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("parent ffff:", .parent = 0xffff0000, .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("parent ffff:1", .parent = 0xffff0001, .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("parent 1:", .parent = 0x10000, .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("kind unknown", .kind = "nosuch", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("no kind", .kind = NULL, .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("no protocol", .flags = FRESH, .info = INFO(1, 0), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("without CREATE", .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("prio 0 without CREATE", .info = INFO(0, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("no options", .options = 0, .flags = FRESH, .info = INFO(1, ALL));
	FILTER("no program", .flags = FRESH, .info = INFO(1, ALL), DIRECT);
	FILTER("bad fd", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = 999, DIRECT);
	FILTER("fd of a map", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = map, DIRECT);
	FILTER("SCHED_ACT", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = act, DIRECT);
	FILTER("unknown flag", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, .has_flags = 1, .bpf_flags = 2);
	FILTER("first", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("handle 1 again, EXCL", .flags = FRESH, .info = INFO(1, ALL), .handle = 1, .has_fd = 1, .fd = other, DIRECT);
	FILTER("handle 1 again, no CREATE", .info = INFO(1, ALL), .handle = 1, .has_fd = 1, .fd = other, DIRECT);
	FILTER("handle 1 again, REPLACE", .flags = REPLACE, .info = INFO(1, ALL), .handle = 1, .has_fd = 1, .fd = other, DIRECT);
	FILTER("handle 1 again, no program", .flags = REPLACE, .info = INFO(1, ALL), .handle = 1, DIRECT);
	FILTER("same prio, new handle", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("same prio, handle 7", .flags = FRESH, .info = INFO(1, ALL), .handle = 7, .has_fd = 1, .fd = prog, DIRECT);
	FILTER("same prio, next handle", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("same prio, other protocol", .flags = FRESH, .info = INFO(1, IPV4), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("same prio, no protocol", .flags = FRESH, .info = INFO(1, 0), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("same prio, other kind", .kind = "matchall", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("handle 9, no CREATE", .info = INFO(1, ALL), .handle = 9, .has_fd = 1, .fd = prog, DIRECT);
	FILTER("prio chosen by the kernel", .flags = FRESH, .info = INFO(0, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("one more", .flags = FRESH, .info = INFO(0, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("prio 60000", .flags = FRESH, .info = INFO(60000, ALL), .has_fd = 1, .fd = prog, DIRECT);
	FILTER("one more", .flags = FRESH, .info = INFO(0, IPV4), .has_fd = 1, .fd = prog, DIRECT);
	GET("get handle 1", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	GET("get handle 1, no kind", .info = INFO(1, ALL), .handle = 1);
	GET("get handle 0", .info = INFO(1, ALL), .kind = "bpf");
	GET("get handle 99", .info = INFO(1, ALL), .handle = 99, .kind = "bpf");
	GET("get prio 0", .info = INFO(0, ALL), .handle = 1, .kind = "bpf");
	GET("get prio 2", .info = INFO(2, ALL), .handle = 1, .kind = "bpf");
	GET("get no protocol", .info = INFO(1, 0), .handle = 1, .kind = "bpf");
	GET("get other protocol", .info = INFO(1, IPV4), .handle = 1, .kind = "bpf");
	GET("get other kind", .info = INFO(1, ALL), .handle = 1, .kind = "u32");
	GET("get at egress", .parent = EGRESS, .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	sys_caps(CAPS_NONE);
	GET("get without capabilities", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	FILTER("without capabilities", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	NO_FILTER("delete without capabilities", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	sys_caps(CAPS_ALL);
	NO_FILTER("delete handle 99", .info = INFO(1, ALL), .handle = 99, .kind = "bpf");
	NO_FILTER("delete other kind", .info = INFO(1, ALL), .handle = 1, .kind = "u32");
	NO_FILTER("delete other protocol", .info = INFO(1, IPV4), .handle = 1, .kind = "bpf");
	NO_FILTER("delete prio 2", .info = INFO(2, ALL), .handle = 1, .kind = "bpf");
	NO_FILTER("delete prio 0 with a handle", .handle = 1);
	NO_FILTER("delete prio 0 with a kind", .kind = "bpf");
	NO_FILTER("delete handle 1", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	NO_FILTER("delete handle 1 again", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	FILTER("a new handle", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, DIRECT);
	NO_FILTER("delete all of prio 1", .info = INFO(1, ALL));
	GET("get handle 7", .info = INFO(1, ALL), .handle = 7, .kind = "bpf");
	FILTER("last one of its prio", .flags = FRESH, .info = INFO(5, ALL), .has_fd = 1, .fd = prog, DIRECT);
	NO_FILTER("delete it", .info = INFO(5, ALL), .handle = 1, .kind = "bpf");
	FILTER("the same prio with another protocol", .flags = FRESH, .info = INFO(5, IPV4), .has_fd = 1, .fd = prog, DIRECT);
	NO_FILTER("delete all", .info = 0);
	GET("get prio 5", .info = INFO(5, IPV4), .handle = 1, .kind = "bpf");
	FILTER("with a classid", .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = prog, .classid = 0x10007);
	FILTER("with an action", .flags = FRESH, .info = INFO(2, ALL), .has_fd = 1, .fd = prog, .actions = 1,
	       .action = {{act, TC_ACT_OK}});
	FILTER("an action of the wrong type", .flags = FRESH, .info = INFO(3, ALL), .has_fd = 1, .fd = prog, .actions = 1,
	       .action = {{prog, TC_ACT_OK}});
	FILTER("an action that is no program", .flags = FRESH, .info = INFO(3, ALL), .has_fd = 1, .fd = prog, .actions = 1,
	       .action = {{999, TC_ACT_OK}});
	FILTER("an action beyond the known ones", .flags = FRESH, .info = INFO(3, ALL), .has_fd = 1, .fd = prog, .actions = 1,
	       .action = {{-1, 77}});
	FILTER("direct, with an action", .flags = FRESH, .info = INFO(4, ALL), .has_fd = 1, .fd = prog, DIRECT, .actions = 1,
	       .action = {{act, TC_ACT_OK}});
	NO_QDISC("delete the qdisc", .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	GET("get handle 1", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	QDISC("clsact again", .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
	GET("get handle 1", .info = INFO(1, ALL), .handle = 1, .kind = "bpf");
	NO_QDISC("delete the qdisc", .parent = CLSACT, .handle = 0xffff0000, .kind = "clsact");
}

/* --- what happens to packets --- */

/*
 * A program that writes to the array: element 0 counts, element @mark is told its place in the order; with element 16 + @mark
 * set to what @field of the context is. It returns @answer.
 */
static long marker(unsigned type, unsigned mark, int answer, unsigned field)
{
	struct bpf_insn insns[] = {
		MOVR(6, 1), ST(BPF_W, 10, -4, 0), MOVR(2, 10), ADD(2, -4), MAP(1, seen), CALL(BPF_FUNC_map_lookup_elem),
		JNE(0, 0, 1), EXIT,
		LDX(BPF_W, 7, 0, 0), ADD(7, 1), STX(BPF_W, 0, 7, 0),
		ST(BPF_W, 10, -4, mark), MOVR(2, 10), ADD(2, -4), MAP(1, seen), CALL(BPF_FUNC_map_lookup_elem),
		JNE(0, 0, 1), EXIT,
		STX(BPF_W, 0, 7, 0),
		ST(BPF_W, 10, -4, 16 + mark), MOVR(2, 10), ADD(2, -4), MAP(1, seen), CALL(BPF_FUNC_map_lookup_elem),
		JNE(0, 0, 1), EXIT,
		LDX(BPF_W, 7, 6, field), STX(BPF_W, 0, 7, 0),
		MOV(0, answer), EXIT,
	};
	union bpf_attr attr = with_log(trivial(type), 1);
	long fd;

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		note("load: %s", why_line());
	return fd;
}

#define FIELD(name) (unsigned)__builtin_offsetof(struct __sk_buff, name)

/* Which programs ran for one packet, and what they saw. */
static void send_one(const char *what)
{
	static unsigned char frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, 'x'};
	uint32_t zero = 0, value;

	for (uint32_t key = 0; key < 32; key++)
		elem(BPF_MAP_UPDATE_ELEM, seen, &key, &zero, 0);
	line(sys_transmit(a, frame, sizeof(frame)), "%s: send", what);
	for (uint32_t key = 1; key < 16; key++) {
		uint32_t field = key + 16, second;

		elem(BPF_MAP_LOOKUP_ELEM, seen, &key, &value, 0);
		elem(BPF_MAP_LOOKUP_ELEM, seen, &field, &second, 0);
		if (value)
			note("    program %u ran as number %u, saw %u", key, value, second);
	}
}

static void attach(long prog, unsigned dev, unsigned parent, unsigned prio, unsigned flags, unsigned classid)
{
	struct sys_tc tc = {.op = RTM_NEWTFILTER, .ifindex = dev, .kind = "bpf", .options = 1, .parent = parent, .flags = FRESH,
			    .info = INFO(prio, ALL), .has_fd = 1, .fd = prog, .has_flags = 1, .bpf_flags = flags,
			    .classid = classid};
	long ret = sys_tc(&tc);

	if (ret)
		line(ret, "attach");
}

static void flush(unsigned dev, unsigned parent)
{
	struct sys_tc tc = {.op = RTM_DELTFILTER, .ifindex = dev, .parent = parent};

	sys_tc(&tc);
}

static void clsact(unsigned dev)
{
	struct sys_tc tc = {.op = RTM_NEWQDISC, .ifindex = dev, .flags = FRESH, .parent = CLSACT, .handle = 0xffff0000,
			    .kind = "clsact"};

	line(sys_tc(&tc), "clsact");
}

/* Program 1 answers; program 2 stands behind it; that it runs, or not, tells what the answer means. */
static void answers(unsigned flags)
{
	for (int answer = -1; answer <= 10; answer++) {
		long first = marker(BPF_PROG_TYPE_SCHED_CLS, 1, answer, FIELD(len));
		long second = marker(BPF_PROG_TYPE_SCHED_CLS, 2, TC_ACT_OK, FIELD(tc_index));
		char what[64];

		if (flags == 0 && (answer == TC_ACT_RECLASSIFY || answer > 3))
			continue;
		attach(first, b, INGRESS, 1, flags, 0);
		attach(second, b, INGRESS, 2, TCA_BPF_FLAG_ACT_DIRECT, 0);
		snprintf(what, sizeof(what), "%s answer %d", flags ? "direct" : "classid", answer);
		send_one(what);
		flush(b, INGRESS);
		sys_close(first);
		sys_close(second);
	}
}

static void orders(void)
{
	static const unsigned prio[] = {30, 10, 20, 20, 10};

	for (unsigned i = 0; i < COUNT(prio); i++)
		attach(marker(BPF_PROG_TYPE_SCHED_CLS, 1 + i, TC_ACT_UNSPEC, FIELD(pkt_type)), b, INGRESS, prio[i],
		       TCA_BPF_FLAG_ACT_DIRECT, 0);
	send_one("prios 30 10 20 20 10");
	flush(b, INGRESS);
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 1, TC_ACT_OK, FIELD(len)), a, EGRESS, 1, TCA_BPF_FLAG_ACT_DIRECT, 0);
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 2, TC_ACT_OK, FIELD(len)), b, INGRESS, 1, TCA_BPF_FLAG_ACT_DIRECT, 0);
	send_one("egress, then ingress of the peer");
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 3, TC_ACT_SHOT, FIELD(len)), a, EGRESS, 2, TCA_BPF_FLAG_ACT_DIRECT, 0);
	send_one("OK before SHOT");
	flush(a, EGRESS);
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 3, TC_ACT_SHOT, FIELD(len)), a, EGRESS, 2, TCA_BPF_FLAG_ACT_DIRECT, 0);
	send_one("SHOT at egress");
	flush(a, EGRESS);
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 3, TC_ACT_STOLEN, FIELD(len)), a, EGRESS, 2, TCA_BPF_FLAG_ACT_DIRECT, 0);
	send_one("STOLEN at egress");
	flush(a, EGRESS);
	flush(b, INGRESS);
}

/* A classifier that matches, then actions, of which the first is a program. */
static void actions(void)
{
	for (int answer = -1; answer <= 8; answer++) {
		long cls = marker(BPF_PROG_TYPE_SCHED_CLS, 1, -1, FIELD(len)), act, next, behind;
		char what[64];

		act = marker(BPF_PROG_TYPE_SCHED_ACT, 2, answer, FIELD(len));
		next = marker(BPF_PROG_TYPE_SCHED_ACT, 3, TC_ACT_OK, FIELD(len));
		behind = marker(BPF_PROG_TYPE_SCHED_CLS, 4, TC_ACT_OK, FIELD(tc_index));
		for (int otherwise = 0; otherwise <= 3; otherwise += 3) {
			struct sys_tc tc = {.op = RTM_NEWTFILTER, .ifindex = b, .kind = "bpf", .options = 1, .parent = INGRESS,
					    .flags = FRESH, .info = INFO(1, ALL), .has_fd = 1, .fd = cls, .actions = 2,
					    .action = {{act, otherwise}, {next, TC_ACT_OK}}};

			sys_tc(&tc);
			attach(behind, b, INGRESS, 2, TCA_BPF_FLAG_ACT_DIRECT, 0);
			snprintf(what, sizeof(what), "action's answer %d, else %d", answer, otherwise);
			send_one(what);
			flush(b, INGRESS);
		}
		sys_close(cls), sys_close(act), sys_close(next), sys_close(behind);
	}
}

static long redirecting(unsigned helper, int ifindex, unsigned flags)
{
	struct bpf_insn insns[] = {MOV(1, ifindex), MOV(2, flags), CALL(helper), EXIT};
	struct bpf_insn neigh[] = {MOV(1, ifindex), MOV(2, 0), MOV(3, 0), MOV(4, flags), CALL(helper), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SCHED_CLS);

	attr.insns = helper == BPF_FUNC_redirect_neigh ? U64(neigh) : U64(insns);
	attr.insn_cnt = helper == BPF_FUNC_redirect_neigh ? COUNT(neigh) : COUNT(insns);
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static long cloning(int ifindex, unsigned flags, int answer)
{
	struct bpf_insn insns[] = {MOV(2, ifindex), MOV(3, flags), CALL(BPF_FUNC_clone_redirect), MOV(0, answer), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SCHED_CLS);

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

/* From a to b, whose program sends it on to c or d; programs at c (egress, 1, ingress 3) and d (ingress 2, egress 4) see it. */
static void redirects(int c, int d)
{
	static const struct {
		unsigned helper, to, flags;
		const char *name;
	} ways[] = {
		{BPF_FUNC_redirect, 0, 0, "redirect to c"},
		{BPF_FUNC_redirect, 0, BPF_F_INGRESS, "redirect to c, ingress"},
		{BPF_FUNC_redirect, 1, 0, "redirect to d"},
		{BPF_FUNC_redirect, 0, 2, "redirect, unknown flag"},
		{BPF_FUNC_redirect, 2, 0, "redirect to no device"},
		{BPF_FUNC_redirect_peer, 0, 0, "redirect_peer of c"},
		{BPF_FUNC_redirect_peer, 0, 1, "redirect_peer with a flag"},
		{BPF_FUNC_redirect_peer, 2, 0, "redirect_peer of no device"},
		{BPF_FUNC_redirect_neigh, 0, 0, "redirect_neigh of no IP packet"},
		{BPF_FUNC_redirect_neigh, 0, 1, "redirect_neigh with a flag"},
	};
	int devs[] = {c, d, 999};

	clsact(c), clsact(d);
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 1, TC_ACT_OK, FIELD(len)), c, EGRESS, 1, TCA_BPF_FLAG_ACT_DIRECT, 0);
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 2, TC_ACT_OK, FIELD(len)), d, INGRESS, 1, TCA_BPF_FLAG_ACT_DIRECT, 0);
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 3, TC_ACT_OK, FIELD(len)), c, INGRESS, 1, TCA_BPF_FLAG_ACT_DIRECT, 0);
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 4, TC_ACT_OK, FIELD(len)), d, EGRESS, 1, TCA_BPF_FLAG_ACT_DIRECT, 0);
	for (unsigned i = 0; i < COUNT(ways); i++) {
		long prog = redirecting(ways[i].helper, devs[ways[i].to], ways[i].flags);

		attach(prog, b, INGRESS, 1, TCA_BPF_FLAG_ACT_DIRECT, 0);
		attach(marker(BPF_PROG_TYPE_SCHED_CLS, 5, TC_ACT_OK, FIELD(len)), b, INGRESS, 2, TCA_BPF_FLAG_ACT_DIRECT, 0);
		send_one(ways[i].name);
		flush(b, INGRESS);
		sys_close(prog);
	}
	for (unsigned flags = 0; flags < 3; flags++) {
		char what[64];

		attach(cloning(c, flags, TC_ACT_UNSPEC), b, INGRESS, 1, TCA_BPF_FLAG_ACT_DIRECT, 0);
		attach(marker(BPF_PROG_TYPE_SCHED_CLS, 5, TC_ACT_OK, FIELD(len)), b, INGRESS, 2, TCA_BPF_FLAG_ACT_DIRECT, 0);
		snprintf(what, sizeof(what), "clone to c, flags %u", flags);
		send_one(what);
		flush(b, INGRESS);
	}
	attach(redirecting(BPF_FUNC_redirect, d, 0), a, EGRESS, 1, TCA_BPF_FLAG_ACT_DIRECT, 0);
	attach(marker(BPF_PROG_TYPE_SCHED_CLS, 5, TC_ACT_OK, FIELD(len)), b, INGRESS, 2, TCA_BPF_FLAG_ACT_DIRECT, 0);
	send_one("redirect to d at egress of a");
	flush(a, EGRESS), flush(b, INGRESS);
}

int main(void)
{
	line(sys_link_pair("a", "b"), "a pair of devices");
	line(sys_link_pair("c", "d"), "another one");
	a = sys_ifindex("a"), b = sys_ifindex("b");
	seen = make_map(BPF_MAP_TYPE_ARRAY, 4, 32);
	qdiscs();
	filters(program(BPF_PROG_TYPE_SCHED_CLS, 0), program(BPF_PROG_TYPE_SCHED_CLS, 1), program(BPF_PROG_TYPE_SCHED_ACT, 0), seen);
	clsact(a), clsact(b);
	answers(TCA_BPF_FLAG_ACT_DIRECT);
	answers(0);
	orders();
	actions();
	redirects(sys_ifindex("c"), sys_ifindex("d"));
	return 0;
}
