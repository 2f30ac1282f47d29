/* The world at boot: see world.h. */
#include "world.h"

static bool add_devices(struct sim *sim)
{
	sim->world->netdevs = netdevs_new(sim);
	if (!sim->world->netdevs)
		return false;
	netdev_add(sim, "lo");
	netdev_by_name(sim, "lo")->native_xdp = false;
	netdev_by_name(sim, "lo")->mtu = netdev_by_name(sim, "lo")->k.mtu = 65536;
	memset(netdev_by_name(sim, "lo")->mac, 0, 6);
	netdev_join(netdev_by_name(sim, "lo"), netdev_by_name(sim, "lo"));
	return netdev_add(sim, "eth0") > 0;
}

void world_done(struct sim *sim, enum done_what what)
{
	struct done *done = &sim->world->done;

	done->count[what][done->when]++;
}

struct world *world_new(struct sim *sim)
{
	sim->world = sim_alloc(sim, sizeof(*sim->world));
	if (!sim->world)
		return NULL;
	sysctls_boot(&sim->world->sysctl);
	sim->world->locks = sim_alloc(sim, sizeof(*sim->world->locks));
	sim->world->cg_run = arena_alloc(sim->arena, sizeof(*sim->world->cg_run), TAG_OBJECT, NULL);
	return sim->world->locks && sim->world->cg_run && add_devices(sim) && cgroups_new(sim) && kernel_objects_new(sim) ? sim->world : NULL;
}
