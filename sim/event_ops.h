/* At a step of an event where a function of a table of the kernel is called (STEP_OPS): a TCP congestion control. */
#ifndef SIM_EVENT_OPS_H
#define SIM_EVENT_OPS_H

#include "event_ctx.h"
#include "world/hook.h"

/* The program that is that function in the table that the socket uses; NULL: none is, or it was called. */
const struct attachment *event_ops_next(struct sim *sim, struct happening *h, const struct happening_step *step);
/* "tcp_congestion_ops.ssthresh of aimd" */
void event_ops_text(const struct happening *h, struct text *out);

#endif
