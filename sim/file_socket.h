/* Files that are sockets: see world/socket.h. */
#ifndef SIM_FILE_SOCKET_H
#define SIM_FILE_SOCKET_H

#include "fd.h"

/* socket(2): an fd or -errno. */
s64 socket_open(struct sim *sim, struct task *task, u32 family, u32 type, u32 protocol);
/* bind(2) of an AF_XDP socket to a device's queue: 0, -EINVAL, -ENODEV, -EBUSY. */
s64 socket_bind_xdp(struct sim *sim, struct task *task, int fd, u32 ifindex, u32 queue);
extern const struct obj_ops socket_obj_ops;

#endif
