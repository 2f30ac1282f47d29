/*
 * Functions of the kernel and their addresses. The functions are those of the kernel's BTF.
 *
 * Simplified: they lie FUNCTION_SIZE bytes apart, in the order of that BTF; where a real kernel has them is
 * decided anew at each boot.
 */
#ifndef SIM_WORLD_FUNCTIONS_H
#define SIM_WORLD_FUNCTIONS_H

#include "../btf.h"
#include "../core.h"

#define KERNEL_TEXT 0xffffffff81000000ull
#define FUNCTION_SIZE 64u
#define FUNCTION_ARGS 12u /* MAX_BPF_FUNC_ARGS */

/* Its id in the kernel's BTF; 0: there is none, or no BTF. */
u32 function_id(const struct sim *sim, const char *name);
/* How many arguments it has. */
u32 function_args(const struct sim *sim, u32 id);
/* Bytes of argument @i of them. */
u32 function_arg_size(const struct sim *sim, u32 id, u32 i);

static inline u64 function_address(u32 id)
{
	return KERNEL_TEXT + (u64)id * FUNCTION_SIZE;
}

/* The function that holds the address, NULL: none; *off: bytes behind its beginning. */
const char *function_at(const struct sim *sim, u64 address, u32 *off);
/* The tracepoint NAME's typedef btf_trace_NAME; 0: there is none. */
u32 raw_tracepoint_id(const struct sim *sim, const char *name);
/* How many arguments raw programs get there. */
u32 raw_tracepoint_args(const struct sim *sim, u32 id);

#endif
