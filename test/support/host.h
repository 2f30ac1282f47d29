/*
 * An owner of a simulation for tests, benchmarks and the conformance plugin: this process. Its memory is the user memory of
 * every task; bad addresses are answered with -EFAULT instead of a crash.
 */
#ifndef TEST_SUPPORT_HOST_H
#define TEST_SUPPORT_HOST_H

#include "sim/core.h"

/* Maps a fresh arena. Ends the test when the address range is taken: one live simulation per process. */
struct sim_host *host_new(void);
/* Unmaps it; the next host_new gives zeroes again. */
void host_delete(struct sim_host *host);

#endif
