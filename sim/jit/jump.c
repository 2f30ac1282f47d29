/*
 * The JIT's jumps: short or near, and the padding that keeps code from shrinking.
 *
 * A displacement is the one that the offsets known now give: those of this pass for what is behind, those
 * of the pass before for what is ahead.
 */
#include "emit.h"

/*
 * A short jump could reach 127 bytes, but two jumps over each other might then take turns in being short
 * for ever.
 */
static bool is_short(s64 distance)
{
	return distance >= -128 && distance <= 123;
}

/* By BPF_OP >> 4. */
static const u8 conditions[16] = {
	[BPF_JEQ >> 4] = X86_JE,   [BPF_JSET >> 4] = X86_JNE, [BPF_JNE >> 4] = X86_JNE,
	[BPF_JGT >> 4] = X86_JA,   [BPF_JLT >> 4] = X86_JB,   [BPF_JGE >> 4] = X86_JAE,
	[BPF_JLE >> 4] = X86_JBE,  [BPF_JSGT >> 4] = X86_JG,  [BPF_JSLT >> 4] = X86_JL,
	[BPF_JSGE >> 4] = X86_JGE, [BPF_JSLE >> 4] = X86_JLE,
};

/*
 * In a padded pass: nops for what the insn, with @more bytes to come, is shorter than before. Only @was is
 * possible: the difference between the long form and this one.
 */
static bool pad(struct emit *e, u32 more, s64 was, s64 was_too)
{
	s64 nops = emit_shrunk(e) - more;

	if (!e->image->pass[e->image->npasses].padded || !nops)
		return true;
	if (nops != was && nops != was_too)
		return emit_fail(e, -EFAULT, "a jump became %lld bytes shorter in a padded pass",
				 (long long)nops);
	x86_note(&e->code, JIT_NOTE_PADDED);
	x86_nops(&e->code, nops);
	return true;
}

/* Insns from the next one to the target, in bytes. */
static bool distance_to(struct emit *e, s64 off, s64 *distance)
{
	s64 target = (s64)e->i + 1 + off;

	if (target < 0 || target > e->image->len)
		return emit_fail(e, -EFAULT, "jump to insn %lld of %u", (long long)target, e->image->len);
	*distance = (s64)e->image->off[target] - e->image->off[e->i + 1];
	return true;
}

bool emit_jump_over(struct emit *e, s64 distance)
{
	if (!is_short(distance)) {
		x86_note(&e->code, JIT_NOTE_NEAR_JUMP);
		x86_byte(&e->code, X86_JMP);
		x86_imm32(&e->code, distance);
		return true;
	}
	if (!pad(e, 2, 3, 3))
		return false;
	x86_note(&e->code, JIT_NOTE_SHORT_JUMP);
	x86_bytes2(&e->code, X86_JMP_SHORT, distance);
	return true;
}

bool emit_jump(struct emit *e)
{
	s64 off = BPF_CLASS(e->insn->code) == BPF_JMP ? e->insn->off : e->insn->imm;
	s64 distance = -2; /* a jump to itself, which dead code is made of: its length is no question */

	if (off != -1 && !distance_to(e, off, &distance))
		return false;
	if (distance)
		return emit_jump_over(e, distance);
	x86_note(&e->code, JIT_NOTE_NO_JUMP);
	return pad(e, 0, 2, 5);
}

static bool emit_condition(struct emit *e)
{
	u8 condition = conditions[e->insn->code >> 4];
	s64 distance;

	if (!distance_to(e, e->insn->off, &distance))
		return false;
	if (!is_short(distance)) {
		x86_note(&e->code, JIT_NOTE_NEAR_JUMP);
		x86_bytes2(&e->code, 0x0f, condition + 0x10);
		x86_imm32(&e->code, distance);
		return true;
	}
	if (!pad(e, 2, 4, 4))
		return false;
	x86_note(&e->code, JIT_NOTE_SHORT_JUMP);
	x86_bytes2(&e->code, condition, distance);
	return true;
}

bool emit_jump_if_reg(struct emit *e)
{
	bool test = BPF_OP(e->insn->code) == BPF_JSET;

	x86_op(&e->code, emit_is_64(e), test ? 0x85 : 0x39, e->src, e->dst);
	return emit_condition(e);
}

bool emit_jump_if_imm(struct emit *e)
{
	struct x86_code *c = &e->code;
	bool wide = emit_is_64(e);
	s32 imm = e->insn->imm;

	if (BPF_OP(e->insn->code) == BPF_JSET) {
		x86_note(c, JIT_NOTE_IMM32);
		x86_op1(c, wide, 0xf7, 0, e->dst);
		x86_imm32(c, imm);
	} else if (!imm) {
		x86_note(c, JIT_NOTE_TEST_SELF);
		x86_op(c, wide, 0x85, e->dst, e->dst);
	} else if (fits_imm8(imm)) {
		x86_note(c, JIT_NOTE_IMM8);
		x86_op1(c, wide, 0x83, 7, e->dst);
		x86_byte(c, imm);
	} else {
		x86_note(c, JIT_NOTE_IMM32);
		x86_op1(c, wide, 0x81, 7, e->dst);
		x86_imm32(c, imm);
	}
	return emit_condition(e);
}
