/* Contexts of the programs that an event comes by: what r1 points to, by kind of hook. */
#ifndef SIM_EVENT_CTX_H
#define SIM_EVENT_CTX_H

#include "fire.h"

/* happening.place */
enum place {
	PLACE_NONE,
	PLACE_TP,
	PLACE_ENTRY,
	PLACE_EXIT,
	PLACE_CLOCK,
	PLACE_USER,
	PLACE_USER_EXIT,
	PLACE_CGROUP,
	PLACE_ITER,
	PLACE_OPS,
	PLACE_SOCK, /* one for each kind of hook, in the order of enum hook_kind from HOOK_SK_LOOKUP on */
	PLACE_SK_REUSEPORT,
	PLACE_SK_SKB,
	PLACE_SK_MSG,
	PLACES
};

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

void event_place_fill(struct sim *sim, const struct happening *h, struct event_place *place);

/* fire_event.c, for the network: the event comes to a place, at step @i; it leaves the function that it was in. */
void event_come_to(struct sim *sim, struct happening *h, u32 i);
void event_leave_function(struct happening *h);

/* Name of the step's function. */
const char *event_step_name(const struct happening *h, const struct happening_step *step);
/* sim->world's stacks as an unwinder would find them. */
void event_tell_stacks(struct sim *sim, struct happening *h, const struct event_place *place);
/* Id of the tracepoint that the step is, 0: it is not in the catalogue. */
u32 event_tracepoint(const struct happening *h, const struct happening_step *step);

#endif
