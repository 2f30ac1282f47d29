/* The loop for programs as written, with every access checked: no verifier has seen them. See loop.h. */
#define LOOP_NAME vm_loop_checked
#define LOOP_CHECKED 1
#define LOOP_EXACT 1
#include "loop.h"
