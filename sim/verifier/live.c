/* Uses of registers, and the read marks that pruning relies on (check_reg_arg, mark_reg_read of kernel/bpf/verifier.c). */
#include "walk.h"

int mark_read(struct env *env, const struct reg *reg, struct reg *parent, u8 flag)
{
	bool sees_writes = parent == reg->parent; /* @reg's own write marks count */
	u32 steps = 0;

	for (; parent; parent = reg->parent, steps++) {
		if (sees_writes && (reg->live & LIVE_WRITTEN))
			break;
		if ((parent->live & LIVE_READ) == flag || (parent->live & LIVE_READ64))
			break; /* marked before, and so are its ancestors */
		parent->live |= flag;
		if (flag == LIVE_READ64)
			parent->live &= ~LIVE_READ32;
		reg = parent;
		sees_writes = true;
	}
	if (env->w->longest_mark_read < steps)
		env->w->longest_mark_read = steps;
	return 0;
}

/* Does a jump or call use all 64 bits of its operand? */
static bool jump_is_64(const struct bpf_insn *insn, enum reg_use use)
{
	if (BPF_OP(insn->code) != BPF_CALL)
		return true;
	return insn->src_reg != BPF_PSEUDO_CALL && use == USE_SRC;
}

/* Is the register used with all 64 bits by @insn? */
static bool uses_64_bits(const struct bpf_insn *insn, const struct reg *reg, enum reg_use use)
{
	bool wide = BPF_SIZE(insn->code) == BPF_DW;

	switch (BPF_CLASS(insn->code)) {
	case BPF_JMP:
		return jump_is_64(insn, use);
	case BPF_JMP32:
		return false;
	case BPF_ALU:
		return BPF_OP(insn->code) == BPF_END && insn->imm == 64;
	case BPF_LDX:
		return use == USE_SRC || wide;
	case BPF_STX:
		return (use == USE_SRC && reg->type != SCALAR_VALUE) || wide;
	case BPF_LD:
		return BPF_MODE(insn->code) == BPF_IMM || use == USE_SRC;
	}
	return true;
}

void want_zero_extension(struct env *env, struct reg *reg)
{
	if (reg->subreg_def == SUBREG_DEF_NONE)
		return;
	env->w->aux[reg->subreg_def - 1].zext_dst = true;
	reg->subreg_def = SUBREG_DEF_NONE;
}

static int use_source(struct env *env, u32 regno, struct reg *reg, bool wide)
{
	if (reg->type == NOT_INIT)
		return reject_reg(env, regno, READ_FROM_NOT_INIT, regno);
	if (regno == BPF_REG_10)
		return 0;
	if (wide)
		want_zero_extension(env, reg);
	return mark_read(env, reg, reg->parent, wide ? LIVE_READ64 : LIVE_READ32);
}

int use_reg(struct env *env, u32 regno, enum reg_use use)
{
	const struct bpf_insn *insn = &env->insns[env->w->insn];
	struct reg *reg;
	bool wide;

	if (regno >= MAX_BPF_REGS)
		return reject(env, BAD_REGISTER, regno);
	scratch_reg(env, regno);
	reg = &cur_regs(env)[regno];
	wide = uses_64_bits(insn, reg, use);
	if (use == USE_SRC)
		return use_source(env, regno, reg, wide);
	if (regno == BPF_REG_10)
		return reject(env, FRAME_POINTER_WRITE);
	reg->live |= LIVE_WRITTEN;
	reg->subreg_def = wide ? SUBREG_DEF_NONE : (s32)env->w->insn + 1;
	if (use == USE_DST)
		forget_value(env, reg);
	return 0;
}
