/*
 * CGROUP_DEVICE: lets programs of a cgroup use devices (kernel/bpf/cgroup.c, cgroup_dev_*).
 *
 * Its events are in the table of world/happening_kinds.c.
 */
#include "uapi.h"

static const struct ctx_field fields[] = {
	{UAPI(bpf_cgroup_dev_ctx, access_type), RD, .width = CTX_NARROW},
	{UAPI(bpf_cgroup_dev_ctx, major), RD},
	{UAPI(bpf_cgroup_dev_ctx, minor), RD},
	{0},
};

static const u16 own_helpers[] = {BPF_FUNC_perf_event_output, 0};
static const struct helper_set helpers[] = {
	CGROUP_COMMON_HELPERS, CGROUP_CURRENT_HELPERS, {own_helpers, NULL}, BASE_HELPERS, {0},
};

static const struct ret_rule ret[] = {{.max = 1}};

const struct prog_type prog_type_cgroup_device = {
	.name = "CGROUP_DEVICE",
	.doc = "lets programs of a cgroup use a device, or not",
	.ctx_size = sizeof(struct bpf_cgroup_dev_ctx),
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
};
