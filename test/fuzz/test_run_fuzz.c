/*
 * Packet helpers and contexts on random input: test_run_fuzz [ROUNDS [SEED]], one program a round; short programs of the types
 * that take a context alone.
 *
 * A program of a random type calls helpers with odd figures and writes to its context, on a random packet with a random context of
 * the caller. After every step the packet must still lie in its buffer, and after the call nothing may be left behind.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/progs/skb.h"
#include "sim/progs/xdp.h"
#include "sim/sim.h"
#include "sim/vm/vm.h"
#include "test/support/host.h"

#define LOADER 100
#define INSNS 120
#define INSN(c, d, s, o, i) (struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}

static struct sim_host *host;
static struct sim *sim;
static u64 seed = 1;
static u8 packet[80000], out[80000], ctx[256];

static u32 below(u32 n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % n;
}

/* Mostly figures at which something ends. */
static s32 figure(void)
{
	static const s32 odd[] = {0,  1,  2,   3,   4,   12,  13,  14,    15,    16,    18,    32,    34,    36,        63,
				  64, 65, 100, 216, 217, 255, 256, 3712, 4096, 9000, 65535, 65536, 0x8100, 0x7fffffff};
	s32 value = below(4) ? odd[below(ARRAY_SIZE(odd))] : (s32)below(UINT32_MAX);

	return below(4) ? value : -value;
}

static const u16 skb_calls[] = {
	BPF_FUNC_skb_load_bytes, BPF_FUNC_skb_load_bytes_relative, BPF_FUNC_skb_store_bytes, BPF_FUNC_skb_pull_data,
	BPF_FUNC_skb_change_tail, BPF_FUNC_skb_change_head, BPF_FUNC_skb_change_type, BPF_FUNC_skb_vlan_push,
	BPF_FUNC_skb_vlan_pop, BPF_FUNC_skb_set_tstamp, BPF_FUNC_get_hash_recalc, BPF_FUNC_set_hash, BPF_FUNC_csum_update,
	BPF_FUNC_csum_level, BPF_FUNC_l3_csum_replace, BPF_FUNC_l4_csum_replace,
};

static const u16 xdp_calls[] = {
	BPF_FUNC_xdp_adjust_head, BPF_FUNC_xdp_adjust_tail, BPF_FUNC_xdp_adjust_meta, BPF_FUNC_xdp_get_buff_len,
	BPF_FUNC_xdp_load_bytes, BPF_FUNC_xdp_store_bytes,
};

static bool has_buffer(u16 id)
{
	return id == BPF_FUNC_skb_load_bytes || id == BPF_FUNC_skb_load_bytes_relative || id == BPF_FUNC_skb_store_bytes ||
	       id == BPF_FUNC_xdp_load_bytes || id == BPF_FUNC_xdp_store_bytes;
}

/* r1 = ctx, r2..r5 figures; where a buffer is wanted, 64 bytes of stack. */
static u32 add_call(struct bpf_insn *insn, u16 id)
{
	u32 n = 0;

	insn[n++] = INSN(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0);
	for (u32 reg = 2; reg <= 5; reg++)
		insn[n++] = INSN(BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, reg == 5 ? below(80) : (u32)figure());
	if (has_buffer(id)) {
		insn[n++] = INSN(BPF_ALU64 | BPF_MOV | BPF_X, 3, 10, 0, 0);
		insn[n++] = INSN(BPF_ALU64 | BPF_ADD | BPF_K, 3, 0, 0, -64);
		insn[n++] = INSN(BPF_ALU64 | BPF_MOV | BPF_K, 4, 0, 0, 1 + below(64));
	}
	insn[n++] = INSN(BPF_JMP | BPF_CALL, 0, 0, 0, id);
	return n;
}

/* Socket filters have the first two of skb_calls only. */
static u16 random_call(u32 type)
{
	if (type == BPF_PROG_TYPE_XDP)
		return xdp_calls[below(ARRAY_SIZE(xdp_calls))];
	return skb_calls[below(type == BPF_PROG_TYPE_SOCKET_FILTER ? 2 : ARRAY_SIZE(skb_calls))];
}

static bool has_packet(u32 type)
{
	return type == BPF_PROG_TYPE_SOCKET_FILTER || type == BPF_PROG_TYPE_SCHED_CLS || type == BPF_PROG_TYPE_XDP;
}

/* Looks at the context, where it is plain memory, and returns. */
static u32 make_short(u32 type, struct bpf_insn *insn)
{
	u32 n = 0;

	if (type == BPF_PROG_TYPE_RAW_TRACEPOINT || type == BPF_PROG_TYPE_SYSCALL)
		insn[n++] = INSN(BPF_LDX | BPF_MEM | BPF_DW, 2, 1, 8 * below(12), 0);
	if (type == BPF_PROG_TYPE_SYSCALL)
		insn[n++] = INSN(BPF_STX | BPF_MEM | BPF_DW, 1, 2, 8 * below(8000), 0);
	insn[n++] = INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, below(2));
	insn[n++] = INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	return n;
}

static u32 make_program(u32 type, struct bpf_insn *insn)
{
	static const u16 writable[] = {offsetof(struct __sk_buff, mark), offsetof(struct __sk_buff, tc_index),
				       offsetof(struct __sk_buff, queue_mapping), offsetof(struct __sk_buff, cb[3])};
	u32 n = 0;

	insn[n++] = INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0);
	if (type == BPF_PROG_TYPE_SCHED_CLS)
		insn[n++] = INSN(BPF_ST | BPF_MEM | BPF_W, 6, 0, writable[below(ARRAY_SIZE(writable))], figure());
	while (n < INSNS - 14 && below(10))
		n += add_call(insn + n, random_call(type));
	if (type != BPF_PROG_TYPE_XDP)
		insn[n++] = INSN(BPF_LD | BPF_ABS | BPF_W, 0, 0, 0, (u32)figure() - (below(2) ? 0x100000u : 0));
	insn[n++] = INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	return n;
}

/* --- what must always hold --- */

static bool skb_sound(const struct sk_buff *skb)
{
	return skb->data >= skb->head && skb->data + skb->len == skb->head + skb->tail && skb->tail <= skb->end;
}

static bool xdp_sound(const struct xdp_buff *xdp)
{
	return xdp->data_hard_start <= xdp->data_meta && xdp->data_meta <= xdp->data && xdp->data <= xdp->data_end &&
	       xdp->data_end <= (u64)xdp_shinfo(xdp);
}

static bool sound(u32 type)
{
	u64 at = sim->vm->ctx;

	if (sim->vm->state != VM_RUNNING || !has_packet(type))
		return true;
	return type == BPF_PROG_TYPE_XDP ? xdp_sound(xdp_at(at)) : skb_sound(skb_at(at));
}

static void random_packet(union bpf_attr *attr, u32 type)
{
	static const u16 protocols[] = {0x0008, 0xdd86, 0x0081, 0xa888, 0x0608, 0x0001};
	u32 size = below(8) ? 14 + below(100) : below(type == BPF_PROG_TYPE_XDP ? 75000 : 4000);

	for (u32 i = 0; i < 256; i++)
		packet[i] = below(256);
	memcpy(packet + 12, &protocols[below(ARRAY_SIZE(protocols))], 2);
	memcpy(packet + 16, &protocols[below(ARRAY_SIZE(protocols))], 2);
	attr->test.data_in = (u64)packet;
	attr->test.data_size_in = size;
	attr->test.data_out = below(4) ? (u64)out : 0;
	attr->test.data_size_out = below(2) ? sizeof(out) : below(200);
	attr->test.repeat = below(4);
	attr->test.flags = below(8) ? 0 : 1u << below(4);
	if (below(2)) {
		memset(ctx, 0, sizeof(ctx));
		((u32 *)ctx)[below(8)] = below(80);
		((u32 *)ctx)[1] = type == BPF_PROG_TYPE_XDP ? below(size + 1) : 0;
		attr->test.ctx_in = (u64)ctx;
		attr->test.ctx_size_in = 1 + below(200);
	}
}

/* Now and then with something that the type does not take. */
static void random_context(union bpf_attr *attr, u32 type)
{
	u32 size = below(4) ? 8 * below(14) : below(70000);

	for (u32 i = 0; i < 256; i++)
		ctx[i] = below(4) ? 0 : below(256);
	if (below(2))
		*(u32 *)ctx = below(2) ? 2 : 10;
	memcpy(out, ctx, sizeof(ctx));
	attr->test.ctx_in = size ? (u64)out : 0;
	attr->test.ctx_size_in = size;
	attr->test.cpu = below(4) ? 0 : below(6);
	attr->test.flags = below(4) ? 0 : 1u << below(4);
	attr->test.repeat = below(4) ? 0 : below(5);
	attr->test.ctx_out = below(4) ? 0 : (u64)packet;
	attr->test.ctx_size_out = attr->test.ctx_out ? 1 + below(200) : 0;
	attr->test.batch_size = below(8) ? 0 : 1;
	if (type == BPF_PROG_TYPE_FLOW_DISSECTOR || !below(8)) {
		attr->test.data_in = (u64)packet;
		attr->test.data_size_in = below(8) ? below(200) : below(5000);
		attr->test.data_out = below(2) ? (u64)packet : 0;
		attr->test.data_size_out = below(100);
	}
}

static bool run(u32 type, s64 fd)
{
	union bpf_attr attr = {0};

	if (has_packet(type))
		random_packet(&attr, type);
	else
		random_context(&attr, type);
	attr.test.prog_fd = fd;
	sim_begin_bpf(sim, LOADER, BPF_PROG_TEST_RUN, (u64)&attr, KERNEL_ATTR_SIZE);
	do {
		if (!sound(type))
			return false;
	} while (sim_step(sim) == SIM_MORE);
	return true;
}

static bool one_round(void)
{
	static const u32 types[] = {BPF_PROG_TYPE_SOCKET_FILTER,  BPF_PROG_TYPE_SCHED_CLS, BPF_PROG_TYPE_XDP,
				    BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_PROG_TYPE_SYSCALL,   BPF_PROG_TYPE_FLOW_DISSECTOR,
				    BPF_PROG_TYPE_SK_LOOKUP};
	u32 type = types[below(ARRAY_SIZE(types))];
	struct bpf_insn insns[INSNS];
	union bpf_attr attr = {.prog_type = type, .insns = (u64)insns, .license = (u64)"GPL"};
	u64 live;
	s64 fd;

	attr.prog_flags = type == BPF_PROG_TYPE_SYSCALL ? BPF_F_SLEEPABLE : 0;
	attr.expected_attach_type = type == BPF_PROG_TYPE_SK_LOOKUP ? BPF_SK_LOOKUP : 0;
	attr.insn_cnt = has_packet(type) ? make_program(type, insns) : make_short(type, insns);
	fd = sim_bpf(sim, LOADER, BPF_PROG_LOAD, (u64)&attr, KERNEL_ATTR_SIZE);
	if (fd < 0)
		return false;
	live = arena_live_bytes(sim->arena);
	if (!run(type, fd) || arena_live_bytes(sim->arena) != live)
		return false;
	sim_close(sim, LOADER, fd);
	return true;
}

int main(int argc, char **argv)
{
	u64 rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000;

	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	for (u64 i = 0; i < rounds; i++) {
		u64 start = seed;

		if (i % 1000 == 0) {
			host = host_new();
			sim = sim_new(host);
			sim_sysctl(sim, "bpfwalk.skip_walk", 1); /* random figures would be refused */
		}
		if (!one_round()) {
			fprintf(stderr, "round with seed %llu: %s\n", (unsigned long long)start, sim->why.text);
			return 1;
		}
		if (i % 1000 == 999 || i + 1 == rounds) {
			sim_delete(sim);
			host_delete(host);
		}
	}
	printf("%llu programs\n", (unsigned long long)rounds);
	return 0;
}
