/* The loop with every access checked, for programs that no verifier has seen. See loop.h. */
#define LOOP_NAME vm_loop_checked
#define LOOP_CHECKED 1
#define LOOP_EXACT 1
#define LOOP_CTX 1
#define LOOP_TRANSLATED 0
#include "loop.h"
