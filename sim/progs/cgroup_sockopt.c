/*
 * CGROUP_SOCKOPT: sees, changes or refuses getsockopt and setsockopt in a cgroup (kernel/bpf/cgroup.c,
 * cg_sockopt_*).
 *
 * The option's value is the "packet".
 */
#include "../world/layout_task.h"
#include "uapi.h"

#define GET ATTACH_BIT(BPF_CGROUP_GETSOCKOPT)
#define SET ATTACH_BIT(BPF_CGROUP_SETSOCKOPT)

static const struct ctx_field fields[] = {
	{UAPI(bpf_sockopt, sk), RD, .kind = CTX_SOCKET, MEMBER(bpf_sockopt_kern, sk)},
	{UAPI(bpf_sockopt, optval), RD, .kind = CTX_PACKET, MEMBER(bpf_sockopt_kern, optval)},
	{UAPI(bpf_sockopt, optval_end), RD, .kind = CTX_PACKET_END, MEMBER(bpf_sockopt_kern, optval_end)},
	{UAPI(bpf_sockopt, level), RW, .write_for = SET, MEMBER(bpf_sockopt_kern, level)},
	{UAPI(bpf_sockopt, optname), RW, .write_for = SET, MEMBER(bpf_sockopt_kern, optname)},
	{UAPI(bpf_sockopt, optlen), RW, MEMBER(bpf_sockopt_kern, optlen)},
	{UAPI(bpf_sockopt, retval), RW, .read_for = GET, .write_for = GET, .hops = 2,
	 .hop = {offsetof(struct bpf_sockopt_kern, current_task), offsetof(struct k_task_struct, bpf_ctx)},
	 MEMBER(bpf_cg_run_ctx, retval), .temp = offsetof(struct bpf_sockopt_kern, tmp_reg)},
	{0},
};

static const u16 own_helpers[] = {
	BPF_FUNC_get_netns_cookie, BPF_FUNC_sk_storage_get, BPF_FUNC_sk_storage_delete, BPF_FUNC_tcp_sock,
	BPF_FUNC_perf_event_output, 0,
};

static bool is_setsockopt(const struct prog_view *view)
{
	return is_attach(view, SET);
}

static const struct helper_set helpers[] = {
	CGROUP_COMMON_HELPERS, CGROUP_CURRENT_HELPERS, {own_helpers, NULL},
	{helpers_sk_options, is_setsockopt}, BASE_HELPERS, {0},
};

static const struct ret_rule ret[] = {{.max = 1}};

static void packet(u64 ctx, struct packet_place *out)
{
	const struct bpf_sockopt_kern *kern = (const struct bpf_sockopt_kern *)ctx;

	*out = (struct packet_place){kern->optval, kern->optval, kern->optval_end, REGION_READ | REGION_WRITE};
}

const struct prog_type prog_type_cgroup_sockopt = {
	.name = "CGROUP_SOCKOPT",
	.doc = "sees, changes or refuses socket options that programs of a cgroup get or set",
	.ctx_size = sizeof(struct bpf_sockopt),
	.ctx_struct = "bpf_sockopt_kern",
	.fields = fields,
	.helpers = helpers,
	.ret = ret,
	.packet = packet,
	.direct_packet = PACKET_READ | PACKET_WRITE | PACKET_TO_HELPERS,
};
