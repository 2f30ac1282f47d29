/* The table of events: see happening_kinds.h. */
#include "happening_kinds.h"

const struct happening_kind *const happening_kinds[] = {
	&happening_exec,    &happening_fork,    &happening_exit,   &happening_kill,
	&happening_openat,  &happening_read,    &happening_write,  &happening_unlink,
	&happening_cat,
	&happening_socket,  &happening_bind,    &happening_listen, &happening_connect,
	&happening_accept,  &happening_send,    &happening_recv,   &happening_close,
	&happening_client,  &happening_setsockopt, &happening_getsockopt, &happening_getsockname,
	&happening_congestion, &happening_ack, &happening_loss, &happening_undo,
	&happening_getpeername, &happening_join, &happening_sysctl, &happening_disk,    &happening_switch, &happening_wakeup,
	&happening_clock,   &happening_syscall, &happening_call,   &happening_ucall,
	&happening_tick,    &happening_fentry_tests, &happening_modify_return_test,
};

const u32 happening_kinds_count = ARRAY_SIZE(happening_kinds);
