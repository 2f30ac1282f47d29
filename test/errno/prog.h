/* For the errno tables about programs: instructions, loading, the line of the log that says why. */
#ifndef TEST_ERRNO_PROG_H
#define TEST_ERRNO_PROG_H

#include <linux/btf.h>
#include <stdbool.h>
#include <stdio.h>

#include "test/errno/sys/sys.h"

#define INSN(c, d, s, o, i) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)}
#define MOV(dst, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)
#define GOTO(o) INSN(BPF_JMP | BPF_JA, 0, 0, o, 0)
#define JEQ(dst, value, o) INSN(BPF_JMP | BPF_JEQ | BPF_K, dst, 0, o, value)
#define CALL(i) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, i)
#define CALL_FN(i) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define IMM64(dst, src, low, high) INSN(BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, low), INSN(0, 0, 0, 0, high)

static char log_text[1 << 16];

/* An attr that loads `r0 = 1; exit` as a program of type @type. */
static inline union bpf_attr trivial(unsigned type)
{
	static const struct bpf_insn insns[] = {MOV(0, 1), EXIT};

	return (union bpf_attr){.prog_type = type, .insns = U64(insns), .insn_cnt = 2, .license = U64("GPL")};
}

static inline union bpf_attr with_log(union bpf_attr attr, unsigned level)
{
	log_text[0] = 0;
	attr.log_level = level;
	attr.log_buf = U64(log_text);
	attr.log_size = sizeof(log_text);
	return attr;
}

static inline long load(union bpf_attr *attr)
{
	long fd = sys_bpf(BPF_PROG_LOAD, attr, sizeof(*attr));

	if (fd >= 0)
		sys_close(fd);
	return fd;
}

static inline void load_line(union bpf_attr attr, const char *what)
{
	line_ok(load(&attr), "%s", what);
}

/* The log's last line before "processed", in place; "" when there is none. */
static inline const char *why_line(void)
{
	char *end = strstr(log_text, "processed "), *start;

	if (!end || end == log_text)
		return "";
	end[end[-1] == '\n' ? -1 : 0] = 0;
	start = strrchr(log_text, '\n');
	return start ? start + 1 : log_text;
}

/* Loads @insns and says what came of it, with the reason. */
static inline void check_insns(unsigned type, const struct bpf_insn *insns, unsigned count, const char *what)
{
	union bpf_attr attr = with_log(trivial(type), 1);
	long ret;

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	ret = load(&attr);
	line_ok(ret, "%s", what);
	if (ret < 0)
		note("    %s", why_line());
}

#define CHECK(what, ...)                                                                                               \
	do {                                                                                                           \
		static const struct bpf_insn insns_[] = {__VA_ARGS__};                                                 \
		check_insns(BPF_PROG_TYPE_SOCKET_FILTER, insns_, COUNT(insns_), what);                                 \
	} while (0)

static inline long make_map(unsigned type, unsigned value_size, unsigned max_entries)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = value_size, .max_entries = max_entries};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* A BTF of these types and strings. An fd or -errno. */
static inline long load_btf(const void *types, unsigned types_size, const char *strings, unsigned strings_size)
{
	static uint32_t bytes[256];
	struct btf_header h = {
		.magic = BTF_MAGIC,
		.version = 1,
		.hdr_len = sizeof(h),
		.type_len = types_size,
		.str_off = types_size,
		.str_len = strings_size,
	};
	union bpf_attr attr = {.btf = U64(bytes), .btf_size = sizeof(h) + types_size + strings_size};

	memcpy(bytes, &h, sizeof(h));
	memcpy((char *)bytes + sizeof(h), types, types_size);
	memcpy((char *)bytes + sizeof(h) + types_size, strings, strings_size);
	return sys_bpf(BPF_BTF_LOAD, &attr, sizeof(attr));
}

#endif
