/*
 * Functions of the kernel that translated programs call. In Linux the imm of such a call is the distance
 * from __bpf_call_base to the function's machine code; here it is a number that says which function it is.
 */
#ifndef SIM_KTEXT_H
#define SIM_KTEXT_H

#include "base.h"

enum ktext_kind {
	KTEXT_HELPER,     /* n: id or enum helper_variant */
	KTEXT_MAP_OP,     /* n: KTEXT_OP(map type, helper id): what the helper does with maps of this type */
	KTEXT_INTERNAL,   /* n: enum ktext_internal */
	KTEXT_KFUNC,      /* n: id in the kernel's BTF */
};

/* Functions that only the translator calls. */
enum ktext_internal {
	KTEXT_HTAB_LOOKUP,     /* __htab_map_lookup_elem: the element, not its value */
	KTEXT_SKB_LOAD_8,      /* bpf_skb_load_helper_8_no_cache: LD_ABS and LD_IND */
	KTEXT_SKB_LOAD_16,
	KTEXT_SKB_LOAD_32,
	/* __bpf_prog_run_args32 ...: a call of a function where programs are not compiled. Plus KTEXT_STACK() */
	KTEXT_INTERPRETER,
	/* __bpf_prog_run32 ...: where a hook enters a program that is not compiled. Plus KTEXT_STACK() */
	KTEXT_RUN = KTEXT_INTERPRETER + 16,
	/* thunks of mitigations; one for each x86 register where it says so */
	KTEXT_RETPOLINE = KTEXT_RUN + 16,
	KTEXT_ITS_THUNK = KTEXT_RETPOLINE + 16,
	KTEXT_RETURN_THUNK = KTEXT_ITS_THUNK + 16,
	KTEXT_ITS_RETURN_THUNK,
	KTEXT_INTERNALS
};

struct ktext {
	u8 kind;          /* enum ktext_kind */
	u32 n;
};

#define KTEXT_ALIGN 16    /* functions begin at multiples of it */
#define KTEXT_STACK(bytes) ((bytes) <= 32 ? 0 : ((bytes) - 1) / 32) /* which interpreter has so much stack */
#define KTEXT_OP(map_type, helper) ((map_type) << 8 | (helper))

/* The imm of a call. @n is below 2^24. */
static inline s32 ktext_imm(enum ktext_kind kind, u32 n)
{
	return (kind << 24 | n) * KTEXT_ALIGN;
}

/* The way back. */
static inline struct ktext ktext_at(s32 imm)
{
	u32 number = (u32)imm / KTEXT_ALIGN;

	return (struct ktext){number >> 24, number & 0xffffff};
}

#endif
