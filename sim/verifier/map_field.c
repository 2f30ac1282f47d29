/*
 * Fields of map values that belong to the kernel: spin locks, timers, pointers to kernel objects
 * (process_spin_lock, process_timer_func, process_kptr_func of kernel/bpf/verifier.c). A helper gets the
 * address of the field itself.
 */
#include "call.h"

/* A kind of field. */
struct field {
	const char *what;      /* "bpf_spin_lock" */
	s32 off;               /* where the map has it; negative: the errno that says why it has none */
};

/* The map must have the field, and its BTF must say where. 0 or -EACCES. */
static int check_field(struct env *env, u32 regno, const struct field *field)
{
	const struct reg *reg = &cur_regs(env)[regno];
	const struct map *map = reg->map;

	if (!tnum_is_const(reg->var_off))
		return reject_reg(env, regno, FIELD_OFFSET_VARIABLE, regno, field->what);
	if (!map->btf)
		return reject_reg(env, regno, FIELD_WITHOUT_BTF, map->obj.name, field->what);
	if (field->off == -E2BIG)
		return reject_reg(env, regno, FIELD_TWICE, map->obj.name, field->what);
	if (field->off == -ENOENT)
		return reject_reg(env, regno, FIELD_MISSING, map->obj.name, field->what);
	if (field->off < 0)
		return reject_reg(env, regno, FIELD_MANGLED, map->obj.name, field->what);
	return 0;
}

static s64 field_offset(const struct reg *reg)
{
	return (s64)reg->var_off.value + reg->off;
}

static int take_lock(struct env *env, u32 regno)
{
	struct vstate *state = env->w->cur;

	if (state->active_spin_lock)
		return reject_reg(env, regno, LOCK_TWICE);
	state->active_spin_lock = cur_regs(env)[regno].id;
	return 0;
}

static int give_lock(struct env *env, u32 regno)
{
	struct vstate *state = env->w->cur;

	if (!state->active_spin_lock)
		return reject_reg(env, regno, UNLOCK_WITHOUT_LOCK);
	if (state->active_spin_lock != cur_regs(env)[regno].id)
		return reject_reg(env, regno, UNLOCK_OTHER);
	state->active_spin_lock = 0;
	return 0;
}

int arg_spin_lock(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];
	const struct field field = {"bpf_spin_lock", reg->map->spin_lock_off};
	int err = check_field(env, arg->regno, &field);

	if (err)
		return err;
	if (field.off != field_offset(reg))
		return reject_reg(env, arg->regno, LOCK_ELSEWHERE, (long long)field_offset(reg));
	return meta->func_id == BPF_FUNC_spin_lock ? take_lock(env, arg->regno) : give_lock(env, arg->regno);
}

int arg_timer(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];
	const struct field field = {"bpf_timer", reg->map->timer_off};
	int err = check_field(env, arg->regno, &field);

	if (err)
		return err;
	if (field.off != field_offset(reg))
		return reject_reg(env, arg->regno, TIMER_ELSEWHERE, (long long)field_offset(reg), field.off);
	meta->map = reg->map;
	meta->map_uid = reg->map_uid;
	return 0;
}

int arg_kptr(struct env *env, const struct arg *arg, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[arg->regno];
	const struct btf_kptr *kptr;

	if (!tnum_is_const(reg->var_off))
		return reject_reg(env, arg->regno, FIELD_OFFSET_VARIABLE, arg->regno, "kptr");
	if (!reg->map->btf)
		return reject_reg(env, arg->regno, FIELD_WITHOUT_BTF, reg->map->obj.name, "bpf_kptr_xchg");
	if (!reg->map->nkptrs)
		return reject_reg(env, arg->regno, KPTR_NONE, reg->map->obj.name);
	meta->map = reg->map;
	kptr = map_kptr_at(reg->map, (u64)field_offset(reg));
	if (!kptr)
		return reject_reg(env, arg->regno, KPTR_ELSEWHERE, (s32)field_offset(reg));
	if (!kptr->referenced)
		return reject_reg(env, arg->regno, KPTR_NOT_REFERENCED, (s32)field_offset(reg));
	meta->kptr = kptr;
	return 0;
}
