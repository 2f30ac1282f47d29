/*
 * TRACING: fentry, fexit, fmod_ret, typed raw tracepoints and iterators (kernel/trace/bpf_trace.c,
 * tracing_prog_*).
 *
 * Simplified: their events are not there yet.
 */
#include "btf_args.h"
#include "sets.h"

static const struct helper_set helpers[] = {TRACING_HELPERS, {0}};

static const struct ret_rule ret[] = {
	{.attach = ATTACH_BIT(BPF_TRACE_FENTRY) | ATTACH_BIT(BPF_TRACE_FEXIT)},
	{.attach = ATTACH_BIT(BPF_TRACE_ITER), .max = 1},
	{.any = true},
};

const struct prog_type prog_type_tracing = {
	.name = "TRACING",
	.doc = "is called when a kernel function is entered or left, at a tracepoint, or for each object of a kind",
	.ctx_size = BTF_ARGS_SIZE,
	.fields = btf_arg_fields,
	.helpers = helpers,
	.ret = ret,
};
