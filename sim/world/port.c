/*
 * Ports: who is bound where, and who gets what arrives. Mirrors net/ipv4/inet_connection_sock.c (conflicts),
 * inet_hashtables.c and udp.c (whose score decides), net/core/sock_reuseport.c (groups).
 *
 * Simplified: one table, searched from its beginning; ports that the kernel chooses begin at PORT_FIRST and
 * are not random.
 */
#include <netinet/in.h>
#include <sys/socket.h>

#include "socket.h"
#include "world.h"

static u8 state_of(const struct socket *s)
{
	return s->sk->__sk_common.skc_state;
}

/* Of the same protocol and family, with that port. */
static bool is_at(const struct socket *s, u16 protocol, u16 family, u16 port)
{
	return s->bound && s->sk->sk_protocol == protocol && s->family == family &&
	       s->sk->__sk_common.skc_num == port;
}

static bool same_place(const struct socket *a, const struct net_address *address)
{
	struct net_address other;

	inet_local(a->sk, &other);
	return inet_is_any(&other) || inet_is_any(address) || inet_same_ip(&other, address);
}

static bool may_share(const struct socket *a, const struct socket *b)
{
	bool addresses = a->options.reuseaddr && b->options.reuseaddr;
	bool ports = a->options.reuseport && b->options.reuseport && a->sk->sk_uid_val == b->sk->sk_uid_val;
	bool tcp = a->sk->sk_protocol == IPPROTO_TCP;

	return ports ||
	       (addresses && (!tcp || (state_of(a) != SOCK_LISTENING && state_of(b) != SOCK_LISTENING)));
}

static bool is_free(struct sim *sim, const struct socket *socket, const struct net_address *address)
{
	for (const struct socket *s = sim->world->sockets; s; s = s->next)
		if (s != socket && is_at(s, socket->sk->sk_protocol, socket->family, address->port) &&
		    same_place(s, address) && !may_share(s, socket))
			return false;
	return true;
}

/* Who shares the address and port already; a group of its own when nobody does. */
static void join_group(struct sim *sim, struct socket *socket, const struct net_address *address)
{
	struct net_address other;

	if (!socket->options.reuseport)
		return;
	for (struct socket *s = sim->world->sockets; s; s = s->next) {
		inet_local(s->sk, &other);
		if (s == socket || !s->reuse_id ||
		    !is_at(s, socket->sk->sk_protocol, socket->family, address->port) ||
		    !inet_same_ip(&other, address))
			continue;
		socket->reuse_id = s->reuse_id;
		socket->reuse_prog = s->reuse_prog;
		if (socket->reuse_prog)
			obj_get(sim, socket->reuse_prog);
		return;
	}
	socket->reuse_id = ++sim->world->reuse_groups;
}

int socket_bind(struct sim *sim, struct socket *socket, const struct net_address *wanted)
{
	struct net_address address = *wanted;

	if (socket->bound || state_of(socket) != SOCK_CLOSED)
		return sim_fail(&sim->why, -EINVAL, "the socket has an address already");
	if (!inet_is_here(&address))
		return sim_fail(&sim->why, -EADDRNOTAVAIL, "that address is not one of this machine's");
	for (u32 port = PORT_FIRST; !wanted->port && !address.port && port <= UINT16_MAX; port++) {
		address.port = port;
		address.port = is_free(sim, socket, &address) ? port : 0;
	}
	if (!address.port || !is_free(sim, socket, &address))
		return sim_fail(&sim->why, -EADDRINUSE, "port %u is taken", address.port);
	inet_set_local(socket->sk, &address);
	socket->bound = true;
	join_group(sim, socket, &address);
	return 0;
}

/* --- who gets what arrives --- */

struct socket *socket_connected(struct sim *sim, const struct net_ends *ends)
{
	struct net_address local, remote;

	for (struct socket *s = sim->world->sockets; s; s = s->next) {
		if (!is_at(s, ends->protocol, ends->to.family, ends->to.port) ||
		    state_of(s) == SOCK_LISTENING || !s->sk->__sk_common.skc_dport)
			continue;
		inet_local(s->sk, &local);
		inet_remote(s->sk, &remote);
		if (inet_same_ip(&remote, &ends->from) && remote.port == ends->from.port &&
		    (inet_is_any(&local) || inet_same_ip(&local, &ends->to)))
			return s;
	}
	return NULL;
}

struct socket *socket_waiting(struct sim *sim, const struct net_ends *ends)
{
	u8 state = ends->protocol == IPPROTO_TCP ? SOCK_LISTENING : SOCK_CLOSED;
	struct socket *any = NULL;
	struct net_address local;

	for (struct socket *s = sim->world->sockets; s; s = s->next) {
		if (!is_at(s, ends->protocol, ends->to.family, ends->to.port) || state_of(s) != state)
			continue;
		inet_local(s->sk, &local);
		if (inet_same_ip(&local, &ends->to))
			return s;
		if (inet_is_any(&local) && !any)
			any = s;
	}
	return any;
}

struct socket *socket_of_group(struct sim *sim, u32 reuse_id, u32 i)
{
	for (struct socket *s = sim->world->sockets; s; s = s->next)
		if (s->reuse_id == reuse_id && !s->orphan &&
		    (s->type != SOCK_STREAM || state_of(s) == SOCK_LISTENING) && !i--)
			return s;
	return NULL;
}

u32 socket_group_size(struct sim *sim, u32 reuse_id)
{
	u32 n = 0;

	while (socket_of_group(sim, reuse_id, n))
		n++;
	return n;
}

u32 inet_hash(const struct net_ends *ends)
{
	u32 hash = (u32)ends->from.port << 16 | ends->to.port;

	for (u32 i = 0; i < 16; i++)
		hash = (hash ^ ends->from.ip[i] ^ (u32)ends->to.ip[i] << 8) * 16777619u;
	return hash;
}
