/*
 * Is the verifier sound? walk_fuzz [PROGRAMS [SEED]]
 *
 * Plausible programs, half of them with a mistake put in, are loaded. What is accepted is run in the checked interpreter on random
 * packets: no access may be refused, and each run ends. On every second machine the states of the walk are noted, with pruning off,
 * and each value of the run must lie inside one of them. On the others the walk is left now and then for random points of its past:
 * the machine must be the same there as on the first visit.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/look.h"
#include "test/support/contained.h"
#include "test/support/host.h"
#include "test/support/plausible.h"

#define PID 100
#define ROUNDS_A_MACHINE 2000   /* then a fresh one: the input log grows with each call */
#define RUNS 6                  /* of each accepted program */
#define PROBES 12               /* points of a walk that are visited again */
#define LONG_WALK 20000         /* units; longer walks are not visited again */
#define U64(p) ((u64)(uintptr_t)(p))

static struct sim_host *host;
static struct sim *sim;
static struct notes *notes;
static int map_fd[2];
static u64 dice;
static struct plausible program;
static struct {
	u64 programs, accepted, runs, insns, noted, probes;
} count;

static u32 roll(u32 n)
{
	return plausible_roll(&dice, n);
}

/* --- the machine --- */

static void fill_maps(void)
{
	u8 value[PLAUSIBLE_VALUE_SIZE];

	for (u32 i = 0; i < 2; i++)
		for (u32 key = 0; key < PLAUSIBLE_ENTRIES; key++) {
			union bpf_attr attr = {.map_fd = map_fd[i], .key = U64(&key), .value = U64(value)};

			for (u32 byte = 0; byte < sizeof(value); byte++)
				value[byte] = roll(3) ? roll(2) ? roll(70) * !(byte % 8) : 0 : roll(256);
			sim_bpf(sim, PID, BPF_MAP_UPDATE_ELEM, U64(&attr), sizeof(attr));
		}
}

static void machine_end(void)
{
	if (sim)
		sim_delete(sim);
	if (host)
		host_delete(host);
}

static void machine_begin(void)
{
	static const u32 types[] = {BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_HASH};

	machine_end();
	host = host_new();
	sim = sim_new(host);
	for (u32 i = 0; i < 2; i++) {
		union bpf_attr attr = {.map_type = types[i],
				       .key_size = 4,
				       .value_size = PLAUSIBLE_VALUE_SIZE,
				       .max_entries = PLAUSIBLE_ENTRIES};

		map_fd[i] = sim_bpf(sim, PID, BPF_MAP_CREATE, U64(&attr), sizeof(attr));
	}
	fill_maps();
}

/* --- the load --- */

/* The load, unit by unit; @noted: can the run be compared? */
static s64 load(union bpf_attr *attr, bool *noted)
{
	bool more = !sim_begin_bpf(sim, PID, BPF_PROG_LOAD, U64(attr), sizeof(*attr));

	while (more) {
		const struct prog_load *load = look_load(sim);
		bool walking = *noted && load && load->stage == LOAD_WALK && load->verifier->walk;

		if (walking)
			*noted = notes_add(notes, load->verifier->walk, program.count);
		more = sim_step(sim) == SIM_MORE;
	}
	return sim->work->result;
}

/* Random points of the load that is just over: equal hashes whichever way one comes. */
static bool probe(u64 begin, struct why *why)
{
	u64 end = sim_now(sim), at[PROBES], hash[PROBES];

	for (u32 i = 0; i < PROBES; i++) {
		at[i] = begin + roll(end - begin + 1);
		if (sim_goto(sim, at[i]))
			return sim_fail(why, false, "step %llu cannot be visited", (unsigned long long)at[i]);
		hash[i] = sim_hash(sim);
	}
	sim_goto(sim, begin);
	for (u32 i = 0; i < PROBES; i++) {
		u32 least = 0;

		for (u32 j = 0; j < PROBES; j++)
			if (at[j] < at[least])
				least = j;
		sim_goto(sim, at[least]);
		if (sim_hash(sim) != hash[least])
			return sim_fail(why, false, "step %llu is another one on the second visit",
					(unsigned long long)at[least]);
		at[least] = UINT64_MAX;
	}
	count.probes += PROBES;
	return !sim_goto(sim, end) || sim_fail(why, false, "no way back to the end");
}

/* --- the run --- */

static bool run(int fd, bool noted, struct why *why)
{
	u8 packet[128], out[256];
	u32 len = 14 + (roll(2) ? roll(50) : roll(sizeof(packet) - 14));
	union bpf_attr attr = {.test = {.prog_fd = fd,
					.data_in = U64(packet),
					.data_size_in = len,
					.data_out = U64(out),
					.data_size_out = sizeof(out)}};
	bool more, held = true;
	s64 result;

	for (u32 i = 0; i < sizeof(packet); i++)
		packet[i] = roll(2) ? roll(64) : roll(256);
	if (!noted) {
		result = sim_bpf(sim, PID, BPF_PROG_TEST_RUN, U64(&attr), sizeof(attr));
	} else {
		more = !sim_begin_bpf(sim, PID, BPF_PROG_TEST_RUN, U64(&attr), sizeof(attr));
		while (more) {
			if (held && sim->vm->state == VM_RUNNING)
				held = notes_hold(notes, sim->vm, why);
			more = sim_step(sim) == SIM_MORE;
		}
		result = sim->work->result;
	}
	count.runs++;
	count.insns += sim->vm->insns;
	if (result < 0)
		return sim_fail(why, false, "%s", sim->why.text);
	return held;
}

static bool runs(int fd, bool noted, struct why *why)
{
	count.accepted++;
	count.noted += noted;
	for (u32 i = 0; i < RUNS; i++) {
		if (!run(fd, noted, why))
			return false;
		if (i % 2)
			fill_maps();
	}
	return true;
}

/* --- a program --- */

static union bpf_attr load_attr(void)
{
	union bpf_attr attr = {
		.prog_type = program.type,
		.insns = U64(program.insns),
		.insn_cnt = program.count,
		.license = U64("GPL"),
		.prog_flags = roll(4) ? 0 : BPF_F_TEST_STATE_FREQ,
	};

	return attr;
}

static bool try(u64 seed, struct why *why)
{
	union bpf_attr attr;
	bool noted = seed / ROUNDS_A_MACHINE % 2, touched = noted, ok = true;
	u64 begin, units;
	s64 fd;

	dice = seed * 0x9e3779b97f4a7c15ull;
	plausible_program(&dice, map_fd, &program);
	if (roll(2))
		plausible_mutate(&dice, program.insns, program.count);
	attr = load_attr();
	notes_clear(notes);
	begin = sim_now(sim);
	count.programs++;
	fd = load(&attr, &noted);
	units = sim_now(sim) - begin;
	if (!touched && units < LONG_WALK && roll(200) == 0)
		ok = probe(begin, why);
	if (fd < 0)
		return ok;
	ok = ok && runs(fd, noted, why);
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
	u64 programs = argc > 1 ? strtoull(argv[1], NULL, 0) : 100000, seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	struct why why = {0};
	u32 failed = 0;

	notes = notes_new();
	for (u64 i = 0; i < programs && !failed; i++) {
		if (!i || (seed + i) % ROUNDS_A_MACHINE == 0)
			machine_begin();
		if (!try(seed + i, &why)) {
			show(seed + i, &why);
			failed++;
		}
	}
	machine_end();
	notes_free(notes);
	printf("%llu programs, %llu accepted, %llu of them noted; %llu runs, %llu instructions; "
	       "%llu points visited again\n",
	       (unsigned long long)count.programs, (unsigned long long)count.accepted, (unsigned long long)count.noted,
	       (unsigned long long)count.runs, (unsigned long long)count.insns, (unsigned long long)count.probes);
	return failed;
}
