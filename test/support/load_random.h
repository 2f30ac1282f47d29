/*
 * Random programs and random attrs for PROG_LOAD: whatever comes, nothing crashes, the answer is an fd or an errno that
 * PROG_LOAD has, and when everything is closed no memory is left over.
 */
#ifndef TEST_SUPPORT_LOAD_RANDOM_H
#define TEST_SUPPORT_LOAD_RANDOM_H

#include "sim/sim.h"

struct load_count {
	u64 accepted, rejected; /* rejected: by the check, with a message in the log */
	u64 refused;            /* before it */
};

/* One load that @seed decides, by task 100. False: an answer that must not be; the sentence is in @why. */
bool load_random(struct sim *sim, u64 seed, struct load_count *count, struct why *why);

#endif
