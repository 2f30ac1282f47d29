/*
 * Memory of known size, buffers, and pointers that must not have been moved (check_mem_region_access,
 * check_buffer_access, check_ptr_off_reg of kernel/bpf/verifier.c).
 */
#include "access.h"

/* --- bounds --- */

static int say_outside(struct env *env, u32 regno, s32 off, u32 size, u32 mem_size)
{
	const struct reg *reg = &cur_regs(env)[regno];

	switch (reg->type) {
	case PTR_TO_MAP_KEY:
		return reject_reg(env, regno, KEY_BOUNDS, mem_size, off, (s32)size);
	case PTR_TO_MAP_VALUE:
		return reject_reg(env, regno, VALUE_BOUNDS, mem_size, off, (s32)size);
	case PTR_TO_PACKET:
	case PTR_TO_PACKET_META:
	case PTR_TO_PACKET_END:
		return reject_reg(env, regno, PACKET_BOUNDS, off, (s32)size, regno, reg->id, off, mem_size);
	}
	return reject_reg(env, regno, MEM_BOUNDS, mem_size, off, (s32)size);
}

int check_region(struct env *env, u32 regno, s64 off, u32 size, u32 mem_size, bool zero_size_ok)
{
	s32 at = (s32)off;

	if (at >= 0 && (size || zero_size_ok) && (u64)at + size <= mem_size)
		return 0;
	return say_outside(env, regno, at, size, mem_size);
}

int check_mem_region(struct env *env, u32 regno, s32 off, u32 size, u32 mem_size, bool zero_size_ok)
{
	const struct reg *reg = &cur_regs(env)[regno];
	s64 least = reg->r64.smin;
	u64 most = reg->r64.umax;

	if (least < 0 && (least == INT64_MIN || off + least != (s32)(off + least) || off + least < 0))
		return reject_reg(env, regno, NEGATIVE_OFFSET, regno);
	if (check_region(env, regno, off + least, size, mem_size, zero_size_ok))
		return reject_reg(env, regno, MIN_OUTSIDE, regno);
	if (most >= MAX_OFFSET)
		return reject_reg(env, regno, UNBOUNDED_OFFSET, regno);
	if (check_region(env, regno, off + (s64)most, size, mem_size, zero_size_ok))
		return reject_reg(env, regno, MAX_OUTSIDE, regno);
	return 0;
}

static bool is_moved(const struct reg *reg)
{
	return !tnum_equals_const(reg->var_off, 0);
}

int check_unmoved(struct env *env, const struct reg *reg, u32 regno, bool fixed_ok)
{
	char name[64], var[48];

	if (reg->off < 0)
		return reject_reg(env, regno, NEGATIVE_POINTER, reg_type_text(reg->type, name), regno,
				  reg->off);
	if (!fixed_ok && reg->off)
		return reject_reg(env, regno, MODIFIED_POINTER, reg_type_text(reg->type, name), regno,
				  reg->off);
	if (is_moved(reg))
		return reject_reg(env, regno, VARIABLE_POINTER, reg_type_text(reg->type, name),
				  tnum_text(reg->var_off, var));
	return 0;
}

static bool is_read_only(const struct reg *reg)
{
	return reg->type & MEM_RDONLY;
}

static int refuse_write(struct env *env, u32 regno)
{
	char name[64];

	return reject_reg(env, regno, READ_ONLY_MEMORY, regno,
			  reg_type_text(cur_regs(env)[regno].type, name));
}

/* --- memory of known size --- */

int access_mem(struct env *env, const struct access *a)
{
	const struct reg *reg = &cur_regs(env)[a->regno];
	int err;

	if (a->kind == ACCESS_WRITE && is_read_only(reg))
		return refuse_write(env, a->regno);
	if (stores_pointer(env, a))
		return reject_reg(env, a->value_regno, LEAK_INTO_MEM, a->value_regno);
	err = check_mem_region(env, a->regno, a->off, a->size, reg->mem_size, false);
	if (!err)
		mark_loaded(env, a);
	return err;
}

/* --- buffers: whoever fills them looks at how much the program wants --- */

static int check_beginning(struct env *env, const char *name, u32 regno, s32 off, u32 size)
{
	const struct reg *reg = &cur_regs(env)[regno];
	char var[48];

	if (off < 0)
		return reject_reg(env, regno, BUFFER_BOUNDS, regno, name, off, (s32)size);
	if (is_moved(reg))
		return reject_reg(env, regno, BUFFER_VARIABLE, regno, off, tnum_text(reg->var_off, var));
	return 0;
}

int check_buffer(struct env *env, u32 regno, s32 off, u32 size)
{
	bool fixed = is_read_only(&cur_regs(env)[regno]);
	struct prog *prog = env->v->prog;
	u32 *most = fixed ? &prog->max_rdonly_access : &prog->max_rdwr_access;
	int err = check_beginning(env, fixed ? "rdonly" : "rdwr", regno, off, size);

	if (!err)
		*most = max_s64(*most, (s64)off + size);
	return err;
}

int access_buf(struct env *env, const struct access *a)
{
	int err;

	if (a->kind == ACCESS_WRITE && is_read_only(&cur_regs(env)[a->regno]))
		return refuse_write(env, a->regno);
	err = check_buffer(env, a->regno, a->off, a->size);
	if (!err)
		mark_loaded(env, a);
	return err;
}

int access_tp_buffer(struct env *env, const struct access *a)
{
	int err = check_beginning(env, "tracepoint", a->regno, a->off, a->size);

	if (!err)
		mark_loaded(env, a);
	return err;
}

/* --- what a flow dissector fills in --- */

int access_flow_keys(struct env *env, const struct access *a)
{
	if (stores_pointer(env, a))
		return reject_reg(env, a->value_regno, LEAK_INTO_FLOW_KEYS, a->value_regno);
	if (a->off < 0 || (u64)a->off + a->size > sizeof(struct bpf_flow_keys))
		return reject_reg(env, a->regno, FLOW_KEYS_BOUNDS, a->off, (s32)a->size);
	mark_loaded(env, a);
	return 0;
}
