/* Kernel functions that programs call directly: what kfunc.c and kfunc_args.c share. */
#ifndef SIM_VERIFIER_KFUNC_H
#define SIM_VERIFIER_KFUNC_H

#include "call.h"

enum kfunc_flag {
	KF_ACQUIRE = 1 << 0,      /* what it returns must be released */
	KF_RELEASE = 1 << 1,      /* gives up the reference of its argument */
	KF_RET_NULL = 1 << 2,     /* may return NULL */
	KF_KPTR_GET = 1 << 3,     /* its first argument is the place of a kptr in a map value */
	KF_TRUSTED_ARGS = 1 << 4, /* pointers must be referenced */
	KF_SLEEPABLE = 1 << 5,    /* may wait: only for programs that may */
	KF_DESTRUCTIVE = 1 << 6,  /* may end the system */
};

/* A call: the function as the kernel's BTF has it, and what its arguments have told so far. */
struct kfunc {
	const struct btf_types *types;
	u32 id;
	const char *name;
	const struct btf_type *proto;
	u32 flags;                /* enum kfunc_flag */
	u32 ref_obj_id;           /* the reference among the arguments, 0 = none */
	u32 ref_regno;            /* who holds it */
	/* it returns memory of so many bytes (rdonly_buf_size, rdwr_buf_size) ... */
	u64 r0_size;
	bool r0_rdonly;           /* ... which may only be read */
};

/* Do r1 - r5 hold what the prototype asks for? 0 or -errno. */
int check_kfunc_args(struct env *env, struct kfunc *k);

#endif
