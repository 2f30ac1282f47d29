/* Random numbers and events: see core.h and event.h. */
#include "core.h"

/* splitmix64: small, well mixed, any seed will do. */
/* Linux starts so near the overflow of 32 bits to bring bugs to light. */
#define JIFFIES_AT_BOOT ((u32)(-300 * 250))

u64 sim_jiffies(const struct sim *sim)
{
	return JIFFIES_AT_BOOT + sim_ktime(sim) / TICK_NS;
}

u32 sim_random(struct sim *sim)
{
	u64 z = sim->clock->random += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return (z ^ (z >> 31)) >> 32;
}

void event_send(struct sim *sim, enum event_kind kind, u32 obj, u64 a0, u64 a1, u64 a2, u64 a3)
{
	struct event event;

	if (!(sim->event_mask & EVENT_BIT(kind)))
		return;
	event = (struct event){
		.kind = kind,
		.cpu = sim->clock->cpu,
		.obj = obj,
		.step = sim->clock->step,
		.now = sim_ktime(sim),
		.arg = {a0, a1, a2, a3},
	};
	sim->host->event(sim->host->ctx, &event);
}
