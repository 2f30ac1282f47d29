/*
 * Call stacks as data: what the unwinder would have found for the task that runs. Innermost frame first.
 */
#ifndef SIM_WORLD_CALL_STACK_H
#define SIM_WORLD_CALL_STACK_H

#include "../abi.h"
#include "../base.h"

#define STACK_FRAMES_MAX 127u    /* kernel.perf_event_max_stack */

struct stack_frame {
	u64 ip;
	bool has_build_id;       /* user stacks: the file that the address lies in says who it is */
	u8 build_id[BPF_BUILD_ID_SIZE];
	u64 offset;              /* of the address in that file */
};

struct call_stack {
	u32 count;
	struct stack_frame frame[STACK_FRAMES_MAX];
};

#endif
