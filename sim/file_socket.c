/*
 * Files that are sockets: opening one, and what goes with it when the last fd is closed: the storage that
 * programs keep for it, its places in maps.
 */
#include "file_socket.h"

#include "maps/map.h"
#include "world/socket.h"

#include <sys/socket.h>

s64 socket_open(struct sim *sim, struct task *task, u32 family, u32 type, u32 protocol)
{
	struct socket *socket;
	int fd, err = socket_new(sim, task, family, type & ~(u32)SOCK_CLOEXEC, protocol, &socket);

	if (err)
		return err;
	fd = fd_open(sim, task, &socket->obj, true, true);
	if (fd >= 0)
		fd_set_cloexec(sim, task, fd, type & SOCK_CLOEXEC);
	return fd;
}

static void free_socket(struct sim *sim, struct obj *obj)
{
	map_forget(sim, socket_of(obj)->sk);
	socket_free(sim, socket_of(obj));
}

const struct obj_ops socket_obj_ops = {
	.name = "socket",
	.file = "socket",
	.free = free_socket,
};
