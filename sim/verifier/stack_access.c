/*
 * Is it on the stack, and was it written? (check_stack_access_within_bounds, check_stack_range_initialized of
 * kernel/bpf/verifier.c). What is stored there and what a load gets: stack.c.
 */
#include "access.h"
#include "stack.h"

/* --- bounds --- */

static const char *access_text(enum access_by by, enum access_kind kind)
{
	if (by == ACCESS_BY_HELPER)
		return " indirect access to";
	return kind == ACCESS_READ ? " read from" : " write to";
}

static int outside(struct env *env, u32 regno, s32 off, s32 size, const char *what, int err)
{
	const struct reg *reg = &cur_regs(env)[regno];
	char var[48];

	if (tnum_is_const(reg->var_off))
		reject_reg(env, regno, STACK_BOUNDS, what, regno, off, size);
	else
		reject_reg(env, regno, STACK_VARIABLE_BOUNDS, what, regno, tnum_text(reg->var_off, var),
			   size);
	return err;
}

/* Of what was never written nothing can be read, so a load cannot go below it. */
static s64 lowest(const struct env *env, const struct frame *frame, enum access_kind kind)
{
	if (kind == ACCESS_WRITE || env->w->may.allow_uninit_stack)
		return -MAX_STACK;
	return -(s64)(frame->nslots * SLOT_SIZE);
}

static int make_room(struct env *env, struct frame *frame, s64 min)
{
	u32 *depth = &env->v->subprog[frame->subprog].stack_depth;
	u32 bytes = (u32)round_up_u64(-min, SLOT_SIZE);

	if (min >= 0 || frame->nslots * SLOT_SIZE >= bytes)
		return 0;
	if (!stack_reserve(env, frame, (s32)min))
		return -ENOMEM;
	if (*depth < bytes)
		*depth = bytes;
	return 0;
}

/* Bytes from fp + @off lie on the stack; makes room for them. 0 or -errno. */
static int check_bounds(struct env *env, u32 regno, s32 off, s32 size, enum access_by by,
			enum access_kind kind)
{
	const struct reg *reg = &cur_regs(env)[regno];
	const char *what = access_text(by, kind);
	struct frame *frame = frame_of(env, reg);
	bool fixed = tnum_is_const(reg->var_off);
	s64 min, max;

	if (!fixed && (reg->r64.smax >= MAX_OFFSET || reg->r64.smin <= -MAX_OFFSET))
		return reject_reg(env, regno, STACK_UNBOUNDED, what, regno);
	min = (fixed ? (s64)reg->var_off.value : reg->r64.smin) + off;
	max = (fixed ? (s64)reg->var_off.value : reg->r64.smax) + off + size;
	if (min < lowest(env, frame, kind) || min > -1)
		return outside(env, regno, off, size, what, -EACCES);
	if (max > 0)
		return outside(env, regno, off, size, what, -EINVAL);
	if (size < 0)
		return outside(env, regno, off, size, what, -EFAULT);
	return make_room(env, frame, min);
}

int access_stack(struct env *env, const struct access *a)
{
	int err = check_bounds(env, a->regno, a->off, (s32)a->size, ACCESS_DIRECT, a->kind);

	if (err)
		return err;
	if (a->kind == ACCESS_READ)
		return stack_read(env, a->regno, a->off, a->size, a->value_regno);
	return stack_write(env, a->regno, a->off, a->size, a->value_regno);
}

/* --- initialised? --- */

/* A byte that a helper reads may be written by it as well: what was known of it is forgotten. */
static void clobber(struct env *env, struct slot *slot, u8 *byte)
{
	if (*byte == STACK_ZERO || (*byte == STACK_INVALID && env->w->may.allow_uninit_stack)) {
		*byte = STACK_MISC;
		return;
	}
	forget_value(env, &slot->spilled);
	for (u32 i = 0; i < SLOT_SIZE; i++)
		if (slot->type[i] != STACK_INVALID)
			slot->type[i] = STACK_MISC;
}

static bool is_readable(const struct env *env, const struct slot *slot, u8 byte)
{
	if (byte == STACK_MISC || byte == STACK_ZERO ||
	    (byte == STACK_INVALID && env->w->may.allow_uninit_stack))
		return true;
	return slot_is_spilled(slot) && (slot->spilled.type == SCALAR_VALUE || env->w->may.allow_ptr_leaks);
}

static int not_initialized(struct env *env, u32 regno, s32 min, s32 at, u32 size, const char *how)
{
	const struct reg *reg = &cur_regs(env)[regno];
	char var[48];

	if (tnum_is_const(reg->var_off))
		return reject_reg(env, regno, STACK_UNINIT, how, regno, min, at - min, (s32)size);
	return reject_reg(env, regno, STACK_VARIABLE_UNINIT, how, regno, tnum_text(reg->var_off, var),
			  at - min, (s32)size);
}

static int check_bytes(struct env *env, u32 regno, s32 min, s32 max, u32 size, enum access_by by)
{
	struct frame *frame = frame_of(env, &cur_regs(env)[regno]);

	for (s32 at = min; at < max; at++) {
		struct slot *slot = &frame->slot[slot_index(at)];
		u8 *byte = slot_byte(frame, at);

		if (!is_readable(env, slot, *byte))
			return not_initialized(env, regno, min, at, size,
					       by == ACCESS_BY_HELPER ? " indirect" : "");
		if (by == ACCESS_BY_HELPER && *byte != STACK_MISC)
			clobber(env, slot, byte);
		mark_read(env, &slot->spilled, slot->spilled.parent, LIVE_READ64);
	}
	return 0;
}

int check_stack_initialized(struct env *env, u32 regno, s32 off, u32 size, bool zero_size_ok,
			    enum access_by by, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[regno];
	bool fixed = tnum_is_const(reg->var_off);
	const char *how = by == ACCESS_BY_HELPER ? " indirect" : "";
	char var[48];
	int err;

	if (!size && !zero_size_ok)
		return reject_reg(env, regno, ZERO_SIZED_READ);
	/* Whether a helper reads or writes is told apart below, by its raw mode. */
	err = check_bounds(env, regno, off, (s32)size, by,
			   by == ACCESS_BY_HELPER ? ACCESS_WRITE : ACCESS_READ);
	if (err)
		return err;
	if (!fixed && !env->w->may.bypass_spec_v1)
		return reject_reg(env, regno, STACK_VARIABLE_UNPRIV, regno, how,
				  tnum_text(reg->var_off, var));
	if (fixed && meta && meta->raw_mode) {
		meta->access_size = (s32)size;
		meta->regno = (s32)regno;
		return 0;
	}
	if (fixed)
		return check_bytes(env, regno, (s32)reg->var_off.value + off,
				   (s32)reg->var_off.value + off + (s32)size, size, by);
	return check_bytes(env, regno, (s32)reg->r64.smin + off, (s32)reg->r64.smax + off + (s32)size, size,
			   by);
}
