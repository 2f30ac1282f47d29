/* Spin locks: see lock.h. */
#include "lock.h"

#include "world.h"

static u32 find(const struct locks *locks, u64 addr)
{
	u32 i = 0;

	while (i < locks->count && locks->held[i].addr != addr)
		i++;
	return i;
}

static bool is_taken(u64 addr)
{
	u32 value;

	memcpy(&value, (const void *)addr, sizeof(value));
	return value;
}

bool lock_is_free(struct sim *sim, u64 addr)
{
	if (is_taken(addr))
		sim->clock->lock_wanted = addr;
	return !is_taken(addr);
}

bool lock_take(struct sim *sim, u64 addr)
{
	struct locks *locks = sim->world->locks;

	if (!lock_is_free(sim, addr))
		return false;
	memcpy((void *)addr, &(u32){1}, sizeof(u32));
	if (locks->count < LOCKS_MAX)
		locks->held[locks->count++] = (struct held_lock){addr, sim->clock->cpu};
	return true;
}

void lock_give(struct sim *sim, u64 addr)
{
	struct locks *locks = sim->world->locks;
	u32 i = find(locks, addr);

	memset((void *)addr, 0, sizeof(u32));
	if (i < locks->count)
		locks->held[i] = locks->held[--locks->count];
}

u32 lock_holder(const struct sim *sim, u64 addr)
{
	const struct locks *locks = sim->world->locks;
	u32 i = find(locks, addr);

	return i < locks->count ? locks->held[i].cpu : LOCK_NOBODY;
}

u32 lock_wait(struct sim *sim, bool *forever)
{
	struct locks *locks = sim->world->locks;
	u64 wanted = sim->clock->lock_wanted;
	u32 self = sim->clock->cpu, holder = lock_holder(sim, wanted), cpu = holder;

	locks->waits_for[self] = wanted;
	sim->clock->lock_wanted = 0;
	*forever = false;
	for (u32 n = 0; n < MACHINE_CPUS && cpu != LOCK_NOBODY && cpu != self && locks->waits_for[cpu]; n++) {
		if (!is_taken(locks->waits_for[cpu]))
			return holder; /* that one goes on as soon as it looks */
		cpu = lock_holder(sim, locks->waits_for[cpu]);
	}
	*forever = cpu == LOCK_NOBODY || cpu == self;
	return holder;
}
