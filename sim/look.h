/*
 * Looking: what views and tools may read of the simulated kernel and of the formats it speaks. Nothing in
 * here changes anything.
 *
 * With sim.h, the only header of the kernel that upper floors include.
 */
#ifndef SIM_LOOK_H
#define SIM_LOOK_H

#include "asm.h"
#include "bpffs.h"
#include "btf_obj.h"
#include "btf_show.h"
#include "cpu.h"
#include "dispatcher.h"
#include "helpers/trace.h"
#include "isa.h"
#include "link.h"
#include "look_glue.h"
#include "look_prog.h"
#include "prog.h"
#include "prog_jit.h"
#include "sim.h"
#include "maps/bloom_filter.h"
#include "maps/htab.h"
#include "maps/local_storage.h"
#include "maps/lpm_trie.h"
#include "maps/queue_stack.h"
#include "maps/ringbuf.h"
#include "maps/stack_trace.h"
#include "maps/struct_ops.h"
#include "world/perf_event.h"
#include "world/socket.h"
#include "verifier/paths.h"
#include "vm/vm.h"
#include "world/functions.h"
#include "world/netdev.h"
#include "world/tracepoint.h"

/*
 * The load of a program that is in progress, with its verifier; NULL when there is none. Valid
 * until the next step.
 */
static inline const struct prog_load *look_load(const struct sim *sim)
{
	bool loading = sim->work->kind == INPUT_BPF && sim->work->call.entered &&
		       sim->work->call.cmd == BPF_PROG_LOAD;

	return loading ? sim->work->call.state : NULL;
}

#endif
