/*
 * Random bpf(2) calls on maps: map_call_fuzz [CALLS] [SEED]. Half of each attr makes sense, the rest is
 * whatever comes up, bad pointers included. Between them sockets and perf events are opened, and mapped memory is
 * read and written. Nothing may crash; when all fds are closed, no map is left.
 */
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "sim/sim.h"
#include "test/support/host.h"

#define PID 100            /* the loader */
#define MEMORY 0x10000000u /* where the task's memory begins: the attr, then what calls may name */

static const int commands[] = {
	BPF_MAP_CREATE,       BPF_MAP_LOOKUP_ELEM,  BPF_MAP_UPDATE_ELEM,
	BPF_MAP_DELETE_ELEM,  BPF_MAP_GET_NEXT_KEY, BPF_MAP_LOOKUP_AND_DELETE_ELEM,
	BPF_MAP_FREEZE,       BPF_MAP_LOOKUP_BATCH, BPF_MAP_LOOKUP_AND_DELETE_BATCH,
	BPF_MAP_UPDATE_BATCH, BPF_MAP_DELETE_BATCH, BPF_OBJ_GET_INFO_BY_FD,
};

static u64 seed = 1;
static u8 memory[4096]; /* user memory that the calls may name */

static bool mapped(u64 uaddr, u64 n)
{
	return n <= sizeof(memory) && uaddr >= MEMORY && uaddr - MEMORY <= sizeof(memory) - n;
}

static int memory_in(void *ctx, u32 pid, void *dst, u64 uaddr, u64 n)
{
	(void)ctx, (void)pid;
	if (!mapped(uaddr, n))
		return -EFAULT;
	memcpy(dst, memory + (uaddr - MEMORY), n);
	return 0;
}

static int memory_out(void *ctx, u32 pid, u64 uaddr, const void *src, u64 n)
{
	(void)ctx, (void)pid;
	if (!mapped(uaddr, n))
		return -EFAULT;
	memcpy(memory + (uaddr - MEMORY), src, n);
	return 0;
}

static u32 roll(u32 n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % n;
}

static u64 any_pointer(void)
{
	static const u64 bad[] = {
		0, 1, 0x1000, 0x7fffffffffff, 0x800000000000, UINT64_MAX - 3, ARENA_BASE - 1};

	return roll(8) ? MEMORY + roll(sizeof(memory)) : bad[roll(ARRAY_SIZE(bad))];
}

static u32 any_size(void)
{
	static const u32 odd[] = {0, 1, 4095, 4096, 65536, 1u << 31, UINT32_MAX};

	return roll(8) ? 1 + roll(24) : odd[roll(ARRAY_SIZE(odd))];
}

/* What maps that are channels, and maps of objects, are like. */
static const union bpf_attr channels[] = {
	{.map_type = BPF_MAP_TYPE_RINGBUF, .max_entries = 4096},
	{.map_type = BPF_MAP_TYPE_USER_RINGBUF, .max_entries = 8192},
	{.map_type = BPF_MAP_TYPE_PERF_EVENT_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 3},
	{.map_type = BPF_MAP_TYPE_DEVMAP, .key_size = 4, .value_size = 8, .max_entries = 3},
	{.map_type = BPF_MAP_TYPE_DEVMAP_HASH, .key_size = 4, .value_size = 4, .max_entries = 3},
	{.map_type = BPF_MAP_TYPE_CPUMAP, .key_size = 4, .value_size = 8, .max_entries = 3},
	{.map_type = BPF_MAP_TYPE_XSKMAP, .key_size = 4, .value_size = 4, .max_entries = 3},
	{.map_type = BPF_MAP_TYPE_SOCKMAP, .key_size = 4, .value_size = 8, .max_entries = 3},
	{.map_type = BPF_MAP_TYPE_SOCKHASH, .key_size = 4, .value_size = 8, .max_entries = 3},
	{.map_type = BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, .key_size = 4, .value_size = 8, .max_entries = 3},
	{.map_type = BPF_MAP_TYPE_CGROUP_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 3},
	{.map_type = BPF_MAP_TYPE_CGROUP_STORAGE, .key_size = 8, .value_size = 8},
};

/* What a type cannot do without: a key of this size, this flag. */
static void fill_type(union bpf_attr *attr)
{
	static const struct {
		u32 type, key_size, flags;
	} types[] = {
		{BPF_MAP_TYPE_HASH, 4, 0},          {BPF_MAP_TYPE_ARRAY, 4, 0},
		{BPF_MAP_TYPE_PERCPU_HASH, 4, 0},   {BPF_MAP_TYPE_PERCPU_ARRAY, 4, 0},
		{BPF_MAP_TYPE_LRU_HASH, 4, 0},      {BPF_MAP_TYPE_LRU_PERCPU_HASH, 4, 0},
		{BPF_MAP_TYPE_BLOOM_FILTER, 0, 0},  {BPF_MAP_TYPE_LPM_TRIE, 6, BPF_F_NO_PREALLOC},
		{BPF_MAP_TYPE_STACK_TRACE, 4, 0},   {BPF_MAP_TYPE_QUEUE, 0, 0},
	};
	u32 i = roll(ARRAY_SIZE(types));

	attr->map_type = types[i].type;
	attr->key_size = types[i].key_size;
	attr->map_flags = types[i].flags;
}

static void fill_create(union bpf_attr *attr)
{
	if (!roll(2)) {
		*attr = channels[roll(ARRAY_SIZE(channels))];
		return;
	}
	static const u32 flags[] = {
		0, 0, 0, BPF_F_NO_PREALLOC, BPF_F_MMAPABLE, BPF_F_RDONLY, BPF_F_WRONLY_PROG, BPF_F_NO_COMMON_LRU,
		BPF_F_ZERO_SEED, 0xff,
	};

	if (roll(8))
		fill_type(attr);
	else
		attr->map_type = roll(40), attr->key_size = any_size();
	attr->value_size = any_size();
	attr->max_entries = roll(8) ? 1 + roll(40) : any_size() % 5000;
	attr->map_flags |= flags[roll(ARRAY_SIZE(flags))];
}

static void fill_elem(union bpf_attr *attr, u32 fd)
{
	attr->map_fd = fd;
	attr->key = roll(4) ? any_pointer() : 0;
	attr->value = any_pointer();
	attr->flags = roll(4) ? 0 : roll(8);
}

static void fill_batch(union bpf_attr *attr, u32 fd)
{
	attr->batch.map_fd = fd;
	attr->batch.in_batch = roll(2) ? 0 : any_pointer();
	attr->batch.out_batch = any_pointer();
	attr->batch.keys = any_pointer();
	attr->batch.values = any_pointer();
	attr->batch.count = any_size();
	attr->batch.elem_flags = roll(8) ? 0 : roll(8);
}

static void fill(union bpf_attr *attr, int cmd, u32 fd)
{
	memset(attr, 0, sizeof(*attr));
	if (cmd == BPF_MAP_CREATE)
		fill_create(attr);
	else if (cmd == BPF_OBJ_GET_INFO_BY_FD)
		attr->info.bpf_fd = fd, attr->info.info_len = any_size(), attr->info.info = any_pointer();
	else if (cmd == BPF_MAP_FREEZE)
		attr->map_fd = roll(8) ? UINT32_MAX : fd;
	else if (cmd >= BPF_MAP_LOOKUP_BATCH)
		fill_batch(attr, fd);
	else
		fill_elem(attr, fd);
	if (cmd == BPF_MAP_DELETE_ELEM || cmd == BPF_MAP_GET_NEXT_KEY)
		attr->flags = 0;
	if (!roll(20))
		((u8 *)attr)[roll(sizeof(*attr))] ^= 1 << roll(8);
}

/* One call with the attr at the beginning of the task's memory. */
static bool any_call(struct sim *sim)
{
	int cmd = roll(30) ? commands[roll(ARRAY_SIZE(commands))] : (int)roll(40);
	union bpf_attr attr;

	fill(&attr, cmd, roll(20) ? 3 + roll(12) : roll(100));
	memcpy(memory, &attr, sizeof(attr));
	return sim_bpf(sim, PID, cmd, MEMORY, roll(8) ? sizeof(attr) : roll(200)) >= 0;
}

/* Small numbers in the task's memory: keys, fds, ifindexes. */
static void small_numbers(void)
{
	for (u32 i = 0; i < 64; i++) {
		u32 at = roll(sizeof(memory) / 8) * 8, n = roll(15);

		memset(memory + at, 0, 8);
		memcpy(memory + at, &n, sizeof(n));
	}
}

static void open_something(struct sim *sim)
{
	static const u16 families[] = {AF_UNIX, AF_INET, AF_XDP, 99};
	const struct perf_open perf = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_BPF_OUTPUT, .sample_type = PERF_SAMPLE_RAW, .pages = roll(3)};

	if (roll(2))
		sim_socket(sim, PID, families[roll(ARRAY_SIZE(families))], 1 + roll(5), 0);
	else
		sim_perf_open(sim, PID, &perf);
}

static void touch_memory(struct sim *sim)
{
	u8 bytes[300];
	u64 off = roll(2) ? roll(6) * 4096 : any_pointer();
	int fd = 3 + roll(12);

	sim_load(sim, PID, fd, off + roll(2) * 1024, bytes, roll(sizeof(bytes)));
	for (u32 i = 0; i < sizeof(bytes); i++)
		bytes[i] = roll(4) ? 0 : roll(256);
	sim_store(sim, PID, fd, off, bytes, roll(sizeof(bytes)));
}

int main(int argc, char **argv)
{
	u64 calls = argc > 1 ? strtoull(argv[1], NULL, 0) : 50000, good = 0;
	struct sim_host *host = host_new();
	struct sim *sim = sim_new(host);

	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	host->copy_in = memory_in;
	host->copy_out = memory_out;
	for (u64 i = 0; i < calls; i++) {
		if (!roll(10))
			small_numbers();
		if (!roll(20))
			open_something(sim);
		if (!roll(20))
			touch_memory(sim);
		good += any_call(sim);
		if (fd_file(task_by_pid(sim, PID), 14))
			sim_close(sim, PID, 3 + roll(12));
	}
	for (int fd = 3; fd < TASK_MAX_FDS; fd++)
		sim_close(sim, PID, fd);
	if (obj_next(sim, OBJ_MAP, 0)) {
		fprintf(stderr, "a map is left without fds\n");
		return 1;
	}
	printf("%llu calls on maps, %llu succeeded\n", (unsigned long long)calls, (unsigned long long)good);
	sim_delete(sim);
	host_delete(host);
	return 0;
}
