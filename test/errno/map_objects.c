/* Elements that are programs and maps; maps without keys; per-CPU arrays: every call, with what it may not have. */
#include "test/errno/map.h"

static long make_sized(unsigned type, unsigned key_size, unsigned value_size, unsigned inner)
{
	union bpf_attr attr = {
		.map_type = type,
		.key_size = key_size,
		.value_size = value_size,
		.max_entries = 3,
		.inner_map_fd = inner,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long program(unsigned type)
{
	static const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {.prog_type = type, .insns = U64(insns), .insn_cnt = 2, .license = U64("GPL")};

	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static long set(long map, unsigned key, unsigned value, uint64_t flags)
{
	return elem(BPF_MAP_UPDATE_ELEM, map, &key, &value, flags);
}

/* An id is shown as "there": the number is another one on each machine. */
static long get(long map, unsigned key)
{
	uint32_t value = 0;
	long ret = elem(BPF_MAP_LOOKUP_ELEM, map, &key, &value, 0);

	return ret ? ret : !!value;
}

static long delete (long map, unsigned key)
{
	return elem(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0);
}

/* Both kinds of fd, neither, and the flags. */
static void objects(const char *name, long map, long good, long bad)
{
	static const uint64_t flags[] = {BPF_NOEXIST, BPF_EXIST, 3, BPF_F_LOCK};
	unsigned key = 1;
	uint32_t value;

	line(get(map, 1), "%s: lookup in an empty slot", name);
	line(get(map, 3), "%s: lookup of key 3", name);
	line(delete (map, 1), "%s: delete in an empty slot", name);
	line(delete (map, 3), "%s: delete of key 3", name);
	line(set(map, 1, 12345, BPF_ANY), "%s: a number that is no fd", name);
	line(set(map, 1, bad, BPF_ANY), "%s: an fd of the wrong kind", name);
	line(set(map, 3, 12345, BPF_ANY), "%s: key 3, no fd", name);
	for (unsigned i = 0; i < COUNT(flags); i++) {
		line(set(map, 1, good, flags[i]), "%s: flags %d", name, (int)flags[i]);
		line(set(map, 1, 12345, flags[i]), "%s: flags %d, no fd", name, (int)flags[i]);
		line(get(map, 1), "%s: lookup then", name);
	}
	line(set(map, 1, good, BPF_ANY), "%s: set", name);
	line(set(map, 1, good, BPF_ANY), "%s: set again", name);
	line(get(map, 1), "%s: lookup", name);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, &key, &value, 0), "%s: lookup and delete", name);
	line(delete (map, 1), "%s: delete", name);
	line(get(map, 1), "%s: lookup after it", name);
}

static void ring(const char *name, unsigned type)
{
	static const uint64_t flags[] = {BPF_NOEXIST, 3, BPF_F_LOCK};
	long map = make_sized(type, 0, 4, 0);
	uint32_t key = 0, value = 0;

	line(elem(BPF_MAP_LOOKUP_ELEM, map, NULL, &value, 0), "%s: peek, empty", name);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, NULL, &value, 0), "%s: pop, empty", name);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, NULL, &value, BPF_F_LOCK), "%s: pop, lock", name);
	line(elem(BPF_MAP_UPDATE_ELEM, map, &key, &value, 0), "%s: push with a key", name);
	line(elem(BPF_MAP_LOOKUP_ELEM, map, &key, &value, 0), "%s: peek with a key", name);
	line(elem(BPF_MAP_DELETE_ELEM, map, NULL, NULL, 0), "%s: delete", name);
	line(elem(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0), "%s: delete with a key", name);
	line(elem(BPF_MAP_GET_NEXT_KEY, map, NULL, &value, 0), "%s: next key", name);
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(elem(BPF_MAP_UPDATE_ELEM, map, NULL, &value, flags[i]), "%s: push, flags %d", name, (int)flags[i]);
	for (value = 1; value < 5; value++)
		line(elem(BPF_MAP_UPDATE_ELEM, map, NULL, &value, 0), "%s: push %u", name, value);
	line(elem(BPF_MAP_UPDATE_ELEM, map, NULL, &value, BPF_EXIST), "%s: push 5 all the same", name);
	for (int i = 0; i < 4; i++) {
		long ret = elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, NULL, &value, 0);

		line(ret ? ret : (long)value, "%s: pop", name);
	}
}

static void percpu(void)
{
	static const uint64_t flags[] = {BPF_ANY, BPF_NOEXIST, BPF_EXIST, 3, BPF_F_LOCK};
	long map = make_sized(BPF_MAP_TYPE_PERCPU_ARRAY, 4, 4, 0);
	uint64_t value[256] = {0};

	for (unsigned key = 2; key < 4; key++) {
		for (unsigned i = 0; i < COUNT(flags); i++)
			line(elem(BPF_MAP_UPDATE_ELEM, map, &key, value, flags[i]), "percpu_array: key %u, flags %d", key, (int)flags[i]);
		line(elem(BPF_MAP_LOOKUP_ELEM, map, &key, value, 0), "percpu_array: lookup of key %u", key);
		line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, &key, value, 0), "percpu_array: lookup and delete of key %u", key);
		line(delete (map, key), "percpu_array: delete of key %u", key);
	}
}

int main(void)
{
	long filter = program(BPF_PROG_TYPE_SOCKET_FILTER), xdp = program(BPF_PROG_TYPE_XDP);
	long array = make_sized(BPF_MAP_TYPE_ARRAY, 4, 4, 0), longer = make_sized(BPF_MAP_TYPE_ARRAY, 4, 8, 0);
	long jumps = make_sized(BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 0);
	long outer = make_sized(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, array), table = make_sized(BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, array);

	objects("prog_array", jumps, filter, array);
	line(set(jumps, 0, xdp, BPF_ANY), "prog_array: a program of another type");
	objects("array_of_maps", outer, array, filter);
	line(set(outer, 0, longer, BPF_ANY), "array_of_maps: a map with larger values");
	objects("hash_of_maps", table, array, filter);
	line(set(table, 0, longer, BPF_ANY), "hash_of_maps: a map with larger values");
	ring("queue", BPF_MAP_TYPE_QUEUE);
	ring("stack", BPF_MAP_TYPE_STACK);
	percpu();
	return 0;
}
