/* Races: see race.h. */
#include <stdio.h>
#include <stdlib.h>

#include "life.h"
#include "race.h"
#include "scenario.h"

static bool is_digits(const char *schedule, u32 cpus)
{
	for (; *schedule; schedule++)
		if (*schedule < '0' || (u32)(*schedule - '0') >= cpus)
			return false;
	return true;
}

static bool is_random(const char *schedule, u64 *seed)
{
	char *end;

	if (strncmp(schedule, "random:", 7))
		return false;
	*seed = strtoull(schedule + 7, &end, 10);
	return end != schedule + 7 && !*end;
}

int race_check(const struct race *r, struct text *error)
{
	const char *schedule = r->schedule ? r->schedule : "turns";
	u64 seed;

	if (r->cpus < 2 || r->cpus > RACE_CPUS) {
		text_add(error, "a race has events for 2 to %u CPUs, not for %u", RACE_CPUS, r->cpus);
		return -EINVAL;
	}
	if (*schedule && (strcmp(schedule, "turns") == 0 || strcmp(schedule, "all") == 0 ||
			  is_random(schedule, &seed) || is_digits(schedule, r->cpus)))
		return 0;
	text_add(
		error,
		"schedule '%.60s': expected turns, all, random:SEED, or the numbers of CPUs, 0 to %u, in the "
		"order in which they take an instruction each, for example 0011",
		schedule, r->cpus - 1);
	return -EINVAL;
}

/* --- what happens --- */

#define RACE_PID 1000u

/* Where the number of the task stands in the words; NULL: they name none. */
static char *pid_in(char *words)
{
	char *at = strstr(words, " pid=");

	return at ? at + 5 : NULL;
}

static struct stimulus event_stimulus(const char *words)
{
	return (struct stimulus){.kind = STIMULUS_EVENT, .len = strlen(words) + 1, .data = words};
}

static bool too_long(struct text *error)
{
	text_add(error, "an event of a race has at most %u characters", HAPPENING_TEXT - 20);
	return false;
}

static bool add_event(struct race *r, struct session *s, const char *words, struct text *error)
{
	char *own = r->words[r->cpus];

	words += strspn(words, " ");
	if (strlen(words) + 20 > HAPPENING_TEXT)
		return too_long(error);
	strcpy(own, words);
	if (!pid_in(own) && !happening_kind_of(own)->ticks)
		sprintf(own + strlen(own), " pid=%u", RACE_PID + r->cpus);
	if (happening_check(s->sim, own)) {
		text_add(error, "%s", s->sim->why.text);
		return false;
	}
	r->stimulus[r->cpus++] = event_stimulus(own);
	return true;
}

bool race_add(struct race *r, struct session *s, s64 ifindex, const char *words, struct text *error)
{
	struct life_packets packets;

	if (scenario_is_event(words + strspn(words, " ")))
		return add_event(r, s, words, error);
	if (!life_open_source(s, LIFE_EVENT, words, &packets, error))
		return false;
	ifindex = packet_way_device(s->sim, &packets.way, ifindex);
	if (ifindex < 0) {
		text_add(error, "%s", s->sim->why.text);
		return false;
	}
	if (!ifindex) {
		text_add(error,
			 "a race of packets needs a program that is attached to a device; else give events "
			 "(bpfwalk events --list)");
		return false;
	}
	r->stimulus[r->cpus++] = (struct stimulus){.kind = packets.way.out ? STIMULUS_SEND : STIMULUS_PACKET,
						   .ifindex = ifindex,
						   .capture = packets.capture + 1,
						   .index = packets.first};
	return true;
}

bool race_double(struct race *r, struct text *error)
{
	const char *pid;
	char *own = r->words[1];
	unsigned long n;
	char *rest;

	r->stimulus[1] = r->stimulus[0];
	r->cpus = 2;
	pid = pid_in(r->words[0]);
	if (!pid)
		return true; /* a packet, or time */
	n = strtoul(pid, &rest, 0);
	if (snprintf(own, HAPPENING_TEXT, "%.*s%lu%s", (int)(pid - r->words[0]), r->words[0], n + 1, rest) >=
	    (int)HAPPENING_TEXT)
		return too_long(error);
	r->stimulus[1] = event_stimulus(own);
	return true;
}

static struct sim *machine(const struct walk *w)
{
	return w->session->sim;
}

static void one_unit(struct walk *w)
{
	walk_on(w, sim_now(machine(w)) + 1);
}

bool race_step(struct walk *w, u32 cpu)
{
	if (cpu >= machine(w)->clock->ncpus || !cpu_is_busy(machine(w), cpu) || sim_cpu(machine(w), cpu))
		return false;
	one_unit(w);
	return true;
}

int race_begin(struct walk *w, const struct race *r, struct text *error)
{
	struct sim *sim = machine(w);

	if (w->view->race)
		w->view->race(w, r->cpus);
	for (u32 cpu = 0; cpu < r->cpus; cpu++) {
		struct stimulus stimulus = r->stimulus[cpu];
		s64 err;

		stimulus.cpu = cpu;
		err = sim_begin_fire(sim, &stimulus);
		if (err) {
			text_add(error, "%s", sim->why.text);
			return err;
		}
		while (sim->work->kind && sim->vm->state == VM_IDLE)
			one_unit(w);
	}
	return 0;
}

/* Who should go on so that all come to their end; -1: all have. */
static int who_goes_on(const struct sim *sim)
{
	u32 cpu = sim->clock->cpu;

	for (u32 n = 0; n < sim->clock->ncpus && !cpu_is_busy(sim, cpu); n++)
		cpu = (cpu + 1) % sim->clock->ncpus;
	if (!cpu_is_busy(sim, cpu))
		return -1;
	for (u32 n = 0; n < sim->clock->ncpus && cpu_waits_for(sim, cpu); n++) {
		u32 holder = lock_holder(sim, cpu_waits_for(sim, cpu));

		if (holder == LOCK_NOBODY)
			break; /* it has been given back meanwhile */
		cpu = holder;
	}
	return cpu;
}

void race_finish(struct walk *w)
{
	int cpu;

	while (!walk_stopped(w) && (cpu = who_goes_on(machine(w))) >= 0)
		if (!race_step(w, cpu))
			return;
}

/* --- schedules --- */

static bool all_done(const struct sim *sim, u32 cpus)
{
	for (u32 cpu = 0; cpu < cpus; cpu++)
		if (cpu_is_busy(sim, cpu))
			return false;
	return true;
}

static void by_dice(struct walk *w, u32 cpus, u64 seed)
{
	while (!all_done(machine(w), cpus) && !walk_stopped(w)) {
		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		race_step(w, (seed >> 33) % cpus);
	}
}

static void by_turns(struct walk *w, u32 cpus)
{
	for (u32 turn = 0; !all_done(machine(w), cpus) && !walk_stopped(w); turn++)
		race_step(w, turn % cpus);
}

static void tell_orders(struct walk *w)
{
	struct race_result result[RACE_RESULTS];
	u64 orders;
	int results = race_orders(w, result, &orders);

	if (w->view->orders)
		w->view->orders(w, result, results, orders);
}

int race_run(struct walk *w, const struct race *r, struct text *error)
{
	const char *schedule = r->schedule ? r->schedule : "turns";
	int err = race_begin(w, r, error);
	u64 seed;

	if (err)
		return err;
	if (strcmp(schedule, "all") == 0)
		tell_orders(w);
	if (is_random(schedule, &seed))
		by_dice(w, r->cpus, seed);
	else if (is_digits(schedule, r->cpus))
		for (; *schedule; schedule++)
			race_step(w, *schedule - '0');
	else
		by_turns(w, r->cpus);
	race_finish(w);
	if (w->view->race)
		w->view->race(w, 0);
	return 0;
}
