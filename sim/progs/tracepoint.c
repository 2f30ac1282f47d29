/*
 * TRACEPOINT: is called at a static tracepoint of the kernel (kernel/trace/bpf_trace.c, tp_prog_*).
 *
 * The context is the tracepoint's record; its first 8 bytes are the kernel's. Simplified: its event is not
 * there yet.
 */
#include "uapi.h"

#define RECORD_MAX 8192  /* PERF_MAX_TRACE_SIZE */

/*
 * Linux 6.1 compares a negative offset as if it were a large one: programs may read what
 * lies before the record.
 */
static const struct ctx_field fields[] = {
	{.name = "(before the record)", .off = INT16_MIN, .size = -INT16_MIN, RD, .width = CTX_BYTES},
	{.name = "record", .off = 8, .size = RECORD_MAX - 8, RD, .width = CTX_BYTES},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_perf_event_output, BPF_FUNC_get_stackid, BPF_FUNC_get_stack, BPF_FUNC_get_attach_cookie, 0,
};

static const struct helper_set helpers[] = {{own_helpers, NULL}, TRACED_HELPERS, {0}};

const struct prog_type prog_type_tracepoint = {
	.name = "TRACEPOINT",
	.doc = "is called at a static tracepoint of the kernel",
	.ctx_size = RECORD_MAX,
	.fields = fields,
	.helpers = helpers,
};
