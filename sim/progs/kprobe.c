/*
 * KPROBE: is called when a function of the kernel or of a program in user space is entered or left, or at any
 * of its instructions (kernel/trace/bpf_trace.c, kprobe_prog_*).
 *
 * The context is struct pt_regs, plain memory. Its events are in the table of world/happening_kinds.c; 6.1 of
 * Debian's cloud kernel lacks bpf_override_return.
 */
#include "uapi.h"

#define REG(name_, i) {.name = #name_, .off = 8 * (i), .size = 8, RD, .width = CTX_BYTES},
static const struct ctx_field fields[] = {
#include "pt_regs.h"
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_perf_event_output, BPF_FUNC_get_stackid, BPF_FUNC_get_stack, BPF_FUNC_get_attach_cookie, 0,
};
static const u16 multi[] = {HELPER_get_func_ip_kprobe_multi, 0};

/* One program for many functions at once. */
static bool is_multi(const struct prog_view *view)
{
	return is_attach(view, ATTACH_BIT(BPF_TRACE_KPROBE_MULTI));
}

static const struct helper_set helpers[] = {{own_helpers, NULL}, {multi, is_multi}, TRACED_HELPERS, {0}};

const struct prog_type prog_type_kprobe = {
	.name = "KPROBE",
	.doc = "is called when a function of the kernel or of a program is entered or left",
	.ctx_size = 21 * sizeof(u64),
	.ctx_struct = "pt_regs",
	.fields = fields,
	.helpers = helpers,
};
