/*
 * Instructions that the kernel itself writes: the builders (include/linux/filter.h), and the few insns that
 * take the place of one when a program is translated.
 */
#ifndef SIM_PATCH_H
#define SIM_PATCH_H

#include "isa.h"

#define PATCH_MAX 32u        /* bpf_loop written out takes 19 */

struct patch {
	struct bpf_insn insn[PATCH_MAX];
	u32 n;
};

static inline void patch_add(struct patch *p, struct bpf_insn insn)
{
	p->insn[p->n++] = insn;
}

static inline struct bpf_insn make_insn(u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	return (struct bpf_insn){.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm};
}

/* Bits of a load's or store's opcode for @bytes: 1, 2, 4 or 8. */
static inline u8 size_code(u32 bytes)
{
	return bytes == 1 ? BPF_B : bytes == 2 ? BPF_H : bytes == 4 ? BPF_W : BPF_DW;
}

/* dst = *(size *)(src + off) */
static inline struct bpf_insn make_load(u8 size, u8 dst, u8 src, s16 off)
{
	return make_insn(BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

/* *(size *)(dst + off) = src */
static inline struct bpf_insn make_store(u8 size, u8 dst, u8 src, s16 off)
{
	return make_insn(BPF_STX | BPF_MEM | size, dst, src, off, 0);
}

/* *(size *)(dst + off) = imm */
static inline struct bpf_insn make_store_imm(u8 size, u8 dst, s16 off, s32 imm)
{
	return make_insn(BPF_ST | BPF_MEM | size, dst, 0, off, imm);
}

/* @op: BPF_ADD, ... */
static inline struct bpf_insn make_alu64_reg(u8 op, u8 dst, u8 src)
{
	return make_insn(BPF_ALU64 | op | BPF_X, dst, src, 0, 0);
}

static inline struct bpf_insn make_alu64_imm(u8 op, u8 dst, s32 imm)
{
	return make_insn(BPF_ALU64 | op | BPF_K, dst, 0, 0, imm);
}

static inline struct bpf_insn make_alu32_reg(u8 op, u8 dst, u8 src)
{
	return make_insn(BPF_ALU | op | BPF_X, dst, src, 0, 0);
}

static inline struct bpf_insn make_alu32_imm(u8 op, u8 dst, s32 imm)
{
	return make_insn(BPF_ALU | op | BPF_K, dst, 0, 0, imm);
}

/* @op: BPF_JEQ, ... */
static inline struct bpf_insn make_jump_imm(u8 op, u8 dst, s32 imm, s16 off)
{
	return make_insn(BPF_JMP | op | BPF_K, dst, 0, off, imm);
}

static inline struct bpf_insn make_jump_reg(u8 op, u8 dst, u8 src, s16 off)
{
	return make_insn(BPF_JMP | op | BPF_X, dst, src, off, 0);
}

static inline struct bpf_insn make_jump32_imm(u8 op, u8 dst, s32 imm, s16 off)
{
	return make_insn(BPF_JMP32 | op | BPF_K, dst, 0, off, imm);
}

static inline struct bpf_insn make_goto(s16 off)
{
	return make_insn(BPF_JMP | BPF_JA, 0, 0, off, 0);
}

static inline struct bpf_insn make_call(s32 imm)
{
	return make_insn(BPF_JMP | BPF_CALL, 0, 0, 0, imm);
}

static inline struct bpf_insn make_exit(void)
{
	return make_insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* Two slots. */
static inline void patch_add_imm64(struct patch *p, u8 dst, u64 imm)
{
	patch_add(p, make_insn(BPF_LD | BPF_IMM | BPF_DW, dst, 0, 0, (u32)imm));
	patch_add(p, make_insn(0, 0, 0, 0, imm >> 32));
}

#endif
