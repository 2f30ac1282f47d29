/*
 * PERF_EVENT: is called at each sample of a performance counter (kernel/trace/bpf_trace.c, pe_prog_*).
 *
 * The context is struct bpf_perf_event_data. Simplified: of the events only clocks happen
 * (world/happening_kinds.c).
 */
#include "uapi.h"

#define REGS_SIZE (21 * sizeof(u64))
#define REG(name_, i) {.name = #name_, .off = 8 * (i), .size = 8, RD, .hops = 1, \
		       .hop = {offsetof(struct bpf_perf_event_data_kern, regs)}, .koff = 8 * (i), .target = 8},
static const struct ctx_field fields[] = {
#include "pt_regs.h"
	{.name = "sample_period", .off = REGS_SIZE, .size = 8, RD, .width = CTX_NARROW,
	 BEHIND(bpf_perf_event_data_kern, data, perf_sample_data, period)},
	{.name = "addr", .off = REGS_SIZE + 8, .size = 8, RD, .width = CTX_NARROW,
	 BEHIND(bpf_perf_event_data_kern, data, perf_sample_data, addr)},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_perf_event_output, HELPER_get_stackid_perf_event, BPF_FUNC_get_stack,
	BPF_FUNC_perf_prog_read_value, BPF_FUNC_read_branch_records, BPF_FUNC_get_attach_cookie, 0,
};

static const struct helper_set helpers[] = {{own_helpers, NULL}, TRACED_HELPERS, {0}};

const struct prog_type prog_type_perf_event = {
	.name = "PERF_EVENT",
	.doc = "is called at each sample of a performance counter",
	.ctx_size = REGS_SIZE + 2 * sizeof(u64),
	.ctx_struct = "bpf_perf_event_data_kern",
	.fields = fields,
	.helpers = helpers,
};
