/*
 * The parts of a conditional jump: branch.c goes the ways, and asks the others. branch_decide.c: is the way
 * known? branch_learn.c: what a comparison of numbers tells on each way; branch_null.c: a pointer and NULL;
 * branch_packet.c: a packet pointer and the packet's end.
 */
#ifndef SIM_VERIFIER_BRANCH_H
#define SIM_VERIFIER_BRANCH_H

#include "walk.h"

enum decision { BOTH_WAYS = -1, NEVER, ALWAYS };

static inline bool is_any_packet(const struct reg *reg)
{
	return reg->type == PTR_TO_PACKET || reg->type == PTR_TO_PACKET_META ||
	       reg->type == PTR_TO_PACKET_END;
}

static inline bool const_in_width(const struct reg *reg, u32 width)
{
	return reg->type == SCALAR_VALUE &&
	       (width == 32 ? tnum_subreg_is_const(reg->var_off) : tnum_is_const(reg->var_off));
}

/* The operator with its operands the other way round: `a < b` is `b > a`. */
u8 flipped_op(u8 op);

/* @dst op @src, of @width bits. */
enum decision decide_jump(const struct bpf_insn *insn, const struct reg *dst, const struct reg *src,
			  u32 width);
/* The same for a packet pointer and the packet's end. */
enum decision decide_packet(const struct reg *dst, const struct reg *src, u8 op);

/* The registers of both ways, when they hold numbers, and all copies of them. */
void learn_numbers(const struct bpf_insn *insn, struct vstate *untaken, struct vstate *taken, u32 width);

/* `if pointer == 0`, `!= 0` of a pointer that may be NULL? */
bool is_null_test(const struct bpf_insn *insn, const struct reg *dst);
/* What each way tells of the pointer and its copies. */
void learn_null(const struct bpf_insn *insn, struct vstate *untaken, struct vstate *taken);

/* `if packet op end`: false when it is not such a comparison. */
bool learn_packet(const struct bpf_insn *insn, struct vstate *untaken, struct vstate *taken);

#endif
