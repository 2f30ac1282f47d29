/*
 * Does machine code do what the interpreter does? native_fuzz [PROGRAMS [SEED]]
 *
 * Plausible programs, half of them with a mistake put in, are loaded by root. Each accepted one runs on random packets, many times
 * in a row, as written in the interpreter and as machine code, from the same maps and random numbers: return value, packet and maps
 * must be the same. Now and then it also runs in lockstep.
 *
 * Programs of root may show addresses. Both engines have the main function's stack at the same place; elements of a hash have another
 * one in each run: where the interpreter does not agree with itself, nothing can be compared.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/native/native.h"
#include "test/support/host.h"
#include "test/support/plausible.h"

#define PID 100
#define ROUNDS_A_MACHINE 500    /* then a fresh one: the input log grows with each call */
#define PACKETS 16              /* for each accepted program */
#define REPEAT 64               /* most runs on one packet */
#define LOCKSTEP 40             /* one program of so many */
#define U64(p) ((u64)(uintptr_t)(p))

static struct sim_host *host;
static struct sim *sim;
static int map_fd[2];
static struct map *map[2];
static u64 dice;
static struct plausible program;
static struct {
	u64 programs, accepted, runs;
	u64 addresses; /* runs that showed some */
} count;

static u32 roll(u32 n)
{
	return plausible_roll(&dice, n);
}

/* --- the machine --- */

/* All addresses are ours. */
static int host_in(void *ctx, u32 pid, void *dst, u64 uaddr, u64 n)
{
	(void)ctx, (void)pid;
	memcpy(dst, (void *)uaddr, n);
	return 0;
}

static int host_out(void *ctx, u32 pid, u64 uaddr, const void *src, u64 n)
{
	(void)ctx, (void)pid;
	memcpy((void *)uaddr, src, n);
	return 0;
}

static void machine_end(void)
{
	if (sim)
		sim_delete(sim);
	if (host)
		host_delete(host);
}

static bool machine_begin(void)
{
	static const u32 types[] = {BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_HASH};

	machine_end();
	host = host_new();
	host->exec = native_ops();
	host->copy_in = host_in;
	host->copy_out = host_out;
	sim = sim_new(host);
	for (u32 i = 0; i < 2; i++) {
		union bpf_attr attr = {.map_type = types[i],
				       .key_size = 4,
				       .value_size = PLAUSIBLE_VALUE_SIZE,
				       .max_entries = PLAUSIBLE_ENTRIES};

		map_fd[i] = sim_bpf(sim, PID, BPF_MAP_CREATE, U64(&attr), sizeof(attr));
		map[i] = container_of(obj_by_id(sim, OBJ_MAP, i + 1), struct map, obj);
	}
	/* r10 of machine code is two words below the top of its stack */
	sim->vm->stack = (u8 *)vm_exec_stack(sim, 0) - 2 * sizeof(u64) - VM_MAX_FRAMES * VM_FRAME_SIZE;
	return !sim_sysctl(sim, "bpfwalk.engine", 1);
}

/* The contents that @seed decides, and the random numbers that programs get. */
static void reset(u64 seed)
{
	u8 value[PLAUSIBLE_VALUE_SIZE];
	u32 key;

	sim->clock->random = seed;
	while (!map_ops(map[1])->next_key(sim, map[1], NULL, &key))
		map_remove(sim, map[1], &key);
	for (u32 i = 0; i < 2; i++)
		for (key = 0; key < PLAUSIBLE_ENTRIES; key++) {
			for (u32 byte = 0; byte < sizeof(value); byte++)
				value[byte] = plausible_roll(&seed, 3) ? plausible_roll(&seed, 70) * !(byte % 8) : plausible_roll(&seed, 256);
			map_update(sim, map[i], &key, value, BPF_ANY);
		}
}

static u64 mix(u64 hash, const void *bytes, u32 n)
{
	for (u32 i = 0; i < n; i++)
		hash = (hash ^ ((const u8 *)bytes)[i]) * 0x100000001b3ull;
	return hash;
}

/* Of both maps, whatever the order of their elements. */
static u64 digest(void)
{
	u64 sum = 0;
	u32 key;

	for (u32 i = 0; i < 2; i++)
		for (const void *at = NULL; !map_ops(map[i])->next_key(sim, map[i], at, &key); at = &key)
			sum += mix(mix(i, &key, sizeof(key)), map_lookup(sim, map[i], &key), PLAUSIBLE_VALUE_SIZE);
	return sum;
}

/* --- a run --- */

struct outcome {
	s64 ret;
	u32 retval, len;
	u64 packet, maps, random;
};

static struct outcome run(int fd, const u8 *packet, u32 len, u32 repeat, u64 seed, bool native)
{
	static u8 out[4096];
	union bpf_attr attr = {.test = {.prog_fd = fd,
					.data_in = U64(packet),
					.data_size_in = len,
					.data_out = U64(out),
					.data_size_out = sizeof(out),
					.repeat = repeat}};
	struct outcome o = {0};

	reset(seed);
	sim->world->sysctl.engine = native;
	o.ret = sim_bpf(sim, PID, BPF_PROG_TEST_RUN, U64(&attr), sizeof(attr));
	if (o.ret >= 0) {
		o.retval = attr.test.retval;
		o.len = attr.test.data_size_out;
		o.packet = mix(0, out, o.len < sizeof(out) ? o.len : sizeof(out));
	}
	o.maps = digest();
	o.random = sim->clock->random;
	count.runs += repeat;
	return o;
}

static bool compare(int fd, struct why *why)
{
	u8 packet[128];
	u32 len = 14 + (roll(2) ? roll(50) : roll(sizeof(packet) - 14)), repeat = 1 + roll(REPEAT);
	struct outcome vm, native, again;
	u64 seed = dice;

	for (u32 i = 0; i < sizeof(packet); i++)
		packet[i] = roll(2) ? roll(64) : roll(256);
	vm = run(fd, packet, len, repeat, seed, false);
	native = run(fd, packet, len, repeat, seed, true);
	if (!memcmp(&vm, &native, sizeof(vm)))
		return true;
	again = run(fd, packet, len, repeat, seed, false);
	if (memcmp(&vm, &again, sizeof(vm))) {
		count.addresses += repeat;
		return true;
	}
	return sim_fail(why, false, "%u runs: interpreter: %lld, r0 0x%x, %u bytes 0x%llx, maps 0x%llx; machine code: %lld, r0 0x%x, "
			"%u bytes 0x%llx, maps 0x%llx", repeat, (long long)vm.ret, vm.retval, vm.len, (unsigned long long)vm.packet,
			(unsigned long long)vm.maps, (long long)native.ret, native.retval, native.len,
			(unsigned long long)native.packet, (unsigned long long)native.maps);
}

static bool lockstep(int fd, struct why *why)
{
	u8 packet[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0, 0x45};

	host->exec = native_lockstep_ops();
	run(fd, packet, sizeof(packet), 1, dice, true);
	host->exec = native_ops();
	return !native_lockstep_result.differences || sim_fail(why, false, "lockstep: %s", native_lockstep_result.text);
}

/* --- a program --- */

/* Time is another one in each engine. */
static void no_clock(void)
{
	for (u32 i = 0; i < program.count; i++)
		if (program.insns[i].code == (BPF_JMP | BPF_CALL) && !program.insns[i].src_reg &&
		    program.insns[i].imm == BPF_FUNC_ktime_get_ns)
			program.insns[i].imm = BPF_FUNC_get_prandom_u32;
}

static bool try(u64 seed, struct why *why)
{
	static const char license[128] = "GPL"; /* as much as the kernel may read */
	union bpf_attr attr;
	bool ok = true;
	s64 fd;

	dice = seed * 0x9e3779b97f4a7c15ull;
	plausible_program(&dice, map_fd, &program);
	if (roll(2))
		plausible_mutate(&dice, program.insns, program.count);
	no_clock();
	attr = (union bpf_attr){.prog_type = program.type, .insns = U64(program.insns), .insn_cnt = program.count, .license = U64(license)};
	fd = sim_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr));
	count.programs++;
	if (fd < 0)
		return true;
	count.accepted++;
	for (u32 i = 0; i < PACKETS && ok; i++)
		ok = compare(fd, why);
	if (ok && count.accepted % LOCKSTEP == 0)
		ok = lockstep(fd, why);
	sim_close(sim, PID, fd);
	return ok;
}

static void show(u64 seed, const struct why *why)
{
	printf("seed %llu: %s\nprog type %u; insns ", (unsigned long long)seed, why->text, program.type);
	for (u32 i = 0; i < program.count * sizeof(program.insns[0]); i++)
		printf("%02x", ((u8 *)program.insns)[i]);
	printf("\n");
}

int main(int argc, char **argv)
{
	u64 programs = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000, seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	struct why why = {0};
	u32 failed = 0;

	if (!native_ops()) {
		puts("machine code runs on x86-64 Linux only");
		return 0;
	}
	for (u64 i = 0; i < programs && !failed; i++) {
		if (i % ROUNDS_A_MACHINE == 0 && !machine_begin())
			return sim_fail(&why, 1, "no machine");
		if (!try(seed + i, &why)) {
			show(seed + i, &why);
			failed++;
		}
	}
	machine_end();
	printf("%llu programs, %llu accepted, %llu runs, %llu with addresses; %llu in lockstep, %llu insns compared; %s\n",
	       (unsigned long long)count.programs, (unsigned long long)count.accepted, (unsigned long long)count.runs, (unsigned long long)count.addresses,
	       (unsigned long long)native_lockstep_result.runs, (unsigned long long)native_lockstep_result.borders,
	       failed ? "a difference" : "no difference");
	return failed;
}
