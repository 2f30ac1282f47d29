/* Events of the scheduler and the clock: switch, wakeup, clock. The ways are those of kernel/sched/core.c. */
#include "happening_kinds.h"
#include "world.h"

enum { OTHER_PID = V_F0, STATE };
enum { OTHER = V_X0, OTHER_COMM, OTHER_PRIO, FALSE_ };

static const struct happening_field switch_fields[] = {
	{"next", "the task that runs from now on; 0 = the idle task", FIELD_NUMBER, 0, NULL},
	{"state", "why the other stops: 0 = it could go on, 1 = it sleeps, 2 = it waits for a disk",
	 FIELD_NUMBER, 1, NULL},
	{0},
};

static int take_other(struct sim *sim, struct happening *h)
{
	struct task *task = task_by_pid(sim, h->value[OTHER_PID]);
	struct k_task_struct *k = task ? task->k : sim->world->kernel->idle;

	if (!task && h->value[OTHER_PID])
		return sim_fail(&sim->why, -ESRCH, "there is no task %u yet: an event with pid=%u makes it",
				(u32)h->value[OTHER_PID], (u32)h->value[OTHER_PID]);
	h->value[OTHER] = (u64)k;
	h->value[OTHER_COMM] = (u64)k->comm;
	h->value[OTHER_PRIO] = k->prio;
	return 0;
}

static const struct happening_step switch_steps[] = {
	{0, STEP_TP, "sched:sched_switch", .arg = {FALSE_, V_TASK, OTHER, STATE},
	 .field = {V_COMM, V_PID, V_PRIO, STATE, OTHER_COMM, OTHER_PID, OTHER_PRIO}},
	{0},
};

const struct happening_kind happening_switch = {
	.name = "switch",
	.doc = "the CPU goes on with another task",
	.example = "switch pid=1000 next=1001 state=1",
	.nr = -1,
	.fields = switch_fields,
	.steps = switch_steps,
	.prepare = take_other,
};

static const struct happening_field wakeup_fields[] = {
	{"task", "the task that wakes up", FIELD_NUMBER, 1000, NULL},
	{0},
};

enum { TASK_NORMAL = V_X4, ONE };

static int prepare_wakeup(struct sim *sim, struct happening *h)
{
	h->value[TASK_NORMAL] = 3;
	h->value[ONE] = 1;
	return take_other(sim, h);
}

static const struct happening_step wakeup_steps[] = {
	{0, STEP_FUNC, "try_to_wake_up", .arg = {OTHER, TASK_NORMAL}, .ret = ONE},
	{1, STEP_TP, "sched:sched_wakeup", .arg = {OTHER}, .field = {OTHER_COMM, OTHER_PID, OTHER_PRIO}},
	{0},
};

const struct happening_kind happening_wakeup = {
	.name = "wakeup",
	.doc = "a task wakes up another",
	.example = "wakeup pid=1000 task=1001",
	.nr = -1,
	.fields = wakeup_fields,
	.steps = wakeup_steps,
	.prepare = prepare_wakeup,
};

static const struct happening_field clock_fields[] = {
	{"time", "that has passed since the last sample", FIELD_TIME, 10000000, NULL},
	{0},
};

static const struct happening_step clock_steps[] = {
	{.kind = STEP_WAIT, .name = "time", .ns = V_F0},
	{.kind = STEP_CLOCK, .name = "sample"},
	{0},
};

const struct happening_kind happening_clock = {
	.name = "clock",
	.doc = "a perf event that counts time has a sample",
	.example = "clock pid=1000 time=10ms",
	.nr = -1,
	.fields = clock_fields,
	.steps = clock_steps,
};
