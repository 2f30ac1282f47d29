/* Call stacks as data, and what bpf_get_stackid does with one. See stack_trace.c. */
#ifndef SIM_MAPS_STACK_TRACE_H
#define SIM_MAPS_STACK_TRACE_H

#include "map.h"

struct stack_entry {
	struct stack_entry *next;  /* in the list of free ones */
	u32 hash;
	u32 count;           /* entries */
	u8 data[];           /* value_size bytes, behind the entries zero */
};

struct stack_map {
	struct stack_entry **place;
	u8 *stacks;          /* max_entries of them, in one block */
	struct stack_entry *free;
	u32 places;
	u64 stack_size;
};

/*
 * The number of the call stack of the task that runs, sim->world->stack, in a map of type stack_trace; @flags
 * as those of bpf_get_stackid. -EFAULT: there is no stack; -EEXIST: another stack has the number; -EINVAL,
 * -ENOMEM.
 */
s64 stack_trace_id(struct sim *sim, struct map *map, u64 flags);

#endif
