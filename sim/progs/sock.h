/* Sockets as programs see them: what the types share whose context is one. */
#ifndef SIM_PROGS_SOCK_H
#define SIM_PROGS_SOCK_H

#include "../world/layout.h"
#include "prog_type.h"

/* Behind a field of struct bpf_sock that is not a plain member (sock_fields.h). */
u64 sock_get_rx_queue(u64 ctx);

#endif
