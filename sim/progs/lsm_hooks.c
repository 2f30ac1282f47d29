/*
 * What is special about some security hooks, as programs of type LSM see them (kernel/bpf/bpf_lsm.c).
 *
 * Hooks are named by the function that the kernel's BTF has for each: "bpf_lsm_file_open".
 */
#include "prog_type.h"

/* Called where the kernel may wait: sleepable programs may be attached. */
static const char *const sleepable[] = {
	"bpf", "bpf_map", "bpf_map_alloc_security", "bpf_map_free_security", "bpf_prog",
	"bprm_check_security", "bprm_committed_creds", "bprm_committing_creds", "bprm_creds_for_exec",
	"bprm_creds_from_file", "capget", "capset", "cred_prepare", "current_getsecid_subj", "file_ioctl",
	"file_lock", "file_open", "file_receive", "inet_conn_established", "inode_create",
	"inode_free_security", "inode_getattr", "inode_getxattr", "inode_mknod", "inode_need_killpriv",
	"inode_post_setxattr", "inode_readlink", "inode_rename", "inode_rmdir", "inode_setattr",
	"inode_setxattr", "inode_symlink", "inode_unlink", "kernel_module_request", "kernel_read_file",
	"kernfs_init_security", "key_free", "mmap_file", "netlink_send", "path_notify", "release_secctx",
	"sb_alloc_security", "sb_eat_lsm_opts", "sb_kern_mount", "sb_mount", "sb_remount",
	"sb_set_mnt_opts", "sb_show_options", "sb_statfs", "sb_umount", "settime", "socket_accept",
	"socket_bind", "socket_connect", "socket_create", "socket_getpeername", "socket_getpeersec_dgram",
	"socket_getsockname", "socket_getsockopt", "socket_listen", "socket_post_create", "socket_recvmsg",
	"socket_sendmsg", "socket_shutdown", "socket_socketpair", "syslog", "task_alloc",
	"task_getsecid_obj", "task_prctl", "task_setscheduler", "userns_create",
};

/* Hooks whose answer is more than yes or no: nothing may be attached. */
static const char *const disabled[] = {
	"audit_rule_match", "getprocattr", "inode_copy_up_xattr", "inode_getsecurity",
	"inode_listsecurity", "inode_need_killpriv", "ismaclabel", "key_getsecurity", "setprocattr",
	"vm_enough_memory", "xfrm_decode_session",
};

#define PREFIX "bpf_lsm_"

/* Functions of the kernel's BTF that are named like hooks. */
static const char *const others[] = {"find_cgroup_shim", "func_proto", "init", "is_sleepable_hook", "verify_prog"};

static bool is_one_of(const char *func, const char *const *names, u32 count)
{
	if (strncmp(func, PREFIX, sizeof(PREFIX) - 1))
		return false;
	for (u32 i = 0; i < count; i++)
		if (!strcmp(func + sizeof(PREFIX) - 1, names[i]))
			return true;
	return false;
}

bool lsm_hook_exists(const char *func)
{
	return !strncmp(func, PREFIX, sizeof(PREFIX) - 1) && !is_one_of(func, others, ARRAY_SIZE(others));
}

bool lsm_hook_sleeps(const char *func)
{
	return is_one_of(func, sleepable, ARRAY_SIZE(sleepable));
}

bool lsm_hook_disabled(const char *func)
{
	return is_one_of(func, disabled, ARRAY_SIZE(disabled));
}
