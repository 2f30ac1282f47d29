/*
 * The loop for translated programs that somebody has edited in the middle of a run: what the verifier has
 * promised may not hold any more. See loop.h and guard.c.
 */
#define LOOP_NAME vm_loop_guarded
#define LOOP_CHECKED 0
#define LOOP_GUARDED 1
#define LOOP_EXACT 1
#include "loop.h"
