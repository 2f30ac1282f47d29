/* Changes of programs: see mutate.h. */
#include "dice.h"
#include "insn.h"
#include "mutate.h"

static bool is_jump(const struct bpf_insn *insn)
{
	u8 cls = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (cls == BPF_JMP || cls == BPF_JMP32) && op != BPF_CALL && op != BPF_EXIT;
}

/* Does imm say how far a function is? */
static bool names_function(const struct bpf_insn *insn)
{
	return insn_is_pseudo_func(insn) || insn_is_pseudo_call(insn);
}

/* --- an instruction more, one less --- */

/* Where what is at @index goes when the instructions from @at on move by @by. */
static s32 moved(s32 index, s32 at, s32 by)
{
	return index >= at ? index + by : index;
}

/* Jumps to @at itself then lead to what is new there: only what lies behind it counts as moved. */
static void move_targets(struct subject *subject, s32 at, s32 by)
{
	for (s32 i = 0; i < (s32)subject->count; i++) {
		struct bpf_insn *insn = &subject->insns[i];
		s32 next = moved(i, at, by) + 1;

		if (is_jump(insn))
			insn->off = moved(i + 1 + insn->off, at + 1, by) - next;
		else if (names_function(insn))
			insn->imm = moved(i + 1 + insn->imm, at + 1, by) - next;
		if (insn_is_ld_imm64(insn))
			i++;
	}
	for (u32 f = 0; f < subject->nfuncs; f++)
		subject->func[f].insn_off = moved(subject->func[f].insn_off, at + 1, by);
}

static void insert(struct subject *subject, u32 at, struct bpf_insn insn)
{
	if (subject->count == SUBJECT_MAX)
		return;
	if (at && insn_is_ld_imm64(&subject->insns[at - 1]))
		at--;
	move_targets(subject, at, 1);
	memmove(&subject->insns[at + 1], &subject->insns[at], (subject->count - at) * sizeof(insn));
	subject->insns[at] = insn;
	subject->count++;
}

bool take_out(struct subject *subject, u32 at)
{
	u32 slots = insn_is_ld_imm64(&subject->insns[at]) ? 2 : 1;

	if (subject->count <= at + slots)
		return false;
	for (u32 i = 0; i < slots; i++) {
		move_targets(subject, at, -1);
		memmove(&subject->insns[at], &subject->insns[at + 1],
			(subject->count - at - 1) * sizeof(struct bpf_insn));
		subject->count--;
	}
	return true;
}

/* --- the changes: instruction @at, or what is there --- */

static void change_off(u64 *dice, struct subject *subject, u32 at)
{
	subject->insns[at].off += (s32)dice_roll(dice, 17) - 8;
}

static void change_imm(u64 *dice, struct subject *subject, u32 at)
{
	struct bpf_insn *insn = &subject->insns[at];

	switch (dice_roll(dice, 3)) {
	case 0:
		insn->imm = dice_number(dice);
		break;
	case 1:
		insn->imm = (u32)insn->imm + dice_roll(dice, 17) - 8;
		break;
	default:
		insn->imm ^= 1u << dice_roll(dice, 32);
	}
}

static void change_dst(u64 *dice, struct subject *subject, u32 at)
{
	subject->insns[at].dst_reg = dice_roll(dice, 11);
}

static void change_src(u64 *dice, struct subject *subject, u32 at)
{
	subject->insns[at].src_reg = dice_roll(dice, 11);
}

static void change_bit(u64 *dice, struct subject *subject, u32 at)
{
	subject->insns[at].code ^= 1u << dice_roll(dice, 8);
}

/* Another operation, another width: the kind stays. */
static void change_operation(u64 *dice, struct subject *subject, u32 at)
{
	struct bpf_insn *insn = &subject->insns[at];
	u8 cls = BPF_CLASS(insn->code);

	if (cls == BPF_ALU || cls == BPF_ALU64)
		insn->code = (insn->code & 0x0f) | dice_roll(dice, 13) << 4;
	else if (is_jump(insn))
		insn->code = (insn->code & 0x0f) | (1 + dice_roll(dice, 13)) << 4;
	else if (cls == BPF_LDX || cls == BPF_ST || cls == BPF_STX)
		insn->code = (insn->code & ~0x18) | dice_roll(dice, 4) << 3;
}

static void change_width(u64 *dice, struct subject *subject, u32 at)
{
	struct bpf_insn *insn = &subject->insns[at];
	u8 cls = BPF_CLASS(insn->code);

	(void)dice;
	if (cls == BPF_ALU || cls == BPF_ALU64)
		insn->code ^= BPF_ALU ^ BPF_ALU64;
	else if (is_jump(insn))
		insn->code ^= BPF_JMP ^ BPF_JMP32;
}

/* A register instead of a number, or the other way round. */
static void change_source(u64 *dice, struct subject *subject, u32 at)
{
	struct bpf_insn *insn = &subject->insns[at];
	u8 cls = BPF_CLASS(insn->code);

	if (cls != BPF_ALU && cls != BPF_ALU64 && !is_jump(insn))
		return;
	insn->code ^= BPF_X;
	insn->src_reg = BPF_SRC(insn->code) == BPF_X ? dice_roll(dice, 10) : 0;
	insn->imm = BPF_SRC(insn->code) == BPF_X ? 0 : dice_number(dice);
}

static void change_target(u64 *dice, struct subject *subject, u32 at)
{
	if (is_jump(&subject->insns[at]))
		subject->insns[at].off = (s32)dice_roll(dice, subject->count) - (s32)at - 1;
}

static void swap(u64 *dice, struct subject *subject, u32 at)
{
	struct bpf_insn insn = subject->insns[at];

	(void)dice;
	if (at + 1 == subject->count)
		return;
	subject->insns[at] = subject->insns[at + 1];
	subject->insns[at + 1] = insn;
}

static void overwrite(u64 *dice, struct subject *subject, u32 at)
{
	subject->insns[at] = subject->insns[dice_roll(dice, subject->count)];
}

static void double_one(u64 *dice, struct subject *subject, u32 at)
{
	u32 from = dice_roll(dice, subject->count);

	if (!insn_is_ld_imm64(&subject->insns[from]) &&
	    (!from || !insn_is_ld_imm64(&subject->insns[from - 1])))
		insert(subject, at, subject->insns[from]);
}

static void insert_arithmetic(u64 *dice, struct subject *subject, u32 at)
{
	u8 cls = dice_roll(dice, 2) ? BPF_ALU64 : BPF_ALU, op = dice_roll(dice, 13) << 4;
	u8 dst = dice_roll(dice, 10), src = dice_roll(dice, 10);

	if (op == BPF_NEG)
		insert(subject, at, INSN(cls | op, dst, 0, 0, 0));
	else if (dice_roll(dice, 2))
		insert(subject, at, INSN(cls | op | BPF_X, dst, src, 0, 0));
	else
		insert(subject, at, INSN(cls | op | BPF_K, dst, 0, 0, dice_number(dice)));
}

/* A spill, or a load of what is on the stack. */
static void insert_stack(u64 *dice, struct subject *subject, u32 at)
{
	u32 size = dice_roll(dice, 2) ? BPF_DW : dice_roll(dice, 4) << 3, reg = dice_roll(dice, 10);
	s32 off = -8 * (s32)(1 + dice_roll(dice, 8)) + (dice_roll(dice, 4) ? 0 : (s32)dice_roll(dice, 8));

	if (dice_roll(dice, 2))
		insert(subject, at, INSN(BPF_STX | BPF_MEM | size, BPF_REG_10, reg, off, 0));
	else
		insert(subject, at, INSN(BPF_LDX | BPF_MEM | size, reg, BPF_REG_10, off, 0));
}

/* A branch that both ways of which meet soon. */
static void insert_branch(u64 *dice, struct subject *subject, u32 at)
{
	u8 cls = dice_roll(dice, 2) ? BPF_JMP : BPF_JMP32, op = (1 + dice_roll(dice, 7)) << 4;

	insert(subject, at,
	       INSN(cls | op | BPF_K, dice_roll(dice, 10), 0, 1 + dice_roll(dice, 4), dice_number(dice)));
}

static void remove_one(u64 *dice, struct subject *subject, u32 at)
{
	(void)dice;
	take_out(subject, at);
}

static void skip_one(u64 *dice, struct subject *subject, u32 at)
{
	(void)dice;
	subject->insns[at] = INSN(BPF_JMP | BPF_JA, 0, 0, 0, 0);
}

static void (*const changes[])(u64 *dice, struct subject *subject, u32 at) = {
	change_off,        change_off,
	change_imm,        change_imm,
	change_imm,        change_dst,
	change_src,        change_bit,
	change_operation,  change_operation,
	change_width,      change_source,
	change_target,     swap,
	overwrite,         double_one,
	double_one,        insert_arithmetic,
	insert_arithmetic, insert_arithmetic,
	insert_stack,      insert_stack,
	insert_branch,     insert_branch,
	remove_one,        remove_one,
	skip_one,
};

void mutate(u64 *dice, struct subject *subject, u32 times)
{
	subject->mutated = true;
	while (times--)
		changes[dice_roll(dice, ARRAY_SIZE(changes))](dice, subject, dice_roll(dice, subject->count));
}
