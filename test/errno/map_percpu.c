/*
 * Maps with a value for each CPU, on four CPUs: what user space writes and reads at once, what programs find and make on the CPU that
 * they run on, one element at a time and in batches.
 */
#include <stdio.h>

#include "test/errno/map.h"
#include "test/errno/prog.h"

#define CPUS 4
#define STX(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define LDX(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define MOVR(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD(d, value) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, value)
#define ST(size, d, o, value) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, value)
#define LD_MAP(d, fd) IMM64(d, BPF_PSEUDO_MAP_FD, fd, 0)

static const struct {
	unsigned type;
	const char *name;
} types[] = {
	{BPF_MAP_TYPE_PERCPU_HASH, "percpu_hash"},
	{BPF_MAP_TYPE_PERCPU_ARRAY, "percpu_array"},
	{BPF_MAP_TYPE_LRU_PERCPU_HASH, "lru_percpu_hash"},
};

static long load_insns(const struct bpf_insn *insns, unsigned n)
{
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SOCKET_FILTER), 1);
	long fd;

	attr.insns = U64(insns);
	attr.insn_cnt = n;
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		note("load: %s", why_line());
	return fd;
}

/* Adds one to the value of key 1 and returns what it is then; 99: there is none. */
static long adder(long map)
{
	struct bpf_insn insns[] = {
		ST(BPF_W, 10, -4, 1), MOVR(2, 10),        ADD(2, -4), LD_MAP(1, map), CALL(BPF_FUNC_map_lookup_elem),
		JEQ(0, 0, 5),         LDX(BPF_DW, 1, 0, 0), ADD(1, 1),  STX(BPF_DW, 0, 1, 0), MOVR(0, 1),
		EXIT,                 MOV(0, 99),         EXIT,
	};

	return load_insns(insns, COUNT(insns));
}

/* Sets key @key to 7, by bpf_map_update_elem. */
static long setter(long map, int key)
{
	struct bpf_insn insns[] = {
		ST(BPF_W, 10, -4, key), ST(BPF_DW, 10, -16, 7), MOVR(2, 10), ADD(2, -4), MOVR(3, 10), ADD(3, -16), MOV(4, 0),
		LD_MAP(1, map), CALL(BPF_FUNC_map_update_elem), EXIT,
	};

	return load_insns(insns, COUNT(insns));
}

/* Returns the value of key 1 on CPU @cpu; 99: there is none. */
static long peeker(long map, int cpu)
{
	struct bpf_insn insns[] = {
		ST(BPF_W, 10, -4, 1), MOVR(2, 10), ADD(2, -4), LD_MAP(1, map), MOV(3, cpu),
		CALL(BPF_FUNC_map_lookup_percpu_elem), JEQ(0, 0, 2), LDX(BPF_DW, 0, 0, 0), EXIT, MOV(0, 99), EXIT,
	};

	return load_insns(insns, COUNT(insns));
}

static void run_on(unsigned cpu, long prog, const char *what)
{
	static unsigned char packet[64];
	union bpf_attr attr = {0};
	long err;

	sys_cpu(cpu);
	attr.test.prog_fd = prog;
	attr.test.data_in = U64(packet);
	attr.test.data_size_in = sizeof(packet);
	err = sys_bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr));
	line(err, "  CPU %u: %s, retval %d", cpu, what, (int)attr.test.retval);
}

static void show_values(const char *what, unsigned key, const uint64_t *value)
{
	note("  %s: key %u: %llu %llu %llu %llu", what, key, (unsigned long long)value[0], (unsigned long long)value[1],
	     (unsigned long long)value[2], (unsigned long long)value[3]);
}

static void show_key(long map, unsigned key, const char *what)
{
	uint64_t value[CPUS] = {0};
	long err = elem(BPF_MAP_LOOKUP_ELEM, map, &key, value, 0);

	if (err)
		line(err, "  %s: key %u", what, key);
	else
		show_values(what, key, value);
}

static void programs(long map)
{
	long add = adder(map), set1 = setter(map, 1), set2 = setter(map, 2), peek;

	for (unsigned cpu = 0; cpu < CPUS; cpu++)
		run_on(cpu, add, "adds");
	run_on(2, add, "adds again");
	show_key(map, 1, "added");
	run_on(3, set1, "sets key 1");
	run_on(1, set2, "sets key 2");
	show_key(map, 1, "set");
	show_key(map, 2, "set");
	for (int cpu = -1; cpu <= CPUS; cpu++) {
		char what[40];

		peek = peeker(map, cpu);
		sprintf(what, "looks at CPU %d", cpu);
		run_on(0, peek, what);
		sys_close(peek);
	}
	sys_close(add);
	sys_close(set1);
	sys_close(set2);
}

/* The keys in order: hashes have none that is the same in every boot. */
static void show_batch(long map, const char *what, int cmd)
{
	unsigned keys[8] = {0}, out = 0;
	uint64_t values[8 * CPUS] = {0};
	union bpf_attr attr = {.batch = {.map_fd = map, .count = 8, .keys = U64(keys), .values = U64(values),
					 .out_batch = U64(&out)}};
	long err = sys_bpf(cmd, &attr, sizeof(attr));

	line(err, "  %s: count %u", what, attr.batch.count);
	for (unsigned key = 0; key < 8; key++)
		for (unsigned i = 0; i < attr.batch.count && (!err || err == -2); i++)
			if (keys[i] == key)
				show_values(what, key, &values[i * CPUS]);
}

static void batches(long map)
{
	unsigned keys[2] = {0, 3};
	uint64_t values[2 * CPUS] = {10, 11, 12, 13, 20, 21, 22, 23};
	union bpf_attr attr = {.batch = {.map_fd = map, .count = 2, .keys = U64(keys), .values = U64(values)}};

	sys_cpu(1);
	line(sys_bpf(BPF_MAP_UPDATE_BATCH, &attr, sizeof(attr)), "  update of two");
	show_batch(map, "batch", BPF_MAP_LOOKUP_BATCH);
	show_batch(map, "taken", BPF_MAP_LOOKUP_AND_DELETE_BATCH);
	show_key(map, 0, "left");
}

static void life(unsigned t, unsigned flags)
{
	union bpf_attr attr = {.map_type = types[t].type, .key_size = 4, .value_size = 8, .max_entries = 4, .map_flags = flags};
	uint64_t value[CPUS] = {100, 200, 300, 400};
	unsigned key = 1;
	long map = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

	note("%s, flags %#x", types[t].name, flags);
	sys_cpu(0);
	programs(map);
	line(elem(BPF_MAP_UPDATE_ELEM, map, &key, value, BPF_ANY), "  user space writes key 1");
	programs(map);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, &key, value, 0), "  taken: key 1");
	show_values("taken", 1, value);
	show_key(map, 1, "then");
	batches(map);
	sys_close(map);
}

/* Values of 12 bytes: 16 for each CPU, and all of them are copied. */
static void odd(unsigned t)
{
	union bpf_attr attr = {.map_type = types[t].type, .key_size = 4, .value_size = 12, .max_entries = 4};
	unsigned char value[CPUS * 16], back[CPUS * 16 + 8];
	unsigned key = 1;
	long map = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	char text[400] = "";

	memset(value, 0xaa, sizeof(value));
	memset(back, 0x55, sizeof(back));
	line(elem(BPF_MAP_UPDATE_ELEM, map, &key, value, BPF_ANY), "%s of 12 bytes", types[t].name);
	line(elem(BPF_MAP_LOOKUP_ELEM, map, &key, back, 0), "  read");
	for (unsigned i = 0; i < sizeof(back); i++)
		sprintf(text + 2 * i, "%02x", back[i]);
	note("  %s", text);
	line(elem(BPF_MAP_LOOKUP_ELEM, map, &key, page_end(CPUS * 16), 0), "  read to a page's end");
	line(elem(BPF_MAP_LOOKUP_ELEM, map, &key, page_end(CPUS * 16 - 4), 0), "  read, no room for the last");
	line(elem(BPF_MAP_UPDATE_ELEM, map, &key, page_end(CPUS * 16 - 4), 0), "  write, the last is cut");
	sys_close(map);
}

int main(void)
{
	sys_cpus(4);
	for (unsigned t = 0; t < COUNT(types); t++) {
		life(t, 0);
		if (types[t].type == BPF_MAP_TYPE_PERCPU_HASH)
			life(t, BPF_F_NO_PREALLOC);
		odd(t);
	}
	return 0;
}
