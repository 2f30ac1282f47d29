/*
 * CGROUP_SYSCTL: lets programs of a cgroup read and write sysctl files (kernel/bpf/cgroup.c, sysctl_*).
 *
 * Its events are in the table of world/happening_kinds.c.
 */
#include "uapi.h"

static const struct ctx_field fields[] = {
	{UAPI(bpf_sysctl, write), RD, .width = CTX_NARROW, MEMBER(bpf_sysctl_kern, write)},
	{UAPI(bpf_sysctl, file_pos), RW, .width = CTX_NARROW, .hops = 1,
	 .hop = {offsetof(struct bpf_sysctl_kern, ppos)}, .target = 4,
	 .temp = offsetof(struct bpf_sysctl_kern, tmp_reg)},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_sysctl_get_name, BPF_FUNC_sysctl_get_current_value, BPF_FUNC_sysctl_get_new_value,
	BPF_FUNC_sysctl_set_new_value, BPF_FUNC_ktime_get_coarse_ns, BPF_FUNC_perf_event_output, 0,
};
static const struct helper_set helpers[] = {
	CGROUP_COMMON_HELPERS, CGROUP_CURRENT_HELPERS, {own_helpers, NULL}, BASE_HELPERS, {0},
};

static const struct ret_rule ret[] = {{.max = 1}};

const struct prog_type prog_type_cgroup_sysctl = {
	.name = "CGROUP_SYSCTL",
	.doc = "lets programs of a cgroup read or write a sysctl file, or not",
	.ctx_size = sizeof(struct bpf_sysctl),
	.ctx_struct = "bpf_sysctl_kern",
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
};
