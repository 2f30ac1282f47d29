/*
 * Tracing: attaching in each way (raw tracepoints, trampolines, perf events, links), what is there already,
 * what a link is.
 */
#include "test/errno/trace.h"

static const struct bpf_insn far[] = {LDX(BPF_DW, 0, 1, 80), MOV(0, 0), EXIT};

static long link_create(long prog, unsigned target, unsigned type, unsigned flags)
{
	union bpf_attr attr = {
		.link_create = {.prog_fd = prog, .target_fd = target, .attach_type = type, .flags = flags}};

	return sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

static long detach(long link)
{
	union bpf_attr attr = {.link_detach = {.link_fd = link}};

	return sys_bpf(BPF_LINK_DETACH, &attr, sizeof(attr));
}

static long update(long link, long prog)
{
	union bpf_attr attr = {.link_update = {.link_fd = link, .new_prog_fd = prog}};

	return sys_bpf(BPF_LINK_UPDATE, &attr, sizeof(attr));
}

/* What can be done with a link; then it is closed. */
static void link_life(long link, long prog, const char *what)
{
	struct bpf_link_info info = {0};
	union bpf_attr attr = {.info = {.bpf_fd = link, .info_len = sizeof(info), .info = U64(&info)}};

	line_ok(link, "%s", what);
	if (link < 0)
		return;
	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)), "    info");
	note("    type %u", info.type);
	line(detach(link), "    LINK_DETACH");
	line(update(link, prog), "    LINK_UPDATE");
	sys_close(link);
}

/* --- raw tracepoints --- */

static void raw_info(long link, unsigned room, const char *what)
{
	char name[32] = "unchanged";
	struct bpf_link_info info = {
		.raw_tracepoint = {.tp_name = room ? U64(name) : 0, .tp_name_len = room}};
	union bpf_attr attr = {.info = {.bpf_fd = link, .info_len = sizeof(info), .info = U64(&info)}};

	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)), "info of a raw tracepoint, %s", what);
	note("    \"%s\", length %u", name, info.raw_tracepoint.tp_name_len);
}

static void raw_tracepoints(void)
{
	long prog = LOAD(BPF_PROG_TYPE_RAW_TRACEPOINT), typed, link, second;
	long reads = LOAD(BPF_PROG_TYPE_RAW_TRACEPOINT, .insns = far, .count = COUNT(far));
	unsigned tp = kernel_id("btf_trace_sched_switch", BTF_KIND_TYPEDEF);

	typed = LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_RAW_TP, .btf_id = tp);
	line(raw_open(99, "sched_switch"), "RAW_TRACEPOINT_OPEN, no such fd");
	line(raw_open(0, "sched_switch"), "RAW_TRACEPOINT_OPEN, another kind of fd");
	line(raw_open(prog, NULL), "RAW_TRACEPOINT_OPEN without a name");
	line(raw_open(prog, "sched_swatch"), "RAW_TRACEPOINT_OPEN, no such tracepoint");
	line(raw_open(prog, "sched:sched_switch"), "RAW_TRACEPOINT_OPEN, with the system");
	line(raw_open(prog, "sys_enter_openat"), "RAW_TRACEPOINT_OPEN, of one system call");
	line(raw_open(reads, "sched_switch"), "RAW_TRACEPOINT_OPEN, the program reads too many arguments");
	link = raw_open(prog, "sched_switch");
	line_ok(link, "RAW_TRACEPOINT_OPEN");
	second = raw_open(prog, "sched_switch");
	line_ok(second, "RAW_TRACEPOINT_OPEN again, the same program");
	raw_info(link, 0, "no room");
	raw_info(link, 13, "just enough room");
	raw_info(link, 12, "one byte too few");
	sys_close(second);
	link_life(link, prog, "link of a raw tracepoint");
	line(link_create(prog, 0, BPF_TRACE_RAW_TP, 0), "LINK_CREATE of a raw tracepoint program");
	line(raw_open(typed, "sched_switch"), "RAW_TRACEPOINT_OPEN with a name, typed program");
	link_life(raw_open(typed, NULL), prog, "RAW_TRACEPOINT_OPEN of a typed program");
	link_life(link_create(typed, 0, BPF_TRACE_RAW_TP, 0), prog, "LINK_CREATE of a typed program");
	sys_close(prog), sys_close(typed), sys_close(reads);
}

/* --- trampolines --- */

static void trampolines(void)
{
	long entry = LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_FENTRY,
			  .btf_id = FUNC("do_unlinkat")),
	     link, other;
	long exit =
		LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_FEXIT, .btf_id = FUNC("do_unlinkat"));
	long lsm = LOAD(BPF_PROG_TYPE_LSM, .attach_type = BPF_LSM_MAC, .btf_id = FUNC("bpf_lsm_file_open"));
	long iter =
		LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_ITER, .btf_id = FUNC("bpf_iter_task"));
	long xdp = LOAD(BPF_PROG_TYPE_XDP);

	line(raw_open(xdp, NULL), "RAW_TRACEPOINT_OPEN of an XDP program");
	line(raw_open(entry, "do_unlinkat"), "RAW_TRACEPOINT_OPEN of fentry, with a name");
	line(raw_open(iter, NULL), "RAW_TRACEPOINT_OPEN of an iterator");
	line(link_create(entry, 0, BPF_TRACE_FEXIT, 0), "LINK_CREATE of fentry as fexit");
	line(link_create(entry, 0, BPF_LSM_MAC, 0), "LINK_CREATE of fentry as LSM");
	line(link_create(entry, xdp, BPF_TRACE_FENTRY, 0), "LINK_CREATE of fentry, with a target");
	link = raw_open(entry, NULL);
	line_ok(link, "RAW_TRACEPOINT_OPEN of fentry");
	line(raw_open(entry, NULL), "RAW_TRACEPOINT_OPEN of fentry again");
	line(link_create(entry, 0, BPF_TRACE_FENTRY, 0), "LINK_CREATE of fentry that is attached");
	other = LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_FENTRY, .btf_id = FUNC("do_unlinkat"));
	link_life(raw_open(other, NULL), xdp, "another fentry at the same function");
	link_life(link, xdp, "link of fentry");
	link_life(link_create(entry, 0, BPF_TRACE_FENTRY, 0), xdp, "LINK_CREATE of fentry, once more");
	link_life(raw_open(exit, NULL), xdp, "link of fexit");
	link_life(raw_open(lsm, NULL), xdp, "link of an LSM program");
	link_life(link_create(lsm, 0, BPF_LSM_MAC, 0), xdp, "LINK_CREATE of an LSM program");
	line(link_create(lsm, 0, BPF_TRACE_FENTRY, 0), "LINK_CREATE of an LSM program as fentry");
	sys_close(entry), sys_close(exit), sys_close(lsm), sys_close(iter), sys_close(xdp), sys_close(other);
}

/* --- perf events --- */

static void opening(void)
{
	line(PERF(PERF_TYPE_TRACEPOINT, .config = 99999), "tracepoint, no such id");
	line_ok(PERF(PERF_TYPE_TRACEPOINT, .config = SCHED_SWITCH), "tracepoint");
	line(PERF(TYPE_KPROBE, .name = "no_such_function"), "kprobe, no such function");
	line_ok(PERF(TYPE_KPROBE, .name = "do_unlinkat"), "kprobe");
	line_ok(PERF(TYPE_KPROBE, .config = 1, .name = "do_unlinkat"), "kretprobe");
	line(PERF(TYPE_KPROBE, .config = 1, .name = "do_unlinkat", .offset = 4), "kretprobe in the middle");
	line(PERF(77), "no such type");
}

static void set_bpf(void)
{
	long tp = LOAD(BPF_PROG_TYPE_TRACEPOINT), kprobe = LOAD(BPF_PROG_TYPE_KPROBE),
	     pe = LOAD(BPF_PROG_TYPE_PERF_EVENT);
	long reads = LOAD(BPF_PROG_TYPE_TRACEPOINT, .insns = far, .count = COUNT(far));
	long event = PERF(PERF_TYPE_TRACEPOINT, .config = SCHED_SWITCH),
	     probe = PERF(TYPE_KPROBE, .name = "do_unlinkat");
	long clock = PERF(PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK);

	line(sys_ioctl(99, PERF_EVENT_IOC_SET_BPF, tp), "SET_BPF, no such event");
	line(sys_ioctl(tp, PERF_EVENT_IOC_SET_BPF, tp), "SET_BPF of a program");
	line(sys_ioctl(event, PERF_EVENT_IOC_SET_BPF, 99), "SET_BPF, no such program");
	line(sys_ioctl(event, PERF_EVENT_IOC_SET_BPF, event), "SET_BPF, not a program");
	line(sys_ioctl(event, PERF_EVENT_IOC_SET_BPF, kprobe), "SET_BPF, a kprobe program at a tracepoint");
	line(sys_ioctl(event, PERF_EVENT_IOC_SET_BPF, pe), "SET_BPF, a counter's program at a tracepoint");
	line(sys_ioctl(probe, PERF_EVENT_IOC_SET_BPF, tp), "SET_BPF, a tracepoint program at a kprobe");
	line(sys_ioctl(clock, PERF_EVENT_IOC_SET_BPF, tp), "SET_BPF, a tracepoint program at a clock");
	line(sys_ioctl(event, PERF_EVENT_IOC_SET_BPF, reads), "SET_BPF, the program reads beyond the record");
	line(sys_ioctl(event, PERF_EVENT_IOC_SET_BPF, tp), "SET_BPF");
	line(sys_ioctl(event, PERF_EVENT_IOC_SET_BPF, tp), "SET_BPF again");
	line(link_create(tp, event, BPF_PERF_EVENT, 0), "LINK_CREATE where SET_BPF was");
	line(sys_ioctl(probe, PERF_EVENT_IOC_SET_BPF, kprobe), "SET_BPF at a kprobe");
	line(sys_ioctl(clock, PERF_EVENT_IOC_SET_BPF, pe), "SET_BPF at a clock");
	line(sys_ioctl(clock, PERF_EVENT_IOC_SET_BPF, pe), "SET_BPF at a clock again");
	line(sys_ioctl(event, PERF_EVENT_IOC_ENABLE, 0), "ENABLE");
	line(sys_ioctl(event, PERF_EVENT_IOC_DISABLE, 0), "DISABLE");
	line(sys_ioctl(tp, PERF_EVENT_IOC_ENABLE, 0), "ENABLE of a program");
	sys_close(event), sys_close(probe), sys_close(clock), sys_close(tp), sys_close(kprobe), sys_close(pe),
		sys_close(reads);
}

static void perf_links(void)
{
	long tp = LOAD(BPF_PROG_TYPE_TRACEPOINT), kprobe = LOAD(BPF_PROG_TYPE_KPROBE),
	     pe = LOAD(BPF_PROG_TYPE_PERF_EVENT);
	long event = PERF(PERF_TYPE_TRACEPOINT, .config = SCHED_SWITCH),
	     probe = PERF(TYPE_KPROBE, .name = "do_unlinkat");
	long clock = PERF(PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK), link;

	line(link_create(tp, 99, BPF_PERF_EVENT, 0), "LINK_CREATE, no such event");
	line(link_create(tp, tp, BPF_PERF_EVENT, 0), "LINK_CREATE, not an event");
	line(link_create(tp, event, BPF_PERF_EVENT, 1), "LINK_CREATE, flag 1");
	line(link_create(tp, event, BPF_XDP, 0), "LINK_CREATE, attach type XDP");
	line(link_create(kprobe, event, BPF_PERF_EVENT, 0), "LINK_CREATE, a kprobe program at a tracepoint");
	line(link_create(pe, probe, BPF_PERF_EVENT, 0), "LINK_CREATE, a counter's program at a kprobe");
	link = link_create(tp, event, BPF_PERF_EVENT, 0);
	line(link_create(tp, event, BPF_PERF_EVENT, 0), "LINK_CREATE, the event has a program");
	link_life(link, tp, "link of a tracepoint");
	link_life(link_create(tp, event, BPF_PERF_EVENT, 0), tp, "LINK_CREATE after the close");
	link_life(link_create(kprobe, probe, BPF_PERF_EVENT, 0), tp, "link of a kprobe");
	link_life(link_create(pe, clock, BPF_PERF_EVENT, 0), tp, "link of a clock");
	line(link_create(kprobe, probe, BPF_TRACE_KPROBE_MULTI, 0),
	     "LINK_CREATE as multi, not loaded for it");
	sys_close(event), sys_close(probe), sys_close(clock), sys_close(tp), sys_close(kprobe), sys_close(pe);
}

/* --- many functions --- */

struct multi {
	unsigned flags, cnt;
	const char **syms;
	uint64_t addrs;
};

static long multi(long prog, struct multi m)
{
	union bpf_attr attr = {.link_create = {.prog_fd = prog, .attach_type = BPF_TRACE_KPROBE_MULTI}};

	attr.link_create.kprobe_multi.flags = m.flags;
	attr.link_create.kprobe_multi.cnt = m.cnt;
	attr.link_create.kprobe_multi.syms = U64(m.syms);
	attr.link_create.kprobe_multi.addrs = m.addrs;
	return sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

static void multis(void)
{
	static const char *good[] = {"do_unlinkat", "vfs_unlink"},
			  *bad[] = {"do_unlinkat", "no_such_function"};
	long prog = LOAD(BPF_PROG_TYPE_KPROBE, .attach_type = BPF_TRACE_KPROBE_MULTI);
	uint64_t nowhere = 8;

	line(multi(prog, (struct multi){.cnt = 2}), "multi, neither symbols nor addresses");
	line(multi(prog, (struct multi){.cnt = 2, .syms = good, .addrs = U64(&nowhere)}), "multi, both");
	line(multi(prog, (struct multi){.syms = good}), "multi, none");
	line(multi(prog, (struct multi){.flags = 2, .cnt = 2, .syms = good}), "multi, flag 2");
	line(multi(prog, (struct multi){.cnt = 2, .syms = bad}), "multi, no such function");
	line(multi(prog, (struct multi){.cnt = 1, .addrs = U64(&nowhere)}), "multi, no such address");
	line(multi(prog, (struct multi){.cnt = 2, .syms = (const char **)0x1000}), "multi, bad pointer");
	link_life(multi(prog, (struct multi){.cnt = 2, .syms = good}), prog, "link of many functions");
	link_life(multi(prog, (struct multi){.flags = BPF_F_KPROBE_MULTI_RETURN, .cnt = 2, .syms = good}),
		  prog, "link of many functions, when they return");
	line(link_create(prog, 0, BPF_PERF_EVENT, 0), "a multi program as a plain one");
	sys_close(prog);
}

/* --- TASK_FD_QUERY --- */

static void query(long pid, long fd, unsigned room, unsigned flags, const char *what)
{
	char name[64] = "unchanged";
	union bpf_attr attr = {
		.task_fd_query = {.pid = pid, .fd = fd, .flags = flags, .buf_len = room, .buf = U64(name)}};
	long ret = sys_bpf(BPF_TASK_FD_QUERY, &attr, sizeof(attr));

	line(ret, "TASK_FD_QUERY, %s", what);
	if (!ret || ret == -28)
		note("    \"%s\", length %u, type %u, offset %u", name, attr.task_fd_query.buf_len,
		     attr.task_fd_query.fd_type, (unsigned)attr.task_fd_query.probe_offset);
}

static void queries(void)
{
	long tp = LOAD(BPF_PROG_TYPE_TRACEPOINT), kprobe = LOAD(BPF_PROG_TYPE_KPROBE),
	     pe = LOAD(BPF_PROG_TYPE_PERF_EVENT);
	long raw = LOAD(BPF_PROG_TYPE_RAW_TRACEPOINT),
	     typed = LOAD(BPF_PROG_TYPE_TRACING, .attach_type = BPF_TRACE_FENTRY,
			  .btf_id = FUNC("do_unlinkat"));
	long event = PERF(PERF_TYPE_TRACEPOINT, .config = UNLINKAT_ENTER),
	     probe = PERF(TYPE_KPROBE, .name = "do_unlinkat");
	long leave = PERF(TYPE_KPROBE, .config = 1, .name = "do_unlinkat");
	long clock = PERF(PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK),
	     link = raw_open(raw, "sched_switch");
	long pid = sys_pid(), tramp = raw_open(typed, NULL);

	query(pid, event, 64, 0, "no program");
	sys_ioctl(event, PERF_EVENT_IOC_SET_BPF, tp), sys_ioctl(probe, PERF_EVENT_IOC_SET_BPF, kprobe);
	sys_ioctl(clock, PERF_EVENT_IOC_SET_BPF, pe), sys_ioctl(leave, PERF_EVENT_IOC_SET_BPF, kprobe);
	query(pid, event, 64, 1, "flag 1");
	query(4194304, event, 64, 0, "no such task");
	query(pid, 99, 64, 0, "no such fd");
	query(pid, tp, 64, 0, "a program");
	query(pid, event, 64, 0, "a tracepoint");
	query(pid, event, 4, 0, "a tracepoint, too little room");
	query(pid, event, 0, 0, "a tracepoint, no room");
	query(pid, probe, 64, 0, "a kprobe");
	query(pid, leave, 64, 0, "a kretprobe");
	query(pid, clock, 64, 0, "a clock");
	query(pid, link, 64, 0, "a raw tracepoint");
	query(pid, tramp, 64, 0, "a trampoline");
	sys_close(event), sys_close(probe), sys_close(leave), sys_close(clock), sys_close(link),
		sys_close(tramp);
	sys_close(tp), sys_close(kprobe), sys_close(pe), sys_close(raw), sys_close(typed);
}

int main(void)
{
	kernel_open();
	raw_tracepoints();
	trampolines();
	opening();
	set_bpf();
	perf_links();
	multis();
	queries();
	return 0;
}
