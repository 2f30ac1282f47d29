/*
 * Dynptrs: memory together with its size, 16 opaque bytes on the stack (mark_stack_slots_dynptr and friends
 * of kernel/bpf/verifier.c). The first slot is the one at the lower address that the program hands over; both
 * slots remember the kind.
 */
#include "call.h"
#include "stack.h"

enum dynptr_type { DYNPTR_NONE, DYNPTR_LOCAL, DYNPTR_RINGBUF };

static enum dynptr_type wanted_type(u32 arg_type)
{
	if (arg_type & DYNPTR_TYPE_LOCAL)
		return DYNPTR_LOCAL;
	return arg_type & DYNPTR_TYPE_RINGBUF ? DYNPTR_RINGBUF : DYNPTR_NONE;
}

/* Number of the slot at the pointer's fixed offset, as the kernel divides. */
static s32 slot_number(const struct reg *reg)
{
	return (-reg->off - 1) / (s32)SLOT_SIZE;
}

bool dynptr_has_slots(const struct env *env, const struct reg *reg)
{
	s32 first = slot_number(reg);

	return first - 1 >= 0 && first < (s32)frame_of(env, reg)->nslots;
}

static struct slot *first_slot(const struct env *env, const struct reg *reg)
{
	return &frame_of(env, reg)->slot[slot_number(reg)];
}

static bool byte_is_dynptr(const struct slot *first, u32 i)
{
	return first[0].type[i] == STACK_DYNPTR && first[-1].type[i] == STACK_DYNPTR;
}

bool dynptr_may_be_made(const struct env *env, const struct reg *reg)
{
	const struct slot *first;

	if (!dynptr_has_slots(env, reg))
		return true;
	first = first_slot(env, reg);
	for (u32 i = 0; i < SLOT_SIZE; i++)
		if (first[0].type[i] == STACK_DYNPTR || first[-1].type[i] == STACK_DYNPTR)
			return false;
	return true;
}

bool dynptr_is_made(const struct env *env, const struct reg *reg)
{
	const struct slot *first;

	if (!dynptr_has_slots(env, reg))
		return false;
	first = first_slot(env, reg);
	if (!first->spilled.first_slot)
		return false;
	for (u32 i = 0; i < SLOT_SIZE; i++)
		if (!byte_is_dynptr(first, i))
			return false;
	return true;
}

bool dynptr_has_type(const struct env *env, const struct reg *reg, u32 arg_type)
{
	return arg_type == ARG_PTR_TO_DYNPTR ||
	       first_slot(env, reg)->spilled.dynptr_type == wanted_type(arg_type);
}

u32 dynptr_id(const struct env *env, const struct reg *reg)
{
	return first_slot(env, reg)->spilled.id;
}

static void set_slots(struct slot *first, u8 type)
{
	memset(first[0].type, type, SLOT_SIZE);
	memset(first[-1].type, type, SLOT_SIZE);
}

int dynptr_make(struct env *env, const struct reg *reg, u32 arg_type)
{
	enum dynptr_type type = wanted_type(arg_type);
	struct slot *first;
	int id;

	if (!dynptr_has_slots(env, reg))
		return sim_fail(&env->sim->why, -EINVAL, "a dynptr needs 16 bytes of stack, fp%d has less",
				reg->off);
	first = first_slot(env, reg);
	set_slots(first, STACK_DYNPTR);
	first[0].spilled.first_slot = true;
	first[0].spilled.dynptr_type = first[-1].spilled.dynptr_type = type;
	if (type != DYNPTR_RINGBUF)
		return 0;
	id = acquire_reference(env, env->w->insn);
	if (id < 0)
		return id;
	first[0].spilled.id = first[-1].spilled.id = id;
	return 0;
}

int dynptr_unmake(struct env *env, const struct reg *reg)
{
	struct slot *first;

	if (!dynptr_has_slots(env, reg))
		return sim_fail(&env->sim->why, -EINVAL, "there is no dynptr at fp%d", reg->off);
	first = first_slot(env, reg);
	set_slots(first, STACK_INVALID);
	if (first[0].spilled.dynptr_type == DYNPTR_RINGBUF) {
		release_reference(env, first[0].spilled.id);
		first[0].spilled.id = first[-1].spilled.id = 0;
	}
	first[0].spilled.first_slot = false;
	first[0].spilled.dynptr_type = first[-1].spilled.dynptr_type = DYNPTR_NONE;
	return 0;
}
