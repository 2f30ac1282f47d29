/* SYSCALL programs: the system calls that they make, and what they can find out. */
#include "test/errno/calls.h"

static long run_syscall(const struct bpf_insn *insns, unsigned count, const char *what)
{
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SYSCALL), 1), test = {0};
	long fd, ret;

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	attr.prog_flags = BPF_F_SLEEPABLE;
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0) {
		note("%s: %s", what, why_line());
		return fd;
	}
	test.test.prog_fd = fd;
	ret = sys_bpf(BPF_PROG_TEST_RUN, &test, sizeof(test));
	sys_close(fd);
	return ret < 0 ? ret : (int)test.test.retval;
}

#define ASK(what, ...)                                                                                                 \
	do {                                                                                                           \
		const struct bpf_insn insns_[] = {__VA_ARGS__, EXIT};                                                  \
		line(run_syscall(insns_, COUNT(insns_), what), what);                                                  \
	} while (0)

/* 72 bytes of zeroes at fp - 72, with a map_type, key_size, value_size and max_entries. */
#define ATTR(type, key, value, most)                                                                                   \
	ST(BPF_DW, 10, -8, 0), ST(BPF_DW, 10, -16, 0), ST(BPF_DW, 10, -24, 0), ST(BPF_DW, 10, -32, 0),                 \
		ST(BPF_DW, 10, -40, 0), ST(BPF_DW, 10, -48, 0), ST(BPF_DW, 10, -56, 0), ST(BPF_W, 10, -72, type),      \
		ST(BPF_W, 10, -68, key), ST(BPF_W, 10, -64, value), ST(BPF_W, 10, -60, most)
#define SYS_BPF(cmd, size) MOV(1, cmd), MOVR(2, 10), ADD(2, -72), MOV(3, size), CALL(BPF_FUNC_sys_bpf)
#define SYS_CLOSE CALL(BPF_FUNC_sys_close)
#define AT_LEAST_0 INSN(BPF_JMP | BPF_JSLT | BPF_K, 0, 0, 1, 0), MOV(0, 1)

static void calls(void)
{
	ASK("sys_bpf, MAP_CREATE", ATTR(2, 4, 8, 1), SYS_BPF(BPF_MAP_CREATE, 72), AT_LEAST_0);
	ASK("sys_bpf, MAP_CREATE, then sys_close of what it gave", ATTR(2, 4, 8, 1), SYS_BPF(BPF_MAP_CREATE, 72), MOVR(1, 0),
	    SYS_CLOSE);
	ASK("sys_bpf, MAP_CREATE of an array with a key of 3 bytes", ATTR(2, 3, 8, 1), SYS_BPF(BPF_MAP_CREATE, 72));
	ASK("sys_bpf, MAP_LOOKUP_ELEM", ATTR(2, 4, 8, 1), SYS_BPF(BPF_MAP_LOOKUP_ELEM, 32));
	ASK("sys_bpf, PROG_TEST_RUN", ATTR(2, 4, 8, 1), SYS_BPF(BPF_PROG_TEST_RUN, 72));
	ASK("sys_bpf, no such command", ATTR(2, 4, 8, 1), SYS_BPF(99, 72));
	ASK("sys_bpf, MAP_FREEZE, no such fd", ATTR(99, 0, 0, 0), SYS_BPF(BPF_MAP_FREEZE, 4));
	ASK("sys_close, no such fd", MOV(1, 999), SYS_CLOSE);
}

#define NAME(lo, hi) ST(BPF_W, 10, -16, lo), ST(BPF_W, 10, -12, hi), ST(BPF_DW, 10, -8, 0)
#define CRED NAME(0x64657263, 0) /* "cred" */
#define FUTEX NAME(0x6c696e75, 0x7461 | 0x6b << 16) /* "unlinatk" */
#define VFS NAME(0x5f736676, 0x64616572) /* "vfs_read" */
#define FIND(size, kind, flags)                                                                                        \
	MOVR(1, 10), ADD(1, -16), MOV(2, size), MOV(3, kind), MOV(4, flags), CALL(BPF_FUNC_btf_find_by_name_kind)
#define LOOKUP(size, flags)                                                                                            \
	MOVR(1, 10), ADD(1, -16), MOV(2, size), MOV(3, flags), MOVR(4, 10), ADD(4, -24), CALL(BPF_FUNC_kallsyms_lookup_name)

static void finding(void)
{
	ASK("btf_find_by_name_kind, a struct", CRED, FIND(5, BTF_KIND_STRUCT, 0), INSN(BPF_JMP | BPF_JSLE | BPF_K, 0, 0, 1, 0),
	    MOV(0, 1));
	ASK("btf_find_by_name_kind, another kind", CRED, FIND(5, BTF_KIND_ENUM, 0));
	ASK("btf_find_by_name_kind, flags", CRED, FIND(5, BTF_KIND_STRUCT, 1));
	ASK("btf_find_by_name_kind, no end", CRED, FIND(4, BTF_KIND_STRUCT, 0));
	ASK("btf_find_by_name_kind, nothing but the end", NAME(0, 0), FIND(1, BTF_KIND_STRUCT, 0));
	ASK("btf_find_by_name_kind, no such kind", CRED, FIND(5, 77, 0));
	ASK("kallsyms_lookup_name", VFS, LOOKUP(9, 0));
	ASK("kallsyms_lookup_name, no such symbol", FUTEX, LOOKUP(9, 0));
	ASK("kallsyms_lookup_name, flags", VFS, LOOKUP(9, 1));
	ASK("kallsyms_lookup_name, no end", VFS, LOOKUP(8, 0));
	ASK("kallsyms_lookup_name, no bytes", VFS, LOOKUP(0, 0));
}

int main(void)
{
	calls();
	finding();
	return 0;
}
