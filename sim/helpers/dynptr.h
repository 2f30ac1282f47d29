/* Dynptrs as they lie on a program's stack (dynptr.c). */
#ifndef SIM_HELPERS_DYNPTR_H
#define SIM_HELPERS_DYNPTR_H

#include "../base.h"

/* 6.1's struct bpf_dynptr_kern. */
struct dynptr {
	u64 data;            /* address of the memory; 0: it is none (any more) */
	u32 size;            /* bytes, and the kind in the upper 8 bits */
	u32 offset;
};

#define DYNPTR_MAX_SIZE ((1u << 24) - 1)

enum dynptr_kind { DYNPTR_KIND_LOCAL = 1, DYNPTR_KIND_RINGBUF = 2 };

/* @size: at most DYNPTR_MAX_SIZE. */
void dynptr_init(struct dynptr *ptr, u64 data, enum dynptr_kind kind, u32 size);

#endif
