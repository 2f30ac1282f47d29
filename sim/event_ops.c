/*
 * Functions of the kernel's tables, called by events: see event_ops.h. Mirrors the places in net/ipv4/tcp_input.c where
 * icsk->icsk_ca_ops is asked.
 */
#include "event_ops.h"

#include "maps/struct_ops.h"
#include "prog.h"
#include "world/tcp_conn.h"

const struct attachment *event_ops_next(struct sim *sim, struct happening *h, const struct happening_step *step)
{
	const struct tcp_conn *conn = tcp_conn_of(sim, h->value[step->arg[0]]);
	struct map *table = conn && conn->cc ? container_of(conn->cc, struct map, obj) : NULL;
	struct obj *prog = table ? struct_ops_prog(sim, table, step->name) : NULL;

	if (h->pos++ || !prog || (step->unless && struct_ops_prog(sim, table, step->unless)))
		return NULL;
	h->only = (struct attachment){
		.kind = HOOK_OPS, .prog = container_of(prog, struct prog, obj), .owner = &table->obj};
	return &h->only;
}

void event_ops_text(const struct happening *h, struct text *out)
{
	text_add(out, "%s.%s of %s", "tcp_congestion_ops", happening_step(h, h->at_step)->name, h->only.owner->name);
}

bool event_is_void(const struct happening *h)
{
	return h->place && event_hook(h) == HOOK_OPS && !happening_step(h, h->at_step)->ret;
}
