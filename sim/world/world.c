/* The world at boot: see world.h. */
#include "world.h"

struct world *world_new(struct sim *sim)
{
	struct world *world = sim_alloc(sim, sizeof(*world));

	if (world)
		sysctls_boot(&world->sysctl);
	return world;
}
