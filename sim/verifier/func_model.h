/* The shape of a function of the kernel or of a program that machine code in between has to call. */
#ifndef SIM_VERIFIER_FUNC_MODEL_H
#define SIM_VERIFIER_FUNC_MODEL_H

#include "../btf.h"
#include "verifier.h"

/*
 * Can a trampoline pass on the arguments of @proto, the FUNC_PROTO of function @name, and what it returns? 0
 * or -EINVAL with the words in the log.
 */
int check_func_model(struct sim *sim, struct verifier *v, const struct btf_types *types,
		     const struct btf_type *proto, const char *name);

#endif
