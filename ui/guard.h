/*
 * A guard around what runs on behalf of a program: Linux 6.1's verifier lets a few programs through that use
 * memory which is not there. The kernel would oops; here the run ends with a fault.
 */
#ifndef UI_GUARD_H
#define UI_GUARD_H

#include "../sim/sim.h"

/* Catches the signals of bad accesses, as long as nobody else has taken them. */
void guard_catch_signals(void);
/* For sim_host: runs @fn; false: it used memory at *addr that is not there, and was left in the midst. */
bool guard_run(void (*fn)(void *arg), void *arg, u64 *addr);
/* For other handlers of these signals: does not return when a guarded function runs. @addr: what was
 * accessed. */
void guard_leave(void *addr);

#endif
