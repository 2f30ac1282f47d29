/*
 * What BTF changes for the structure check: source lines in the log in front of a back-edge, and which types of
 * programs may use maps with locks and timers.
 */
#include <linux/btf.h>

#include "test/errno/prog.h"

#define INFO(kind, vlen) ((uint32_t)BTF_KIND_##kind << 24 | (vlen))
enum { INT = 1, FUNC = 3, LOCKED = 5, TIMED = 8 };
enum { S_INT = 1, S_MAIN = 5, S_LOCK = 10, S_TIMER = 24, S_A = 34, S_B = 36, S_LINES = 38 };

static const uint32_t types[] = {
	S_INT,
	INFO(INT, 0),
	4,
	BTF_INT_SIGNED << 24 | 32, /* 1 int */
	0,
	INFO(FUNC_PROTO, 0),
	INT,
	S_MAIN,
	INFO(FUNC, 0),
	2, /* 3 int main() */
	S_LOCK,
	INFO(STRUCT, 1),
	4,
	S_A,
	INT,
	0, /* 4 struct bpf_spin_lock { int a; } */
	S_A,
	INFO(STRUCT, 2),
	8,
	S_A,
	INT,
	0,
	S_B,
	4,
	32, /* 5 struct a { int a; struct bpf_spin_lock b; } */
	S_B,
	INFO(INT, 0),
	8,
	64, /* 6 unsigned long */
	S_TIMER,
	INFO(STRUCT, 2),
	16,
	S_A,
	6,
	0,
	S_B,
	6,
	64, /* 7 struct bpf_timer { long a, b; } */
	S_B,
	INFO(STRUCT, 1),
	16,
	S_A,
	7,
	0, /* 8 struct b { struct bpf_timer a; } */
};
static const char strings[] = "\0int\0main\0bpf_spin_lock\0bpf_timer\0a\0b\0"
			      "first line\0 \t second line\0third line \0\0";
enum { FIRST = S_LINES, SECOND = FIRST + 11, THIRD = SECOND + 15, EMPTY = THIRD + 12 };

static int btf;

/* Loads with functions at insn 0 and @second (0 = only one), and shows the whole log. */
static void load_lines(const char *what, const struct bpf_insn *insns, unsigned count, unsigned second,
		       const struct bpf_line_info *lines, unsigned nlines)
{
	const struct bpf_func_info funcs[] = {{0, FUNC}, {second, FUNC}};
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SOCKET_FILTER), 1);

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	attr.prog_btf_fd = btf;
	attr.func_info = U64(funcs);
	attr.func_info_cnt = second ? 2 : 1;
	attr.func_info_rec_size = sizeof(*funcs);
	attr.line_info = U64(lines);
	attr.line_info_cnt = nlines;
	attr.line_info_rec_size = sizeof(*lines);
	line_ok(load(&attr), "%s", what);
	note("%s", log_text);
}

static void recursion(void)
{
	static const struct bpf_insn insns[] = {CALL_FN(1), EXIT, MOV(0, 0), CALL_FN(-2), EXIT};
	static const struct bpf_line_info each[] = {{0, 0, FIRST, 0}, {2, 0, SECOND, 0}, {3, 0, THIRD, 0}};
	static const struct bpf_line_info same[] = {{0, 0, FIRST, 0}, {2, 0, SECOND, 0}};
	static const struct bpf_line_info empty[] = {{0, 0, EMPTY, 0}, {2, 0, EMPTY, 0}, {4, 0, THIRD, 0}};

	load_lines("recursion, two lines", insns, COUNT(insns), 2, each, COUNT(each));
	load_lines("recursion, one line", insns, COUNT(insns), 2, same, COUNT(same));
	load_lines("recursion, empty lines", insns, COUNT(insns), 2, empty, COUNT(empty));
	load_lines("recursion, no lines", insns, COUNT(insns), 2, NULL, 0);
}

static void other(void)
{
	static const struct bpf_insn falls[] = {MOV(0, 0), GOTO(1), MOV(0, 1),
						INSN(BPF_JMP | BPF_JLT | BPF_K, 0, 0, -2, 10), EXIT};
	static const struct bpf_insn dead[] = {MOV(0, 0), EXIT, MOV(0, 1), EXIT};
	static const struct bpf_line_info lines[] = {{0, 0, FIRST, 0}, {2, 0, SECOND, 0}, {3, 0, THIRD, 0}};

	load_lines("falling back", falls, COUNT(falls), 0, lines, COUNT(lines));
	load_lines("unreachable", dead, COUNT(dead), 0, lines, 2);
	sys_sysctl("kernel.unprivileged_bpf_disabled", 0);
	sys_caps(CAPS_NONE);
	load_lines("falling back, unprivileged", falls, COUNT(falls), 0, lines, 1);
	sys_caps(CAPS_ALL);
}

static void use_map(unsigned type, unsigned flags, int map, const char *what)
{
	const struct bpf_insn insns[] = {IMM64(1, BPF_PSEUDO_MAP_FD, map, 0), MOV(0, 1), EXIT};
	union bpf_attr attr = with_log(trivial(type), 1);
	long ret;

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	attr.prog_flags = flags;
	ret = load(&attr);
	line_ok(ret, "type %u, flags %u, a map with %s", type, flags, what);
	if (ret < 0)
		note("    %s", why_line());
}

static void use_in_all(unsigned size, unsigned value_type, const char *what)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = size,
		.max_entries = 1,
		.btf_fd = btf,
		.btf_key_type_id = INT,
		.btf_value_type_id = value_type,
	};
	int map = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

	line_ok(map, "a map with %s", what);
	for (unsigned type = BPF_PROG_TYPE_SOCKET_FILTER; type <= BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE; type++)
		if (type != BPF_PROG_TYPE_CGROUP_SOCK_ADDR)
			use_map(type, 0, map, what);
	use_map(BPF_PROG_TYPE_KPROBE, BPF_F_SLEEPABLE, map, what);
	use_map(BPF_PROG_TYPE_SYSCALL, BPF_F_SLEEPABLE, map, what);
	sys_close(map);
}

int main(void)
{
	btf = load_btf(types, sizeof(types), strings, sizeof(strings));
	line_ok(btf, "BTF");
	recursion();
	other();
	use_in_all(8, LOCKED, "a lock");
	use_in_all(16, TIMED, "a timer");
	return 0;
}
