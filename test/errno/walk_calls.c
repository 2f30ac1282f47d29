/* The path walk: calls of helpers, of functions of the program, of kernel functions; which words a refusal has. */
#include "test/errno/prog.h"

#define SOCKET_FILTER BPF_PROG_TYPE_SOCKET_FILTER
#define XDP BPF_PROG_TYPE_XDP
#define CLS BPF_PROG_TYPE_SCHED_CLS
#define KPROBE BPF_PROG_TYPE_KPROBE

#define LDX(size, dst, src, off) INSN(BPF_LDX | BPF_MEM | (size), dst, src, off, 0)
#define ST(size, dst, off, value) INSN(BPF_ST | BPF_MEM | (size), dst, 0, off, value)
#define COPY(dst, src) INSN(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define ADD(dst, value) INSN(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, value)
#define AND(dst, value) INSN(BPF_ALU64 | BPF_AND | BPF_K, dst, 0, 0, value)
#define KFUNC(i) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, i)
#define MAP(dst, fd) IMM64(dst, BPF_PSEUDO_MAP_FD, fd, 0)
#define KEY(dst) ST(BPF_W, 10, -4, 0), COPY(dst, 10), ADD(dst, -4)

/* As CHECK, for programs of @type and with file descriptors in them. */
#define WALK(type, what, ...)                                                                                          \
	do {                                                                                                           \
		const struct bpf_insn insns_[] = {__VA_ARGS__};                                                        \
		check_insns(type, insns_, COUNT(insns_), what);                                                        \
	} while (0)

static void which_helper(void)
{
	WALK(XDP, "no such helper", CALL(9999), EXIT);
	WALK(XDP, "helper of a negative number", CALL(-1), EXIT);
	WALK(XDP, "helper number 0", CALL(0), EXIT);
	WALK(XDP, "a helper of other types", CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(KPROBE, "a helper that may sleep", CALL(BPF_FUNC_copy_from_user), EXIT);
	WALK(XDP, "a tracing helper", CALL(BPF_FUNC_get_current_task), MOV(0, 0), EXIT);
	WALK(KPROBE, "func_ip in a kprobe", CALL(BPF_FUNC_get_func_ip), MOV(0, 0), EXIT);
}

static void arguments(int hash)
{
	WALK(XDP, "lookup", KEY(2), MAP(1, hash), CALL(BPF_FUNC_map_lookup_elem), MOV(0, 0), EXIT);
	WALK(XDP, "lookup: no key", MAP(1, hash), CALL(BPF_FUNC_map_lookup_elem), EXIT);
	WALK(XDP, "lookup: a number as key", MAP(1, hash), MOV(2, 0), CALL(BPF_FUNC_map_lookup_elem), EXIT);
	WALK(XDP, "lookup: a number as map", KEY(2), MOV(1, 0), CALL(BPF_FUNC_map_lookup_elem), EXIT);
	WALK(XDP, "lookup: the context as map", KEY(2), CALL(BPF_FUNC_map_lookup_elem), EXIT);
	WALK(XDP, "lookup: the context as key", COPY(2, 1), MAP(1, hash), CALL(BPF_FUNC_map_lookup_elem), EXIT);
	WALK(XDP, "lookup: key above the stack", COPY(2, 10), ADD(2, -2), MAP(1, hash), CALL(BPF_FUNC_map_lookup_elem), EXIT);
	WALK(XDP, "lookup: key anywhere", LDX(BPF_W, 2, 1, 12), INSN(BPF_ALU64 | BPF_ADD | BPF_X, 2, 10, 0, 0), MAP(1, hash),
	     CALL(BPF_FUNC_map_lookup_elem), EXIT);
	WALK(XDP, "r1 is gone after a call", CALL(BPF_FUNC_ktime_get_ns), COPY(0, 1), EXIT);
	WALK(XDP, "update: no flags", KEY(2), COPY(3, 2), MAP(1, hash), CALL(BPF_FUNC_map_update_elem), EXIT);
	WALK(XDP, "a value that may be NULL as key", KEY(2), MAP(1, hash), CALL(BPF_FUNC_map_lookup_elem), COPY(2, 0), MAP(1, hash),
	     CALL(BPF_FUNC_map_lookup_elem), MOV(0, 0), EXIT);
}

static void sizes(void)
{
	WALK(CLS, "size: constant", COPY(3, 10), ADD(3, -8), MOV(2, 0), MOV(4, 8), CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(CLS, "size: 0", COPY(3, 10), ADD(3, -8), MOV(2, 0), MOV(4, 0), CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(CLS, "size: negative", COPY(3, 10), ADD(3, -8), MOV(2, 0), MOV(4, -8), CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(CLS, "size: too large", COPY(3, 10), ADD(3, -8), MOV(2, 0), MOV(4, 9), CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(CLS, "size: a pointer", COPY(3, 10), ADD(3, -8), MOV(2, 0), COPY(4, 10), CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(CLS, "size: unbounded", LDX(BPF_W, 4, 1, 0), COPY(3, 10), ADD(3, -8), MOV(2, 0), CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(CLS, "size: bounded", LDX(BPF_W, 4, 1, 0), AND(4, 7), ADD(4, 1), COPY(3, 10), ADD(3, -8), MOV(2, 0),
	     CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(CLS, "size: bounded, may be 0", LDX(BPF_W, 4, 1, 0), AND(4, 7), COPY(3, 10), ADD(3, -8), MOV(2, 0),
	     CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(CLS, "memory: NULL", MOV(3, 0), MOV(2, 0), MOV(4, 8), CALL(BPF_FUNC_skb_load_bytes), EXIT);
	WALK(CLS, "memory: NULL where it may be", MOV(1, 0), MOV(2, 0), MOV(3, 0), MOV(4, 0), MOV(5, 0), CALL(BPF_FUNC_csum_diff),
	     MOV(0, 0), EXIT);
	WALK(CLS, "memory: NULL with a size", MOV(1, 0), MOV(2, 4), MOV(3, 0), MOV(4, 0), MOV(5, 0), CALL(BPF_FUNC_csum_diff),
	     MOV(0, 0), EXIT);
	WALK(CLS, "result: misaligned", ST(BPF_DW, 10, -8, 0), COPY(1, 10), ADD(1, -8), MOV(2, 8), MOV(3, 0), COPY(4, 10), ADD(4, -12),
	     CALL(BPF_FUNC_strtol), EXIT);
}

static void which_map(int array, int ringbuf, int progs)
{
	WALK(XDP, "lookup in a program array", KEY(2), MAP(1, progs), CALL(BPF_FUNC_map_lookup_elem), EXIT);
	WALK(XDP, "tail call with an array", MAP(2, array), MOV(3, 0), CALL(BPF_FUNC_tail_call), MOV(0, 0), EXIT);
	WALK(XDP, "tail call", MAP(2, progs), MOV(3, 0), CALL(BPF_FUNC_tail_call), MOV(0, 0), EXIT);
	WALK(XDP, "tail call: key beyond", MAP(2, progs), MOV(3, 99), CALL(BPF_FUNC_tail_call), MOV(0, 0), EXIT);
	WALK(XDP, "push to an array", KEY(2), MAP(1, array), MOV(3, 0), CALL(BPF_FUNC_map_push_elem), EXIT);
	WALK(XDP, "delete in an array", KEY(2), MAP(1, array), CALL(BPF_FUNC_map_delete_elem), EXIT);
	WALK(XDP, "ring buffer: update", KEY(2), COPY(3, 2), MAP(1, ringbuf), MOV(4, 0), CALL(BPF_FUNC_map_update_elem), EXIT);
}

static void references(int ringbuf)
{
#define RESERVE MAP(1, ringbuf), MOV(2, 8), MOV(3, 0), CALL(BPF_FUNC_ringbuf_reserve)
#define SUBMIT MOV(2, 0), CALL(BPF_FUNC_ringbuf_submit)
	WALK(XDP, "record: submitted", RESERVE, JEQ(0, 0, 3), COPY(1, 0), SUBMIT, MOV(0, 0), EXIT);
	WALK(XDP, "record: kept", RESERVE, MOV(0, 0), EXIT);
	WALK(XDP, "record: not tested", RESERVE, COPY(1, 0), SUBMIT, MOV(0, 0), EXIT);
	WALK(XDP, "record: submitted twice", RESERVE, JEQ(0, 0, 6), COPY(6, 0), COPY(1, 0), SUBMIT, COPY(1, 6), SUBMIT, MOV(0, 0), EXIT);
	WALK(XDP, "record: moved", RESERVE, JEQ(0, 0, 4), COPY(1, 0), ADD(1, 4), SUBMIT, MOV(0, 0), EXIT);
	WALK(XDP, "record: written beyond", RESERVE, JEQ(0, 0, 4), ST(BPF_W, 0, 8, 1), COPY(1, 0), SUBMIT, MOV(0, 0), EXIT);
	WALK(XDP, "record: used after submit", RESERVE, JEQ(0, 0, 5), COPY(6, 0), COPY(1, 0), SUBMIT, ST(BPF_W, 6, 0, 1), MOV(0, 0), EXIT);
	WALK(XDP, "record: size not constant", LDX(BPF_W, 2, 1, 12), MAP(1, ringbuf), MOV(3, 0), CALL(BPF_FUNC_ringbuf_reserve), EXIT);
	WALK(XDP, "record: stack submitted", COPY(1, 10), ADD(1, -8), SUBMIT, MOV(0, 0), EXIT);
	WALK(CLS, "socket: never looked up", MOV(1, 0), CALL(BPF_FUNC_sk_release), MOV(0, 0), EXIT);
}

static void functions(void)
{
	WALK(XDP, "function: returns", CALL_FN(1), EXIT, MOV(0, 1), EXIT);
	WALK(XDP, "function: returns nothing", CALL_FN(1), EXIT, EXIT);
	WALK(XDP, "function: returns its stack", CALL_FN(2), MOV(0, 0), EXIT, COPY(0, 10), EXIT);
	WALK(XDP, "function: reads r6", MOV(6, 1), CALL_FN(1), EXIT, COPY(0, 6), EXIT);
	WALK(XDP, "function: r1 is gone", CALL_FN(2), COPY(0, 1), EXIT, MOV(0, 1), EXIT);
	WALK(XDP, "function: writes its caller's stack", COPY(1, 10), ADD(1, -8), CALL_FN(2), LDX(BPF_DW, 0, 10, -8), EXIT,
	     ST(BPF_DW, 1, 0, 7), MOV(0, 0), EXIT);
	WALK(XDP, "nine frames", CALL_FN(1), EXIT, CALL_FN(1), EXIT, CALL_FN(1), EXIT, CALL_FN(1), EXIT, CALL_FN(1), EXIT, CALL_FN(1),
	     EXIT, CALL_FN(1), EXIT, CALL_FN(1), EXIT, MOV(0, 0), EXIT);
	WALK(XDP, "stack of two frames", ST(BPF_DW, 10, -256, 0), CALL_FN(1), EXIT, ST(BPF_DW, 10, -256, 0), MOV(0, 0), EXIT);
	WALK(XDP, "stack of two frames, too large", ST(BPF_DW, 10, -264, 0), CALL_FN(1), EXIT, ST(BPF_DW, 10, -256, 0), MOV(0, 0), EXIT);
}

static void results(void)
{
	WALK(XDP, "returns nothing", EXIT);
	WALK(XDP, "returns a pointer", COPY(0, 1), EXIT);
	WALK(BPF_PROG_TYPE_CGROUP_SOCK, "returns what it may not", MOV(0, 2), EXIT);
	WALK(BPF_PROG_TYPE_CGROUP_SOCK, "returns a pointer where it matters", COPY(0, 1), EXIT);
	WALK(BPF_PROG_TYPE_CGROUP_SOCK, "returns anything", CALL(BPF_FUNC_get_prandom_u32), EXIT);
	WALK(BPF_PROG_TYPE_CGROUP_DEVICE, "returns one bit", CALL(BPF_FUNC_get_prandom_u32), AND(0, 1), EXIT);
}

static void kernel_functions(void)
{
	WALK(CLS, "kernel function: no such type", KFUNC(0x7ffffff), EXIT);
	WALK(CLS, "kernel function: a type", KFUNC(1), EXIT);
	WALK(CLS, "kernel function: none, reached", KFUNC(0), MOV(0, 0), EXIT);
	WALK(CLS, "kernel function: none, not reached", MOV(0, 0), JEQ(0, 0, 1), KFUNC(0), EXIT);
}

static void unprivileged(int hash)
{
	sys_sysctl("kernel.unprivileged_bpf_disabled", 0);
	sys_caps(CAPS_NONE);
	WALK(SOCKET_FILTER, "unprivileged: returns a pointer", COPY(0, 1), EXIT);
	WALK(SOCKET_FILTER, "unprivileged: a pointer as number", COPY(4, 10), KEY(2), COPY(3, 2), MAP(1, hash),
	     CALL(BPF_FUNC_map_update_elem), MOV(0, 0), EXIT);
	WALK(SOCKET_FILTER, "unprivileged: a helper with CAP_BPF", CALL(BPF_FUNC_jiffies64), MOV(0, 0), EXIT);
	WALK(SOCKET_FILTER, "unprivileged: a function", CALL_FN(1), EXIT, MOV(0, 1), EXIT);
}

static int make_ringbuf(void)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_RINGBUF, .max_entries = 4096};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

int main(void)
{
	int hash = make_map(BPF_MAP_TYPE_HASH, 4, 4), array = make_map(BPF_MAP_TYPE_ARRAY, 16, 1);
	int ringbuf = make_ringbuf(), progs = make_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 4);

	which_helper();
	arguments(hash);
	sizes();
	which_map(array, ringbuf, progs);
	references(ringbuf);
	functions();
	results();
	kernel_functions();
	unprivileged(hash);
	return 0;
}
