/*
 * Which elements an LRU map gives up, and when: update after update, with programs that look keys up in between. One CPU.
 */
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

static unsigned roll(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* A program that looks up, in @map, the key that stands in the array @args. */
static long looker(long args, long map)
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

static struct bench make_bench(unsigned type, unsigned max, unsigned flags)
{
	struct bench b = {0};

	b.map = make(type, max, flags);
	b.args = make(BPF_MAP_TYPE_ARRAY, 1, 0);
	b.prog = looker(b.args, b.map);
	return b;
}

static void end_bench(const struct bench *b)
{
	sys_close(b->prog);
	sys_close(b->args);
	sys_close(b->map);
}

static unsigned look(const struct bench *b, unsigned key)
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

static long put(struct bench *b, unsigned key, uint64_t flags)
{
	uint64_t value[128] = {key};

	if (key >= b->keys)
		b->keys = key + 1;
	return elem(BPF_MAP_UPDATE_ELEM, b->map, &key, value, flags);
}

/* The keys that are there, as ranges. */
static void show(const struct bench *b, const char *what)
{
	char text[2000] = "";
	unsigned len = 0, n = 0;
	uint64_t value[128];

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

/* Twice as many new keys as there is room for. */
static void fill_up(unsigned type, const char *name, unsigned max, unsigned flags)
{
	struct bench b = make_bench(type, max, flags);

	note("%s of %u, flags 0x%x: new keys", name, max, flags);
	for (unsigned key = 0; key < 2 * max + 3; key++) {
		put(&b, key, BPF_ANY);
		if (key >= max - 1 && (key - max + 1) % (max / 8 + 1) == 0)
			show(&b, "then");
	}
	end_bench(&b);
}

/* Programs use every third key; then new ones come. */
static void use(unsigned type, const char *name, unsigned max, unsigned flags)
{
	struct bench b = make_bench(type, max, flags);

	note("%s of %u, flags 0x%x: every third key is used", name, max, flags);
	for (unsigned key = 0; key < max; key++)
		put(&b, key, BPF_ANY);
	for (unsigned i = 0; i < 3 * max; i++) {
		for (unsigned key = 0; i % (max / 4 + 1) == 0 && key < max; key += 3)
			look(&b, key);
		put(&b, 1000 + i, BPF_ANY);
		if (i % (max / 4 + 1) == 1)
			show(&b, "then");
	}
	end_bench(&b);
}

/* Anything, from a generator; what is there is summed up in short. */
static void mixture(unsigned type, const char *name, unsigned max, unsigned flags, unsigned steps)
{
	struct bench b = make_bench(type, max, flags);
	unsigned found = 0, failed = 0;

	note("%s of %u, flags 0x%x: a mixture", name, max, flags);
	seed = max + flags;
	for (unsigned i = 1; i <= steps; i++) {
		unsigned dice = roll(10), key = roll(2 * max + 2);

		if (dice < 4)
			failed += put(&b, key, roll(3)) != 0;
		else if (dice < 8)
			found += look(&b, key);
		else if (dice < 9)
			failed += elem(BPF_MAP_DELETE_ELEM, b.map, &key, NULL, 0) != 0;
		else
			failed += put(&b, key + 2 * max, BPF_ANY) != 0;
		if (i % (steps / 8) == 0) {
			note("  %u found, %u failed", found, failed);
			show(&b, "left");
		}
	}
	end_bench(&b);
}

/* Updates that fail, and replacements, evict as well. */
static void failures(unsigned type, const char *name, unsigned flags)
{
	struct bench b = make_bench(type, 4, flags);

	note("%s of 4, flags 0x%x: failures", name, flags);
	for (unsigned key = 0; key < 4; key++)
		put(&b, key, BPF_ANY);
	line(put(&b, 3, BPF_NOEXIST), "  key 3, BPF_NOEXIST");
	show(&b, "then");
	line(put(&b, 9, BPF_EXIST), "  key 9, BPF_EXIST");
	show(&b, "then");
	for (unsigned i = 0; i < 6; i++) {
		line(put(&b, 2, BPF_ANY), "  key 2 again");
		show(&b, "then");
	}
	end_bench(&b);
}

int main(void)
{
	static const unsigned size[] = {1, 2, 3, 4, 5, 16, 127, 128, 129, 300};
	static const struct {
		unsigned type;
		const char *name;
	} type[] = {{BPF_MAP_TYPE_LRU_HASH, "lru_hash"}, {BPF_MAP_TYPE_LRU_PERCPU_HASH, "lru_percpu_hash"}};

	for (unsigned t = 0; t < COUNT(type); t++)
		for (unsigned flags = 0; flags <= BPF_F_NO_COMMON_LRU; flags += BPF_F_NO_COMMON_LRU) {
			for (unsigned i = 0; i < COUNT(size); i++)
				fill_up(type[t].type, type[t].name, size[i], flags);
			use(type[t].type, type[t].name, 6, flags);
			use(type[t].type, type[t].name, 40, flags);
			use(type[t].type, type[t].name, 300, flags);
			mixture(type[t].type, type[t].name, 5, flags, 400);
			mixture(type[t].type, type[t].name, 50, flags, 1000);
			mixture(type[t].type, type[t].name, 400, flags, 4000);
			failures(type[t].type, type[t].name, flags);
		}
	return 0;
}
