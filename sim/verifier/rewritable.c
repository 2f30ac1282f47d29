/*
 * What Linux finds out only when it rewrites the instructions of an accepted program (the rejections of
 * do_misc_fixups and fixup_kfunc_call of kernel/bpf/verifier.c). Dead code is gone by then.
 */
#include "call.h"

static bool is_call(const struct bpf_insn *insn, u8 kind)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == kind;
}

static bool is_tail_call(const struct bpf_insn *insn)
{
	return is_call(insn, 0) && insn->imm == BPF_FUNC_tail_call;
}

static int check_insn(struct env *env, u32 at)
{
	const struct bpf_insn *insn = &env->insns[at];
	u64 map = env->w->aux[at].map_ptr_state;

	if (is_call(insn, BPF_PSEUDO_KFUNC_CALL) && !insn->imm)
		return reject(env, KFUNC_ZERO);
	/* masked against speculation: the mask is made for one map */
	if (is_tail_call(insn) && map == (MAP_PTR_POISON | MAP_PTR_UNPRIV))
		return reject(env, SEVERAL_MAPS);
	return 0;
}

int check_rewritable(struct env *env)
{
	for (u32 i = 0; i < env->ninsns; i++) {
		int err;

		if (!env->w->aux[i].seen)
			continue;
		env->w->insn = i;
		err = check_insn(env, i);
		if (err)
			return err;
	}
	return 0;
}
