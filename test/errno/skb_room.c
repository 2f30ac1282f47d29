/* Helpers that make room in a packet or take it away: what they answer, and what the packet is then. */
#include <linux/if_ether.h>

#include "test/errno/calls.h"

static unsigned char packet[128], out[512];

static void fill(unsigned protocol)
{
	for (unsigned i = 0; i < sizeof(packet); i++)
		packet[i] = i;
	packet[12] = protocol >> 8;
	packet[13] = protocol;
	packet[14] = protocol == ETH_P_IPV6 ? 0x60 : 0x45;
	packet[15] = protocol == ETH_P_IPV6 ? 0x10 : 0x02; /* ECN capable, either way */
}

/* Runs it on the packet: r0, the length, and where bytes have come to. */
static void run(const char *what, const struct bpf_insn *insns, unsigned count)
{
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SCHED_CLS), 1), test = {0};
	long fd, ret;

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0) {
		line(fd, "%s: load: %s", what, why_line());
		return;
	}
	memset(out, 0, sizeof(out));
	test.test.prog_fd = fd;
	test.test.data_in = U64(packet);
	test.test.data_size_in = sizeof(packet);
	test.test.data_out = U64(out);
	test.test.data_size_out = sizeof(out);
	ret = sys_bpf(BPF_PROG_TEST_RUN, &test, sizeof(test));
	sys_close(fd);
	line(ret < 0 ? ret : (int)test.test.retval, "%s: %u bytes, 12: %02x%02x%02x%02x, 34: %02x%02x, 54: %02x%02x", what,
	     test.test.data_size_out, out[12], out[13], out[14], out[15], out[34], out[35], out[54], out[55]);
}

#define RUN_IT(what, ...)                                                                                             \
	do {                                                                                                           \
		struct bpf_insn insns_[] = {__VA_ARGS__};                                                              \
		run(what, insns_, COUNT(insns_));                                                                      \
	} while (0)

static void adjust(int len, unsigned mode, unsigned flags)
{
	char what[80];

	snprintf(what, sizeof(what), "adjust_room %d, mode %u, flags %x", len, mode, flags);
	RUN_IT(what, MOV(2, len), MOV(3, mode), MOV(4, flags), CALL(BPF_FUNC_skb_adjust_room), EXIT);
}

static void rooms(void)
{
	static const int lens[] = {0, 1, 8, 20, 28, 100, 0xfff, 0x1000, -1, -8, -20, -90, -94, -95, -114, -4095, -4096};
	static const unsigned flags[] = {
		BPF_F_ADJ_ROOM_FIXED_GSO, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4, BPF_F_ADJ_ROOM_ENCAP_L3_IPV6,
		BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L3_IPV6, BPF_F_ADJ_ROOM_ENCAP_L4_GRE, BPF_F_ADJ_ROOM_ENCAP_L4_UDP,
		BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L4_GRE,
		BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L4_GRE | BPF_F_ADJ_ROOM_ENCAP_L4_UDP,
		BPF_F_ADJ_ROOM_NO_CSUM_RESET, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L2_ETH, 0x80, 0x100, 0x1000,
		BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | (unsigned)BPF_F_ADJ_ROOM_ENCAP_L2(14),
		BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L2_ETH | (unsigned)BPF_F_ADJ_ROOM_ENCAP_L2(14),
		BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L2_ETH | (unsigned)BPF_F_ADJ_ROOM_ENCAP_L2(13),
		BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | (unsigned)BPF_F_ADJ_ROOM_ENCAP_L2(41),
	};

	for (unsigned mode = 0; mode < 3; mode++)
		for (unsigned i = 0; i < COUNT(lens); i++)
			adjust(lens[i], mode, 0);
	for (unsigned i = 0; i < COUNT(flags); i++) {
		adjust(40, BPF_ADJ_ROOM_MAC, flags[i]);
		adjust(-8, BPF_ADJ_ROOM_NET, flags[i]);
	}
	/* a tunnel in a tunnel */
	RUN_IT("encapsulated twice", MOVR(6, 1), MOV(2, 20), MOV(3, BPF_ADJ_ROOM_MAC), MOV(4, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4),
	       CALL(BPF_FUNC_skb_adjust_room), MOVR(1, 6), MOV(2, 20), MOV(3, BPF_ADJ_ROOM_MAC),
	       MOV(4, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4), CALL(BPF_FUNC_skb_adjust_room), EXIT);
	RUN_IT("protocol after it", MOVR(6, 1), MOV(2, 40), MOV(3, BPF_ADJ_ROOM_MAC), MOV(4, BPF_F_ADJ_ROOM_ENCAP_L3_IPV6),
	       CALL(BPF_FUNC_skb_adjust_room), LDX(BPF_W, 0, 6, __builtin_offsetof(struct __sk_buff, protocol)), EXIT);
	RUN_IT("change_tail after it", MOVR(6, 1), MOV(2, 20), MOV(3, BPF_ADJ_ROOM_MAC), MOV(4, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4),
	       CALL(BPF_FUNC_skb_adjust_room), MOVR(1, 6), MOV(2, 100), MOV(3, 0), CALL(BPF_FUNC_skb_change_tail), EXIT);
}

static void protocols(void)
{
	static const unsigned to[] = {ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, 0};

	for (unsigned i = 0; i < COUNT(to); i++) {
		char what[48];

		snprintf(what, sizeof(what), "change_proto to %x", to[i]);
		RUN_IT(what, MOV(2, __builtin_bswap16(to[i])), MOV(3, 0), CALL(BPF_FUNC_skb_change_proto), EXIT);
	}
	RUN_IT("change_proto, a flag", MOV(2, __builtin_bswap16(ETH_P_IPV6)), MOV(3, 1), CALL(BPF_FUNC_skb_change_proto), EXIT);
	RUN_IT("protocol after it", MOVR(6, 1), MOV(2, __builtin_bswap16(ETH_P_IPV6)), MOV(3, 0), CALL(BPF_FUNC_skb_change_proto),
	       LDX(BPF_W, 0, 6, __builtin_offsetof(struct __sk_buff, protocol)), EXIT);
	RUN_IT("ecn_set_ce", CALL(BPF_FUNC_skb_ecn_set_ce), EXIT);
}

static void mtu(unsigned ifindex, unsigned len, int diff, unsigned flags)
{
	char what[80];

	snprintf(what, sizeof(what), "check_mtu of %u, %u, %d, flags %u", ifindex, len, diff, flags);
	RUN_IT(what, MOV(2, ifindex), ST(BPF_W, 10, -4, len), MOVR(3, 10), ADD(3, -4), MOV(4, diff), MOV(5, flags),
	       CALL(BPF_FUNC_check_mtu), EXIT);
	RUN_IT("    mtu", MOV(2, ifindex), ST(BPF_W, 10, -4, len), MOVR(3, 10), ADD(3, -4), MOV(4, diff), MOV(5, flags),
	       CALL(BPF_FUNC_check_mtu), LDX(BPF_W, 0, 10, -4), EXIT);
}

static void mtus(int a)
{
	mtu(1, 0, 0, 0);
	mtu(0, 0, 0, 0);
	mtu(999, 0, 0, 0);
	(void)a;
	mtu(1, 65535, 0, 0);
	mtu(1, 65536, 0, 0);
	mtu(1, 65537, 0, 0);
	mtu(1, 65537, -1, 0);
	mtu(1, 0, 65000, 0);
	mtu(1, 0, 65536, 0);
	mtu(1, 0, 0, 1);
	mtu(1, 1, 0, 1);
	mtu(1, 0, 1, 1);
	mtu(1, 0, 0, 2);
}

int main(void)
{
	static const unsigned protocol[] = {ETH_P_IP, ETH_P_IPV6, ETH_P_ARP};

	for (unsigned i = 0; i < COUNT(protocol); i++) {
		fill(protocol[i]);
		note("protocol %04x", protocol[i]);
		rooms();
		protocols();
	}
	fill(ETH_P_IP);
	packet[15] = 0;
	RUN_IT("ecn_set_ce, not capable", CALL(BPF_FUNC_skb_ecn_set_ce), EXIT);
	packet[15] = 3;
	RUN_IT("ecn_set_ce, already", CALL(BPF_FUNC_skb_ecn_set_ce), EXIT);
	mtus(1);
	return 0;
}
