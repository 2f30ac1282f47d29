/* PROG_TEST_RUN: checks of the attr, packets and contexts in and out, for XDP and for types with a struct __sk_buff. */
#include <stddef.h>

#include "test/errno/prog.h"

#define LDX(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STX(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define MOVR(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define LD_ABS(size, i) INSN(BPF_LD | BPF_ABS | (size), 0, 0, 0, i)
#define SKB(field) ((int)offsetof(struct __sk_buff, field))
#define HUGE 80000

static unsigned char packet[HUGE], out[HUGE];

static int load_fd(unsigned type, const struct bpf_insn *insns, unsigned count)
{
	union bpf_attr attr = with_log(trivial(type), 1);
	int fd;

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		note("load: %s", why_line());
	return fd;
}

#define PROG(type, ...)                                                                                             \
	({                                                                                                          \
		static const struct bpf_insn insns_[] = {__VA_ARGS__};                                              \
		load_fd(type, insns_, COUNT(insns_));                                                               \
	})

static union bpf_attr test_attr(int fd, unsigned size)
{
	union bpf_attr attr = {0};

	attr.test.prog_fd = fd;
	attr.test.data_in = U64(packet);
	attr.test.data_size_in = size;
	return attr;
}

static long run(union bpf_attr *attr)
{
	attr->test.retval = 0xaaaaaaaa;
	attr->test.duration = 0;
	return sys_bpf(BPF_PROG_TEST_RUN, attr, sizeof(*attr));
}

/* The line may show what the call has written into the attr. */
#define RUN_LINE(attr, ...)                                                                                         \
	do {                                                                                                        \
		long ret_ = run(attr);                                                                              \
                                                                                                                    \
		line(ret_, __VA_ARGS__);                                                                            \
	} while (0)

/* Says what came of it, retval and sizes as well. */
static void run_line(union bpf_attr attr, const char *what)
{
	long ret = run(&attr);

	line(ret, "%s (retval 0x%x, data_size_out %u, ctx_size_out %u)", what, attr.test.retval, attr.test.data_size_out,
	     attr.test.ctx_size_out);
}

/* The first bytes of an Ethernet frame with this type; the rest counts up. */
static void make_packet(unsigned type)
{
	for (unsigned i = 0; i < sizeof(packet); i++)
		packet[i] = i;
	memset(packet, 0, 12);
	packet[12] = type >> 8;
	packet[13] = type;
}

static void fds(int prog)
{
	union bpf_attr attr = test_attr(prog, 64);
	int map = make_map(BPF_MAP_TYPE_ARRAY, 4, 1);

	run_line(attr, "as it should be");
	attr.test.prog_fd = 999;
	run_line(attr, "fd that is not open");
	attr.test.prog_fd = map;
	run_line(attr, "fd of a map");
	attr.test.ctx_size_in = 4;
	attr.test.prog_fd = 999;
	run_line(attr, "fd that is not open, ctx_size_in without ctx_in");
	attr = test_attr(prog, 64);
	attr.test.ctx_in = U64(packet);
	run_line(attr, "ctx_in without ctx_size_in");
	attr = test_attr(prog, 64);
	attr.test.ctx_out = U64(out);
	run_line(attr, "ctx_out without ctx_size_out");
	attr = test_attr(prog, 64);
	attr.test.ctx_size_out = 8;
	run_line(attr, "ctx_size_out without ctx_out");
	sys_close(map);
}

static void sizes(int prog, const char *type)
{
	static const unsigned size[] = {0, 1, 13, 14, 15, 33, 34, 3519, 3520, 3521, 3711, 3712, 3713, 4096, 73000, 73152, 73153};

	for (unsigned i = 0; i < COUNT(size); i++) {
		char what[64];

		snprintf(what, sizeof(what), "%s, %u bytes", type, size[i]);
		run_line(test_attr(prog, size[i]), what);
	}
}

static void flags(int prog, const char *type)
{
	for (unsigned bit = 0; bit < 5; bit++) {
		union bpf_attr attr = test_attr(prog, 64);

		attr.test.flags = 1u << bit;
		RUN_LINE(&attr, "%s, flags 0x%x", type, attr.test.flags);
	}
	for (unsigned cpu = 0; cpu < 2; cpu++) {
		union bpf_attr attr = test_attr(prog, 64);

		attr.test.cpu = 1;
		attr.test.batch_size = cpu;
		RUN_LINE(&attr, "%s, cpu 1, batch_size %u", type, cpu);
		attr.test.cpu = 0;
		attr.test.batch_size = 1 + 256 * cpu;
		attr.test.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
		RUN_LINE(&attr, "%s, live frames, batch_size %u", type, attr.test.batch_size);
	}
}

static void repeats(int prog, const char *type)
{
	for (unsigned repeat = 0; repeat < 4; repeat++) {
		union bpf_attr attr = test_attr(prog, 64);

		attr.test.repeat = repeat;
		RUN_LINE(&attr, "%s, repeat %u (retval 0x%x)", type, repeat, attr.test.retval);
	}
}

static void memory(int prog, const char *type)
{
	union bpf_attr attr = test_attr(prog, 64);

	attr.test.data_in = U64(BAD_POINTER);
	RUN_LINE(&attr, "%s, data_in at a bad address", type);
	attr.test.data_in = U64(page_end(63));
	RUN_LINE(&attr, "%s, data_in ends a byte early", type);
	attr = test_attr(prog, 64);
	attr.test.data_out = U64(BAD_POINTER);
	RUN_LINE(&attr, "%s, data_out at a bad address (retval 0x%x)", type, attr.test.retval);
	for (unsigned size = 62; size < 66; size++) {
		memset(out, 0xee, sizeof(out));
		attr = test_attr(prog, 64);
		attr.test.data_out = U64(out);
		attr.test.data_size_out = size;
		run_line(attr, type);
		note("  data_size_out %u: out[13] %02x [61] %02x [62] %02x [63] %02x [64] %02x", size, out[13], out[61], out[62],
		    out[63], out[64]);
	}
	attr.test.data_size_out = 0;
	run_line(attr, "data_size_out 0");
	attr.test.data_out = 0;
	attr.test.data_size_out = 20;
	run_line(attr, "data_size_out 20 without data_out");
}

/* --- struct __sk_buff in and out --- */

static void skb_ctx_field(int prog, unsigned off)
{
	union bpf_attr attr = test_attr(prog, 64);
	unsigned char ctx[sizeof(struct __sk_buff)] = {0};

	ctx[off] = 1;
	attr.test.ctx_in = U64(ctx);
	attr.test.ctx_size_in = sizeof(ctx);
	RUN_LINE(&attr, "__sk_buff byte %u set", off);
}

static void skb_ctx_sizes(int prog)
{
	union bpf_attr attr = test_attr(prog, 64);
	unsigned char ctx[256] = {0}, back[256] = {0};

	attr.test.ctx_in = U64(ctx);
	attr.test.ctx_size_in = 12;
	ctx[8] = 7; /* mark */
	attr.test.ctx_out = U64(back);
	attr.test.ctx_size_out = sizeof(back);
	run_line(attr, "12 bytes of __sk_buff");
	note("  mark %u ifindex %u wire_len %u", back[8], back[SKB(ifindex)], back[SKB(wire_len)]);
	attr.test.ctx_size_in = sizeof(ctx);
	run_line(attr, "256 bytes of __sk_buff");
	ctx[200] = 1;
	run_line(attr, "256 bytes of __sk_buff, one set beyond its end");
	attr.test.ctx_size_in = 5000;
	run_line(attr, "5000 bytes of __sk_buff");
	ctx[200] = 0;
	attr.test.ctx_size_in = 64;
	attr.test.ctx_size_out = 16;
	run_line(attr, "16 bytes of room for __sk_buff");
	attr.test.ctx_out = U64(BAD_POINTER);
	run_line(attr, "ctx_out at a bad address");
	attr.test.ctx_in = U64(BAD_POINTER);
	run_line(attr, "ctx_in at a bad address");
	attr = test_attr(prog, 64);
	memset(back, 0, sizeof(back));
	attr.test.ctx_out = U64(back);
	attr.test.ctx_size_out = sizeof(back);
	run_line(attr, "only ctx_out");
	note("  mark %u ifindex %u wire_len %u", back[8], back[SKB(ifindex)], back[SKB(wire_len)]);
}

static void skb_ctx_values(int prog)
{
	static const struct { unsigned off, value; } cases[] = {
		{SKB(wire_len), 63}, {SKB(wire_len), 64}, {SKB(wire_len), 65536}, {SKB(wire_len), 65537},
		{SKB(gso_segs), 65535}, {SKB(gso_segs), 65536}, {SKB(ifindex), 0}, {SKB(ifindex), 1}, {SKB(ifindex), 77},
		{SKB(ingress_ifindex), 77},
	};

	for (unsigned i = 0; i < COUNT(cases); i++) {
		union bpf_attr attr = test_attr(prog, 64);
		unsigned char ctx[sizeof(struct __sk_buff)] = {0};

		memcpy(ctx + cases[i].off, &cases[i].value, 4);
		attr.test.ctx_in = U64(ctx);
		attr.test.ctx_size_in = sizeof(ctx);
		RUN_LINE(&attr, "__sk_buff at %u: %u", cases[i].off, cases[i].value);
	}
}

/* Each field of the context, as programs of the type read it in a packet with everything set that can be. */
static void skb_field(unsigned type, unsigned off, unsigned size, unsigned eth_type)
{
	struct bpf_insn insns[] = {LDX(0, 0, 1, off), EXIT};
	struct __sk_buff ctx = {.mark = 0x11223344, .priority = 0x55667788, .ingress_ifindex = 0x1234, .ifindex = 1,
				.tstamp = 0x123456789, .wire_len = 0x1001, .gso_segs = 0x2002, .gso_size = 0x3003, .hwtstamp = 0x77};
	union bpf_attr attr = trivial(type);
	static const unsigned char code[9] = {[1] = BPF_B, [2] = BPF_H, [4] = BPF_W, [8] = BPF_DW};
	int fd;

	for (unsigned i = 0; i < 5; i++)
		ctx.cb[i] = 0x01010101 * (i + 1);
	insns[0].code |= code[size];
	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		return; /* the path walk refuses it: asked of the kernel only */
	make_packet(eth_type);
	attr = test_attr(fd, 64);
	attr.test.ctx_in = U64(&ctx);
	attr.test.ctx_size_in = sizeof(ctx);
	RUN_LINE(&attr, "type %u reads %u bytes at %u, 0x%04x: 0x%x", type, size, off, eth_type, attr.test.retval);
	sys_close(fd);
}

/* Offsets that programs may read and whose value is no address. */
static void skb_fields(void)
{
	static const unsigned short words[] = {
		SKB(len), SKB(pkt_type), SKB(mark), SKB(queue_mapping), SKB(protocol), SKB(vlan_present), SKB(vlan_tci),
		SKB(vlan_proto), SKB(priority), SKB(ingress_ifindex), SKB(ifindex), SKB(tc_index), SKB(cb[0]), SKB(cb[4]),
		SKB(hash), SKB(napi_id), SKB(gso_segs), SKB(gso_size),
	};
	static const unsigned types[] = {BPF_PROG_TYPE_SOCKET_FILTER, BPF_PROG_TYPE_SCHED_CLS};

	for (unsigned t = 0; t < COUNT(types); t++) {
		for (unsigned i = 0; i < COUNT(words); i++) {
			skb_field(types[t], words[i], 4, 0x0800);
			skb_field(types[t], words[i], 2, 0x0800);
			skb_field(types[t], words[i] + 2, 2, 0x0800);
			for (unsigned byte = 0; byte < 4; byte++)
				skb_field(types[t], words[i] + byte, 1, 0x0800);
		}
		skb_field(types[t], SKB(cb[0]), 8, 0x0800);
		skb_field(types[t], SKB(protocol), 4, 0x86dd);
		skb_field(types[t], SKB(protocol), 4, 0x05dc);
		skb_field(types[t], SKB(protocol), 4, 0x0600);
	}
	skb_field(BPF_PROG_TYPE_SCHED_CLS, SKB(tc_classid), 4, 0x0800);
	skb_field(BPF_PROG_TYPE_SCHED_CLS, SKB(wire_len), 4, 0x0800);
	skb_field(BPF_PROG_TYPE_SCHED_CLS, SKB(wire_len), 2, 0x0800);
	skb_field(BPF_PROG_TYPE_SCHED_CLS, SKB(tstamp), 8, 0x0800);
	skb_field(BPF_PROG_TYPE_SCHED_CLS, SKB(tstamp_type), 1, 0x0800);
	skb_field(BPF_PROG_TYPE_SCHED_CLS, SKB(hwtstamp), 8, 0x0800);
}

static void pkt_types(void)
{
	static const unsigned char first[][6] = {
		{0}, {1}, {2}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {0x33, 0x33},
	};
	int fd = PROG(BPF_PROG_TYPE_SCHED_CLS, LDX(BPF_W, 0, 1, SKB(pkt_type)), EXIT);

	for (unsigned i = 0; i < COUNT(first); i++) {
		union bpf_attr attr = test_attr(fd, 64);

		make_packet(0x0800);
		memcpy(packet, first[i], 6);
		RUN_LINE(&attr, "to %02x:%02x:...: pkt_type %u", first[i][0], first[i][1], attr.test.retval);
	}
	sys_close(fd);
}

/* An IP header must be there when the type says so. */
static void headers(int cls)
{
	static const struct { unsigned type, size; } cases[] = {
		{0x0800, 33}, {0x0800, 34}, {0x86dd, 53}, {0x86dd, 54}, {0x0806, 14},
	};

	for (unsigned i = 0; i < COUNT(cases); i++) {
		union bpf_attr attr = test_attr(cls, cases[i].size);

		make_packet(cases[i].type);
		RUN_LINE(&attr, "type 0x%04x, %u bytes", cases[i].type, cases[i].size);
	}
}

/* --- writing to the context, reading the packet --- */

static void skb_writes(void)
{
	int fd = PROG(BPF_PROG_TYPE_SCHED_CLS, MOV(2, 0x1234567), STX(BPF_W, 1, 2, SKB(mark)), STX(BPF_W, 1, 2, SKB(priority)),
		      STX(BPF_W, 1, 2, SKB(tc_index)), STX(BPF_W, 1, 2, SKB(tc_classid)), STX(BPF_H, 1, 2, SKB(cb[1])),
		      STX(BPF_DW, 1, 2, SKB(tstamp)), STX(BPF_W, 1, 2, SKB(queue_mapping)), LDX(BPF_W, 0, 1, SKB(tc_index)),
		      LDX(BPF_W, 2, 1, SKB(tc_classid)), INSN(BPF_ALU64 | BPF_LSH | BPF_K, 2, 0, 0, 16),
		      INSN(BPF_ALU64 | BPF_OR | BPF_X, 0, 2, 0, 0), EXIT);
	union bpf_attr attr;
	struct __sk_buff ctx;

	make_packet(0x0800);
	attr = test_attr(fd, 64);
	attr.test.ctx_out = U64(&ctx);
	attr.test.ctx_size_out = sizeof(ctx);
	run_line(attr, "written context");
	note("  mark 0x%x priority 0x%x cb 0x%x 0x%x tstamp 0x%llx len %u queue %u wire_len %u", ctx.mark, ctx.priority, ctx.cb[0],
	    ctx.cb[1], (unsigned long long)ctx.tstamp, ctx.len, ctx.queue_mapping, ctx.wire_len);
	sys_close(fd);
}

static void classic(unsigned type)
{
	static const int offs[] = {0, 10, 49, 50, 60, 61, 63, 64, -0x100000, -0x100000 + 20, -0x200000, -0x200000 + 12,
				   -0x200000 + 60, -0x200000 + 62, -0x1000, -1};

	for (unsigned i = 0; i < COUNT(offs); i++) {
		struct bpf_insn insns[] = {MOVR(6, 1), LD_ABS(BPF_W, offs[i]), EXIT};
		int fd = load_fd(type, insns, COUNT(insns));
		union bpf_attr attr = test_attr(fd, 64);

		make_packet(0x0800);
		RUN_LINE(&attr, "type %u, LD_ABS word at %d: 0x%x", type, offs[i], attr.test.retval);
		sys_close(fd);
	}
}

/* --- helpers --- */

#define PTR_FP(reg, off) MOVR(reg, 10), INSN(BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, off)

static void load_bytes(unsigned type)
{
	static const int offs[] = {0, 42, 46, 47, 60, 61, 64, -1};

	for (unsigned i = 0; i < COUNT(offs); i++) {
		struct bpf_insn insns[] = {INSN(BPF_ST | BPF_MEM | BPF_DW, 10, 0, -8, -1), MOV(2, offs[i]), PTR_FP(3, -8), MOV(4, 4),
					   CALL(BPF_FUNC_skb_load_bytes), LDX(BPF_W, 1, 10, -8),
					   INSN(BPF_ALU64 | BPF_ADD | BPF_X, 0, 1, 0, 0), EXIT};
		int fd = load_fd(type, insns, COUNT(insns));
		union bpf_attr attr = test_attr(fd, 64);

		make_packet(0x0800);
		RUN_LINE(&attr, "type %u, bpf_skb_load_bytes at %d: 0x%x", type, offs[i], attr.test.retval);
		sys_close(fd);
	}
}

static void csum_diff(unsigned from_size, unsigned to_size, unsigned seed)
{
	struct bpf_insn insns[] = {
		IMM64(2, 0, 0x89abcdef, 0x01234567), STX(BPF_DW, 10, 2, -8), IMM64(2, 0, 0xffffffff, 0xfffffffe),
		STX(BPF_DW, 10, 2, -16), PTR_FP(1, -8), MOV(2, from_size), PTR_FP(3, -16), MOV(4, to_size), MOV(5, seed),
		CALL(BPF_FUNC_csum_diff), EXIT,
	};
	int fd = load_fd(BPF_PROG_TYPE_SCHED_CLS, insns, COUNT(insns));
	union bpf_attr attr = test_attr(fd, 64);

	RUN_LINE(&attr, "bpf_csum_diff %u %u 0x%x: 0x%x", from_size, to_size, seed, attr.test.retval);
	sys_close(fd);
}

static unsigned out_type = 0x0800, out_size = 64;

static void out_line(int fd, const char *what, unsigned flags)
{
	union bpf_attr attr = test_attr(fd, out_size);
	long ret;

	make_packet(out_type);
	memset(out, 0xee, 128);
	attr.test.data_out = U64(out);
	attr.test.data_size_out = sizeof(out);
	attr.test.flags = flags;
	ret = run(&attr);
	line(ret, "%s: 0x%x, %u bytes", what, attr.test.retval, attr.test.data_size_out);
	if (ret == 0 && attr.test.data_size_out >= 64)
		note("  %02x%02x%02x%02x %02x%02x%02x%02x %02x%02x%02x%02x %02x%02x%02x%02x", out[0], out[1], out[2], out[3], out[22],
		    out[23], out[24], out[25], out[40], out[41], out[42], out[43], out[60], out[61], out[62], out[63]);
	sys_close(fd);
}

/* A classifier that calls one helper with numbers and returns what it answers. */
#define CLS_CALL(flags, helper, a2, a3, a4, a5)                                                                        \
	out_line(PROG(BPF_PROG_TYPE_SCHED_CLS, MOV(2, a2), MOV(3, a3), MOV(4, a4), MOV(5, a5), CALL(BPF_FUNC_##helper), EXIT), \
		 #helper " " #a2 " " #a3 " " #a4 " " #a5, flags)
#define XDP_CALL(helper, a2)                                                                                           \
	out_line(PROG(BPF_PROG_TYPE_XDP, MOV(2, a2), CALL(BPF_FUNC_##helper), EXIT), #helper " " #a2, 0)

static void store_bytes(int off, int len, int flags, unsigned test_flags)
{
	struct bpf_insn insns[] = {INSN(BPF_ST | BPF_MEM | BPF_DW, 10, 0, -8, 0x41424344), MOV(2, off), PTR_FP(3, -8), MOV(4, len),
				   MOV(5, flags), CALL(BPF_FUNC_skb_store_bytes), EXIT};
	char what[80];

	snprintf(what, sizeof(what), "skb_store_bytes %d %d 0x%x, test flags %u", off, len, flags, test_flags);
	out_line(load_fd(BPF_PROG_TYPE_SCHED_CLS, insns, COUNT(insns)), what, test_flags);
}

static void cls_helpers(void)
{
	store_bytes(0, 4, 0, 0);
	store_bytes(23, 3, 1, 1);
	store_bytes(24, 3, 1, 1);
	store_bytes(24, 4, 0, 1);
	store_bytes(61, 4, 0, 0);
	store_bytes(-1, 4, 0, 0);
	store_bytes(0, 4, 4, 0);
	CLS_CALL(0, skb_pull_data, 64, 0, 0, 0);
	CLS_CALL(0, skb_pull_data, 65, 0, 0, 0);
	CLS_CALL(0, skb_pull_data, 0, 0, 0, 0);
	CLS_CALL(0, l3_csum_replace, 24, 0, 0x1234, 0);
	CLS_CALL(0, l3_csum_replace, 24, 1, 0x1234, 0);
	CLS_CALL(0, l3_csum_replace, 24, 0x1112, 0x2223, 2);
	CLS_CALL(0, l3_csum_replace, 24, 0x11121314, 0x22232425, 4);
	CLS_CALL(0, l3_csum_replace, 25, 0, 0, 2);
	CLS_CALL(0, l3_csum_replace, 64, 0, 0, 2);
	CLS_CALL(0, l3_csum_replace, 24, 0, 0, 3);
	CLS_CALL(0, l3_csum_replace, 24, 0, 0, 16);
	CLS_CALL(0, l4_csum_replace, 40, 0, 0x1234, 0);
	CLS_CALL(0, l4_csum_replace, 40, 0x1112, 0x2223, 2);
	CLS_CALL(0, l4_csum_replace, 40, 0x11121314, 0x22232425, 4);
	CLS_CALL(0, l4_csum_replace, 40, 0x11121314, 0x22232425, 0x14);
	CLS_CALL(1, l4_csum_replace, 40, 0x11121314, 0x22232425, 0x14);
	CLS_CALL(0, l4_csum_replace, 2, 0x1112, 0x2223, 0x22);
	CLS_CALL(0, l4_csum_replace, 2, 0x1112, 0x2223, 0x62);
	CLS_CALL(0, l4_csum_replace, 40, 0, 0, 0x100);
	CLS_CALL(0, csum_update, 1, 0, 0, 0);
	CLS_CALL(0, csum_level, 0, 0, 0, 0);
	CLS_CALL(0, csum_level, 4, 0, 0, 0);
	CLS_CALL(0, skb_change_tail, 40, 0, 0, 0);
	CLS_CALL(0, skb_change_tail, 100, 0, 0, 0);
	CLS_CALL(0, skb_change_tail, 1000, 0, 0, 0);
	CLS_CALL(0, skb_change_tail, 13, 0, 0, 0);
	CLS_CALL(0, skb_change_tail, 14, 0, 0, 0);
	CLS_CALL(0, skb_change_tail, 40, 1, 0, 0);
	CLS_CALL(0, skb_change_tail, 70000, 0, 0, 0);
	CLS_CALL(0, skb_change_head, 4, 0, 0, 0);
	CLS_CALL(0, skb_change_head, 100, 0, 0, 0);
	CLS_CALL(0, skb_change_head, 70000, 0, 0, 0);
	CLS_CALL(0, skb_change_head, 4, 1, 0, 0);
	CLS_CALL(0, skb_change_type, 3, 0, 0, 0);
	CLS_CALL(0, skb_change_type, 4, 0, 0, 0);
	CLS_CALL(0, skb_vlan_push, 0x0081, 5, 0, 0);
	CLS_CALL(0, skb_vlan_pop, 0, 0, 0, 0);
	CLS_CALL(0, skb_set_tstamp, 5, 1, 0, 0);
	CLS_CALL(0, skb_set_tstamp, 0, 1, 0, 0);
	CLS_CALL(0, skb_set_tstamp, 5, 0, 0, 0);
	CLS_CALL(0, skb_set_tstamp, 0, 0, 0, 0);
	CLS_CALL(0, skb_set_tstamp, 5, 2, 0, 0);
	CLS_CALL(0, set_hash, 5, 0, 0, 0);
	CLS_CALL(0, get_cgroup_classid, 0, 0, 0, 0);
	out_line(PROG(BPF_PROG_TYPE_SCHED_CLS, MOVR(6, 1), MOV(2, 0x0081), MOV(3, 5), CALL(BPF_FUNC_skb_vlan_push), MOVR(1, 6),
		      MOV(2, 0x0081), MOV(3, 6), CALL(BPF_FUNC_skb_vlan_push), LDX(BPF_W, 0, 6, SKB(vlan_tci)), EXIT),
		 "two VLAN tags", 0);
	out_line(PROG(BPF_PROG_TYPE_SCHED_CLS, MOVR(6, 1), MOV(2, 77), CALL(BPF_FUNC_set_hash), MOVR(1, 6),
		      CALL(BPF_FUNC_get_hash_recalc), EXIT),
		 "a hash that was set", 0);
	out_line(PROG(BPF_PROG_TYPE_SCHED_CLS, MOV(1, 1), MOV(2, 0), CALL(BPF_FUNC_redirect), EXIT), "redirect 1 0", 0);
	out_line(PROG(BPF_PROG_TYPE_SCHED_CLS, MOV(1, 1), MOV(2, 1), CALL(BPF_FUNC_redirect), EXIT), "redirect 1 1", 0);
	out_line(PROG(BPF_PROG_TYPE_SCHED_CLS, MOV(1, 1), MOV(2, 2), CALL(BPF_FUNC_redirect), EXIT), "redirect 1 2", 0);
}

/* Packets with a VLAN tag in them: protocol, present, tci after each pop. */
static void vlan_pops(void)
{
	static const unsigned sizes[] = {64, 18, 17, 22, 21};

	out_type = 0x8100;
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		out_size = sizes[i];
		CLS_CALL(0, skb_vlan_pop, 0, 0, 0, 0);
		out_line(PROG(BPF_PROG_TYPE_SCHED_CLS, MOVR(6, 1), MOV(2, 0x0081), MOV(3, 5), CALL(BPF_FUNC_skb_vlan_push),
			      MOVR(1, 6), MOV(2, 0xa888), MOV(3, 6), CALL(BPF_FUNC_skb_vlan_push), MOVR(1, 6),
			      CALL(BPF_FUNC_skb_vlan_pop), MOVR(1, 6), CALL(BPF_FUNC_skb_vlan_pop), MOVR(7, 0),
			      LDX(BPF_W, 0, 6, SKB(vlan_tci)), LDX(BPF_W, 1, 6, SKB(vlan_present)),
			      INSN(BPF_ALU64 | BPF_LSH | BPF_K, 1, 0, 0, 16), INSN(BPF_ALU64 | BPF_OR | BPF_X, 0, 1, 0, 0),
			      INSN(BPF_ALU64 | BPF_XOR | BPF_X, 0, 7, 0, 0), EXIT),
			 "push push pop pop: tci, present", 0);
		out_line(PROG(BPF_PROG_TYPE_SCHED_CLS, MOVR(6, 1), CALL(BPF_FUNC_skb_vlan_pop), MOVR(1, 6),
			      CALL(BPF_FUNC_skb_vlan_pop), LDX(BPF_W, 0, 6, SKB(protocol)), EXIT),
			 "pop pop: protocol", 0);
	}
	out_type = 0x0800;
	out_size = 64;
}

static void xdp_helpers(void)
{
	XDP_CALL(xdp_adjust_head, 4);
	XDP_CALL(xdp_adjust_head, -4);
	XDP_CALL(xdp_adjust_head, 50);
	XDP_CALL(xdp_adjust_head, 51);
	XDP_CALL(xdp_adjust_head, -216);
	XDP_CALL(xdp_adjust_head, -217);
	XDP_CALL(xdp_adjust_tail, 10);
	XDP_CALL(xdp_adjust_tail, -10);
	XDP_CALL(xdp_adjust_tail, -50);
	XDP_CALL(xdp_adjust_tail, -51);
	XDP_CALL(xdp_adjust_tail, 3456);
	XDP_CALL(xdp_adjust_tail, 3457);
	XDP_CALL(xdp_adjust_meta, -4);
	XDP_CALL(xdp_adjust_meta, -32);
	XDP_CALL(xdp_adjust_meta, -36);
	XDP_CALL(xdp_adjust_meta, -3);
	XDP_CALL(xdp_adjust_meta, 4);
	XDP_CALL(xdp_get_buff_len, 0);
	out_line(PROG(BPF_PROG_TYPE_XDP, MOV(1, 1), MOV(2, 0), CALL(BPF_FUNC_redirect), EXIT), "XDP redirect 1 0", 0);
	out_line(PROG(BPF_PROG_TYPE_XDP, MOV(1, 1), MOV(2, 1), CALL(BPF_FUNC_redirect), EXIT), "XDP redirect 1 1", 0);
}

/* --- struct xdp_md in and out --- */

static void xdp_ctx(int prog)
{
	static const struct xdp_md cases[] = {
		{.data_end = 64}, {.data = 4, .data_end = 64}, {.data = 32, .data_end = 64}, {.data = 36, .data_end = 64},
		{.data = 3, .data_end = 64}, {.data = 4, .data_end = 65}, {.data = 8, .data_end = 4}, {.data_meta = 1, .data_end = 64},
		{.data_end = 40}, {.data = 32, .data_end = 46}, {.data = 32, .data_end = 40}, {.data_end = 64, .ingress_ifindex = 1},
		{.data_end = 64, .ingress_ifindex = 77}, {.data_end = 64, .rx_queue_index = 1},
		{.data_end = 64, .ingress_ifindex = 1, .rx_queue_index = 1}, {.data_end = 64, .egress_ifindex = 1},
	};

	make_packet(0x0800);
	for (unsigned i = 0; i < COUNT(cases); i++) {
		union bpf_attr attr = test_attr(prog, 64);
		struct xdp_md back = {0};

		attr.test.ctx_in = U64(&cases[i]);
		attr.test.ctx_size_in = sizeof(cases[i]);
		attr.test.ctx_out = U64(&back);
		attr.test.ctx_size_out = sizeof(back);
		run_line(attr, "xdp_md");
		note("  case %u: data %u data_end %u data_meta %u ingress %u", i, back.data, back.data_end, back.data_meta,
		    back.ingress_ifindex);
	}
}

static void xdp_frags(void)
{
	int len = PROG(BPF_PROG_TYPE_XDP, CALL(BPF_FUNC_xdp_get_buff_len), EXIT);
	union bpf_attr attr = test_attr(len, 9000);

	memset(out, 0, sizeof(out));
	attr.test.data_out = U64(out);
	attr.test.data_size_out = sizeof(out);
	run_line(attr, "9000 bytes");
	line(memcmp(out, packet, 9000) != 0, "the packet came out as it was");
	attr.test.data_size_out = 6000;
	run_line(attr, "9000 bytes, room for 6000");
	attr.test.data_size_out = 5000;
	run_line(attr, "9000 bytes, room for 5000");
	sys_close(len);
}

/* Types that have no TEST_RUN. */
static void other_types(void)
{
	static const unsigned types[] = {BPF_PROG_TYPE_KPROBE, BPF_PROG_TYPE_TRACEPOINT, BPF_PROG_TYPE_CGROUP_SOCK};

	for (unsigned i = 0; i < COUNT(types); i++) {
		union bpf_attr attr = trivial(types[i]);
		int fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));

		run_line(test_attr(fd, 64), "a type without TEST_RUN");
		sys_close(fd);
	}
}

int main(void)
{
	int filter = PROG(BPF_PROG_TYPE_SOCKET_FILTER, LDX(BPF_W, 0, 1, SKB(len)), EXIT);
	int cls = PROG(BPF_PROG_TYPE_SCHED_CLS, LDX(BPF_W, 0, 1, SKB(len)), EXIT);
	int xdp = PROG(BPF_PROG_TYPE_XDP, MOV(0, XDP_PASS), EXIT);

	make_packet(0x0806);
	fds(filter);
	fds(xdp);
	sizes(filter, "filter");
	sizes(cls, "cls");
	sizes(xdp, "xdp");
	flags(filter, "filter");
	flags(xdp, "xdp");
	repeats(cls, "cls");
	memory(filter, "filter");
	memory(cls, "cls");
	memory(xdp, "xdp");
	for (unsigned off = 0; off < sizeof(struct __sk_buff); off += 4)
		skb_ctx_field(cls, off);
	skb_ctx_sizes(cls);
	skb_ctx_values(cls);
	skb_fields();
	pkt_types();
	headers(cls);
	skb_writes();
	classic(BPF_PROG_TYPE_SOCKET_FILTER);
	classic(BPF_PROG_TYPE_SCHED_CLS);
	load_bytes(BPF_PROG_TYPE_SOCKET_FILTER);
	load_bytes(BPF_PROG_TYPE_SCHED_CLS);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = 0; j < 3; j++)
			csum_diff(4 * i, 4 * j, 0xfffffff0u + 7 * i * j);
	csum_diff(3, 4, 0);
	cls_helpers();
	vlan_pops();
	xdp_helpers();
	xdp_ctx(xdp);
	xdp_frags();
	other_types();
	return 0;
}
