/* The path walk: what loads, stores, atomic operations, ld_imm64 and classic loads may do; which words a refusal has. */
#include "test/errno/prog.h"

#define SOCKET_FILTER BPF_PROG_TYPE_SOCKET_FILTER
#define XDP BPF_PROG_TYPE_XDP
#define CLS BPF_PROG_TYPE_SCHED_CLS

#define LDX(size, dst, src, off) INSN(BPF_LDX | BPF_MEM | (size), dst, src, off, 0)
#define STX(size, dst, src, off) INSN(BPF_STX | BPF_MEM | (size), dst, src, off, 0)
#define ST(size, dst, off, value) INSN(BPF_ST | BPF_MEM | (size), dst, 0, off, value)
#define ATOMIC(size, dst, src, off, op) INSN(BPF_STX | BPF_ATOMIC | (size), dst, src, off, op)
#define COPY(dst, src) INSN(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define ADD(dst, value) INSN(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, value)
#define ADD_REG(dst, src) INSN(BPF_ALU64 | BPF_ADD | BPF_X, dst, src, 0, 0)
#define AND(dst, value) INSN(BPF_ALU64 | BPF_AND | BPF_K, dst, 0, 0, value)
#define JGT_REG(dst, src, o) INSN(BPF_JMP | BPF_JGT | BPF_X, dst, src, o, 0)
#define RANDOM CALL(BPF_FUNC_get_prandom_u32)

/* As CHECK, for programs of @type and with file descriptors in them. */
#define WALK(type, what, ...)                                                                                          \
	do {                                                                                                           \
		const struct bpf_insn insns_[] = {__VA_ARGS__};                                                        \
		check_insns(type, insns_, COUNT(insns_), what);                                                        \
	} while (0)

static void stack(void)
{
	WALK(XDP, "stack: lowest byte", ST(BPF_B, 10, -512, 1), MOV(0, 0), EXIT);
	WALK(XDP, "stack: below", ST(BPF_B, 10, -513, 1), MOV(0, 0), EXIT);
	WALK(XDP, "stack: above", ST(BPF_DW, 10, 0, 1), MOV(0, 0), EXIT);
	WALK(XDP, "stack: across the top", COPY(1, 10), ADD(1, -4), ST(BPF_W, 1, 0, 1), ST(BPF_W, 1, 4, 1), MOV(0, 0), EXIT);
	WALK(XDP, "stack: load below what was stored", LDX(BPF_DW, 0, 10, -520), EXIT);
	WALK(XDP, "stack: misaligned store", ST(BPF_DW, 10, -12, 1), MOV(0, 0), EXIT);
	WALK(XDP, "stack: misaligned load", ST(BPF_DW, 10, -8, 1), LDX(BPF_H, 0, 10, -7), EXIT);
	WALK(XDP, "stack: variable store", RANDOM, AND(0, 8), COPY(1, 10), ADD(1, -16), ADD_REG(1, 0), ST(BPF_DW, 1, 0, 7), MOV(0, 0),
	     EXIT);
	WALK(XDP, "stack: variable load", ST(BPF_DW, 10, -8, 1), ST(BPF_DW, 10, -16, 2), RANDOM, AND(0, 8), COPY(1, 10),
	     ADD(1, -16), ADD_REG(1, 0), LDX(BPF_DW, 0, 1, 0), EXIT);
	WALK(XDP, "stack: variable, beyond", RANDOM, AND(0, 64), COPY(1, 10), ADD(1, -16), ADD_REG(1, 0), ST(BPF_DW, 1, 0, 7),
	     MOV(0, 0), EXIT);
	WALK(XDP, "stack: unbounded", LDX(BPF_W, 0, 1, 12), COPY(1, 10), ADD_REG(1, 0), ST(BPF_B, 1, 0, 7), MOV(0, 0), EXIT);
}

static void addresses(void)
{
	WALK(XDP, "a number as address", MOV(1, 8), LDX(BPF_W, 0, 1, 0), EXIT);
	WALK(XDP, "data_end as address", LDX(BPF_W, 1, 1, 4), LDX(BPF_B, 0, 1, 0), EXIT);
	WALK(XDP, "context: all of it", LDX(BPF_W, 0, 1, 12), EXIT);
	WALK(XDP, "context: half a field", LDX(BPF_H, 0, 1, 12), EXIT);
	WALK(XDP, "context: beyond", LDX(BPF_W, 0, 1, 24), EXIT);
	WALK(XDP, "context: in front", LDX(BPF_W, 0, 1, -4), EXIT);
	WALK(XDP, "context: store", ST(BPF_W, 1, 0, 1), MOV(0, 0), EXIT);
	WALK(XDP, "context: store of a register", MOV(0, 0), STX(BPF_W, 1, 0, 12), EXIT);
	WALK(CLS, "context: mark may be written", MOV(0, 0), STX(BPF_W, 1, 0, 8), EXIT);
	WALK(XDP, "context: moved", ADD(1, 4), LDX(BPF_W, 0, 1, 0), EXIT);
	WALK(XDP, "context: moved back", ADD(1, -4), LDX(BPF_W, 0, 1, 4), EXIT);
	WALK(XDP, "context: moved by a register", LDX(BPF_W, 2, 1, 12), AND(2, 4), ADD_REG(1, 2), LDX(BPF_W, 0, 1, 0), EXIT);
	WALK(SOCKET_FILTER, "context: a narrow load", LDX(BPF_B, 0, 1, 1), EXIT);
	WALK(SOCKET_FILTER, "context: a field of other types", LDX(BPF_W, 0, 1, 76), EXIT);
	WALK(XDP, "one load, two kinds of pointers", LDX(BPF_W, 2, 1, 12), ST(BPF_DW, 10, -8, 1), JEQ(2, 0, 2), COPY(1, 10),
	     ADD(1, -8), LDX(BPF_W, 0, 1, 0), EXIT);
}

static void packets(void)
{
	WALK(XDP, "packet: no comparison", LDX(BPF_W, 2, 1, 0), LDX(BPF_B, 0, 2, 0), EXIT);
	WALK(XDP, "packet: compared", LDX(BPF_W, 2, 1, 0), LDX(BPF_W, 3, 1, 4), COPY(4, 2), ADD(4, 4), MOV(0, 0), JGT_REG(4, 3, 1),
	     LDX(BPF_W, 0, 2, 0), EXIT);
	WALK(XDP, "packet: one byte too far", LDX(BPF_W, 2, 1, 0), LDX(BPF_W, 3, 1, 4), COPY(4, 2), ADD(4, 4), MOV(0, 0),
	     JGT_REG(4, 3, 1), LDX(BPF_W, 0, 2, 1), EXIT);
	WALK(XDP, "packet: in front", LDX(BPF_W, 2, 1, 0), LDX(BPF_W, 3, 1, 4), COPY(4, 2), ADD(4, 4), MOV(0, 0), JGT_REG(4, 3, 1),
	     LDX(BPF_B, 0, 2, -1), EXIT);
	WALK(XDP, "packet: store", LDX(BPF_W, 2, 1, 0), LDX(BPF_W, 3, 1, 4), COPY(4, 2), ADD(4, 4), MOV(0, 0), JGT_REG(4, 3, 1),
	     ST(BPF_W, 2, 0, 1), EXIT);
	WALK(BPF_PROG_TYPE_LWT_IN, "packet: store where it is read-only", LDX(BPF_W, 2, 1, 76), LDX(BPF_W, 3, 1, 80), COPY(4, 2),
	     ADD(4, 4), MOV(0, 0), JGT_REG(4, 3, 1), ST(BPF_W, 2, 0, 1), EXIT);
}

static void atomics(void)
{
	WALK(XDP, "atomic: add", ST(BPF_DW, 10, -8, 1), MOV(1, 2), ATOMIC(BPF_DW, 10, 1, -8, BPF_ADD), MOV(0, 0), EXIT);
	WALK(XDP, "atomic: exchange gives the old value", ST(BPF_DW, 10, -8, 1), MOV(0, 2), ATOMIC(BPF_DW, 10, 0, -8, BPF_XCHG), EXIT);
	WALK(XDP, "atomic: cmpxchg needs r0", ST(BPF_DW, 10, -8, 1), MOV(1, 2), ATOMIC(BPF_DW, 10, 1, -8, BPF_CMPXCHG), EXIT);
	WALK(XDP, "atomic: unknown operation", ST(BPF_DW, 10, -8, 1), MOV(0, 2), ATOMIC(BPF_DW, 10, 0, -8, 0x33), EXIT);
	WALK(XDP, "atomic: 2 bytes", ST(BPF_DW, 10, -8, 1), MOV(0, 2), ATOMIC(BPF_H, 10, 0, -8, BPF_ADD), EXIT);
	WALK(XDP, "atomic: misaligned", ST(BPF_DW, 10, -8, 1), MOV(0, 2), ATOMIC(BPF_W, 10, 0, -6, BPF_ADD), EXIT);
	WALK(XDP, "atomic: context", MOV(0, 2), ATOMIC(BPF_W, 1, 0, 12, BPF_ADD), EXIT);
}

#define VALUE(fd)                                                                                                      \
	ST(BPF_W, 10, -4, 0), COPY(2, 10), ADD(2, -4), IMM64(1, BPF_PSEUDO_MAP_FD, fd, 0), CALL(BPF_FUNC_map_lookup_elem)

static void map_values(int fd)
{
	WALK(XDP, "value: not tested for NULL", VALUE(fd), LDX(BPF_W, 0, 0, 0), EXIT);
	WALK(XDP, "value: last byte", VALUE(fd), JEQ(0, 0, 1), LDX(BPF_B, 0, 0, 15), EXIT);
	WALK(XDP, "value: beyond", VALUE(fd), JEQ(0, 0, 1), LDX(BPF_W, 0, 0, 13), EXIT);
	WALK(XDP, "value: in front", VALUE(fd), JEQ(0, 0, 1), LDX(BPF_W, 0, 0, -1), EXIT);
	WALK(XDP, "value: index without bounds", LDX(BPF_W, 6, 1, 12), VALUE(fd), JEQ(0, 0, 2), ADD_REG(0, 6), LDX(BPF_B, 0, 0, 0), EXIT);
	WALK(XDP, "value: index in bounds", LDX(BPF_W, 6, 1, 12), AND(6, 15), VALUE(fd), JEQ(0, 0, 2), ADD_REG(0, 6),
	     LDX(BPF_B, 0, 0, 0), EXIT);
	WALK(XDP, "value: index just too large", LDX(BPF_W, 6, 1, 12), AND(6, 15), VALUE(fd), JEQ(0, 0, 2), ADD_REG(0, 6),
	     LDX(BPF_H, 0, 0, 0), EXIT);
	WALK(XDP, "value: index may be negative", LDX(BPF_W, 6, 1, 12), AND(6, 15), ADD(6, -8), VALUE(fd), JEQ(0, 0, 2), ADD_REG(0, 6),
	     LDX(BPF_B, 0, 0, 0), EXIT);
	WALK(XDP, "map pointer: load", IMM64(1, BPF_PSEUDO_MAP_FD, fd, 0), LDX(BPF_W, 0, 1, 36), MOV(0, 0), EXIT);
	WALK(XDP, "map pointer: part of a pointer", IMM64(1, BPF_PSEUDO_MAP_FD, fd, 0), LDX(BPF_W, 0, 1, 0), MOV(0, 0), EXIT);
	WALK(XDP, "map pointer: beyond", IMM64(1, BPF_PSEUDO_MAP_FD, fd, 0), LDX(BPF_DW, 0, 1, 32000), MOV(0, 0), EXIT);
	WALK(XDP, "map pointer: in front", IMM64(1, BPF_PSEUDO_MAP_FD, fd, 0), LDX(BPF_W, 0, 1, -4), MOV(0, 0), EXIT);
	WALK(XDP, "map pointer: store", IMM64(1, BPF_PSEUDO_MAP_FD, fd, 0), ST(BPF_W, 1, 36, 1), MOV(0, 0), EXIT);
}

/* A map that programs may only read, or only write; a frozen one, whose values are constants. */
static void rights(void)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 16, .max_entries = 1};
	union bpf_attr freeze = {0};
	int read_only, write_only;

	attr.map_flags = BPF_F_RDONLY_PROG;
	read_only = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	attr.map_flags = BPF_F_WRONLY_PROG;
	write_only = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	WALK(XDP, "read-only map: store", IMM64(1, BPF_PSEUDO_MAP_VALUE, read_only, 0), ST(BPF_W, 1, 0, 1), MOV(0, 0), EXIT);
	WALK(XDP, "read-only map: load", IMM64(1, BPF_PSEUDO_MAP_VALUE, read_only, 0), LDX(BPF_W, 0, 1, 0), EXIT);
	WALK(XDP, "write-only map: load", IMM64(1, BPF_PSEUDO_MAP_VALUE, write_only, 0), LDX(BPF_W, 0, 1, 0), EXIT);
	WALK(XDP, "write-only map: store", IMM64(1, BPF_PSEUDO_MAP_VALUE, write_only, 0), ST(BPF_W, 1, 0, 1), MOV(0, 0), EXIT);
	WALK(XDP, "value that is no constant yet", IMM64(1, BPF_PSEUDO_MAP_VALUE, read_only, 8), LDX(BPF_W, 2, 1, 0), MOV(0, 0),
	     JEQ(2, 0, 1), LDX(BPF_W, 0, 0, 0), EXIT);
	freeze.map_fd = read_only;
	sys_bpf(BPF_MAP_FREEZE, &freeze, sizeof(freeze));
	WALK(XDP, "value that is a constant", IMM64(1, BPF_PSEUDO_MAP_VALUE, read_only, 8), LDX(BPF_W, 2, 1, 0), MOV(0, 0),
	     JEQ(2, 0, 1), LDX(BPF_W, 0, 0, 0), EXIT);
}

static void constants(void)
{
	WALK(XDP, "kernel variable: no such type", IMM64(1, BPF_PSEUDO_BTF_ID, 0x7ffffff, 0), MOV(0, 0), EXIT);
	WALK(XDP, "kernel variable: not a variable", IMM64(1, BPF_PSEUDO_BTF_ID, 1, 0), MOV(0, 0), EXIT);
	WALK(XDP, "kernel variable: of no module", IMM64(1, BPF_PSEUDO_BTF_ID, 1, 1), MOV(0, 0), EXIT);
	WALK(XDP, "callback without BTF", IMM64(1, BPF_PSEUDO_FUNC, 3, 0), MOV(0, 0), EXIT, MOV(0, 0), EXIT);
	WALK(XDP, "classic load: other type", COPY(6, 1), INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, 0), EXIT);
	WALK(CLS, "classic load", COPY(6, 1), INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, 0), EXIT);
	WALK(CLS, "classic load: r6 is not the context", MOV(6, 1), INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, 0), EXIT);
	WALK(CLS, "classic load: r6 without value", INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, 0), EXIT);
	WALK(CLS, "classic load: 8 bytes", COPY(6, 1), INSN(BPF_LD | BPF_ABS | BPF_DW, 0, 0, 0, 0), EXIT);
	WALK(CLS, "classic load: r1 is lost", COPY(6, 1), INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, 0), COPY(0, 1), EXIT);
	WALK(CLS, "indirect load: register without value", COPY(6, 1), INSN(BPF_LD | BPF_IND | BPF_B, 0, 7, 0, 0), EXIT);
}

/* The same program, where a pointer must not become a number. */
static void unprivileged(void)
{
	sys_sysctl("kernel.unprivileged_bpf_disabled", 0);
	sys_caps(CAPS_NONE);
	WALK(SOCKET_FILTER, "unprivileged: pointer into the context", STX(BPF_W, 1, 10, 48), MOV(0, 0), EXIT);
	WALK(SOCKET_FILTER, "unprivileged: atomic with a pointer", ST(BPF_DW, 10, -8, 0), ATOMIC(BPF_DW, 10, 1, -8, BPF_ADD), MOV(0, 0),
	     EXIT);
	WALK(SOCKET_FILTER, "unprivileged: stack that was never written", LDX(BPF_DW, 0, 10, -8), EXIT);
}

static void strict(void)
{
	static const struct bpf_insn insns[] = {LDX(BPF_W, 2, 1, 0),  LDX(BPF_W, 3, 1, 4), COPY(4, 2), ADD(4, 18), MOV(0, 0),
						JGT_REG(4, 3, 1), LDX(BPF_W, 0, 2, 12), EXIT};
	union bpf_attr attr = with_log(trivial(XDP), 1);

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	attr.prog_flags = BPF_F_STRICT_ALIGNMENT;
	load_line(attr, "strict alignment: the EtherType and what follows");
	note("    %s", why_line());
}

int main(void)
{
	stack();
	addresses();
	packets();
	atomics();
	map_values(make_map(BPF_MAP_TYPE_ARRAY, 16, 4));
	rights();
	constants();
	strict();
	unprivileged();
	return 0;
}
