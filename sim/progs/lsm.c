/*
 * LSM: allows or refuses what the kernel's security hooks are asked (kernel/bpf/bpf_lsm.c).
 *
 * Simplified: its events are not there yet.
 */
#include "btf_args.h"
#include "sets.h"

static const u16 own_helpers[] = {
	BPF_FUNC_inode_storage_get, BPF_FUNC_inode_storage_delete, BPF_FUNC_sk_storage_get,
	BPF_FUNC_sk_storage_delete, BPF_FUNC_spin_lock, BPF_FUNC_spin_unlock, BPF_FUNC_bprm_opts_set,
	BPF_FUNC_ima_inode_hash, BPF_FUNC_ima_file_hash, 0,
};

static bool is_cgroup(const struct prog_view *view)
{
	return is_attach(view, ATTACH_BIT(BPF_LSM_CGROUP));
}

/* Hooks of a cgroup where the socket is locked, or nobody else has it yet. */
static bool has_socket(const struct prog_view *view)
{
	static const char *const hooks[] = {
		"bpf_lsm_sock_graft", "bpf_lsm_inet_csk_clone", "bpf_lsm_inet_conn_established",
		"bpf_lsm_socket_post_create", "bpf_lsm_socket_socketpair",
	};

	if (!is_cgroup(view) || !view->attach_func)
		return false;
	for (u32 i = 0; i < ARRAY_SIZE(hooks); i++)
		if (!strcmp(hooks[i], view->attach_func))
			return true;
	return false;
}

static const struct helper_set helpers[] = {
	{helpers_local_storage, is_cgroup}, {helpers_retval, is_cgroup}, {own_helpers, NULL},
	{helpers_sk_options, has_socket}, TRACING_HELPERS, {0},
};

static const struct ret_rule ret[] = {
	{.attach = ATTACH_BIT(BPF_LSM_CGROUP), .min = 1, .max = 1, .for_void = true},
	{.attach = ATTACH_BIT(BPF_LSM_CGROUP), .max = 1},
	{.any = true},
};

const struct prog_type prog_type_lsm = {
	.name = "LSM",
	.doc = "allows or refuses what the security hooks of the kernel are asked",
	.ctx_size = BTF_ARGS_SIZE,
	.fields = btf_arg_fields,
	.helpers = helpers,
	.ret = ret,
	.gpl_only = true,
};
