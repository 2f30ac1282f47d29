/* The stack, byte by byte: what is stored where, and what a load gets back (stack.c). */
#ifndef SIM_VERIFIER_STACK_H
#define SIM_VERIFIER_STACK_H

#include "walk.h"

/*
 * Both are called after the access was found to lie within the stack. @off: from the frame pointer of the
 * frame that the pointer in @ptr_regno refers to, its variable part not included. @value_regno, @dst_regno:
 * the register that is stored or loaded, -1 for a constant or when the value goes nowhere (atomic
 * operations). 0 or -errno.
 */
int stack_write(struct env *env, u32 ptr_regno, s32 off, u32 size, int value_regno);
int stack_read(struct env *env, u32 ptr_regno, s32 off, u32 size, int dst_regno);

/* The frame whose stack @reg points to. */
struct frame *frame_of(const struct env *env, const struct reg *reg);
/* Room for the bytes from @off (negative) upward. False when there is no memory. */
bool stack_reserve(struct env *env, struct frame *frame, s32 off);

/* Slot and type of the byte at fp + @off (-512 .. -1). */
static inline u32 slot_index(s32 off)
{
	return (u32)(-off - 1) / SLOT_SIZE;
}

static inline u8 *slot_byte(struct frame *frame, s32 off)
{
	return &frame->slot[slot_index(off)].type[(u32)(-off - 1) % SLOT_SIZE];
}

#endif
