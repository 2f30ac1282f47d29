/*
 * Helpers: the functions of the kernel that a program may call, with their contracts.
 *
 * A helper is one function and one entry of list.h. The contract (argument and return types: struct
 * bpf_func_proto) is read by the interpreter's checks, by the verifier, by `explain` and by the panes, which
 * show arguments by name.
 */
#ifndef SIM_HELPERS_HELPER_H
#define SIM_HELPERS_HELPER_H

#include "../maps/map.h"
#include "../mem.h"
#include "type_flag.h"

/*
 * How a helper is written: HELPER_FN(map_lookup_elem) { ... }; its arguments are r1 .. r5, what it returns
 * goes to r0. It looks at no more of them than its contract names: machine code passes only those.
 */
#define HELPER_FN(name) u64 helper_##name(struct sim *sim, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
/* At the top of a helper that does not look at all of them. */
#define UNUSED_ARGS() ((void)sim, (void)r1, (void)r2, (void)r3, (void)r4, (void)r5)

/*
 * What an argument must be: a base type in the low byte, or-ed with type flags. Named after enum bpf_arg_type
 * of include/linux/bpf.h; those below the line are common combinations.
 */
enum arg_type {
	ARG_DONTCARE,              /* not an argument, or none that is checked */
	ARG_CONST_MAP_PTR,
	ARG_PTR_TO_MAP_KEY,        /* key_size bytes */
	ARG_PTR_TO_MAP_VALUE,      /* value_size bytes */
	ARG_PTR_TO_MEM,            /* the next argument is its size, unless MEM_FIXED_SIZE */
	ARG_CONST_SIZE,            /* > 0 */
	ARG_CONST_SIZE_OR_ZERO,
	ARG_PTR_TO_CTX,
	ARG_ANYTHING,              /* any initialised value */
	ARG_PTR_TO_SPIN_LOCK,      /* the struct bpf_spin_lock in a map value */
	ARG_PTR_TO_SOCK_COMMON,    /* a socket of any state */
	ARG_PTR_TO_SOCKET,         /* a full socket */
	ARG_PTR_TO_BTF_ID,         /* a kernel object, its struct in .btf */
	ARG_PTR_TO_ALLOC_MEM,      /* what an allocating helper has returned */
	ARG_CONST_ALLOC_SIZE_OR_ZERO, /* a constant: bytes of what is returned */
	ARG_PTR_TO_BTF_ID_SOCK_COMMON, /* a socket of any state, also as a BTF pointer */
	ARG_PTR_TO_PERCPU_BTF_ID,  /* a kernel variable that each CPU has */
	ARG_PTR_TO_FUNC,           /* a function of the program */
	ARG_PTR_TO_STACK,
	ARG_PTR_TO_CONST_STR,      /* zero-terminated, in a read-only map */
	ARG_PTR_TO_TIMER,          /* the struct bpf_timer in a map value */
	ARG_PTR_TO_KPTR,           /* a field of a map value that holds a reference to a kernel object */
	ARG_PTR_TO_DYNPTR,         /* a struct bpf_dynptr on the stack */
	ARG_TYPES,
	/* --- */
	ARG_PTR_TO_CTX_OR_NULL = PTR_MAYBE_NULL | ARG_PTR_TO_CTX,
	ARG_PTR_TO_SOCKET_OR_NULL = PTR_MAYBE_NULL | ARG_PTR_TO_SOCKET,
	ARG_PTR_TO_STACK_OR_NULL = PTR_MAYBE_NULL | ARG_PTR_TO_STACK,
	ARG_PTR_TO_BTF_ID_OR_NULL = PTR_MAYBE_NULL | ARG_PTR_TO_BTF_ID,
	ARG_PTR_TO_MAP_VALUE_OR_NULL = PTR_MAYBE_NULL | ARG_PTR_TO_MAP_VALUE,
	ARG_PTR_TO_UNINIT_MAP_VALUE = MEM_UNINIT | MEM_WRITE | ARG_PTR_TO_MAP_VALUE,
	ARG_PTR_TO_MEM_OR_NULL = PTR_MAYBE_NULL | ARG_PTR_TO_MEM,
	ARG_PTR_TO_RDONLY_MEM = MEM_RDONLY | ARG_PTR_TO_MEM,
	ARG_PTR_TO_RDONLY_MEM_OR_NULL = PTR_MAYBE_NULL | MEM_RDONLY | ARG_PTR_TO_MEM,
	ARG_PTR_TO_UNINIT_MEM = MEM_UNINIT | MEM_WRITE | ARG_PTR_TO_MEM,
	ARG_PTR_TO_FIXED_SIZE_MEM = MEM_FIXED_SIZE | ARG_PTR_TO_MEM,
	/* a number is written there */
	ARG_PTR_TO_RESULT = MEM_UNINIT | MEM_WRITE | MEM_ALIGNED | MEM_FIXED_SIZE | ARG_PTR_TO_MEM,
};

/* What is in r0 after the call, likewise; named after enum bpf_return_type. */
enum ret_type {
	RET_INTEGER,
	RET_VOID,
	RET_PTR_TO_MAP_VALUE,
	RET_PTR_TO_SOCKET,
	RET_PTR_TO_TCP_SOCK,
	RET_PTR_TO_SOCK_COMMON,
	RET_PTR_TO_ALLOC_MEM,      /* as many bytes as the ARG_CONST_ALLOC_SIZE_OR_ZERO says */
	RET_PTR_TO_MEM_OR_BTF_ID,  /* a kernel variable: by its BTF */
	RET_PTR_TO_BTF_ID,         /* a kernel object: helper.ret_btf */
	RET_TYPES,
	/* --- */
	RET_PTR_TO_MAP_VALUE_OR_NULL = PTR_MAYBE_NULL | RET_PTR_TO_MAP_VALUE,
	RET_PTR_TO_SOCKET_OR_NULL = PTR_MAYBE_NULL | RET_PTR_TO_SOCKET,
	RET_PTR_TO_TCP_SOCK_OR_NULL = PTR_MAYBE_NULL | RET_PTR_TO_TCP_SOCK,
	RET_PTR_TO_SOCK_COMMON_OR_NULL = PTR_MAYBE_NULL | RET_PTR_TO_SOCK_COMMON,
	RET_PTR_TO_ALLOC_MEM_OR_NULL = PTR_MAYBE_NULL | MEM_ALLOC | RET_PTR_TO_ALLOC_MEM,
	RET_PTR_TO_DYNPTR_MEM_OR_NULL = PTR_MAYBE_NULL | RET_PTR_TO_ALLOC_MEM,
	RET_PTR_TO_BTF_ID_OR_NULL = PTR_MAYBE_NULL | RET_PTR_TO_BTF_ID,
};

enum helper_flag {
	HELPER_GPL = 1 << 0,         /* only for programs under the GPL */
	HELPER_PKT_ACCESS = 1 << 1,  /* memory arguments may lie in the packet */
	HELPER_MOVES_PKT = 1 << 2,   /* the packet may move: pointers to it end (bpf_helper_changes_pkt_data) */
	HELPER_SLEEPS = 1 << 3,      /* only for sleepable programs */
	HELPER_ACQUIRES = 1 << 4,    /* r0 is a reference, to be released (is_acquire_function) */
	HELPER_CASTS = 1 << 5,       /* r0 is another view of the argument, the same reference (is_ptr_cast_function) */
	HELPER_CALLS_BACK = 1 << 6,  /* calls a function of the program (is_callback_calling_function) */
	HELPER_DYNPTR_REF = 1 << 7,  /* r0 ends with the dynptr (is_dynptr_ref_function) */
	HELPER_BY_VM = 1 << 8,       /* the interpreter does it */
	/* only for some traced functions: prog_allows_helper in progs/prog_type.h */
	HELPER_ALLOWED_D_PATH = 1 << 9,
	HELPER_ALLOWED_SLEEPABLE_HOOK = 1 << 10,
	HELPER_ALLOWED_SK_STORAGE = 1 << 11,
};

/* Linux 6.1's helpers are 1 .. 209. */
#define HELPER_IDS 210u

/*
 * Numbers of the further contracts that some helpers have; a prog_type names them in its lists instead of the
 * id.
 */
enum helper_variant {
	HELPER_get_stack_raw_tp = HELPER_IDS,
	HELPER_get_stackid_perf_event,
	HELPER_get_func_ip_kprobe_multi,
	HELPER_get_socket_cookie_ptr,
	HELPER_get_cgroup_classid_task,
	HELPER_setsockopt_sk,
	HELPER_getsockopt_sk,
	HELPER_sk_assign_sk_lookup,
	HELPER_sk_lookup_tcp_sock_addr,
	HELPER_sk_lookup_udp_sock_addr,
	HELPER_skc_lookup_tcp_sock_addr,
	HELPER_sk_storage_get_ctx,
	HELPER_sk_storage_get_tracing,
	HELPER_sk_storage_delete_tracing,
	HELPER_xdp_get_buff_len_tracing,
	HELPER_NUMBERS,
};

struct helper_arg {
	const char *name;
	u32 type;                  /* enum arg_type | enum type_flag */
	const char *btf;           /* ARG_PTR_TO_BTF_ID: the kernel's struct; NULL: any (kptr_xchg) */
	u16 size;                  /* MEM_FIXED_SIZE: bytes */
	bool written;              /* the helper writes it, although Linux 6.1 has no MEM_WRITE there */
};

struct helper {
	u16 id;                    /* BPF_FUNC_* */
	const char *name;          /* "bpf_map_lookup_elem" */
	const char *doc;           /* one line for a learner */
	u32 ret;                   /* enum ret_type | enum type_flag */
	const char *ret_btf;       /* RET_PTR_TO_BTF_ID: the kernel's struct; NULL: that of the map (kptr_xchg) */
	u32 flags;                 /* enum helper_flag */
	struct helper_arg arg[5];
	/*
	 * NULL: the interpreter does it (HELPER_BY_VM), or nobody yet. Arguments have passed the contract's
	 * check; 32-bit arguments come as 64-bit registers, as in the kernel.
	 */
	u64 (*fn)(struct sim *sim, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
};

/*
 * The common contract; NULL when Linux 6.1 has no such helper. Which one a program gets: prog_helper in
 * progs/prog_type.h.
 */
const struct helper *helper_by_id(u32 id);
/* By id or enum helper_variant; NULL when there is none. */
const struct helper *helper_by_number(u32 number);
/* The way back: its id, or the enum helper_variant of this contract. */
u32 helper_number(const struct helper *helper);
/* Its name in Linux 6.1 ("bpf_map_lookup_elem"; "unknown" when 6.1 has none). */
const char *helper_name(u32 id);

static inline bool helper_calls_back(u32 id)
{
	const struct helper *helper = helper_by_id(id);

	return helper && helper->flags & HELPER_CALLS_BACK;
}

#endif
