/* Writing x86-64 instructions: see x86.h. */
#include "x86.h"

void x86_mem(struct x86_code *c, u8 reg, u8 base, s32 disp)
{
	u8 regs = (reg & 7) << 3 | (base & 7);

	if (fits_imm8(disp)) {
		x86_note(c, JIT_NOTE_DISP8);
		x86_bytes2(c, 0x40 | regs, disp);
	} else {
		x86_note(c, JIT_NOTE_DISP32);
		x86_byte(c, 0x80 | regs);
		x86_imm32(c, disp);
	}
}

void x86_load(struct x86_code *c, u8 size, u8 dst, u8 base, s32 disp)
{
	bool narrow = size == BPF_B || size == BPF_H;

	x86_rex(c, size != BPF_W, dst, base);
	if (narrow)
		x86_bytes2(c, 0x0f, size == BPF_B ? 0xb6 : 0xb7); /* movzx */
	else
		x86_byte(c, X86_LOAD);
	x86_mem(c, dst, base, disp);
}

void x86_store(struct x86_code *c, u8 size, u8 base, u8 src, s32 disp)
{
	if (size == BPF_H)
		x86_byte(c, 0x66);
	/* Without a prefix, 4-7 are not the low bytes of rsp .. rdi, but ah .. bh. */
	if (size == BPF_B && src >= RSP && src < R8 && base < R8)
		x86_byte(c, 0x40);
	else
		x86_rex(c, size == BPF_DW, src, base);
	x86_byte(c, size == BPF_B ? 0x88 : X86_STORE);
	x86_mem(c, src, base, disp);
}

void x86_mov_imm32(struct x86_code *c, bool sext, u8 dst, u32 imm)
{
	if (sext && (s32)imm < 0) {
		x86_note(c, JIT_NOTE_MOV_SEXT);
		x86_op1(c, true, 0xc7, 0, dst);
		x86_imm32(c, imm);
	} else if (!imm) {
		x86_note(c, JIT_NOTE_XOR_ZERO);
		x86_op(c, false, 0x31, dst, dst);
	} else {
		x86_note(c, JIT_NOTE_MOV_ZEXT);
		x86_rex(c, false, 0, dst);
		x86_byte(c, 0xb8 | (dst & 7));
		x86_imm32(c, imm);
	}
}

void x86_mov_imm64(struct x86_code *c, u8 dst, u64 imm)
{
	if (imm == (u32)imm) {
		x86_mov_imm32(c, false, dst, imm);
		return;
	}
	x86_note(c, JIT_NOTE_MOVABS);
	x86_rex(c, true, 0, dst);
	x86_byte(c, 0xb8 | (dst & 7));
	x86_imm64(c, imm);
}

bool x86_rel32(struct x86_code *c, u8 opcode, u64 target, u64 ip)
{
	s64 distance = target - (ip + JIT_PATCH_SIZE);

	x86_byte(c, opcode);
	x86_imm32(c, distance);
	return !ip || fits_imm32(distance);
}

/* One instruction that does nothing, by length; the ones that Intel recommends. */
void x86_nops(struct x86_code *c, u32 n)
{
	static const u8 nops[][8] = {
		{0},
		{0x90},
		{0x66, 0x90},
		{0x0f, 0x1f, 0x00},
		{0x0f, 0x1f, 0x40, 0x00},
		{0x0f, 0x1f, 0x44, 0x00, 0x00},
		{0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
		{0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
		{0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
	};

	while (n) {
		u32 len = n > 8 ? 8 : n;

		for (u32 i = 0; i < len; i++)
			x86_byte(c, nops[len][i]);
		n -= len;
	}
}

bool x86_jump_reg(struct x86_code *c, const struct jit_target *target, u8 reg, u64 ip)
{
	if (target->indirect == JIT_RETPOLINE || target->indirect == JIT_ITS) {
		x86_note(c, JIT_NOTE_THUNK);
		return x86_rel32(c, X86_JMP, target->indirect_thunk[reg], ip);
	}
	if (target->indirect == JIT_RETPOLINE_LFENCE)
		x86_bytes3(c, 0x0f, 0xae, 0xe8);
	x86_bytes2(c, 0xff, 0xe0 | reg);
	if (target->indirect == JIT_JMP)
		x86_byte(c, X86_INT3); /* no speculation past the jump */
	return true;
}

bool x86_return(struct x86_code *c, const struct jit_target *target, u64 ip)
{
	if (target->rethunk) {
		x86_note(c, JIT_NOTE_THUNK);
		return x86_rel32(c, X86_JMP, target->return_thunk, ip);
	}
	x86_bytes2(c, X86_RET, X86_INT3);
	return true;
}
