/* XDP programs at a device, by netlink (IFLA_XDP) and by links: modes, replacing, what excludes what, and who sees a packet. */
#include <linux/if_link.h>

#include "test/errno/calls.h"
#include "test/errno/map.h"

static int a, b;

static long program(unsigned type, unsigned attach, int answer)
{
	struct bpf_insn insns[] = {MOV(0, answer), EXIT};
	union bpf_attr attr = trivial(type);

	attr.insns = U64(insns);
	attr.expected_attach_type = attach;
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static long make_link(long prog, int dev, unsigned flags)
{
	union bpf_attr attr = {.link_create = {.prog_fd = prog, .target_ifindex = dev, .attach_type = BPF_XDP, .flags = flags}};

	return sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

static void set(const char *what, int dev, int fd, unsigned flags, int expected)
{
	line(sys_xdp(dev, fd, flags, expected), "%s", what);
}

static void by_netlink(long one, long two, long filter, long devmap, long cpumap, long map)
{
	const unsigned skb = XDP_FLAGS_SKB_MODE, drv = XDP_FLAGS_DRV_MODE, hw = XDP_FLAGS_HW_MODE, swap = XDP_FLAGS_REPLACE;

	set("no device", 999, one, 0, -1);
	set("nothing is there, nothing is to be", a, -1, 0, -1);
	set("bad fd", a, 999, 0, -1);
	set("fd of a map", a, map, 0, -1);
	set("a socket filter", a, filter, 0, -1);
	set("a program for a devmap", a, devmap, 0, -1);
	set("a program for a cpumap", a, cpumap, 0, -1);
	set("unknown flag", a, one, 1 << 10, -1);
	set("two modes", a, one, skb | drv, -1);
	set("hardware", a, one, hw, -1);
	set("REPLACE without an expected one", a, one, swap, -1);
	set("an expected one without REPLACE", a, one, 0, two);
	set("REPLACE, expected bad fd", a, one, swap, 999);
	set("REPLACE, nothing is there", a, one, swap, two);
	set("native", a, one, drv, -1);
	set("again, UPDATE_IF_NOEXIST", a, two, drv | XDP_FLAGS_UPDATE_IF_NOEXIST, -1);
	set("the same, UPDATE_IF_NOEXIST", a, one, drv | XDP_FLAGS_UPDATE_IF_NOEXIST, -1);
	set("generic beside native", a, two, skb, -1);
	set("replaced, just so", a, two, 0, -1);
	set("REPLACE, the wrong one", a, one, swap, one);
	set("REPLACE, the right one", a, one, swap, two);
	set("remove generic", a, -1, skb, -1);
	set("REPLACE by none, the wrong one", a, -1, swap, two);
	set("REPLACE by none, the right one", a, -1, swap, one);
	set("remove again", a, -1, 0, -1);
	set("generic", a, one, skb, -1);
	set("native beside generic", a, two, drv, -1);
	set("no mode beside generic", a, two, 0, -1);
	set("remove, no mode", a, -1, 0, -1);
	set("generic again", a, one, skb, -1);
	set("remove generic", a, -1, skb, -1);
	set("lo, native", 1, one, drv, -1);
	set("lo, no mode", 1, one, 0, -1);
	set("lo, replaced, generic", 1, two, skb, -1);
	set("lo, remove", 1, -1, 0, -1);
	sys_caps(CAPS_NONE);
	set("without capabilities", a, one, 0, -1);
	set("without capabilities, no device", 999, one, 0, -1);
	sys_caps(CAPS_ALL);
}

static void with_links(long one, long two)
{
	long link;

	set("netlink first", a, one, 0, -1);
	line_ok(make_link(two, a, 0), "a link where a program is");
	line_ok(make_link(two, a, XDP_FLAGS_SKB_MODE), "a link in the other mode");
	set("remove", a, -1, 0, -1);
	link = make_link(one, a, 0);
	line_ok(link, "a link");
	set("netlink where a link is", a, two, 0, -1);
	set("the same program", a, one, 0, -1);
	set("remove where a link is", a, -1, 0, -1);
	set("REPLACE where a link is", a, two, XDP_FLAGS_REPLACE, one);
	set("generic where a native link is", a, two, XDP_FLAGS_SKB_MODE, -1);
	set("remove generic where a native link is", a, -1, XDP_FLAGS_SKB_MODE, -1);
	line(sys_close(link), "close the link");
	set("netlink now", a, two, 0, -1);
	set("remove", a, -1, 0, -1);
}

/* A classifier at b that counts in element 0, when XDP lets packets through. */
static long counter(long map)
{
	struct bpf_insn insns[] = {
		ST(BPF_W, 10, -4, 0), MOVR(2, 10), ADD(2, -4), MAP(1, map), CALL(BPF_FUNC_map_lookup_elem), JNE(0, 0, 2),
		MOV(0, XDP_PASS), EXIT,
		LDX(BPF_W, 7, 0, 0), ADD(7, 1), STX(BPF_W, 0, 7, 0), MOV(0, XDP_PASS), EXIT,
	};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_XDP);

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void send_one(const char *what, long map, long sock)
{
	static unsigned char frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, 'x'};
	uint32_t key = 0, value = 0, none = 0;
	long got = 0;

	elem(BPF_MAP_UPDATE_ELEM, map, &key, &none, 0);
	line(sys_transmit(a, frame, sizeof(frame)), "%s", what);
	elem(BPF_MAP_LOOKUP_ELEM, map, &key, &value, 0);
	while (sys_packet_recv(sock) > 0)
		got++;
	note("    the program ran %u times, %ld frames at the socket", value, got);
}

static void packets(void)
{
	long map = make_map(BPF_MAP_TYPE_ARRAY, 4, 2), sock = sys_socket(17, 3, 0x300), prog = counter(map);
	static const unsigned mode[] = {XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE};

	sys_packet_bind(sock, b);
	for (unsigned i = 0; i < COUNT(mode); i++) {
		set(i ? "b: generic" : "b: native", b, prog, mode[i], -1);
		send_one("    PASS", map, sock);
		set("    remove", b, -1, mode[i], -1);
		for (int answer = 0; answer < 3; answer++) {
			long other = program(BPF_PROG_TYPE_XDP, 0, answer);

			set("b", b, other, mode[i], -1);
			send_one(answer == 0 ? "    ABORTED" : answer == 1 ? "    DROP" : "    PASS", map, sock);
			set("    remove", b, -1, mode[i], -1);
		}
	}
	sys_close(sock);
}

int main(void)
{
	long one = program(BPF_PROG_TYPE_XDP, 0, 2), two = program(BPF_PROG_TYPE_XDP, 0, 2);
	long filter = program(BPF_PROG_TYPE_SOCKET_FILTER, 0, 0), map = make_map(BPF_MAP_TYPE_ARRAY, 4, 1);

	line(sys_link_pair("a", "b"), "a pair of devices");
	a = sys_ifindex("a"), b = sys_ifindex("b");
	by_netlink(one, two, filter, program(BPF_PROG_TYPE_XDP, BPF_XDP_DEVMAP, 2), program(BPF_PROG_TYPE_XDP, BPF_XDP_CPUMAP, 2),
		   map);
	with_links(one, two);
	packets();
	return 0;
}
