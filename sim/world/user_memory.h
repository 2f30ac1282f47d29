/*
 * User memory of tasks that exist in the simulated world only: what an event puts there (a path, an array of
 * arguments). It lasts as long as the event. The loader's own memory is not here: it is the host's.
 */
#ifndef SIM_WORLD_USER_MEMORY_H
#define SIM_WORLD_USER_MEMORY_H

#include "../core.h"

#define USER_BLOCKS 64u

struct user_blocks {
	u32 count;
	u64 next; /* user address of the next block */
	struct user_block {
		u32 pid, size;
		u64 uaddr;
		u8 *data; /* whoever added it frees it */
	} block[USER_BLOCKS];
};

/* Its user address, or 0: there are too many. */
u64 user_block_add(struct sim *sim, u32 pid, u8 *data, u32 size);
/* Those of task @pid are gone. */
void user_blocks_clear(struct sim *sim, u32 pid);

#endif
