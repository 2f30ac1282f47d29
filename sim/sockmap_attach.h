/* Attaching programs to sockmaps. */
#ifndef SIM_SOCKMAP_ATTACH_H
#define SIM_SOCKMAP_ATTACH_H

#include "link.h"

/* 0 or -errno, as the commands. */
s64 sockmap_prog_attach(struct sim *sim, struct call *call, struct prog *prog);
s64 sockmap_prog_detach(struct sim *sim, struct call *call, u32 prog_type);
s64 sockmap_prog_query(struct sim *sim, struct call *call);

#endif
