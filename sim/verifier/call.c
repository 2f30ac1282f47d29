/*
 * Helper calls, by the helper's contract (check_helper_call of kernel/bpf/verifier.c): who may call it,
 * whether the arguments fit, what it does to registers, stack and references, what it returns.
 */
#include "../helpers/bprintf.h"
#include "access.h"
#include "call.h"

/* --- who may call it --- */

static bool is_sleepable(const struct env *env)
{
	return env->v->prog->flags & BPF_F_SLEEPABLE;
}

static int check_rights(struct env *env, const struct helper *helper)
{
	const struct prog_view view = view_of(env);

	if (!env->v->prog->gpl && (helper->flags & HELPER_GPL))
		return reject(env, HELPER_NEEDS_GPL);
	if (!prog_allows_helper(&view, helper))
		return reject(env, HELPER_NOT_IN_PROBE);
	if (!is_sleepable(env) && (helper->flags & HELPER_SLEEPS))
		return reject(env, HELPER_SLEEPS_HERE);
	return 0;
}

/* --- what the translator wants to know --- */

/* Helpers whose calls it replaces, or of which it must know the map. */
static const u16 map_users[] = {
	BPF_FUNC_tail_call, BPF_FUNC_map_lookup_elem, BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem, BPF_FUNC_map_push_elem,
	BPF_FUNC_map_pop_elem, BPF_FUNC_map_peek_elem, BPF_FUNC_for_each_map_elem, BPF_FUNC_redirect_map,
	BPF_FUNC_map_lookup_percpu_elem,
};

static bool listed(const u16 *ids, u32 n, u32 id)
{
	while (n && ids[n - 1] != id)
		n--;
	return n;
}

static const u16 map_writers[] = {
	BPF_FUNC_map_delete_elem, BPF_FUNC_map_update_elem, BPF_FUNC_map_push_elem, BPF_FUNC_map_pop_elem,
};

static int note_map(struct env *env, const struct call_meta *meta)
{
	struct insn_aux *aux = cur_aux(env);
	u64 before = aux->map_ptr_state & ~MAP_PTR_UNPRIV, now = (u64)(uintptr_t)meta->map;

	if (!listed(map_users, ARRAY_SIZE(map_users), meta->func_id))
		return 0;
	if (!meta->map)
		return reject(env, BUG_MISCONFIGURED);
	if ((meta->map->k.map_flags & BPF_F_RDONLY_PROG) && listed(map_writers, ARRAY_SIZE(map_writers), meta->func_id))
		return reject(env, MAP_READ_ONLY);
	if (before == now)
		return 0;
	aux->map_ptr_state = (before ? MAP_PTR_POISON : now) | (aux->map_ptr_state & MAP_PTR_UNPRIV) |
			     (meta->map->bypass_spec_v1 ? 0 : MAP_PTR_UNPRIV);
	return 0;
}

/* A tail call whose index is always the same may become a direct jump. */
static int note_key(struct env *env, const struct call_meta *meta)
{
	const struct reg *index = &cur_regs(env)[BPF_REG_3];
	struct insn_aux *aux = cur_aux(env);
	u64 key = index->var_off.value;
	int err;

	if (meta->func_id != BPF_FUNC_tail_call)
		return 0;
	if (!meta->map || meta->map->k.map_type != BPF_MAP_TYPE_PROG_ARRAY)
		return reject(env, BUG_MISCONFIGURED);
	if (!reg_is_const(index) || key >= meta->map->k.max_entries) {
		aux->map_key_state = MAP_KEY_POISON | MAP_KEY_SEEN;
		return 0;
	}
	err = mark_precise(env, BPF_REG_3);
	if (err)
		return err;
	if (!aux->map_key_state)
		aux->map_key_state = key | MAP_KEY_SEEN;
	else if (!(aux->map_key_state & MAP_KEY_POISON) && (aux->map_key_state & ~MAP_KEY_SEEN) != key)
		aux->map_key_state = MAP_KEY_POISON | MAP_KEY_SEEN;
	return 0;
}

/* --- what the call does to the stack --- */

#define DYNPTR_SIZE 16u

/* The helper writes memory that was not initialised. */
static int write_memory(struct env *env, const struct helper *helper, const struct call_meta *meta)
{
	u32 call = env->w->insn;
	u32 dynptr = meta->uninit_dynptr_regno;
	int err = 0;

	for (s32 i = 0; i < meta->access_size && !err; i++)
		err = check_mem_access(env, call, meta->regno, i, BPF_B, ACCESS_WRITE, -1, false);
	if (err || !dynptr)
		return err;
	for (u32 i = 0; i < DYNPTR_SIZE && !err; i += SLOT_SIZE)
		err = check_mem_access(env, call, dynptr, i, BPF_DW, ACCESS_WRITE, -1, false);
	return err ? err : dynptr_make(env, &cur_regs(env)[dynptr], helper->arg[dynptr - BPF_REG_1].type);
}

static int give_up_reference(struct env *env, const struct helper *helper, const struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[meta->release_regno];
	int err;

	if (!meta->release_regno)
		return 0;
	if (base_type(helper->arg[meta->release_regno - BPF_REG_1].type) == ARG_PTR_TO_DYNPTR)
		err = dynptr_unmake(env, reg);
	else if (meta->ref_obj_id)
		err = release_reference(env, meta->ref_obj_id);
	else
		err = reg_is_null(reg) ? 0 : -EINVAL;
	return err ? reject_reg(env, meta->release_regno, RELEASE_NOT_ACQUIRED, helper->name, helper->id) : 0;
}

/* --- rules of single helpers --- */

static int special_tail_call(struct env *env, struct call_meta *meta)
{
	(void)meta;
	return check_references(env) ? reject(env, TAIL_CALL_LEAK) : 0;
}

static int special_local_storage(struct env *env, struct call_meta *meta)
{
	(void)meta;
	return reg_is_null(&cur_regs(env)[BPF_REG_2]) ? 0 : reject_reg(env, BPF_REG_2, LOCAL_STORAGE_FLAGS);
}

static int special_dynptr_from_mem(struct env *env, struct call_meta *meta)
{
	u32 type = cur_regs(env)[BPF_REG_1].type;
	char name[64];

	(void)meta;
	return type == PTR_TO_MAP_VALUE ? 0 : reject_reg(env, BPF_REG_1, DYNPTR_MEMORY, reg_type_text(type, name));
}

/* What it returns ends with the dynptr. */
static int special_dynptr_data(struct env *env, struct call_meta *meta)
{
	const struct reg *reg = &cur_regs(env)[BPF_REG_1];

	if (base_type(reg->type) != PTR_TO_DYNPTR)
		meta->ref_obj_id = dynptr_id(env, reg);
	return 0;
}

static int special_snprintf(struct env *env, struct call_meta *meta)
{
	const struct reg *fmt = &cur_regs(env)[BPF_REG_3];
	u64 data_len = cur_regs(env)[BPF_REG_5].var_off.value;
	u32 off = fmt->off + fmt->var_off.value;

	(void)meta;
	if (data_len % 8)
		return sim_fail(&env->sim->why, -EINVAL, "the data of bpf_snprintf are 8 bytes each, not %llu in all",
				(unsigned long long)data_len);
	if (bprintf_check((const char *)fmt->map->k.value + off, data_len / 8))
		return reject_reg(env, BPF_REG_3, FORMAT_INVALID);
	return 0;
}

static int special_set_retval(struct env *env, struct call_meta *meta)
{
	(void)meta;
	if (env->v->prog->expected_attach_type == BPF_LSM_CGROUP && is_for_void_function(env))
		return reject(env, VOID_HOOK_RETVAL);
	return 0;
}

static const struct {
	u32 helper;
	int (*check)(struct env *env, struct call_meta *meta);
} specials[] = {
	{BPF_FUNC_tail_call, special_tail_call},
	{BPF_FUNC_get_local_storage, special_local_storage},
	{BPF_FUNC_dynptr_from_mem, special_dynptr_from_mem},
	{BPF_FUNC_dynptr_data, special_dynptr_data},
	{BPF_FUNC_snprintf, special_snprintf},
	{BPF_FUNC_set_retval, special_set_retval},
};

static int check_special(struct env *env, struct call_meta *meta)
{
	for (u32 i = 0; i < ARRAY_SIZE(specials); i++)
		if (specials[i].helper == meta->func_id)
			return specials[i].check(env, meta);
	return call_back(env, meta);
}

static int check_func_ip(struct env *env, const struct helper *helper)
{
	u32 type = resolved_prog_type(env), attach = env->v->prog->expected_attach_type;

	if (helper->id != BPF_FUNC_get_func_ip || type == BPF_PROG_TYPE_KPROBE)
		return 0;
	if (type != BPF_PROG_TYPE_TRACING)
		return reject(env, FUNC_IP_TYPE, helper->name, helper->id, type);
	if (attach != BPF_TRACE_FENTRY && attach != BPF_TRACE_FEXIT && attach != BPF_MODIFY_RETURN)
		return reject(env, FUNC_IP_ATTACH, helper->name, helper->id);
	return 0;
}

/* --- packets --- */

static void forget_packet(struct reg *reg, void *arg)
{
	const struct env *env = arg;
	u32 type = base_type(reg->type);

	if (type == PTR_TO_PACKET || type == PTR_TO_PACKET_META || type == PTR_TO_PACKET_END)
		forget_value(env, reg);
}

/* --- the call --- */

static int check_arguments(struct env *env, const struct helper *helper, struct call_meta *meta)
{
	int err = 0;

	for (u32 i = 0; i < ARGS && !err; i++)
		err = check_helper_arg(env, helper, i, meta);
	if (!err)
		err = note_map(env, meta);
	return err ? err : note_key(env, meta);
}

static int after_call(struct env *env, const struct helper *helper, struct call_meta *meta, struct reg *regs)
{
	int err;

	forget_caller_saved(env, regs);
	err = set_return(env, helper, meta, &regs[BPF_REG_0]);
	if (!err)
		err = check_map_rules(env, meta->map, helper->id);
	if (!err)
		err = check_func_ip(env, helper);
	if (!err && (helper->flags & HELPER_MOVES_PKT))
		vstate_each_reg(env->w->cur, forget_packet, env);
	return err;
}

int walk_helper_call(struct env *env, const struct bpf_insn *insn)
{
	const struct prog_view view = view_of(env);
	const struct helper *helper = prog_helper(&view, insn->imm);
	struct call_meta meta = {.func_id = insn->imm};
	struct reg *regs = cur_regs(env);
	int err;

	if (insn->imm < 0 || insn->imm >= (s32)HELPER_IDS)
		return reject(env, HELPER_INVALID, helper_name(insn->imm), insn->imm);
	if (!helper)
		return reject(env, HELPER_UNKNOWN, helper_name(insn->imm), insn->imm);
	err = check_rights(env, helper);
	if (err)
		return err;
	meta.pkt_access = helper->flags & HELPER_PKT_ACCESS;
	err = check_arguments(env, helper, &meta);
	if (!err)
		err = write_memory(env, helper, &meta);
	if (!err)
		err = give_up_reference(env, helper, &meta);
	if (!err)
		err = check_special(env, &meta);
	return err ? err : after_call(env, helper, &meta, regs);
}
