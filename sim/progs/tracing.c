/*
 * TRACING: fentry, fexit, fmod_ret, typed raw tracepoints and iterators (kernel/trace/bpf_trace.c,
 * tracing_prog_*).
 *
 * Simplified: their events are not there yet.
 */
#include "btf_args.h"
#include "sets.h"

#define ITERATOR "bpf_iter_"

static const char *const iterators[] = {
	"bpf_link", "bpf_map", "bpf_map_elem", "bpf_prog", "bpf_sk_storage_map", "cgroup", "ipv6_route", "ksym", "netlink",
	"sockmap", "task", "task_file", "task_vma", "tcp", "udp", "unix",
};

bool iterator_exists(const char *func)
{
	if (strncmp(func, ITERATOR, sizeof(ITERATOR) - 1))
		return false;
	for (u32 i = 0; i < ARRAY_SIZE(iterators); i++)
		if (!strcmp(func + sizeof(ITERATOR) - 1, iterators[i]))
			return true;
	return false;
}

static const struct helper_set helpers[] = {TRACING_HELPERS, {0}};

static const struct ret_rule ret[] = {
	{.attach = ATTACH_BIT(BPF_TRACE_FENTRY) | ATTACH_BIT(BPF_TRACE_FEXIT)},
	{.attach = ATTACH_BIT(BPF_TRACE_ITER), .max = 1},
	{.attach = ATTACH_BIT(BPF_TRACE_RAW_TP) | ATTACH_BIT(BPF_MODIFY_RETURN), .any = true},
	{.none = true},
};

/* bpf_prog_test_run_tracing */
static const char *test_event(struct sim *sim, const struct prog *prog, const union bpf_attr *attr, int *err)
{
	*err = 0;
	if (attr->test.flags || attr->test.cpu || attr->test.batch_size) {
		*err = sim_fail(&sim->why, -EINVAL, "programs of trampolines are run without flags, cpu and batch_size");
		return NULL;
	}
	switch (prog->expected_attach_type) {
	case BPF_TRACE_FENTRY:
	case BPF_TRACE_FEXIT:
		return "fentry_tests";
	case BPF_MODIFY_RETURN:
		return "modify_return_test";
	}
	*err = sim_fail(&sim->why, -EFAULT, "only programs at the entry or exit of functions can be test run");
	return NULL;
}

const struct prog_type prog_type_tracing = {
	.name = "TRACING",
	.doc = "is called when a kernel function is entered or left, at a tracepoint, or for each object of a kind",
	.ctx_size = BTF_ARGS_SIZE,
	.fields = btf_arg_fields,
	.helpers = helpers,
	.ret = ret,
	.test_event = test_event,
};
