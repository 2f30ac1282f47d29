/* Stack, map values and packets of plausible programs: see plausible_maker.h. */
#include "plausible_maker.h"

static void load_or_store(struct maker *m, u32 base, s32 off, u32 size)
{
	u32 reg = number(m);

	switch (roll(m, 4)) {
	case 0:
		emit(m, INSN(BPF_STX | BPF_MEM | size_code(size), base, reg, off, 0));
		break;
	case 1:
		emit(m, INSN(BPF_ST | BPF_MEM | size_code(size), base, 0, off, dice_number(m->dice)));
		break;
	case 2:
		if (size >= 4) {
			emit(m, INSN(BPF_STX | BPF_ATOMIC | size_code(size), base, reg, off,
				     BPF_ADD | (roll(m, 2) ? BPF_FETCH : 0)));
			break;
		}
		__attribute__((fallthrough));
	default:
		reg = fresh(m);
		emit(m, INSN(BPF_LDX | BPF_MEM | size_code(size), reg, base, off, 0));
	}
}

/* base + a number whose bounds are known, or so it seems; object: @size bytes from @low. */
static void variable_access(struct maker *m, u32 base, s32 low, u32 size)
{
	u32 index = number(m), width = 1 << roll(m, 4), room = 1 + roll(m, size);
	u32 at = m->holds[BPF_REG_2] == CONTEXT ? BPF_REG_3 : BPF_REG_2,
	    rest = size - (room < size ? room : size - 1);

	if (at == index || at == base)
		return;
	if (roll(m, 4))
		bound(m, index, room);
	emit(m, ALU64_X(MOV, at, base));
	m->holds[at] = NOTHING;
	emit(m, roll(m, 4) ? ALU64_X(ADD, at, index) : ALU64_X(SUB, at, index));
	load_or_store(m, at, low + (s32)roll(m, rest + 1) - (roll(m, 8) ? (s32)width : 0), width);
}

void stack(struct maker *m)
{
	u32 width = 1 << roll(m, 4);
	s32 off = -(s32)width * (s32)(1 + roll(m, STACK_USED / width));

	if (roll(m, 3) == 0 && !m->world->unprivileged)
		variable_access(m, BPF_REG_10, -STACK_USED, STACK_USED);
	else
		load_or_store(m, BPF_REG_10, off, width);
}

void stack_bytes(struct maker *m)
{
	u32 index = number(m), width = 1 << roll(m, 4), reg;
	s32 low = -8 * (s32)(2 + roll(m, 6));

	if (m->world->unprivileged || m->holds[BPF_REG_2] == CONTEXT || index == BPF_REG_2)
		return;
	emit(m, ST(DW, BPF_REG_10, low, roll(m, 2) ? 0 : -1));
	emit(m, ST(DW, BPF_REG_10, low + 8, roll(m, 2) ? 0 : -1));
	bound(m, index, 16 - width + 1);
	emit(m, ALU64_X(MOV, BPF_REG_2, BPF_REG_10));
	emit(m, ALU64_X(ADD, BPF_REG_2, index));
	emit(m, ALU64_K(MOV, index, roll(m, 2)));
	emit(m, INSN(BPF_STX | BPF_MEM | size_code(width), BPF_REG_2, index, low, 0));
	m->holds[BPF_REG_2] = NOTHING;
	reg = fresh(m);
	emit(m,
	     INSN(BPF_LDX | BPF_MEM | size_code(1 << roll(m, 4)), reg, BPF_REG_10, low + 8 * roll(m, 2), 0));
	if (roll(m, 2))
		jump_to_exit(m, any_jump(m, reg, roll(m, 2)));
}

void spill(struct maker *m)
{
	u32 reg = roll(m, BPF_REG_10), to;
	s32 off = -8 * (s32)(1 + roll(m, STACK_USED / 8));

	if (m->holds[reg] == NOTHING)
		return;
	emit(m, STX(DW, BPF_REG_10, reg, off));
	if (roll(m, 2))
		arithmetic(m);
	to = fresh(m);
	m->holds[to] = m->holds[reg];
	emit(m, LDX(DW, to, BPF_REG_10, off));
}

void value_access(struct maker *m)
{
	int value = find(m, VALUE);

	if (value < 0)
		lookup(m);
	else if (roll(m, 2))
		variable_access(m, value, 0, PLAUSIBLE_VALUE_SIZE);
	else
		load_or_store(m, value, roll(m, PLAUSIBLE_VALUE_SIZE - 7), 1 << roll(m, 4));
}

void packet_access(struct maker *m)
{
	int ctx = find(m, CONTEXT);
	bool is_xdp = m->out->type == BPF_PROG_TYPE_XDP;
	u32 room = 1 + roll(m, 40), width = 1 << roll(m, 4);
	u32 index = number(m);

	if (m->out->type == BPF_PROG_TYPE_SOCKET_FILTER && roll(m, 16))
		return;
	if (ctx < 0 || (index >= BPF_REG_2 && index <= BPF_REG_4) || m->holds[BPF_REG_4] == CONTEXT)
		return;
	emit(m, LDX(W, BPF_REG_2, ctx, is_xdp ? 0 : 76));
	emit(m, LDX(W, BPF_REG_3, ctx, is_xdp ? 4 : 80));
	if (roll(m, 2)) {
		bound(m, index, 1 + roll(m, 60));
		emit(m, ALU64_X(ADD, BPF_REG_2, index));
	}
	emit(m, ALU64_X(MOV, BPF_REG_4, BPF_REG_2));
	emit(m, ALU64_K(ADD, BPF_REG_4, room));
	jump_to_exit(m,
		     roll(m, 2) ? JMP_X(JGT, BPF_REG_4, BPF_REG_3, 0) : JMP_X(JLT, BPF_REG_3, BPF_REG_4, 0));
	m->holds[BPF_REG_2] = m->holds[BPF_REG_3] = m->holds[BPF_REG_4] = NOTHING;
	load_or_store(m, BPF_REG_2, roll(m, room + 1) - (room > width ? width : 0), width);
}
