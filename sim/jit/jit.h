/*
 * The JIT: translated bytecode -> x86-64 machine code, byte for byte that of Linux 6.1. Mirrors
 * arch/x86/net/bpf_jit_comp.c and jit_subprogs() of kernel/bpf/verifier.c.
 *
 * Input is a program as translation has left it. It is what `bpftool prog dump xlated` shows, but for the
 * three things that the kernel hides in the dump:
 *  - a load that may fault is BPF_LDX | BPF_PROBE_MEM | size,
 *  - a tail call is BPF_JMP | BPF_TAIL_CALL; its imm is 0 (indirect) or 1 + the number of its poke (direct),
 *  - ld_imm64 holds addresses, not the ids of maps.
 * As in the dump, a call of a function of the program (src_reg BPF_PSEUDO_CALL) has the function's number
 * in imm, and ld_imm64 of such a function (BPF_PSEUDO_FUNC) has it in the imm of its second slot. Other
 * calls: call_base + imm.
 *
 * How it goes. Each function is emitted again and again without being written, until two passes give the
 * same size: the displacement of a jump depends on sizes that depend on displacements. Then the machine
 * stops (JIT_WANTS_IMAGE), the caller finds room for the bytes (jit_place), and one more pass writes them.
 * A program of several functions gets an extra pass for each, when all addresses are known. Jumps may then
 * not shrink any more: they are padded.
 *
 * Pure: no memory but what the caller gives, no state but struct jit_build. One unit of work is one insn
 * (or a prologue).
 *
 *	memory = jit_memory_size(&program) zero bytes
 *	build = jit_begin(&program, &target, memory);
 *	while (jit_run(build) == JIT_WANTS_IMAGE)
 *		jit_place(build, ...);          code: build->func[build->current].size bytes
 *	build->state is JIT_DONE, or JIT_FAILED with build->why
 */
#ifndef SIM_JIT_JIT_H
#define SIM_JIT_JIT_H

#include "../isa.h"

#define JIT_MAX_PASSES 20     /* then the program is left to the interpreter */
#define JIT_PADDING_PASSES 15 /* from this pass on nothing shrinks any more */
#define JIT_PATCH_SIZE 5      /* the nop at the entry, call rel32, jmp rel32 */
#define JIT_TAIL_CALL_OFFSET 11 /* where a tail call enters: behind "mov rbp, rsp" */

/* --- input --- */

struct jit_func {
	const struct bpf_insn *insns; /* jumps stay inside */
	u32 len;
	u32 stack_depth;              /* bytes, as the verifier counted them */
	bool tail_call_reachable;     /* it calls a function that makes a tail call (verifier_subprog) */
};

struct jit_program {
	const struct jit_func *funcs; /* [0]: main */
	u32 nfuncs;
	u32 npokes;                   /* direct tail calls in all functions */
	bool classic;                 /* it was cBPF (a socket filter, seccomp): no nop2 at the entry */
	bool trusted;                 /* by CAP_SYS_ADMIN: classic programs need no branch history barrier */
};

/* How indirect jumps are made. */
enum jit_indirect {
	JIT_JMP,              /* jmp *reg; int3 */
	JIT_RETPOLINE,        /* jmp __x86_indirect_thunk_reg */
	JIT_RETPOLINE_LFENCE, /* lfence; jmp *reg */
	JIT_ITS,              /* jmp to the "indirect target selection" thunk */
};

/* The machine that it is for, and where the kernel's own code is. */
struct jit_target {
	u64 call_base;        /* __bpf_call_base: calls are relative to it */
	u8 indirect;          /* enum jit_indirect */
	bool rethunk;         /* returns go through return_thunk */
	bool no_lfence;       /* a CPU without SSE2: speculation barriers cost nothing */
	bool clear_bhb;       /* classic programs of unprivileged loaders call clear_bhb_loop ... */
	bool ibhf;            /* ... and have an IBHF instruction */
	u64 indirect_thunk[16]; /* RETPOLINE, ITS: by x86 register number */
	u64 return_thunk;
	u64 clear_bhb_loop;
};

/* --- output --- */

/* Why an encoding is what it is: bits, several to an insn. jit_notes[] has words for each. */
enum jit_note {
	JIT_NOTE_IMM8,        /* the immediate fits in one byte */
	JIT_NOTE_IMM32,       /* ... does not */
	JIT_NOTE_DISP8,       /* the offset of a memory access fits in one byte */
	JIT_NOTE_DISP32,
	JIT_NOTE_REX,         /* one of r8-r15 is used: a prefix more */
	JIT_NOTE_RAX_FORM,    /* the opcode without ModRM that only rax has */
	JIT_NOTE_XOR_ZERO,    /* loading 0 */
	JIT_NOTE_MOV_ZEXT,    /* mov r32, imm32: the upper half becomes zero by itself */
	JIT_NOTE_MOV_SEXT,    /* mov r64, imm32: negative */
	JIT_NOTE_MOVABS,      /* 64 bits do not fit in 32 */
	JIT_NOTE_NO_CODE,     /* nothing to do: mov to itself, le64 */
	JIT_NOTE_TEST_SELF,   /* comparing with 0: test r, r */
	JIT_NOTE_SHIFT_ONE,   /* shift by 1 has an opcode of its own */
	JIT_NOTE_SHIFT_RCX,   /* the count must be in cl: rcx is saved */
	JIT_NOTE_DIV_SAVES,   /* div works on rdx:rax: they are saved */
	JIT_NOTE_SHORT_JUMP,  /* displacement in one byte */
	JIT_NOTE_NEAR_JUMP,   /* in four */
	JIT_NOTE_NO_JUMP,     /* a jump to the next insn */
	JIT_NOTE_PADDED,      /* nops in place of what a shorter jump would have saved */
	JIT_NOTE_EPILOGUE,    /* the first exit: the epilogue stands here */
	JIT_NOTE_TO_EPILOGUE, /* a later exit jumps to it */
	JIT_NOTE_TAIL_COUNT,  /* the count of tail calls is handed on in rax */
	JIT_NOTE_DIRECT,      /* tail call whose target is patched in */
	JIT_NOTE_INDIRECT,    /* tail call that looks into the array */
	JIT_NOTE_CMPXCHG_LOOP,/* no x86 instruction does this atomically and gives the old value */
	JIT_NOTE_PROBE,       /* the address is checked; a fault is fixed by the exception table */
	JIT_NOTE_BARRIER,     /* lfence */
	JIT_NOTE_THUNK,       /* a mitigation: through a thunk */
	JIT_NOTES
};

struct jit_note_info {
	const char *name;     /* "imm8" */
	const char *doc;      /* one sentence for a beginner */
};
extern const struct jit_note_info jit_notes[JIT_NOTES];

/* A field of the code that holds an address or depends on one. */
enum jit_reloc_kind {
	JIT_RELOC_CALL,       /* rel32: a helper or kfunc */
	JIT_RELOC_FUNC,       /* rel32: a function of the program; arg = its number */
	JIT_RELOC_FUNC_ADDR,  /* 8 bytes: the address of a function; arg = its number */
	JIT_RELOC_IMM64,      /* 8 bytes: ld_imm64 of more than 32 bits; a pointer or just a number */
	JIT_RELOC_POKE,       /* rel32 of the jump to a tail call's target, if any; arg = number of the poke */
	JIT_RELOC_PROBE_LIMIT,/* 8 bytes: end of user space + |offset|; arg = |offset| */
	JIT_RELOC_THUNK,      /* rel32: a mitigation's thunk, clear_bhb_loop */
};

struct jit_reloc {
	u32 off;              /* of the field, in the code */
	u32 insn;             /* that it belongs to */
	u8 size, kind;        /* 4 or 8; enum jit_reloc_kind */
	u16 arg;
	u64 target;           /* the address */
};

/* Exception table: a fault at @off reads zero into register @reg and goes on @skip bytes further. */
struct jit_exentry {
	u32 off;
	u8 skip;
	u8 reg;               /* BPF register */
};

/* A direct tail call. Offsets in the code of function @func. */
struct jit_poke {
	u32 func;
	u32 insn;
	u32 bypass;           /* a jump over the rest: while the array's slot is empty */
	u32 target;           /* a nop, or the jump into the target */
	u32 resume;           /* where the bypass goes: the next insn */
};

struct jit_pass {
	u32 size;             /* what it came to */
	bool padded;
};

enum jit_state {
	JIT_RUNNING,
	JIT_WANTS_IMAGE,      /* jit_place */
	JIT_DONE,
	JIT_FAILED,           /* the kernel would leave the program to its interpreter: build->why */
};

/* A function's machine code, or as much of it as there is. */
struct jit_image {
	u32 size;             /* of the code in bytes, after the last finished pass */
	u32 len;              /* insns */
	u32 *off;             /* [len + 1]: code of insn i is [off[i], off[i+1]); before off[0]: the prologue.
				 The second slot of a ld_imm64 has no code */
	u32 *notes;           /* [len]: bits of enum jit_note */
	u8 saved;             /* callee-saved registers that are pushed: bits 0-3 = rbx r13 r14 r15 */
	bool tail_call;       /* the prologue pushes the count of tail calls */
	struct jit_pass pass[JIT_MAX_PASSES + 2];
	u32 npasses;          /* the finished ones; the one that writes and the extra one count */
	u32 nrelocs, nexentries;
	/* From jit_place on: */
	u64 address;          /* of the first byte, as calls see it */
	u8 *code;
	struct jit_reloc *relocs;     /* nrelocs, ascending */
	struct jit_exentry *exentries; /* nexentries, ascending */
	/* Between passes: */
	u32 epilogue;         /* offset */
	u32 direct_label, indirect_label; /* offset of the end of a tail call in its own code */
};

struct jit_build {
	const struct jit_program *program;
	const struct jit_target *target;
	u8 state;             /* enum jit_state */
	bool writes;          /* this pass writes into the image */
	bool extra;           /* second round: the addresses of all functions are known */
	u32 current;          /* function */
	u32 at;               /* next insn, plus 1; 0 = the prologue */
	struct jit_image *func; /* [nfuncs] */
	struct jit_poke *poke;  /* [npokes] */
	struct why why;
	/* Of the pass that runs: */
	u32 size, nrelocs, nexentries;
	bool seen_exit;
};

/* --- the machine --- */

/*
 * Bytes of memory that jit_begin needs; 0 when the program is not one (no function, empty, longer than
 * INSN_MAX).
 */
u64 jit_memory_size(const struct jit_program *program);
/*
 * @memory: jit_memory_size() bytes, zero, aligned to 8; program, target and insns must outlive the build.
 * Jumps out of a function, calls of functions that there are not and the like fail when they are come to.
 */
struct jit_build *jit_begin(const struct jit_program *program, const struct jit_target *target, void *memory);

/* One insn (or the prologue). Returns the state: does nothing unless that is RUNNING. */
enum jit_state jit_step(struct jit_build *build);
/* To the end of the pass; to the next stop. */
enum jit_state jit_run_pass(struct jit_build *build);
enum jit_state jit_run(struct jit_build *build);

/*
 * After JIT_WANTS_IMAGE, for func[current]: @code has room for size bytes, @relocs for nrelocs, @exentries
 * for nexentries. @address is where the code will run.
 */
void jit_place(struct jit_build *build, u64 address, u8 *code, struct jit_reloc *relocs,
	       struct jit_exentry *exentries);

/* --- what happens to the code later --- */

/*
 * The slot of a direct tail call's array got the program whose code is at @target, or lost it (0). Rewrites
 * the jumps in @code, the function's, at @address. 0 or -ERANGE.
 */
int jit_poke_set(u8 *code, u64 address, const struct jit_poke *poke, u64 target);

/* --- how much JIT memory there may be (net.core.bpf_jit_limit) --- */

#define JIT_LIMIT_DEFAULT 528482304u /* half of the module area */

/* What the image of one function is charged with: code and exception table in chunks of 64 bytes. */
u32 jit_charge_size(const struct jit_image *image);
/* Adds @size to *@charged. 0, or -EPERM when that passes @limit and the loader has not CAP_BPF. */
int jit_charge(u64 *charged, u32 size, u64 limit, bool bpf_capable);

#endif
