/*
 * Which registers a program may read at an instruction: those that every way to it has written. What others
 * hold is of no meaning: the verifier lets nobody look, and machine code may have other values there.
 */
#ifndef UI_READABLE_H
#define UI_READABLE_H

#include "../sim/look.h"

/* Bit n: rn. All bits for programs that no verifier has checked. */
u32 readable_registers(const struct prog *prog, bool translated, u32 insn);

#endif
