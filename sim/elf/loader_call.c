/* Where the loader and a simulated kernel meet. */
#include "loader.h"

s64 loader_make_call(struct sim *sim, u32 pid, const struct loader_call *call)
{
	if (call->cmd == LOADER_CLOSE)
		return sim_close(sim, pid, call->fd);
	return sim_bpf(sim, pid, call->cmd, call->uattr, call->size);
}
