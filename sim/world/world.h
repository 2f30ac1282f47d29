/* The world around the bpf subsystem: tasks, sysctls, network devices. The root that sim->world points to. */
#ifndef SIM_WORLD_WORLD_H
#define SIM_WORLD_WORLD_H

#include "sysctl.h"
#include "task.h"

struct netdevs;  /* netdev.h */

struct world {
	struct sysctls sysctl;
	struct task task[TASK_MAX];
	struct netdevs *netdevs;
};

/* With the loopback device and sysctls as Debian 12 boots. */
struct world *world_new(struct sim *sim);

#endif
