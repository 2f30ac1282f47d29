/* The JIT's memory accesses: loads, stores, atomics, the speculation barrier. */
#include "emit.h"

#define USER_SPACE_END 0x800000000000ull /* TASK_SIZE_MAX + PAGE_SIZE, with four levels of page tables */

bool emit_load(struct emit *e)
{
	x86_load(&e->code, BPF_SIZE(e->insn->code), e->dst, e->src, e->insn->off);
	return true;
}

/* A short jump forward whose distance is not known yet: where it is counted from. */
static u32 jump_ahead(struct x86_code *c, u8 opcode)
{
	x86_bytes2(c, opcode, 0);
	return c->n;
}

static void lands_here(struct x86_code *c, u32 from)
{
	c->bytes[from - 1] = c->n - from;
}

static bool add_exentry(struct emit *e, u32 begin)
{
	struct jit_build *build = e->build;
	u32 number = build->nexentries++;

	if (!build->writes)
		return true;
	if (number >= e->image->nexentries)
		return emit_fail(e, -EFAULT, "more loads that may fault than counted before");
	e->image->exentries[number] = (struct jit_exentry){
		.off = e->image->off[e->i] + begin,
		.skip = e->code.n - begin,
		.reg = e->insn->dst_reg,
	};
	return true;
}

/*
 * A load that may fault. User addresses read zero without being touched: src + off must not be below the
 * limit, nor wrap around to a small number. One register is free to find that out, so it takes two
 * branches.
 */
bool emit_probe(struct emit *e)
{
	struct x86_code *c = &e->code;
	u32 distance = e->insn->off < 0 ? -e->insn->off : e->insn->off;
	u32 too_low, no_carry, done, load;

	if (e->insn->dst_reg > BPF_REG_9)
		return emit_fail(e, -EFAULT, "a load that may fault goes into r%u", e->insn->dst_reg);
	x86_note(c, JIT_NOTE_PROBE);
	x86_mov_imm64(c, R11, USER_SPACE_END + distance);
	if (!emit_reloc(e, JIT_RELOC_PROBE_LIMIT, 8, distance, USER_SPACE_END + distance))
		return false;
	x86_op(c, true, 0x39, R11, e->src);
	too_low = jump_ahead(c, X86_JB);
	x86_mov(c, true, R11, e->src);
	x86_op1(c, true, 0x81, 0, R11);
	x86_imm32(c, e->insn->off);
	no_carry = jump_ahead(c, X86_JAE);
	lands_here(c, too_low);
	x86_mov_imm32(c, false, e->dst, 0);
	done = jump_ahead(c, X86_JMP_SHORT);
	lands_here(c, no_carry);
	load = c->n;
	emit_load(e);
	lands_here(c, done);
	return add_exentry(e, load);
}

bool emit_store(struct emit *e)
{
	x86_store(&e->code, BPF_SIZE(e->insn->code), e->dst, e->src, e->insn->off);
	return true;
}

bool emit_store_imm(struct emit *e)
{
	struct x86_code *c = &e->code;
	u8 size = BPF_SIZE(e->insn->code);
	s32 imm = e->insn->imm;

	if (size == BPF_H)
		x86_byte(c, 0x66);
	x86_rex(c, size == BPF_DW, 0, e->dst);
	x86_byte(c, size == BPF_B ? 0xc6 : 0xc7);
	x86_mem(c, 0, e->dst, e->insn->off);
	if (size == BPF_B)
		x86_byte(c, imm);
	else if (size == BPF_H)
		x86_bytes2(c, imm, imm >> 8);
	else
		x86_imm32(c, imm);
	return true;
}

/* --- atomics --- */

struct atomic_op {
	s32 imm;
	u8 opcode, second;    /* second: of 0x0f opcodes */
	bool loop;            /* x86 has it, but without the old value */
};

static const struct atomic_op atomic_ops[] = {
	{BPF_ADD, 0x01, 0, false},
	{BPF_OR, 0x09, 0, false},
	{BPF_AND, 0x21, 0, false},
	{BPF_XOR, 0x31, 0, false},
	{BPF_ADD | BPF_FETCH, 0x0f, 0xc1, false},
	{BPF_XCHG, 0x87, 0, false},
	{BPF_CMPXCHG, 0x0f, 0xb1, false},
	{BPF_OR | BPF_FETCH, 0x09, 0, true},
	{BPF_AND | BPF_FETCH, 0x21, 0, true},
	{BPF_XOR | BPF_FETCH, 0x31, 0, true},
};

static const struct atomic_op *find_atomic(s32 imm)
{
	for (u32 i = 0; i < ARRAY_SIZE(atomic_ops); i++)
		if (atomic_ops[i].imm == imm)
			return &atomic_ops[i];
	return NULL;
}

static void locked(struct emit *e, u8 opcode, u8 second, u8 base, u8 src)
{
	struct x86_code *c = &e->code;

	x86_byte(c, 0xf0);
	x86_rex(c, BPF_SIZE(e->insn->code) == BPF_DW, src, base);
	x86_byte(c, opcode);
	if (second)
		x86_byte(c, second);
	x86_mem(c, src, base, e->insn->off);
}

/* Load, compute, cmpxchg, again if someone else was faster. cmpxchg needs rax: r0 waits in r10. */
static void fetch_loop(struct emit *e, u8 opcode)
{
	struct x86_code *c = &e->code;
	u8 size = BPF_SIZE(e->insn->code);
	u8 base = e->dst == RAX ? R10 : e->dst, operand = e->src == RAX ? R10 : e->src;
	u32 again;

	x86_note(c, JIT_NOTE_CMPXCHG_LOOP);
	x86_mov(c, true, R10, RAX);
	again = c->n;
	x86_load(c, size, RAX, base, e->insn->off);
	x86_mov(c, size == BPF_DW, R11, RAX);
	x86_op(c, size == BPF_DW, opcode, operand, R11);
	locked(e, 0x0f, 0xb1, base, R11);
	x86_bytes2(c, X86_JNE, again - (c->n + 2));
	x86_mov(c, size == BPF_DW, operand, RAX);
	x86_mov(c, true, RAX, R10);
}

bool emit_atomic(struct emit *e)
{
	const struct atomic_op *op = find_atomic(e->insn->imm);

	if (!op)
		return emit_fail(e, -EFAULT, "atomic operation 0x%02x does not exist", e->insn->imm);
	if (op->loop)
		fetch_loop(e, op->opcode);
	else
		locked(e, op->opcode, op->second, e->dst, e->src);
	return true;
}

bool emit_nospec(struct emit *e)
{
	if (e->build->target->no_lfence) {
		x86_note(&e->code, JIT_NOTE_NO_CODE);
	} else {
		x86_note(&e->code, JIT_NOTE_BARRIER);
		x86_bytes3(&e->code, 0x0f, 0xae, 0xe8);
	}
	return true;
}
