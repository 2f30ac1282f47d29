/*
 * Does machine code do what the interpreter does? native_fuzz [PROGRAMS [SEED]]
 *
 * Plausible programs, half of them with a mistake put in, are loaded by root. Each accepted one runs on
 * random packets, many times in a row, as written in the interpreter and as machine code, from the same maps
 * and random numbers: return value, packet and maps must be the same. Now and then it also runs in lockstep.
 *
 * Programs of root may show addresses. Both engines have the main function's stack at the same place;
 * elements of a hash have another one in each run: where the interpreter does not agree with itself, nothing
 * can be compared.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/native/native.h"
#include "test/support/dice.h"
#include "test/support/host.h"
#include "test/support/mutate.h"
#include "test/support/plausible.h"

#define PID 100
#define ROUNDS_A_MACHINE 500 /* then a fresh one: the input log grows with each call */
#define PACKETS 16           /* for each accepted program */
#define REPEAT 64            /* most runs on one packet */
#define OTHER_FILL 0x3c
#define LOAD_UNITS 100000       /* longer loads are given up */
#define LOCKSTEP 40          /* one program of so many */
#define U64(p) ((u64)(uintptr_t)(p))

static struct sim_host *host;
static struct sim *sim;
static struct plausible_world world;
static struct map *map[PLAUSIBLE_MAPS];
static u64 dice;
static struct subject program;
static struct {
	u64 programs, accepted, runs;
	u64 own;       /* runs with something that is the engine's own */
} count;

static u32 roll(u32 n)
{
	return dice_roll(&dice, n);
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

static int new_map(u32 number)
{
	static const u32 types[PLAUSIBLE_MAPS] = {
		[MAP_ARRAY] = BPF_MAP_TYPE_ARRAY, [MAP_HASH] = BPF_MAP_TYPE_HASH,
		[MAP_PERCPU_ARRAY] = BPF_MAP_TYPE_PERCPU_ARRAY, [MAP_QUEUE] = BPF_MAP_TYPE_QUEUE,
		[MAP_STACK] = BPF_MAP_TYPE_STACK, [MAP_OF_MAPS] = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	};
	bool outer = number == MAP_OF_MAPS;
	union bpf_attr attr = {
		.map_type = types[number],
		.key_size = number == MAP_QUEUE || number == MAP_STACK ? 0 : 4,
		.value_size = outer ? 4 : PLAUSIBLE_VALUE_SIZE,
		.max_entries = PLAUSIBLE_ENTRIES,
		.inner_map_fd = outer ? world.map_fd[MAP_ARRAY] : 0,
	};

	return sim_bpf(sim, PID, BPF_MAP_CREATE, U64(&attr), sizeof(attr));
}

static bool machine_begin(void)
{
	union bpf_attr btf = {.btf = U64(plausible_btf), .btf_size = plausible_btf_size};
	union bpf_attr inner = {.key = U64(&(u32){0})};

	machine_end();
	host = host_new();
	host->exec = native_ops();
	host->copy_in = host_in;
	host->copy_out = host_out;
	sim = sim_new(host);
	for (u32 i = 0; i < PLAUSIBLE_MAPS; i++) {
		world.map_fd[i] = new_map(i);
		map[i] = container_of(obj_by_id(sim, OBJ_MAP, i + 1), struct map, obj);
	}
	inner.map_fd = world.map_fd[MAP_OF_MAPS];
	inner.value = U64(&world.map_fd[MAP_ARRAY]);
	sim_bpf(sim, PID, BPF_MAP_UPDATE_ELEM, U64(&inner), sizeof(inner));
	world.btf_fd = sim_bpf(sim, PID, BPF_BTF_LOAD, U64(&btf), sizeof(btf));
	/* r10 of machine code is two words below the top of its stack */
	sim->vm->stack = (u8 *)vm_exec_stack(sim->vm) - 2 * sizeof(u64) - VM_MAX_FRAMES * VM_FRAME_SIZE;
	return !sim_sysctl(sim, "bpfwalk.engine", 1);
}

/* The contents that @seed decides, and the random numbers that programs get. */
static void reset(u64 seed)
{
	u8 value[PLAUSIBLE_VALUE_SIZE];
	u32 key;

	sim->clock->random = seed;
	while (!map_ops(map[MAP_HASH])->next_key(sim, map[MAP_HASH], NULL, &key))
		map_remove(sim, map[MAP_HASH], &key);
	for (u32 i = MAP_LOOKED_UP; i < MAP_OF_MAPS; i++)
		while (!map_ops(map[i])->pop(sim, map[i], value))
			;
	for (u32 i = 0; i < MAP_LOOKED_UP; i++)
		for (key = 0; key < PLAUSIBLE_ENTRIES; key++) {
			for (u32 byte = 0; byte < sizeof(value); byte++)
				value[byte] = dice_roll(&seed, 3) ? dice_roll(&seed, 70) * !(byte % 8)
								  : dice_roll(&seed, 256);
			map_update(sim, map[i], &key, value, BPF_ANY);
		}
}

static u64 mix(u64 hash, const void *bytes, u32 n)
{
	for (u32 i = 0; i < n; i++)
		hash = (hash ^ ((const u8 *)bytes)[i]) * 0x100000001b3ull;
	return hash;
}

/* Of all maps, whatever the order of their elements; what lies in queue and stack is taken out. */
static u64 digest(void)
{
	u8 value[PLAUSIBLE_VALUE_SIZE];
	u64 sum = 0;
	u32 key;

	for (u32 i = 0; i < MAP_LOOKED_UP; i++)
		for (const void *at = NULL; !map_ops(map[i])->next_key(sim, map[i], at, &key); at = &key)
			sum += mix(mix(i, &key, sizeof(key)), map_lookup(sim, map[i], &key), PLAUSIBLE_VALUE_SIZE);
	for (u32 i = MAP_LOOKED_UP; i < MAP_OF_MAPS; i++)
		while (!map_ops(map[i])->pop(sim, map[i], value))
			sum = mix(sum, value, sizeof(value));
	return sum;
}

/* --- a run --- */

struct outcome {
	s64 ret;
	u32 retval, len;
	u64 packet, maps, random;
};

/* Fresh stacks hold something else than they would. */
static s64 run_on_other_stacks(union bpf_attr *attr)
{
	struct vm *vm = sim->vm;
	s64 err = sim_begin_bpf(sim, PID, BPF_PROG_TEST_RUN, U64(attr), sizeof(*attr));
	u32 frame = 0;

	while (!err && sim->work->kind) {
		if (vm->state == VM_RUNNING && !vm->insns)
			memset(vm->stack, OTHER_FILL, VM_MAX_FRAMES * VM_FRAME_SIZE);
		else if (vm->state == VM_RUNNING && vm->frame > frame)
			memset((u8 *)vm->reg[BPF_REG_10] - VM_FRAME_SIZE, OTHER_FILL, VM_FRAME_SIZE);
		frame = vm->frame;
		sim_step(sim);
	}
	return err ? err : sim->work->result;
}

enum engine { INTERPRETER, MACHINE_CODE, OTHER_STACKS };

struct packet {
	u8 bytes[128];
	u32 len, repeat;
	u64 seed;
};

static struct outcome run(int fd, const struct packet *in, enum engine engine)
{
	static u8 out[4096];
	union bpf_attr attr = {.test = {.prog_fd = fd,
					.data_in = U64(in->bytes),
					.data_size_in = in->len,
					.data_out = U64(out),
					.data_size_out = sizeof(out),
					.repeat = in->repeat}};
	struct outcome o = {0};

	reset(in->seed);
	sim->world->sysctl.engine = engine == MACHINE_CODE ? ENGINE_MACHINE_CODE : ENGINE_AS_WRITTEN;
	o.ret = engine == OTHER_STACKS ? run_on_other_stacks(&attr)
				       : sim_bpf(sim, PID, BPF_PROG_TEST_RUN, U64(&attr), sizeof(attr));
	if (o.ret >= 0) {
		o.retval = attr.test.retval;
		o.len = attr.test.data_size_out;
		o.packet = mix(0, out, o.len < sizeof(out) ? o.len : sizeof(out));
	}
	o.maps = digest();
	o.random = sim->clock->random;
	count.runs += in->repeat;
	return o;
}

static bool compare(int fd, struct why *why)
{
	struct packet in = {.len = 14 + (roll(2) ? roll(50) : roll(sizeof(in.bytes) - 14)), .repeat = 1 + roll(REPEAT)};
	struct outcome vm, native, other;

	for (u32 i = 0; i < sizeof(in.bytes); i++)
		in.bytes[i] = roll(2) ? roll(64) : roll(256);
	in.seed = dice;
	vm = run(fd, &in, INTERPRETER);
	native = run(fd, &in, MACHINE_CODE);
	if (!memcmp(&vm, &native, sizeof(vm)))
		return true;
	other = run(fd, &in, OTHER_STACKS);
	if (memcmp(&vm, &other, sizeof(vm))) {
		count.own += in.repeat;
		return true;
	}
	return sim_fail(why, false,
			"%u runs: interpreter: %lld, r0 0x%x, %u bytes 0x%llx, maps 0x%llx; machine code: %lld, r0 0x%x, "
			"%u bytes 0x%llx, maps 0x%llx", in.repeat, (long long)vm.ret, vm.retval, vm.len,
			(unsigned long long)vm.packet, (unsigned long long)vm.maps, (long long)native.ret,
			native.retval, native.len, (unsigned long long)native.packet, (unsigned long long)native.maps);
}

static bool lockstep(int fd, struct why *why)
{
	struct packet in = {.bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0, 0x45}, .len = 64, .repeat = 1, .seed = dice};
	u64 before = native_lockstep_result.differences;
	struct outcome vm, other;

	host->exec = native_lockstep_ops();
	run(fd, &in, MACHINE_CODE);
	host->exec = native_ops();
	if (native_lockstep_result.differences == before)
		return true;
	/* leftovers on a stack, as above? */
	vm = run(fd, &in, INTERPRETER);
	other = run(fd, &in, OTHER_STACKS);
	return memcmp(&vm, &other, sizeof(vm)) || sim_fail(why, false, "lockstep: %s", native_lockstep_result.text);
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

/* Loads it: the fd or -errno; -ETIMEDOUT: it took too long, the machine is still at it. */
static s64 load(void)
{
	static const char license[128] = "GPL"; /* as much as the kernel may read */
	union bpf_attr attr = {
		.prog_type = program.type,
		.expected_attach_type = program.attach_type,
		.insns = U64(program.insns),
		.insn_cnt = program.count,
		.license = U64(license),
	};
	s64 err;

	if (program.nfuncs) {
		attr.prog_btf_fd = program.btf_fd;
		attr.func_info = U64(program.func);
		attr.func_info_cnt = program.nfuncs;
		attr.func_info_rec_size = sizeof(program.func[0]);
	}
	err = sim_begin_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr));
	if (!err)
		sim_run(sim, LOAD_UNITS);
	return err ? err : sim->work->kind ? -ETIMEDOUT : sim->work->result;
}

static bool calls_loop(void)
{
	for (u32 i = 0; i < program.count; i++)
		if (program.insns[i].code == (BPF_JMP | BPF_CALL) && program.insns[i].imm == BPF_FUNC_loop)
			return true;
	return false;
}

/*
 * What Linux 6.1 thinks of functions that bpf_loop calls is not always true (plausible.h): a program with one is left as
 * it was made, or left out.
 */
static bool make_program(void)
{
	bool calm;

	plausible_program(&dice, &world, &program, &calm);
	if (roll(2) && !calls_loop())
		mutate(&dice, &program, 1 + roll(2));
	no_clock();
	return calm;
}

static bool try(u64 seed, struct why *why)
{
	bool ok = true;
	s64 fd;

	dice = seed * 0x9e3779b97f4a7c15ull;
	count.programs++;
	fd = make_program() ? load() : -EINVAL;
	if (fd == -ETIMEDOUT)
		return machine_begin();
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
	u64 programs = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000,
	    seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
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
	printf("%llu programs, %llu accepted, %llu runs, %llu with what is the engine's own; %llu in lockstep, %llu insns "
	       "compared; %s\n",
	       (unsigned long long)count.programs, (unsigned long long)count.accepted,
	       (unsigned long long)count.runs, (unsigned long long)count.own,
	       (unsigned long long)native_lockstep_result.runs,
	       (unsigned long long)native_lockstep_result.borders, failed ? "a difference" : "no difference");
	return failed;
}
