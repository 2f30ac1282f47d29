/* Sockets: see socket.h. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "socket.h"
#include "world.h"

#define ETH_P_ALL_BE 0x300 /* htons(ETH_P_ALL) */

/* What each family has; protocol 0 means the first one. */
static const struct {
	u16 family, type, protocol;
	bool raw; /* needs CAP_NET_RAW */
} kinds[] = {
	{AF_UNIX, SOCK_STREAM, 0, false},           {AF_UNIX, SOCK_DGRAM, 0, false},
	{AF_UNIX, SOCK_SEQPACKET, 0, false},        {AF_INET, SOCK_STREAM, IPPROTO_TCP, false},
	{AF_INET, SOCK_DGRAM, IPPROTO_UDP, false},  {AF_INET6, SOCK_STREAM, IPPROTO_TCP, false},
	{AF_INET6, SOCK_DGRAM, IPPROTO_UDP, false}, {AF_XDP, SOCK_RAW, 0, true},
	{AF_PACKET, SOCK_RAW, ETH_P_ALL_BE, true},
};

/* The kind, or the errno of what is wrong first: family, type, protocol. */
static int find_kind(struct sim *sim, u32 family, u32 type, u32 protocol)
{
	int err = -EAFNOSUPPORT;

	for (u32 i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].family != family)
			continue;
		if (kinds[i].type != type) {
			err = err == -EAFNOSUPPORT ? -ESOCKTNOSUPPORT : err;
			continue;
		}
		if (!protocol || protocol == kinds[i].protocol)
			return i;
		err = -EPROTONOSUPPORT;
	}
	return sim_fail(&sim->why, err, "no sockets of family %u, type %u, protocol %u here", family, type,
			protocol);
}

static struct socket *alloc(struct sim *sim, u32 family)
{
	struct socket *socket = sim_alloc(sim, sizeof(*socket)), **end;
	bool inet = family == AF_INET || family == AF_INET6;

	if (socket)
		socket->sk = arena_alloc(sim->arena, inet ? sizeof(struct tcp_sock) : sizeof(*socket->sk),
					 TAG_SOCK, NULL);
	if (!socket || !socket->sk) {
		sim_free(sim, socket);
		sim_fail(&sim->why, -ENOMEM, "no memory for a socket");
		return NULL;
	}
	obj_init(&socket->obj, OBJ_SOCK, NULL);
	socket->family = family;
	socket->number = sim->world->sockets_made++;
	for (end = &sim->world->sockets; *end; end = &(*end)->next)
		;
	*end = socket;
	return socket;
}

static void fill_sock(struct sim *sim, struct socket *socket, u32 protocol, u32 uid)
{
	struct sock *sk = socket->sk;

	sk->__sk_common.skc_family = socket->family;
	sk->__sk_common.skc_state = SOCK_CLOSED;
	sk->__sk_common.skc_rx_queue_mapping = UINT16_MAX;
	sk->__sk_common.skc_net_net = (u64)&sim->world->kernel->net;
	sk->sk_type = socket->type;
	sk->sk_protocol = protocol;
	sk->sk_uid_val = uid;
	sk->sk_cgrp_data_cgroup = (u64)&socket->cgroup->k;
	sockopts_birth(socket);
}

int socket_new(struct sim *sim, const struct task *task, u32 family, u32 type, u32 protocol,
	       struct socket **out)
{
	int kind = find_kind(sim, family, type, protocol);
	struct socket *socket;

	if (kind < 0)
		return kind;
	if (kinds[kind].raw && !task_capable(task, CAP_NET_RAW_BIT))
		return sim_fail(&sim->why, -EPERM, "such a socket needs CAP_NET_RAW");
	*out = socket = alloc(sim, family);
	if (!socket)
		return -ENOMEM;
	socket->type = type;
	socket->cgroup = cgroup_of_task(task->k);
	fill_sock(sim, socket, kinds[kind].protocol, task->uid);
	return 0;
}

struct socket *socket_accept_new(struct sim *sim, const struct socket *listener)
{
	struct socket *socket = alloc(sim, listener->family);

	if (!socket)
		return NULL;
	socket->type = listener->type;
	socket->cgroup = listener->cgroup;
	socket->options = listener->options;
	memcpy(socket->sk, listener->sk, sizeof(struct tcp_sock));
	socket->sk->__sk_common.skc_cookie_counter = 0;
	socket->sk->__sk_common.skc_state = SOCK_NEW_SYN_RECV;
	return socket;
}

u64 socket_cookie(struct sim *sim, struct socket *socket)
{
	if (!socket->cookie)
		socket->cookie = socket->sk->__sk_common.skc_cookie_counter = ++sim->world->socket_cookies;
	return socket->cookie;
}

struct socket *socket_by_sk(struct sim *sim, u64 sk)
{
	struct socket *s = sim->world->sockets;

	while (s && (u64)s->sk != sk)
		s = s->next;
	return s;
}

/* Nobody leads to it any more. */
static void forget(struct sim *sim, struct socket *socket)
{
	struct socket **at = &sim->world->sockets;

	while (*at && *at != socket)
		at = &(*at)->next;
	if (*at)
		*at = socket->next;
	for (struct socket *s = sim->world->sockets; s; s = s->next) {
		if (s->listener == socket)
			s->listener = NULL;
	}
}

/* The other end of a connection hears nothing any more. */
static void silence(struct sim *sim, const struct socket *socket)
{
	struct net_ends ends = {.protocol = IPPROTO_TCP};
	struct socket *other;

	if (socket->type != SOCK_STREAM || !socket_is_inet(socket) || !socket->sk->__sk_common.skc_dport)
		return;
	inet_local(socket->sk, &ends.from);
	inet_remote(socket->sk, &ends.to);
	other = socket_connected(sim, &ends);
	if (other)
		other->fin = true;
}

void socket_free(struct sim *sim, struct socket *socket)
{
	forget(sim, socket);
	silence(sim, socket);
	sock_data_free(sim, &socket->received);
	sock_data_free(sim, &socket->joined.corked);
	for (u32 i = 0; i < SOCKMAP_PROGS; i++)
		if (socket->joined.prog[i])
			obj_put(sim, socket->joined.prog[i]);
	if (socket->reuse_prog)
		obj_put(sim, socket->reuse_prog);
	arena_free(sim->arena, socket->sk);
	sim_free(sim, socket);
}

/* --- data --- */

int socket_receive(struct sim *sim, struct socket *socket, const struct net_address *from, const void *bytes,
		   u32 len)
{
	struct sock_data *data = sim_alloc(sim, sizeof(*data) + len), **end = &socket->received;

	if (!data)
		return sim_fail(&sim->why, -ENOMEM, "no memory for what has arrived");
	data->from = *from;
	data->len = len;
	memcpy(data->bytes, bytes, len);
	while (*end)
		end = &(*end)->next;
	*end = data;
	return 0;
}

u32 socket_unread(const struct socket *socket)
{
	u32 n = 0;

	for (const struct sock_data *d = socket->received; d; d = d->next)
		n += d->len - d->taken;
	return n;
}

void sock_data_free(struct sim *sim, struct sock_data **list)
{
	while (*list) {
		struct sock_data *data = *list;

		*list = data->next;
		sim_free(sim, data);
	}
}

struct socket *socket_first_waiting(struct sim *sim, const struct socket *listener, u32 *count)
{
	struct socket *first = NULL;

	*count = 0;
	for (struct socket *s = sim->world->sockets; s; s = s->next) {
		if (s->listener != listener || s->sk->__sk_common.skc_state == SOCK_NEW_SYN_RECV)
			continue;
		first = first ? first : s;
		++*count;
	}
	return first;
}
