/*
 * A message that is sent through a socket of a sockmap: what SK_MSG programs see. Its bytes lie in one block;
 * programs may look at a part, [data, data_end), which helpers choose anew.
 *
 * Simplified: the kernel's message is a list of pieces; here only the length of the first counts, because
 * that is what programs see.
 */
#ifndef SIM_WORLD_SK_MSG_H
#define SIM_WORLD_SK_MSG_H

#include "../core.h"
#include "layout.h"

#define SK_MSG_PUSHED 4096u /* bytes that programs may add */

struct sk_msg_bytes {
	struct sk_msg k; /* first: the context */
	u8 *bytes;       /* a block of its own */
	u32 room, first;
};

static inline void sk_msg_show(struct sk_msg_bytes *m)
{
	m->k.data = (u64)m->bytes;
	m->k.data_end = m->k.data + m->first;
}

#endif
