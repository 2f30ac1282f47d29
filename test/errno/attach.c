/* PROG_LOAD of programs that say what they are for, by the kernel's BTF: every kind of program with every
 * kind of target. */
#include "test/errno/kernel_btf.h"
#include "test/errno/prog.h"

static const struct bpf_insn zero[] = {MOV(0, 0), EXIT};

struct name {
	unsigned value;
	const char *text;
};

static const struct name prog_types[] = {
	{BPF_PROG_TYPE_TRACING, "TRACING"},
	{BPF_PROG_TYPE_LSM, "LSM"},
	{BPF_PROG_TYPE_EXT, "EXT"},
};

static const struct name attach_types[] = {
	{BPF_TRACE_RAW_TP, "RAW_TP"},         {BPF_TRACE_FENTRY, "FENTRY"}, {BPF_TRACE_FEXIT, "FEXIT"},
	{BPF_MODIFY_RETURN, "MODIFY_RETURN"}, {BPF_LSM_MAC, "LSM_MAC"},     {BPF_TRACE_ITER, "ITER"},
	{BPF_LSM_CGROUP, "LSM_CGROUP"},
};

static struct name targets[] = {
	{BTF_KIND_FUNC, "do_unlinkat"},         /* an ordinary function */
	{BTF_KIND_FUNC, "security_file_open"},  /* asks the hooks */
	{BTF_KIND_FUNC, "bpf_lsm_file_open"},   /* a hook that may sleep */
	{BTF_KIND_FUNC, "bpf_lsm_task_free"},   /* one that returns nothing */
	{BTF_KIND_FUNC, "bpf_lsm_getprocattr"}, /* closed to programs */
	{BTF_KIND_FUNC, "bpf_lsm_verify_prog"}, /* only named like one */
	{BTF_KIND_FUNC, "bpf_iter_task"},
	{BTF_KIND_FUNC, "bpf_iter_run_prog"}, /* only named like one */
	{BTF_KIND_FUNC, "migrate_disable"},
	{BTF_KIND_FUNC, "should_failslab"},
	{BTF_KIND_FUNC, "_printk"}, /* variable arguments */
	{BTF_KIND_TYPEDEF, "btf_trace_sched_switch"},
	{BTF_KIND_TYPEDEF, "u32"},
	{BTF_KIND_STRUCT, "task_struct"},
	{BTF_KIND_VAR, "cpu_hw_events"},
};

static union bpf_attr attr_for(unsigned type, unsigned attach_type, unsigned id)
{
	union bpf_attr attr = with_log(trivial(type), 1);

	attr.insns = U64(zero);
	attr.expected_attach_type = attach_type;
	attr.attach_btf_id = id;
	return attr;
}

static void attach_line(union bpf_attr *attr, const char *what)
{
	long ret = load(attr);

	if (ret < 0)
		line(ret, "%s | %s", what, why_line());
	else
		line_ok(ret, "%s", what);
}

static void one(const struct name *type, const struct name *attach_type, const char *name, unsigned id,
		unsigned flags)
{
	union bpf_attr attr = attr_for(type->value, attach_type->value, id);
	char what[128];

	attr.prog_flags = flags;
	snprintf(what, sizeof(what), "%s %s%s %s", type->text, attach_type->text, flags ? " sleepable" : "",
		 name);
	attach_line(&attr, what);
}

static void every_target(const struct name *type, const struct name *attach_type, unsigned flags)
{
	for (unsigned i = 0; i < COUNT(targets); i++)
		one(type, attach_type, targets[i].text, kernel_id(targets[i].text, targets[i].value), flags);
	one(type, attach_type, "no type of this id", 0xfffff, flags);
	one(type, attach_type, "an id too large", 0x100000, flags);
	one(type, attach_type, "no id", 0, flags);
}

/* Which attach types are refused without a word? */
static void every_attach_type(const struct name *type, const char *name, unsigned kind)
{
	for (unsigned i = 0; i < 48; i++) {
		const struct name attach_type = {i, "expected_attach_type"};
		char what[64];

		snprintf(what, sizeof(what), "%u %s", i, name);
		one(type, &attach_type, what, kernel_id(name, kind), 0);
	}
}

static void license(void)
{
	for (unsigned i = 0; i < COUNT(targets); i++) {
		static const unsigned programs[][2] = {
			{BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY},
			{BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER},
			{BPF_PROG_TYPE_LSM, BPF_LSM_MAC},
			{BPF_PROG_TYPE_LSM, BPF_TRACE_RAW_TP},
		};

		for (unsigned k = 0; k < COUNT(programs); k++) {
			union bpf_attr attr = attr_for(programs[k][0], programs[k][1],
						       kernel_id(targets[i].text, targets[i].value));
			char what[128];

			attr.license = U64("Proprietary");
			snprintf(what, sizeof(what), "proprietary, type %u attach type %u %s", programs[k][0],
				 programs[k][1], targets[i].text);
			attach_line(&attr, what);
		}
	}
}

/* What is wrong with the program's instructions comes before its target, or behind it. */
static void order(void)
{
	static const struct bpf_insn out[] = {GOTO(5), EXIT},
				     no_map[] = {IMM64(1, BPF_PSEUDO_MAP_FD, 99, 0), MOV(0, 0), EXIT};
	union bpf_attr attr =
		attr_for(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, kernel_id("task_struct", BTF_KIND_STRUCT));

	attr.insns = U64(out);
	attach_line(&attr, "a struct, and a jump out of the program");
	attr.insns = U64(no_map);
	attr.insn_cnt = COUNT(no_map);
	attach_line(&attr, "a struct, and no map");
	attr.attach_prog_fd = 99;
	attach_line(&attr, "a struct, and attach_prog_fd 99");
}

int main(void)
{
	kernel_open();
	for (unsigned t = 0; t < COUNT(prog_types); t++)
		for (unsigned a = 0; a < COUNT(attach_types); a++) {
			bool always_refused = prog_types[t].value == BPF_PROG_TYPE_EXT && a;

			if (!always_refused)
				every_target(&prog_types[t], &attach_types[a], 0);
			if (!always_refused)
				every_target(&prog_types[t], &attach_types[a], BPF_F_SLEEPABLE);
		}
	every_attach_type(&prog_types[0], "do_unlinkat", BTF_KIND_FUNC);
	every_attach_type(&prog_types[1], "bpf_lsm_file_open", BTF_KIND_FUNC);
	every_attach_type(&prog_types[2], "do_unlinkat", BTF_KIND_FUNC);
	license();
	order();
	return 0;
}
