/* Redirected packets arrive: at devices, through their programs, on other CPUs, in sockets; and all of it goes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "sim/cpu.h"
#include "sim/look.h"
#include "sim/sim.h"
#include "test/support/machine.h"

#define LOADER 100
#define ETH0 2
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define CALL(i) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static s64 bpf(int cmd, union bpf_attr *attr)
{
	return sim_bpf(sim, LOADER, cmd, (u64)attr, KERNEL_ATTR_SIZE);
}

static s64 load(const struct bpf_insn *insns, u32 count, u32 attach_type)
{
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_XDP, .insns = (u64)insns, .insn_cnt = count,
			       .license = (u64)"GPL", .expected_attach_type = attach_type};
	s64 fd = bpf(BPF_PROG_LOAD, &attr);

	assert_true(fd >= 0);
	return fd;
}

static s64 new_map(u32 type, u32 value_size)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = value_size, .max_entries = 4};
	s64 fd = bpf(BPF_MAP_CREATE, &attr);

	assert_true(fd >= 0);
	return fd;
}

static void put(s64 map, u32 key, u32 first, s32 prog)
{
	u32 value[2] = {first, prog};
	union bpf_attr attr = {.map_fd = map, .key = (u64)&key, .value = (u64)value};

	assert_int_equal(bpf(BPF_MAP_UPDATE_ELEM, &attr), 0);
}

/* return bpf_redirect_map(&map, key, flags) */
static void attach_redirect(s64 map, u32 key, u32 flags)
{
	const struct bpf_insn insns[] = {INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map), {0},
					 MOV(2, key), MOV(3, flags), CALL(BPF_FUNC_redirect_map), EXIT};
	union bpf_attr attr = {.link_create = {.prog_fd = load(insns, ARRAY_SIZE(insns), BPF_XDP),
					       .target_ifindex = ETH0, .attach_type = BPF_XDP}};

	assert_true(bpf(BPF_LINK_CREATE, &attr) >= 0);
}

static void fire(u32 len)
{
	static u8 data[PACKET_MAX];
	struct stimulus stimulus = {.kind = STIMULUS_PACKET, .ifindex = ETH0, .len = len, .data = data};
	u64 live = arena_live_bytes(sim->arena);

	assert_int_equal(sim_fire(sim, &stimulus), 0);
	assert_int_equal(sim->work->fire.verdict, VERDICT_REDIRECT);
	assert_int_equal(arena_live_bytes(sim->arena), live);
}

static u64 sent(u32 ifindex)
{
	return netdev_by_index(sim, ifindex)->tx_packets;
}

static u64 runs(s64 fd)
{
	const struct obj *obj = fd_file(task_by_pid(sim, LOADER), fd)->obj;

	return container_of(obj, struct prog, obj)->counts.runs;
}

/* Each step since @begin can be visited in any order. */
static void goes_back(u64 begin)
{
	u64 hash[200], steps = sim_end(sim) - begin;

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

static void devices(void **state)
{
	/* r0 = egress_ifindex == 3 ? XDP_PASS : XDP_DROP */
	static const struct bpf_insn only_3[] = {INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 1, offsetof(struct xdp_md, egress_ifindex), 0),
						 MOV(0, XDP_PASS), INSN(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 1, 3), MOV(0, XDP_DROP), EXIT};
	s64 map = new_map(BPF_MAP_TYPE_DEVMAP, 8), prog = load(only_3, ARRAY_SIZE(only_3), BPF_XDP_DEVMAP);
	u64 begin;

	(void)state;
	assert_int_equal(sim_device(sim, "eth1"), 3);
	assert_int_equal(sim_device(sim, "eth2"), 4);
	put(map, 0, 3, prog);
	put(map, 1, ETH0, -1);
	put(map, 2, 4, prog);
	attach_redirect(map, 0, BPF_F_BROADCAST | BPF_F_EXCLUDE_INGRESS);
	begin = sim_now(sim);
	fire(60);
	assert_int_equal(runs(prog), 2);
	assert_int_equal(sent(3), 1);
	assert_int_equal(sent(4), 0); /* its program said no */
	assert_int_equal(sent(ETH0), 0); /* it came by there */
	goes_back(begin);
	fire(1519); /* longer than the MTU allows */
	assert_int_equal(sent(3), 1);
}

static void cpus(void **state)
{
	static const struct bpf_insn on_cpu[] = {CALL(BPF_FUNC_get_smp_processor_id), EXIT}; /* CPU 2: XDP_PASS */
	s64 machine = sim_sysctl(sim, "bpfwalk.cpus", 4), map = new_map(BPF_MAP_TYPE_CPUMAP, 8), prog = load(on_cpu, 2, BPF_XDP_CPUMAP);
	u64 begin;

	(void)state;
	assert_int_equal(machine, 0);
	put(map, 1, 64, prog);
	put(map, 2, 64, prog);
	attach_redirect(map, 2, 0);
	begin = sim_now(sim);
	fire(60);
	assert_int_equal(runs(prog), 1);
	assert_int_equal(sim->clock->cpu, 0); /* the next packet comes where this one came */
	assert_int_equal(sim->cpus->cpu[2].work->kind, INPUT_NONE);
	goes_back(begin);
}

static void sockets(void **state)
{
	s64 map = new_map(BPF_MAP_TYPE_XSKMAP, 4), fd = sim_socket(sim, LOADER, AF_XDP, SOCK_RAW, 0);
	const struct socket *socket = socket_of(fd_file(task_by_pid(sim, LOADER), fd)->obj);
	u32 key = 0, value = fd;
	union bpf_attr attr = {.map_fd = map, .key = (u64)&key, .value = (u64)&value};

	(void)state;
	assert_int_equal(bpf(BPF_MAP_UPDATE_ELEM, &attr), 0);
	attach_redirect(map, 0, 0);
	fire(60); /* it is not bound: dropped */
	assert_int_equal(socket->rx_frames, 0);
	assert_int_equal(netdev_by_index(sim, ETH0)->rx_dropped, 1);
	assert_int_equal(sim_xsk_bind(sim, LOADER, fd, 99, 0), -ENODEV);
	assert_int_equal(sim_xsk_bind(sim, LOADER, fd, ETH0, 1), -EINVAL);
	assert_int_equal(sim_xsk_bind(sim, LOADER, map, ETH0, 0) < 0, 1);
	assert_int_equal(sim_xsk_bind(sim, LOADER, fd, ETH0, 0), 0);
	fire(60);
	assert_int_equal(socket->rx_frames, 1);
}

/* A program of a CPU that sends its frame to the CPU again: that must end. */
static void circles_end(void **state)
{
	s64 machine = sim_sysctl(sim, "bpfwalk.cpus", 4), map = new_map(BPF_MAP_TYPE_CPUMAP, 8);
	const struct bpf_insn again[] = {INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map), {0},
					 MOV(2, 1), MOV(3, 0), CALL(BPF_FUNC_redirect_map), EXIT};
	s64 prog = load(again, ARRAY_SIZE(again), BPF_XDP_CPUMAP);

	(void)state;
	assert_int_equal(machine, 0);
	put(map, 1, 64, prog);
	attach_redirect(map, 1, 0);
	fire(60);
	assert_int_equal(runs(prog), FRAME_TRAVELS);
	assert_int_equal(netdev_by_index(sim, ETH0)->rx_dropped, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(devices, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(cpus, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(sockets, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(circles_end, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
