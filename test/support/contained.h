/*
 * Is what happens among what the path walk thought of? All states that the walk passed are noted, with pruning switched off; then, at
 * each instruction of a run, the values of registers and stack must lie inside one of the states that were noted for it.
 */
#ifndef TEST_SUPPORT_CONTAINED_H
#define TEST_SUPPORT_CONTAINED_H

#include "sim/verifier/walk.h"
#include "sim/vm/vm.h"

struct notes;

struct notes *notes_new(void);
void notes_free(struct notes *notes);
void notes_clear(struct notes *notes);
/*
 * Call it before each unit of the walk: notes the state, and makes kept states incomparable, so that nothing is pruned. Too long a walk
 * is not noted to its end, and false from then on: it is of no use.
 */
bool notes_add(struct notes *notes, struct walk *walk, u32 ninsns);
/* Only that: nothing is noted, and no walk is too long for it. */
void notes_prune_nothing(struct walk *walk, u32 ninsns);
/* Does @regno hold this type (enum reg_type without flags) in a state that was noted for @insn? */
bool notes_have(const struct notes *notes, u32 insn, u32 regno, u32 type);
/* Is the VM, before the instruction at vm->pc, in one of the states noted? False: the sentence is in @why. */
bool notes_hold(const struct notes *notes, const struct vm *vm, struct why *why);

#endif
