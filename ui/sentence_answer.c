/* What the value that a program returns means to those who called it. Types whose values have names are not
 * here. */
#include "sentence.h"

#define TYPE(name) (1ull << BPF_PROG_TYPE_##name)
#define ANY UINT32_MAX

static const struct {
	u64 types;   /* bit n: programs of type n ... */
	u32 attach;  /* ... loaded for this attach type */
	const char *zero, *negative, *other;
} answers[] = {
	{TYPE(KPROBE) | TYPE(TRACEPOINT) | TYPE(PERF_EVENT), ANY,
	 " 0: the perf event that called it records nothing.", NULL,
	 " Not 0: the perf event that called it may record this."},
	{TYPE(RAW_TRACEPOINT) | TYPE(RAW_TRACEPOINT_WRITABLE), ANY, " Nobody looks at that.", NULL,
	 " Nobody looks at that."},
	{TYPE(TRACING), BPF_MODIFY_RETURN, " 0: the function is called.", NULL,
	 " Not 0: the function is left out, and this is its result."},
	{TYPE(TRACING), BPF_TRACE_FENTRY, " Nobody looks at that.", NULL, " Nobody looks at that."},
	{TYPE(TRACING), BPF_TRACE_FEXIT, " Nobody looks at that.", NULL, " Nobody looks at that."},
	{TYPE(TRACING), BPF_TRACE_RAW_TP, " Nobody looks at that.", NULL, " Nobody looks at that."},
	{TYPE(LSM), ANY, " 0: allowed, as far as this program is asked.",
	 " That is -%s: refused. The function that asked ends with it.", " Nobody looks at that."},
	{TYPE(CGROUP_DEVICE) | TYPE(CGROUP_SYSCTL) | TYPE(CGROUP_SOCK_ADDR) | TYPE(CGROUP_SOCK), ANY,
	 " 0: refused, the task gets EPERM.", NULL, " 1: allowed, as far as this program is asked."},
	{TYPE(CGROUP_SKB), ANY, " 0: the packet is thrown away.", NULL, " 1: the packet goes on."},
};

static const char *words_for(const struct prog *prog, s32 value)
{
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		if (prog->type >= 64 || !(answers[i].types >> prog->type & 1))
			continue;
		if (answers[i].attach != ANY && answers[i].attach != prog->expected_attach_type)
			continue;
		return !value                             ? answers[i].zero
		       : value < 0 && answers[i].negative ? answers[i].negative
							  : answers[i].other;
	}
	return NULL;
}

void sentence_answer(const struct prog *prog, u64 r0, struct text *out)
{
	const char *said = words_for(prog, r0);

	if (said)
		text_say(out, said, errno_name((s32)r0));
}
