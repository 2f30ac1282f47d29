/*
 * The loop without checks that counts each instruction, for the last ones before a stop that must be met
 * exactly, and for programs that are not translated. See loop.h.
 */
#define LOOP_NAME vm_loop_exact
#define LOOP_CHECKED 0
#define LOOP_EXACT 1
#define LOOP_CTX 1
#define LOOP_TRANSLATED 0
#include "loop.h"
