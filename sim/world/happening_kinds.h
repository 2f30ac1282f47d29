/* The kinds of events, one table; happening.h says what a kind is. */
#ifndef SIM_WORLD_HAPPENING_KINDS_H
#define SIM_WORLD_HAPPENING_KINDS_H

#include "happening.h"
#include "layout.h"

extern const struct happening_kind happening_exec, happening_fork, happening_exit,
	happening_kill; /* event_task.c */
extern const struct happening_kind happening_openat, happening_read, happening_write,
	happening_unlink, happening_cat;                                                               /* event_file.c */
extern const struct happening_kind happening_connect, happening_disk;                   /* event_io.c */
extern const struct happening_kind happening_socket, happening_bind, happening_send,
	happening_recv;                                                                 /* event_net.c */
extern const struct happening_kind happening_sysctl;                                    /* event_device.c */
extern const struct happening_kind happening_switch, happening_wakeup, happening_clock; /* event_sched.c */
extern const struct happening_kind happening_tick;                                      /* event_tick.c */
extern const struct happening_kind happening_syscall, happening_call; /* event_any.c */
extern const struct happening_kind happening_ucall;                                    /* event_user.c */

extern const struct happening_kind happening_fentry_tests,
	happening_modify_return_test;                                                   /* event_selftest.c */

/* "10.0.0.2" as it stands in memory; false: it is none. */
bool happening_address(const char *s, u8 out[4]);
static inline u16 happening_port(u64 port)
{
	return (port & 0xff) << 8 | (port >> 8 & 0xff);
}
/* Context of CGROUP_DEVICE when the file is a device, opened with @flags; 0: it is none. event_device.c */
u64 happening_device(struct sim *sim, struct happening *h, const char *path, u32 flags);
/* Context of CGROUP_SOCK_ADDR: @sk wants to use @address, which programs may change; 0: no memory. event_net.c */
u64 happening_sock_addr(struct sim *sim, struct happening *h, struct sock *sk, const void *address, u32 len);

#endif
