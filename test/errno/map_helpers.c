/*
 * Programs and the map types: what helpers return on them, what a function called by bpf_for_each_map_elem sees when it changes
 * the map. Hashes have a seed of zero, so the order is the same everywhere.
 */
#include <stdbool.h>
#include <stdio.h>

#include "test/errno/map.h"
#include "test/errno/prog.h"

#define STX(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define LDX(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define MOVR(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADDR(d, s) INSN(BPF_ALU64 | BPF_ADD | BPF_X, d, s, 0, 0)
#define ADD(d, value) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, value)
#define MUL(d, value) INSN(BPF_ALU64 | BPF_MUL | BPF_K, d, 0, 0, value)
#define ST(size, d, o, value) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, value)
#define LD_MAP(d, fd) IMM64(d, BPF_PSEUDO_MAP_FD, fd, 0)
#define LD_FUNC(d, distance) IMM64(d, BPF_PSEUDO_FUNC, distance, 0)

struct shape {
	unsigned type;
	const char *name;
	unsigned key_size, value_size, max, flags;
};

static const struct shape shapes[] = {
	{BPF_MAP_TYPE_HASH, "hash", 4, 8, 4, BPF_F_ZERO_SEED},
	{BPF_MAP_TYPE_HASH, "hash without prealloc", 4, 8, 4, BPF_F_ZERO_SEED | BPF_F_NO_PREALLOC},
	{BPF_MAP_TYPE_PERCPU_HASH, "percpu_hash", 4, 8, 4, BPF_F_ZERO_SEED},
	{BPF_MAP_TYPE_PERCPU_HASH, "percpu_hash without prealloc", 4, 8, 4, BPF_F_ZERO_SEED | BPF_F_NO_PREALLOC},
	{BPF_MAP_TYPE_LRU_HASH, "lru_hash", 4, 8, 4, BPF_F_ZERO_SEED},
	{BPF_MAP_TYPE_LRU_PERCPU_HASH, "lru_percpu_hash", 4, 8, 4, BPF_F_ZERO_SEED},
	{BPF_MAP_TYPE_ARRAY, "array", 4, 8, 4, 0},
	{BPF_MAP_TYPE_PERCPU_ARRAY, "percpu_array", 4, 8, 4, 0},
	{BPF_MAP_TYPE_LPM_TRIE, "lpm_trie", 8, 8, 4, BPF_F_NO_PREALLOC},
	{BPF_MAP_TYPE_QUEUE, "queue", 0, 8, 2, 0},
	{BPF_MAP_TYPE_STACK, "stack", 0, 8, 2, 0},
	{BPF_MAP_TYPE_BLOOM_FILTER, "bloom_filter", 0, 8, 4, BPF_F_ZERO_SEED},
	{BPF_MAP_TYPE_STACK_TRACE, "stack_trace", 4, 64, 4, 0},
};

static long make_map_of(const struct shape *s)
{
	union bpf_attr attr = {
		.map_type = s->type,
		.key_size = s->key_size,
		.value_size = s->value_size,
		.max_entries = s->max,
		.map_flags = s->flags,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long load_insns(const struct bpf_insn *insns, unsigned count)
{
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SOCKET_FILTER), 1);

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void run_fd(long fd, const char *what)
{
	static unsigned char packet[64];
	union bpf_attr attr = {0};
	long ret;

	attr.test.prog_fd = fd;
	attr.test.data_in = U64(packet);
	attr.test.data_size_in = sizeof(packet);
	ret = sys_bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr));
	if (ret)
		line(ret, "  %s", what);
	else
		note("  %s: %d", what, (int)attr.test.retval);
	sys_close(fd);
}

static void run_insns(const struct bpf_insn *insns, unsigned count, const char *what)
{
	long fd = load_insns(insns, count);

	if (fd >= 0) {
		run_fd(fd, what);
		return;
	}
	line(fd, "  %s", what);
	note("    %s", why_line());
}

#define RUN(what, ...)                                                                                                         \
	do {                                                                                                                   \
		const struct bpf_insn insns_[] = {__VA_ARGS__};                                                                \
		run_insns(insns_, COUNT(insns_), what);                                                                        \
	} while (0)

/* fp-8: the key, 8 bytes with room for a prefix; fp-16: the value. */
#define SET(key, value) ST(BPF_W, 10, -8, key), ST(BPF_W, 10, -4, 0), ST(BPF_DW, 10, -16, value)
#define KEY(r) MOVR(r, 10), ADD(r, -8)
#define VALUE(r) MOVR(r, 10), ADD(r, -16)

static void element_helpers(const struct shape *s)
{
	long map = make_map_of(s);

	note("%s", s->name);
	for (int flags = 0; flags < 5; flags++)
		RUN("update", SET(flags, 7 + flags), LD_MAP(1, map), KEY(2), VALUE(3), MOV(4, flags), CALL(BPF_FUNC_map_update_elem),
		    EXIT);
	for (int key = 0; key < 5; key++)
		RUN("lookup", SET(key, 0), LD_MAP(1, map), KEY(2), CALL(BPF_FUNC_map_lookup_elem), JEQ(0, 0, 2), LDX(BPF_DW, 0, 0, 0),
		    EXIT, MOV(0, -1), EXIT);
	for (int key = 5; key < 9; key++)
		RUN("one more", SET(key, key), LD_MAP(1, map), KEY(2), VALUE(3), MOV(4, 0), CALL(BPF_FUNC_map_update_elem), EXIT);
	for (int cpu = 0; cpu < 2; cpu++)
		RUN("lookup on a CPU", SET(0, 0), LD_MAP(1, map), KEY(2), MOV(3, cpu ? 1 << 20 : 0),
		    CALL(BPF_FUNC_map_lookup_percpu_elem), JEQ(0, 0, 2), LDX(BPF_DW, 0, 0, 0), EXIT, MOV(0, -1), EXIT);
	for (int i = 0; i < 2; i++)
		RUN("delete", SET(0, 0), LD_MAP(1, map), KEY(2), CALL(BPF_FUNC_map_delete_elem), EXIT);
	for (int i = 0; i < 4; i++)
		RUN("push", SET(0, i), LD_MAP(1, map), VALUE(2), MOV(3, i == 3 ? 2 : 0), CALL(BPF_FUNC_map_push_elem), EXIT);
	RUN("push, flags 1", SET(0, 0), LD_MAP(1, map), VALUE(2), MOV(3, 1), CALL(BPF_FUNC_map_push_elem), EXIT);
	for (int i = 0; i < 3; i++)
		RUN("peek", SET(0, i * 9), LD_MAP(1, map), VALUE(2), CALL(BPF_FUNC_map_peek_elem), MUL(0, 1000), LDX(BPF_DW, 1, 10, -16),
		    ADDR(0, 1), EXIT);
	for (int i = 0; i < 3; i++)
		RUN("pop", SET(0, 0), LD_MAP(1, map), VALUE(2), CALL(BPF_FUNC_map_pop_elem), MUL(0, 1000), LDX(BPF_DW, 1, 10, -16),
		    ADDR(0, 1), EXIT);
	sys_close(map);
}

/* --- bpf_for_each_map_elem --- */

/* BTF with two functions, as a program with a callback must have it. */
static long functions_btf(void)
{
	static const uint32_t types[] = {
		1, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32, /* 1: int */
		0, BTF_KIND_FUNC_PROTO << 24, 1,                      /* 2: int (void) */
		5, BTF_KIND_FUNC << 24, 2,                            /* 3: main */
		10, BTF_KIND_FUNC << 24, 2,                           /* 4: each */
	};
	static const char names[] = "\0int\0main\0each";

	return load_btf(types, sizeof(types), names, sizeof(names));
}

#define FUNCTION 14 /* where it begins */

static void run_callback(const struct bpf_insn *insns, unsigned count, const char *what)
{
	static const struct bpf_func_info info[] = {{0, 3}, {FUNCTION, 4}};
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SOCKET_FILTER), 1);
	long btf = functions_btf(), fd;

	attr.insns = U64(insns);
	attr.insn_cnt = count;
	attr.prog_btf_fd = btf;
	attr.func_info = U64(info);
	attr.func_info_cnt = COUNT(info);
	attr.func_info_rec_size = sizeof(*info);
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	sys_close(btf);
	if (fd >= 0) {
		run_fd(fd, what);
		return;
	}
	line(fd, "  %s", what);
	note("    %s", why_line());
}

/* sum = sum * 7 + key * 100 + value, in what r4 points to; then @extra, with r1 = map, r6 = its key; returns @ret */
static void each(const struct shape *s, const char *what, unsigned keys, const struct bpf_insn *extra, unsigned nextra, int flags)
{
	long map = make_map_of(s);
	static unsigned key;
	static uint64_t value[128];
	struct bpf_insn insns[60] = {
		ST(BPF_DW, 10, -8, 0),
		LD_MAP(1, map),
		LD_FUNC(2, 0),
		MOVR(3, 10),
		ADD(3, -8),
		MOV(4, flags),
		CALL(BPF_FUNC_for_each_map_elem),
		MUL(0, 1000000),
		LDX(BPF_DW, 1, 10, -8),
		INSN(BPF_ALU64 | BPF_MOD | BPF_K, 1, 0, 0, 1000000),
		ADDR(0, 1),
		EXIT,
		/* the function */
		LDX(BPF_W, 6, 2, 0),
		LDX(BPF_DW, 7, 3, 0),
		LDX(BPF_DW, 8, 4, 0),
		MUL(8, 7),
		MOVR(9, 6),
		MUL(9, 100),
		ADDR(8, 9),
		ADDR(8, 7),
		STX(BPF_DW, 4, 8, 0),
	};
	unsigned n = 23;

	insns[3].imm = FUNCTION - 3 - 1;
	memcpy(insns + n, extra, nextra * sizeof(*extra));
	n += nextra;
	insns[n++] = (struct bpf_insn)EXIT;
	for (key = 0; key < keys; key++) {
		value[0] = key + 1;
		elem(BPF_MAP_UPDATE_ELEM, map, &key, value, 0);
	}
	run_callback(insns, n, what);
	for (key = 0; key < 12; key++)
		if (!elem(BPF_MAP_LOOKUP_ELEM, map, &key, value, 0))
			note("    %u: %llu", key, (unsigned long long)value[0]);
	sys_close(map);
}

#define EACH(what, keys, flags, ...)                                                                                           \
	do {                                                                                                                   \
		const struct bpf_insn extra_[] = {__VA_ARGS__};                                                                \
		each(s, what, keys, extra_, COUNT(extra_), flags);                                                             \
	} while (0)

static void visits(struct shape shape)
{
	const struct shape *s = &shape;

	shape.max = shape.key_size == 4 && shape.max ? 8 : shape.max;
	note("%s: each element", s->name);
	EACH("none", 0, 0, MOV(0, 0));
	EACH("all", 6, 0, MOV(0, 0));
	EACH("only the first", 6, 0, MOV(0, 1));
	EACH("flags 1", 6, 1, MOV(0, 0));
	EACH("each is deleted", 6, 0, STX(BPF_W, 10, 6, -4), MOVR(2, 10), ADD(2, -4), CALL(BPF_FUNC_map_delete_elem), MOV(0, 0));
	EACH("the next number is deleted", 6, 0, ADD(6, 1), STX(BPF_W, 10, 6, -4), MOVR(2, 10), ADD(2, -4),
	     CALL(BPF_FUNC_map_delete_elem), MOV(0, 0));
	EACH("each is replaced", 6, 0, STX(BPF_W, 10, 6, -4), STX(BPF_DW, 10, 8, -16), MOVR(2, 10), ADD(2, -4), MOVR(3, 10),
	     ADD(3, -16), MOV(4, 0), CALL(BPF_FUNC_map_update_elem), MOV(0, 0));
}

/* A program that holds a value's address while its key goes and others come. */
static void held(const struct shape *s)
{
	long map = make_map_of(s);
	static uint64_t value[128] = {11};

	elem(BPF_MAP_UPDATE_ELEM, map, &(uint64_t){1}, value, 0);
	note("%s: a value is held", s->name);
	RUN("its key is updated, then another", SET(1, 22), LD_MAP(1, map), KEY(2), CALL(BPF_FUNC_map_lookup_elem), JEQ(0, 0, 21),
	    MOVR(6, 0), LD_MAP(1, map), KEY(2), VALUE(3), MOV(4, 0), CALL(BPF_FUNC_map_update_elem), ST(BPF_W, 10, -8, 2),
	    ST(BPF_DW, 10, -16, 33), LD_MAP(1, map), KEY(2), VALUE(3), MOV(4, 0), CALL(BPF_FUNC_map_update_elem), LDX(BPF_DW, 0, 6, 0),
	    EXIT, MOV(0, 0), EXIT);
	RUN("its key is deleted", SET(1, 0), LD_MAP(1, map), KEY(2), CALL(BPF_FUNC_map_lookup_elem), JEQ(0, 0, 8), MOVR(6, 0),
	    LD_MAP(1, map), KEY(2), CALL(BPF_FUNC_map_delete_elem), LDX(BPF_DW, 0, 6, 0), EXIT, MOV(0, 0), EXIT);
	sys_close(map);
}

int main(void)
{
	for (unsigned i = 0; i < COUNT(shapes); i++)
		element_helpers(&shapes[i]);
	for (unsigned i = 0; i < COUNT(shapes); i++)
		visits(shapes[i]);
	for (unsigned i = 0; i < 9; i++)
		held(&shapes[i]);
	return 0;
}
