/* The world around the bpf subsystem: tasks, network devices, sysctls. The root that sim->world points to. */
#ifndef SIM_WORLD_WORLD_H
#define SIM_WORLD_WORLD_H

#include "netdev.h"
#include "sysctl.h"
#include "task.h"

struct world {
	struct sysctls sysctl;
	u32 stats_users;      /* open fds of BPF_ENABLE_STATS */
	struct task task[TASK_MAX];
	struct netdevs *netdevs;
};

/* Sysctls as Debian 12 boots; lo (ifindex 1) and eth0 (2); no tasks. NULL when there is no memory. */
struct world *world_new(struct sim *sim);

#endif
