/*
 * Calls of helpers and kernel functions: ids become addresses, some helpers are written out, some get a
 * hidden argument (the second half of do_misc_fixups of kernel/bpf/verifier.c).
 */
#include "access.h"
#include "call.h"
#include "translate.h"

#define MAX_POKES 1024u
#define GFP_KERNEL 0xcc0
#define GFP_ATOMIC 0xa20

static const struct map *map_of_call(const struct insn_aux *aux)
{
	return (const struct map *)(uintptr_t)(aux->map_ptr_state & ~MAP_PTR_UNPRIV);
}

static bool several_maps(const struct insn_aux *aux)
{
	return (aux->map_ptr_state & ~MAP_PTR_UNPRIV) == MAP_PTR_POISON;
}

/* --- the plain case: the helper's address --- */

static s32 helper_imm(const struct xlat *x, u32 id)
{
	const struct prog_view view = view_of(&x->env);
	const struct helper *helper = prog_helper(&view, id);

	return ktext_imm(KTEXT_HELPER, helper ? helper_number(helper) : id);
}

static struct bpf_insn with_imm(struct bpf_insn insn, s32 imm)
{
	insn.imm = imm;
	return insn;
}

static int call_helper(struct xlat *x)
{
	const struct bpf_insn *insn = &xlat_cur(x)->insn;

	return xlat_replace(x, with_imm(*insn, helper_imm(x, insn->imm)), XLAT_NO_JUMP);
}

/* --- tail calls: an opcode of their own --- */

static bool key_is_known(const struct insn_aux *aux)
{
	return !(aux->map_key_state & MAP_KEY_POISON);
}

/* Always the same slot of the same array: the jump is patched into the machine code. */
static bool is_direct(const struct xlat *x, const struct insn_aux *aux)
{
	return x->env.w->may.bpf_capable && !xlat_blinding_requested(x) && xlat_jit_requested(x) &&
	       key_is_known(aux) && !several_maps(aux) && !(aux->map_ptr_state & MAP_PTR_UNPRIV);
}

/* Its number, or -errno. */
static int add_poke(struct xlat *x, const struct insn_aux *aux)
{
	struct translation *t = x->t;

	if (t->npokes == MAX_POKES)
		return verifier_reject(x->env.sim, x->env.v, -ENOSPC,
				       "adding tail call poke descriptor failed\n");
	if (!t->poke)
		t->poke = sim_alloc(x->env.sim, MAX_POKES * sizeof(*t->poke));
	if (!t->poke)
		return sim_fail(&x->env.sim->why, -ENOMEM, "no memory for the program's tail calls");
	t->poke[t->npokes] = (struct xlat_poke){
		.map = (struct map *)map_of_call(aux),
		.key = aux->map_key_state & ~(MAP_KEY_SEEN | MAP_KEY_POISON),
	};
	return t->npokes++;
}

/* A rejection that shows only now, at the insn at hand. */
static struct env *here(struct xlat *x)
{
	x->env.w->insn = xlat_cur(x)->origin;
	return &x->env;
}

/* The index must not lead astray on a mispredicted path either. */
static int mask_index(struct xlat *x, const struct insn_aux *aux, struct bpf_insn insn)
{
	const struct map *map = map_of_call(aux);
	struct patch patch = {.n = 0};

	if (several_maps(aux))
		return reject(here(x), SEVERAL_MAPS);
	patch_add(&patch, make_jump_imm(BPF_JGE, BPF_REG_3, map->k.max_entries, 2));
	patch_add(&patch, make_alu32_imm(BPF_AND, BPF_REG_3, map->k.index_mask));
	patch_add(&patch, insn);
	return xlat_patch(x, &patch);
}

static int call_tail(struct xlat *x)
{
	const struct insn_aux *aux = xlat_aux(x, xlat_cur(x));
	struct bpf_insn insn = make_insn(BPF_JMP | BPF_TAIL_CALL, 0, 0, 0, 0);

	if (is_direct(x, aux)) {
		insn.imm = add_poke(x, aux);
		if (insn.imm < 0)
			return insn.imm;
		insn.imm++;
		return xlat_replace(x, insn, XLAT_NO_JUMP);
	}
	if (aux->map_ptr_state & MAP_PTR_UNPRIV)
		return mask_index(x, aux, insn);
	return xlat_replace(x, insn, XLAT_NO_JUMP);
}

/* --- helpers that learn something from the translator --- */

/* Whose callback it is. */
static int call_timer(struct xlat *x)
{
	const struct bpf_insn *insn = &xlat_cur(x)->insn;
	struct patch patch = {.n = 0};

	patch_add_imm64(&patch, BPF_REG_3, (u64)(uintptr_t)x->env.v->prog);
	patch_add(&patch, with_imm(*insn, helper_imm(x, insn->imm)));
	return xlat_patch(x, &patch);
}

/* May it wait for memory? */
static int call_storage(struct xlat *x)
{
	const struct bpf_insn *insn = &xlat_cur(x)->insn;
	bool sleepable = x->env.v->prog->flags & BPF_F_SLEEPABLE;
	struct patch patch = {.n = 0};

	patch_add(&patch, make_alu64_imm(BPF_MOV, BPF_REG_5, sleepable ? GFP_KERNEL : GFP_ATOMIC));
	patch_add(&patch, with_imm(*insn, helper_imm(x, insn->imm)));
	return xlat_patch(x, &patch);
}

/* --- map helpers: straight to what the type does, or written out --- */

static int call_map_op(struct xlat *x)
{
	const struct bpf_insn *insn = &xlat_cur(x)->insn;
	const struct insn_aux *aux = xlat_aux(x, xlat_cur(x));
	const struct map *map = map_of_call(aux);
	struct patch patch = {.n = 0};

	if (!xlat_jit_requested(x) || several_maps(aux))
		return call_helper(x);
	if (insn->imm == BPF_FUNC_map_lookup_elem && map_ops(map)->inline_lookup &&
	    map_ops(map)->inline_lookup(map, &patch))
		return xlat_patch(x, &patch);
	return xlat_replace(x, with_imm(*insn, ktext_imm(KTEXT_MAP_OP, KTEXT_OP(map->k.map_type, insn->imm))),
			    XLAT_NO_JUMP);
}

/* --- helpers that are written out --- */

static int call_jiffies(struct xlat *x)
{
	struct patch patch = {.n = 0};

	if (!xlat_jit_requested(x))
		return call_helper(x);
	patch_add_imm64(&patch, BPF_REG_0, (u64)(uintptr_t)&x->env.sim->clock->jiffies);
	patch_add(&patch, make_load(BPF_DW, BPF_REG_0, BPF_REG_0, 0));
	return xlat_patch(x, &patch);
}

static bool is_tracing(const struct xlat *x)
{
	return resolved_prog_type(&x->env) == BPF_PROG_TYPE_TRACING;
}

/*
 * The trampoline puts the arguments into the context, their number in front of it, the function's
 * address in front of that.
 */
#define CTX_NR_ARGS (-8)
#define CTX_IP (-16)

static int call_func_arg(struct xlat *x)
{
	struct patch patch = {.n = 0};

	if (!is_tracing(x))
		return call_helper(x);
	patch_add(&patch, make_load(BPF_DW, BPF_REG_0, BPF_REG_1, CTX_NR_ARGS));
	patch_add(&patch, make_insn(BPF_JMP32 | BPF_JGE | BPF_X, BPF_REG_2, BPF_REG_0, 6, 0));
	patch_add(&patch, make_alu64_imm(BPF_LSH, BPF_REG_2, 3));
	patch_add(&patch, make_alu64_reg(BPF_ADD, BPF_REG_2, BPF_REG_1));
	patch_add(&patch, make_load(BPF_DW, BPF_REG_0, BPF_REG_2, 0));
	patch_add(&patch, make_store(BPF_DW, BPF_REG_3, BPF_REG_0, 0));
	patch_add(&patch, make_alu64_imm(BPF_MOV, BPF_REG_0, 0));
	patch_add(&patch, make_goto(1));
	patch_add(&patch, make_alu64_imm(BPF_MOV, BPF_REG_0, -EINVAL));
	return xlat_patch(x, &patch);
}

static int call_func_ret(struct xlat *x)
{
	u32 attach = x->env.v->prog->expected_attach_type;
	struct patch patch = {.n = 0};

	if (!is_tracing(x))
		return call_helper(x);
	if (attach != BPF_TRACE_FEXIT && attach != BPF_MODIFY_RETURN)
		return xlat_replace(x, make_alu64_imm(BPF_MOV, BPF_REG_0, -EOPNOTSUPP), XLAT_NO_JUMP);
	patch_add(&patch, make_load(BPF_DW, BPF_REG_0, BPF_REG_1, CTX_NR_ARGS));
	patch_add(&patch, make_alu64_imm(BPF_LSH, BPF_REG_0, 3));
	patch_add(&patch, make_alu64_reg(BPF_ADD, BPF_REG_0, BPF_REG_1));
	patch_add(&patch, make_load(BPF_DW, BPF_REG_3, BPF_REG_0, 0));
	patch_add(&patch, make_store(BPF_DW, BPF_REG_2, BPF_REG_3, 0));
	patch_add(&patch, make_alu64_imm(BPF_MOV, BPF_REG_0, 0));
	return xlat_patch(x, &patch);
}

static int call_func_arg_cnt(struct xlat *x)
{
	if (!is_tracing(x))
		return call_helper(x);
	return xlat_replace(x, make_load(BPF_DW, BPF_REG_0, BPF_REG_1, CTX_NR_ARGS), XLAT_NO_JUMP);
}

static int call_func_ip(struct xlat *x)
{
	if (!is_tracing(x))
		return call_helper(x);
	return xlat_replace(x, make_load(BPF_DW, BPF_REG_0, BPF_REG_1, CTX_IP), XLAT_NO_JUMP);
}

/* --- which is which --- */

static int (*const special[HELPER_IDS])(struct xlat *x) = {
	[BPF_FUNC_tail_call] = call_tail,
	[BPF_FUNC_timer_set_callback] = call_timer,
	[BPF_FUNC_task_storage_get] = call_storage,
	[BPF_FUNC_sk_storage_get] = call_storage,
	[BPF_FUNC_inode_storage_get] = call_storage,
	[BPF_FUNC_map_lookup_elem] = call_map_op,
	[BPF_FUNC_map_update_elem] = call_map_op,
	[BPF_FUNC_map_delete_elem] = call_map_op,
	[BPF_FUNC_map_push_elem] = call_map_op,
	[BPF_FUNC_map_pop_elem] = call_map_op,
	[BPF_FUNC_map_peek_elem] = call_map_op,
	[BPF_FUNC_redirect_map] = call_map_op,
	[BPF_FUNC_for_each_map_elem] = call_map_op,
	[BPF_FUNC_map_lookup_percpu_elem] = call_map_op,
	[BPF_FUNC_jiffies64] = call_jiffies,
	[BPF_FUNC_get_func_arg] = call_func_arg,
	[BPF_FUNC_get_func_ret] = call_func_ret,
	[BPF_FUNC_get_func_arg_cnt] = call_func_arg_cnt,
	[BPF_FUNC_get_func_ip] = call_func_ip,
};

static int call_kernel_function(struct xlat *x)
{
	const struct bpf_insn *insn = &xlat_cur(x)->insn;

	if (!insn->imm)
		return reject(here(x), KFUNC_ZERO);
	return xlat_replace(x, with_imm(*insn, ktext_imm(KTEXT_KFUNC, insn->imm)), XLAT_NO_JUMP);
}

int xlat_call_insn(struct xlat *x)
{
	const struct bpf_insn *insn = &xlat_cur(x)->insn;

	if (insn->src_reg == BPF_PSEUDO_CALL)
		return xlat_keep(x);
	if (insn->src_reg == BPF_PSEUDO_KFUNC_CALL)
		return call_kernel_function(x);
	if ((u32)insn->imm < HELPER_IDS && special[insn->imm])
		return special[insn->imm](x);
	return call_helper(x);
}
