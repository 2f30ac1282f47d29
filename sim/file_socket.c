/*
 * Files that are sockets: opening one, and what goes with it when the last fd is closed: the storage that
 * programs keep for it, its places in maps.
 */
#include "file_socket.h"

#include "maps/map.h"
#include "sock_filter.h"
#include "world/netdev.h"
#include "world/socket.h"

#include <sys/socket.h>

s64 socket_open(struct sim *sim, struct task *task, u32 family, u32 type, u32 protocol)
{
	struct socket *socket;
	int fd, err = socket_new(sim, task, family, type & ~(u32)SOCK_CLOEXEC, protocol, &socket);

	if (err)
		return err;
	if (family == AF_PACKET && sock_filter_born(sim, &socket->obj)) {
		obj_put(sim, &socket->obj);
		return -ENOBUFS;
	}
	fd = fd_open(sim, task, &socket->obj, true, true);
	if (fd >= 0)
		fd_set_cloexec(sim, task, fd, type & SOCK_CLOEXEC);
	return fd;
}

s64 socket_bind_xdp(struct sim *sim, struct task *task, int fd, u32 ifindex, u32 queue)
{
	const struct netdev *dev = netdev_by_index(sim, ifindex);
	struct obj *obj;
	int err;

	obj = fd_obj(sim, task, fd, OBJ_SOCK, &err);
	if (!obj)
		return err;
	if (socket_of(obj)->family != AF_XDP)
		return sim_fail(&sim->why, -EINVAL, "fd %d is no AF_XDP socket", fd);
	if (!dev)
		return sim_fail(&sim->why, -ENODEV, "there is no device with ifindex %u", ifindex);
	if (socket_of(obj)->bound_ifindex)
		return sim_fail(&sim->why, -EBUSY, "the socket is bound already");
	if (queue >= dev->k.real_num_rx_queues)
		return sim_fail(&sim->why, -EINVAL, "%s has no queue %u", dev->name, queue);
	socket_of(obj)->bound_ifindex = ifindex;
	socket_of(obj)->bound_queue = queue;
	return 0;
}

/* Connections that nobody has accepted go with their listener. */
static void drop_waiting(struct sim *sim, const struct socket *listener)
{
	struct socket *waiting;
	u32 count;

	while ((waiting = socket_first_waiting(sim, listener, &count))) {
		waiting->listener = NULL;
		obj_put(sim, &waiting->obj);
	}
}

static void free_socket(struct sim *sim, struct obj *obj)
{
	drop_waiting(sim, socket_of(obj));
	map_forget(sim, socket_of(obj)->sk);
	sock_filter_forget(sim, obj);
	socket_free(sim, socket_of(obj));
}

const struct obj_ops socket_obj_ops = {
	.name = "socket",
	.file = "socket",
	.free = free_socket,
};
