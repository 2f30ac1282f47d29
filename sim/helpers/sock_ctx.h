/*
 * From a context to its socket: helpers that several types of programs have, where the kernel has a function
 * for each type. What the context is can be told from its block.
 */
#ifndef SIM_HELPERS_SOCK_CTX_H
#define SIM_HELPERS_SOCK_CTX_H

#include "../world/socket.h"

/* Only a full socket has more than its sock_common; NULL: it is none. */
static inline struct sock *sock_full(u64 sk)
{
	const struct sock_common *common = (const struct sock_common *)sk;

	if (!sk || common->skc_state == SOCK_TIME_WAIT || common->skc_state == SOCK_NEW_SYN_RECV)
		return NULL;
	return (struct sock *)sk;
}

/* Is it a struct sk_buff? */
static inline bool sock_ctx_is_packet(const struct sim *sim, u64 ctx)
{
	struct arena_block block;

	return arena_find(sim->arena, ctx, &block) && block.tag == TAG_CTX &&
	       block.size == sizeof(struct sk_buff);
}

/*
 * The socket of a packet, of an address (bpf_sock_addr_kern), of an event of TCP (bpf_sock_ops_kern), whose
 * first member is the socket; or a socket itself. 0: the packet has none.
 */
static inline u64 sock_of_ctx(const struct sim *sim, u64 ctx)
{
	struct arena_block block;

	if (sock_ctx_is_packet(sim, ctx))
		return ((const struct sk_buff *)ctx)->sk;
	if (!arena_find(sim->arena, ctx, &block) || block.tag == TAG_SOCK)
		return ctx;
	return *(const u64 *)ctx;
}

#endif
