/*
 * Trampolines of functions: glue between a function of the kernel and the fentry, fexit, fmod_ret and LSM programs that hang
 * at it. It is written when the first of them is attached, written anew whenever one comes or goes, and reached through
 * the function's first five bytes: a nop, or the call of the trampoline. Mirrors kernel/bpf/trampoline.c; the code itself is
 * jit/trampoline.h's, who hangs where world/hook.h's.
 *
 * Simplified: in Linux the old image goes when nobody is inside any more, here at once; all functions can be traced.
 */
#ifndef SIM_TRAMPOLINE_H
#define SIM_TRAMPOLINE_H

#include "dispatcher.h"

/* Behind the dispatcher's page: what ftrace puts between a function and its kprobes, then the images, with gaps. */
#define FTRACE_TRAMPOLINE_ADDRESS (DISPATCHER_ADDRESS + ARENA_PAGE)
#define TRAMPOLINE_ADDRESS (DISPATCHER_ADDRESS + 2 * ARENA_PAGE)
#define TRAMPOLINE_STRIDE (2 * TRAMP_IMAGE_SIZE)
#define TRAMPOLINE_MAX 760u
#define TRAMPOLINE_RELOCS (6 * TRAMP_MAX_LINKS + 8)

struct trampoline {
	struct trampoline *next;
	u32 func;                /* id of the function in the kernel's BTF */
	u32 slot;                /* place of the image */
	u32 flags;               /* enum tramp_flag */
	u32 nprogs[TRAMP_KINDS]; /* that hang there */
	u32 written;             /* how often, since the first of them came */
	struct tramp_image image;
	struct jit_reloc relocs[TRAMPOLINE_RELOCS];
	struct tramp_mark marks[TRAMP_MAX_MARKS];
	u8 code[TRAMP_IMAGE_SIZE] __attribute__((aligned(16)));
};

/* NULL: no program hangs at the function. */
const struct trampoline *trampoline_of(const struct sim *sim, u32 func);
/* The one whose image holds the address; NULL: none. */
const struct trampoline *trampoline_at(const struct sim *sim, u64 address);
/* Its name in /proc/kallsyms. */
void trampoline_name(const struct trampoline *tramp, struct text *out);

/*
 * A program of @func came or went. @bpf_capable: of the task that does it. 0, or -errno, and it is as it
 * was: -EPERM (net.core.bpf_jit_limit), -ENOMEM, -ENOTSUPP (too many arguments).
 */
int trampoline_update(struct sim *sim, u32 func, bool bpf_capable);

/* What the first five bytes of a function call. */
enum entry_call { ENTRY_NOP, ENTRY_TRAMPOLINE, ENTRY_FTRACE, ENTRY_FTRACE_BOTH };

/*
 * The first bytes of the function as they are now. A kprobe there goes through ftrace, which calls the trampoline
 * as well when there is one (BOTH).
 */
enum entry_call function_entry(const struct sim *sim, u32 func, u8 bytes[JIT_PATCH_SIZE]);

#endif
