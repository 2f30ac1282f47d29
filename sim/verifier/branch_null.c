/*
 * Conditional jumps: a pointer that may be NULL, compared with NULL (mark_ptr_or_null_regs of
 * kernel/bpf/verifier.c).
 */
#include "branch.h"

struct null_test {
	u32 id;
	bool is_null;
};

/* What a pointer from a map is, now that it is not NULL. */
static void become_not_null(struct reg *reg)
{
	const struct map *map = reg->map;
	const struct map *inner;

	if (base_type(reg->type) != PTR_TO_MAP_VALUE) {
		reg->type &= ~PTR_MAYBE_NULL;
		return;
	}
	reg->type = PTR_TO_MAP_VALUE;
	if (map_ops(map)->traits & MAP_TRAIT_VALUE_SOCKET)
		reg->type = PTR_TO_SOCKET;
	if (map_ops(map)->traits & MAP_TRAIT_VALUE_XDP_SOCK)
		reg->type = PTR_TO_XDP_SOCK;
	if (!map->k.inner_map_meta)
		return;
	inner = map_of((const struct bpf_map_layout *)map->k.inner_map_meta);
	reg->type = CONST_PTR_TO_MAP;
	reg->map = (struct map *)inner;
	if (inner->timer_off >= 0)
		reg->map_uid = reg->id;
}

static bool may_hold_lock(const struct reg *reg)
{
	return reg->type == PTR_TO_MAP_VALUE && reg->map->spin_lock_off >= 0;
}

static void apply_null_test(struct reg *reg, void *arg)
{
	const struct null_test *test = arg;

	if (!(reg->type & PTR_MAYBE_NULL) || reg->id != test->id || !reg->id)
		return;
	if (reg->r64.smin || reg->r64.smax || !tnum_equals_const(reg->var_off, 0) || reg->off)
		return;
	if (test->is_null) {
		reg->type = SCALAR_VALUE;
		reg->id = 0;
		reg->ref_obj_id = 0;
		return;
	}
	become_not_null(reg);
	if (!may_hold_lock(reg))
		reg->id = 0;
}

static void tell_null(struct vstate *state, u32 regno, bool is_null)
{
	struct frame *frame = state->frame[state->curframe];
	const struct reg *reg = &frame->reg[regno];
	struct null_test test = {reg->id, is_null};

	if (reg->ref_obj_id && reg->ref_obj_id == reg->id && is_null)
		frame_drop_ref(frame, reg->id);
	vstate_each_reg(state, apply_null_test, &test);
}

bool is_null_test(const struct bpf_insn *insn, const struct reg *dst)
{
	u8 op = BPF_OP(insn->code);

	return BPF_CLASS(insn->code) == BPF_JMP && BPF_SRC(insn->code) == BPF_K && !insn->imm &&
	       (op == BPF_JEQ || op == BPF_JNE) && (dst->type & PTR_MAYBE_NULL);
}

void learn_null(const struct bpf_insn *insn, struct vstate *untaken, struct vstate *taken)
{
	tell_null(untaken, insn->dst_reg, BPF_OP(insn->code) == BPF_JNE);
	tell_null(taken, insn->dst_reg, BPF_OP(insn->code) == BPF_JEQ);
}
