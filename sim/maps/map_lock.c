/* The spin lock in a map's values, for those who need it for one operation (BPF_F_LOCK). See map.h. */
#include "../world/lock.h"
#include "map.h"

bool map_lock_is_free(struct sim *sim, struct map *map, const void *key)
{
	u8 *value = map->spin_lock_off < 0 ? NULL : map_look(sim, map, key, sim->clock->cpu);

	return !value || lock_is_free(sim, (u64)value + map->spin_lock_off);
}
