/* The stack: see stack.h. Mirrors check_stack_write_* and check_stack_read_* of kernel/bpf/verifier.c. */
#include "mem_check.h"
#include "spec.h"
#include "stack.h"

struct frame *frame_of(const struct env *env, const struct reg *reg)
{
	return env->w->cur->frame[reg->frameno];
}

bool stack_reserve(struct env *env, struct frame *frame, s32 off)
{
	return frame_grow(env->sim, frame, slot_index(off) + 1);
}

static bool is_spillable(u32 type)
{
	switch (base_type(type)) {
	case NOT_INIT:
	case SCALAR_VALUE:
	case PTR_TO_TP_BUFFER:
	case PTR_TO_DYNPTR:
		return false;
	}
	return true;
}

static bool is_bounded_scalar(const struct reg *reg)
{
	struct range r64 = range_full(64), r32 = range_full(32);
	bool unbounded = tnum_is_unknown(reg->var_off) && !memcmp(&reg->r64, &r64, sizeof(r64)) &&
			 !memcmp(&reg->r32, &r32, sizeof(r32));

	return reg->type == SCALAR_VALUE && !unbounded;
}

/* --- writing at a known place --- */

/* Bytes of what was a spilled register are only some bytes now. */
static void scrub(u8 *type)
{
	if (*type != STACK_INVALID)
		*type = STACK_MISC;
}

static void spill(struct slot *slot, const struct reg *reg, u32 size)
{
	copy_reg(&slot->spilled, reg);
	if (size == SLOT_SIZE)
		slot->spilled.live |= LIVE_WRITTEN;
	for (u32 i = 0; i < SLOT_SIZE; i++) {
		if (i >= SLOT_SIZE - size)
			slot->type[i] = STACK_SPILL;
		else
			scrub(&slot->type[i]);
	}
}

/* Spilling a number keeps what is known of it. */
static int spill_scalar(struct env *env, const struct bpf_insn *insn, struct slot *slot, u32 regno, u32 size)
{
	const struct reg *reg = &cur_regs(env)[regno];
	int err;

	if (insn->dst_reg != BPF_REG_10) {
		err = mark_precise(env, regno); /* going back, only r10-based stores are recognised */
		if (err)
			return err;
	}
	spill(slot, reg, size);
	if (size < 8 && reg->r64.umax >> (size * 8))
		slot->spilled.id = 0; /* only part of the value is there */
	return 0;
}

static int spill_pointer(struct env *env, struct frame *frame, struct slot *slot, const struct reg *reg, u32 size)
{
	if (size != SLOT_SIZE) {
		say_line(env, env->w->insn, "; ");
		return reject(env, SPILL_SIZE);
	}
	if (frame != cur_frame(env) && reg->type == PTR_TO_STACK)
		return reject(env, SPILL_TO_CALLER);
	spill(slot, reg, size);
	return 0;
}

/* Plain bytes: what was spilled there is gone. */
static int write_bytes(struct env *env, const struct bpf_insn *insn, struct frame *frame, s32 off, u32 size, int regno)
{
	struct slot *slot = &frame->slot[slot_index(off)];
	bool constant = regno < 0 && BPF_CLASS(insn->code) == BPF_ST && BPF_MODE(insn->code) == BPF_MEM;
	bool zero = regno >= 0 ? reg_is_null(&cur_regs(env)[regno]) : constant && !insn->imm;
	int err = 0;

	slot->spilled.type = NOT_INIT;
	if (slot_is_spilled(slot))
		for (u32 i = 0; i < SLOT_SIZE; i++)
			scrub(&slot->type[i]);
	if (size == SLOT_SIZE)
		slot->spilled.live |= LIVE_WRITTEN;
	if (zero && regno >= 0)
		err = mark_precise(env, regno);
	if (err)
		return err;
	for (u32 i = 0; i < size; i++)
		*slot_byte(frame, off + (s32)i) = zero ? STACK_ZERO : STACK_MISC;
	return 0;
}

/* Could a later load overtake this store and see a pointer that was there before (Spectre v4)? */
static void note_speculative_store(struct env *env, struct frame *frame, s32 off, u32 size, const struct reg *reg)
{
	bool sanitize = reg && is_spillable(reg->type);

	for (u32 i = 0; i < size; i++) {
		u8 type = *slot_byte(frame, off + (s32)i);

		sanitize |= type != STACK_MISC && type != STACK_ZERO;
	}
	if (sanitize && !env->w->may.bypass_spec_v4)
		cur_aux(env)->sanitize_stack_spill = true;
}

static int write_fixed(struct env *env, struct frame *frame, s32 off, u32 size, int regno)
{
	const struct bpf_insn *insn = &env->insns[env->w->insn];
	const struct reg *reg = regno >= 0 ? &cur_regs(env)[regno] : NULL;
	bool keeps = !(off % (s32)SLOT_SIZE) && env->w->may.bpf_capable;
	struct slot *slot;
	struct reg constant = {0};

	if (!stack_reserve(env, frame, off))
		return -ENOMEM;
	slot = &frame->slot[slot_index(off)];
	if (!env->w->may.allow_ptr_leaks && slot_is_spilled(slot) && size != SLOT_SIZE)
		return reject(env, CORRUPT_SPILL);
	note_speculative_store(env, frame, off, size, reg);
	scratch_slot(env, slot_index(off));
	if (reg && keeps && is_bounded_scalar(reg) && !reg_is_null(reg))
		return spill_scalar(env, insn, slot, regno, size);
	if (!reg && keeps && BPF_CLASS(insn->code) == BPF_ST && BPF_MODE(insn->code) == BPF_MEM && insn->imm) {
		reg_set_const(&constant, insn->imm);
		spill(slot, &constant, size);
		return 0;
	}
	if (reg && is_spillable(reg->type))
		return spill_pointer(env, frame, slot, reg, size);
	return write_bytes(env, insn, frame, off, size, regno);
}

/* --- writing somewhere in a range --- */

static int write_variable(struct env *env, struct frame *frame, const struct reg *ptr, s32 off, u32 size, int regno)
{
	s32 min = ptr->r64.smin + off, max = ptr->r64.smax + off + size;
	bool zero = regno >= 0 && reg_is_null(&cur_regs(env)[regno]);
	bool zero_used = false;

	if (!stack_reserve(env, frame, min))
		return -ENOMEM;
	for (s32 at = min; at < max; at++) {
		u8 *type = slot_byte(frame, at);

		scratch_slot(env, slot_index(at));
		if (!env->w->may.allow_ptr_leaks && *type != STACK_MISC && *type != STACK_ZERO)
			return reject(env, VAR_WRITE_SPILLED, env->w->insn, at);
		frame->slot[slot_index(at)].spilled.type = NOT_INIT;
		if (*type == STACK_INVALID && !env->w->may.allow_uninit_stack)
			return reject(env, VAR_WRITE_UNINIT, env->w->insn, at);
		zero_used |= zero && *type == STACK_ZERO;
		*type = zero && *type == STACK_ZERO ? STACK_ZERO : STACK_MISC;
	}
	return zero_used ? mark_precise(env, regno) : 0;
}

int stack_write(struct env *env, u32 ptr_regno, s32 off, u32 size, int value_regno)
{
	const struct reg *ptr = &cur_regs(env)[ptr_regno];
	struct frame *frame = frame_of(env, ptr);

	if (tnum_is_const(ptr->var_off))
		return write_fixed(env, frame, off + (s32)ptr->var_off.value, size, value_regno);
	return write_variable(env, frame, ptr, off, size, value_regno);
}

/* --- reading --- */

/* The bytes [min, max) go to a register: zero if all of them are, else a number. */
static void load_bytes(struct env *env, struct frame *frame, s32 min, s32 max, u32 dst_regno)
{
	struct reg *dst = &cur_regs(env)[dst_regno];
	bool zero = true;

	for (s32 at = min; at < max && zero; at++)
		zero = *slot_byte(frame, at) == STACK_ZERO;
	if (zero) {
		reg_set_const(dst, 0);
		dst->precise = true; /* going back need not look behind a zero */
	} else {
		forget_value(env, dst);
	}
	dst->live |= LIVE_WRITTEN;
}

static int check_bytes(struct env *env, struct frame *frame, s32 off, u32 size, u8 also)
{
	for (u32 i = 0; i < size; i++) {
		u8 type = *slot_byte(frame, off + (s32)i);

		if (type != STACK_MISC && type != also && !(type == STACK_INVALID && env->w->may.allow_uninit_stack))
			return reject(env, READ_UNINIT_STACK, off, i, size);
	}
	return 0;
}

static u32 spilled_size(const struct slot *slot)
{
	u32 size = 0;

	while (size < SLOT_SIZE && slot->type[SLOT_SIZE - 1 - size] == STACK_SPILL)
		size++;
	return size;
}

/* Keeps how the register is used; takes over what is known. */
static void fill(struct reg *dst, const struct reg *spilled)
{
	copy_reg(dst, spilled);
	dst->live |= LIVE_WRITTEN;
}

/* Part of a spilled number. */
static int read_part(struct env *env, struct frame *frame, struct slot *slot, s32 off, u32 size, int dst_regno)
{
	struct reg *dst;
	s32 subreg_def;
	int err = 0;

	if (slot->spilled.type != SCALAR_VALUE) {
		say_line(env, env->w->insn, "; ");
		return reject(env, FILL_SIZE);
	}
	mark_read(env, &slot->spilled, slot->spilled.parent, LIVE_READ64);
	if (dst_regno < 0)
		return 0;
	dst = &cur_regs(env)[dst_regno];
	subreg_def = dst->subreg_def;
	if (!(off % (s32)SLOT_SIZE) && size == spilled_size(slot)) {
		fill(dst, &slot->spilled);
		dst->subreg_def = subreg_def;
		return 0;
	}
	err = check_bytes(env, frame, off, size, STACK_SPILL);
	if (err)
		return err;
	forget_value(env, dst);
	dst->live |= LIVE_WRITTEN;
	return 0;
}

static int read_spilled(struct env *env, struct frame *frame, struct slot *slot, s32 off, u32 size, int dst_regno)
{
	if (size != SLOT_SIZE || spilled_size(slot) != SLOT_SIZE)
		return read_part(env, frame, slot, off, size, dst_regno);
	if (dst_regno >= 0)
		fill(&cur_regs(env)[dst_regno], &slot->spilled);
	else if (is_secret(env, &slot->spilled))
		return reject(env, LEAK_FROM_STACK, off);
	return mark_read(env, &slot->spilled, slot->spilled.parent, LIVE_READ64);
}

static int read_fixed(struct env *env, struct frame *frame, s32 off, u32 size, int dst_regno)
{
	struct slot *slot;
	int err;

	if (!stack_reserve(env, frame, off))
		return -ENOMEM;
	slot = &frame->slot[slot_index(off)];
	if (slot_is_spilled(slot))
		return read_spilled(env, frame, slot, off, size, dst_regno);
	err = check_bytes(env, frame, off, size, STACK_ZERO);
	if (err)
		return err;
	mark_read(env, &slot->spilled, slot->spilled.parent, LIVE_READ64);
	if (dst_regno >= 0)
		load_bytes(env, frame, off, off + (s32)size, dst_regno);
	return 0;
}

int stack_read(struct env *env, u32 ptr_regno, s32 off, u32 size, int dst_regno)
{
	const struct reg *ptr = &cur_regs(env)[ptr_regno];
	struct frame *frame = frame_of(env, ptr);
	char tnum[64];
	struct text text;
	s32 min, max;
	int err;

	if (tnum_is_const(ptr->var_off))
		return read_fixed(env, frame, off + (s32)ptr->var_off.value, size, dst_regno);
	if (dst_regno < 0) {
		text_init(&text, tnum, sizeof(tnum));
		tnum_format(ptr->var_off, &text);
		return reject_reg(env, ptr_regno, VAR_STACK_TO_HELPER, tnum, off, size);
	}
	min = ptr->r64.smin + off;
	max = ptr->r64.smax + off;
	err = check_stack_initialized(env, ptr_regno, off, size, false, ACCESS_DIRECT, NULL);
	if (!err)
		load_bytes(env, frame, min, max + (s32)size, dst_regno);
	return err;
}
