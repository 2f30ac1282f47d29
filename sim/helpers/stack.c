/*
 * Helpers about call stacks. Mirrors the end of kernel/bpf/stackmap.c.
 *
 * The context says in Linux where unwinding begins; here the stacks of what runs are data of the world.
 */
#include "../maps/stack_trace.h"
#include "helper.h"

HELPER_FN(get_stackid)
{
	UNUSED_ARGS();
	return (u64)stack_trace_id(sim, map_of((const struct bpf_map_layout *)r2), r3);
}
