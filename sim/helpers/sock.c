/*
 * Socket helpers (net/core/filter.c): finding sockets, other views of them, choosing one.
 *
 * Simplified: a socket that a program finds is not kept by it, only counted (socket.taken), for sockets do
 * not go while programs run. Lookups ask no SK_LOOKUP programs. A socket of TCP that is not made yet is never
 * found.
 */
#include "../world/socket.h"
#include "../world/world.h"
#include "helper.h"
#include "sock_ctx.h"

#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define FAMILY_IPV4 2
#define FAMILY_IPV6 10

/* --- finding --- */

static void read_tuple(const struct bpf_sock_tuple *tuple, u64 size, struct net_ends *out)
{
	bool v4 = size == sizeof(tuple->ipv4);

	out->from.family = out->to.family = v4 ? FAMILY_IPV4 : FAMILY_IPV6;
	memcpy(out->from.ip, v4 ? (void *)&tuple->ipv4.saddr : (void *)tuple->ipv6.saddr, v4 ? 4 : 16);
	memcpy(out->to.ip, v4 ? (void *)&tuple->ipv4.daddr : (void *)tuple->ipv6.daddr, v4 ? 4 : 16);
	out->from.port = inet_swap(v4 ? tuple->ipv4.sport : tuple->ipv6.sport);
	out->to.port = inet_swap(v4 ? tuple->ipv4.dport : tuple->ipv6.dport);
}

/* 0: there is none, or the arguments are no good (__bpf_sk_lookup). */
static u64 lookup(struct sim *sim, u64 tuple, u64 size, s64 netns, u64 flags, u16 protocol)
{
	const struct bpf_sock_tuple *t = (const void *)tuple;
	struct net_ends ends = {.protocol = protocol};
	struct socket *socket;

	if ((size != sizeof(t->ipv4) && size != sizeof(t->ipv6)) || flags)
		return 0;
	/* a number of a namespace, which nobody has given one, or all ones */
	if ((s32)netns >= 0)
		return 0;
	read_tuple(t, size, &ends);
	socket = socket_connected(sim, &ends);
	if (!socket)
		socket = socket_waiting(sim, &ends);
	if (!socket)
		return 0;
	socket->taken++;
	return (u64)socket->sk;
}

HELPER_FN(sk_lookup_tcp)
{
	UNUSED_ARGS();
	return lookup(sim, r2, r3, r4, r5, PROTOCOL_TCP);
}

HELPER_FN(sk_lookup_udp)
{
	UNUSED_ARGS();
	return lookup(sim, r2, r3, r4, r5, PROTOCOL_UDP);
}

HELPER_FN(skc_lookup_tcp)
{
	UNUSED_ARGS();
	return lookup(sim, r2, r3, r4, r5, PROTOCOL_TCP);
}

HELPER_FN(sk_release)
{
	struct socket *socket = socket_by_sk(sim, r1);

	UNUSED_ARGS();
	if (socket && socket->taken)
		socket->taken--;
	return 0;
}

/* --- views --- */

static u64 tcp(u64 sk)
{
	return sock_full(sk) && sock_full(sk)->sk_protocol == PROTOCOL_TCP ? sk : 0;
}

HELPER_FN(sk_fullsock)
{
	UNUSED_ARGS();
	return (u64)sock_full(r1);
}

HELPER_FN(tcp_sock)
{
	UNUSED_ARGS();
	return tcp(r1);
}

HELPER_FN(get_listener_sock)
{
	UNUSED_ARGS();
	return sock_full(r1) && sock_full(r1)->__sk_common.skc_state == SOCK_LISTENING ? r1 : 0;
}

HELPER_FN(skc_to_tcp_sock)
{
	UNUSED_ARGS();
	return tcp(r1);
}

HELPER_FN(skc_to_tcp6_sock)
{
	UNUSED_ARGS();
	return tcp(r1) && sock_full(r1)->__sk_common.skc_family == FAMILY_IPV6 ? r1 : 0;
}

HELPER_FN(skc_to_udp6_sock)
{
	const struct sock *sk = sock_full(r1);

	UNUSED_ARGS();
	return sk && sk->sk_protocol == PROTOCOL_UDP && sk->__sk_common.skc_family == FAMILY_IPV6 ? r1 : 0;
}

HELPER_FN(skc_to_tcp_timewait_sock)
{
	UNUSED_ARGS();
	return r1 && ((const struct sock_common *)r1)->skc_state == SOCK_TIME_WAIT ? r1 : 0;
}

HELPER_FN(skc_to_tcp_request_sock)
{
	UNUSED_ARGS();
	return r1 && ((const struct sock_common *)r1)->skc_state == SOCK_NEW_SYN_RECV ? r1 : 0;
}

/* --- choosing --- */

/* SK_LOOKUP (bpf_sk_lookup_assign). */
static s64 choose_lookup(struct bpf_sk_lookup_kern *ctx, const struct sock *sk, u64 flags)
{
	u8 state = sk ? sk->__sk_common.skc_state : 0;

	if (flags & ~(u64)(BPF_SK_LOOKUP_F_REPLACE | BPF_SK_LOOKUP_F_NO_REUSEPORT))
		return -EINVAL;
	if (sk && sk->sk_protocol == PROTOCOL_TCP && state != SOCK_LISTENING)
		return -ESOCKTNOSUPPORT;
	if (sk && sk->sk_protocol == PROTOCOL_UDP && state != SOCK_CLOSED)
		return -ESOCKTNOSUPPORT;
	if (sk && sk->sk_protocol != ctx->protocol)
		return -EPROTOTYPE;
	if (sk && sk->__sk_common.skc_family != ctx->family)
		return -EAFNOSUPPORT;
	if (ctx->selected_sk && !(flags & BPF_SK_LOOKUP_F_REPLACE))
		return -EEXIST;
	ctx->selected_sk = (u64)sk;
	ctx->no_reuseport = !!(flags & BPF_SK_LOOKUP_F_NO_REUSEPORT);
	return 0;
}

/* Of a classifier: the socket that the packet is for, from now on. */
static s64 choose_packet(struct sim *sim, struct sk_buff *skb, const struct sock *sk, u64 flags)
{
	const struct socket *socket = socket_by_sk(sim, (u64)sk);

	if (!sk || flags)
		return -EINVAL;
	if (!skb->tc_at_ingress)
		return -EOPNOTSUPP;
	if (socket && socket->options.reuseport)
		return -ESOCKTNOSUPPORT;
	if (!socket || !socket->bound)
		return -EOPNOTSUPP;
	skb->sk = (u64)sk;
	return 0;
}

HELPER_FN(sk_assign)
{
	UNUSED_ARGS();
	if (sock_ctx_is_packet(sim, r1))
		return choose_packet(sim, (struct sk_buff *)r1, (const struct sock *)r2, r3);
	return choose_lookup((struct bpf_sk_lookup_kern *)r1, (const struct sock *)r2, r3);
}

HELPER_FN(sk_select_reuseport)
{
	struct sk_reuseport_kern *ctx = (struct sk_reuseport_kern *)r1;
	struct map *map = map_of((const struct bpf_map_layout *)r2);
	struct obj *obj = map_ops(map)->held ? map_ops(map)->held(sim, map, (const void *)r3) : NULL;
	const struct socket *chosen = obj ? socket_of(obj) : NULL, *here = socket_by_sk(sim, ctx->sk);

	UNUSED_ARGS();
	if (!chosen)
		return -ENOENT;
	if (!chosen->reuse_id)
		return map->k.map_type == BPF_MAP_TYPE_REUSEPORT_SOCKARRAY ? -ENOENT : -EINVAL;
	if (here && chosen->reuse_id != here->reuse_id) {
		if (chosen->sk->sk_protocol != here->sk->sk_protocol)
			return -EPROTOTYPE;
		return chosen->family != here->family ? -EAFNOSUPPORT : -EBADFD;
	}
	ctx->selected_sk = (u64)chosen->sk;
	return 0;
}
