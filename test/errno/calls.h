/* For the errno tables about helpers: short programs that call them, run on a packet at once. */
#ifndef TEST_ERRNO_CALLS_H
#define TEST_ERRNO_CALLS_H

#include "test/errno/prog.h"

#define LDX(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STX(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define ST(size, d, o, i) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, i)
#define MOVR(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define JNE(d, i, o) INSN(BPF_JMP | BPF_JNE | BPF_K, d, 0, o, i)
#define MAP(d, fd) IMM64(d, BPF_PSEUDO_MAP_FD, fd, 0)

/* A BTF with `static int f(void)`: its type is 3. */
static inline long function_btf(void)
{
	static const uint32_t types[] = {
		1, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32,
		0, BTF_KIND_FUNC_PROTO << 24, 1,
		5, BTF_KIND_FUNC << 24 | BTF_FUNC_STATIC, 2,
	};

	return load_btf(types, sizeof(types), "\0int\0f", 7);
}

/*
 * Loads, runs once on 64 bytes of an Ethernet frame, closes. What the program returned, or -errno. @second:
 * where its second function begins, 0 = it has one only.
 */
static inline long run_two(unsigned type, const struct bpf_insn *insns, unsigned count, unsigned second)
{
	struct bpf_func_info funcs[] = {{0, 3}, {second, 3}};
	static unsigned char packet[64] = {[12] = 0x08, [14] = 0x45};
	union bpf_attr attr = with_log(trivial(type), 1), test = {0};
	long fd, ret, btf = second ? function_btf() : 0;

	if (second) {
		attr.prog_btf_fd = btf;
		attr.func_info = U64(funcs);
		attr.func_info_cnt = 2;
		attr.func_info_rec_size = sizeof(*funcs);
	}
	attr.insns = U64(insns);
	attr.insn_cnt = count;
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (second)
		sys_close(btf);
	if (fd < 0) {
		note("load: %s", why_line());
		return fd;
	}
	test.test.prog_fd = fd;
	test.test.data_in = U64(packet);
	test.test.data_size_in = sizeof(packet);
	ret = sys_bpf(BPF_PROG_TEST_RUN, &test, sizeof(test));
	sys_close(fd);
	return ret < 0 ? ret : (int)test.test.retval;
}

static inline long run_once(unsigned type, const struct bpf_insn *insns, unsigned count)
{
	return run_two(type, insns, count, 0);
}

#define RUN_AS(type, ...)                                                                                              \
	({                                                                                                             \
		struct bpf_insn insns_[] = {__VA_ARGS__};                                                              \
		run_once(type, insns_, COUNT(insns_));                                                                 \
	})
#define RUN(...) RUN_AS(BPF_PROG_TYPE_SCHED_CLS, __VA_ARGS__)

#endif
