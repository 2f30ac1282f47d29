/*
 * Is the verifier sound? walk_fuzz [PROGRAMS [SEED [FILE.jsonl.gz]...]]
 *
 * Plausible programs (plausible.h), and recorded ones (FILEs of vectors; those under test/kernel when none is
 * given) that are changed a little, are loaded with and without capabilities. What is accepted is tried
 * (trial.h). A machine has one kind of programs: on some of them the states of the walk are noted, with
 * pruning off, and each value of a run must lie inside one of them; on some the walk is left now and then for
 * random points of its past: the machine must be the same there as on the first visit.
 *
 * A violation is told with the arguments that show it again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/look.h"
#include "test/support/dice.h"
#include "test/support/mutate.h"
#include "test/support/trial.h"
#include "test/support/worlds.h"

#define ROUNDS_A_MACHINE 250 /* then a fresh one: the input log grows with each call */
#define RUNS 12              /* of each accepted program */
#define PROBES 12            /* points of a walk that are visited again */
#define LONG_WALK 20000      /* units; longer walks are not visited again */
#define TRIES 100000         /* to find a recorded program that can be taken */
#define SHRINK_RUNS 40       /* of a program out of which something was taken */
#define FAILURES_MAX 20      /* then it ends */
#define REPORT_S 60          /* seconds between lines about the progress of a long run */

/* What a machine is for. */
struct machine {
	bool recorded;     /* recorded programs, not plausible ones */
	bool unprivileged; /* plausible programs; recorded ones are loaded as they were */
	bool noted;
	bool probed;
};

static const struct machine machines[] = {
	{0},
	{.noted = true},
	{.recorded = true},
	{.recorded = true, .noted = true},
	{.unprivileged = true},
	{.unprivileged = true, .noted = true},
	{.recorded = true},
	{.recorded = true, .noted = true},
	{0},
	{.noted = true},
	{.recorded = true},
	{.recorded = true, .noted = true},
	{.recorded = true},
	{.recorded = true, .noted = true},
	{.noted = true},
	{.probed = true},
};

static struct trial trial;
static struct seeds seeds;
static const struct machine *machine;
static struct plausible_world world;
static struct subject base; /* what is changed: a recorded program, or what an accepted change made of it */
static u64 probes;
static u64 asked; /* programs that Linux 6.1 is to be asked about: trial_is_pruned_wrongly */

static u32 roll(u32 n)
{
	return dice_roll(&trial.dice, n);
}

/* --- the machine --- */

static u64 stopped_clock(void *ctx)
{
	(void)ctx;
	return 0;
}

static bool can_run(const struct seed *seed)
{
	const struct prog_type *type = prog_type_by_id(vector_int(seed->vector, "prog_type"));

	return type && type->test_begin;
}

/* Mostly programs that can be run. */
static void make_recorded_world(void)
{
	for (u32 tries = 0; tries < TRIES; tries++) {
		trial.seed = &seeds.list[roll(seeds.count)];
		if (!can_run(trial.seed) && roll(16))
			continue;
		trial.bench->unprivileged = trial.seed->unprivileged || roll(8) == 0;
		if (!bench_boot(trial.bench))
			exit(2);
		vector_bench_file(trial.bench, trial.seed->path);
		if (seed_take(trial.bench, trial.seed, &base))
			return;
		bench_shut_down(trial.bench);
	}
	fprintf(stderr, "walk_fuzz: no recorded program can be loaded here\n");
	exit(2);
}

static void machine_end(void)
{
	if (trial.bench->sim)
		bench_shut_down(trial.bench);
}

/* The machine for programs @number and following; it depends on nothing else. */
static void machine_begin(u64 number)
{
	static u64 (*real_clock)(void *ctx);
	u64 index = number / ROUNDS_A_MACHINE;

	if (!real_clock)
		real_clock = trial.bench->host.clock_ns;
	machine_end();
	machine = &machines[index % ARRAY_SIZE(machines)];
	trial.dice = number * 0x9e3779b97f4a7c15ull + 1;
	trial.seed = NULL;
	trial.replayed = machine->probed;
	/* Snapshots are taken when time passes; they are of use only to those who go back. */
	trial.bench->host.clock_ns = machine->probed ? real_clock : stopped_clock;
	if (machine->recorded) {
		make_recorded_world();
		return;
	}
	trial.bench->unprivileged = machine->unprivileged;
	if (!bench_boot(trial.bench))
		exit(2);
	world_make(trial.bench, &trial.dice, machine->unprivileged, &world);
}

/* Random points of the load that is just over: equal hashes whichever way one comes. */
static bool probe(u64 begin, struct why *why)
{
	struct sim *sim = trial.bench->sim;
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
	probes += PROBES;
	return !sim_goto(sim, end) || sim_fail(why, false, "no way back to the end");
}

/* --- a program --- */

static bool runs(const struct subject *subject, s64 fd, bool noted, struct why *why)
{
	trial.accepted++;
	trial.noted += noted;
	for (u32 i = 0; i < RUNS; i++) {
		if (!trial_run(&trial, subject, fd, noted, why))
			return false;
		if (i % 4 == 3 && machine->recorded)
			seed_fill(trial.bench, &trial.dice, trial.seed);
		else if (i % 4 == 3)
			world_fill(trial.bench, &trial.dice, &world);
	}
	return true;
}

static struct subject make_plausible(void)
{
	struct subject subject;
	bool calm;

	plausible_program(&trial.dice, &world, &subject, &calm);
	if (roll(2))
		mutate(&trial.dice, &subject, 1 + roll(3));
	trial.once = subject.mutated || !calm;
	return subject;
}

static struct subject make_recorded(void)
{
	struct subject subject;

	if (roll(20) == 0 && !trial.seed->unprivileged)
		base.type = roll(2) ? BPF_PROG_TYPE_SCHED_CLS : BPF_PROG_TYPE_XDP;
	subject = base;
	mutate(&trial.dice, &subject, 1 + roll(4));
	trial.once = true;
	return subject;
}

/* False: a violation. *useless: the machine must be left. */
static bool try(struct subject *subject, bool *useless, struct why *why)
{
	struct sim *sim = trial.bench->sim;
	bool noted = machine->noted, ok = true;
	u64 begin = sim_now(sim), units;
	s64 fd;

	fd = trial_load(&trial, subject, &noted);
	*useless = fd == LOAD_GIVEN_UP;
	units = sim_now(sim) - begin;
	if (machine->probed && !*useless && units < LONG_WALK && roll(120) == 0)
		ok = probe(begin, why);
	if (fd < 0)
		return ok;
	ok = ok && runs(subject, fd, noted, why);
	sim_close(sim, trial.bench->pid, fd);
	if (machine->recorded && roll(3) == 0)
		base = *subject;
	return ok;
}

/* Is it still a violation? The machine may be spoilt. */
static bool is_violation(const struct subject *subject, bool noted, struct why *why)
{
	bool held = true;
	s64 fd = trial_load(&trial, subject, &noted);

	for (u32 i = 0; i < SHRINK_RUNS && fd >= 0 && held; i++)
		held = trial_run(&trial, subject, fd, noted, why);
	while (trial.bench->sim->work->kind) /* a load that was given up: the next is not to wait for it */
		sim_run(trial.bench->sim, UINT64_MAX);
	if (fd >= 0)
		sim_close(trial.bench->sim, trial.bench->pid, fd);
	return !held;
}

/* Takes out what the violation does not need. Best without notes, as a loader would see it. */
static void shrink(struct subject *subject, struct why *why)
{
	struct trial before = trial;
	bool smaller = true, noted = !is_violation(subject, false, &(struct why){0});

	while (smaller) {
		smaller = false;
		for (u32 at = subject->count; at-- > 0;) {
			struct subject less = *subject;
			struct why other = {0};

			if ((at && insn_is_ld_imm64(&less.insns[at - 1])) || !take_out(&less, at) ||
			    !is_violation(&less, noted, &other))
				continue;
			*subject = less;
			*why = other;
			smaller = true;
		}
	}
	before.dice = trial.dice;
	trial = before;
}

static void show(const char *what, u64 begin, u64 number, const struct subject *subject,
		 const struct why *why)
{
	printf("%s: %s\nwalk_fuzz %llu %llu", what, why->text, (unsigned long long)(number - begin + 1),
	       (unsigned long long)begin);
	for (u32 i = 0; i < seeds.count; i++)
		if (!i || seeds.list[i].path != seeds.list[i - 1].path)
			printf(" %s", seeds.list[i].path);
	printf("\nseed %s; prog type %u%s%s%s; insns ",
	       trial.seed ? vector_str(trial.seed->vector, "name") : "-", subject->type,
	       trial.bench->unprivileged ? ", unprivileged" : "", machine->noted ? ", noted" : "",
	       subject->flags & BPF_F_TEST_STATE_FREQ ? ", state freq" : "");
	for (u32 i = 0; i < subject->count * sizeof(subject->insns[0]); i++)
		printf("%02x", ((const u8 *)subject->insns)[i]);
	printf("\n");
	fflush(stdout);
}

/* Tells of what is not held. 1: a violation, 0: Linux is to be asked, or none. */
static u32 tell(u64 begin, u64 number, struct subject *subject, struct why *why)
{
	bool ask;

	if (machine->probed) {
		show("VIOLATION", begin, number, subject, why);
		return 1;
	}
	if (trial_reads_object(&trial, subject)) {
		trial.unsimulated++;
		return 0;
	}
	shrink(subject, why);
	ask = trial_is_pruned_wrongly(&trial, subject);
	asked += ask;
	show(ask ? "TO BE ASKED" : "VIOLATION", begin, number, subject, why);
	return !ask;
}

static void report(u32 failed)
{
	printf("%llu programs, %llu accepted, %llu of them noted; %llu runs, %llu instructions; %llu points "
	       "visited again; "
	       "%llu runs into what is not simulated, %llu into what 6.1 is known to miss, %llu too long, "
	       "%llu loads given up; "
	       "%llu to be asked about, %u violations\n",
	       (unsigned long long)trial.programs, (unsigned long long)trial.accepted,
	       (unsigned long long)trial.noted, (unsigned long long)trial.runs,
	       (unsigned long long)trial.insns, (unsigned long long)probes,
	       (unsigned long long)trial.unsimulated, (unsigned long long)trial.known,
	       (unsigned long long)trial.cut, (unsigned long long)trial.too_long, (unsigned long long)asked,
	       failed);
	fflush(stdout);
}

static u32 fuzz(u64 first, u64 programs)
{
	u64 begin = first;
	bool useless = true;
	u32 failed = 0;
	time_t told = time(NULL);

	for (u64 number = first; number < first + programs && failed < FAILURES_MAX; number++) {
		struct subject subject;
		struct why why = {0};

		if (useless || number % ROUNDS_A_MACHINE == 0)
			machine_begin(begin = number);
		subject = machine->recorded ? make_recorded() : make_plausible();
		if (roll(4) == 0)
			subject.flags |= BPF_F_TEST_STATE_FREQ;
		if (!try(&subject, &useless, &why)) {
			failed += tell(begin, number, &subject, &why);
			useless = true;
		}
		if (time(NULL) - told >= REPORT_S) {
			report(failed);
			told = time(NULL);
		}
	}
	return failed;
}

int main(int argc, char **argv)
{
	u64 programs = argc > 1 ? strtoull(argv[1], NULL, 0) : 100000,
	    first = argc > 2 ? strtoull(argv[2], NULL, 0) : 0;
	static const char *const own[] = {"test/kernel/opcodes.jsonl.gz", "test/kernel/programs.jsonl.gz"};
	u32 failed;

	for (u32 i = 0; argc <= 3 && i < ARRAY_SIZE(own); i++)
		if (!seeds_read(&seeds, own[i], SUBJECT_MAX / 2))
			return 2;
	for (int i = 3; i < argc; i++)
		if (!seeds_read(&seeds, argv[i], SUBJECT_MAX / 2))
			return 2;
	if (!seeds.count) {
		fprintf(stderr, "walk_fuzz: the files have no program of at most %u instructions\n",
			SUBJECT_MAX / 2);
		return 2;
	}
	trial.bench = vector_bench_new();
	trial.notes = notes_new();
	if (!trial.bench || !trial.notes)
		return 2;
	failed = fuzz(first, programs);
	machine_end();
	report(failed);
	vector_bench_free(trial.bench);
	notes_free(trial.notes);
	seeds_free(&seeds);
	return failed != 0;
}
