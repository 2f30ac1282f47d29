/*
 * Changes of programs, so small that the verifier often still accepts them: an operand, an operation, a
 * target; an instruction more or one less, with the jumps across it kept.
 */
#ifndef TEST_SUPPORT_MUTATE_H
#define TEST_SUPPORT_MUTATE_H

#include "subject.h"

/* @times changes. */
void mutate(u64 *dice, struct subject *subject, u32 times);

/* Takes the instruction at @at out; jumps across it still lead where they led. False: it is the last one. */
bool take_out(struct subject *subject, u32 at);

#endif
