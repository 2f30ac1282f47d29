/*
 * Helpers that tell where and for whom the program runs: see list.h.
 *
 * Simplified: one memory node; a user's group has the user's number. When no task runs, it is the CPU's
 * idle task, as in Linux: pid 0, root, "swapper/0".
 */
#include <stdio.h>

#include "../world/task.h"
#include "helper.h"

HELPER_FN(get_prandom_u32)
{
	UNUSED_ARGS();
	return sim_random(sim);
}

HELPER_FN(get_smp_processor_id)
{
	UNUSED_ARGS();
	return sim->clock->cpu;
}

HELPER_FN(get_numa_node_id)
{
	UNUSED_ARGS();
	return 0;
}

static const struct task *current_task(struct sim *sim)
{
	return sim->clock->pid ? task_by_pid(sim, sim->clock->pid) : NULL;
}

HELPER_FN(get_current_pid_tgid)
{
	const struct task *task = current_task(sim);

	UNUSED_ARGS();
	return task ? (u64)task->tgid << 32 | task->pid : 0;
}

HELPER_FN(get_current_uid_gid)
{
	const struct task *task = current_task(sim);

	UNUSED_ARGS();
	return task ? (u64)task->uid << 32 | task->uid : 0;
}

HELPER_FN(get_current_comm)
{
	const struct task *task = current_task(sim);
	char *buf = (char *)r1;
	u32 size = r2;

	UNUSED_ARGS();
	if (task)
		snprintf(buf, size, "%s", task->comm);
	else
		snprintf(buf, size, "swapper/%u", sim->clock->cpu);
	return 0;
}
