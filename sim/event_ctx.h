/* Contexts of the programs that an event comes by: what r1 points to, by kind of hook. */
#ifndef SIM_EVENT_CTX_H
#define SIM_EVENT_CTX_H

#include "fire.h"

/* What is known of a place: the kinds of hooks look at what they need. */
struct event_place {
	u32 func; /* a function: its id in the kernel's BTF */
	u32 nargs;
	u64 arg[12];       /* of the function or the raw tracepoint */
	u64 ret;           /* of the function that is left */
	u64 ip;            /* where it is */
	u64 sp, return_to; /* the stack, and the address that stands on it */
	const struct happening_step *step;
};

/*
 * The context of a program at a hook of @kind, in memory that arena_free(h->ctx) frees: its address and size.
 * 0: no memory.
 */
u64 event_ctx(struct sim *sim, struct happening *h, u32 kind, const struct event_place *place, u32 *size);

/* Name of the step's function. */
const char *event_step_name(const struct happening *h, const struct happening_step *step);
/* sim->world's stacks as an unwinder would find them. */
void event_tell_stacks(struct sim *sim, struct happening *h, const struct event_place *place);
/* Id of the tracepoint that the step is, 0: it is not in the catalogue. */
u32 event_tracepoint(const struct happening *h, const struct happening_step *step);

#endif
