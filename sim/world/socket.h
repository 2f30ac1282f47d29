/*
 * Sockets that tasks open with socket(2): what an fd of one leads to, and what maps of sockets hold. Their
 * addresses and states stand in struct sock, where programs look.
 *
 * Which programs the ways of their data come by: sim/net.h. Mirrors net/socket.c, the families' create
 * functions and, for ports and their sockets, net/ipv4/inet_hashtables.c and udp.c.
 *
 * Simplified: no buffers that are full, no windows, nothing is lost but by programs; another host takes
 * whatever is sent to it and answers each connection. AF_UNIX sockets are born and die. AF_XDP sockets are
 * bound, with rings that are never full, and get frames.
 */
#ifndef SIM_WORLD_SOCKET_H
#define SIM_WORLD_SOCKET_H

#include "../object.h"
#include "cgroup.h"
#include "inet.h"
#include "sockopt.h"
#include "task.h"

/* enum of the kernel's TCP_*; sockets of other protocols use some of them, too. */
enum {
	SOCK_ESTABLISHED = 1,
	SOCK_SYN_SENT,
	SOCK_SYN_RECV,
	SOCK_FIN_WAIT1,
	SOCK_FIN_WAIT2,
	SOCK_TIME_WAIT,
	SOCK_CLOSED,
	SOCK_CLOSE_WAIT,
	SOCK_LAST_ACK,
	SOCK_LISTENING,
	SOCK_CLOSING,
	SOCK_NEW_SYN_RECV,
};

/* Data that has arrived and nobody has read. */
struct sock_data {
	struct sock_data *next;
	struct net_address from;
	u32 len, taken;
	u8 bytes[];
};

/* Programs of a sockmap, as a socket in it has them (struct sk_psock_progs). */
enum { SOCKMAP_MSG, SOCKMAP_PARSER, SOCKMAP_STREAM_VERDICT, SOCKMAP_SKB_VERDICT, SOCKMAP_PROGS };

/* What a socket has because it is in sockmaps (struct sk_psock). */
struct sock_joined {
	u32 places;                      /* in maps; 0 = it is in none */
	struct obj *prog[SOCKMAP_PROGS]; /* a reference each; NULL = none */
	/* SK_MSG: bytes for which the last verdict still holds; to be collected first */
	u32 apply_bytes, cork_bytes;
	u32 verdict;
	u64 redirect; /* the last verdict was this socket's struct sock */
	bool to_ingress;
	struct sock_data *corked; /* what waits for more */
};

struct socket {
	struct obj obj;
	u16 family, type; /* AF_*, SOCK_* */
	u64 cookie;       /* its number for user space, 0 = not asked for yet */
	u32 bound_ifindex,
		bound_queue;   /* AF_XDP: the device and queue whose frames it may be given, 0 = not bound */
	u64 rx_frames;         /* AF_XDP: frames in its receive ring so far */
	struct sock *sk;       /* the kernel's part: owner of what belongs to the socket */
	struct socket *next;   /* of all, the oldest first */
	struct cgroup *cgroup; /* of the task that made it: its programs are asked */
	u32 number;            /* how many there were before */
	bool bound;            /* has a port */
	bool orphan;           /* nobody has it open: it ends a connection */
	bool far;              /* TCP: the other end is another host's */
	bool fin;              /* TCP: the other side has nothing more to say */
	struct socket *listener; /* TCP: the one that has accepted it for a task, which has not called
				    accept(2) yet */
	u32 backlog;             /* LISTEN: how many may wait */
	struct sock_data *received;
	struct sockopts options;
	u32 taken;              /* references that programs hold while they run */
	u32 reuse_id;           /* sockets that share a port have the same, 0 = it is alone */
	struct obj *reuse_prog; /* that chooses one of them, a reference; each of them has it */
	struct sock_joined joined;
};

static inline struct socket *socket_of(struct obj *obj)
{
	return container_of(obj, struct socket, obj);
}

static inline bool socket_is_inet(const struct socket *s)
{
	return s->family == 2 || s->family == 10;
}

/*
 * socket(2) for AF_UNIX, AF_INET, AF_INET6 and AF_XDP: 0 and *out with one reference, or -EAFNOSUPPORT,
 * -ESOCKTNOSUPPORT, -EPROTONOSUPPORT, -EPERM, -ENOMEM.
 */
int socket_new(struct sim *sim, const struct task *task, u32 family, u32 type, u32 protocol,
	       struct socket **out);
/* What a connection to @listener becomes, with its options and cgroup. NULL: no memory. */
struct socket *socket_accept_new(struct sim *sim, const struct socket *listener);
/* Its number, which it gets when somebody asks (sock_gen_cookie). */
u64 socket_cookie(struct sim *sim, struct socket *socket);
/* Of a struct sock; NULL: it is no task's. */
struct socket *socket_by_sk(struct sim *sim, u64 sk);
void socket_free(struct sim *sim, struct socket *socket);

/*
 * A port is taken: 0, -EADDRINUSE, -EADDRNOTAVAIL (no address of this machine), -EINVAL (it has one). Port 0:
 * the first that is free, from PORT_FIRST on.
 */
#define PORT_FIRST 40000u
int socket_bind(struct sim *sim, struct socket *socket, const struct net_address *address);

/* Two ends of a packet, seen from who gets it. */
struct net_ends {
	struct net_address from, to;
	u16 protocol;
};

/* Who has this connection, whoever it is for: NULL = nobody. */
struct socket *socket_connected(struct sim *sim, const struct net_ends *ends);
/* Who listens there (TCP) or is bound there (UDP), the most exact first; of a group the first one. NULL =
 * nobody. */
struct socket *socket_waiting(struct sim *sim, const struct net_ends *ends);
/* Number @i of the group, in the order in which they were bound; NULL: no more. */
struct socket *socket_of_group(struct sim *sim, u32 reuse_id, u32 i);
u32 socket_group_size(struct sim *sim, u32 reuse_id);
/* As inet_ehashfn, from the two ends only. */
u32 inet_hash(const struct net_ends *ends);

/* The first that waits to be accepted at @listener, NULL = none; how many wait. */
struct socket *socket_first_waiting(struct sim *sim, const struct socket *listener, u32 *count);
/* 0 or -ENOMEM. */
int socket_receive(struct sim *sim, struct socket *socket, const struct net_address *from, const void *bytes,
		   u32 len);
/* Bytes that can be read. */
u32 socket_unread(const struct socket *socket);
void sock_data_free(struct sim *sim, struct sock_data **list);

#endif
