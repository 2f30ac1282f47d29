/*
 * The XDP dispatcher: glue between drivers and their programs, written whenever an XDP program is attached
 * or detached. It compares the address that a driver wants to call with those of all attached programs and
 * jumps straight to it, which is cheaper than an indirect jump where these are mitigated. Mirrors
 * kernel/bpf/dispatcher.c; the code itself is jit/trampoline.h's.
 */
#ifndef SIM_DISPATCHER_H
#define SIM_DISPATCHER_H

#include "jit/trampoline.h"
#include "prog_jit.h"

#define DISPATCHER_ADDRESS (JIT_TEXT_BASE + JIT_TEXT_SIZE) /* a page behind the programs */

struct dispatcher {
	struct {
		const struct prog *prog; /* NULL: free. No reference: who attaches it has one */
		u32 users;
	} progs[DISPATCHER_MAX];
	u32 nprogs;
	u32 image_off;           /* the half of the page that is called: 0 or DISPATCHER_IMAGE_SIZE */
	/* of the code in it; 0: nothing is attached, drivers call programs without it */
	u32 size;
	u32 written;             /* how often */
	u8 image[2 * DISPATCHER_IMAGE_SIZE] __attribute__((aligned(16)));
};

/*
 * A device calls @to in place of @from (either may be NULL). What does not fit in, is called
 * without the dispatcher.
 */
void dispatcher_change(struct sim *sim, const struct prog *from, const struct prog *to);

#endif
