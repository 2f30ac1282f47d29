/* The event that is no more than time: tick. Timers that come due meanwhile call their functions. */
#include "happening_kinds.h"
#include "world.h"

static const struct happening_field tick_fields[] = {
	{"time", "that passes", FIELD_TIME, 1000000, NULL},
	{0},
};

static int prepare_tick(struct sim *sim, struct happening *h)
{
	if (h->value[V_F0] <= INT64_MAX - sim_ktime(sim))
		return 0;
	return sim_fail(&sim->why, -EINVAL, "time=%llu: the machine's clock has no room for so many ns",
			(unsigned long long)h->value[V_F0]);
}

static const struct happening_step no_steps[] = {{0}};

const struct happening_kind happening_tick = {
	.name = "tick",
	.doc = "time passes, and timers that come due call their functions",
	.example = "tick 10ms",
	.nr = -1,
	.ticks = true,
	.bare = true,
	.fields = tick_fields,
	.steps = no_steps,
	.prepare = prepare_tick,
};
