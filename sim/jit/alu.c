/* The JIT's arithmetic: ALU and ALU64, ld_imm64. */
#include "emit.h"

/* By BPF_OP >> 4. */
static const u8 alu_opcode[16] = {
	[BPF_ADD >> 4] = 0x01, [BPF_OR >> 4] = 0x09,  [BPF_AND >> 4] = 0x21,
	[BPF_SUB >> 4] = 0x29, [BPF_XOR >> 4] = 0x31,
};

/* The "digit" that selects the operation; times 8 it is also the opcode for rax, less 5. */
static const u8 alu_digit[16] = {
	[BPF_ADD >> 4] = 0, [BPF_OR >> 4] = 1, [BPF_AND >> 4] = 4, [BPF_SUB >> 4] = 5, [BPF_XOR >> 4] = 6,
};

static const u8 shift_digit[16] = {
	[BPF_LSH >> 4] = 4, [BPF_RSH >> 4] = 5, [BPF_ARSH >> 4] = 7,
};

bool emit_alu_reg(struct emit *e)
{
	x86_op(&e->code, emit_is_64(e), alu_opcode[e->insn->code >> 4], e->src, e->dst);
	return true;
}

bool emit_alu_imm(struct emit *e)
{
	struct x86_code *c = &e->code;
	u8 digit = alu_digit[e->insn->code >> 4];
	s32 imm = e->insn->imm;

	if (fits_imm8(imm)) {
		x86_note(c, JIT_NOTE_IMM8);
		x86_op1(c, emit_is_64(e), 0x83, digit, e->dst);
		x86_byte(c, imm);
		return true;
	}
	x86_note(c, JIT_NOTE_IMM32);
	if (e->dst == RAX) {
		x86_note(c, JIT_NOTE_RAX_FORM);
		x86_rex(c, emit_is_64(e), 0, RAX);
		x86_byte(c, digit << 3 | 5);
	} else {
		x86_op1(c, emit_is_64(e), 0x81, digit, e->dst);
	}
	x86_imm32(c, imm);
	return true;
}

bool emit_mov_reg(struct emit *e)
{
	bool wide = emit_is_64(e);

	if (wide && e->dst == e->src)
		x86_note(&e->code, JIT_NOTE_NO_CODE);
	else
		x86_mov(&e->code, wide, e->dst, e->src);
	return true;
}

bool emit_mov_imm(struct emit *e)
{
	x86_mov_imm32(&e->code, emit_is_64(e), e->dst, e->insn->imm);
	return true;
}

bool emit_neg(struct emit *e)
{
	x86_op1(&e->code, emit_is_64(e), 0xf7, 3, e->dst);
	return true;
}

bool emit_mul_reg(struct emit *e)
{
	x86_rex(&e->code, emit_is_64(e), e->dst, e->src);
	x86_bytes2(&e->code, 0x0f, 0xaf);
	x86_modrm(&e->code, e->dst, e->src);
	return true;
}

bool emit_mul_imm(struct emit *e)
{
	s32 imm = e->insn->imm;

	x86_note(&e->code, fits_imm8(imm) ? JIT_NOTE_IMM8 : JIT_NOTE_IMM32);
	x86_op(&e->code, emit_is_64(e), fits_imm8(imm) ? 0x6b : 0x69, e->dst, e->dst);
	if (fits_imm8(imm))
		x86_byte(&e->code, imm);
	else
		x86_imm32(&e->code, imm);
	return true;
}

/* Where div may take its divisor from: not from rax and rdx, which hold the dividend. */
static u8 divisor(struct emit *e)
{
	if (BPF_SRC(e->insn->code) == BPF_K) {
		x86_op1(&e->code, true, 0xc7, 0, R11);
		x86_imm32(&e->code, e->insn->imm);
		return R11;
	}
	if (e->src != RAX && e->src != RDX)
		return e->src;
	x86_mov(&e->code, true, R11, e->src);
	return R11;
}

/* "/=" and "%=": div leaves the quotient in rax, the rest in rdx. */
bool emit_div(struct emit *e)
{
	struct x86_code *c = &e->code;
	bool wide = emit_is_64(e);
	u8 result = BPF_OP(e->insn->code) == BPF_MOD ? RDX : RAX;
	u8 by;

	x86_note(c, JIT_NOTE_DIV_SAVES);
	if (e->dst != RAX)
		x86_push(c, RAX);
	if (e->dst != RDX)
		x86_push(c, RDX);
	by = divisor(e);
	if (e->dst != RAX)
		x86_mov(c, wide, RAX, e->dst);
	x86_op(c, false, 0x31, RDX, RDX);
	x86_op1(c, wide, 0xf7, 6, by);
	if (e->dst != result)
		x86_mov(c, wide, e->dst, result);
	if (e->dst != RDX)
		x86_pop(c, RDX);
	if (e->dst != RAX)
		x86_pop(c, RAX);
	return true;
}

bool emit_shift_imm(struct emit *e)
{
	bool one = e->insn->imm == 1;

	if (one)
		x86_note(&e->code, JIT_NOTE_SHIFT_ONE);
	x86_op1(&e->code, emit_is_64(e), one ? 0xd1 : 0xc1, shift_digit[e->insn->code >> 4], e->dst);
	if (!one)
		x86_byte(&e->code, e->insn->imm);
	return true;
}

bool emit_shift_reg(struct emit *e)
{
	struct x86_code *c = &e->code;
	u8 shifted = e->dst == RCX ? R11 : e->dst;

	if (shifted != e->dst)
		x86_mov(c, true, shifted, RCX);
	if (e->src != RCX) {
		x86_note(c, JIT_NOTE_SHIFT_RCX);
		x86_push(c, RCX);
		x86_mov(c, true, RCX, e->src);
	}
	x86_op1(c, emit_is_64(e), 0xd3, shift_digit[e->insn->code >> 4], shifted);
	if (e->src != RCX)
		x86_pop(c, RCX);
	if (shifted != e->dst)
		x86_mov(c, true, RCX, shifted);
	return true;
}

static void zero_extend_16(struct emit *e)
{
	x86_rex(&e->code, false, e->dst, e->dst);
	x86_bytes2(&e->code, 0x0f, 0xb7);
	x86_modrm(&e->code, e->dst, e->dst);
}

bool emit_to_be(struct emit *e)
{
	struct x86_code *c = &e->code;

	if (e->insn->imm == 16) { /* ror 8, of the lower half */
		x86_byte(c, 0x66);
		x86_op1(c, false, 0xc1, 1, e->dst);
		x86_byte(c, 8);
		zero_extend_16(e);
	} else {
		x86_rex(c, e->insn->imm == 64, 0, e->dst);
		x86_bytes2(c, 0x0f, 0xc8 | (e->dst & 7)); /* bswap */
	}
	return true;
}

bool emit_to_le(struct emit *e)
{
	if (e->insn->imm == 16)
		zero_extend_16(e);
	else if (e->insn->imm == 32)
		x86_mov(&e->code, false, e->dst, e->dst);
	else
		x86_note(&e->code, JIT_NOTE_NO_CODE);
	return true;
}

/* The address of a function of the program: known in the extra pass only, but never short. */
static bool func_address(struct emit *e)
{
	const struct jit_build *build = e->build;
	u32 func = e->insn[1].imm;
	u64 address;

	if (func >= build->program->nfuncs)
		return emit_fail(e, -EINVAL, "ld_imm64 of function %u, there are %u", func,
				 build->program->nfuncs);
	address = build->extra ? build->func[func].address : 0x100000001;
	x86_mov_imm64(&e->code, e->dst, address);
	return emit_reloc(e, JIT_RELOC_FUNC_ADDR, 8, func, address);
}

bool emit_ld_imm64(struct emit *e)
{
	u64 imm;

	if (e->i + 1 >= e->image->len)
		return emit_fail(e, -EINVAL, "the last insn is half a ld_imm64");
	if (insn_is_pseudo_func(e->insn))
		return func_address(e);
	imm = (u64)(u32)e->insn[1].imm << 32 | (u32)e->insn->imm;
	x86_mov_imm64(&e->code, e->dst, imm);
	return imm == (u32)imm || emit_reloc(e, JIT_RELOC_IMM64, 8, 0, imm);
}
