/*
 * The loop for translated programs that counts each instruction: for stepping, and for the last ones before a
 * stop that must be met exactly. See loop.h.
 */
#define LOOP_NAME vm_loop_exact
#define LOOP_CHECKED 0
#define LOOP_EXACT 1
#include "loop.h"
