/*
 * Constant blinding (net.core.bpf_jit_harden): every constant that a program brings is split into two
 * random halves, which meet in a register only at run time. Mirrors bpf_jit_blind_constants() of
 * kernel/bpf/core.c.
 *
 * Works on a function's translated insns (jit.h), before the JIT sees them.
 */
#ifndef SIM_JIT_BLIND_H
#define SIM_JIT_BLIND_H

#include "jit.h"

/* Insns that @len insns become at most. */
#define JIT_BLIND_MAX(len) (4 * (u64)(len))

/*
 * Is a program to be blinded? @harden: net.core.bpf_jit_harden: 0 nobody's, 1 those of loaders without
 * CAP_BPF, 2 all.
 */
static inline bool jit_blinds(bool jit_enabled, int harden, bool bpf_capable)
{
	return jit_enabled && harden && !(harden == 1 && bpf_capable);
}

/* Where the halves come from. */
struct jit_random {
	void *ctx;
	u32 (*next)(void *ctx);
};

/*
 * Writes the blinded insns to @out (room for JIT_BLIND_MAX(len)) and, for each original insn, where it went
 * to @moved (len + 1 entries). Returns their number, or -ERANGE when a jump does not reach any more (the
 * kernel then leaves the program to its interpreter).
 */
s64 jit_blind(const struct bpf_insn *insns, u32 len, struct jit_random random, struct bpf_insn *out,
	      u32 *moved);

#endif
