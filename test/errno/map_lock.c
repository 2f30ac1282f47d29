/* Values with a lock or a timer in them: BPF_F_LOCK in every call, what user space sees of these fields, freezing. */
#include <linux/btf.h>

#include "test/errno/map.h"
#include "test/errno/prog.h"

struct locked {
	int a;
	struct bpf_spin_lock lock;
	int b, c;
};

struct timed {
	uint64_t n;
	struct bpf_timer timer;
};

enum { INT = 1, LONG, LOCK, TIMER, LOCKED, TIMED };

static long value_types(void)
{
	static const char names[] = "\0int\0long\0bpf_spin_lock\0bpf_timer\0locked\0timed\0m";
	enum { N_INT = 1, N_LONG = 5, N_LOCK = 10, N_TIMER = 24, N_LOCKED = 34, N_TIMED = 41, N_M = 47 };
	static const uint32_t types[] = {
		N_INT, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32,
		N_LONG, BTF_KIND_INT << 24, 8, 64,
		N_LOCK, BTF_KIND_STRUCT << 24 | 1, 4, N_M, INT, 0,
		N_TIMER, BTF_KIND_STRUCT << 24 | 2, 16, N_M, LONG, 0, N_M, LONG, 64,
		N_LOCKED, BTF_KIND_STRUCT << 24 | 4, 16, N_M, INT, 0, N_M, LOCK, 32, N_M, INT, 64, N_M, INT, 96,
		N_TIMED, BTF_KIND_STRUCT << 24 | 2, 24, N_M, LONG, 0, N_M, TIMER, 64,
	};

	return load_btf(types, sizeof(types), names, sizeof(names));
}

static long make_with(unsigned type, unsigned flags, long btf, unsigned value_type, unsigned value_size)
{
	union bpf_attr attr = {
		.map_type = type,
		.key_size = 4,
		.value_size = value_size,
		.max_entries = 3,
		.map_flags = flags,
		.btf_fd = btf,
		.btf_key_type_id = INT,
		.btf_value_type_id = value_type,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static unsigned key;

static long update(long fd, int a, uint64_t flags)
{
	struct locked value = {a, {0x5a5a5a5a}, a + 1, a + 2};

	return elem(BPF_MAP_UPDATE_ELEM, fd, &key, &value, flags);
}

static void show(long fd, int cmd, uint64_t flags, const char *what)
{
	struct locked value = {-1, {~0u}, -1, -1};
	long ret = elem(cmd, fd, &key, &value, flags);

	line(ret, "  %s, flags 0x%x", what, (unsigned)flags);
	note("    %d, lock %u, %d, %d", value.a, value.lock.val, value.b, value.c);
}

/* The lock is free before, in between and behind. */
static void run_locker(long map)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 1),
		IMM64(1, BPF_PSEUDO_MAP_FD, map, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		CALL(BPF_FUNC_map_lookup_elem),
		JEQ(0, 0, 9),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 1, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, 4),
		CALL(BPF_FUNC_spin_lock),
		INSN(BPF_ST | BPF_MEM | BPF_W, 6, 0, 8, 4711),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, 4),
		CALL(BPF_FUNC_spin_unlock),
		INSN(BPF_LDX | BPF_MEM | BPF_W, 0, 6, 8, 0),
		EXIT,
	};
	static unsigned char packet[64];
	union bpf_attr attr = with_log(trivial(BPF_PROG_TYPE_SCHED_CLS), 1);
	long fd;

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	fd = sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	line_ok(fd, "  a program that takes the lock");
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = fd;
	attr.test.data_in = U64(packet);
	attr.test.data_size_in = sizeof(packet);
	line(sys_bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr)), "  runs");
	note("    %d", (int)attr.test.retval);
	sys_close(fd);
}

static void batches(long fd)
{
	static const int cmd[] = {BPF_MAP_LOOKUP_BATCH, BPF_MAP_UPDATE_BATCH, BPF_MAP_DELETE_BATCH, BPF_MAP_LOOKUP_AND_DELETE_BATCH};
	static unsigned keys[8], position;
	static struct locked values[8];

	for (unsigned c = 0; c < COUNT(cmd); c++) {
		union bpf_attr attr = {.batch = {.map_fd = fd, .count = 3, .keys = U64(keys), .values = U64(values)}};

		for (unsigned i = 0; i < 8; i++)
			keys[i] = i, values[i] = (struct locked){10 * i, {77}, 1, 2};
		attr.batch.out_batch = U64(&position);
		attr.batch.elem_flags = BPF_F_LOCK;
		line(sys_bpf(cmd[c], &attr, sizeof(attr)), "  batch command %d, BPF_F_LOCK", cmd[c]);
		note("    count %u", attr.batch.count);
		for (unsigned i = 0; i < attr.batch.count && cmd[c] == BPF_MAP_LOOKUP_BATCH; i++)
			note("    %d, lock %u", values[i].a, values[i].lock.val);
	}
}

static void locks(unsigned type, const char *name, unsigned flags, long btf)
{
	static const uint64_t how[] = {BPF_F_LOCK, BPF_F_LOCK | BPF_NOEXIST, BPF_F_LOCK | BPF_EXIST, BPF_F_LOCK | 3, BPF_EXIST};
	long fd = make_with(type, flags, btf, LOCKED, sizeof(struct locked));

	line_ok(fd, "%s, flags 0x%x", name, flags);
	for (key = 0; key < 2; key++)
		for (unsigned i = 0; i < COUNT(how); i++) {
			line(update(fd, 10 * key + i, how[i]), "  update of %u, flags 0x%x", key, (unsigned)how[i]);
			show(fd, BPF_MAP_LOOKUP_ELEM, 0, "lookup");
			show(fd, BPF_MAP_LOOKUP_ELEM, BPF_F_LOCK, "lookup");
		}
	run_locker(fd);
	show(fd, BPF_MAP_LOOKUP_ELEM, BPF_F_LOCK, "lookup");
	for (key = 1; key < 4; key++)
		line(update(fd, 100 * key, BPF_F_LOCK), "  update of %u", key);
	key = 1;
	batches(fd);
	show(fd, BPF_MAP_LOOKUP_AND_DELETE_ELEM, BPF_F_LOCK, "take");
	line(sys_bpf(BPF_MAP_FREEZE, &(union bpf_attr){.map_fd = fd}, sizeof(union bpf_attr)), "  freeze");
	line(update(fd, 1, BPF_F_LOCK), "  update");
	sys_close(fd);
}

static void timers(unsigned type, const char *name, unsigned flags, long btf)
{
	long fd = make_with(type, flags, btf, TIMED, sizeof(struct timed));
	struct timed value;

	line_ok(fd, "%s with timers", name);
	for (unsigned i = 0; i < 4; i++) {
		memset(&value, 0x66, sizeof(value));
		key = 1 + i % 2;
		line(elem(BPF_MAP_UPDATE_ELEM, fd, &key, &value, i == 3 ? BPF_F_LOCK : 0), "  update");
		memset(&value, 0xee, sizeof(value));
		line(elem(BPF_MAP_LOOKUP_ELEM, fd, &key, &value, 0), "  lookup");
		note("    %llx", (unsigned long long)value.n);
		for (unsigned b = 0; b < sizeof(value.timer); b += 8)
			note("    %llx", *(unsigned long long *)((char *)&value.timer + b));
	}
	line(elem(BPF_MAP_DELETE_ELEM, fd, &key, NULL, 0), "  delete");
	line(sys_bpf(BPF_MAP_FREEZE, &(union bpf_attr){.map_fd = fd}, sizeof(union bpf_attr)), "  freeze");
	sys_close(fd);
}

int main(void)
{
	static const struct {
		unsigned type;
		const char *name;
		unsigned flags;
	} type[] = {
		{BPF_MAP_TYPE_HASH, "hash", BPF_F_ZERO_SEED},
		{BPF_MAP_TYPE_HASH, "hash", BPF_F_ZERO_SEED | BPF_F_NO_PREALLOC},
		{BPF_MAP_TYPE_ARRAY, "array", 0},
		{BPF_MAP_TYPE_LRU_HASH, "lru_hash", 0},
		{BPF_MAP_TYPE_PERCPU_HASH, "percpu_hash", 0},
		{BPF_MAP_TYPE_LRU_PERCPU_HASH, "lru_percpu_hash", 0},
		{BPF_MAP_TYPE_PERCPU_ARRAY, "percpu_array", 0},
	};
	long btf = value_types();

	line_ok(btf, "BTF");
	for (unsigned i = 0; i < 3; i++)
		locks(type[i].type, type[i].name, type[i].flags, btf);
	for (unsigned i = 3; i < COUNT(type); i++)
		line_ok(make_with(type[i].type, 0, btf, LOCKED, sizeof(struct locked)), "%s with locks", type[i].name);
	for (unsigned i = 0; i < 4; i++)
		timers(type[i].type, type[i].name, type[i].flags, btf);
	for (unsigned i = 4; i < COUNT(type); i++)
		line_ok(make_with(type[i].type, 0, btf, TIMED, sizeof(struct timed)), "%s with timers", type[i].name);
	return 0;
}
