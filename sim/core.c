/* Ticks and events: see core.h and event.h. */
#include "core.h"

/* Linux starts so near the overflow of 32 bits to bring bugs to light. */
#define JIFFIES_AT_BOOT ((u32)(-300 * 250))

u64 sim_jiffies(const struct sim *sim)
{
	return JIFFIES_AT_BOOT + sim_ktime(sim) / TICK_NS;
}

void event_tell(struct sim *sim, enum event_kind kind, u32 obj, const u64 arg[4])
{
	struct event event = {
		.kind = kind,
		.cpu = sim->clock->cpu,
		.obj = obj,
		.step = sim->clock->step,
		.now = sim_ktime(sim),
	};

	memcpy(event.arg, arg, sizeof(event.arg));
	sim->host->event(sim->host->ctx, &event);
}
