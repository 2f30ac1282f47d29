/* Options, identity and TCP events of sockets (net/core/filter.c, __bpf_setsockopt and its neighbours). */
#include "../world/socket.h"
#include "../world/world.h"
#include "helper.h"
#include "sock_ctx.h"

#define NOBODY 65534u /* overflowuid */

HELPER_FN(setsockopt)
{
	u64 sk = sock_of_ctx(sim, r1);
	struct socket *socket = sock_full(sk) ? socket_by_sk(sim, sk) : NULL;

	UNUSED_ARGS();
	if (!socket)
		return -EINVAL;
	return sockopt_set(sim, socket, NULL, r2, r3, (const void *)r4, r5);
}

/* What is not filled is zero. */
HELPER_FN(getsockopt)
{
	u64 sk = sock_of_ctx(sim, r1);
	struct socket *socket = sock_full(sk) ? socket_by_sk(sim, sk) : NULL;
	u32 len = r5;
	s64 err = socket ? sockopt_get(sim, socket, NULL, r2, r3, (void *)r4, &len) : -EINVAL;

	UNUSED_ARGS();
	len = err ? 0 : len;
	memset((u8 *)r4 + len, 0, r5 - len);
	return err;
}

HELPER_FN(bind)
{
	const struct bpf_sock_addr_kern *ctx = (const void *)r1;
	struct socket *socket = socket_by_sk(sim, ctx->sk);
	struct net_address address, wish;

	UNUSED_ARGS();
	if (r3 < sizeof(u16) || !socket)
		return -EINVAL;
	if (!inet_from_sockaddr((const void *)r2, &address))
		return -EAFNOSUPPORT;
	if (r3 < (address.family == 2 ? 16u : 24u))
		return -EINVAL;
	if (address.port)
		return socket_bind(sim, socket, &address);
	/* the address alone: the port is chosen when it connects */
	wish = address;
	if (!inet_is_here(&wish))
		return -EADDRNOTAVAIL;
	inet_local(socket->sk, &address);
	wish.port = address.port;
	inet_set_local(socket->sk, &wish);
	return 0;
}

HELPER_FN(get_socket_cookie)
{
	struct socket *socket = socket_by_sk(sim, sock_of_ctx(sim, r1));

	UNUSED_ARGS();
	return socket ? socket_cookie(sim, socket) : 0;
}

HELPER_FN(get_netns_cookie)
{
	UNUSED_ARGS();
	return sim->world->kernel->net.net_cookie;
}

HELPER_FN(get_socket_uid)
{
	const struct sock *sk = sock_full(((const struct sk_buff *)r1)->sk);

	UNUSED_ARGS();
	return sk ? sk->sk_uid_val : NOBODY;
}

/* --- TCP --- */

HELPER_FN(sock_ops_cb_flags_set)
{
	struct bpf_sock_ops_kern *ctx = (struct bpf_sock_ops_kern *)r1;
	s32 flags = r2;

	UNUSED_ARGS();
	if (!sock_full(ctx->sk))
		return -EINVAL;
	((struct tcp_sock *)ctx->sk)->bpf_sock_ops_cb_flags = flags & BPF_SOCK_OPS_ALL_CB_FLAGS;
	return flags & ~BPF_SOCK_OPS_ALL_CB_FLAGS;
}

/* --- maps of sockets --- */

static s64 join_map(struct sim *sim, u64 ctx, u64 map_at, u64 key, u64 flags)
{
	const struct bpf_sock_ops_kern *ops = (const void *)ctx;
	struct map *map = map_of((const struct bpf_map_layout *)map_at);
	struct socket *socket = socket_by_sk(sim, ops->sk);

	if (!socket ||
	    (ops->op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB &&
	     ops->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB && ops->op != BPF_SOCK_OPS_TCP_LISTEN_CB))
		return -EOPNOTSUPP;
	return map_ops(map)->set_obj(sim, map, (const void *)key, &socket->obj, flags);
}

HELPER_FN(sock_map_update)
{
	UNUSED_ARGS();
	return join_map(sim, r1, r2, r3, r4);
}

HELPER_FN(sock_hash_update)
{
	UNUSED_ARGS();
	return join_map(sim, r1, r2, r3, r4);
}

/* The socket under the key, when data may be sent to it. */
static bool redirect(struct sim *sim, u64 map_at, const void *key, u64 flags, bool message)
{
	struct map *map = map_of((const struct bpf_map_layout *)map_at);
	struct obj *obj = flags & ~(u64)BPF_F_INGRESS ? NULL : map_ops(map)->held(sim, map, key);
	const struct socket *socket = obj ? socket_of(obj) : NULL;
	u8 state = socket ? socket->sk->__sk_common.skc_state : 0;
	bool tcp = socket && socket->sk->sk_protocol == 6;

	if (!socket || (tcp ? state == SOCK_LISTENING : state != SOCK_ESTABLISHED))
		return false;
	if (message && !(flags & BPF_F_INGRESS) && !tcp)
		return false;
	sim->world->sk_redirect = (struct sk_redirect){(u64)socket->sk, flags & BPF_F_INGRESS};
	return true;
}

HELPER_FN(sk_redirect_map)
{
	u32 key = r3;

	UNUSED_ARGS();
	return redirect(sim, r2, &key, r4, false) ? SK_PASS : SK_DROP;
}

HELPER_FN(sk_redirect_hash)
{
	UNUSED_ARGS();
	return redirect(sim, r2, (const void *)r3, r4, false) ? SK_PASS : SK_DROP;
}

HELPER_FN(msg_redirect_map)
{
	u32 key = r3;

	UNUSED_ARGS();
	return redirect(sim, r2, &key, r4, true) ? SK_PASS : SK_DROP;
}

HELPER_FN(msg_redirect_hash)
{
	UNUSED_ARGS();
	return redirect(sim, r2, (const void *)r3, r4, true) ? SK_PASS : SK_DROP;
}
