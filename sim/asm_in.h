/*
 * The assembler's insides: a cursor over one line of source, and what its files share.
 *
 * Readers answer false and leave the cursor where it was when the text is something else; they answer false
 * with the error set (asm_fail) when it is the right thing, but wrong.
 */
#ifndef SIM_ASM_IN_H
#define SIM_ASM_IN_H

#include "asm.h"

struct asm_in {
	struct asm_prog *prog;
	const char *line;   /* start of the line */
	const char *end;    /* its end */
	const char *p;      /* the cursor */
	u32 number;         /* of the line, from 1 */
	bool measure;       /* first pass: labels have no place yet, nothing is stored */
	bool failed;
	bool numbered;      /* a line with the kernel's numbering was seen, */
	s64 base;           /* which counts the first slot as this */
	int opcode;         /* what "(85)" in front of the instruction says; -1: nothing */
};

struct asm_number {
	bool negative, hex;
	u64 magnitude;
	const char *p;      /* where it stands */
	u32 len;
};

struct asm_reg {
	u8 nr;
	bool w;             /* written w5: the lower half */
	const char *p;
};

/* Sets the error, at the @width characters at @at, unless there is one already. Always false. */
bool asm_fail(struct asm_in *in, const char *at, u32 width, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* "expected WHAT, found `what stands at the cursor`". Always false. */
bool asm_expected(struct asm_in *in, const char *what);

void asm_blank(struct asm_in *in);
bool asm_at_end(struct asm_in *in);                    /* of the line, or before a comment */
bool asm_take(struct asm_in *in, const char *sign);     /* these characters */
bool asm_take_word(struct asm_in *in, const char *word);  /* and no letter or digit behind */
bool asm_need(struct asm_in *in, const char *sign);     /* asm_take, or an error */
bool asm_name(struct asm_in *in, struct asm_span *name);
bool asm_number(struct asm_in *in, struct asm_number *number);
bool asm_reg(struct asm_in *in, struct asm_reg *reg);
bool asm_is_word(const struct asm_span *span, const char *word);

static inline u8 asm_alu_class(const struct asm_reg *reg)
{
	return reg->w ? BPF_ALU : BPF_ALU64;
}

/* How far from the slot after this one to @insn. */
static inline s64 asm_distance(const struct asm_in *in, u32 insn)
{
	return (s64)insn - in->prog->insn_count - 1;
}

/* The value, when it lies in the range; otherwise an error that names the range and @what. */
bool asm_in_range(struct asm_in *in, const struct asm_number *n, s64 min, s64 max, const char *what,
		  s64 *value);

/* 32 bits: with a sign, or (@bits) as a pattern of bits. */
bool asm_imm32(struct asm_in *in, const struct asm_number *n, bool bits, s32 *imm);
bool asm_need_u32(struct asm_in *in, const char *what, u32 *value);

bool asm_same_width(struct asm_in *in, const struct asm_reg *a, const struct asm_reg *b);
/* A register of the same width as @like; the same one. */
bool asm_need_reg_like(struct asm_in *in, const struct asm_reg *like, struct asm_reg *reg);
bool asm_need_same_reg(struct asm_in *in, const struct asm_reg *dst, const char *what);

/* How much memory: "u32", "s8". */
struct asm_size {
	const char *p;
	u8 size;         /* BPF_B .. BPF_DW */
	bool is_signed;
};

/* "(u32 *)"; "r1 + 4"; "(u32 *)(r1 + 4)" */
bool asm_need_size(struct asm_in *in, struct asm_size *size);
bool asm_need_place(struct asm_in *in, u8 *reg_nr, s16 *off);
bool asm_need_address(struct asm_in *in, struct asm_size *size, u8 *reg_nr, s16 *off);
/* May the register be loaded from, stored to so much memory? By an atomic operation? */
bool asm_fits_size(struct asm_in *in, const struct asm_reg *reg, const struct asm_size *size);
bool asm_atomic_size(struct asm_in *in, const struct asm_size *size, const struct asm_reg *reg);

/* What stands to the right of `dst =`. */
bool asm_value(struct asm_in *in, struct bpf_insn *insn, const struct asm_reg *dst);

/* Reads one instruction into @insn; returns its slots, 0 after an error. */
u32 asm_insn(struct asm_in *in, struct bpf_insn insn[2]);

/* asm_names.c: NULL when there is none of that name; adding: false with the error set when there is one. */
struct asm_map *asm_find_map(struct asm_prog *prog, struct asm_span name);
struct asm_label *asm_find_label(struct asm_prog *prog, struct asm_span name);
bool asm_add_map(struct asm_in *in, const struct asm_map *map);
bool asm_add_label(struct asm_in *in, struct asm_span name);

#endif
