/*
 * Sockets that tasks open with socket(2): what an fd of one leads to, and what maps of sockets hold.
 *
 * Simplified: a socket is born and dies; it is not connected or listening, and nothing comes or goes
 * through it. AF_XDP sockets are bound, with rings that are never full, and get frames.
 */
#ifndef SIM_WORLD_SOCKET_H
#define SIM_WORLD_SOCKET_H

#include "../object.h"
#include "layout.h"
#include "task.h"

struct socket {
	struct obj obj;
	u16 family, type;      /* AF_*, SOCK_* */
	u64 cookie;            /* its number for user space, 0 = not asked for yet */
	u32 bound_ifindex, bound_queue; /* AF_XDP: the device and queue whose frames it may be given, 0 = not bound */
	u64 rx_frames;         /* AF_XDP: frames in its receive ring so far */
	struct sock *sk;       /* the kernel's part: owner of what belongs to the socket */
};

static inline struct socket *socket_of(struct obj *obj)
{
	return container_of(obj, struct socket, obj);
}

/*
 * socket(2) for AF_UNIX, AF_INET, AF_INET6 and AF_XDP: 0 and *out with one reference, or -EAFNOSUPPORT,
 * -ESOCKTNOSUPPORT, -EPROTONOSUPPORT, -EPERM, -ENOMEM.
 */
int socket_new(struct sim *sim, const struct task *task, u32 family, u32 type, u32 protocol,
	       struct socket **out);
/* Its number, which it gets when somebody asks (sock_gen_cookie). */
u64 socket_cookie(struct sim *sim, struct socket *socket);
void socket_free(struct sim *sim, struct socket *socket);

#endif
