/*
 * What time travel costs: recording a run of 10 M steps, jumping anywhere in it, the memory for it.
 *
 * The program is an XDP program of four instructions in a loop that counts in a map.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/sim.h"
#include "test/support/cases.h"
#include "test/support/host.h"

#define LOADER 100
#define ROUNDS 2500000
#define JUMPS 200
#define RECORDING_LIMIT 20.0 /* M steps/s */
#define JUMP_LIMIT 50.0      /* ms, nine in ten */
#define MEMORY_LIMIT 64.0    /* MB beyond the live state */
#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}

static struct sim *sim;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

static s64 bpf(int cmd, union bpf_attr *attr)
{
	s64 ret = sim_bpf(sim, LOADER, cmd, (u64)attr, KERNEL_ATTR_SIZE);

	if (ret < 0) {
		fprintf(stderr, "bpf command %d: %s\n", cmd, sim->why.text);
		exit(1);
	}
	return ret;
}

static void load_and_attach(void)
{
	union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1024};
	int map_fd = bpf(BPF_MAP_CREATE, &map);
	struct bpf_insn insns[] = {
		INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map_fd),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 6, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, ROUNDS),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 1, 0, 0),
		INSN(BPF_STX | BPF_MEM | BPF_DW, 0, 2, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, -1),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 1, 0, -4, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 2),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 2),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr prog = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insn_cnt = ARRAY_SIZE(insns),
		.insns = (u64)insns,
		.license = (u64) "GPL",
		.expected_attach_type = BPF_XDP,
	};
	union bpf_attr link = {.link_create = {.prog_fd = bpf(BPF_PROG_LOAD, &prog), .target_ifindex = 2, .attach_type = BPF_XDP}};

	bpf(BPF_LINK_CREATE, &link);
}

static double record(void)
{
	u8 packet[60] = {0};
	struct stimulus stimulus = {.kind = STIMULUS_PACKET, .ifindex = 2, .len = sizeof(packet), .data = packet};
	double start = seconds();

	sim_fire(sim, &stimulus);
	return seconds() - start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool jump_around(void)
{
	static double took[JUMPS];
	u64 end = sim_end(sim);

	srand(1);
	for (int i = 0; i < JUMPS; i++) {
		u64 step = (u64)rand() * rand() % (end + 1);
		double start = seconds();

		sim_goto(sim, step);
		took[i] = (seconds() - start) * 1e3;
	}
	qsort(took, JUMPS, sizeof(took[0]), by_value);
	printf("jump to a random step: median %.1f ms, nine in ten within %.1f ms, slowest %.1f ms", took[JUMPS / 2],
	       took[JUMPS * 9 / 10], took[JUMPS - 1]);
	return bench_at_most(took[JUMPS * 9 / 10], JUMP_LIMIT);
}

int main(void)
{
	struct sim_host *host = host_new();
	struct timeline_cost cost;
	double speed, memory;
	u64 before;
	bool ok;

	sim = sim_new(host);
	sim_sysctl(sim, "bpfwalk.skip_walk", 1); /* so many rounds are too many for the verifier */
	load_and_attach();
	before = sim_now(sim);
	speed = 1 / record() / 1e6;
	speed *= sim_now(sim) - before;
	cost = timeline_cost(sim);
	memory = (cost.snapshot_bytes + cost.log_bytes) / 1e6;
	printf("recording %.1f M steps: %.0f M steps/s", (sim_now(sim) - before) / 1e6, speed);
	ok = bench_at_least(speed, RECORDING_LIMIT);
	printf("memory for it: %u snapshots, %.1f MB of pages, log %.1f kB (live state %.1f MB)", cost.snapshots,
	       cost.snapshot_bytes / 1e6, cost.log_bytes / 1e3, arena_live_bytes(sim->arena) / 1e6);
	ok &= bench_at_most(memory, MEMORY_LIMIT);
	ok &= jump_around();
	sim_delete(sim);
	host_delete(host);
	return ok ? 0 : 1;
}
