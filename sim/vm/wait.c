/*
 * A helper could not take a lock: its CPU spins. The call is tried again with the next step of that CPU, until
 * the CPU that has the lock gives it back; a wait that would never end is a fault that says why.
 */
#include "../world/world.h"
#include "internal.h"

static bool fault_forever(struct sim *sim, u64 addr, u32 holder)
{
	char where[96];
	struct text text;

	text_init(&text, where, sizeof(where));
	vm_format_address(sim, addr, &text);
	sim->world->locks->waits_for[sim->clock->cpu] = 0;
	if (holder == LOCK_NOBODY)
		return vm_fault(sim, FAULT_DEADLOCK, "deadlock: the lock at %s is taken, and no program that "
			 "runs will ever give it back", where);
	if (holder == sim->clock->cpu)
		return vm_fault(sim, FAULT_DEADLOCK, "deadlock: the program has the lock at %s already, and "
			 "would wait for itself for ever", where);
	return vm_fault(sim, FAULT_DEADLOCK, "deadlock: CPU %u has the lock at %s, and waits for one that CPU %u "
		 "has", holder, where, sim->clock->cpu);
}

bool vm_wait(struct sim *sim)
{
	u64 addr = sim->clock->lock_wanted;
	bool forever;
	u32 holder = lock_wait(sim, &forever);

	if (forever)
		return fault_forever(sim, addr, holder);
	event_send(sim, EV_WAIT, sim->vm->prog->obj.id, addr, holder, 0, 0);
	return true;
}

u64 vm_waits_for(const struct sim *sim)
{
	return sim->world->locks->waits_for[sim->clock->cpu];
}
