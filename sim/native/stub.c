/* Machines that are not x86-64 Linux: machine code can be looked at, not run. */
#include "native.h"

struct native_lockstep native_lockstep_result;

const struct exec_ops *native_ops(void)
{
	return NULL;
}

const struct exec_ops *native_lockstep_ops(void)
{
	return NULL;
}

int native_trace(struct sim *sim, u64 max, struct native_trace *trace)
{
	(void)max, (void)trace;
	return sim_fail(&sim->why, -EOPNOTSUPP,
			"machine code cannot be run here: that takes Linux on x86-64");
}

void native_trace_free(struct native_trace *trace)
{
	(void)trace;
}

bool native_find(u64 rip, struct native_place *place)
{
	(void)rip, (void)place;
	return false;
}

int native_follow(struct sim *sim, struct native_follow *follow)
{
	*follow = (struct native_follow){0};
	return native_trace(sim, 0, &follow->trace);
}

void native_follow_free(struct native_follow *follow)
{
	(void)follow;
}
