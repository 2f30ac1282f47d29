/* A BTF that was loaded into the kernel: the object behind a BTF fd (struct btf of kernel/bpf/btf.c). */
#ifndef SIM_BTF_OBJ_H
#define SIM_BTF_OBJ_H

#include "btf.h"
#include "object.h"

/* Bytes and index lie in the arena. It has passed btf_check_all: no circles, no dangling ids. */
struct btf {
	struct obj obj;
	struct btf_types types;
};

static inline struct btf *btf_of(struct obj *obj)
{
	return obj ? container_of(obj, struct btf, obj) : NULL;
}

#endif
