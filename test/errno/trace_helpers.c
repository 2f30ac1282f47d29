/*
 * Tracing: what helpers about tasks, inodes, foreign memory and stacks answer in programs that are called when
 * unlinkat(2) is.
 */
#include "test/errno/trace.h"

static long answers;   /* an array: what the program said */

#define TRACING BPF_PROG_TYPE_TRACING
#define SLEEPABLE BPF_F_SLEEPABLE
/* r0 becomes the answer, the program ends. */
#define ANSWER                                                                                                         \
	STX(BPF_DW, 10, 0, -8), ST(BPF_W, 10, -12, 0), MAP(1, answers), MOVR(2, 10), ADD(2, -12), MOVR(3, 10),         \
		ADD(3, -8), MOV(4, 0), CALL(BPF_FUNC_map_update_elem), MOV(0, 0), EXIT

static void ask(unsigned type, unsigned attach_type, const char *func, unsigned flags,
		const struct bpf_insn *insns, unsigned count, const char *what)
{
	static char log[65536];
	union bpf_attr attr = {
		.prog_type = type,
		.expected_attach_type = attach_type,
		.attach_btf_id = FUNC(func),
		.prog_flags = flags,
		.insns = U64(insns),
		.insn_cnt = count,
		.license = U64("GPL"),
		.log_level = 1, .log_buf = U64(log), .log_size = sizeof(log),
	};
	unsigned key = 0;
	uint64_t value = 77777;
	union bpf_attr elem = {.map_fd = answers, .key = U64(&key), .value = U64(&value)};
	long prog, link;

	sys_bpf(BPF_MAP_UPDATE_ELEM, &elem, sizeof(elem));
	prog = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (prog < 0) {
		line(prog, "%s: load", what);
		note("%s", log);
		return;
	}
	link = raw_open(prog, NULL);
	if (link < 0)
		line(link, "%s: attach", what);
	sys_make_and_unlink();
	sys_bpf(BPF_MAP_LOOKUP_ELEM, &elem, sizeof(elem));
	line((long)value, "%s", what);
	sys_close(link), sys_close(prog);
}

#define ASK_AT(type, attach, func, flags, what, ...)                                                                   \
	do {                                                                                                           \
		const struct bpf_insn insns_[] = {__VA_ARGS__, ANSWER};                                                \
		ask(type, attach, func, flags, insns_, COUNT(insns_), what);                                           \
	} while (0)
#define ASK(what, ...) ASK_AT(TRACING, BPF_TRACE_FENTRY, "do_unlinkat", 0, what, __VA_ARGS__)
/* The hook is one where programs may sleep. */
#define ASK_SLEEPING(what, ...)                                                                                        \
	ASK_AT(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_inode_unlink", SLEEPABLE, what, __VA_ARGS__)

/* 1 when r0 is not NULL. */
#define IS_THERE JEQ(0, 0, 1), MOV(0, 1)

/* A BTF with `int`, type 1, as key and value of a storage map. */
static long storage_map(unsigned type)
{
	static const uint32_t types[] = {1, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32};
	union bpf_attr attr = {
		.map_type = type, .key_size = 4, .value_size = 4, .map_flags = BPF_F_NO_PREALLOC,
		.btf_fd = load_btf(types, sizeof(types), "\0int", 5), .btf_key_type_id = 1, .btf_value_type_id = 1,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

#define TASK_STORAGE(create)                                                                                           \
	CALL(BPF_FUNC_get_current_task_btf), MOVR(2, 0), MAP(1, map), MOV(3, 0), MOV(4, create),                       \
		CALL(BPF_FUNC_task_storage_get), IS_THERE
#define TASK_DELETE                                                                                                    \
	CALL(BPF_FUNC_get_current_task_btf), MOVR(2, 0), MAP(1, map), CALL(BPF_FUNC_task_storage_delete)

static void task_storage(void)
{
	long map = storage_map(BPF_MAP_TYPE_TASK_STORAGE), pidfd = sys_pidfd();
	int value = 0;
	union bpf_attr elem = {.map_fd = map, .key = U64(&pidfd), .value = U64(&value)};

	line_ok(map, "a map of task storage");
	ASK("task_storage_get, there is none", TASK_STORAGE(0));
	ASK("task_storage_get, flags 2", TASK_STORAGE(2));
	ASK("task_storage_get, F_CREATE", TASK_STORAGE(1));
	ASK("task_storage_get, there is one", TASK_STORAGE(0));
	line(sys_bpf(BPF_MAP_LOOKUP_ELEM, &elem, sizeof(elem)), "MAP_LOOKUP_ELEM by a pidfd");
	ASK("task_storage_delete", TASK_DELETE);
	ASK("task_storage_delete, there is none", TASK_DELETE);
	line(sys_bpf(BPF_MAP_LOOKUP_ELEM, &elem, sizeof(elem)), "MAP_LOOKUP_ELEM by a pidfd");
	sys_close(map), sys_close(pidfd);
}

static unsigned d_inode(void)
{
	return 48; /* struct dentry.d_inode */
}

/* The inode of the file that goes: dentry is the second argument. */
#define INODE LDX(BPF_DW, 2, 1, 8), LDX(BPF_DW, 2, 2, d_inode())
#define INODE_STORAGE(create)                                                                                          \
	INODE, JEQ(2, 0, 7), MAP(1, map), MOV(3, 0), MOV(4, create), CALL(BPF_FUNC_inode_storage_get), IS_THERE
#define INODE_DELETE INODE, JEQ(2, 0, 3), MAP(1, map), CALL(BPF_FUNC_inode_storage_delete)
#define ASK_INODE(what, ...) ASK_AT(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_inode_unlink", 0, what, MOV(0, -1), __VA_ARGS__)

static void inode_storage(void)
{
	long map = storage_map(BPF_MAP_TYPE_INODE_STORAGE);

	line_ok(map, "a map of inode storage");
	ASK_INODE("inode_storage_get, there is none", INODE_STORAGE(0));
	ASK_INODE("inode_storage_get, flags 2", INODE_STORAGE(2));
	ASK_INODE("inode_storage_get, F_CREATE", INODE_STORAGE(1));
	ASK_INODE("inode_storage_delete, there is none", INODE_DELETE);
	sys_close(map);
}

/* --- who runs --- */

#define NS_PID(dev, ino, size)                                                                                         \
	MOV(1, dev), INSN(BPF_ALU | BPF_MOV | BPF_K, 2, 0, 0, (int)(ino)), MOVR(3, 10), ADD(3, -32), MOV(4, size),     \
		CALL(BPF_FUNC_get_ns_current_pid_tgid)

static void who(void)
{
	struct { unsigned key, fd; } e = {0, 0};
	union bpf_attr make = {.map_type = BPF_MAP_TYPE_CGROUP_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 2};
	long map = sys_bpf(BPF_MAP_CREATE, &make, sizeof(make));
	union bpf_attr elem = {.map_fd = map, .key = U64(&e.key), .value = U64(&e.fd)};
	long root = sys_open("/sys/fs/cgroup"), other;

	ASK("get_ns_current_pid_tgid", NS_PID(4, 4026531836u, 8));
	ASK("get_ns_current_pid_tgid, another device", NS_PID(5, 4026531836u, 8));
	ASK("get_ns_current_pid_tgid, another namespace", NS_PID(4, 4026531835u, 8));
	ASK("get_ns_current_pid_tgid, room for less", NS_PID(4, 4026531836u, 4));
	ASK("get_ns_current_pid_tgid, room for more", NS_PID(4, 4026531836u, 16));
	sys_mkdir("/sys/fs/cgroup/empty");
	other = sys_open("/sys/fs/cgroup/empty");
	e.fd = root;
	line(sys_bpf(BPF_MAP_UPDATE_ELEM, &elem, sizeof(elem)), "the root into the array of cgroups");
#define UNDER(i) MAP(1, map), MOV(2, i), CALL(BPF_FUNC_current_task_under_cgroup)
	ASK("current_task_under_cgroup, the root", UNDER(0));
	ASK("current_task_under_cgroup, an empty place", UNDER(1));
	ASK("current_task_under_cgroup, beyond the end", UNDER(2));
	e.fd = other;
	line(sys_bpf(BPF_MAP_UPDATE_ELEM, &elem, sizeof(elem)), "a cgroup without tasks into the array");
	ASK("current_task_under_cgroup, another", UNDER(0));
	sys_close(map), sys_close(root), sys_close(other);
}

/* --- text, stacks, memory --- */

/* A string of 8 bytes at fp - 32, four numbers behind it. */
#define FORMAT(lo, hi)                                                                                                 \
	ST(BPF_W, 10, -72, lo), ST(BPF_W, 10, -68, hi), ST(BPF_DW, 10, -64, 1), ST(BPF_DW, 10, -56, 2),               \
		ST(BPF_DW, 10, -48, 3), ST(BPF_DW, 10, -40, 4)
#define VPRINTK(size)                                                                                                  \
	MOVR(1, 10), ADD(1, -72), MOV(2, 8), MOVR(3, 10), ADD(3, -64), MOV(4, size), CALL(BPF_FUNC_trace_vprintk)
#define PERCENT_D 0x64256425 /* "%d%d" */

static void text(void)
{
	ASK("trace_vprintk of two numbers", FORMAT(PERCENT_D, 0), VPRINTK(16));
	ASK("trace_vprintk, more numbers than the format takes", FORMAT(PERCENT_D, 0), VPRINTK(32));
	ASK("trace_vprintk, fewer", FORMAT(PERCENT_D, 0), VPRINTK(8));
	ASK("trace_vprintk, half a number", FORMAT(PERCENT_D, 0), VPRINTK(20));
	ASK("trace_vprintk, no end", FORMAT(PERCENT_D, PERCENT_D), VPRINTK(32));
}

#define TASK_STACK(size, flags)                                                                                        \
	CALL(BPF_FUNC_get_current_task_btf), MOVR(1, 0), MOVR(2, 10), ADD(2, -96), MOV(3, size), MOV(4, flags),        \
		CALL(BPF_FUNC_get_task_stack)

static void stacks(void)
{
	ASK("get_task_stack, one frame", TASK_STACK(8, 0));
	ASK("get_task_stack, half a frame", TASK_STACK(12, 0));
	ASK("get_task_stack, an unknown flag", TASK_STACK(8, 1 << 12));
	ASK("get_task_stack, skip 255", TASK_STACK(8, 255));
	ASK("get_branch_snapshot", MOVR(1, 10), ADD(1, -96), MOV(2, 24), MOV(3, 0), CALL(BPF_FUNC_get_branch_snapshot));
}

#define USER_COPY(size, addr, flags)                                                                                   \
	CALL(BPF_FUNC_get_current_task_btf), MOVR(4, 0), MOVR(1, 10), ADD(1, -96), MOV(2, size), MOV(3, addr),         \
		MOV(5, flags), CALL(BPF_FUNC_copy_from_user_task)

static void foreign_memory(void)
{
	ASK_SLEEPING("copy_from_user_task, nothing there", USER_COPY(8, 0x1000, 0));
	ASK_SLEEPING("copy_from_user_task, no bytes", USER_COPY(0, 0x1000, 0));
	ASK_SLEEPING("copy_from_user_task, flags", USER_COPY(8, 0x1000, 1));
	ASK("probe_write_user, nothing there", ST(BPF_DW, 10, -16, 0), MOV(1, 0x1000), MOVR(2, 10), ADD(2, -16),
	    MOV(3, 8), CALL(BPF_FUNC_probe_write_user));
}

int main(void)
{
	union bpf_attr make = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};

	kernel_open();
	answers = sys_bpf(BPF_MAP_CREATE, &make, sizeof(make));
	task_storage();
	inode_storage();
	who();
	text();
	stacks();
	foreign_memory();
	return 0;
}
