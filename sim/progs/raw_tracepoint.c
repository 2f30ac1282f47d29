/*
 * RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE: are called at a static tracepoint with the arguments that the
 * kernel passes to it (kernel/trace/bpf_trace.c, raw_tp_prog_*).
 *
 * Its events are in the table of world/happening_kinds.c.
 */
#include "plain_test.h"
#include "uapi.h"

#define ARGS_SIZE (12 * sizeof(u64))  /* MAX_BPF_FUNC_ARGS */

static const struct ctx_field fields[] = {
	{.name = "args", .size = ARGS_SIZE, RD, .width = CTX_BYTES},
	{0},
};

/*
 * The first argument points to a buffer: it can be loaded only as a whole. Parts of it that do not begin at 0
 * are numbers.
 */
static const struct ctx_field writable_fields[] = {
	{.name = "args", .size = 8, RD, .kind = CTX_TP_BUFFER},
	{.name = "args", .off = 1, .size = 1, RD, .width = CTX_BYTES},
	{.name = "args", .off = 2, .size = 2, RD, .width = CTX_BYTES},
	{.name = "args", .off = 4, .size = ARGS_SIZE - 4, RD, .width = CTX_BYTES},
	{0},
};

static const struct helper_set helpers[] = {{helpers_stack_raw_tp, NULL}, TRACED_HELPERS, {0}};

const struct prog_type prog_type_raw_tracepoint = {
	.name = "RAW_TRACEPOINT",
	.doc = "is called at a static tracepoint, with its arguments as they are",
	.ctx_size = ARGS_SIZE,
	.fields = fields,
	.helpers = helpers,
	.test_begin = raw_tp_test_begin,
	.test_end = plain_test_end,
	.test_free = plain_test_free,
};

const struct prog_type prog_type_raw_tracepoint_writable = {
	.name = "RAW_TRACEPOINT_WRITABLE",
	.doc = "the same, where the first argument is a buffer that the program may write",
	.ctx_size = ARGS_SIZE,
	.fields = writable_fields,
	.helpers = helpers,
};
