/* PROG_LOAD with BTF: func_info, line_info and core_relos, each rule with the log's words. */
#include <stdlib.h>

#include "test/errno/prog.h"

#define LD_ABS INSN(BPF_LD | BPF_ABS | BPF_B, 0, 0, 0, 0)

/* 0: main calls 4; 2 and 3: one ld_imm64; 5: the second function. */
static const struct bpf_insn two[] = {
	INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 4),
	INSN(BPF_LD | BPF_DW | BPF_IMM, 0, 0, 0, 1),
	INSN(0, 0, 0, 0, 0),
	MOV(0, 0),
	EXIT,
	MOV(0, 0),
	EXIT,
};

/* The same, and LD_ABS in the second function, whose r6 is the context. */
static const struct bpf_insn abs_two[] = {
	INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 1),
	EXIT,
	INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0),
	LD_ABS,
	EXIT,
};

#define INFO(kind, vlen) ((uint32_t)BTF_KIND_##kind << 24 | (vlen))
enum {
	INT = 1,
	VOID_FUNC = 3,
	INT_FUNC = 5,
	ENUM = 6,
	ENUM_FUNC = 8,
	CONST = 9,
	CONST_FUNC = 11,
	STRUCT = 12,
	STRUCT_FUNC = 14
};

static const uint32_t types[] = {
	1, INFO(INT, 0), 4, 32,                                       /* 1 int */
	0, INFO(FUNC_PROTO, 0), 0,        5, INFO(FUNC, 0), 2,        /* 3 void f() */
	0, INFO(FUNC_PROTO, 0), INT,      5, INFO(FUNC, 0), 4,        /* 5 int f() */
	7, INFO(ENUM, 0), 4,
	0, INFO(FUNC_PROTO, 0), ENUM,     5, INFO(FUNC, 0), 7,        /* 8 enum e f() */
	0, INFO(CONST, 0), INT,
	0, INFO(FUNC_PROTO, 0), CONST,    5, INFO(FUNC, 0), 10,       /* 11 const int f() */
	9, INFO(STRUCT, 0), 8,
	0, INFO(FUNC_PROTO, 0), STRUCT,   5, INFO(FUNC, 0), 13,       /* 14 struct s f() */
};
static const char strings[] = "\0int\0f\0e\0s";

static int btf;
static char log_buf[4096];

/* Only what a refusal says; a success is another table's. */
static void load_insns(const char *what, const struct bpf_insn *insns, unsigned n, union bpf_attr *attr)
{
	long fd;

	attr->prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr->insns = U64(insns);
	attr->insn_cnt = n;
	attr->license = U64("GPL");
	attr->log_level = 1;
	attr->log_buf = U64(log_buf);
	attr->log_size = sizeof(log_buf);
	log_buf[0] = 0;
	fd = sys_bpf(BPF_PROG_LOAD, attr, sizeof(*attr));
	line_ok(fd, "%s", what);
	if (fd >= 0) {
		sys_close(fd);
		return;
	}
	for (char *l = strtok(log_buf, "\n"); l && strncmp(l, "processed", 9); l = strtok(NULL, "\n"))
		note("    %s", l);
}

static void load_attr(const char *what, union bpf_attr attr)
{
	load_insns(what, two, sizeof(two) / sizeof(*two), &attr);
}

/* --- func_info --- */

static union bpf_attr funcs(const void *array, unsigned count, unsigned size)
{
	return (union bpf_attr){
		.prog_btf_fd = btf,
		.func_info = U64(array),
		.func_info_cnt = count,
		.func_info_rec_size = size,
	};
}

static void func_rules(const char *what, unsigned off0, unsigned type0, unsigned off1, unsigned type1)
{
	struct bpf_func_info f[2] = {{off0, type0}, {off1, type1}};

	load_attr(what, funcs(f, 2, sizeof(*f)));
}

static void func_records(void)
{
	struct bpf_func_info good[3] = {{0, INT_FUNC}, {5, INT_FUNC}, {6, INT_FUNC}};
	struct { struct bpf_func_info f; uint32_t more[2]; } long_ones[2] = {{good[0], {0}}, {good[1], {0}}};
	union bpf_attr attr;
	char *end = page_end(12);

	load_attr("no info", (union bpf_attr){.prog_btf_fd = 0});
	load_attr("no info, a bad BTF fd", (union bpf_attr){.prog_btf_fd = 99});
	attr = funcs(good, 2, 8);
	attr.prog_btf_fd = 99;
	load_attr("BTF fd not open", attr);
	load_attr("one function too many", funcs(good, 3, 8));
	load_attr("two functions", funcs(good, 2, 8));
	load_attr("one function too few", funcs(good, 1, 8));
	load_attr("rec_size 0", funcs(good, 2, 0));
	load_attr("rec_size 4", funcs(good, 2, 4));
	load_attr("rec_size 10", funcs(good, 2, 10));
	load_attr("rec_size 256", funcs(good, 2, 256));
	load_attr("bad address", funcs(BAD_POINTER, 2, 8));
	load_attr("longer records", funcs(long_ones, 2, sizeof(*long_ones)));
	long_ones[1].more[1] = 1;
	attr = funcs(long_ones, 2, sizeof(*long_ones));
	load_insns("longer records, the second not zero", two, 7, &attr);
	note("    rec_size is %u now", attr.func_info_rec_size);
	memcpy(end, good, 12);
	load_attr("the second record ends in bad memory", funcs(end, 2, 8));
	((struct bpf_func_info *)end)[0].insn_off = 3;
	load_attr("the first record is bad before that", funcs(end, 2, 8));
}

static void func_info(void)
{
	func_rules("first not at 0", 1, INT_FUNC, 5, INT_FUNC);
	func_rules("same offset", 0, INT_FUNC, 0, INT_FUNC);
	func_rules("not where the function is", 0, INT_FUNC, 4, INT_FUNC);
	func_rules("type 0", 0, 0, 5, INT_FUNC);
	func_rules("type of an int", 0, INT_FUNC, 5, INT);
	func_rules("type that is not there", 0, INT_FUNC, 5, 99);
	func_rules("huge type", 0, INT_FUNC, 5, -1u);
	func_rules("void functions", 0, VOID_FUNC, 5, VOID_FUNC);
	func_rules("order of faults", 1, 99, 0, 99);
}

static void abs_func(const char *what, unsigned type)
{
	struct bpf_func_info f[2] = {{0, VOID_FUNC}, {2, type}};
	union bpf_attr attr = funcs(f, 2, sizeof(*f));

	load_insns(what, abs_two, 5, &attr);
}

static void ld_abs(void)
{
	union bpf_attr none = {0};

	load_insns("LD_ABS without BTF", abs_two, 5, &none);
	abs_func("LD_ABS in void", VOID_FUNC);
	abs_func("LD_ABS in int", INT_FUNC);
	abs_func("LD_ABS in enum", ENUM_FUNC);
	abs_func("LD_ABS in const int", CONST_FUNC);
	abs_func("LD_ABS in struct", STRUCT_FUNC);
}

/* --- line_info --- */

static union bpf_attr lines(const void *array, unsigned count, unsigned size)
{
	static struct bpf_func_info good[2] = {{0, INT_FUNC}, {5, INT_FUNC}};
	union bpf_attr attr = funcs(good, 2, 8);

	attr.line_info = U64(array);
	attr.line_info_cnt = count;
	attr.line_info_rec_size = size;
	return attr;
}

static void line_rules(const char *what, unsigned n, const struct bpf_line_info *l)
{
	load_attr(what, lines(l, n, sizeof(*l)));
}

static void line_info(void)
{
	line_rules("lines", 3, (struct bpf_line_info[]){{0, 1, 1, 0}, {4, 1, 1, 0}, {5, 1, 1, 0}});
	line_rules("same offset", 3, (struct bpf_line_info[]){{0, 1, 1, 0}, {0, 1, 1, 0}, {5, 1, 1, 0}});
	line_rules("offset back", 3, (struct bpf_line_info[]){{0, 1, 1, 0}, {5, 1, 1, 0}, {4, 1, 1, 0}});
	line_rules("offset at the end", 3,
		   (struct bpf_line_info[]){{0, 1, 1, 0}, {5, 1, 1, 0}, {7, 1, 1, 0}});
	line_rules("offset in ld_imm64", 3,
		   (struct bpf_line_info[]){{0, 1, 1, 0}, {2, 1, 1, 0}, {5, 1, 1, 0}});
	line_rules("file beyond the strings", 2, (struct bpf_line_info[]){{0, 999, 1, 0}, {5, 1, 1, 0}});
	line_rules("line beyond the strings", 2,
		   (struct bpf_line_info[]){{0, 1, 1, 0}, {5, 1, sizeof(strings), 0}});
	line_rules("line 0", 2, (struct bpf_line_info[]){{0, 0, 0, 0}, {5, 0, 0, 0}});
	line_rules("first function without", 1, (struct bpf_line_info[]){{1, 1, 1, 0}});
	line_rules("second function without", 2, (struct bpf_line_info[]){{0, 1, 1, 0}, {6, 1, 1, 0}});
	line_rules("nothing after the first", 1, (struct bpf_line_info[]){{0, 1, 1, 0}});
	line_rules("more lines than instructions", 8,
		   (struct bpf_line_info[]){{0, 1, 1, 0},
					    {1, 1, 1, 0},
					    {3, 1, 1, 0},
					    {4, 1, 1, 0},
					    {5, 1, 1, 0},
					    {6, 1, 1, 0},
					    {7, 1, 1, 0},
					    {8, 1, 1, 0}});
}

static void line_records(void)
{
	struct bpf_line_info good[2] = {{0, 1, 1, 0}, {5, 1, 1, 0}};
	struct { struct bpf_line_info l; uint32_t more; } long_ones[2] = {{good[0], 0}, {good[1], 0}};
	union bpf_attr attr;

	load_attr("lines, rec_size 12", lines(good, 2, 12));
	load_attr("lines, rec_size 18", lines(good, 2, 18));
	load_attr("lines, rec_size 256", lines(good, 2, 256));
	load_attr("lines, too many", lines(good, 0x8000000, 16));
	load_attr("lines, bad address", lines(BAD_POINTER, 2, 16));
	load_attr("longer lines", lines(long_ones, 2, 20));
	long_ones[0].more = 1;
	attr = lines(long_ones, 2, 20);
	load_insns("longer lines, not zero", two, 7, &attr);
	note("    rec_size is %u now", attr.line_info_rec_size);
	attr = lines(good, 2, 16);
	attr.func_info_cnt = 0;
	load_attr("lines without functions", attr);
	load_insns("LD_ABS, lines without functions", abs_two, 5, &attr);
}

/* --- core_relos --- */

static union bpf_attr relos(const void *array, unsigned count, unsigned size)
{
	union bpf_attr attr = lines(NULL, 0, 0);

	attr.core_relos = U64(array);
	attr.core_relo_cnt = count;
	attr.core_relo_rec_size = size;
	return attr;
}

static void core_relos(void)
{
	struct bpf_core_relo relo[2] = {{.insn_off = 3, .type_id = INT, .access_str_off = 0}};
	struct { struct bpf_core_relo r; uint32_t more; } long_one = {relo[0], 1};
	union bpf_attr attr = relos(relo, 1, 16);

	load_attr("relo at a byte", attr);
	attr.func_info_cnt = 0;
	load_attr("relo at a byte, no functions and lines", attr);
	relo[0].insn_off = 7 * 8;
	load_attr("relo at the end", relos(relo, 1, 16));
	relo[0].insn_off = 0;
	relo[0].type_id = 99;
	load_attr("relo of no type", relos(relo, 1, 16));
	load_attr("relo, rec_size 12", relos(relo, 1, 12));
	load_attr("relo, rec_size 18", relos(relo, 1, 18));
	load_attr("relo, rec_size 256", relos(relo, 1, 256));
	load_attr("relos, too many", relos(relo, 0x8000000, 16));
	load_attr("relos, bad address", relos(BAD_POINTER, 1, 16));
	attr = relos(&long_one, 1, 20);
	load_insns("longer relo, not zero", two, 7, &attr);
	note("    rec_size is %u now", attr.core_relo_rec_size);
}

int main(void)
{
	btf = load_btf(types, sizeof(types), strings, sizeof(strings));
	func_records();
	func_info();
	ld_abs();
	line_info();
	line_records();
	core_relos();
	return 0;
}
