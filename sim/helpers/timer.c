/*
 * Helpers for timers in map values: see list.h and world/timer.h. Mirrors kernel/bpf/helpers.c.
 *
 * bpf_timer_set_callback has a third argument, which the translator adds: whose function it is.
 */
#include "../progs/prog_type.h"
#include "../world/timer.h"
#include "helper.h"

/* A map that no fd and no pin holds would never be told to stop its timers. */
static int no_users(struct sim *sim, const struct map *map)
{
	if (map->users)
		return 0;
	return sim_fail(&sim->why, -EPERM, "the map has no fd and no pin any more: its timers are over");
}

HELPER_FN(timer_init)
{
	struct map *map = map_of((const struct bpf_map_layout *)r2);
	s64 result = timer_init(sim, r1, map, map->timer_off, r3);

	UNUSED_ARGS();
	if (!result && no_users(sim, map)) {
		timer_free(sim, r1);
		return -EPERM;
	}
	return result;
}

HELPER_FN(timer_set_callback)
{
	const struct timer *t = timer_at(sim, r1);
	struct prog *prog = (struct prog *)r3;

	UNUSED_ARGS();
	if (t && no_users(sim, t->map))
		return -EPERM;
	if (!prog->obj.refs) /* it came here by a tail call, and was taken out of the array meanwhile */
		return -ENOENT;
	return timer_set_callback(sim, r1, r2, &prog->obj);
}

HELPER_FN(timer_start)
{
	UNUSED_ARGS();
	return timer_start(sim, r1, r2, r3);
}

HELPER_FN(timer_cancel)
{
	UNUSED_ARGS();
	return timer_cancel(sim, r1);
}
