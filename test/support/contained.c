/* What the walk knew against what happens: see contained.h. */
#include <stdio.h>
#include <stdlib.h>

#include "contained.h"
#include "sim/vm/internal.h"

#define MOST 6000          /* states noted of one walk */
#define INSNS 4096
#define SLOTS (VM_FRAME_SIZE / SLOT_SIZE)
#define NEVER_EQUAL UINT32_MAX /* a lock that no state holds */

struct note {
	u32 next;          /* index + 1 of another one of this insn */
	u32 curframe;
	u32 nslots;
	struct reg reg[BPF_REG_10];
	struct slot *slot;
};

struct notes {
	u32 count;
	u32 first[INSNS];  /* by insn: index + 1 */
	struct note note[MOST];
};

struct notes *notes_new(void)
{
	return calloc(1, sizeof(struct notes));
}

void notes_clear(struct notes *notes)
{
	for (u32 i = 0; i < notes->count; i++)
		free(notes->note[i].slot);
	notes->count = 0;
	memset(notes->first, 0, sizeof(notes->first));
}

void notes_free(struct notes *notes)
{
	notes_clear(notes);
	free(notes);
}

/* Kept states hold @lock: NEVER_EQUAL, or none as they should. New ones come first in their lists. */
static void set_locks(struct walk *walk, u32 ninsns, u32 lock)
{
	for (u32 i = 0; i < ninsns; i++)
		for (struct explored *e = walk->explored[i]; e && e->state.active_spin_lock != lock; e = e->next)
			e->state.active_spin_lock = lock;
}

void notes_prune_nothing(struct walk *walk, u32 ninsns)
{
	set_locks(walk, ninsns, NEVER_EQUAL);
}

bool notes_have(const struct notes *notes, u32 insn, u32 regno, u32 type)
{
	for (u32 i = insn < INSNS ? notes->first[insn] : 0; i; i = notes->note[i - 1].next)
		if (regno < BPF_REG_10 && base_type(notes->note[i - 1].reg[regno].type) == type)
			return true;
	return false;
}

bool notes_add(struct notes *notes, struct walk *walk, u32 ninsns)
{
	struct note *note = &notes->note[notes->count];
	const struct frame *frame;

	if (!walk->cur || walk->cur->speculative || walk->insn >= ninsns || ninsns > INSNS)
		return ninsns <= INSNS;
	set_locks(walk, ninsns, notes->count == MOST ? 0 : NEVER_EQUAL);
	if (notes->count == MOST)
		return false;
	frame = walk->cur->frame[walk->cur->curframe];
	memcpy(note->reg, frame->reg, sizeof(note->reg));
	note->curframe = walk->cur->curframe;
	note->nslots = frame->nslots;
	note->slot = malloc(frame->nslots * sizeof(struct slot) + 1);
	if (frame->nslots)
		memcpy(note->slot, frame->slot, frame->nslots * sizeof(struct slot));
	note->next = notes->first[walk->insn];
	notes->first[walk->insn] = ++notes->count;
	return true;
}

/* --- is a value inside of what is known? --- */

static bool has_bits(struct tnum known, u64 value)
{
	return !((value ^ known.value) & ~known.mask);
}

static bool inside(const struct reg *reg, u64 value)
{
	u32 low = value;

	return has_bits(reg->var_off, value) && value >= reg->r64.umin && value <= reg->r64.umax &&
	       (s64)value >= reg->r64.smin && (s64)value <= reg->r64.smax && low >= (u32)reg->r32.umin &&
	       low <= (u32)reg->r32.umax && (s32)low >= (s32)reg->r32.smin && (s32)low <= (s32)reg->r32.smax;
}

/* The offset of a pointer, when its base is known to be @base. */
static bool offset_inside(const struct reg *reg, u64 base, u64 value)
{
	u64 offset = value - base - reg->off;

	return has_bits(reg->var_off, offset) && offset >= reg->r64.umin && offset <= reg->r64.umax &&
	       (s64)offset >= reg->r64.smin && (s64)offset <= reg->r64.smax;
}

static bool reg_holds(const struct note *note, const struct reg *reg, const struct vm *vm, u64 value)
{
	switch (reg->type) {
	case SCALAR_VALUE:
		return inside(reg, value);
	case PTR_TO_STACK:
		if (note->curframe > vm->frame || reg->frameno > note->curframe)
			return false;
		return offset_inside(reg, vm_frame_top(vm, vm->frame - note->curframe + reg->frameno), value);
	case PTR_TO_CTX:
		return offset_inside(reg, vm->ctx, value);
	case PTR_TO_PACKET:
		return reg->id || offset_inside(reg, vm->packet, value);
	case PTR_TO_PACKET_END:
		return value == vm->packet_end;
	case PTR_TO_MAP_VALUE: /* the pointer may have been moved in front of its value */
		return (__int128)value - reg->off - reg->r64.smin >= ARENA_BASE;
	case CONST_PTR_TO_MAP:
		return value >= ARENA_BASE;
	default:
		return true;
	}
}

static bool slot_holds(const struct note *note, u32 index, const struct vm *vm)
{
	const struct slot *slot = &note->slot[index];
	u64 top = vm_frame_top(vm, vm->frame) - index * SLOT_SIZE, value;

	if (slot->type[0] == STACK_SPILL) {
		memcpy(&value, (const void *)(top - SLOT_SIZE), sizeof(value));
		return reg_holds(note, &slot->spilled, vm, value);
	}
	for (u32 i = 0; i < SLOT_SIZE; i++)
		if (slot->type[i] == STACK_ZERO && *(const u8 *)(top - 1 - i))
			return false;
	return true;
}

/* What does not fit: a register (0 to 9), 100 + a slot, or -1. */
static int misfit(const struct note *note, const struct vm *vm)
{
	for (u32 i = 0; i < BPF_REG_10; i++)
		if (!reg_holds(note, &note->reg[i], vm, vm->reg[i]))
			return i;
	for (u32 i = 0; i < note->nslots; i++)
		if (!slot_holds(note, i, vm))
			return 100 + i;
	return -1;
}

bool notes_hold(const struct notes *notes, const struct vm *vm, struct why *why)
{
	int which = -2;

	for (u32 i = vm->pc < INSNS ? notes->first[vm->pc] : 0; i; i = notes->note[i - 1].next) {
		which = misfit(&notes->note[i - 1], vm);
		if (which == -1)
			return true;
	}
	if (which == -2)
		return sim_fail(why, false, "insn %u is reached, which the walk never was at", vm->pc);
	if (which >= 100)
		return sim_fail(why, false, "insn %u: slot fp-%d is not as known", vm->pc, (which - 100 + 1) * 8);
	return sim_fail(why, false, "insn %u: r%d is 0x%llx, outside of what is known", vm->pc, which,
			(unsigned long long)vm->reg[which]);
}
