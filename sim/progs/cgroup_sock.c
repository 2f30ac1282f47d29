/*
 * CGROUP_SOCK: is asked when programs of a cgroup make, bind or close sockets (net/core/filter.c,
 * sock_filter_*).
 *
 * The context is struct bpf_sock. Simplified: closing a socket is not one of its events yet.
 */
#include "sets.h"
#include "sock.h"

#define FIELD(field, size, width, common, full, cgroup, cgroup_for, ...)                       \
	{#field, offsetof(struct bpf_sock, field), size, CTX_SCALAR, cgroup, CTX_##width,      \
	 .read_for = cgroup_for, .write_for = cgroup_for, __VA_ARGS__},
static const struct ctx_field fields[] = {
#include "sock_fields.h"
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_get_socket_cookie, BPF_FUNC_get_netns_cookie, BPF_FUNC_perf_event_output,
	HELPER_sk_storage_get_ctx, BPF_FUNC_ktime_get_coarse_ns, 0,
};

static const struct helper_set helpers[] = {
	CGROUP_COMMON_HELPERS, CGROUP_CURRENT_HELPERS, {own_helpers, NULL}, BASE_HELPERS, {0},
};

static const struct ret_rule ret[] = {{.max = 1}};

const struct prog_type prog_type_cgroup_sock = {
	.name = "CGROUP_SOCK",
	.doc = "is asked when programs of a cgroup make, bind or close sockets",
	.ctx_size = sizeof(struct bpf_sock),
	.ctx_struct = "sock",
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
};
