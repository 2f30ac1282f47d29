/*
 * Trampolines: what attaching writes at the entry of a function and behind it, program by program, and what detaching leaves
 * there; what memory for code and the function's arguments allow.
 */
#include <stdio.h>

#include "test/errno/trace.h"

static const struct bpf_insn asks_ip[] = {CALL(BPF_FUNC_get_func_ip), MOV(0, 0), EXIT};

struct want {
	const char *name, *func;
	unsigned type, attach_type, flags;
	int ip; /* it asks for the function's address */
};

static long load_named(struct want w)
{
	union bpf_attr attr = {
		.prog_type = w.type ? w.type : BPF_PROG_TYPE_TRACING,
		.expected_attach_type = w.attach_type,
		.attach_btf_id = FUNC(w.func),
		.prog_flags = w.flags,
		.insns = U64(w.ip ? asks_ip : zero),
		.insn_cnt = w.ip ? COUNT(asks_ip) : COUNT(zero),
		.license = U64("GPL"),
	};

	strcpy(attr.prog_name, w.name);
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

/* The link; the program has no other holder. */
static long hang(struct want w)
{
	long prog = load_named(w), link = raw_open(prog, NULL);

	line_ok(link, "%s at %s", w.name, w.func);
	sys_close(prog);
	return link;
}

#define HANG(...) hang((struct want){__VA_ARGS__})
#define FENTRY .attach_type = BPF_TRACE_FENTRY
#define FEXIT .attach_type = BPF_TRACE_FEXIT
#define FMOD_RET .attach_type = BPF_MODIFY_RETURN
#define LSM_HOOK .type = BPF_PROG_TYPE_LSM, .attach_type = BPF_LSM_MAC

static void drop(long link, const char *what, const char *func)
{
	line(sys_close(link), "%s is closed", what);
	sys_show_entry(func);
}

static void one_by_one(void)
{
	const char *func = "bpf_fentry_test3";
	long link[5];

	sys_show_entry(func);
	link[0] = HANG("in1", func, FENTRY);
	sys_show_entry(func);
	link[1] = HANG("in2", func, FENTRY);
	sys_show_entry(func);
	link[2] = HANG("out1", func, FEXIT);
	sys_show_entry(func);
	link[3] = HANG("out2", func, FEXIT);
	sys_show_entry(func);
	link[4] = HANG("in3", func, FENTRY, .ip = 1);
	sys_show_entry(func);
	drop(link[1], "in2", func);
	drop(link[4], "in3", func);
	drop(link[3], "out2", func);
	drop(link[2], "out1", func);
	drop(link[0], "in1", func);
}

static void deciding(void)
{
	const char *func = "security_file_open", *hook = "bpf_lsm_file_open",
		   *nothing = "bpf_lsm_bprm_committed_creds";
	long link[4];

	link[0] = HANG("decides", func, FMOD_RET);
	sys_show_entry(func);
	link[1] = HANG("decides2", func, FMOD_RET);
	link[2] = HANG("looks", func, FENTRY);
	link[3] = HANG("hears", func, FEXIT);
	sys_show_entry(func);
	for (unsigned i = 0; i < COUNT(link); i++)
		sys_close(link[i]);
	sys_show_entry(func);
	link[0] = HANG("guard", hook, LSM_HOOK);
	sys_show_entry(hook);
	link[1] = HANG("sleeper", hook, LSM_HOOK, .flags = BPF_F_SLEEPABLE);
	sys_show_entry(hook);
	link[2] = HANG("hears", nothing, LSM_HOOK);
	sys_show_entry(nothing);
	for (unsigned i = 0; i < 3; i++)
		sys_close(link[i]);
	sys_show_entry(hook);
	sys_show_entry(nothing);
}

static long with_cookie(long prog, uint64_t cookie)
{
	union bpf_attr attr = {.link_create = {.prog_fd = prog,
					       .attach_type = BPF_TRACE_FENTRY,
					       .tracing.cookie = cookie}};

	return sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

static void cookies(void)
{
	static const uint64_t cookie[] = {0, 7, 0x80000000, 0x100000000, UINT64_MAX};
	const char *func = "bpf_fentry_test1";
	long prog = load_named((struct want){"cookie", func, FENTRY}), link;

	for (unsigned i = 0; i < COUNT(cookie); i++) {
		link = with_cookie(prog, cookie[i]);
		line_ok(link, "cookie %llx", (unsigned long long)cookie[i]);
		sys_show_entry(func);
		line(with_cookie(prog, 1), "a second time");
		sys_show_entry(func);
		sys_close(link);
	}
	sys_close(prog);
	sys_show_entry(func);
}

/* Functions with this many arguments, and with a struct among them. */
static void arguments(void)
{
	static const char *const funcs[] = {"nr_processes",     "bpf_fentry_test6", "bpf_fentry_test8", "tcp_setsockopt",
					    "__alloc_skb",      "ip_make_skb",      "ip_append_data",   "vfs_rename",
					    "do_ip_setsockopt", "udp_sendmsg",      "__sys_bpf",     "iomap_dio_rw"};

	for (unsigned i = 0; i < COUNT(funcs); i++) {
		long in = HANG("in", funcs[i], FENTRY), out = HANG("out", funcs[i], FEXIT);

		sys_show_entry(funcs[i]);
		sys_close(in);
		sys_close(out);
	}
}

static void many(void)
{
	const char *func = "bpf_fentry_test2";
	long link[40];
	char name[16];

	for (unsigned i = 0; i < COUNT(link); i++) {
		struct want w = {name, func, .attach_type = i % 2 ? BPF_TRACE_FEXIT : BPF_TRACE_FENTRY};

		snprintf(name, sizeof(name), "p%u", i);
		link[i] = hang(w);
	}
	sys_show_entry(func);
	for (unsigned i = 0; i < COUNT(link); i++)
		sys_close(link[i]);
	sys_show_entry(func);
}

static long kprobe(const char *func)
{
	long prog = LOAD(BPF_PROG_TYPE_KPROBE), probe = PERF(TYPE_KPROBE, .name = func);

	line(sys_ioctl(probe, PERF_EVENT_IOC_SET_BPF, prog), "kprobe at %s", func);
	sys_close(prog);
	return probe;
}

static void with_kprobes(void)
{
	const char *func = "bpf_fentry_test4";
	long in, probe = kprobe(func);

	sys_show_entry(func);
	in = HANG("in", func, FENTRY);
	sys_show_entry(func);
	sys_close(probe);
	note("the kprobe is closed");
	sys_show_entry(func);
	sys_close(in);
	sys_show_entry(func);
}

static void memory(void)
{
	const char *func = "bpf_fentry_test5";
	long prog = load_named((struct want){"in", func, FENTRY}), link;

	sys_sysctl("net.core.bpf_jit_limit", 4096);
	line_ok(link = raw_open(prog, NULL), "bpf_jit_limit 4096, all capabilities");
	sys_close(link);
	sys_settle();
	sys_caps(CAPS_PERFMON);
	line_ok(link = raw_open(prog, NULL), "bpf_jit_limit 4096, CAP_PERFMON");
	sys_caps(CAPS_ALL);
	sys_show_entry(func);
	sys_sysctl("net.core.bpf_jit_limit", 528482304);
	sys_caps(CAPS_PERFMON);
	line_ok(link = raw_open(prog, NULL), "bpf_jit_limit back, CAP_PERFMON");
	sys_close(link);
	sys_caps(CAPS_ALL);
	sys_close(prog);
}

static void interpreted(void)
{
	const char *func = "bpf_fentry_test7";
	long link, compiled;

	sys_sysctl("net.core.bpf_jit_enable", 0);
	link = HANG("slow", func, FENTRY);
	sys_show_entry(func);
	sys_sysctl("net.core.bpf_jit_enable", 1);
	compiled = HANG("fast", func, FEXIT);
	sys_show_entry(func);
	sys_close(link);
	sys_close(compiled);
}

int main(void)
{
	kernel_open();
	one_by_one();
	deciding();
	cookies();
	arguments();
	many();
	with_kprobes();
	memory();
	interpreted();
	return 0;
}
