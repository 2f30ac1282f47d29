/*
 * Functions of the program that helpers call: what their arguments are (set_*_callback_state of
 * kernel/bpf/verifier.c).
 *
 * The walk goes through such a function once, as if the helper called it once.
 */
#include "call.h"

/* Maps whose elements can be visited one by one. */
static bool can_visit(const struct map *map)
{
	for (const u16 *id = map_ops(map)->helpers; id && *id; id++)
		if (*id == BPF_FUNC_for_each_map_elem)
			return true;
	return false;
}

static void set_pointer(struct reg *reg, u32 type, struct map *map)
{
	reg->type = type;
	reg_set_known_zero(reg);
	reg->map = map;
}

/* The registers from @from to r5 are not arguments; what the function returns is checked. */
static int finish(struct env *env, struct frame *callee, u32 from, bool async)
{
	for (u32 i = from; i <= BPF_REG_5; i++)
		reg_set_not_init(&callee->reg[i], !env->w->may.bpf_capable);
	callee->in_callback = !async;
	callee->in_async_callback = async;
	callee->callback_ret_range = tnum_range(0, 1);
	return 0;
}

/* (map, key, value, ctx) */
static int prepare_each_elem(struct env *env, const struct frame *caller, struct frame *callee)
{
	struct map *map = caller->reg[BPF_REG_1].map;

	if ((cur_aux(env)->map_ptr_state & ~MAP_PTR_UNPRIV) == MAP_PTR_POISON)
		return reject(env, SEVERAL_MAPS);
	if (!can_visit(map))
		return reject_reg(env, BPF_REG_1, CALLBACK_MAP);
	callee->reg[BPF_REG_1] = caller->reg[BPF_REG_1];
	set_pointer(&callee->reg[BPF_REG_2], PTR_TO_MAP_KEY, map);
	set_pointer(&callee->reg[BPF_REG_3], PTR_TO_MAP_VALUE, map);
	callee->reg[BPF_REG_4] = caller->reg[BPF_REG_3];
	return finish(env, callee, BPF_REG_5, false);
}

/* (index, ctx) */
static int prepare_loop(struct env *env, const struct frame *caller, struct frame *callee)
{
	callee->reg[BPF_REG_1].type = SCALAR_VALUE;
	callee->reg[BPF_REG_2] = caller->reg[BPF_REG_3];
	return finish(env, callee, BPF_REG_3, false);
}

/* (map, key, value), by and by */
static int prepare_timer(struct env *env, const struct frame *caller, struct frame *callee)
{
	struct map *map = caller->reg[BPF_REG_1].map;

	set_pointer(&callee->reg[BPF_REG_1], CONST_PTR_TO_MAP, map);
	set_pointer(&callee->reg[BPF_REG_2], PTR_TO_MAP_KEY, map);
	set_pointer(&callee->reg[BPF_REG_3], PTR_TO_MAP_VALUE, map);
	return finish(env, callee, BPF_REG_4, true);
}

/* (task, vma, ctx) */
static int prepare_vma(struct env *env, const struct frame *caller, struct frame *callee)
{
	callee->reg[BPF_REG_1] = caller->reg[BPF_REG_1];
	set_pointer(&callee->reg[BPF_REG_2], PTR_TO_BTF_ID, NULL);
	callee->reg[BPF_REG_2].btf_id = kernel_struct(env, "vm_area_struct");
	callee->reg[BPF_REG_3] = caller->reg[BPF_REG_4];
	return finish(env, callee, BPF_REG_4, false);
}

/* (record, ctx) */
static int prepare_drain(struct env *env, const struct frame *caller, struct frame *callee)
{
	reg_set_not_init(&callee->reg[BPF_REG_0], !env->w->may.bpf_capable);
	set_pointer(&callee->reg[BPF_REG_1], PTR_TO_DYNPTR | DYNPTR_TYPE_LOCAL, NULL);
	callee->reg[BPF_REG_2] = caller->reg[BPF_REG_3];
	return finish(env, callee, BPF_REG_3, false);
}

/* How each helper calls back. */
static const struct {
	u32 helper;
	bool async;
	int (*prepare)(struct env *env, const struct frame *caller, struct frame *callee);
} callbacks[] = {
	{BPF_FUNC_for_each_map_elem, false, prepare_each_elem},
	{BPF_FUNC_loop, false, prepare_loop},
	{BPF_FUNC_timer_set_callback, true, prepare_timer},
	{BPF_FUNC_find_vma, false, prepare_vma},
	{BPF_FUNC_user_ringbuf_drain, false, prepare_drain},
};

/* Can the translator write the loop out: always the same function, and no flags? */
static void note_loop(struct env *env, u32 subprog)
{
	struct insn_aux *aux = cur_aux(env);
	bool first = !(aux->loop_inline & LOOP_SEEN), no_flags;

	if (!first && !(aux->loop_inline & LOOP_FITS))
		return;
	no_flags = reg_is_null(&cur_regs(env)[BPF_REG_4]);
	if (no_flags)
		mark_precise(env, BPF_REG_4);
	if (first)
		aux->loop_callback = subprog;
	aux->loop_inline = LOOP_SEEN | (no_flags && aux->loop_callback == subprog ? LOOP_FITS : 0);
}

int call_back(struct env *env, const struct call_meta *meta)
{
	u32 i = 0;

	while (i < ARRAY_SIZE(callbacks) && callbacks[i].helper != meta->func_id)
		i++;
	if (i == ARRAY_SIZE(callbacks))
		return 0;
	if (meta->func_id == BPF_FUNC_loop)
		note_loop(env, meta->subprog);
	return enter_function(env, meta->subprog, callbacks[i].async, callbacks[i].prepare);
}
