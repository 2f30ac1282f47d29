/* setsockopt(2) with SO_ATTACH_BPF and its like; packet sockets. See world/sock_filter.h. */
#ifndef SIM_SOCK_FILTER_H
#define SIM_SOCK_FILTER_H

#include "world/sock_filter.h"

struct sim;
struct task;

/*
 * SO_ATTACH_BPF (@value: fd of a program), SO_DETACH_BPF, SO_LOCK_FILTER, for the socket of @fd: 0, -EBADF, -ENOTSOCK, -EINVAL,
 * -EPERM (locked), -ENOENT (there is none), -ENOPROTOOPT.
 */
s64 sock_filter_set(struct sim *sim, struct task *task, int fd, u32 option, s64 value);
/* bind(2) of a packet socket to a device, 0 = all: 0, -ENODEV, -EINVAL (no packet socket). */
s64 packet_bind(struct sim *sim, struct task *task, int fd, u32 ifindex);
/* recv(2), without waiting: the bytes of the next packet, or -EAGAIN. */
s64 packet_recv(struct sim *sim, struct task *task, int fd);
/* A new packet socket; -ENOBUFS: there are too many. And the end of a socket. */
int sock_filter_born(struct sim *sim, struct obj *socket);
void sock_filter_forget(struct sim *sim, const struct obj *socket);

#endif
