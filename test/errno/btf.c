/*
 * BTF_LOAD: the attr, the header, every rule of every kind, with the log's words; then clang's BTF of test/data/btf/kinds.c with
 * each of its words changed in nine ways. OBJ_GET_INFO_BY_FD on a BTF.
 */
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>

#include "test/errno/sys/sys.h"

__asm__(".section .rodata\n.balign 4\nkinds: .incbin \"test/data/btf/kinds.btf\"\nkinds_end:\n.previous\n");
extern const unsigned char kinds[], kinds_end[];

static char log_buf[1 << 16];
static uint32_t bytes[4096]; /* a BTF under construction */

static long load_log(const void *btf, unsigned size, unsigned level, void *log, unsigned log_size)
{
	union bpf_attr attr = {
		.btf = U64(btf), .btf_size = size, .btf_log_buf = U64(log), .btf_log_size = log_size, .btf_log_level = level,
	};

	return sys_bpf(BPF_BTF_LOAD, &attr, sizeof(attr));
}

static long load(const void *btf, unsigned size)
{
	long fd;

	log_buf[0] = 0;
	fd = load_log(btf, size, 1, log_buf, sizeof(log_buf));
	if (fd >= 0)
		sys_close(fd);
	return fd;
}

/* The log from its line @from on, each line indented. */
static void say_log(const char *from)
{
	char *at = strstr(log_buf, from);

	for (char *l = strtok(at ? at : log_buf, "\n"); l; l = strtok(NULL, "\n"))
		note("    %s", l);
}

/* --- BTFs made by hand: types as words, and one table of strings --- */

static const char strings[] = "\0int\0a\0b\0bad-name\0" "9lives\0.data\0with space\0\303\251t\303\251\0" "a.b_9";
enum {
	ANON = 0, INT = 1, A = 5, B = 7, BAD = 9, NINE = 18, DATA = 25, SPACE = 31, UTF8 = 42, DOTS = 48,
	NO_SUCH = sizeof(strings), EMPTY = 4,
};

#define INFO(kind, kflag, vlen) ((uint32_t)(kflag) << 31 | (uint32_t)BTF_KIND_##kind << 24 | (vlen))
#define INT32 INT, INFO(INT, 0, 0), 4, 32           /* [1] in most cases */
#define BITS(n) (n)
#define BITFIELD(size, off) ((uint32_t)(size) << 24 | (off))

static unsigned build(const uint32_t *types, unsigned n)
{
	struct btf_header *h = (struct btf_header *)bytes;

	*h = (struct btf_header){
		.magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(*h), .type_len = n * 4, .str_off = n * 4,
		.str_len = sizeof(strings),
	};
	memcpy(h + 1, types, n * 4);
	memcpy((char *)(h + 1) + n * 4, strings, sizeof(strings));
	return sizeof(*h) + n * 4 + sizeof(strings);
}

static void types_case(const char *name, const uint32_t *types, unsigned n)
{
	line_ok(load(bytes, build(types, n)), "%s", name);
	say_log("[");
}

#define TYPES(name, ...) types_case(name, (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / 4)

static void records(void)
{
	TYPES("half a record", INT, INFO(INT, 0, 0));
	TYPES("info with unknown bits", INT, INFO(INT, 0, 0) | 1 << 20, 4, 32);
	TYPES("kind 0", INT, 0, 4, 32);
	TYPES("kind 20", INT, 20 << 24, 4, 32);
	TYPES("kind 31", INT, 31 << 24, 4, 32);
	TYPES("name beyond the strings", NO_SUCH, INFO(INT, 0, 0), 4, 32);
	TYPES("name beyond 16 MB", 0x1000000, INFO(INT, 0, 0), 4, 32);
}

static void ints(void)
{
	TYPES("INT", INT32);
	TYPES("INT without data", INT, INFO(INT, 0, 0), 4);
	TYPES("INT with vlen", INT, INFO(INT, 0, 1), 4, 32);
	TYPES("INT with kind_flag", INT, INFO(INT, 1, 0), 4, 32);
	TYPES("INT with unknown data bits", INT, INFO(INT, 0, 0), 4, 32 | 1 << 28);
	TYPES("INT of 129 bits", INT, INFO(INT, 0, 0), 32, 129);
	TYPES("INT of 128 bits at 1", INT, INFO(INT, 0, 0), 32, 128 | 1 << 16);
	TYPES("INT larger than its size", INT, INFO(INT, 0, 0), 3, 32);
	TYPES("INT with two encodings", INT, INFO(INT, 0, 0), 4, 32 | 3 << 24);
	TYPES("INT with encoding 8", INT, INFO(INT, 0, 0), 4, 32 | 8 << 24);
	TYPES("INTs signed, char, bool", INT, INFO(INT, 0, 0), 4, 32 | 1 << 24, INT, INFO(INT, 0, 0), 1, 8 | 2 << 24, INT,
	      INFO(INT, 0, 0), 1, 8 | 4 << 24);
	TYPES("INT of any name", SPACE, INFO(INT, 0, 0), 4, 32);
}

static void refs(void)
{
	TYPES("PTR to void", ANON, INFO(PTR, 0, 0), 0);
	TYPES("PTR with a name", A, INFO(PTR, 0, 0), 0);
	TYPES("PTR with vlen", ANON, INFO(PTR, 0, 1), 0);
	TYPES("PTR with kind_flag", ANON, INFO(PTR, 1, 0), 0);
	TYPES("PTR to a huge id", ANON, INFO(PTR, 0, 0), BTF_MAX_TYPE + 1);
	TYPES("PTR to nothing", ANON, INFO(PTR, 0, 0), 2);
	TYPES("PTR to itself", ANON, INFO(PTR, 0, 0), 1);
	TYPES("PTR to a VAR", INT32, ANON, INFO(PTR, 0, 0), 3, A, INFO(VAR, 0, 0), 1, 0);
	TYPES("PTR to a FUNC", ANON, INFO(FUNC_PROTO, 0, 0), 0, A, INFO(FUNC, 0, 0), 1, ANON, INFO(PTR, 0, 0), 2);
	TYPES("PTR to a FUNC after it", ANON, INFO(FUNC_PROTO, 0, 0), 0, ANON, INFO(PTR, 0, 0), 3, A, INFO(FUNC, 0, 0), 1);
	TYPES("PTR to a FUNC_PROTO", ANON, INFO(FUNC_PROTO, 0, 0), 0, ANON, INFO(PTR, 0, 0), 1);
	TYPES("const void", ANON, INFO(CONST, 0, 0), 0);
	TYPES("const to itself", ANON, INFO(CONST, 0, 0), 1);
	TYPES("a circle of three", ANON, INFO(CONST, 0, 0), 2, ANON, INFO(VOLATILE, 0, 0), 3, ANON, INFO(RESTRICT, 0, 0), 1);
	TYPES("const PTR const PTR to the first", ANON, INFO(CONST, 0, 0), 2, ANON, INFO(PTR, 0, 0), 3, ANON,
	      INFO(CONST, 0, 0), 4, ANON, INFO(PTR, 0, 0), 1);
	TYPES("const with a name", A, INFO(CONST, 0, 0), 0);
	TYPES("const to a FWD", A, INFO(FWD, 0, 0), 0, ANON, INFO(CONST, 0, 0), 1);
	TYPES("const to a FUNC", ANON, INFO(FUNC_PROTO, 0, 0), 0, A, INFO(FUNC, 0, 0), 1, ANON, INFO(CONST, 0, 0), 2);
	TYPES("typedef void", A, INFO(TYPEDEF, 0, 0), 0);
	TYPES("typedef without a name", ANON, INFO(TYPEDEF, 0, 0), 0);
	TYPES("typedef with an empty name", EMPTY, INFO(TYPEDEF, 0, 0), 0);
	TYPES("typedef bad-name", BAD, INFO(TYPEDEF, 0, 0), 0);
	TYPES("typedef 9lives", NINE, INFO(TYPEDEF, 0, 0), 0);
	TYPES("typedef a.b_9", DOTS, INFO(TYPEDEF, 0, 0), 0);
	TYPES("typedef with letters beyond ASCII", UTF8, INFO(TYPEDEF, 0, 0), 0);
	TYPES("type tag", INT32, SPACE, INFO(TYPE_TAG, 0, 0), 1, ANON, INFO(PTR, 0, 0), 2);
	TYPES("type tag without a name", INT32, ANON, INFO(TYPE_TAG, 0, 0), 1);
	TYPES("const type tag", INT32, A, INFO(TYPE_TAG, 0, 0), 1, ANON, INFO(CONST, 0, 0), 2);
	TYPES("type tag const", INT32, ANON, INFO(CONST, 0, 0), 1, A, INFO(TYPE_TAG, 0, 0), 2);
	TYPES("FWD with vlen", A, INFO(FWD, 0, 1), 0);
	TYPES("FWD with a type", A, INFO(FWD, 0, 0), 1);
	TYPES("FWD without a name", ANON, INFO(FWD, 0, 0), 0);
	TYPES("FWD union", A, INFO(FWD, 1, 0), 0);
}

/* @n consts on top of an int, the last pointing to the one before. */
static void chain(const char *name, uint32_t kind, unsigned n, int forward)
{
	uint32_t types[4 + 3 * 64] = {INT32}, *t = types + 4;

	for (unsigned i = 0; i < n; i++, t += 3) {
		t[1] = kind << 24;
		t[2] = forward ? (i == n - 1 ? 1 : i + 3) : i + 1;
	}
	line_ok(load(bytes, build(types, 4 + 3 * n)), "%s", name);
	say_log(forward ? "x" : "Max");
}

static void chains(void)
{
	chain("32 consts, forward", BTF_KIND_CONST, 32, 1);
	chain("33 consts, forward", BTF_KIND_CONST, 33, 1);
	chain("40 consts, backward", BTF_KIND_CONST, 40, 0);
	chain("33 pointers, forward", BTF_KIND_PTR, 33, 1);
}

static void arrays(void)
{
	TYPES("ARRAY", INT32, ANON, INFO(ARRAY, 0, 0), 0, 1, 1, 4);
	TYPES("ARRAY cut off", INT32, ANON, INFO(ARRAY, 0, 0), 0, 1, 1);
	TYPES("ARRAY with a name", INT32, A, INFO(ARRAY, 0, 0), 0, 1, 1, 4);
	TYPES("ARRAY with vlen", INT32, ANON, INFO(ARRAY, 0, 1), 0, 1, 1, 4);
	TYPES("ARRAY with kind_flag", INT32, ANON, INFO(ARRAY, 1, 0), 0, 1, 1, 4);
	TYPES("ARRAY with a size", INT32, ANON, INFO(ARRAY, 0, 0), 4, 1, 1, 4);
	TYPES("ARRAY of void", INT32, ANON, INFO(ARRAY, 0, 0), 0, 0, 1, 4);
	TYPES("ARRAY by void", INT32, ANON, INFO(ARRAY, 0, 0), 0, 1, 0, 4);
	TYPES("ARRAY of nothing", INT32, ANON, INFO(ARRAY, 0, 0), 0, 9, 1, 4);
	TYPES("ARRAY by nothing", INT32, ANON, INFO(ARRAY, 0, 0), 0, 1, 9, 4);
	TYPES("ARRAY of itself", INT32, ANON, INFO(ARRAY, 0, 0), 0, 2, 1, 4);
	TYPES("ARRAY by itself", INT32, ANON, INFO(ARRAY, 0, 0), 0, 1, 2, 4);
	TYPES("ARRAY by a pointer", INT32, ANON, INFO(ARRAY, 0, 0), 0, 1, 3, 4, ANON, INFO(PTR, 0, 0), 1);
	TYPES("ARRAY of const void", INT32, ANON, INFO(ARRAY, 0, 0), 0, 3, 1, 4, ANON, INFO(CONST, 0, 0), 0);
	TYPES("ARRAY of 7 bits", INT32, INT, INFO(INT, 0, 0), 1, 7, ANON, INFO(ARRAY, 0, 0), 0, 2, 1, 4);
	TYPES("ARRAY of 4 GB", INT32, ANON, INFO(ARRAY, 0, 0), 0, 1, 1, 0x40000000);
	TYPES("ARRAY just below 4 GB", INT32, ANON, INFO(ARRAY, 0, 0), 0, 1, 1, 0x3fffffff);
	TYPES("ARRAY of ARRAY beyond 4 GB", INT32, ANON, INFO(ARRAY, 0, 0), 0, 3, 1, 0x10000, ANON, INFO(ARRAY, 0, 0), 0, 1, 1,
	      0x10000);
	TYPES("ARRAY of 0", INT32, ANON, INFO(ARRAY, 0, 0), 0, 1, 1, 0);
}

static void structs(void)
{
	TYPES("STRUCT, empty", ANON, INFO(STRUCT, 0, 0), 0);
	TYPES("STRUCT", INT32, A, INFO(STRUCT, 0, 2), 8, A, 1, 0, B, 1, 32);
	TYPES("STRUCT cut off", INT32, A, INFO(STRUCT, 0, 2), 8, A, 1, 0, B, 1);
	TYPES("STRUCT bad-name", INT32, BAD, INFO(STRUCT, 0, 0), 4);
	TYPES("member name beyond the strings", INT32, A, INFO(STRUCT, 0, 1), 4, NO_SUCH, 1, 0);
	TYPES("member bad-name", INT32, A, INFO(STRUCT, 0, 1), 4, BAD, 1, 0);
	TYPES("member void", INT32, A, INFO(STRUCT, 0, 1), 4, A, 0, 0);
	TYPES("member of no type", INT32, A, INFO(STRUCT, 0, 1), 4, A, 9, 0);
	TYPES("member of a huge id", INT32, A, INFO(STRUCT, 0, 1), 4, A, BTF_MAX_TYPE + 1, 0);
	TYPES("member of a FWD", A, INFO(FWD, 0, 0), 0, A, INFO(STRUCT, 0, 1), 4, A, 1, 0);
	TYPES("member of const FWD", A, INFO(FWD, 0, 0), 0, A, INFO(STRUCT, 0, 1), 4, A, 3, 0, ANON, INFO(CONST, 0, 0), 1);
	TYPES("members out of order", INT32, A, INFO(STRUCT, 0, 2), 8, A, 1, 32, B, 1, 0);
	TYPES("UNION", INT32, A, INFO(UNION, 0, 2), 4, A, 1, 0, B, 1, 0);
	TYPES("UNION member at 8", INT32, A, INFO(UNION, 0, 2), 8, A, 1, 0, B, 1, 8);
	TYPES("member beyond the size", INT32, A, INFO(STRUCT, 0, 1), 4, A, 1, 40);
	TYPES("member across the size", INT32, A, INFO(STRUCT, 0, 1), 4, A, 1, 8);
	TYPES("member at the largest offset", INT32, A, INFO(STRUCT, 0, 1), 4, A, 1, 0xffffffff);
	TYPES("old bitfield", INT, INFO(INT, 0, 0), 4, 3 | 2 << 16, A, INFO(STRUCT, 0, 1), 4, A, 1, 5);
	TYPES("old bitfield too far", INT, INFO(INT, 0, 0), 4, 3 | 2 << 16, A, INFO(STRUCT, 0, 1), 4, A, 1, 29);
	TYPES("int at a bit", INT32, A, INFO(STRUCT, 0, 1), 8, A, 1, 3);
	TYPES("128 bits at a bit", INT, INFO(INT, 0, 0), 16, 128, A, INFO(STRUCT, 0, 1), 32, A, 1, 3);
	TYPES("bitfields", INT32, A, INFO(STRUCT, 1, 2), 4, A, 1, BITFIELD(3, 0), B, 1, BITFIELD(29, 3));
	TYPES("bitfield too wide", INT32, A, INFO(STRUCT, 1, 1), 8, A, 1, BITFIELD(33, 0));
	TYPES("bitfield across the size", INT32, A, INFO(STRUCT, 1, 1), 4, A, 1, BITFIELD(8, 25));
	TYPES("bitfield of 128 at a bit", INT, INFO(INT, 0, 0), 16, 128, A, INFO(STRUCT, 1, 1), 32, A, 1, BITFIELD(128, 1));
	TYPES("bitfield of an odd int", INT, INFO(INT, 0, 0), 4, 31, A, INFO(STRUCT, 1, 1), 4, A, 1, BITFIELD(3, 0));
	TYPES("plain member at a bit, kind_flag", INT32, A, INFO(STRUCT, 1, 1), 8, A, 1, BITFIELD(0, 1));
	TYPES("bitfield of const int", INT32, A, INFO(STRUCT, 1, 1), 4, A, 3, BITFIELD(33, 0), ANON, INFO(CONST, 0, 0), 1);
	TYPES("bitfield of a pointer", A, INFO(STRUCT, 1, 1), 8, A, 2, BITFIELD(3, 0), ANON, INFO(PTR, 0, 0), 0);
	TYPES("pointer at a bit", A, INFO(STRUCT, 0, 1), 16, A, 2, 1, ANON, INFO(PTR, 0, 0), 0);
	TYPES("pointer across the size", A, INFO(STRUCT, 0, 1), 7, A, 2, 0, ANON, INFO(PTR, 0, 0), 0);
	TYPES("struct at a bit", A, INFO(STRUCT, 0, 1), 8, A, 2, 1, B, INFO(STRUCT, 0, 0), 4);
	TYPES("struct across the size", A, INFO(STRUCT, 0, 1), 8, A, 2, 40, B, INFO(STRUCT, 0, 0), 4);
	TYPES("array at a bit", INT32, A, INFO(STRUCT, 0, 1), 32, A, 3, 1, ANON, INFO(ARRAY, 0, 0), 0, 1, 1, 4);
	TYPES("array across the size", INT32, A, INFO(STRUCT, 0, 1), 15, A, 3, 0, ANON, INFO(ARRAY, 0, 0), 0, 1, 1, 4);
	TYPES("struct in itself", A, INFO(STRUCT, 0, 1), 8, A, 1, 0);
	TYPES("struct with a pointer to itself", A, INFO(STRUCT, 0, 1), 8, A, 2, 0, ANON, INFO(PTR, 0, 0), 1);
	TYPES("two structs in each other", A, INFO(STRUCT, 0, 1), 8, A, 2, 0, B, INFO(STRUCT, 0, 1), 8, A, 1, 0);
	TYPES("float members", A, INFO(FLOAT, 0, 0), 4, A, INFO(STRUCT, 0, 2), 8, A, 1, 0, B, 1, 32);
	TYPES("float member not aligned", A, INFO(FLOAT, 0, 0), 4, A, INFO(STRUCT, 0, 1), 8, A, 1, 8);
	TYPES("float member across the size", A, INFO(FLOAT, 0, 0), 8, A, INFO(STRUCT, 0, 1), 12, A, 1, 64);
	TYPES("float bitfield", A, INFO(FLOAT, 0, 0), 4, A, INFO(STRUCT, 1, 1), 8, A, 1, BITFIELD(3, 0));
	TYPES("member VAR", INT32, A, INFO(VAR, 0, 0), 1, 0, A, INFO(STRUCT, 0, 1), 4, A, 2, 0);
}

static void enums(void)
{
	TYPES("ENUM", A, INFO(ENUM, 0, 2), 4, A, 1, B, -1u);
	TYPES("ENUM, signed", A, INFO(ENUM, 1, 2), 4, A, 1, B, -1u);
	TYPES("ENUM cut off", A, INFO(ENUM, 0, 2), 4, A, 1, B);
	TYPES("ENUM of 3 bytes", A, INFO(ENUM, 0, 0), 3);
	TYPES("ENUM of 0 bytes", A, INFO(ENUM, 0, 0), 0);
	TYPES("ENUM of 16 bytes", A, INFO(ENUM, 0, 0), 16);
	TYPES("ENUM bad-name", BAD, INFO(ENUM, 0, 0), 4);
	TYPES("enumerator beyond the strings", A, INFO(ENUM, 0, 1), 4, NO_SUCH, 1);
	TYPES("enumerator without a name", A, INFO(ENUM, 0, 1), 4, ANON, 1);
	TYPES("enumerator bad-name", A, INFO(ENUM, 0, 2), 4, A, 1, BAD, 1);
	TYPES("ENUM64", A, INFO(ENUM64, 0, 2), 8, A, 1, 2, B, -1u, -1u);
	TYPES("ENUM64, signed", A, INFO(ENUM64, 1, 1), 8, B, -1u, -1u);
	TYPES("ENUM64 of 3 bytes", A, INFO(ENUM64, 0, 0), 3);
	TYPES("enum members", A, INFO(ENUM, 0, 0), 4, A, INFO(STRUCT, 0, 2), 8, A, 1, 0, B, 1, 32);
	TYPES("enum at a bit", A, INFO(ENUM, 0, 0), 4, A, INFO(STRUCT, 0, 1), 8, A, 1, 1);
	TYPES("enum across the size", A, INFO(ENUM, 0, 0), 4, A, INFO(STRUCT, 0, 1), 3, A, 1, 0);
	TYPES("enum bitfield", A, INFO(ENUM, 0, 0), 4, A, INFO(STRUCT, 1, 1), 4, A, 1, BITFIELD(3, 1));
	TYPES("enum bitfield too wide", A, INFO(ENUM, 0, 0), 4, A, INFO(STRUCT, 1, 1), 8, A, 1, BITFIELD(33, 1));
	TYPES("enum bitfield across the size", A, INFO(ENUM, 0, 0), 4, A, INFO(STRUCT, 1, 1), 4, A, 1, BITFIELD(8, 25));
	TYPES("enum of 1 byte, kind_flag", A, INFO(ENUM, 0, 0), 1, A, INFO(STRUCT, 1, 1), 1, A, 1, 0);
}

static void funcs(void)
{
	TYPES("FUNC", INT32, ANON, INFO(FUNC_PROTO, 0, 2), 1, A, 1, B, 1, A, INFO(FUNC, 0, 1), 2);
	TYPES("FUNC_PROTO cut off", INT32, ANON, INFO(FUNC_PROTO, 0, 2), 1, A, 1);
	TYPES("FUNC_PROTO with a name", INT32, A, INFO(FUNC_PROTO, 0, 0), 1);
	TYPES("FUNC_PROTO with kind_flag", INT32, ANON, INFO(FUNC_PROTO, 1, 0), 1);
	TYPES("FUNC_PROTO ...", INT32, ANON, INFO(FUNC_PROTO, 0, 1), 0, ANON, 0);
	TYPES("FUNC_PROTO int, ...", INT32, ANON, INFO(FUNC_PROTO, 0, 2), 0, ANON, 1, ANON, 0);
	TYPES("FUNC_PROTO ... with a name", INT32, ANON, INFO(FUNC_PROTO, 0, 1), 0, A, 0);
	TYPES("FUNC_PROTO void, int", INT32, ANON, INFO(FUNC_PROTO, 0, 2), 0, A, 0, B, 1);
	TYPES("FUNC_PROTO int, void, int", INT32, ANON, INFO(FUNC_PROTO, 0, 3), 0, A, 1, ANON, 0, B, 1);
	TYPES("FUNC_PROTO bad-name", INT32, ANON, INFO(FUNC_PROTO, 0, 1), 0, BAD, 1);
	TYPES("FUNC_PROTO name beyond the strings", INT32, ANON, INFO(FUNC_PROTO, 0, 1), 0, NO_SUCH, 1);
	TYPES("FUNC_PROTO parameter of no type", INT32, ANON, INFO(FUNC_PROTO, 0, 1), 0, A, 9);
	TYPES("FUNC_PROTO returns no type", INT32, ANON, INFO(FUNC_PROTO, 0, 0), 9);
	TYPES("FUNC_PROTO returns a FWD", A, INFO(FWD, 0, 0), 0, ANON, INFO(FUNC_PROTO, 0, 0), 1);
	TYPES("FUNC_PROTO returns const void", ANON, INFO(CONST, 0, 0), 0, ANON, INFO(FUNC_PROTO, 0, 0), 1);
	TYPES("FUNC_PROTO returns a VAR", INT32, A, INFO(VAR, 0, 0), 1, 0, ANON, INFO(FUNC_PROTO, 0, 0), 2);
	TYPES("FUNC_PROTO takes a VAR", INT32, A, INFO(VAR, 0, 0), 1, 0, ANON, INFO(FUNC_PROTO, 0, 1), 1, A, 2);
	TYPES("FUNC_PROTO takes a circle", INT32, ANON, INFO(FUNC_PROTO, 0, 1), 1, A, 3, ANON, INFO(CONST, 0, 0), 3);
	TYPES("FUNC without a name", ANON, INFO(FUNC_PROTO, 0, 0), 0, ANON, INFO(FUNC, 0, 0), 1);
	TYPES("FUNC with linkage 2", ANON, INFO(FUNC_PROTO, 0, 0), 0, A, INFO(FUNC, 0, 2), 1);
	TYPES("FUNC with linkage 3", ANON, INFO(FUNC_PROTO, 0, 0), 0, A, INFO(FUNC, 0, 3), 1);
	TYPES("FUNC with kind_flag", ANON, INFO(FUNC_PROTO, 0, 0), 0, A, INFO(FUNC, 1, 0), 1);
	TYPES("FUNC of an int", INT32, A, INFO(FUNC, 0, 0), 1);
	TYPES("FUNC of nothing", INT32, A, INFO(FUNC, 0, 0), 9);
	TYPES("FUNC of void", INT32, A, INFO(FUNC, 0, 0), 0);
	TYPES("FUNC with an unnamed parameter", INT32, ANON, INFO(FUNC_PROTO, 0, 2), 1, A, 1, ANON, 1, A, INFO(FUNC, 0, 0), 2);
}

static void variables(void)
{
	TYPES("VAR", INT32, A, INFO(VAR, 0, 0), 1, 1);
	TYPES("VAR cut off", INT32, A, INFO(VAR, 0, 0), 1);
	TYPES("VAR with vlen", INT32, A, INFO(VAR, 0, 1), 1, 1);
	TYPES("VAR with kind_flag", INT32, A, INFO(VAR, 1, 0), 1, 1);
	TYPES("VAR without a name", INT32, ANON, INFO(VAR, 0, 0), 1, 1);
	TYPES("VAR bad-name", INT32, BAD, INFO(VAR, 0, 0), 1, 1);
	TYPES("VAR void", INT32, A, INFO(VAR, 0, 0), 0, 1);
	TYPES("VAR of a huge id", INT32, A, INFO(VAR, 0, 0), BTF_MAX_TYPE + 1, 1);
	TYPES("VAR of nothing", INT32, A, INFO(VAR, 0, 0), 9, 1);
	TYPES("VAR of const void", ANON, INFO(CONST, 0, 0), 0, A, INFO(VAR, 0, 0), 1, 1);
	TYPES("VAR of a FWD", A, INFO(FWD, 0, 0), 0, A, INFO(VAR, 0, 0), 1, 1);
	TYPES("VAR of a VAR", INT32, A, INFO(VAR, 0, 0), 1, 1, B, INFO(VAR, 0, 0), 2, 1);
	TYPES("VAR extern", INT32, A, INFO(VAR, 0, 0), 1, 2);
	TYPES("DATASEC", INT32, A, INFO(VAR, 0, 0), 1, 1, DATA, INFO(DATASEC, 0, 1), 4, 2, 0, 4);
	TYPES("DATASEC cut off", INT32, A, INFO(VAR, 0, 0), 1, 1, DATA, INFO(DATASEC, 0, 1), 4, 2, 0);
	TYPES("DATASEC of size 0", INT32, DATA, INFO(DATASEC, 0, 0), 0);
	TYPES("DATASEC without variables", INT32, DATA, INFO(DATASEC, 0, 0), 4);
	TYPES("DATASEC with kind_flag", INT32, DATA, INFO(DATASEC, 1, 0), 4);
	TYPES("DATASEC without a name", INT32, ANON, INFO(DATASEC, 0, 0), 4);
	TYPES("DATASEC with a blank in its name", INT32, SPACE, INFO(DATASEC, 0, 0), 4);
	TYPES("DATASEC with void", INT32, DATA, INFO(DATASEC, 0, 1), 4, 0, 0, 4);
	TYPES("DATASEC, offset at its end", INT32, A, INFO(VAR, 0, 0), 1, 1, DATA, INFO(DATASEC, 0, 1), 4, 2, 4, 4);
	TYPES("DATASEC, overlap", INT32, A, INFO(VAR, 0, 0), 1, 1, DATA, INFO(DATASEC, 0, 2), 8, 2, 0, 4, 2, 3, 4);
	TYPES("DATASEC, size 0 variable", INT32, A, INFO(VAR, 0, 0), 1, 1, DATA, INFO(DATASEC, 0, 1), 4, 2, 0, 0);
	TYPES("DATASEC, size beyond", INT32, A, INFO(VAR, 0, 0), 1, 1, DATA, INFO(DATASEC, 0, 1), 4, 2, 0, 5);
	TYPES("DATASEC, end beyond", INT32, A, INFO(VAR, 0, 0), 1, 1, DATA, INFO(DATASEC, 0, 1), 4, 2, 1, 4);
	TYPES("DATASEC, end beyond 4 GB", INT32, A, INFO(VAR, 0, 0), 1, 1, DATA, INFO(DATASEC, 0, 2), -1u, 2, 0xfffffff0, 16,
	      2, 4, 4);
	TYPES("DATASEC of an int", INT32, DATA, INFO(DATASEC, 0, 1), 4, 1, 0, 4);
	TYPES("DATASEC, variable too small", INT32, A, INFO(VAR, 0, 0), 1, 1, DATA, INFO(DATASEC, 0, 1), 4, 2, 0, 3);
	TYPES("DATASEC before its variable, too small", INT32, DATA, INFO(DATASEC, 0, 1), 4, 3, 0, 3, A, INFO(VAR, 0, 0), 1, 1);
	TYPES("PTR to a DATASEC", INT32, DATA, INFO(DATASEC, 0, 0), 4, ANON, INFO(PTR, 0, 0), 2);
}

static void floats_and_tags(void)
{
	TYPES("FLOATs", A, INFO(FLOAT, 0, 0), 2, A, INFO(FLOAT, 0, 0), 12, A, INFO(FLOAT, 0, 0), 16);
	TYPES("FLOAT of 3 bytes", A, INFO(FLOAT, 0, 0), 3);
	TYPES("FLOAT with vlen", A, INFO(FLOAT, 0, 1), 4);
	TYPES("FLOAT with kind_flag", A, INFO(FLOAT, 1, 0), 4);
	TYPES("DECL_TAG of a typedef", INT32, A, INFO(TYPEDEF, 0, 0), 1, SPACE, INFO(DECL_TAG, 0, 0), 2, -1u);
	TYPES("DECL_TAG of a typedef's first", INT32, A, INFO(TYPEDEF, 0, 0), 1, SPACE, INFO(DECL_TAG, 0, 0), 2, 0);
	TYPES("DECL_TAG of a member", INT32, A, INFO(STRUCT, 0, 1), 4, A, 1, 0, A, INFO(DECL_TAG, 0, 0), 2, 0);
	TYPES("DECL_TAG of no member", INT32, A, INFO(STRUCT, 0, 1), 4, A, 1, 0, A, INFO(DECL_TAG, 0, 0), 2, 1);
	TYPES("DECL_TAG of a parameter", INT32, ANON, INFO(FUNC_PROTO, 0, 1), 1, A, 1, A, INFO(FUNC, 0, 0), 2, A,
	      INFO(DECL_TAG, 0, 0), 3, 0);
	TYPES("DECL_TAG of no parameter", INT32, ANON, INFO(FUNC_PROTO, 0, 1), 1, A, 1, A, INFO(FUNC, 0, 0), 2, A,
	      INFO(DECL_TAG, 0, 0), 3, 1);
	TYPES("DECL_TAG of a variable", INT32, A, INFO(VAR, 0, 0), 1, 1, A, INFO(DECL_TAG, 0, 0), 2, -1u);
	TYPES("DECL_TAG of a variable's first", INT32, A, INFO(VAR, 0, 0), 1, 1, A, INFO(DECL_TAG, 0, 0), 2, 0);
	TYPES("DECL_TAG of an int", INT32, A, INFO(DECL_TAG, 0, 0), 1, -1u);
	TYPES("DECL_TAG of nothing", INT32, A, INFO(DECL_TAG, 0, 0), 9, -1u);
	TYPES("DECL_TAG cut off", INT32, A, INFO(DECL_TAG, 0, 0), 9);
	TYPES("DECL_TAG without a value", INT32, A, INFO(TYPEDEF, 0, 0), 1, ANON, INFO(DECL_TAG, 0, 0), 2, -1u);
	TYPES("DECL_TAG with vlen", INT32, A, INFO(TYPEDEF, 0, 0), 1, A, INFO(DECL_TAG, 0, 1), 2, -1u);
	TYPES("DECL_TAG with kind_flag", INT32, A, INFO(TYPEDEF, 0, 0), 1, A, INFO(DECL_TAG, 1, 0), 2, -1u);
	TYPES("DECL_TAG with index -2", INT32, A, INFO(TYPEDEF, 0, 0), 1, A, INFO(DECL_TAG, 0, 0), 2, -2u);
}

/* --- the attr and the header --- */

static void attr_cases(void)
{
	unsigned size = build((const uint32_t[]){INT32}, 4);
	union bpf_attr attr = {.btf = U64(bytes), .btf_size = size};

	line_ok(sys_bpf(BPF_BTF_LOAD, &attr, sizeof(attr)), "no log");
	line_ok(sys_bpf(BPF_BTF_LOAD, &attr, 32), "32 bytes of attr");
	line_ok(sys_bpf(BPF_BTF_LOAD, &attr, 20), "20 bytes of attr");
	line_ok(sys_bpf(BPF_BTF_LOAD, &attr, 16), "16 bytes of attr: size 0");
	((char *)&attr)[28] = 1;
	line_ok(sys_bpf(BPF_BTF_LOAD, &attr, 32), "byte 28 set");
	line(load_log(BAD_POINTER, size, 0, NULL, 0), "bad address");
	line(load_log(NULL, 0, 0, NULL, 0), "no bytes");
	line(load_log(BAD_POINTER, 0, 0, NULL, 0), "no bytes at a bad address");
	line(load_log(bytes, 16 << 20, 0, NULL, 0), "16 MB, not all of them there");
	line(load_log(bytes, (16 << 20) + 1, 0, NULL, 0), "more than 16 MB");
	line(load_log(BAD_POINTER, (16 << 20) + 1, 8, NULL, 0), "more than 16 MB, and all else wrong");
	line(load_log(BAD_POINTER, size, 8, log_buf, 256), "bad level before bad address");
	sys_caps(CAPS_ALL & ~(CAPS_BPF | CAPS_SYS_ADMIN));
	line(load_log(bytes, size, 0, NULL, 0), "without CAP_BPF");
	line(load_log(bytes, (16 << 20) + 1, 0, NULL, 0), "more than 16 MB without CAP_BPF");
	sys_caps(CAPS_BPF);
	line_ok(load_log(bytes, size, 0, NULL, 0), "with CAP_BPF alone");
	sys_caps(CAPS_ALL);
}

static void log_cases(void)
{
	unsigned size = build((const uint32_t[]){INT32}, 4);
	char *end = page_end(200);

	line(load_log(bytes, size, 0, log_buf, 256), "buffer, level 0");
	line(load_log(bytes, size, 1, NULL, 256), "level 1, no buffer");
	line(load_log(bytes, size, 1, log_buf, 0), "level 1, size 0");
	line(load_log(bytes, size, 1, log_buf, 127), "size 127");
	line(load_log(bytes, size, 1, log_buf, 128), "size 128: too small for all");
	note("    %zu bytes", strlen(log_buf));
	line(load_log(bytes, size, 8, log_buf, 256), "level 8");
	line_ok(load_log(bytes, size, 7, log_buf, 256), "level 7");
	note("    %zu bytes", strlen(log_buf));
	line_ok(load_log(bytes, size, 4, log_buf, 256), "level 4");
	note("    %zu bytes", strlen(log_buf));
	line(load_log(bytes, size, 1, log_buf, -1u >> 1), "size 2 GB");
	line(load_log(bytes, size, 1, log_buf, (-1u >> 2) + 1), "size 1 GB");
	line_ok(load_log(bytes, size, 1, log_buf, -1u >> 2), "size just below 1 GB");
	for (unsigned n = 174; n < 180; n++)
		line_ok(load_log(bytes, size, 1, log_buf, n), "size %u", n);
	line_ok(load_log(bytes, size, 1, BAD_POINTER, 256), "a log buffer that is not there");
	line_ok(load_log(bytes, size, 1, end, 256), "a log buffer that ends early, but late enough");
	line_ok(load_log(bytes, size, 1, end + 100, 256), "a log buffer that ends too early");
}

static void header_case(const char *what, unsigned at, uint32_t value, unsigned size)
{
	uint32_t types[] = {INT32};
	unsigned all = build(types, 4);

	bytes[at] = value;
	line_ok(load(bytes, size ? size : all), "%s", what);
	say_log("");
}

static void header_cases(void)
{
	enum { MAGIC, HDR_LEN, TYPE_OFF, TYPE_LEN, STR_OFF, STR_LEN };
	unsigned strs = sizeof(strings);

	header_case("header", MAGIC, 0x1eb9f, 0);
	header_case("7 bytes", MAGIC, 0x1eb9f, 7);
	header_case("8 bytes", MAGIC, 0x1eb9f, 8);
	header_case("23 bytes", MAGIC, 0x1eb9f, 23);
	header_case("24 bytes", MAGIC, 0x1eb9f, 24);
	header_case("25 bytes", MAGIC, 0x1eb9f, 25);
	header_case("other byte order", MAGIC, 0x19feb, 0);
	header_case("version 0", MAGIC, 0x0eb9f, 0);
	header_case("version 2", MAGIC, 0x2eb9f, 0);
	header_case("flags", MAGIC, 0x101eb9f, 0);
	header_case("hdr_len 0", HDR_LEN, 0, 0);
	header_case("hdr_len 2", HDR_LEN, 2, 0);
	header_case("hdr_len 3", HDR_LEN, 3, 0);
	header_case("hdr_len 8", HDR_LEN, 8, 0);
	header_case("hdr_len 20", HDR_LEN, 20, 0);
	header_case("hdr_len 28, not zero", HDR_LEN, 28, 0);
	header_case("hdr_len beyond", HDR_LEN, 4000, 0);
	header_case("hdr_len huge", HDR_LEN, -1u, 0);
	header_case("type_off 2", TYPE_OFF, 2, 0);
	header_case("type_off 4", TYPE_OFF, 4, 0);
	header_case("type_off huge", TYPE_OFF, -1u, 0);
	header_case("type_off negative, even", TYPE_OFF, -4u, 0);
	header_case("type_len 0", TYPE_LEN, 0, 0);
	header_case("type_len 12", TYPE_LEN, 12, 0);
	header_case("type_len huge", TYPE_LEN, -1u, 0);
	header_case("str_off 0", STR_OFF, 0, 0);
	header_case("str_off 20", STR_OFF, 20, 0);
	header_case("str_off huge", STR_OFF, -1u, 0);
	header_case("str_len 0", STR_LEN, 0, 0);
	header_case("str_len one less", STR_LEN, strs - 1, 0);
	header_case("str_len one more", STR_LEN, strs + 1, 0);
	header_case("str_len huge", STR_LEN, -1u, 0);
	header_case("a byte after all", MAGIC, 0x1eb9f, 24 + 16 + strs + 1);
	header_case("a byte less than all", MAGIC, 0x1eb9f, 24 + 16 + strs - 1);
}

static void layout_case(const char *what, struct btf_header h, const void *rest, unsigned n)
{
	memcpy(bytes, &h, sizeof(h));
	memcpy(bytes + 6, rest, n);
	line_ok(load(bytes, sizeof(h) + n), "%s", what);
	say_log("btf_total_size");
}

static void layout_cases(void)
{
	static const uint32_t one[] = {0, INFO(STRUCT, 0, 0), 0, 0}, named[] = {1, INFO(STRUCT, 0, 0), 0, 0x00410000};
	struct btf_header h = {.magic = BTF_MAGIC, .version = 1, .hdr_len = 24};

	h.type_len = 12, h.str_off = 12, h.str_len = 1;
	layout_case("smallest", h, one, 13);
	h.str_len = 4;
	layout_case("four empty strings", h, one, 16);
	layout_case("strings with no end", h, (const uint32_t[]){0, INFO(STRUCT, 0, 0), 0, 0x41414100}, 16);
	layout_case("strings with no empty one first", h, (const uint32_t[]){0, INFO(STRUCT, 0, 0), 0, 0x00414141}, 16);
	layout_case("name that is empty", h, named, 16);
	h.str_off = 0, h.str_len = 4, h.type_off = 4, h.type_len = 12;
	layout_case("strings first", h, (const uint32_t[]){0, 0, INFO(STRUCT, 0, 0), 0}, 16);
	h = (struct btf_header){.magic = BTF_MAGIC, .version = 1, .hdr_len = 28, .type_len = 12, .str_off = 12, .str_len = 4};
	layout_case("a longer header, zero", h, (const uint32_t[]){0, 0, INFO(STRUCT, 0, 0), 0, 0}, 20);
	layout_case("a longer header, not zero", h, (const uint32_t[]){1, 0, INFO(STRUCT, 0, 0), 0, 0}, 20);
}

/* --- info --- */

static void info_case(const char *what, int fd, struct bpf_btf_info *info, unsigned len)
{
	union bpf_attr attr = {.info.bpf_fd = fd, .info.info = U64(info), .info.info_len = len};
	long ret = sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));

	line(ret, "info: %s", what);
	if (!ret)
		note("    len %u size %u has_id %d name_len %u kernel %u", attr.info.info_len, info->btf_size, info->id != 0,
		    info->name_len, info->kernel_btf);
}

static void info_cases(void)
{
	unsigned size = build((const uint32_t[]){INT32}, 4);
	int fd = load_log(bytes, size, 0, NULL, 0);
	char buf[256] = "", name[8] = "xxxxxxx";
	struct bpf_btf_info *info = calloc(1, 4096 * 2);

	info_case("nothing asked", fd, info, sizeof(*info));
	*info = (struct bpf_btf_info){.btf = U64(buf), .btf_size = sizeof(buf)};
	info_case("all bytes", fd, info, sizeof(*info));
	note("    same %d", !memcmp(buf, bytes, size));
	memset(buf, 'z', sizeof(buf));
	*info = (struct bpf_btf_info){.btf = U64(buf), .btf_size = 10};
	info_case("10 bytes", fd, info, sizeof(*info));
	note("    same %d, after %c", !memcmp(buf, bytes, 10), buf[10]);
	*info = (struct bpf_btf_info){.btf = U64(BAD_POINTER), .btf_size = 10};
	info_case("bad address", fd, info, sizeof(*info));
	*info = (struct bpf_btf_info){.name = U64(name)};
	info_case("name without length", fd, info, sizeof(*info));
	*info = (struct bpf_btf_info){.name_len = 8};
	info_case("length without name", fd, info, sizeof(*info));
	*info = (struct bpf_btf_info){.name = U64(name), .name_len = 8};
	info_case("name", fd, info, sizeof(*info));
	note("    '%s' %c", name, name[1]);
	*info = (struct bpf_btf_info){.name = U64(BAD_POINTER), .name_len = 8};
	info_case("bad name", fd, info, sizeof(*info));
	memset(info, 0, 4096);
	info_case("len 0", fd, info, 0);
	info_case("len 12", fd, info, 12);
	info_case("len 16", fd, info, 16);
	info_case("len 33", fd, info, sizeof(*info) + 1);
	((char *)info)[sizeof(*info)] = 1;
	info_case("len 33, tail set", fd, info, sizeof(*info) + 1);
	info_case("len 4097", fd, info, 4097);
	info_case("bad info", fd, BAD_POINTER, sizeof(*info));
	free(info);
}

/* --- clang's BTF, each word changed --- */

static uint32_t fnv(uint32_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

static uint32_t changed(uint32_t word, unsigned how, unsigned at)
{
	switch (how) {
	case 0:
		return 0;
	case 1:
		return 1;
	case 2:
		return -1u;
	case 3:
		return word + 1;
	case 4:
		return word - 1;
	case 5:
		return word ^ 1u << 31;
	case 6:
		return word ^ 1u << 24;
	case 7:
		return at * 7 % 61;
	default:
		return word << 1;
	}
}

/* One line a word: the errnos, and a hash of the nine logs. CASE=word.how in the environment shows that log. */
static void change_word(unsigned at, unsigned size)
{
	uint32_t word = bytes[at], hash = 2166136261u;
	char text[256] = "", want[16];

	for (unsigned how = 0; how < 9; how++) {
		long ret;

		bytes[at] = changed(word, how, at);
		ret = load(bytes, size);
		hash = fnv(hash, log_buf);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s", ret < 0 ? strerrorname_np(-ret) : "ok");
		snprintf(want, sizeof(want), "%u.%u", at, how);
		if (getenv("CASE") && !strcmp(getenv("CASE"), want))
			fprintf(stderr, "%s", log_buf);
	}
	bytes[at] = word;
	note("word %u:%s %08x", at, text, hash);
}

/* As a loader does before it loads: clang leaves the sizes of sections to it. */
static void set_section_sizes(unsigned n)
{
	for (unsigned at = 6; at < n; at++)
		if (bytes[at + 1] >> 24 == BTF_KIND_DATASEC && !bytes[at + 2] && (bytes[at + 1] & 0xffff) == 1)
			bytes[at + 2] = bytes[at + 5];
}

static void change_words(void)
{
	unsigned size = kinds_end - kinds, types = ((const struct btf_header *)kinds)->type_len / 4;

	memcpy(bytes, kinds, size);
	set_section_sizes(types + 6);
	line_ok(load(bytes, size), "kinds.btf");
	say_log("magic");
	for (unsigned at = 0; at < types + 6; at++)
		change_word(at, size);
}

int main(void)
{
	attr_cases();
	log_cases();
	header_cases();
	layout_cases();
	records();
	ints();
	refs();
	chains();
	arrays();
	structs();
	enums();
	funcs();
	variables();
	floats_and_tags();
	info_cases();
	change_words();
	return 0;
}
