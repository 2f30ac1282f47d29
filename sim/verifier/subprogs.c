/*
 * Functions of a program, jump targets, opcodes. Mirrors add_subprog_and_kfunc and check_subprogs of
 * kernel/bpf/verifier.c.
 *
 * A function begins at insn 0 and wherever a call or a callback (ld_imm64 with BPF_PSEUDO_FUNC) points to. Jumps never
 * leave it. Simplified: there are no kernel modules, so kernel functions are those of the kernel's own BTF.
 */
#include "../btf.h"
#include "func_model.h"

/* Index of the first function that starts at or behind @insn. */
static u32 first_not_before(const struct verifier *v, u32 insn)
{
	u32 low = 0, high = v->nsubprogs;

	while (low < high) {
		u32 mid = (low + high) / 2;

		if (v->subprog[mid].start < insn)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int verifier_subprog_at(const struct verifier *v, s64 insn)
{
	u32 i;

	if (insn < 0 || insn >= v->prog->insn_cnt)
		return -ENOENT;
	i = first_not_before(v, insn);
	return i < v->nsubprogs && v->subprog[i].start == insn ? (int)i : -ENOENT;
}

static int add_subprog(struct sim *sim, struct verifier *v, s64 start)
{
	u32 i;

	if (start < 0 || start >= v->prog->insn_cnt)
		return verifier_reject(sim, v, -EINVAL, "call to invalid destination\n");
	i = first_not_before(v, start);
	if (i < v->nsubprogs && v->subprog[i].start == start)
		return 0;
	if (v->nsubprogs == VERIFIER_MAX_SUBPROGS)
		return verifier_reject(sim, v, -E2BIG, "too many subprograms\n");
	memmove(&v->subprog[i + 1], &v->subprog[i], (v->nsubprogs - i) * sizeof(v->subprog[0]));
	v->subprog[i] = (struct verifier_subprog){.start = start};
	v->nsubprogs++;
	return 0;
}

static bool is_kfunc_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_KFUNC_CALL;
}

static bool knows_kfunc(const struct verifier *v, u32 id)
{
	for (u32 i = 0; i < v->nkfuncs; i++)
		if (v->kfunc[i] == id)
			return true;
	return false;
}

static int add_kfunc(struct sim *sim, struct verifier *v, u32 id)
{
	const struct btf_types *types = sim->host->vmlinux;
	const struct btf_type *t = btf_type_by_id(types, id);

	if (knows_kfunc(v, id))
		return 0;
	if (v->nkfuncs == VERIFIER_MAX_KFUNCS)
		return verifier_reject(sim, v, -E2BIG, "too many different kernel function calls\n");
	if (!t || btf_kind(t) != BTF_KIND_FUNC)
		return verifier_reject(sim, v, -EINVAL, "kernel btf_id %u is not a function\n", id);
	v->kfunc[v->nkfuncs++] = id;
	return check_func_model(sim, v, types, btf_type_by_id(types, t->type), btf_name(types, id));
}

static int check_kfuncs_work(struct sim *sim, struct verifier *v)
{
	if (!sim->host->vmlinux)
		return verifier_reject(sim, v, -ENOTSUPP,
				       "calling kernel function is not supported without CONFIG_DEBUG_INFO_BTF\n");
	if (!v->prog->jit_requested)
		return verifier_reject(sim, v, -ENOTSUPP, "JIT is required for calling kernel function\n");
	if (!v->prog->gpl)
		return verifier_reject(sim, v, -EINVAL, "cannot call kernel function from non-GPL compatible program\n");
	return 0;
}

static int add_called(struct sim *sim, struct verifier *v, const struct bpf_insn *insn, u32 at)
{
	int err;

	if (!v->bpf_capable)
		return verifier_reject(sim, v, -EPERM,
				       "loading/calling other bpf or kernel functions are allowed for "
				       "CAP_BPF and CAP_SYS_ADMIN\n");
	if (!is_kfunc_call(insn))
		return add_subprog(sim, v, (s64)at + insn->imm + 1);
	err = check_kfuncs_work(sim, v);
	if (!err && insn->off) {
		v->module = insn->off;
		return VERIFIER_MODULE;
	}
	return err || !insn->imm ? err : add_kfunc(sim, v, insn->imm);
}

int verifier_find_subprogs(struct sim *sim, struct verifier *v)
{
	const struct bpf_insn *insns = v->prog->insns;

	if (!v->nsubprogs)
		add_subprog(sim, v, 0);
	while (v->at < v->prog->insn_cnt) {
		const struct bpf_insn *insn = &insns[v->at++];

		if (insn_is_pseudo_call(insn) || insn_is_pseudo_func(insn) || is_kfunc_call(insn)) {
			int err = add_called(sim, v, insn, v->at - 1);

			return err ? err : VERIFIER_MORE;
		}
	}
	v->subprog[v->nsubprogs].start = v->prog->insn_cnt;
	if (v->log.level & BPF_LOG_LEVEL2)
		for (u32 i = 0; i < v->nsubprogs; i++)
			log_add(sim, &v->log, "func#%u @%u\n", i, v->subprog[i].start);
	v->at = 0;
	return VERIFIER_DONE;
}

static void note_traits(struct verifier_subprog *sub, const struct bpf_insn *insn)
{
	u8 mode = BPF_MODE(insn->code);

	if (insn->code == (BPF_JMP | BPF_CALL) && insn->imm == BPF_FUNC_tail_call && insn->src_reg != BPF_PSEUDO_CALL)
		sub->has_tail_call = true;
	if (BPF_CLASS(insn->code) == BPF_LD && (mode == BPF_ABS || mode == BPF_IND))
		sub->has_ld_abs = true;
}

/* A goto or a conditional jump, of whatever width. */
static bool is_jump(u8 code)
{
	u8 class = BPF_CLASS(code), op = BPF_OP(code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_EXIT && op != BPF_CALL;
}

static int check_jump(struct sim *sim, struct verifier *v, u32 at)
{
	const struct verifier_subprog *sub = &v->subprog[v->cur_subprog];
	const struct bpf_insn *insn = &v->prog->insns[at];
	s64 to = (s64)at + 1 + (insn->code == (BPF_JMP32 | BPF_JA) ? insn->imm : insn->off);

	if (to < sub[0].start || to >= sub[1].start)
		return verifier_reject(sim, v, -EINVAL, "jump out of range from insn %u to %d\n", at, (int)to);
	return 0;
}

/* The last insn of a function must not fall through into the next one. */
static int check_last(struct sim *sim, struct verifier *v, u8 code)
{
	if (code != (BPF_JMP | BPF_EXIT) && code != (BPF_JMP | BPF_JA) && code != (BPF_JMP32 | BPF_JA))
		return verifier_reject(sim, v, -EINVAL, "last insn is not an exit or jmp\n");
	v->cur_subprog++;
	return 0;
}

int verifier_check_jumps(struct sim *sim, struct verifier *v)
{
	while (v->at < v->prog->insn_cnt) {
		const struct bpf_insn *insn = &v->prog->insns[v->at];
		bool jump = is_jump(insn->code);
		int err = 0;

		note_traits(&v->subprog[v->cur_subprog], insn);
		if (jump)
			err = check_jump(sim, v, v->at);
		v->at++;
		if (!err && v->at == v->subprog[v->cur_subprog + 1].start)
			err = check_last(sim, v, insn->code);
		if (err)
			return err;
		if (jump)
			return VERIFIER_MORE;
	}
	v->at = 0;
	return VERIFIER_DONE;
}

int verifier_check_abnormal_return(struct sim *sim, struct verifier *v)
{
	for (u32 i = 1; i < v->nsubprogs; i++) {
		if (v->subprog[i].has_ld_abs)
			return verifier_reject(sim, v, -EINVAL, "LD_ABS is not allowed in subprogs without BTF\n");
		if (v->subprog[i].has_tail_call)
			return verifier_reject(sim, v, -EINVAL, "tail_call is not allowed in subprogs without BTF\n");
	}
	return 0;
}

static bool knows_alu(u8 code)
{
	u8 op = BPF_OP(code);

	if (op == BPF_END)
		return BPF_CLASS(code) == BPF_ALU;
	return op < BPF_END && (op != BPF_NEG || BPF_SRC(code) == BPF_K);
}

static bool knows_jump(u8 code)
{
	u8 op = BPF_OP(code);

	if (op == BPF_JA)
		return BPF_SRC(code) == BPF_K;
	if (op == BPF_CALL || op == BPF_EXIT)
		return code == (BPF_JMP | op);
	return op <= BPF_JSLE;
}

static bool knows_memory(u8 code)
{
	u8 mode = BPF_MODE(code), size = BPF_SIZE(code);

	if (BPF_CLASS(code) == BPF_LD)
		return mode == BPF_IMM ? size == BPF_DW : (mode == BPF_ABS || mode == BPF_IND) && size != BPF_DW;
	if (mode == BPF_ATOMIC)
		return BPF_CLASS(code) == BPF_STX && (size == BPF_W || size == BPF_DW);
	return mode == BPF_MEM;
}

bool verifier_knows_opcode(u8 code)
{
	switch (BPF_CLASS(code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return knows_alu(code);
	case BPF_JMP:
	case BPF_JMP32:
		return knows_jump(code);
	default:
		return knows_memory(code);
	}
}
