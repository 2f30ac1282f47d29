/* The beginning of a field's entry: its name and place in the struct that programs see. */
#ifndef SIM_PROGS_UAPI_H
#define SIM_PROGS_UAPI_H

#include "../world/layout.h"
#include "sets.h"

#define UAPI(type, field) \
	.name = #field, .off = offsetof(struct type, field), .size = sizeof(((struct type *)0)->field)
#define RD .access = CTX_READ
#define RW .access = CTX_READ | CTX_WRITE

/* Where the field lives in the kernel: a member of the context's own struct ... */
#define MEMBER(type, member) .koff = offsetof(struct type, member), .target = sizeof(((struct type *)0)->member)
/* ... or of one that it points to. */
#define BEHIND(ctx, pointer, type, member) .hops = 1, .hop = {offsetof(struct ctx, pointer)}, MEMBER(type, member)
/* The first of four words of an IPv6 address behind a pointer to a socket. */
#define SK_WORDS(ctx, pointer, member) \
	.hops = 1, .hop = {offsetof(struct ctx, pointer)}, .koff = offsetof(struct sock_common, member), .target = 4

#endif
