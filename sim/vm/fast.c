/* The loop without checks, for translated programs; counts instructions at jumps. See loop.h. */
#define LOOP_NAME vm_loop_fast
#define LOOP_CHECKED 0
#define LOOP_EXACT 0
#define LOOP_CTX 0
#define LOOP_TRANSLATED 0
#include "loop.h"
