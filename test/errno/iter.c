/*
 * Iterators: links of each kind, files of them, and what read(2) says: buffers that are too small, objects that are
 * to be shown again, texts that are too long.
 */
#include "test/errno/trace.h"

#define PIN "/sys/fs/bpf/errno_iter"

static long load_iter(const char *func, unsigned flags, const struct bpf_insn *insns, unsigned count)
{
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_TRACING), 1);
	long fd;

	attr.insns = U64(insns ? insns : zero);
	attr.insn_cnt = insns ? count : COUNT(zero);
	attr.expected_attach_type = BPF_TRACE_ITER;
	attr.attach_btf_id = FUNC(func);
	attr.prog_flags = flags;
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		note("load of %s: %s", func, why_line());
	return fd;
}

static long link_with(long prog, union bpf_iter_link_info *info, unsigned size)
{
	union bpf_attr attr = {.link_create = {.prog_fd = prog, .attach_type = BPF_TRACE_ITER,
					       .iter_info = U64(info), .iter_info_len = size}};

	return sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

#define LINK(prog, ...) link_with(prog, &(union bpf_iter_link_info){__VA_ARGS__}, sizeof(union bpf_iter_link_info))

static long iter_create(long link, unsigned flags)
{
	union bpf_attr attr = {.iter_create = {.link_fd = link, .flags = flags}};

	return sys_bpf(BPF_ITER_CREATE, &attr, sizeof(attr));
}

static long map_of_type(unsigned type, unsigned value_size, unsigned entries)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = value_size, .max_entries = entries};

	if (type == BPF_MAP_TYPE_QUEUE)
		attr.key_size = 0;
	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* --- links --- */

static void kinds(void)
{
	static const char *const names[] = {"task", "task_file", "task_vma", "bpf_map", "bpf_prog", "bpf_link", "ksym", "cgroup"};
	char func[64];

	for (unsigned i = 0; i < COUNT(names); i++) {
		long prog, sleeps, link;

		snprintf(func, sizeof(func), "bpf_iter_%s", names[i]);
		prog = load_iter(func, 0, NULL, 0);
		sleeps = load_iter(func, BPF_F_SLEEPABLE, NULL, 0);
		line_ok(sleeps, "%s: load of a program that may sleep", names[i]);
		link = link_with(prog, NULL, 0);
		line_ok(link, "%s: LINK_CREATE", names[i]);
		sys_close(link);
		link = link_with(sleeps, NULL, 0);
		line_ok(link, "%s: LINK_CREATE of a program that may sleep", names[i]);
		sys_close(link), sys_close(prog), sys_close(sleeps);
	}
}

static void creating(void)
{
	long prog = load_iter("bpf_iter_task", 0, NULL, 0), other = LOAD(BPF_PROG_TYPE_SOCKET_FILTER), link;
	struct { union bpf_iter_link_info info; unsigned more; } longer = {.more = 1};
	union bpf_attr attr = {.link_create = {.prog_fd = prog, .target_fd = prog, .attach_type = BPF_TRACE_ITER}};

	line(sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr)), "LINK_CREATE with target_fd");
	attr.link_create.target_fd = 0, attr.link_create.flags = 1;
	line(sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr)), "LINK_CREATE with flags");
	line(link_with(prog, NULL, 4), "iter_info_len without iter_info");
	line(link_with(prog, &longer.info, 0), "iter_info without iter_info_len");
	line(link_with(prog, &longer.info, sizeof(longer)), "iter_info with something behind it");
	line(link_with(prog, BAD_POINTER, 16), "iter_info, nothing there");
	line(LINK(prog, .task = {.tid = 1, .pid = 1}), "task, tid and pid");
	line(LINK(prog, .task = {.pid = 1, .pid_fd = 99}), "task, pid and pid_fd");
	line(LINK(prog, .task = {.pid_fd = 99}), "task, no such pid_fd");
	line(LINK(prog, .task = {.pid_fd = prog}), "task, pid_fd is another fd");
	link = LINK(prog, .task = {.pid_fd = sys_pidfd()});
	line_ok(link, "task, pid_fd");
	sys_close(link);
	link = LINK(prog, .task = {.pid = 999999});
	line_ok(link, "task, no such pid");
	line(iter_create(link, 1), "ITER_CREATE with flags");
	line(iter_create(99, 0), "ITER_CREATE, no such fd");
	line(iter_create(prog, 0), "ITER_CREATE of a program");
	sys_close(link);
	link = raw_open(LOAD(BPF_PROG_TYPE_RAW_TRACEPOINT), "sched_switch");
	line(iter_create(link, 0), "ITER_CREATE of another link");
	sys_close(link), sys_close(prog), sys_close(other);
}

static void cgroups(void)
{
	long prog = load_iter("bpf_iter_cgroup", 0, NULL, 0), root = sys_open("/sys/fs/cgroup"), link;

	line(LINK(prog, .cgroup = {.order = 0}), "cgroup, no order");
	line(LINK(prog, .cgroup = {.order = 5}), "cgroup, an unknown order");
	line(LINK(prog, .cgroup = {.order = 1, .cgroup_fd = root, .cgroup_id = 1}), "cgroup, fd and id");
	line(LINK(prog, .cgroup = {.order = 1, .cgroup_fd = 99}), "cgroup, no such fd");
	line(LINK(prog, .cgroup = {.order = 1, .cgroup_fd = prog}), "cgroup, another kind of fd");
	line(LINK(prog, .cgroup = {.order = 1, .cgroup_id = 987654}), "cgroup, no such id");
	link = LINK(prog, .cgroup = {.order = 2, .cgroup_fd = root});
	line_ok(link, "cgroup, a tree");
	sys_close(link), sys_close(prog), sys_close(root);
}

/* --- a program that goes over the elements of a map --- */

/*
 * For each element: a character, '0' + seq_num; without one: 'E'. Returns 1 when the value is 7.
 */
static const struct bpf_insn letters[] = {
	LDX(BPF_DW, 7, 1, 0), LDX(BPF_DW, 8, 7, 16), LDX(BPF_DW, 6, 1, 24), ADD(8, '0'), JNE(6, 0, 1), MOV(8, 'E'),
	STX(BPF_DW, 10, 8, -8), LDX(BPF_DW, 1, 7, 0), MOVR(2, 10), ADD(2, -8), MOV(3, 1), CALL(BPF_FUNC_seq_write),
	MOV(0, 0), JEQ(6, 0, 3), LDX(BPF_W, 1, 6, 0), JNE(1, 7, 1), MOV(0, 1), EXIT,
};

/* All of the value, 20000 or 40000 bytes. */
#define WHOLE(size)                                                                                                    \
	{LDX(BPF_DW, 7, 1, 0), LDX(BPF_DW, 6, 1, 24), MOV(0, 0), JEQ(6, 0, 4), LDX(BPF_DW, 1, 7, 0), MOVR(2, 6),       \
	 MOV(3, size), CALL(BPF_FUNC_seq_write), MOV(0, 0), EXIT}
static const struct bpf_insn long_texts[] = WHOLE(20000), too_long[] = WHOLE(40000);

static char text[65536];

static void reads(long iter, unsigned size, const char *what)
{
	long n;

	memset(text, 0, sizeof(text));
	n = sys_read(iter, text, size);
	line(n, "%s", what);
	if (n > 0 && n < 100)
		note("    \"%s\"", text);
}

static void set(long map, unsigned key, const void *value)
{
	union bpf_attr attr = {.map_fd = map, .key = U64(&key), .value = U64(value)};

	sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

static void elements(void)
{
	long prog = load_iter("bpf_iter_bpf_map_elem", 0, letters, COUNT(letters)), link, iter;
	long map = map_of_type(BPF_MAP_TYPE_ARRAY, 4, 4), queue = map_of_type(BPF_MAP_TYPE_QUEUE, 4, 4);
	long narrow = map_of_type(BPF_MAP_TYPE_ARRAY, 2, 4), percpu = map_of_type(BPF_MAP_TYPE_PERCPU_ARRAY, 2, 4);

	line(link_with(prog, NULL, 0), "map_elem without a map");
	line(LINK(prog, .map = {.map_fd = 99}), "map_elem, no such fd");
	line(LINK(prog, .map = {.map_fd = prog}), "map_elem, not a map");
	line(LINK(prog, .map = {.map_fd = queue}), "map_elem of a queue");
	line(LINK(prog, .map = {.map_fd = narrow}), "map_elem, the program reads beyond the value");
	link = LINK(prog, .map = {.map_fd = percpu});
	line_ok(link, "map_elem per CPU: each takes 8 bytes");
	sys_close(link);
	link = LINK(prog, .map = {.map_fd = map});
	iter = iter_create(link, 0);
	line_ok(iter, "ITER_CREATE");
	reads(iter, 100, "read");
	reads(iter, 100, "read again");
	sys_close(iter);
	iter = iter_create(link, 0);
	reads(iter, 1, "read of 1 byte");
	reads(iter, 2, "read of 2 bytes");
	reads(iter, 0, "read of 0 bytes");
	reads(iter, 100, "read of the rest");
	reads(iter, 100, "read at the end");
	sys_close(iter);
	set(map, 2, &(int){7});
	iter = iter_create(link, 0);
	reads(iter, 100, "read, the program returns 1 for the third");
	reads(iter, 100, "read again, the same");
	set(map, 2, &(int){8});
	reads(iter, 100, "read, it returns 0 for it now");
	line(sys_read(iter, BAD_POINTER, 10), "read to where nothing is, at the end");
	sys_close(iter);
	iter = iter_create(link, 0);
	line(sys_read(iter, BAD_POINTER, 10), "read to where nothing is");
	reads(iter, 100, "read after that");
	sys_close(iter);
	line(sys_read(map, text, 10), "read of a map");
	line(sys_read(link, text, 10), "read of a link");
	line(sys_read(99, text, 10), "read, no such fd");
	sys_close(link), sys_close(map), sys_close(prog), sys_close(queue), sys_close(narrow), sys_close(percpu);
}

static void long_ones(void)
{
	static char value[40000];
	long prog = load_iter("bpf_iter_bpf_map_elem", 0, long_texts, COUNT(long_texts));
	long longer = load_iter("bpf_iter_bpf_map_elem", 0, too_long, COUNT(too_long));
	long map = map_of_type(BPF_MAP_TYPE_ARRAY, sizeof(value), 3), link, iter;

	memset(value, 'x', sizeof(value));
	for (unsigned i = 0; i < 3; i++)
		set(map, i, value);
	link = LINK(prog, .map = {.map_fd = map});
	iter = iter_create(link, 0);
	for (unsigned i = 0; i < 4; i++)
		reads(iter, sizeof(text), "read, 20000 bytes for each of 3 elements");
	sys_close(iter), sys_close(link);
	link = LINK(longer, .map = {.map_fd = map});
	iter = iter_create(link, 0);
	reads(iter, sizeof(text), "read, 40000 bytes for each");
	reads(iter, sizeof(text), "read, 40000 bytes for each, again");
	sys_close(iter), sys_close(link), sys_close(prog), sys_close(longer), sys_close(map);
}

/* --- what can be done with a link --- */

static long pin(long fd)
{
	union bpf_attr attr = {.pathname = U64(PIN), .bpf_fd = fd};

	return sys_bpf(BPF_OBJ_PIN, &attr, sizeof(attr));
}

static void name_of(long link, unsigned room, const char *what)
{
	char name[32] = "unchanged";
	struct bpf_link_info info = {.iter = {.target_name = room ? U64(name) : 0, .target_name_len = room}};
	union bpf_attr attr = {.info = {.bpf_fd = link, .info_len = sizeof(info), .info = U64(&info)}};

	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)), "info, %s", what);
	note("    type %u, \"%s\", length %u", info.type, name, info.iter.target_name_len);
}

static void life(void)
{
	long prog = load_iter("bpf_iter_bpf_map_elem", 0, letters, COUNT(letters)), task = load_iter("bpf_iter_task", 0, NULL, 0);
	long same = load_iter("bpf_iter_bpf_map_elem", 0, NULL, 0);
	long map = map_of_type(BPF_MAP_TYPE_ARRAY, 4, 4), link = LINK(prog, .map = {.map_fd = map}), iter;
	union bpf_attr update = {.link_update = {.link_fd = link, .new_prog_fd = task}};
	union bpf_attr detach = {.link_detach = {.link_fd = link}};

	name_of(link, 0, "no room");
	name_of(link, 13, "just enough room");
	name_of(link, 12, "one byte too few");
	line(sys_bpf(BPF_LINK_UPDATE, &update, sizeof(update)), "LINK_UPDATE to a program for something else");
	update.link_update.new_prog_fd = same, update.link_update.old_prog_fd = task, update.link_update.flags = BPF_F_REPLACE;
	line(sys_bpf(BPF_LINK_UPDATE, &update, sizeof(update)), "LINK_UPDATE, another program was expected");
	iter = iter_create(link, 0);
	update.link_update.old_prog_fd = prog;
	line(sys_bpf(BPF_LINK_UPDATE, &update, sizeof(update)), "LINK_UPDATE");
	reads(iter, 100, "read of a file that was made before");
	sys_close(iter);
	iter = iter_create(link, 0);
	reads(iter, 100, "read of one that is made now");
	sys_close(iter);
	update.link_update.new_prog_fd = prog, update.link_update.old_prog_fd = same;
	sys_bpf(BPF_LINK_UPDATE, &update, sizeof(update));
	line(sys_bpf(BPF_LINK_DETACH, &detach, sizeof(detach)), "LINK_DETACH");
	line(pin(link), "OBJ_PIN of the link");
	iter = iter_create(link, 0);
	sys_close(link), sys_close(prog), sys_close(map), sys_close(task), sys_close(same);
	reads(iter, 100, "read, the link is closed");
	sys_close(iter);
	iter = sys_open(PIN);
	line_ok(iter, "open of the pin");
	reads(iter, 100, "read of it");
	sys_close(iter);
	line(sys_unlink(PIN), "unlink");
	line(sys_open(PIN), "open after that");
}

int main(void)
{
	kernel_open();
	kinds();
	creating();
	cgroups();
	elements();
	long_ones();
	life();
	return 0;
}
