/* The context of programs that are called with a kernel function's arguments (btf_ctx.c). */
#ifndef SIM_VERIFIER_BTF_CTX_H
#define SIM_VERIFIER_BTF_CTX_H

#include "access.h"
#include "btf_access.h"

/*
 * What a load from the array of arguments gives. False: refused, perhaps with a line in
 * the log that says why.
 */
bool btf_ctx_argument(struct env *env, const struct access *a, struct btf_found *found);

#endif
