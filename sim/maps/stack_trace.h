/* Call stacks as data, and what bpf_get_stackid does with one. See stack_trace.c. */
#ifndef SIM_MAPS_STACK_TRACE_H
#define SIM_MAPS_STACK_TRACE_H

#include "map.h"

/*
 * The number of the call stack of the task that runs, sim->world->stack, in a map of type stack_trace; @flags
 * as those of bpf_get_stackid. -EFAULT: there is no stack; -EEXIST: another stack has the number; -EINVAL,
 * -ENOMEM.
 */
s64 stack_trace_id(struct sim *sim, struct map *map, u64 flags);

#endif
