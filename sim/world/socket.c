/* Sockets: see socket.h. Mirrors net/socket.c and the families' create functions. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "socket.h"
#include "world.h"

#define ETH_P_ALL_BE 0x300 /* htons(ETH_P_ALL) */
#define STATE_CLOSE 7   /* TCP_CLOSE: a new socket of any family */

/* What each family has; protocol 0 means the first one. */
static const struct {
	u16 family, type, protocol;
	bool raw;               /* needs CAP_NET_RAW */
} kinds[] = {
	{AF_UNIX, SOCK_STREAM, 0, false},
	{AF_UNIX, SOCK_DGRAM, 0, false},
	{AF_UNIX, SOCK_SEQPACKET, 0, false},
	{AF_INET, SOCK_STREAM, IPPROTO_TCP, false},
	{AF_INET, SOCK_DGRAM, IPPROTO_UDP, false},
	{AF_INET6, SOCK_STREAM, IPPROTO_TCP, false},
	{AF_INET6, SOCK_DGRAM, IPPROTO_UDP, false},
	{AF_XDP, SOCK_RAW, 0, true},
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

int socket_new(struct sim *sim, const struct task *task, u32 family, u32 type, u32 protocol,
	       struct socket **out)
{
	int kind = find_kind(sim, family, type, protocol);
	struct socket *socket;

	if (kind < 0)
		return kind;
	if (kinds[kind].raw && !task_capable(task, CAP_NET_RAW_BIT))
		return sim_fail(&sim->why, -EPERM, "such a socket needs CAP_NET_RAW");
	*out = socket = sim_alloc(sim, sizeof(*socket));
	if (socket)
		socket->sk = arena_alloc(sim->arena, sizeof(*socket->sk), TAG_SOCK, NULL);
	if (!socket || !socket->sk) {
		sim_free(sim, socket);
		return sim_fail(&sim->why, -ENOMEM, "no memory for a socket");
	}
	obj_init(&socket->obj, OBJ_SOCK, NULL);
	socket->family = family;
	socket->type = type;
	socket->sk->__sk_common.skc_family = family;
	socket->sk->__sk_common.skc_state = STATE_CLOSE;
	socket->sk->__sk_common.skc_rx_queue_mapping = UINT16_MAX;
	socket->sk->sk_type = type;
	socket->sk->sk_protocol = kinds[kind].protocol;
	return 0;
}

u64 socket_cookie(struct sim *sim, struct socket *socket)
{
	if (!socket->cookie)
		socket->cookie = ++sim->world->socket_cookies;
	return socket->cookie;
}

void socket_free(struct sim *sim, struct socket *socket)
{
	arena_free(sim->arena, socket->sk);
	sim_free(sim, socket);
}
