/* At a step of an event where the programs of the task's cgroup are asked (STEP_CGROUP). */
#ifndef SIM_EVENT_CGROUP_H
#define SIM_EVENT_CGROUP_H

#include "event_ctx.h"
#include "world/cgroup.h"

/* The next one that is effective at the cgroup, and moves h->pos; NULL: there are no more. */
const struct attachment *event_cgroup_next(struct happening *h, const struct happening_step *step);
/* Its context, the same for all of them. */
u64 event_cgroup_ctx(const struct event_place *place, u32 *size);
/* The values of storage that it has, of any attachment; those of other hooks have none. */
void event_cgroup_storage(struct sim *sim, const struct attachment *a);
/* They are about to be asked: what the caller will return is 0 so far; world.cg_run holds it. */
void event_cgroup_begin(struct sim *sim, struct happening *h);
/* One has answered: 0 refuses, bit 1 says more (bpf_prog_run_array_cg). */
void event_cgroup_hear(struct sim *sim, struct happening *h, s32 answer);

#endif
