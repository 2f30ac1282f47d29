/* The kinds of events, one table; happening.h says what a kind is. */
#ifndef SIM_WORLD_HAPPENING_KINDS_H
#define SIM_WORLD_HAPPENING_KINDS_H

#include "happening.h"

extern const struct happening_kind happening_exec, happening_fork, happening_exit,
	happening_kill; /* event_task.c */
extern const struct happening_kind happening_openat, happening_read, happening_write,
	happening_unlink;                                                               /* event_file.c */
extern const struct happening_kind happening_connect, happening_disk;                   /* event_io.c */
extern const struct happening_kind happening_switch, happening_wakeup, happening_clock; /* event_sched.c */
extern const struct happening_kind happening_tick;                                      /* event_tick.c */
extern const struct happening_kind happening_syscall, happening_call, happening_ucall;  /* event_any.c */

#endif
