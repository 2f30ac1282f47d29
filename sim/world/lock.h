/*
 * Spin locks in map values (struct bpf_spin_lock), and who has them and who waits: queued_spin_lock of Linux as
 * far as it can be seen.
 *
 * A lock is the four bytes in the value, 0 or 1. Nobody waits inside a helper: it sets clock->lock_wanted and has
 * done nothing; whoever called it tries again later, and the CPU spins meanwhile. Beside the locks stands what
 * Linux does not keep: which CPU took which lock, so that a deadlock can be told in words.
 */
#ifndef SIM_WORLD_LOCK_H
#define SIM_WORLD_LOCK_H

#include "../core.h"

#define LOCKS_MAX 256u       /* taken at one time; more are not remembered */
#define LOCK_NOBODY UINT32_MAX

struct locks {
	u64 waits_for[MACHINE_CPUS]; /* what each CPU waits for; 0 = it does not */
	u32 count;
	struct held_lock {
		u64 addr;
		u32 cpu;
	} held[LOCKS_MAX];
};

/* False: it is taken, and now lock_wanted. */
bool lock_take(struct sim *sim, u64 addr);
void lock_give(struct sim *sim, u64 addr);
/* For those who want it for a moment only, within one unit of work: is it free? False: it is lock_wanted. */
bool lock_is_free(struct sim *sim, u64 addr);
/* The CPU that took it, or LOCK_NOBODY: it was left by a program that has ended. */
u32 lock_holder(const struct sim *sim, u64 addr);
/*
 * The CPU at hand cannot go on without lock_wanted: from now on it waits for it. Returns the CPU that it waits
 * for, or, when it would wait for ever, LOCK_NOBODY or a CPU that waits, perhaps by way of others, for this one.
 * *forever tells.
 */
u32 lock_wait(struct sim *sim, bool *forever);

#endif
