/*
 * Programs that see and change an address that a socket is to use, or that is found out for a task
 * (CGROUP_SOCK_ADDR). Mirrors __cgroup_bpf_run_filter_sock_addr.
 */
#include "net.h"

#include <sys/socket.h>

/* What such a program sees, and where it points. */
struct asked {
	struct bpf_sock_addr_kern ctx;
	struct sockaddr_storage address;
	u8 source[16]; /* sendmsg: the address it is sent from */
};

void net_ask_address(struct net *n, struct net_job *j, enum net_site v4, const struct net_address *address,
		     const struct net_address *source)
{
	bool v6 = j->sk->family == AF_INET6;
	struct asked *asked = arena_alloc(n->sim->arena, sizeof(*asked), TAG_CTX, NULL);

	if (!asked) {
		net_end(j, -ENOMEM);
		return;
	}
	inet_to_sockaddr(address, &asked->address);
	asked->ctx.sk = (u64)j->sk->sk;
	asked->ctx.uaddr = (u64)&asked->address;
	asked->ctx.t_ctx = (u64)asked->source;
	if (source)
		memcpy(asked->source, source->ip, sizeof(asked->source));
	j->ctx = asked;
	net_ask_cgroup(n, v4 + v6, j->sk->cgroup, (u64)asked, 0);
}

void net_take_address(struct net *n, struct net_job *j, struct net_address *address,
		      struct net_address *source)
{
	struct asked *asked = j->ctx;
	u16 family = address->family;

	inet_from_sockaddr(&asked->address, address);
	address->family = family;
	if (source)
		memcpy(source->ip, asked->source, sizeof(source->ip));
	arena_free(n->sim->arena, asked);
	j->ctx = NULL;
}
