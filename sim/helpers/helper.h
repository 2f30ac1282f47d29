/*
 * Helpers: the functions of the kernel that a program may call, with their contracts.
 *
 * A helper is one function and one line in list.h. The contract (argument and return types: struct bpf_func_proto) is read by
 * the interpreter's checks, by the verifier, by `explain` and by the panes, which show arguments by name.
 */
#ifndef SIM_HELPERS_HELPER_H
#define SIM_HELPERS_HELPER_H

#include "../maps/map.h"
#include "../mem.h"

/* How a helper is written: HELPER_FN(map_lookup_elem) { ... }; its arguments are r1 .. r5, what it returns goes to r0. */
#define HELPER_FN(name) u64 helper_##name(struct sim *sim, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
/* At the top of a helper that does not look at all of them. */
#define UNUSED_ARGS() ((void)sim, (void)r1, (void)r2, (void)r3, (void)r4, (void)r5)

/* Argument types, named after enum bpf_arg_type of include/linux/bpf.h. */
enum arg_type {
	ARG_DONTCARE,              /* not an argument */
	ARG_ANYTHING,              /* any initialised value */
	ARG_CONST_MAP_PTR,
	ARG_PTR_TO_MAP_KEY,        /* key_size bytes, read */
	ARG_PTR_TO_MAP_VALUE,      /* value_size bytes, read */
	ARG_PTR_TO_UNINIT_MAP_VALUE, /* value_size bytes, written */
	ARG_PTR_TO_CTX,
	ARG_PTR_TO_MEM,            /* the next argument is its size; read */
	ARG_PTR_TO_MEM_OR_NULL,
	ARG_PTR_TO_UNINIT_MEM,     /* the next argument is its size; written */
	ARG_CONST_SIZE,            /* > 0 */
	ARG_CONST_SIZE_OR_ZERO,
	ARG_PTR_TO_FUNC,
	ARG_PTR_TO_STACK_OR_NULL,
	ARG_CONST_STR,             /* zero-terminated, in a read-only map */
	ARG_PTR_TO_LONG,           /* 8 bytes, written */
	ARG_PTR_TO_INT,            /* 4 bytes, written */
	ARG_PTR_TO_RW_MEM_OR_NULL, /* the next argument is its size; read by the verifier's rules, written by the helper */
	ARG_PTR_TO_SOCK_COMMON,    /* a socket of any state */
	ARG_PTR_TO_BTF_ID_SOCK_COMMON, /* the same, also as a BTF pointer; NULL is refused */
	ARG_PTR_TO_SPIN_LOCK,      /* the struct bpf_spin_lock in a map value */
};

enum ret_type {
	RET_INTEGER,
	RET_VOID,
	RET_PTR_TO_MAP_VALUE_OR_NULL,
	RET_PTR_TO_SOCKET_OR_NULL,
	RET_PTR_TO_SOCK_COMMON_OR_NULL,
	RET_PTR_TO_TCP_SOCK_OR_NULL,
	RET_PTR_TO_BTF_ID_OR_NULL,
};

struct helper_arg {
	const char *name;
	u8 type;                   /* enum arg_type */
};

struct helper {
	u32 id;                    /* BPF_FUNC_* */
	const char *name;          /* "bpf_map_lookup_elem" */
	const char *doc;           /* one line for a learner */
	u8 ret;                    /* enum ret_type */
	bool gpl_only;
	struct helper_arg arg[5];
	/* NULL: done by the interpreter itself. Arguments have passed the contract's check; 32-bit arguments come as 64-bit registers, as in the kernel. */
	u64 (*fn)(struct sim *sim, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
};

/* NULL when Linux 6.1 has no such helper or it is not there yet. */
const struct helper *helper_by_id(u32 id);
/* Its name in Linux 6.1 ("bpf_map_lookup_elem"; "unknown" when 6.1 has none), for all 211, whether simulated or not. */
const char *helper_name(u32 id);

#endif
