/*
 * The loop for translated programs, on the kernel's structs and the frames of machine code; counts each
 * instruction. See loop.h.
 */
#define LOOP_NAME vm_loop_translated
#define LOOP_CHECKED 0
#define LOOP_EXACT 1
#define LOOP_CTX 0
#define LOOP_TRANSLATED 1
#include "loop.h"
