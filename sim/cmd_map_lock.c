/* BPF_F_LOCK on elements: a value's lock is waited for (copy_map_value_locked). */
#include "cmd_map.h"

s64 map_get_lock(struct sim *sim, const struct call *call, const struct map_access *a)
{
	bool forever;

	if (!(call->attr.flags & BPF_F_LOCK) || map_lock_is_free(sim, a->map, a->key))
		return 0;
	lock_wait(sim, &forever);
	if (!forever)
		return CALL_MORE;
	sim->world->locks->waits_for[sim->clock->cpu] = 0;
	return sim_fail(&sim->why, -EDEADLK, "the value's lock is taken, and nobody will give it back: Linux would "
					     "wait for ever");
}
