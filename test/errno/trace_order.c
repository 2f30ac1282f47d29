/* Tracing: in which order programs at one place are called, and what their answers do. The place is
 * unlinkat(2). */
#include "test/errno/trace.h"

static long log_map;

/* The number in the map becomes itself * 16 + @digit; returns @answer. */
static long digit_prog(unsigned type, unsigned attach_type, const char *func, int digit, int answer)
{
	const struct bpf_insn insns[] = {
		ST(BPF_W, 10, -4, 0),
		MAP(1, log_map),
		MOVR(2, 10),
		ADD(2, -4),
		CALL(BPF_FUNC_map_lookup_elem),
		JEQ(0, 0, 4),
		LDX(BPF_DW, 1, 0, 0),
		INSN(BPF_ALU64 | BPF_LSH | BPF_K, 1, 0, 0, 4),
		ADD(1, digit),
		STX(BPF_DW, 0, 1, 0),
		MOV(0, answer),
		EXIT,
	};

	return LOAD(type, .attach_type = attach_type, .btf_id = func ? FUNC(func) : 0, .insns = insns,
		    .count = COUNT(insns));
}

static void happens(const char *what)
{
	unsigned key = 0;
	uint64_t value = 0;
	union bpf_attr attr = {.map_fd = log_map, .key = U64(&key), .value = U64(&value)};
	long ret;

	sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
	ret = sys_make_and_unlink();
	sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
	line(ret, "unlinkat, %s: programs %llx", what, (unsigned long long)value);
}

#define TRACING BPF_PROG_TYPE_TRACING

static void trampoline_order(void)
{
	long progs[] = {
		digit_prog(TRACING, BPF_TRACE_FENTRY, "do_unlinkat", 1, 0),
		digit_prog(TRACING, BPF_TRACE_FENTRY, "do_unlinkat", 2, 0),
		digit_prog(TRACING, BPF_TRACE_FEXIT, "do_unlinkat", 3, 0),
		digit_prog(TRACING, BPF_TRACE_FEXIT, "do_unlinkat", 4, 0),
	};
	long links[COUNT(progs)];

	for (unsigned i = 0; i < COUNT(progs); i++)
		links[i] = raw_open(progs[i], NULL);
	happens("two fentry (1, 2), two fexit (3, 4)");
	sys_close(links[1]);
	happens("fentry 2 is closed");
	for (unsigned i = 0; i < COUNT(progs); i++)
		sys_close(links[i]), sys_close(progs[i]);
	happens("all closed");
}

static void deciding(void)
{
	long first = digit_prog(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_inode_unlink", 1, 0);
	long denies = digit_prog(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_inode_unlink", 2, -1);
	long last = digit_prog(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_inode_unlink", 3, 0);
	long exit = digit_prog(TRACING, BPF_TRACE_FEXIT, "vfs_unlink", 4, 0);
	long mod = digit_prog(TRACING, BPF_MODIFY_RETURN, "security_path_unlink", 5, -13);
	long after = digit_prog(TRACING, BPF_TRACE_FENTRY, "vfs_unlink", 6, 0);
	long a = raw_open(first, NULL), b = raw_open(last, NULL), c = raw_open(exit, NULL), d;

	happens("two LSM programs (1, 3) that allow, fexit of vfs_unlink (4)");
	d = raw_open(denies, NULL);
	happens("a third (2) refuses, attached last");
	sys_close(a);
	a = raw_open(first, NULL);
	happens("the first is attached anew");
	sys_close(d);
	happens("who refused is closed");
	d = raw_open(mod, NULL);
	line_ok(d, "fmod_ret of security_path_unlink");
	after = raw_open(after, NULL);
	happens("fmod_ret (5) answers -13 at security_path_unlink, fentry of vfs_unlink (6)");
	sys_close(a), sys_close(b), sys_close(c), sys_close(d), sys_close(after);
}

static void probe_order(void)
{
	long first = digit_prog(BPF_PROG_TYPE_KPROBE, 0, NULL, 1, 0),
	     second = digit_prog(BPF_PROG_TYPE_KPROBE, 0, NULL, 2, 0);
	long back = digit_prog(BPF_PROG_TYPE_KPROBE, 0, NULL, 3, 0),
	     back2 = digit_prog(BPF_PROG_TYPE_KPROBE, 0, NULL, 4, 0);
	long entry = digit_prog(TRACING, BPF_TRACE_FENTRY, "do_unlinkat", 5, 0);
	long exit = digit_prog(TRACING, BPF_TRACE_FEXIT, "do_unlinkat", 6, 0);
	long a = PERF(TYPE_KPROBE, .name = "do_unlinkat"), b = PERF(TYPE_KPROBE, .name = "do_unlinkat");
	long c = PERF(TYPE_KPROBE, .config = 1, .name = "do_unlinkat"),
	     d = PERF(TYPE_KPROBE, .config = 1, .name = "do_unlinkat");

	sys_ioctl(a, PERF_EVENT_IOC_SET_BPF, first);
	happens("kprobe 1, the event is not enabled");
	sys_ioctl(b, PERF_EVENT_IOC_SET_BPF, second);
	happens("kprobes 1, 2");
	sys_ioctl(c, PERF_EVENT_IOC_SET_BPF, back), sys_ioctl(d, PERF_EVENT_IOC_SET_BPF, back2);
	happens("kretprobes 3, 4");
	raw_open(entry, NULL), raw_open(exit, NULL);
	happens("fentry 5, fexit 6");
	sys_ioctl(a, PERF_EVENT_IOC_DISABLE, 0);
	happens("kprobe 1 is disabled");
	sys_close(a);
	happens("kprobe 1 is closed");
}

static void tracepoint_order(void)
{
	long first = digit_prog(BPF_PROG_TYPE_TRACEPOINT, 0, NULL, 1, 0),
	     second = digit_prog(BPF_PROG_TYPE_TRACEPOINT, 0, NULL, 2, 0);
	long a = PERF(PERF_TYPE_TRACEPOINT, .config = UNLINKAT_ENTER),
	     b = PERF(PERF_TYPE_TRACEPOINT, .config = UNLINKAT_ENTER);

	sys_ioctl(b, PERF_EVENT_IOC_SET_BPF, first), sys_ioctl(a, PERF_EVENT_IOC_SET_BPF, second);
	happens("tracepoint programs 1, 2");
	sys_close(b);
	happens("program 1 is closed");
	sys_close(a);
}

int main(void)
{
	kernel_open();
	log_map = make_map(BPF_MAP_TYPE_ARRAY, 8, 1);
	happens("nothing attached");
	tracepoint_order();
	trampoline_order();
	deciding();
	probe_order();
	return 0;
}
