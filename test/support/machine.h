/* One machine for each test of a file: `sim`, made by the setup and taken down by the teardown of its name. */
#ifndef TEST_SUPPORT_MACHINE_H
#define TEST_SUPPORT_MACHINE_H

#include "host.h"
#include "sim/sim.h"

extern struct sim *sim;
extern struct sim_host *host; /* of a booted machine */

/* A whole one (sim_new). */
int machine_setup(void **state);
int machine_teardown(void **state);

/* Without system calls and timeline: see bare.h. */
int bare_setup(void **state);
int bare_teardown(void **state);

#endif
