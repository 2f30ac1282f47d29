/*
 * Trampolines: the code between a kernel function and the programs attached to it (fentry, fexit, fmod_ret,
 * LSM, struct_ops), and the dispatcher between a driver and its XDP program. Mirrors
 * arch_prepare_bpf_trampoline() and arch_prepare_bpf_dispatcher() of arch/x86/net/bpf_jit_comp.c.
 */
#ifndef SIM_JIT_TRAMPOLINE_H
#define SIM_JIT_TRAMPOLINE_H

#include "jit.h"

#define TRAMP_MAX_LINKS 38     /* BPF_MAX_TRAMP_LINKS, of all kinds */
#define TRAMP_MAX_ARGS 12      /* MAX_BPF_FUNC_ARGS */
#define TRAMP_IMAGE_SIZE 4096u
#define DISPATCHER_MAX 48
#define DISPATCHER_IMAGE_SIZE 2048u

/* BPF_TRAMP_F_* */
enum tramp_flag {
	TRAMP_RESTORE_REGS = 1,   /* the function goes on after it with its arguments */
	TRAMP_CALL_ORIG = 2,      /* it calls the function itself */
	TRAMP_SKIP_FRAME = 4,     /* and returns to the function's caller */
	TRAMP_IP_ARG = 8,         /* bpf_get_func_ip() */
	TRAMP_RET_FENTRY_RET = 16, /* struct_ops: the program's value is returned */
	TRAMP_ORIG_STACK = 32,    /* the function's address lies on the stack */
	TRAMP_TAIL_CALL_CTX = 128, /* attached to a program that makes tail calls */
};

enum tramp_kind { TRAMP_FENTRY, TRAMP_FEXIT, TRAMP_FMOD_RET, TRAMP_KINDS };

struct tramp_link {
	u64 prog;             /* address of struct bpf_prog */
	u64 bpf_func;         /* its code, or the interpreter's entry */
	u64 insns;            /* not jited: address of its insns; 0 = jited */
	u64 cookie;
	u64 enter, exit;      /* __bpf_prog_enter*, __bpf_prog_exit* */
};

struct tramp_input {
	u64 image;            /* struct bpf_tramp_image *, argument of the two below */
	u64 tramp_enter, tramp_exit; /* __bpf_tramp_enter, __bpf_tramp_exit */
	u64 func;             /* the traced function */
	u8 nargs;
	u8 arg_size[TRAMP_MAX_ARGS];
	u32 flags;            /* enum tramp_flag */
	u32 nlinks[TRAMP_KINDS];
	const struct tramp_link *links[TRAMP_KINDS];
};

/* What the code from an offset on is for. */
enum tramp_part {
	TRAMP_FRAME,   /* stack of its own */
	TRAMP_CONTEXT, /* the arguments are stored, their number in front of them */
	TRAMP_HOLD,    /* CALL_ORIG: the image must stay while the function runs */
	TRAMP_PROG,    /* a program, with what is done around it */
	TRAMP_ORIG,    /* CALL_ORIG: the function itself */
	TRAMP_JOIN,    /* fmod_ret: here the jumps arrive that leave the function out */
	TRAMP_LEAVE,   /* back into the function, or to its caller */
	TRAMP_PARTS
};

#define TRAMP_MAX_MARKS (TRAMP_MAX_LINKS + TRAMP_PARTS)

struct tramp_mark {
	u16 off;
	u8 part;              /* enum tramp_part */
	u8 kind, link;        /* PROG: enum tramp_kind, and which of them */
};

struct tramp_image {
	u64 address;          /* where it will run */
	u8 *code;             /* cap bytes, the first of them on a 16-byte border */
	u32 cap;
	struct jit_reloc *relocs; /* room for max_relocs; NULL: not wanted */
	u32 max_relocs;
	u32 nrelocs;
	struct tramp_mark *marks; /* room for TRAMP_MAX_MARKS; NULL: not wanted */
	u32 nmarks;
	u32 size;
	u32 after_call;       /* CALL_ORIG: offset of the nop behind the call ... */
	u32 epilogue;         /* ... and where a jump in its place goes when the trampoline is replaced */
};

/*
 * Writes the code, sets size and offsets. 0, -ENOTSUPP (more than six registers of arguments), -EFAULT (no
 * room), -ERANGE.
 */
int tramp_emit(const struct tramp_input *in, const struct jit_target *target, struct tramp_image *out);

/*
 * A binary search over the addresses of XDP programs, direct jumps at its leaves. Sorts @funcs (at most
 * DISPATCHER_MAX). Code goes to out->code, as above.
 */
int dispatcher_emit(s64 *funcs, u32 nfuncs, const struct jit_target *target, struct tramp_image *out);

#endif
