/* The kinds of events, one table; happening.h says what a kind is. */
#ifndef SIM_WORLD_HAPPENING_KINDS_H
#define SIM_WORLD_HAPPENING_KINDS_H

#include "happening.h"
#include "layout.h"

extern const struct happening_kind happening_exec, happening_fork, happening_exit,
	happening_kill; /* event_task.c */
extern const struct happening_kind happening_openat, happening_read, happening_write,
	happening_unlink, happening_cat;                                                        /* event_file.c */
extern const struct happening_kind happening_disk;                                      /* event_io.c */
extern const struct happening_kind happening_socket, happening_bind, happening_listen, happening_accept, happening_close,
	happening_connect, happening_send, happening_recv, happening_client; /* event_net.c */
extern const struct happening_kind happening_setsockopt, happening_getsockopt, happening_getsockname, happening_getpeername,
	happening_join;                                                      /* event_sockopt.c */
extern const struct happening_kind happening_sysctl;                                    /* event_device.c */
extern const struct happening_kind happening_switch, happening_wakeup, happening_clock; /* event_sched.c */
extern const struct happening_kind happening_ack, happening_loss, happening_undo,
	happening_congestion;                                                           /* event_tcp.c */
extern const struct happening_kind happening_tick;                                      /* event_tick.c */
extern const struct happening_kind happening_syscall, happening_call; /* event_any.c */
extern const struct happening_kind happening_ucall;                                    /* event_user.c */

extern const struct happening_kind happening_fentry_tests,
	happening_modify_return_test;                                                   /* event_selftest.c */

/* Context of CGROUP_DEVICE when the file is a device, opened with @flags; 0: it is none. event_device.c */
u64 happening_device(struct sim *sim, struct happening *h, const char *path, u32 flags);

#endif
