/*
 * Which helpers are offered to whom: by the function that a program is for, whether it may sleep, its
 * licence, its loader's rights. Each helper is called by a program of its own; how the call is refused tells.
 */
#include "test/errno/kernel_btf.h"
#include "test/errno/prog.h"

#define HELPERS 213 /* one more than there are */

/* Rejected behind the call at the latest: r5 is lost. */
static struct bpf_insn insns[] = {CALL(0), INSN(BPF_ALU64 | BPF_MOV | BPF_X, 0, 5, 0, 0), EXIT};

/* One letter a helper. */
static char answer(union bpf_attr *attr, unsigned helper)
{
	static const struct {
		const char *words;
		char letter;
	} refusals[] = {
		{"unknown func", 'u'},         {"invalid func", 'i'},   {"not allowed in probe", 'p'},
		{"might sleep", 's'},          {"GPL-restricted", 'g'}, {"R1 !read_ok", '.'},
		{"R2 !read_ok", '.'},          {"R1 type=ctx", '.'},    {"cannot pass map_type", '.'},
		{"func bpf_get_func_ip", 'f'},
	};
	const char *why;

	insns[0].imm = helper;
	log_text[0] = 0;
	if (load(attr) >= 0)
		return '.';
	why = why_line();
	for (unsigned i = 0; i < COUNT(refusals); i++)
		if (strstr(why, refusals[i].words))
			return refusals[i].letter;
	return *why ? '.' : '-';
}

static char last[HELPERS + 1];

/* A letter for each, or that it is as for the one before. */
static void offered(const char *name, union bpf_attr attr)
{
	char now[HELPERS + 1] = "";

	attr = with_log(attr, 1);
	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	for (unsigned i = 0; i < HELPERS; i++)
		now[i] = answer(&attr, i);
	if (!strcmp(now, last)) {
		note("%s: the same", name);
		return;
	}
	memcpy(last, now, sizeof(now));
	note("%s:\n%.71s\n%.71s\n%s", name, now, now + 71, now + 142);
}

static union bpf_attr for_kernel(unsigned type, unsigned attach_type, unsigned id, unsigned flags)
{
	union bpf_attr attr = trivial(type);

	attr.expected_attach_type = attach_type;
	attr.attach_btf_id = id;
	attr.prog_flags = flags;
	return attr;
}

static bool loads(union bpf_attr attr)
{
	static const struct bpf_insn zero[] = {MOV(0, 0), EXIT}, one[] = {MOV(0, 1), EXIT};

	attr.insns = U64(zero);
	if (load(&attr) >= 0)
		return true;
	attr.insns = U64(one);
	return load(&attr) >= 0;
}

/* Functions of the kernel with @prefix that such programs can be attached to: one of @step, and those about
 * sockets. */
static void every(const char *title, const char *prefix, unsigned step, unsigned type, unsigned attach_type,
		  unsigned flags)
{
	note("= %s", title);
	for (unsigned id = 1; id < kernel.count; id++) {
		union bpf_attr attr;

		if (kernel_kind(id) != BTF_KIND_FUNC || strncmp(kernel_name(id), prefix, strlen(prefix)))
			continue;
		if (id % step && !strstr(kernel_name(id), "sock_graft") && !strstr(kernel_name(id), "inet_"))
			continue;
		attr = for_kernel(type, attach_type, id, flags);
		if (loads(attr))
			offered(kernel_name(id), attr);
	}
}

static void traced(void)
{
	static const char *const functions[] = {
		"do_unlinkat",
		"security_file_permission",
		"security_inode_getattr",
		"security_file_open",
		"security_path_truncate",
		"vfs_truncate",
		"vfs_fallocate",
		"dentry_open",
		"vfs_getattr",
		"filp_close",
		"bpf_sk_storage_free",
		"bpf_sk_storage_get",
		"bpf_prog_test_run_xdp",
	};
	static const unsigned attach_types[] = {BPF_TRACE_FENTRY, BPF_TRACE_FEXIT, BPF_MODIFY_RETURN};
	unsigned tp = kernel_id("btf_trace_sched_switch", BTF_KIND_TYPEDEF);

	for (unsigned i = 0; i < COUNT(functions); i++)
		for (unsigned a = 0; a < COUNT(attach_types); a++) {
			union bpf_attr attr;
			char name[128];

			attr = for_kernel(BPF_PROG_TYPE_TRACING, attach_types[a],
					  kernel_id(functions[i], BTF_KIND_FUNC), 0);
			snprintf(name, sizeof(name), "%s, attach type %u", functions[i], attach_types[a]);
			if (loads(attr))
				offered(name, attr);
		}
	offered("a raw tracepoint", for_kernel(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, tp, 0));
	offered("the same, sleepable",
		for_kernel(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, tp, BPF_F_SLEEPABLE));
	offered("the same, type LSM", for_kernel(BPF_PROG_TYPE_LSM, BPF_TRACE_RAW_TP, tp, 0));
}

/* Programs of this type load with whatever attach type: the first one says it all. */
static bool takes_any(unsigned type)
{
	return loads(for_kernel(type, 47, 0, type == BPF_PROG_TYPE_SYSCALL ? BPF_F_SLEEPABLE : 0));
}

/* Everything that loads without a target. */
static void every_type(const char *rights, const char *license)
{
	note("= %s, %s", rights, license);
	for (unsigned type = 1; type <= BPF_PROG_TYPE_SYSCALL; type++)
		for (unsigned attach_type = 0; attach_type < (takes_any(type) ? 1 : 48); attach_type++) {
			union bpf_attr attr = for_kernel(type, attach_type, 0,
							 type == BPF_PROG_TYPE_SYSCALL ? BPF_F_SLEEPABLE : 0);
			char name[64];

			attr.license = U64(license);
			snprintf(name, sizeof(name), "type %u, attach type %u", type, attach_type);
			if (loads(attr))
				offered(name, attr);
			attr.prog_flags |= BPF_F_SLEEPABLE;
			snprintf(name, sizeof(name), "type %u, attach type %u, sleepable", type, attach_type);
			if (type == BPF_PROG_TYPE_KPROBE && !attach_type && loads(attr))
				offered(name, attr);
		}
}

static void some_kernel_functions(const char *license)
{
	static const struct {
		unsigned type, attach_type;
		const char *function;
	} targets[] = {
		{BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, "vfs_getattr"},
		{BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, "bpf_iter_tcp"},
		{BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_file_open"},
		{BPF_PROG_TYPE_LSM, BPF_LSM_CGROUP, "bpf_lsm_sock_graft"},
		{BPF_PROG_TYPE_LSM, BPF_LSM_CGROUP, "bpf_lsm_socket_bind"},
	};

	for (unsigned i = 0; i < COUNT(targets); i++) {
		union bpf_attr attr = for_kernel(targets[i].type, targets[i].attach_type,
						 kernel_id(targets[i].function, BTF_KIND_FUNC), 0);

		attr.license = U64(license);
		offered(targets[i].function, attr);
	}
	for (unsigned member = 0; member < 18; member++) {
		union bpf_attr attr = for_kernel(BPF_PROG_TYPE_STRUCT_OPS, member,
						 kernel_id("tcp_congestion_ops", BTF_KIND_STRUCT), 0);
		char name[32];

		snprintf(name, sizeof(name), "tcp_congestion_ops %u", member);
		if (loads(attr))
			offered(name, attr);
	}
	offered("bpf_dummy_ops",
		for_kernel(BPF_PROG_TYPE_STRUCT_OPS, 0, kernel_id("bpf_dummy_ops", BTF_KIND_STRUCT), 0));
}

int main(void)
{
	static const struct {
		const char *name;
		unsigned long long caps;
	} rights[] = {
		{"CAP_BPF", CAPS_BPF},
		{"CAP_BPF CAP_PERFMON", CAPS_BPF | CAPS_PERFMON},
		{"CAP_BPF CAP_NET_ADMIN", CAPS_BPF | CAPS_NET_ADMIN},
		{"CAP_BPF CAP_NET_ADMIN CAP_PERFMON", CAPS_BPF | CAPS_NET_ADMIN | CAPS_PERFMON},
		{"CAP_SYS_ADMIN", CAPS_SYS_ADMIN},
		{"nothing", CAPS_NONE},
	};

	kernel_open();
	traced();
	every("iterators", "bpf_iter_", 1, BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, 0);
	every("iterators that sleep", "bpf_iter_", 1, BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, BPF_F_SLEEPABLE);
	every("security hooks", "bpf_lsm_", 12, BPF_PROG_TYPE_LSM, BPF_LSM_MAC, 0);
	every("security hooks that sleep", "bpf_lsm_", 12, BPF_PROG_TYPE_LSM, BPF_LSM_MAC, BPF_F_SLEEPABLE);
	every("security hooks of a cgroup", "bpf_lsm_", 12, BPF_PROG_TYPE_LSM, BPF_LSM_CGROUP, 0);
	every_type("everything", "GPL");
	some_kernel_functions("GPL");
	every_type("everything", "Proprietary");
	some_kernel_functions("Proprietary");
	sys_sysctl("kernel.unprivileged_bpf_disabled", 0);
	for (unsigned i = 0; i < COUNT(rights); i++) {
		sys_caps(rights[i].caps);
		every_type(rights[i].name, "GPL");
		if (rights[i].caps & (CAPS_PERFMON | CAPS_SYS_ADMIN))
			some_kernel_functions("GPL");
		sys_caps(CAPS_ALL);
	}
	return 0;
}
