/*
 * The context of programs that stand for a function: its arguments, 8 bytes each. What they are says the
 * kernel's BTF (btf_ctx_access of kernel/bpf/btf.c).
 */
#include "btf_args.h"

#define ARG(i)                                                                                               \
	{                                                                                                    \
		.name = "arg" #i, .off = 8 * (i), .size = 8, .kind = CTX_BTF_ARG, .access = CTX_READ,        \
		.width = CTX_BYTES                                                                           \
	}

const struct ctx_field btf_arg_fields[] = {
	ARG(0), ARG(1), ARG(2), ARG(3), ARG(4), ARG(5), ARG(6), ARG(7), ARG(8), ARG(9), ARG(10), ARG(11), {0},
};
