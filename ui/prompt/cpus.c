/* Commands about CPUs: which goes on, in which order, and events on several at once. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../life.h"
#include "change_words.h"
#include "prompt.h"

/* The number at *at, which moves behind it; -1: there is none. */
static int next_cpu(const char **at)
{
	char *end;
	long n;

	*at += strspn(*at, " ,");
	if (!isdigit((unsigned char)**at))
		return -1;
	n = strtol(*at, &end, 10);
	*at = end;
	return n > 1000 ? 1000 : n;
}

void do_cpu(struct screen *sc, const char *args)
{
	const struct sim *sim = debug_sim(&sc->debug);
	const char *at = args;
	int cpu = next_cpu(&at);
	struct changed changed;
	struct why why;

	if (!sc->debug.loaded || cpu < 0 || at[strspn(at, " ")]) {
		screen_complain(sc,
				"cpu: expected the number of a CPU that goes on from here, 0 to %u. At hand "
				"is CPU %u.",
				sc->debug.loaded ? sim->clock->ncpus - 1 : 0,
				sc->debug.loaded ? sim->clock->cpu : 0);
		return;
	}
	if ((u32)cpu == sim->clock->cpu) {
		screen_say(sc, "CPU %d is at hand already.", cpu);
		return;
	}
	if (change_edit(&sc->debug, &(struct edit){.kind = EDIT_CPU, .at = cpu}, args, &changed, &why))
		screen_complain(sc, "cpu: %s", why.text);
	else
		tell_changed(sc, &changed);
}

/* Who of them is not able to: -1, nobody. */
static int take_steps(struct screen *sc, const char *order)
{
	struct walk *w = &sc->debug.walk;
	int cpu;

	while ((cpu = next_cpu(&order)) >= 0)
		if (!race_step(w, cpu))
			return cpu;
	return -1;
}

static bool is_order(const char *order)
{
	const char *at = order;

	while (next_cpu(&at) >= 0)
		;
	return at != order && !at[strspn(at, " ")];
}

void do_schedule(struct screen *sc, const char *args)
{
	char message[128];
	int idle;

	if (!sc->debug.loaded || !is_order(args)) {
		screen_complain(sc, "schedule: expected the CPUs that take the next steps, for example "
				    "schedule 0 0 1 1 0");
		return;
	}
	if (!change_amid(&sc->debug)) {
		screen_complain(sc, "schedule: no program is in the midst of a run now. `race EVENT | EVENT` "
				    "begins two.");
		return;
	}
	if (!begin_change_amid(sc, "schedule", args))
		return;
	idle = take_steps(sc, args);
	snprintf(message, sizeof(message),
		 "schedule: CPU %d has nothing to do (any more); the rest was left out", idle);
	end_change(sc, CHANGE_SHOW_FIRST, idle >= 0 ? message : NULL);
}

/* Words before the next | */
static bool next_event(const char **at, char *said, size_t size)
{
	size_t n = strcspn(*at, "|");

	if (!(*at)[strspn(*at, " ")])
		return false;
	snprintf(said, size, "%.*s", (int)n, *at);
	*at += n + ((*at)[n] == '|');
	return true;
}

static s64 first_attached(struct sim *sim)
{
	for (u32 i = 1; i < 1000; i++) {
		const struct netdev *dev = netdev_by_index(sim, i);

		if (dev && (dev->xdp_link[XDP_MODE_NATIVE] || dev->xdp_link[XDP_MODE_GENERIC] || dev->clsact))
			return i;
	}
	return 0;
}

static bool take_events(struct screen *sc, const char *args, struct race *race, struct text *error)
{
	struct session *s = &sc->debug.session;
	s64 ifindex = first_attached(s->sim);
	char said[HAPPENING_TEXT];

	while (race->cpus < RACE_CPUS && next_event(&args, said, sizeof(said)))
		if (!race_add(race, s, ifindex, said, error))
			return false;
	if (race->cpus == 1 && !race_double(race, error))
		return false;
	return !race_check(race, error);
}

void do_race(struct screen *sc, const char *args)
{
	char message[512];
	struct race race = {0};
	struct text error;
	bool ok;

	text_init(&error, message, sizeof(message));
	if (!sc->debug.loaded || !*args) {
		screen_complain(sc, "race: expected events, one for each CPU from 0, for example\n"
				    "  race udp 10.0.0.1:1 > 10.0.0.2:2 | udp 10.0.0.3:1 > 10.0.0.2:2\n"
				    "  race openat pid=7 file=/a | openat pid=8 file=/b\n"
				    "  (one alone: the same on two CPUs)");
		return;
	}
	if (!begin_change(sc, "race", args))
		return;
	ok = take_events(sc, args, &race, &error) && !race_run(&sc->debug.walk, &race, &error);
	end_change(sc, CHANGE_SHOW_FIRST, ok ? NULL : message);
	if (ok)
		screen_layout(sc, layout_by_name("cpus"));
}
