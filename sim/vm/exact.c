/* The loop without checks, for the last instructions before a stop that must be met exactly. See loop.h. */
#define LOOP_NAME vm_loop_exact
#define LOOP_CHECKED 0
#define LOOP_EXACT 1
#include "loop.h"
