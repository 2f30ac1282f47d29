/*
 * System calls that a program makes itself (SYSCALL programs): what bpf_sys_bpf and bpf_sys_close do. Mirrors
 * kernel/bpf/syscall.c.
 *
 * Of the pointers in the attr, those to the program's own memory are the kernel's; others are the caller's.
 */
#include "fd.h"
#include "helpers/helper.h"
#include "syscall.h"

/* What programs may ask for. */
static const u64 commands =
	1ull << BPF_MAP_CREATE | 1ull << BPF_MAP_DELETE_ELEM | 1ull << BPF_MAP_UPDATE_ELEM | 1ull << BPF_MAP_FREEZE |
	1ull << BPF_MAP_GET_FD_BY_ID | 1ull << BPF_PROG_LOAD | 1ull << BPF_BTF_LOAD | 1ull << BPF_LINK_CREATE |
	1ull << BPF_RAW_TRACEPOINT_OPEN;

/* Run to its end: it does not wait, and no program runs in it. */
static s64 call_at_once(struct sim *sim, struct task *task, u32 cmd, u64 attr, u32 size)
{
	struct call *call = sim_alloc(sim, sizeof(*call));
	bool before = sim->world->attr_of_kernel;
	s64 result;

	if (!call)
		return -ENOMEM;
	*call = (struct call){.task = task, .cmd = cmd, .size = size, .uattr = attr};
	sim->world->attr_of_kernel = true;
	do
		result = call_unit(sim, call);
	while (result == CALL_MORE);
	sim->world->attr_of_kernel = before;
	sim_free(sim, call);
	return result;
}

HELPER_FN(sys_bpf)
{
	struct task *task = task_by_pid(sim, sim->clock->pid);

	UNUSED_ARGS();
	if ((u32)r1 >= 64 || !(commands >> (u32)r1 & 1) || !task)
		return -EINVAL;
	return call_at_once(sim, task, r1, r2, r3);
}

HELPER_FN(sys_close)
{
	struct task *task = task_by_pid(sim, sim->clock->pid);

	UNUSED_ARGS();
	return task ? fd_close(sim, task, (s32)r1) : -EBADF;
}
