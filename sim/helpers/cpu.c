/*
 * Helpers that tell where and for whom the program runs: see list.h.
 *
 * Simplified: one memory node; a user's group has the user's number. When no task runs, it is the CPU's
 * idle task, as in Linux: pid 0, root, "swapper/0".
 */
#include <stdio.h>

#include "../world/world.h"
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

#define NSFS_DEV 4u /* the device that the files in /proc/PID/ns are on */

HELPER_FN(get_ns_current_pid_tgid)
{
	const struct task *task = current_task(sim);
	struct bpf_pidns_info *info = (struct bpf_pidns_info *)r3;
	bool fits = (u32)r4 == sizeof(*info);
	bool found = r1 == NSFS_DEV && r2 == sim->world->kernel->pid_ns.ns.inum;

	UNUSED_ARGS();
	if (!fits || !found) {
		memset(info, 0, (u32)r4);
		return -EINVAL;
	}
	*info = (struct bpf_pidns_info){.pid = task ? task->pid : 0, .tgid = task ? task->tgid : 0};
	return 0;
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

HELPER_FN(get_current_task)
{
	UNUSED_ARGS();
	return (u64)task_object_current(sim);
}

HELPER_FN(get_current_task_btf)
{
	UNUSED_ARGS();
	return (u64)task_object_current(sim);
}

/* Of the task that runs; others have none here. */
HELPER_FN(task_pt_regs)
{
	UNUSED_ARGS();
	return r1 == (u64)task_object_current(sim) ? sim->world->hooked.regs : 0;
}

static struct cgroup *current_cgroup(struct sim *sim)
{
	return cgroup_of_task(task_object_current(sim));
}

HELPER_FN(get_current_cgroup_id)
{
	UNUSED_ARGS();
	return current_cgroup(sim)->node.id;
}

HELPER_FN(get_current_ancestor_cgroup_id)
{
	const struct cgroup *c = cgroup_ancestor(current_cgroup(sim), (u32)r1);

	UNUSED_ARGS();
	return c ? c->node.id : 0;
}

#define SIGNALS 64u

/* It strikes when the event is over. */
static u64 send_signal(struct sim *sim, u32 sig)
{
	if (sim->clock->pid <= 1)
		return (u64)-EPERM;
	if (sig > SIGNALS)
		return (u64)-EINVAL;
	if (sig) {
		sim->world->hooked.signal = sig;
		sim->world->hooked.signal_pid = sim->clock->pid;
	}
	return 0;
}

HELPER_FN(send_signal)
{
	UNUSED_ARGS();
	return send_signal(sim, r1);
}

HELPER_FN(send_signal_thread)
{
	UNUSED_ARGS();
	return send_signal(sim, r1);
}
