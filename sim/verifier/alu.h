/* Arithmetic: alu.c takes the instructions and asks alu_scalar.c for numbers, alu_pointer.c for pointers. */
#ifndef SIM_VERIFIER_ALU_H
#define SIM_VERIFIER_ALU_H

#include "walk.h"

static inline u32 bits_of(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ALU64 ? 64 : 32;
}

/* Bounds that contradict each other come from branches that cannot be reached. */
static inline bool contradicts(const struct range *r, bool known)
{
	return (known && (r->smin != r->smax || r->umin != r->umax)) || r->smin > r->smax ||
	       r->umin > r->umax;
}

/* The operator of @insn as the kernel writes it in its messages. */
const char *op_of(const struct bpf_insn *insn);

/* dst op= src, both numbers; @src is not @dst. 0 or -errno. */
int scalar_op(struct env *env, const struct bpf_insn *insn, struct reg *dst, const struct reg *src);
/*
 * dst = ptr op off; @reversed: the instruction has them the other way round, `scalar += pointer`. 0 or
 * -errno.
 */
int pointer_op(struct env *env, const struct bpf_insn *insn, const struct reg *ptr, const struct reg *off,
	       bool reversed);

#endif
