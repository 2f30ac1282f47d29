/*
 * Which instructions Linux 6.1 knows: the verifier asks one by one, in the kernel's order and words; tests
 * ask once for all.
 */
#ifndef TEST_SUPPORT_ISA_KNOWN_H
#define TEST_SUPPORT_ISA_KNOWN_H

#include "sim/isa.h"

/*
 * Opcode, registers, reserved fields, sizes of be/le, atomic operation, pseudo source. Both slots of a
 * ld_imm64 are read.
 */
bool isa_known_6_1(const struct bpf_insn *insn);

#endif
