/*
 * Emitting one insn: what the files of the emitter share. Nothing here is for users of the JIT.
 */
#ifndef SIM_JIT_EMIT_H
#define SIM_JIT_EMIT_H

#include "x86.h"

#define JIT_INSN_ROOM 192 /* bytes; the longest insn (a direct tail call, say) takes less than 128 */

/* One insn, or the prologue, on its way. */
struct emit {
	struct x86_code code;
	struct jit_build *build;
	struct jit_image *image;
	const struct bpf_insn *insn;
	u32 i;                /* its number */
	u8 dst, src;          /* its registers on x86 */
};

/* Emits insn @e->insn. False: the build has failed, build->why says why. */
typedef bool (*emit_fn)(struct emit *e);

bool emit_unknown(struct emit *e);
bool emit_alu_reg(struct emit *e);
bool emit_alu_imm(struct emit *e);
bool emit_mov_reg(struct emit *e);
bool emit_mov_imm(struct emit *e);
bool emit_neg(struct emit *e);
bool emit_mul_reg(struct emit *e);
bool emit_mul_imm(struct emit *e);
bool emit_div(struct emit *e);
bool emit_shift_reg(struct emit *e);
bool emit_shift_imm(struct emit *e);
bool emit_to_be(struct emit *e);
bool emit_to_le(struct emit *e);
bool emit_ld_imm64(struct emit *e);
bool emit_load(struct emit *e);
bool emit_probe(struct emit *e);
bool emit_store(struct emit *e);
bool emit_store_imm(struct emit *e);
bool emit_atomic(struct emit *e);
bool emit_nospec(struct emit *e);
bool emit_jump(struct emit *e);
bool emit_jump_if_reg(struct emit *e);
bool emit_jump_if_imm(struct emit *e);
bool emit_call(struct emit *e);
bool emit_tail_call(struct emit *e);
bool emit_exit(struct emit *e);

bool emit_prologue(struct emit *e);

/* --- what they need --- */

/* Records why the build fails. Returns false. */
bool emit_fail(struct emit *e, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The field of @size bytes that ends where the code ends now. */
bool emit_reloc(struct emit *e, enum jit_reloc_kind kind, u8 size, u16 arg, u64 target);
/*
 * An unconditional jump over @distance, counted from the end of this insn; from there also when it is
 * padded.
 */
bool emit_jump_over(struct emit *e, s64 distance);
/* The callee-saved registers that the function uses, in the order of the prologue, or of the epilogue. */
void emit_push_saved(struct emit *e);
void emit_pop_saved(struct emit *e);

/* The bytes that the pass before took for this insn, less those that are there now. */
static inline s64 emit_shrunk(const struct emit *e)
{
	const u32 *off = e->image->off;

	return (s64)off[e->i + 1] - off[e->i] - e->code.n;
}

/* The address of what is written next; 0 while there is no image. */
static inline u64 emit_ip(const struct emit *e)
{
	return e->build->writes ? e->image->address + e->image->off[e->i] + e->code.n : 0;
}

static inline const struct jit_func *emit_func(const struct emit *e)
{
	return &e->build->program->funcs[e->build->current];
}

/* Bytes of stack that the function takes: a multiple of 8. */
static inline s32 emit_stack(const struct emit *e)
{
	return round_up_u64(emit_func(e)->stack_depth, 8);
}

static inline bool emit_is_64(const struct emit *e)
{
	u8 class = BPF_CLASS(e->insn->code);

	return class == BPF_ALU64 || class == BPF_JMP;
}

#endif
