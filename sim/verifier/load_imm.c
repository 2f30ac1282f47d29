/*
 * ld_imm64, which loads 64-bit numbers and addresses of maps, their values, functions and kernel variables;
 * the classic loads from a packet (check_ld_imm, check_ld_abs of kernel/bpf/verifier.c).
 */
#include "access.h"
#include "btf_access.h"

/* --- ld_imm64 --- */

static u64 immediate(const struct bpf_insn *insn)
{
	return (u64)(u32)insn[1].imm << 32 | (u32)insn->imm;
}

/* The map whose value lies at @addr: the loader has put the address into the insn. */
static struct map *map_of_value(const struct prog *prog, u64 addr)
{
	for (u32 i = 0; i < prog->nused_maps; i++) {
		struct map *map = prog->used_maps[i];
		u64 begin = (u64)map->k.value;

		if ((map_ops(map)->traits & MAP_TRAIT_DIRECT) && addr >= begin &&
		    addr < begin + map->k.value_size)
			return map;
	}
	return NULL;
}

static int load_map_value(struct env *env, const struct bpf_insn *insn, struct reg *dst)
{
	u64 addr = immediate(insn);
	struct map *map = map_of_value(env->v->prog, addr);

	if (!map)
		return reject(env, MISCONFIGURED);
	dst->type = PTR_TO_MAP_VALUE;
	dst->map = map;
	dst->off = (s32)(addr - (u64)map->k.value);
	if (map->spin_lock_off >= 0)
		dst->id = ++env->w->id_gen;
	return 0;
}

static int load_callback(struct env *env, const struct bpf_insn *insn, struct reg *dst)
{
	int subprog = verifier_subprog_at(env->v, (s64)env->w->insn + insn->imm + 1);

	if (!env->v->prog->func_info_cnt)
		return reject(env, CALLBACK_NO_BTF);
	if (subprog < 0)
		return reject(env, MISCONFIGURED);
	if (subprog_is_global(env, (u32)subprog))
		return reject(env, CALLBACK_GLOBAL);
	if (!subprog)
		return reject(env, CALLBACK_MAIN);
	dst->type = PTR_TO_FUNC;
	dst->subprog = (u32)subprog;
	return 0;
}

/* Does each CPU have a copy of its own? */
static bool is_percpu(const struct btf_types *types, u32 var)
{
	const struct btf_type *section =
		btf_type_by_id(types, btf_find(types, ".data..percpu", BTF_KIND_DATASEC));

	if (!section || btf_kind(section) != BTF_KIND_DATASEC)
		return false;
	for (u32 i = 0; i < btf_vlen(section); i++)
		if (btf_var_secinfos(section)[i].type == var)
			return true;
	return false;
}

static int load_kernel_variable(struct env *env, const struct bpf_insn *insn, struct reg *dst)
{
	const struct btf_types *types = env->sim->host->vmlinux;
	const struct btf_type *var = types ? btf_type_by_id(types, (u32)insn->imm) : NULL, *t;
	s64 size;

	if (!var || btf_kind(var) != BTF_KIND_VAR)
		return reject(env, MISCONFIGURED);
	t = btf_type_by_id(types, btf_skip_mods(types, var->type));
	if (is_percpu(types, (u32)insn->imm) || (t && btf_is_composite(btf_kind(t)))) {
		dst->type = PTR_TO_BTF_ID | (is_percpu(types, (u32)insn->imm) ? MEM_PERCPU : 0);
		dst->btf_id = var->type;
		return 0;
	}
	size = btf_size(types, var->type);
	if (size < 0)
		return reject(env, MISCONFIGURED);
	dst->type = PTR_TO_MEM | MEM_RDONLY;
	dst->mem_size = (u32)size;
	return 0;
}

int walk_ld_imm64(struct env *env, const struct bpf_insn *insn)
{
	struct reg *dst = &cur_regs(env)[insn->dst_reg];
	int err;

	if (BPF_SIZE(insn->code) != BPF_DW)
		return reject(env, LD_IMM_SIZE);
	if (insn->off)
		return reject(env, LD_IMM_RESERVED);
	err = use_reg(env, insn->dst_reg, USE_DST);
	if (err)
		return err;
	if (!insn->src_reg) {
		reg_set_const(dst, immediate(insn));
		return 0;
	}
	reg_set_known_zero(dst);
	switch (insn->src_reg) {
	case BPF_PSEUDO_BTF_ID:
		return load_kernel_variable(env, insn, dst);
	case BPF_PSEUDO_FUNC:
		return load_callback(env, insn, dst);
	case BPF_PSEUDO_MAP_VALUE:
	case BPF_PSEUDO_MAP_IDX_VALUE:
		return load_map_value(env, insn, dst);
	}
	dst->type = CONST_PTR_TO_MAP;
	dst->map = map_of((const struct bpf_map_layout *)immediate(insn));
	return 0;
}

/* --- classic loads: like a helper call with r6 as argument --- */

#define SKB_REG BPF_REG_6

static bool has_classic_loads(u32 type)
{
	return type == BPF_PROG_TYPE_SOCKET_FILTER || type == BPF_PROG_TYPE_SCHED_CLS ||
	       type == BPF_PROG_TYPE_SCHED_ACT;
}

static bool is_well_formed(const struct bpf_insn *insn)
{
	return !insn->dst_reg && !insn->off && BPF_SIZE(insn->code) != BPF_DW &&
	       (BPF_MODE(insn->code) == BPF_IND || !insn->src_reg);
}

static int check_classic_load(struct env *env, const struct bpf_insn *insn)
{
	int err;

	if (!has_classic_loads(resolved_prog_type(env)))
		return reject(env, LD_ABS_TYPE);
	if (!is_well_formed(insn))
		return reject(env, LD_ABS_RESERVED);
	err = use_reg(env, SKB_REG, USE_SRC);
	if (err)
		return err;
	err = check_references(env); /* a load beyond the packet ends the program: references would leak */
	if (err) {
		reject(env, LD_ABS_REFERENCES);
		return err;
	}
	if (env->w->cur->active_spin_lock)
		return reject(env, LD_ABS_LOCK);
	if (cur_regs(env)[SKB_REG].type != PTR_TO_CTX)
		return reject_reg(env, SKB_REG, LD_ABS_R6);
	if (BPF_MODE(insn->code) == BPF_IND)
		err = use_reg(env, insn->src_reg, USE_SRC);
	return err ? err : check_unmoved(env, &cur_regs(env)[SKB_REG], SKB_REG, false);
}

/* Beyond the packet's end the load returns 0 from the function that it is in: that way is walked as well. */
static int leave_function(struct env *env)
{
	int err;

	scratch_reg(env, BPF_REG_0);
	if (!push_branch(env, env->w->insn + 1, env->w->insn, false))
		return -EFAULT;
	reg_set_known_zero(&cur_regs(env)[BPF_REG_0]);
	err = walk_func_exit(env);
	env->w->insn--; /* and 1 for every instruction */
	return err;
}

int walk_ld_abs(struct env *env, const struct bpf_insn *insn)
{
	struct reg *regs = cur_regs(env);
	int err = check_classic_load(env, insn);

	if (err)
		return err;
	for (u32 i = BPF_REG_0; i <= BPF_REG_5; i++) {
		reg_set_not_init(&regs[i], !env->w->may.bpf_capable);
		use_reg(env, i, USE_DST_NO_MARK);
	}
	forget_value(env, &regs[BPF_REG_0]);
	regs[BPF_REG_0].subreg_def = (s32)env->w->insn + 1;
	return env->w->cur->curframe ? leave_function(env) : 0;
}
