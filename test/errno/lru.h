/*
 * For the tables about LRU maps: a map with a program that looks keys up in it (only programs' lookups keep an element young), and
 * what is there.
 */
#ifndef TEST_ERRNO_LRU_H
#define TEST_ERRNO_LRU_H

#include <stdbool.h>
#include <stdio.h>

#include "test/errno/map.h"
#include "test/errno/prog.h"

#define STX(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define LDX(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define MOVR(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD(d, value) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, value)
#define ST(size, d, o, value) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, value)
#define LD_MAP(d, fd) IMM64(d, BPF_PSEUDO_MAP_FD, fd, 0)

static unsigned seed = 1;

static inline unsigned roll(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* A program that looks up, in @map, the key that stands in the array @args. */
static inline long looker(long args, long map)
{
	struct bpf_insn insns[] = {
		ST(BPF_W, 10, -4, 0),
		MOVR(2, 10),
		ADD(2, -4),
		LD_MAP(1, args),
		CALL(BPF_FUNC_map_lookup_elem),
		JEQ(0, 0, 8),
		LDX(BPF_W, 1, 0, 0),
		STX(BPF_W, 10, 1, -4),
		MOVR(2, 10),
		ADD(2, -4),
		LD_MAP(1, map),
		CALL(BPF_FUNC_map_lookup_elem),
		JEQ(0, 0, 1),
		MOV(0, 1),
		EXIT,
	};
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SOCKET_FILTER), 1);
	long fd;

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		note("load: %s", why_line());
	return fd;
}

struct bench {
	long map, args, prog;
	unsigned keys; /* that have been put in, 0 .. keys-1 */
};

static inline struct bench make_bench(unsigned type, unsigned max, unsigned flags)
{
	struct bench b = {0};

	b.map = make(type, max, flags);
	b.args = make(BPF_MAP_TYPE_ARRAY, 1, 0);
	b.prog = looker(b.args, b.map);
	return b;
}

static inline void end_bench(const struct bench *b)
{
	sys_close(b->prog);
	sys_close(b->args);
	sys_close(b->map);
}

static inline unsigned look(const struct bench *b, unsigned key)
{
	static unsigned char packet[64];
	uint64_t value = key;
	union bpf_attr attr = {0};

	elem(BPF_MAP_UPDATE_ELEM, b->args, &(unsigned){0}, &value, 0);
	attr.test.prog_fd = b->prog;
	attr.test.data_in = U64(packet);
	attr.test.data_size_in = sizeof(packet);
	if (sys_bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr)))
		note("the program does not run");
	return attr.test.retval;
}

static inline long put(struct bench *b, unsigned key, uint64_t flags)
{
	uint64_t value[256] = {key};

	if (key >= b->keys)
		b->keys = key + 1;
	return elem(BPF_MAP_UPDATE_ELEM, b->map, &key, value, flags);
}

/* The keys that are there, as ranges. */
static inline void show(const struct bench *b, const char *what)
{
	char text[2000] = "";
	unsigned len = 0, n = 0;
	uint64_t value[256];

	for (unsigned key = 0, first = 0, in = 0; key <= b->keys; key++) {
		bool there = key < b->keys && !elem(BPF_MAP_LOOKUP_ELEM, b->map, &key, value, 0);

		n += there;
		if (there && !in)
			first = key;
		if (!there && in && len < sizeof(text) - 30)
			len += sprintf(text + len, first == key - 1 ? " %u" : " %u-%u", first, key - 1);
		in = there;
	}
	note("  %s, %u:%s", what, n, text);
}

#endif
