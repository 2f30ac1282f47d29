/*
 * PROG_LOAD for each function and each tracepoint that the kernel's BTF has: which ones can be traced,
 * hooked, modified. Only the rarer answer is written down.
 */
#include "test/errno/kernel_btf.h"
#include "test/errno/prog.h"

static const struct bpf_insn zero[] = {MOV(0, 0), EXIT};

/* "" when it loads, "-" when it is refused without a word. */
static const char *answer(unsigned type, unsigned attach_type, unsigned flags, unsigned id)
{
	union bpf_attr attr = with_log(trivial(type), 1);
	const char *why;

	attr.insns = U64(zero);
	attr.expected_attach_type = attach_type;
	attr.prog_flags = flags;
	attr.attach_btf_id = id;
	if (load(&attr) >= 0)
		return "";
	why = why_line();
	return *why ? why : "-";
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* Those that are refused. */
static void refused(const char *title, unsigned kind, const char *prefix, unsigned type, unsigned attach_type)
{
	unsigned loaded = 0;

	note("%s", title);
	for (unsigned id = 1; id < kernel.count; id++) {
		const char *why;

		if (kernel_kind(id) != kind || !starts(kernel_name(id), prefix))
			continue;
		why = answer(type, attach_type, 0, id);
		loaded += !*why;
		if (*why)
			note("%s: %s", kernel_name(id), why);
	}
	note("%u are loaded", loaded);
}

/* Those that are loaded, among all with @prefix. */
static void loaded(const char *title, const char *prefix, unsigned type, unsigned attach_type, unsigned flags)
{
	unsigned refused = 0;

	note("%s", title);
	for (unsigned id = 1; id < kernel.count; id++) {
		if (kernel_kind(id) != BTF_KIND_FUNC || !starts(kernel_name(id), prefix))
			continue;
		if (*answer(type, attach_type, flags, id))
			refused++;
		else
			note("%s", kernel_name(id));
	}
	note("%u are refused", refused);
}

int main(void)
{
	kernel_open();
	refused("fentry of every function", BTF_KIND_FUNC, "", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY);
	refused("raw tracepoints", BTF_KIND_TYPEDEF, "btf_trace_", BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP);
	refused("typedefs that begin with t", BTF_KIND_TYPEDEF, "t", BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP);
	refused("security hooks", BTF_KIND_FUNC, "bpf_lsm_", BPF_PROG_TYPE_LSM, BPF_LSM_MAC);
	refused("security hooks of a cgroup", BTF_KIND_FUNC, "bpf_lsm_", BPF_PROG_TYPE_LSM, BPF_LSM_CGROUP);
	loaded("security hooks whose programs may sleep", "bpf_lsm_", BPF_PROG_TYPE_LSM, BPF_LSM_MAC,
	       BPF_F_SLEEPABLE);
	loaded("sleeping programs that trace", "", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, BPF_F_SLEEPABLE);
	loaded("results that may be modified", "", BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, 0);
	loaded("iterators", "bpf_iter_", BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, 0);
	loaded("sleeping iterators", "bpf_iter_", BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, BPF_F_SLEEPABLE);
	return 0;
}
