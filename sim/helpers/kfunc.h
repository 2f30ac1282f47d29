/* Functions of the kernel that programs call directly, by their BTF id: those that can be run here. */
#ifndef SIM_HELPERS_KFUNC_H
#define SIM_HELPERS_KFUNC_H

#include "../core.h"

typedef u64 kfunc_fn(struct sim *sim, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

/* NULL: it cannot be run here. *name: the function's, "" when the id is no function's. */
kfunc_fn *kfunc_by_id(const struct sim *sim, u32 btf_id, const char **name);

#endif
