/* Sockets as programs see them: what the types share whose context is one. */
#ifndef SIM_PROGS_SOCK_H
#define SIM_PROGS_SOCK_H

#include "../world/layout.h"
#include "prog_type.h"

/* Behind a field of struct bpf_sock that is not a plain member (sock_fields.h). */
u64 sock_get_rx_queue(u64 ctx);
void sock_convert_rx_queue(const struct ctx_conversion *c, struct patch *out);
/* A port in network byte order goes to the high half of the word: programs compare it with htonl(port). */
void sock_convert_remote_port(const struct ctx_conversion *c, struct patch *out);

#endif
