/*
 * One table for all types of maps: what each of them says to the same calls. Empty, filled, too full, deleted
 * from, walked and changed meanwhile, in batches, frozen, with fds that may only read or write.
 */
#include <stdbool.h>

#include "test/errno/map.h"
#include "test/errno/prog.h"

#define TYPES 32u
#define MAX 4u

static const char *const names[TYPES] = {
	"none", "hash", "array", "prog_array", "perf_event_array", "percpu_hash", "percpu_array", "stack_trace", "cgroup_array",
	"lru_hash", "lru_percpu_hash", "lpm_trie", "array_of_maps", "hash_of_maps", "devmap", "sockmap", "cpumap", "xskmap",
	"sockhash", "cgroup_storage", "reuseport_sockarray", "percpu_cgroup_storage", "queue", "stack", "sk_storage",
	"devmap_hash", "struct_ops", "ringbuf", "inode_storage", "task_storage", "bloom_filter", "user_ringbuf",
};

static long inner_fd, prog_fd, perf_fd, btf_fd, socket_fd;

static const char *cmd_name(int cmd)
{
	static const char *const name[] = {
		[BPF_MAP_LOOKUP_ELEM] = "lookup",
		[BPF_MAP_UPDATE_ELEM] = "update",
		[BPF_MAP_DELETE_ELEM] = "delete",
		[BPF_MAP_GET_NEXT_KEY] = "next key",
		[BPF_MAP_LOOKUP_AND_DELETE_ELEM] = "take",
		[BPF_MAP_LOOKUP_BATCH] = "lookup batch",
		[BPF_MAP_LOOKUP_AND_DELETE_BATCH] = "take batch",
		[BPF_MAP_UPDATE_BATCH] = "update batch",
		[BPF_MAP_DELETE_BATCH] = "delete batch",
	};

	return name[cmd];
}

static union bpf_attr basic(unsigned type)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = 4, .max_entries = MAX};

	switch (type) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
		attr.map_flags = BPF_F_ZERO_SEED;
		break;
	case BPF_MAP_TYPE_STACK_TRACE:
		attr.value_size = 64;
		break;
	case BPF_MAP_TYPE_LPM_TRIE:
		attr.key_size = 8;
		attr.map_flags = BPF_F_NO_PREALLOC;
		break;
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
		attr.inner_map_fd = inner_fd;
		attr.map_flags = type == BPF_MAP_TYPE_HASH_OF_MAPS ? BPF_F_ZERO_SEED : 0;
		break;
	case BPF_MAP_TYPE_CGROUP_STORAGE:
	case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
		attr.key_size = 16;
		attr.max_entries = 0;
		break;
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_BLOOM_FILTER:
		attr.key_size = 0;
		break;
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_USER_RINGBUF:
		attr.key_size = attr.value_size = 0;
		attr.max_entries = 4096;
		break;
	case BPF_MAP_TYPE_SK_STORAGE:
	case BPF_MAP_TYPE_INODE_STORAGE:
	case BPF_MAP_TYPE_TASK_STORAGE:
		attr.map_flags = BPF_F_NO_PREALLOC;
		attr.max_entries = 0;
		attr.btf_fd = btf_fd;
		attr.btf_key_type_id = attr.btf_value_type_id = 1;
		break;
	}
	return attr;
}

static long new_map(unsigned type, unsigned flags)
{
	union bpf_attr attr = basic(type);

	attr.map_flags |= flags;
	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* Something that the type takes as its value, as far as there is such a thing here. */
static unsigned good_value(unsigned type, unsigned n)
{
	switch (type) {
	case BPF_MAP_TYPE_PROG_ARRAY:
		return prog_fd;
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
		return perf_fd;
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
		return inner_fd;
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
		return 1;
	case BPF_MAP_TYPE_SOCKMAP:
	case BPF_MAP_TYPE_SOCKHASH:
		return socket_fd;
	case BPF_MAP_TYPE_CPUMAP:
		return 192;
	default:
		return 100 + n;
	}
}

/* A key number @n and its value, in places large enough for those of any type. */
static unsigned char key[64], value[4096], next_key[64];

static void set(unsigned type, unsigned n)
{
	uint32_t word[2] = {n, 0}, v = good_value(type, n);

	if (type == BPF_MAP_TYPE_LPM_TRIE) {
		word[0] = 32;
		word[1] = n;
	}
	if (type == BPF_MAP_TYPE_SK_STORAGE || type == BPF_MAP_TYPE_INODE_STORAGE)
		word[0] = n ? prog_fd : socket_fd;
	memset(key, 0, sizeof(key));
	memset(value, 0, sizeof(value));
	memcpy(key, word, sizeof(word));
	for (unsigned i = 0; i < sizeof(value); i += 64)
		memcpy(value + i, &v, sizeof(v));
}

static bool has_key(unsigned type)
{
	return basic(type).key_size;
}

static long call(int cmd, long fd, unsigned type, unsigned n, uint64_t flags)
{
	union bpf_attr attr = {.map_fd = fd, .flags = flags};

	set(type, n);
	if (cmd == BPF_MAP_LOOKUP_ELEM || cmd == BPF_MAP_LOOKUP_AND_DELETE_ELEM)
		memset(value, 0, sizeof(value));
	attr.key = has_key(type) ? U64(key) : 0;
	if (cmd != BPF_MAP_DELETE_ELEM)
		attr.value = U64(value);
	if (cmd == BPF_MAP_GET_NEXT_KEY)
		attr.next_key = U64(next_key);
	return sys_bpf(cmd, &attr, sizeof(attr));
}

static void show(int cmd, long fd, unsigned type, unsigned n, uint64_t flags, const char *when)
{
	line(call(cmd, fd, type, n, flags), "%s %s: %s %u flags %#llx", names[type], when, cmd_name(cmd), n,
	     (unsigned long long)flags);
}

static void each_call(long fd, unsigned type, unsigned n, const char *when)
{
	show(BPF_MAP_LOOKUP_ELEM, fd, type, n, 0, when);
	show(BPF_MAP_GET_NEXT_KEY, fd, type, n, 0, when);
	show(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, type, n, 0, when);
	show(BPF_MAP_DELETE_ELEM, fd, type, n, 0, when);
}

static void empty(unsigned type)
{
	static const uint64_t flags[] = {1, 2, 3, 4, 5, 8, 1ull << 32, 1ull << 63};
	long fd = new_map(type, 0);

	each_call(fd, type, 0, "empty");
	each_call(fd, type, MAX, "empty");
	for (unsigned i = 0; i < COUNT(flags); i++) {
		show(BPF_MAP_LOOKUP_ELEM, fd, type, 0, flags[i], "empty");
		show(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, type, 0, flags[i], "empty");
	}
	sys_close(fd);
	for (unsigned i = 0; i < COUNT(flags); i++) {
		fd = new_map(type, 0);
		show(BPF_MAP_UPDATE_ELEM, fd, type, 0, flags[i], "empty");
		show(BPF_MAP_UPDATE_ELEM, fd, type, 0, 0, "then");
		show(BPF_MAP_UPDATE_ELEM, fd, type, 0, flags[i], "again");
		sys_close(fd);
	}
}

/* How many keys there are, walked from the first. */
static unsigned walk(long fd, unsigned type, bool take)
{
	union bpf_attr attr = {.map_fd = fd, .next_key = U64(next_key)};
	unsigned n = 0;

	(void)type;
	while (n < 50 && !sys_bpf(BPF_MAP_GET_NEXT_KEY, &attr, sizeof(attr))) {
		union bpf_attr del = {.map_fd = fd, .key = U64(key)};

		memcpy(key, next_key, sizeof(key));
		attr.key = take ? 0 : U64(key);
		if (take && sys_bpf(BPF_MAP_DELETE_ELEM, &del, sizeof(del)))
			break;
		n++;
	}
	return n;
}

static void full(unsigned type)
{
	long fd = new_map(type, 0);

	for (unsigned n = 0; n <= MAX; n++)
		show(BPF_MAP_UPDATE_ELEM, fd, type, n, BPF_ANY, "filling");
	if (has_key(type))
		note("%s filled: %u keys", names[type], walk(fd, type, false));
	for (unsigned n = 0; n <= MAX; n += 2)
		each_call(fd, type, n, "full");
	show(BPF_MAP_UPDATE_ELEM, fd, type, 0, BPF_NOEXIST, "after");
	show(BPF_MAP_UPDATE_ELEM, fd, type, 1, BPF_NOEXIST, "after");
	show(BPF_MAP_UPDATE_ELEM, fd, type, 2, BPF_EXIST, "after");
	if (has_key(type)) {
		note("%s deleted while walked: %u", names[type], walk(fd, type, true));
		note("%s then: %u keys", names[type], walk(fd, type, false));
	}
	sys_close(fd);
}

/* @size: of one value, for all CPUs. */
static void batch(int cmd, long fd, unsigned type, unsigned count, const char *what)
{
	static unsigned char keys[1024], values[16384];
	static uint64_t out;
	union bpf_attr attr = {.batch = {.map_fd = fd, .count = count, .keys = U64(keys), .values = U64(values)}};
	unsigned key_size = basic(type).key_size;
	long ret;

	if (cmd != BPF_MAP_UPDATE_BATCH && cmd != BPF_MAP_DELETE_BATCH)
		attr.batch.out_batch = U64(&out);
	out = 0;
	memset(values, 0, sizeof(values));
	for (unsigned i = 0; i < 8; i++) {
		uint32_t v = good_value(type, i);

		set(type, i);
		memcpy(keys + i * key_size, key, key_size);
		memcpy(values + i * 4, &v, sizeof(v));
	}
	ret = sys_bpf(cmd, &attr, sizeof(attr));
	line(ret, "%s %s: %s of %u, count then %u", names[type], what, cmd_name(cmd), count, attr.batch.count);
}

static void batches(unsigned type)
{
	static const int cmds[] = {BPF_MAP_LOOKUP_BATCH, BPF_MAP_LOOKUP_AND_DELETE_BATCH, BPF_MAP_DELETE_BATCH};
	bool percpu = strstr(names[type], "percpu");
	long fd = new_map(type, 0);

	for (unsigned i = 0; i < COUNT(cmds); i++)
		batch(cmds[i], fd, type, 2, "empty");
	if (!percpu)
		batch(BPF_MAP_UPDATE_BATCH, fd, type, 3, "empty");
	batch(BPF_MAP_UPDATE_BATCH, fd, type, 0, "nothing");
	batch(BPF_MAP_LOOKUP_BATCH, fd, type, 8, "three");
	if (!percpu)
		batch(BPF_MAP_UPDATE_BATCH, fd, type, 6, "too many");
	batch(BPF_MAP_LOOKUP_BATCH, fd, type, 8, "many");
	batch(BPF_MAP_DELETE_BATCH, fd, type, 2, "many");
	batch(BPF_MAP_LOOKUP_AND_DELETE_BATCH, fd, type, 8, "two");
	batch(BPF_MAP_LOOKUP_BATCH, fd, type, 8, "none");
	sys_close(fd);
}

static void modes(unsigned type)
{
	static const struct {
		unsigned flags;
		const char *name;
	} mode[] = {{BPF_F_RDONLY, "rdonly"}, {BPF_F_WRONLY, "wronly"}, {BPF_F_RDONLY_PROG, "rdonly_prog"},
		    {BPF_F_WRONLY_PROG, "wronly_prog"}, {BPF_F_NUMA_NODE, "node 0"}};

	for (unsigned i = 0; i < COUNT(mode); i++) {
		long fd = new_map(type, mode[i].flags);

		line_ok(fd, "%s %s: create", names[type], mode[i].name);
		if (fd < 0)
			continue;
		show(BPF_MAP_UPDATE_ELEM, fd, type, 0, 0, mode[i].name);
		each_call(fd, type, 0, mode[i].name);
		batch(BPF_MAP_LOOKUP_BATCH, fd, type, 8, mode[i].name);
		batch(BPF_MAP_LOOKUP_AND_DELETE_BATCH, fd, type, 8, mode[i].name);
		sys_close(fd);
	}
}

static void frozen(unsigned type)
{
	long fd = new_map(type, 0);
	union bpf_attr attr = {.map_fd = fd};

	call(BPF_MAP_UPDATE_ELEM, fd, type, 0, 0);
	line(sys_bpf(BPF_MAP_FREEZE, &attr, sizeof(attr)), "%s: freeze", names[type]);
	line(sys_bpf(BPF_MAP_FREEZE, &attr, sizeof(attr)), "%s: freeze again", names[type]);
	show(BPF_MAP_UPDATE_ELEM, fd, type, 0, 0, "frozen");
	each_call(fd, type, 0, "frozen");
	batch(BPF_MAP_LOOKUP_BATCH, fd, type, 8, "frozen");
	batch(BPF_MAP_LOOKUP_AND_DELETE_BATCH, fd, type, 8, "frozen");
	batch(BPF_MAP_UPDATE_BATCH, fd, type, 2, "frozen");
	batch(BPF_MAP_DELETE_BATCH, fd, type, 2, "frozen");
	sys_close(fd);
}

/* Arguments that cannot be read or written, and those that should not be there. */
static void bad_memory(unsigned type)
{
	static const int cmds[] = {BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM, BPF_MAP_DELETE_ELEM, BPF_MAP_GET_NEXT_KEY,
				   BPF_MAP_LOOKUP_AND_DELETE_ELEM};
	long fd = new_map(type, 0);

	for (unsigned i = 0; i < COUNT(cmds); i++) {
		union bpf_attr attr = {.map_fd = fd, .key = U64(BAD_POINTER), .value = U64(value)};

		set(type, 0);
		line(sys_bpf(cmds[i], &attr, sizeof(attr)), "%s: %s, bad key", names[type], cmd_name(cmds[i]));
		attr.key = has_key(type) ? U64(key) : 0;
		attr.value = U64(BAD_POINTER);
		line(sys_bpf(cmds[i], &attr, sizeof(attr)), "%s: %s, bad value", names[type], cmd_name(cmds[i]));
		attr.key = 0;
		attr.value = U64(value);
		attr.next_key = cmds[i] == BPF_MAP_GET_NEXT_KEY ? U64(next_key) : attr.value;
		line(sys_bpf(cmds[i], &attr, sizeof(attr)), "%s: %s, no key", names[type], cmd_name(cmds[i]));
	}
	sys_close(fd);
}

int main(void)
{
	struct sys_perf perf = {.type = 1, .config = 10, .sample_type = 1 << 10, .pages = 0};
	static const uint32_t types[] = {1, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32};
	union bpf_attr prog = trivial(BPF_PROG_TYPE_XDP);

	inner_fd = make(BPF_MAP_TYPE_ARRAY, 1, 0);
	prog_fd = sys_bpf(BPF_PROG_LOAD, &prog, sizeof(prog));
	perf_fd = sys_perf_open(&perf);
	btf_fd = load_btf(types, sizeof(types), "\0int", 5);
	socket_fd = sys_socket(2, 2, 0);
	line_ok(inner_fd, "inner");
	line_ok(prog_fd, "program");
	line_ok(perf_fd, "perf event");
	line_ok(btf_fd, "btf");
	line_ok(socket_fd, "socket");
	for (unsigned type = 1; type < TYPES; type++) {
		long fd = new_map(type, 0);

		line_ok(fd, "%s: create", names[type]);
		if (fd < 0)
			continue;
		sys_close(fd);
		empty(type);
		full(type);
		batches(type);
		modes(type);
		frozen(type);
		bad_memory(type);
	}
	return 0;
}
