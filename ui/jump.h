/* Conditional jumps, before they are executed. */
#ifndef UI_JUMP_H
#define UI_JUMP_H

#include "../sim/look.h"

/* Will the jump be taken, with the registers as they are? */
bool jump_is_taken(const struct bpf_insn *insn, const u64 *reg);

#endif
