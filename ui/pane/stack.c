/* The stack of the program that runs: eight bytes a line, from the frame pointer down. */
#include <stdio.h>

#include "pane.h"

/* The byte at the frame pointer; *slots: how many lie below it. */
static const u8 *frame_end(const struct vm *vm, u32 *slots)
{
	u64 fp = vm_frame_fp(vm, vm->frame, slots);

	*slots /= 8;
	return (const u8 *)fp;
}

static bool untouched(const u8 *bytes)
{
	for (u32 i = 0; i < 8; i++)
		if (bytes[i] != VM_STACK_FILL)
			return false;
	return true;
}

static void one_slot(const struct view *v, struct sheet *s, const u8 *bytes, u32 slot, bool compare)
{
	const u8 *was = v->d->last.before.stack + VM_FRAME_SIZE - (slot + 1) * 8;
	bool changed = compare && memcmp(was, bytes, 8) != 0;
	char line[128];
	struct text text;
	u64 value;

	sheet_line(s, slot);
	sheet_add(s, ROLE_PLAIN, "fp-%u", (slot + 1) * 8);
	sheet_to(s, 7);
	for (u32 i = 0; i < 8; i++) {
		char hex[4];

		snprintf(hex, sizeof(hex), "%02x", bytes[i]);
		sheet_add(s,
			  compare && was[i] != bytes[i] ? ROLE_CHANGED
			  : bytes[i] == VM_STACK_FILL   ? ROLE_QUIET
							: ROLE_PLAIN,
			  "%s%s", bytes[i] == VM_STACK_FILL && !changed ? "··" : hex, i == 3 ? " " : "");
	}
	memcpy(&value, bytes, 8);
	sheet_add(s, ROLE_CHANGED, "%s", changed ? " *" : "");
	if (value >= ARENA_BASE && value < ARENA_BASE + ARENA_SIZE) {
		text_init(&text, line, sizeof(line));
		view_value(v, value, &text);
		sheet_add(s, ROLE_POINTER, " %s", line);
	}
}

static void draw(const struct view *v, struct sheet *s)
{
	const struct vm *vm = debug_sim(v->d)->vm;
	const struct picture *was = &v->d->last.before;
	bool compare = v->d->last.insn.prog && was->running && was->frame == vm->frame;
	u32 shown = 0, slots;
	const u8 *end;

	if (vm->state == VM_IDLE) {
		sheet_nothing(s, "No program runs now.");
		return;
	}
	end = frame_end(vm, &slots);
	for (u32 slot = 0; slot < slots; slot++) {
		const u8 *bytes = end - (slot + 1) * 8;

		if (untouched(bytes) && (slot || !compare))
			continue;
		if (!untouched(bytes) || shown++)
			one_slot(v, s, bytes, slot, compare);
	}
	if (!s->lines)
		sheet_nothing(s, slots ? "Nothing has been written to it yet."
				       : "This function uses no stack.");
}

static bool changed(const struct view *v)
{
	const struct vm *vm = debug_sim(v->d)->vm;
	const struct picture *was = &v->d->last.before;
	const u8 *end;
	u32 slots;

	if (!v->d->last.insn.prog || vm->state != VM_RUNNING || was->frame != vm->frame)
		return false;
	end = frame_end(vm, &slots);
	return memcmp(was->stack + VM_FRAME_SIZE - slots * 8, end - slots * 8, slots * 8) != 0;
}

const struct pane pane_stack = {
	.name = "stack",
	.title = "stack",
	.help = "What the function uses of the 512 bytes below r10, lowest address of a line first: the line "
		"fp-8 holds fp-8 to fp-1. "
		"·· was never "
		"written. * changed by the last step.",
	.draw = draw,
	.changed = changed,
};
