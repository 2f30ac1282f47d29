/* Packets in the network stack, through tc: nothing is lost or left, circles end, and all of it goes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>

#include "sim/look.h"
#include "sim/native/native.h"
#include "sim/sim.h"
#include "test/support/machine.h"

#define LOADER 100
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define MOVR(dst, src) INSN(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define CALL(i) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static u32 a, b; /* two devices that are joined by a link */

static s64 load(u32 type, const struct bpf_insn *insns, u32 count)
{
	union bpf_attr attr = {.prog_type = type, .insns = (u64)insns, .insn_cnt = count, .license = (u64)"GPL"};
	s64 fd = sim_bpf(sim, LOADER, BPF_PROG_LOAD, (u64)&attr, KERNEL_ATTR_SIZE);

	assert_true(fd >= 0);
	return fd;
}

#define LOAD(...)                                                                                            \
	({                                                                                                   \
		const struct bpf_insn insns_[] = {__VA_ARGS__};                                              \
		load(BPF_PROG_TYPE_SCHED_CLS, insns_, ARRAY_SIZE(insns_));                                   \
	})

static void qdisc(u32 op, u32 ifindex)
{
	struct tc_request r = {.op = op, .flags = NLM_F_CREATE | NLM_F_EXCL, .ifindex = ifindex, .parent = TC_H_CLSACT,
			       .handle = 0xffff0000, .kind = "clsact"};

	assert_int_equal(sim_tc(sim, LOADER, &r), 0);
}

static void attach(u32 ifindex, u32 minor, s64 fd)
{
	struct tc_request r = {.op = RTM_NEWTFILTER, .flags = NLM_F_CREATE | NLM_F_EXCL, .ifindex = ifindex, .kind = "bpf",
			       .options = true, .parent = TC_H_MAKE(TC_H_CLSACT, minor), .has_fd = true, .fd = fd,
			       .info = __builtin_bswap16(ETH_P_ALL), .has_flags = true,
			       .bpf_flags = TCA_BPF_FLAG_ACT_DIRECT};

	assert_int_equal(sim_tc(sim, LOADER, &r), 0);
}

static int set_up(void **state)
{
	int err = machine_setup(state);

	a = sim_device(sim, "a peer b");
	b = netdev_by_name(sim, "b")->ifindex;
	qdisc(RTM_NEWQDISC, a);
	qdisc(RTM_NEWQDISC, b);
	return err;
}

static s64 fire(u32 kind, u32 ifindex, u32 len)
{
	static u8 data[PACKET_MAX] = {[0] = 0xff, [12] = 0x08};
	struct stimulus stimulus = {.kind = kind, .ifindex = ifindex, .len = len, .data = data};
	u64 live = arena_live_bytes(sim->arena);
	s64 result = sim_fire(sim, &stimulus);

	assert_int_equal(arena_live_bytes(sim->arena), live);
	return result;
}

static u64 runs(s64 fd)
{
	return container_of(fd_file(task_by_pid(sim, LOADER), fd)->obj, struct prog, obj)->counts.runs;
}

/* Each step since @begin can be visited in any order. */
static void goes_back(u64 begin)
{
	u64 hash[400], steps = sim_end(sim) - begin;

	assert_true(steps < ARRAY_SIZE(hash));
	for (u64 i = 0; i <= steps; i++) {
		assert_int_equal(sim_goto(sim, begin + i), 0);
		hash[i] = sim_hash(sim);
	}
	for (u64 i = 0; i < 2 * steps; i++) {
		u64 at = i * 7919 % (steps + 1);

		assert_int_equal(sim_goto(sim, begin + at), 0);
		assert_int_equal(sim_hash(sim), hash[at]);
	}
	assert_int_equal(sim_goto(sim, begin + steps), 0);
}

/* Out by one device, in by the other; a copy at each of them. */
static void over_the_link(void **state)
{
	s64 out = LOAD(MOV(2, a), MOV(3, BPF_F_INGRESS), CALL(BPF_FUNC_clone_redirect), MOV(0, TC_ACT_OK), EXIT);
	s64 in = LOAD(MOV(0, TC_ACT_OK), EXIT);
	u64 begin = sim_now(sim);

	(void)state;
	attach(a, TC_H_MIN_EGRESS, out);
	attach(b, TC_H_MIN_INGRESS, in);
	attach(a, TC_H_MIN_INGRESS, in);
	assert_int_equal(fire(STIMULUS_SEND, a, 60), 0);
	assert_int_equal(runs(out), 1);
	assert_int_equal(runs(in), 2);
	assert_int_equal(netdev_by_index(sim, a)->tx_packets, 1);
	assert_int_equal(netdev_by_index(sim, b)->rx_packets, 1);
	goes_back(begin);
	assert_int_equal(fire(STIMULUS_PACKET, b, PACKET_MAX), 0);
	assert_int_equal(fire(STIMULUS_PACKET, b, 13), 0); /* no Ethernet header: nobody sees it */
	assert_int_equal(fire(STIMULUS_SEND, a, 13), -EINVAL);
	assert_int_equal(runs(in), 3);
}

static void as_machine_code(void **state)
{
	host->exec = native_ops();
	if (sim_sysctl(sim, "bpfwalk.engine", ENGINE_MACHINE_CODE))
		skip();
	over_the_link(state);
}

static void as_written(void **state)
{
	assert_int_equal(sim_sysctl(sim, "bpfwalk.engine", ENGINE_AS_WRITTEN), 0);
	over_the_link(state);
}

static void circles_end(void **state)
{
	s64 again = LOAD(MOV(1, b), MOV(2, BPF_F_INGRESS), CALL(BPF_FUNC_redirect), EXIT);
	s64 out = LOAD(MOV(1, a), MOV(2, 0), CALL(BPF_FUNC_redirect), EXIT);

	(void)state;
	attach(b, TC_H_MIN_INGRESS, again);
	fire(STIMULUS_PACKET, b, 60);
	assert_int_equal(runs(again), STACK_DEVICES);
	attach(a, TC_H_MIN_EGRESS, out);
	fire(STIMULUS_SEND, a, 60);
	assert_int_equal(runs(out), STACK_DEVICES);
}

/* More and more copies, of which each makes more: what finds no room is lost, nothing else. */
static void floods_end(void **state)
{
	struct bpf_insn insns[64] = {MOVR(6, 1)};
	u32 n = 1;

	(void)state;
	for (u32 i = 0; i < 10; i++) {
		insns[n++] = (struct bpf_insn)MOVR(1, 6);
		insns[n++] = (struct bpf_insn)MOV(2, i % 2 ? a : b);
		insns[n++] = (struct bpf_insn)MOV(3, i % 3 ? 0 : BPF_F_INGRESS);
		insns[n++] = (struct bpf_insn)CALL(BPF_FUNC_clone_redirect);
	}
	insns[n++] = (struct bpf_insn)MOV(0, TC_ACT_OK);
	insns[n++] = (struct bpf_insn)EXIT;
	attach(b, TC_H_MIN_INGRESS, load(BPF_PROG_TYPE_SCHED_CLS, insns, n));
	fire(STIMULUS_PACKET, b, 60);
}

static s64 xdp(int answer)
{
	const struct bpf_insn insns[] = {MOV(0, answer), EXIT};

	return load(BPF_PROG_TYPE_XDP, insns, ARRAY_SIZE(insns));
}

/* XDP at both ends of a link: what is sent back there, and what is redirected, comes to the other end. */
static void xdp_over_the_link(void **state)
{
	const struct bpf_insn to_a[] = {MOV(1, a), MOV(2, 0), CALL(BPF_FUNC_redirect), EXIT};
	s64 back = xdp(XDP_TX), in = xdp(XDP_PASS), see = LOAD(MOV(0, TC_ACT_OK), EXIT);
	s64 forward = load(BPF_PROG_TYPE_XDP, to_a, ARRAY_SIZE(to_a));
	u64 begin = sim_now(sim);

	(void)state;
	attach(a, TC_H_MIN_INGRESS, see);
	attach(b, TC_H_MIN_INGRESS, see);
	assert_int_equal(sim_xdp(sim, LOADER, b, back, 0, -1), 0);
	assert_int_equal(fire(STIMULUS_SEND, a, 60), 0);
	assert_int_equal(runs(back), 1);
	assert_int_equal(runs(see), 1); /* at a */
	assert_int_equal(netdev_by_index(sim, b)->tx_packets, 1);
	assert_int_equal(sim_xdp(sim, LOADER, b, in, 0, -1), 0);
	assert_int_equal(sim_xdp(sim, LOADER, 2, forward, 0, -1), 0);
	assert_int_equal(fire(STIMULUS_PACKET, 2, 60), 0); /* eth0 -> a -> b */
	assert_int_equal(runs(forward), 1);
	assert_int_equal(runs(in), 1);
	assert_int_equal(runs(see), 2);
	goes_back(begin);
	assert_int_equal(sim_xdp(sim, LOADER, a, back, 0, -1), 0); /* back and forth */
	assert_int_equal(sim_xdp(sim, LOADER, b, back, 0, -1), 0);
	assert_int_equal(fire(STIMULUS_PACKET, b, 60), 0);
	assert_true(runs(back) <= 1 + STACK_DEVICES);
	assert_int_equal(sim_xdp(sim, LOADER, b, forward, 0, -1), 0); /* b -> a -> (b) over the link */
	assert_int_equal(fire(STIMULUS_PACKET, b, 60), 0);
}

/* A filter holds its program; a qdisc that goes takes its filters with it. */
static void who_holds(void **state)
{
	s64 fd = LOAD(MOV(0, TC_ACT_SHOT), EXIT);
	struct obj *obj;
	u64 live;

	(void)state;
	assert_int_equal(sim_close(sim, LOADER, fd), 0);
	live = arena_live_bytes(sim->arena);
	fd = LOAD(MOV(0, TC_ACT_SHOT), EXIT);
	obj = fd_file(task_by_pid(sim, LOADER), fd)->obj;
	attach(b, TC_H_MIN_INGRESS, fd);
	attach(b, TC_H_MIN_EGRESS, fd);
	assert_int_equal(obj->refs, 3);
	assert_int_equal(sim_close(sim, LOADER, fd), 0);
	fire(STIMULUS_PACKET, b, 60);
	assert_int_equal(netdev_by_index(sim, b)->tc[TC_INGRESS].dropped, 1);
	qdisc(RTM_DELQDISC, b);
	assert_int_equal(sim->world->stack_users, 0);
	assert_int_equal(arena_live_bytes(sim->arena), live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(over_the_link, set_up, machine_teardown),
		cmocka_unit_test_setup_teardown(as_machine_code, set_up, machine_teardown),
		cmocka_unit_test_setup_teardown(as_written, set_up, machine_teardown),
		cmocka_unit_test_setup_teardown(circles_end, set_up, machine_teardown),
		cmocka_unit_test_setup_teardown(floods_end, set_up, machine_teardown),
		cmocka_unit_test_setup_teardown(xdp_over_the_link, set_up, machine_teardown),
		cmocka_unit_test_setup_teardown(who_holds, set_up, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
