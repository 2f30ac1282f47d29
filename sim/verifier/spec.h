/*
 * Speculation: what a CPU that mispredicts a branch could be made to read, and the masks against it
 * (sanitize_* of kernel/bpf/verifier.c; Documentation/admin-guide/hw-vuln/spectre.rst). Only for those
 * without CAP_PERFMON.
 */
#ifndef SIM_VERIFIER_SPEC_H
#define SIM_VERIFIER_SPEC_H

#include "walk.h"

/* insn_aux.alu_state: what the translator has to do to an addition or subtraction. */
enum alu_mask {
	ALU_MASK_SRC = 1,     /* the offset is in the source register */
	ALU_MASK_DST = 2,     /* the offset is in the destination register */
	ALU_NEGATIVE = 4,     /* the offset is negative */
	ALU_NON_POINTER = 8,  /* numbers only: nothing to be masked */
	ALU_CONSTANT = 16,    /* the offset is the same on every path: no mask, it becomes an immediate */
};

/* What is known of `pointer op offset` before it is done. */
struct spec_op {
	u8 mask;              /* enum alu_mask */
	u32 limit;            /* bytes that the pointer may move */
	bool to_left;         /* towards lower addresses */
};

/* Before an operation on two scalars. 0 or -errno. */
int spec_scalar_op(struct env *env, const struct bpf_insn *insn);
/*
 * Before and after `@pointer op @offset` has made @dst. @reversed: the pointer is in the source register,
 * and the destination is a copy of it by now. 0 or -errno.
 */
int spec_pointer_before(struct env *env, const struct bpf_insn *insn, struct spec_op *spec,
			const struct reg *pointer, const struct reg *offset, bool reversed);
int spec_pointer_after(struct env *env, const struct bpf_insn *insn, const struct spec_op *spec,
		       const struct reg *dst);
/*
 * A conditional jump has only one way, but a CPU may take the other: that is walked as well,
 * from @insn. 0 or -errno.
 */
int spec_push_path(struct env *env, const struct bpf_insn *jump, u32 insn);

#endif
