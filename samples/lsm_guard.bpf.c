/*
 * A guard: files whose name begins with "keep" cannot be removed, by nobody.
 *
 * What an LSM program returns is the answer of the security hook: 0 allows, -EPERM makes unlink fail. The kernel asks
 * before it acts, so nothing has to be undone.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define EPERM 1

struct inode;
struct qstr {
	const unsigned char *name;
} __attribute__((preserve_access_index));
struct dentry {
	struct qstr d_name;
} __attribute__((preserve_access_index));

__u64 refused, allowed;

SEC("lsm/inode_unlink")
int BPF_PROG(lsm_guard, struct inode *dir, struct dentry *dentry)
{
	char name[5] = {};

	bpf_probe_read_kernel_str(name, sizeof(name), dentry->d_name.name);
	if (name[0] == 'k' && name[1] == 'e' && name[2] == 'e' && name[3] == 'p') {
		__sync_fetch_and_add(&refused, 1);
		return -EPERM;
	}
	__sync_fetch_and_add(&allowed, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
