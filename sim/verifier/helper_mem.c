/* Memory that is handed to helpers and functions (check_helper_mem_access and its kin in kernel/bpf/verifier.c). */
#include "access.h"

/* Their context has the same form in the kernel as for programs; it may be handed on as plain memory. */
static bool has_plain_context(u32 type)
{
	switch (type) {
	case BPF_PROG_TYPE_KPROBE:
	case BPF_PROG_TYPE_TRACEPOINT:
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
	case BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE:
	case BPF_PROG_TYPE_TRACING:
	case BPF_PROG_TYPE_LSM:
	case BPF_PROG_TYPE_STRUCT_OPS:
	case BPF_PROG_TYPE_SYSCALL:
		return true;
	}
	return false;
}

static int wrong_type(struct env *env, u32 regno, u32 size, bool zero_size_ok)
{
	const struct reg *reg = &cur_regs(env)[regno];
	char name[64], wanted[64];

	if (zero_size_ok && !size && reg_is_null(reg))
		return 0;
	return reject_reg(env, regno, ARG_TYPE, regno, reg_type_text(reg->type, name), reg_type_text(PTR_TO_STACK, wanted));
}

static int check_context(struct env *env, u32 regno, u32 size, enum access_kind kind, bool zero_size_ok)
{
	if (!has_plain_context(resolved_prog_type(env)))
		return wrong_type(env, regno, size, zero_size_ok);
	if (!size && !zero_size_ok)
		return sim_fail(&env->sim->why, -EACCES, "no bytes of the context, but a size of 0 is not allowed");
	if (!size)
		return 0;
	/* Whoever may have the last byte may have those before it. */
	return check_mem_access(env, env->w->insn, regno, (s32)size - 1, BPF_B, kind, -1, false);
}

static bool is_read_only(const struct reg *reg)
{
	return base_type(reg->type) == PTR_TO_MAP_KEY || (reg->type & MEM_RDONLY);
}

static int check_map_value(struct env *env, u32 regno, u32 size, enum access_kind kind, bool zero_size_ok)
{
	s32 off = cur_regs(env)[regno].off;

	if (check_map_rights(env, regno, off, size, kind))
		return -EACCES;
	return check_map_access(env, regno, off, size, zero_size_ok, ACCESS_BY_HELPER);
}

int check_helper_mem(struct env *env, u32 regno, u32 size, enum access_kind kind, bool zero_size_ok, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[regno];
	u32 type = base_type(reg->type);
	bool may_be_read_only = type == PTR_TO_MAP_KEY || type == PTR_TO_MEM || type == PTR_TO_BUF;
	char name[64];

	if (kind == ACCESS_WRITE && may_be_read_only && is_read_only(reg))
		return reject_reg(env, regno, READ_ONLY_MEMORY, regno, reg_type_text(reg->type, name));
	switch (type) {
	case PTR_TO_PACKET:
	case PTR_TO_PACKET_META:
		return check_packet_access(env, regno, reg->off, size, zero_size_ok);
	case PTR_TO_MAP_KEY:
		return check_mem_region(env, regno, reg->off, size, reg->map->k.key_size, false);
	case PTR_TO_MAP_VALUE:
		return check_map_value(env, regno, size, kind, zero_size_ok);
	case PTR_TO_MEM:
		return check_mem_region(env, regno, reg->off, size, reg->mem_size, zero_size_ok);
	case PTR_TO_BUF:
		return check_buffer(env, regno, reg->off, size);
	case PTR_TO_STACK:
		return check_stack_initialized(env, regno, reg->off, size, zero_size_ok, ACCESS_BY_HELPER, meta);
	case PTR_TO_CTX:
		return check_context(env, regno, size, kind, zero_size_ok);
	}
	return wrong_type(env, regno, size, zero_size_ok);
}

int check_mem_size(struct env *env, u32 size_regno, enum access_kind kind, bool zero_size_ok, struct call_meta *meta)
{
	const struct reg *size = &cur_regs(env)[size_regno];
	u32 regno = size_regno - 1;
	int err = 0;

	meta->max_value = size->r64.umax;
	if (!tnum_is_const(size->var_off))
		meta = NULL; /* the helper might fill only part of it: all must be initialised before */
	if (size->r64.smin < 0)
		return reject_reg(env, size_regno, NEGATIVE_SIZE, size_regno);
	if (!size->r64.umin)
		err = check_helper_mem(env, regno, 0, kind, zero_size_ok, meta);
	if (err && env->w->rejection.reason == REASON_ZERO_SIZED_READ)
		env->w->rejection.regno = size_regno;
	if (err)
		return err;
	if (size->r64.umax >= MAX_OFFSET)
		return reject_reg(env, size_regno, UNBOUNDED_SIZE, size_regno);
	err = check_helper_mem(env, regno, (u32)size->r64.umax, kind, zero_size_ok, meta);
	return err ? err : mark_precise(env, size_regno);
}

/* --- arguments of functions --- */

/* The register as it would be after a test for NULL. @saved gets it as it is. */
static void take_for_not_null(struct reg *reg, struct reg *saved)
{
	*saved = *reg;
	reg->type &= ~PTR_MAYBE_NULL;
}

int check_mem_argument(struct env *env, u32 regno, u32 size)
{
	struct reg *reg = &cur_regs(env)[regno], saved;
	int err;

	if (reg_is_null(reg))
		return 0;
	take_for_not_null(reg, &saved);
	err = check_helper_mem(env, regno, size, ACCESS_READ, true, NULL);
	if (!err)
		err = check_helper_mem(env, regno, size, ACCESS_WRITE, true, NULL);
	if (saved.type & PTR_MAYBE_NULL)
		*reg = saved;
	return err;
}

int check_mem_size_argument(struct env *env, u32 size_regno)
{
	struct reg *reg = &cur_regs(env)[size_regno - 1], saved;
	struct call_meta meta = {0};
	int err;

	take_for_not_null(reg, &saved);
	err = check_mem_size(env, size_regno, ACCESS_READ, true, &meta);
	if (!err)
		err = check_mem_size(env, size_regno, ACCESS_WRITE, true, &meta);
	if (saved.type & PTR_MAYBE_NULL)
		*reg = saved;
	return err;
}
