/* The loader and a simulated kernel together: its calls, made one after the other. */
#include "loader.h"

s64 loader_make_call(struct sim *sim, u32 pid, const struct loader_call *call)
{
	if (call->cmd == LOADER_CLOSE)
		return sim_close(sim, pid, call->fd);
	return sim_bpf(sim, pid, call->cmd, call->uattr, call->size);
}

int loader_run(struct loader *l, struct sim *sim, u32 pid)
{
	struct loader_call call;

	while (loader_next(l, &call)) {
		s64 result = loader_make_call(sim, pid, &call);

		loader_done_call(l, result, result < 0 ? sim->why.text : NULL);
	}
	return loader_failed(l) ? loader_failed(l)->err : 0;
}
