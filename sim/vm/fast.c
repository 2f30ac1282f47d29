/* The loop for translated programs that counts instructions at jumps. See loop.h. */
#define LOOP_NAME vm_loop_fast
#define LOOP_CHECKED 0
#define LOOP_EXACT 0
#include "loop.h"
