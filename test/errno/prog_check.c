/* The structure check of PROG_LOAD: functions, jumps, opcodes, ld_imm64, the walk over the graph; the log's words. */
#include "test/errno/prog.h"

#define LDX(size, off, imm) INSN(BPF_LDX | BPF_MEM | (size), 0, 10, off, imm)
#define KFUNC(off, id) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, off, id)

static void jumps(void)
{
	CHECK("no exit", MOV(0, 0));
	CHECK("only a jump to itself + 1", GOTO(0));
	CHECK("jump beyond the end", GOTO(1), EXIT);
	CHECK("jump far beyond the end", GOTO(32767), EXIT);
	CHECK("jump before the start", GOTO(-2), EXIT);
	CHECK("jump far before the start", MOV(0, 0), GOTO(-32768), EXIT);
	CHECK("conditional jump beyond the end", MOV(0, 0), JEQ(0, 0, 1), EXIT);
	CHECK("conditional jump before the start", MOV(0, 0), JEQ(0, 0, -3), EXIT);
	CHECK("32-bit conditional jump beyond the end", MOV(0, 0), INSN(BPF_JMP32 | BPF_JEQ, 0, 0, 5, 0), EXIT);
	CHECK("long jump beyond the end", INSN(BPF_JMP32 | BPF_JA, 0, 0, 0, 100000), EXIT);
	CHECK("long jump before the start", INSN(BPF_JMP32 | BPF_JA, 0, 0, 0, -100000), EXIT);
	CHECK("long jump, wrapping around", MOV(0, 0), INSN(BPF_JMP32 | BPF_JA, 0, 0, 0, 0x7fffffff), EXIT);
	CHECK("last is a conditional jump", MOV(0, 0), EXIT, JEQ(0, 0, -2));
	CHECK("last is a call", MOV(0, 0), CALL(BPF_FUNC_get_prandom_u32));
	CHECK("last is half of ld_imm64", MOV(0, 0), EXIT, INSN(BPF_LD | BPF_IMM | BPF_DW, 0, 0, 0, 0));
	CHECK("last is an exit of 32 bits", MOV(0, 0), INSN(BPF_JMP32 | BPF_EXIT, 0, 0, 0, 0));
}

static void functions(void)
{
	CHECK("call beyond the end", CALL_FN(1), EXIT);
	CHECK("call before the start", CALL_FN(-2), EXIT);
	CHECK("call far away", CALL_FN(0x7fffffff), EXIT);
	CHECK("call far back", CALL_FN(-0x7fffffff - 1), EXIT);
	CHECK("recursion of main", CALL_FN(-1), EXIT);
	CHECK("recursion of a function", CALL_FN(1), EXIT, CALL_FN(-1), EXIT);
	CHECK("call into the next insn", CALL_FN(0), EXIT);
	CHECK("fall through into a function", CALL_FN(1), MOV(0, 0), MOV(0, 1), EXIT);
	CHECK("jump into a function", CALL_FN(2), GOTO(1), EXIT, MOV(0, 1), EXIT);
	CHECK("jump out of a function", CALL_FN(1), EXIT, MOV(0, 1), GOTO(-3));
	CHECK("jump to a function's first insn", CALL_FN(1), GOTO(0), MOV(0, 1), EXIT);
	CHECK("function in the middle of ld_imm64", CALL_FN(2), EXIT, IMM64(0, 0, 0, 0), EXIT);
	CHECK("unreachable function", MOV(0, 0), EXIT, MOV(0, 0), EXIT);
	CHECK("callback beyond the end", IMM64(2, BPF_PSEUDO_FUNC, 100, 0), MOV(0, 0), EXIT);
	CHECK("callback before the start", IMM64(2, BPF_PSEUDO_FUNC, -2, 0), MOV(0, 0), EXIT);
	CHECK("callback, function falls through", IMM64(2, BPF_PSEUDO_FUNC, 2, 0), MOV(0, 0), EXIT, MOV(0, 0));
	CHECK("ld_abs in a function without BTF", INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0), CALL_FN(1), EXIT,
	      INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, 0), EXIT);
	CHECK("ld_ind in a function without BTF", CALL_FN(1), EXIT, INSN(BPF_LD | BPF_IND | BPF_W, 0, 1, 0, 0), EXIT);
	CHECK("tail call in a function without BTF", CALL_FN(1), EXIT, CALL(BPF_FUNC_tail_call), EXIT);
	CHECK("kernel function of a module without fd_array", KFUNC(1, 1), EXIT);
}

/* @n calls to as many functions. */
static void many_functions(unsigned n)
{
	static struct bpf_insn insns[4096];
	unsigned count = 0;
	char what[64];

	for (unsigned i = 0; i < n; i++)
		insns[count++] = (struct bpf_insn)CALL_FN(n + 2 * i - i);
	insns[count++] = (struct bpf_insn)EXIT;
	for (unsigned i = 0; i < n; i++) {
		insns[count++] = (struct bpf_insn)MOV(0, 0);
		insns[count++] = (struct bpf_insn)EXIT;
	}
	snprintf(what, sizeof(what), "main and %u functions", n);
	check_insns(BPF_PROG_TYPE_SOCKET_FILTER, insns, count, what);
}

static bool decided_by_structure(const char *message)
{
	static const char *const begins[] = {"unknown opcode", "BPF_LDX uses", "jump out", "last insn",
					     "invalid bpf_ld", "unreachable",  "back-edge"};

	for (unsigned i = 0; i < COUNT(begins); i++)
		if (!strncmp(message, begins[i], strlen(begins[i])))
			return true;
	return false;
}

static void opcodes(void)
{
	for (unsigned code = 0; code < 256; code++) {
		const struct bpf_insn insns[] = {MOV(0, 0), INSN(code, 0, 0, 0, 0), MOV(0, 0), EXIT};
		union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SOCKET_FILTER), 1);
		const char *why;

		attr.insns = U64(insns);
		attr.insn_cnt = COUNT(insns);
		load(&attr);
		why = why_line();
		note("opcode %02x: %s", code, decided_by_structure(why) ? why : "is left to the path walk");
	}
}

static void ld_imm64(void)
{
	CHECK("ld_imm64", IMM64(0, 0, 1, 2), EXIT);
	CHECK("ld_imm64, second half has code", INSN(BPF_LD | BPF_IMM | BPF_DW, 0, 0, 0, 1), MOV(0, 0), EXIT);
	CHECK("ld_imm64, second half has dst", INSN(0x18, 0, 0, 0, 1), INSN(0, 1, 0, 0, 0), EXIT);
	CHECK("ld_imm64, second half has src", INSN(0x18, 0, 0, 0, 1), INSN(0, 0, 1, 0, 0), EXIT);
	CHECK("ld_imm64, second half has off", INSN(0x18, 0, 0, 0, 1), INSN(0, 0, 0, 1, 0), EXIT);
	CHECK("ld_imm64 src 7", IMM64(0, 7, 0, 0), EXIT);
	CHECK("ld_imm64 src 15", IMM64(0, 15, 0, 0), EXIT);
	CHECK("map fd not open", IMM64(1, BPF_PSEUDO_MAP_FD, 99, 0), MOV(0, 0), EXIT);
	CHECK("map fd -1", IMM64(1, BPF_PSEUDO_MAP_FD, -1, 0), MOV(0, 0), EXIT);
	CHECK("map fd 0 is a terminal", IMM64(1, BPF_PSEUDO_MAP_FD, 0, 0), MOV(0, 0), EXIT);
	CHECK("map fd with second imm", IMM64(1, BPF_PSEUDO_MAP_FD, 99, 1), MOV(0, 0), EXIT);
	CHECK("map value of fd not open", IMM64(1, BPF_PSEUDO_MAP_VALUE, 99, 0), MOV(0, 0), EXIT);
	CHECK("map index without fd_array", IMM64(1, BPF_PSEUDO_MAP_IDX, 0, 0), MOV(0, 0), EXIT);
	CHECK("map index with second imm", IMM64(1, BPF_PSEUDO_MAP_IDX, 0, 1), MOV(0, 0), EXIT);
	CHECK("map value index without fd_array", IMM64(1, BPF_PSEUDO_MAP_IDX_VALUE, 0, 1), MOV(0, 0), EXIT);
	CHECK("jump into the middle of ld_imm64", GOTO(1), IMM64(0, 0, 0, 0), EXIT);
	CHECK("conditional jump there", MOV(0, 0), JEQ(0, 0, 1), IMM64(0, 0, 0, 0), EXIT);
	CHECK("load with imm", LDX(BPF_DW, -8, 1), EXIT);
	CHECK("load with imm before a bad map fd", LDX(BPF_B, -8, 1), IMM64(1, BPF_PSEUDO_MAP_FD, 99, 0), EXIT);
	CHECK("bad map fd before an unknown opcode", IMM64(1, BPF_PSEUDO_MAP_FD, 99, 0), INSN(0xff, 0, 0, 0, 0), EXIT);
}

/* ld_imm64 with map @fd in the fd's place, or as entry @fd of @fd_array. */
static void map_ref(unsigned src, int fd, unsigned high, const void *fd_array, const char *what)
{
	const struct bpf_insn insns[] = {IMM64(1, src, fd, high), MOV(0, 0), EXIT};
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SOCKET_FILTER), 1);
	long ret;

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	attr.fd_array = U64(fd_array);
	ret = load(&attr);
	line_ok(ret, "%s", what);
	if (ret < 0)
		note("    %s", why_line());
}

static void maps(void)
{
	int one = make_map(BPF_MAP_TYPE_ARRAY, 16, 1), two = make_map(BPF_MAP_TYPE_ARRAY, 16, 2);
	int hash = make_map(BPF_MAP_TYPE_HASH, 16, 1);
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);
	int prog = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	const int fds[] = {one, hash, 99, prog};

	map_ref(BPF_PSEUDO_MAP_FD, one, 0, NULL, "array");
	map_ref(BPF_PSEUDO_MAP_FD, hash, 0, NULL, "hash");
	map_ref(BPF_PSEUDO_MAP_FD, prog, 0, NULL, "a program as map");
	map_ref(BPF_PSEUDO_MAP_FD, one, 4, NULL, "array with an offset");
	map_ref(BPF_PSEUDO_MAP_VALUE, one, 0, NULL, "array value");
	map_ref(BPF_PSEUDO_MAP_VALUE, one, 15, NULL, "array value + 15");
	map_ref(BPF_PSEUDO_MAP_VALUE, one, 16, NULL, "array value + 16");
	map_ref(BPF_PSEUDO_MAP_VALUE, one, (1 << 29) - 1, NULL, "array value + 2^29 - 1");
	map_ref(BPF_PSEUDO_MAP_VALUE, one, 1 << 29, NULL, "array value + 2^29");
	map_ref(BPF_PSEUDO_MAP_VALUE, one, -1, NULL, "array value - 1");
	map_ref(BPF_PSEUDO_MAP_VALUE, two, 0, NULL, "value of an array of two");
	map_ref(BPF_PSEUDO_MAP_VALUE, two, 99, NULL, "value + 99 of an array of two");
	map_ref(BPF_PSEUDO_MAP_VALUE, hash, 0, NULL, "hash value");
	map_ref(BPF_PSEUDO_MAP_VALUE, hash, -1, NULL, "hash value - 1");
	map_ref(BPF_PSEUDO_MAP_IDX, 0, 0, fds, "fd_array[0]");
	map_ref(BPF_PSEUDO_MAP_IDX_VALUE, 0, 4, fds, "fd_array[0] value + 4");
	map_ref(BPF_PSEUDO_MAP_IDX_VALUE, 1, 4, fds, "fd_array[1] value + 4, a hash");
	map_ref(BPF_PSEUDO_MAP_IDX, 2, 0, fds, "fd_array[2], not open");
	map_ref(BPF_PSEUDO_MAP_IDX, 3, 0, fds, "fd_array[3], a program");
	map_ref(BPF_PSEUDO_MAP_IDX, -1, 0, fds + 1, "fd_array[-1] + 1");
	map_ref(BPF_PSEUDO_MAP_IDX, 0, 0, BAD_POINTER, "fd_array at a bad address");
	map_ref(BPF_PSEUDO_MAP_FD, one, 0, BAD_POINTER, "fd_array at a bad address, not used");
	sys_close(one), sys_close(two), sys_close(hash), sys_close(prog);
}

static void many_maps(unsigned n)
{
	struct bpf_insn insns[2 * 70 + 2];
	int fd[70];
	char what[64];
	unsigned count = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct bpf_insn ref[] = {
			IMM64(1, BPF_PSEUDO_MAP_FD, fd[i] = make_map(BPF_MAP_TYPE_ARRAY, 4, 1), 0)};

		memcpy(&insns[count], ref, sizeof(ref));
		count += 2;
	}
	insns[count++] = (struct bpf_insn)MOV(0, 0);
	insns[count++] = (struct bpf_insn)EXIT;
	snprintf(what, sizeof(what), "%u maps", n);
	check_insns(BPF_PROG_TYPE_SOCKET_FILTER, insns, count, what);
	for (unsigned i = 0; i < n; i++)
		sys_close(fd[i]);
}

static void walks(void)
{
	CHECK("unreachable insn", MOV(0, 0), EXIT, MOV(0, 0), EXIT);
	CHECK("unreachable insn behind a jump", MOV(0, 0), GOTO(1), MOV(0, 0), EXIT);
	CHECK("unreachable loop", MOV(0, 0), EXIT, GOTO(-1));
	CHECK("unreachable ld_imm64", MOV(0, 0), EXIT, IMM64(0, 0, 0, 0), EXIT);
	CHECK("loop that ends by falling through", MOV(0, 0), GOTO(1), INSN(BPF_ALU64 | BPF_ADD | BPF_K, 0, 0, 0, 1),
	      INSN(BPF_JMP | BPF_JLT | BPF_K, 0, 0, -2, 10), EXIT);
	CHECK("diamond", MOV(0, 0), JEQ(0, 0, 2), MOV(0, 1), GOTO(1), MOV(0, 2), EXIT);
}

static void loops(void)
{
	CHECK("bounded loop", MOV(0, 0), INSN(BPF_ALU64 | BPF_ADD | BPF_K, 0, 0, 0, 1),
	      INSN(BPF_JMP | BPF_JLT | BPF_K, 0, 0, -2, 3), EXIT);
	CHECK("bounded loop, closed by a goto", MOV(0, 0), INSN(BPF_ALU64 | BPF_ADD | BPF_K, 0, 0, 0, 1),
	      INSN(BPF_JMP | BPF_JGT | BPF_K, 0, 0, 1, 3), GOTO(-3), EXIT);
	CHECK("a function", CALL_FN(1), EXIT, MOV(0, 1), EXIT);
}

static void unprivileged_loops(void)
{
	sys_sysctl("kernel.unprivileged_bpf_disabled", 0);
	sys_caps(CAPS_NONE);
	note("unprivileged:");
	loops();
	CHECK("endless loop", MOV(0, 0), GOTO(-1), EXIT);
	CHECK("goto itself", GOTO(-1), EXIT);
	CHECK("a callback", IMM64(2, BPF_PSEUDO_FUNC, 3, 0), MOV(0, 0), EXIT, MOV(0, 0), MOV(0, 0), EXIT);
	CHECK("kernel function", KFUNC(0, 1), EXIT);
	CHECK("two calls, the first one bad", CALL_FN(99), EXIT);
	sys_caps(CAPS_ALL);
}

int main(void)
{
	jumps();
	functions();
	many_functions(255);
	many_functions(256);
	opcodes();
	ld_imm64();
	maps();
	many_maps(64);
	many_maps(65);
	walks();
	loops();
	unprivileged_loops();
	return 0;
}
