/*
 * The hash types: with a seed of zero keys come in an order that is the same everywhere, so everything can be compared: what
 * an update does to the order, where a batch stops and goes on, which flags are taken, what is in per-CPU values.
 */
#include <stdbool.h>
#include <stdio.h>

#include "test/errno/map.h"

#define KEY_MAX 24u
#define VALUE_MAX 1024u /* room for the values of many CPUs */

static const struct {
	unsigned type;
	const char *name;
	bool percpu, lru;
} types[] = {
	{BPF_MAP_TYPE_HASH, "hash", false, false},
	{BPF_MAP_TYPE_PERCPU_HASH, "percpu_hash", true, false},
	{BPF_MAP_TYPE_LRU_HASH, "lru_hash", false, true},
	{BPF_MAP_TYPE_LRU_PERCPU_HASH, "lru_percpu_hash", true, true},
};

static unsigned char value[VALUE_MAX];

static long make_hash(unsigned type, unsigned key_size, unsigned value_size, unsigned max, unsigned flags)
{
	union bpf_attr attr = {
		.map_type = type,
		.key_size = key_size,
		.value_size = value_size,
		.max_entries = max,
		.map_flags = BPF_F_ZERO_SEED | flags,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* Key number @n, in as many bytes as the map wants. */
static void *key_of(unsigned n)
{
	static unsigned char key[KEY_MAX];

	for (unsigned i = 0; i < KEY_MAX; i++)
		key[i] = i < 2 ? n >> 8 * i : n * i;
	return key;
}

static long put(long fd, unsigned n, unsigned char first, uint64_t flags)
{
	memset(value, first, sizeof(value));
	return elem(BPF_MAP_UPDATE_ELEM, fd, key_of(n), value, flags);
}

static void show_keys(const char *what, long fd)
{
	unsigned char key[KEY_MAX], next[KEY_MAX];
	union bpf_attr attr = {.map_fd = fd, .next_key = U64(next)};
	char text[400] = "";
	unsigned len = 0;

	while (len < sizeof(text) - 10 && !sys_bpf(BPF_MAP_GET_NEXT_KEY, &attr, sizeof(attr))) {
		memcpy(key, next, sizeof(key));
		attr.key = U64(key);
		len += sprintf(text + len, " %u", key[0]);
	}
	note("  %s:%s", what, text);
}

/* --- orders --- */

static void order(unsigned t, unsigned key_size, unsigned max, unsigned flags)
{
	long fd = make_hash(types[t].type, key_size, 8, max, flags);

	note("%s, key %u, %u elements, flags 0x%x", types[t].name, key_size, max, flags);
	for (unsigned n = 1; n <= max && n <= 20; n++)
		put(fd, n, n, BPF_ANY);
	show_keys("in order", fd);
	put(fd, 3, 33, BPF_ANY);
	put(fd, 7, 77, BPF_EXIST);
	show_keys("3, 7 updated", fd);
	elem(BPF_MAP_DELETE_ELEM, fd, key_of(5), NULL, 0);
	elem(BPF_MAP_DELETE_ELEM, fd, key_of(2), NULL, 0);
	show_keys("5, 2 deleted", fd);
	put(fd, 40, 40, BPF_NOEXIST);
	show_keys("40 is new", fd);
	sys_close(fd);
}

static void orders(void)
{
	static const unsigned size[] = {4, 8, 1, 3, 12, 13, 24};

	for (unsigned t = 0; t < COUNT(types); t++) {
		for (unsigned i = 0; i < COUNT(size); i++)
			order(t, size[i], 20, 0);
		order(t, 4, 8, 0);
		order(t, 4, 1000, 0);
		if (!types[t].lru)
			order(t, 4, 20, BPF_F_NO_PREALLOC);
		else
			order(t, 4, 20, BPF_F_NO_COMMON_LRU);
	}
}

/* --- batches --- */

static unsigned char keys[64 * 4], values[64 * VALUE_MAX];

static union bpf_attr batch(long fd, unsigned count)
{
	return (union bpf_attr){.batch = {.map_fd = fd, .count = count, .keys = U64(keys), .values = U64(values)}};
}

static void show_batch(long ret, const union bpf_attr *attr, unsigned position, const char *what)
{
	char text[400] = "";
	unsigned len = 0;

	line(ret, "  %s", what);
	for (unsigned i = 0; i < attr->batch.count && i < 64; i++)
		len += sprintf(text + len, " %u=%u", keys[4 * i], values[8 * i]);
	note("    position %u, count %u:%s", position, attr->batch.count, text);
}

static void walk(long fd, int cmd, const char *what, unsigned count)
{
	unsigned position = 0;
	long ret = 0;

	for (unsigned calls = 0; !ret && calls < 40; calls++) {
		union bpf_attr attr = batch(fd, count);

		attr.batch.in_batch = calls ? U64(&position) : 0;
		attr.batch.out_batch = U64(&position);
		memset(keys, 0, sizeof(keys));
		ret = sys_bpf(cmd, &attr, sizeof(attr));
		show_batch(ret, &attr, position, what);
	}
}

static void fill(long fd, unsigned n)
{
	for (unsigned i = 1; i <= n; i++)
		put(fd, i, i, BPF_ANY);
}

static void batches(unsigned t)
{
	long fd = make_hash(types[t].type, 4, 8, 32, 0);
	union bpf_attr attr;

	fill(fd, 30);
	note("%s: batches", types[t].name);
	walk(fd, BPF_MAP_LOOKUP_BATCH, "lookup by 64", 64);
	walk(fd, BPF_MAP_LOOKUP_BATCH, "lookup by 7", 7);
	walk(fd, BPF_MAP_LOOKUP_BATCH, "lookup by 1", 1);
	walk(fd, BPF_MAP_LOOKUP_AND_DELETE_BATCH, "take by 9", 9);
	show_keys("left", fd);
	for (unsigned i = 0; i < 64; i++) {
		memcpy(keys + 4 * i, key_of(i + 1), 4);
		values[8 * i] = 100 + i;
	}
	attr = batch(fd, 20);
	line(sys_bpf(BPF_MAP_UPDATE_BATCH, &attr, sizeof(attr)), "  update 20");
	show_keys("then", fd);
	attr = batch(fd, 64);
	line(sys_bpf(BPF_MAP_UPDATE_BATCH, &attr, sizeof(attr)), "  update 64");
	note("    count %u", attr.batch.count);
	show_keys("then", fd);
	attr = batch(fd, 10);
	line(sys_bpf(BPF_MAP_DELETE_BATCH, &attr, sizeof(attr)), "  delete 10");
	note("    count %u", attr.batch.count);
	attr = batch(fd, 40);
	line(sys_bpf(BPF_MAP_DELETE_BATCH, &attr, sizeof(attr)), "  delete 40");
	note("    count %u", attr.batch.count);
	attr = batch(fd, 4);
	attr.batch.elem_flags = BPF_F_LOCK;
	line(sys_bpf(BPF_MAP_UPDATE_BATCH, &attr, sizeof(attr)), "  update with BPF_F_LOCK");
	sys_close(fd);
}

/* --- one element --- */

static void elements(unsigned t, unsigned extra)
{
	static const uint64_t flags[] = {BPF_ANY, BPF_NOEXIST, BPF_EXIST, 3, BPF_F_LOCK, BPF_F_LOCK | 1, 8, 1ull << 40};
	long fd = make_hash(types[t].type, 4, 8, 3, extra);

	note("%s, flags 0x%x: one element", types[t].name, extra);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, key_of(1), value, 0), "  lookup, empty");
	line(elem(BPF_MAP_DELETE_ELEM, fd, key_of(1), NULL, 0), "  delete, empty");
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, key_of(1), value, 0), "  take, empty");
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(put(fd, 1, 1, flags[i]), "  update, flags 0x%llx", (unsigned long long)flags[i]);
	line(put(fd, 2, 2, BPF_EXIST), "  update of 2, BPF_EXIST");
	line(put(fd, 2, 2, BPF_NOEXIST), "  update of 2, BPF_NOEXIST");
	line(put(fd, 3, 3, BPF_ANY), "  update of 3");
	line(put(fd, 4, 4, BPF_EXIST), "  update of 4, BPF_EXIST, full");
	line(put(fd, 4, 4, BPF_ANY), "  update of 4, full");
	line(put(fd, 1, 9, BPF_ANY), "  update of 1, full");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, key_of(1), value, BPF_F_LOCK), "  lookup, BPF_F_LOCK");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, key_of(1), value, 1), "  lookup, flags 1");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, key_of(1), value, 0), "  lookup");
	note("    %u", value[0]);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, key_of(1), BAD_POINTER, 0), "  lookup, bad value");
	line(elem(BPF_MAP_UPDATE_ELEM, fd, key_of(1), BAD_POINTER, 0), "  update, bad value");
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, key_of(1), value, BPF_F_LOCK), "  take, BPF_F_LOCK");
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, key_of(1), value, 0), "  take");
	note("    %u", value[0]);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, key_of(3), BAD_POINTER, 0), "  take, bad value");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, key_of(3), value, 0), "  lookup of what was to be taken");
	sys_close(fd);
}

/* What user space writes behind a value, up to 8 bytes, it reads again. */
static void padding(unsigned type, const char *name, unsigned value_size)
{
	long fd = make_hash(type, 4, value_size, 3, type == BPF_MAP_TYPE_PERCPU_ARRAY ? BPF_F_ZERO_SEED : 0);
	unsigned key = 1;

	if (type == BPF_MAP_TYPE_PERCPU_ARRAY)
		fd = sys_bpf(BPF_MAP_CREATE, &(union bpf_attr){.map_type = type, .key_size = 4, .value_size = value_size,
							       .max_entries = 3}, sizeof(union bpf_attr));
	memset(value, 0x77, sizeof(value));
	elem(BPF_MAP_UPDATE_ELEM, fd, &key, value, 0);
	memset(value, 0xee, sizeof(value));
	elem(BPF_MAP_LOOKUP_ELEM, fd, &key, value, 0);
	note("%s, value %u: %x %x %x %x  %x %x %x %x", name, value_size, value[0], value[1], value[2], value[3], value[4],
	     value[5], value[6], value[7]);
	sys_close(fd);
}

static void frozen(unsigned t)
{
	long fd = make_hash(types[t].type, 4, 8, 3, 0);

	put(fd, 1, 1, BPF_ANY);
	line(sys_bpf(BPF_MAP_FREEZE, &(union bpf_attr){.map_fd = fd}, sizeof(union bpf_attr)), "%s: freeze", types[t].name);
	line(put(fd, 1, 2, BPF_ANY), "  update");
	line(elem(BPF_MAP_DELETE_ELEM, fd, key_of(1), NULL, 0), "  delete");
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, key_of(1), value, 0), "  take");
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, key_of(1), value, 0), "  lookup");
	line(sys_bpf(BPF_MAP_FREEZE, &(union bpf_attr){.map_fd = fd}, sizeof(union bpf_attr)), "  freeze again");
	sys_close(fd);
}

/* --- arrays and maps of maps have some of the batch commands --- */

static void show_ret(long ret, const union bpf_attr *attr, const char *what)
{
	line(ret, "  %s", what);
	note("    count %u", attr->batch.count);
}

static void other_batches(unsigned type, const char *name, unsigned value_size, unsigned inner)
{
	static const struct {
		int cmd;
		const char *name;
	} commands[] = {
		{BPF_MAP_UPDATE_BATCH, "update"},
		{BPF_MAP_LOOKUP_BATCH, "lookup"},
		{BPF_MAP_LOOKUP_AND_DELETE_BATCH, "take"},
		{BPF_MAP_DELETE_BATCH, "delete"},
	};
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = value_size, .max_entries = 6, .inner_map_fd = inner};
	long fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	unsigned position = 0;

	line_ok(fd, "%s: batches", name);
	for (unsigned c = 0; c < COUNT(commands); c++) {
		for (unsigned i = 0; i < 64; i++) {
			memcpy(keys + 4 * i, &(unsigned){i + 1}, 4);
			memset(values + 8 * i, 0, 8);
			memcpy(values + (inner ? 4 : 8) * i, inner ? &inner : &(unsigned){i + 10}, 4);
		}
		attr = batch(fd, 3);
		attr.batch.out_batch = U64(&position);
		show_ret(sys_bpf(commands[c].cmd, &attr, sizeof(attr)), &attr, commands[c].name);
		if (!inner && commands[c].cmd == BPF_MAP_LOOKUP_BATCH)
			show_batch(0, &attr, position, "read");
		attr = batch(fd, 64);
		attr.batch.out_batch = U64(&position);
		show_ret(sys_bpf(commands[c].cmd, &attr, sizeof(attr)), &attr, "the same with 64");
	}
	sys_close(fd);
}

int main(void)
{
	long inner = make(BPF_MAP_TYPE_ARRAY, 3, 0);

	orders();
	for (unsigned t = 0; t < COUNT(types); t++) {
		batches(t);
		elements(t, 0);
		elements(t, types[t].lru ? BPF_F_NO_COMMON_LRU : BPF_F_NO_PREALLOC);
		frozen(t);
		for (unsigned size = 1; size <= 8; size += 2)
			padding(types[t].type, types[t].name, size);
	}
	padding(BPF_MAP_TYPE_PERCPU_ARRAY, "percpu_array", 5);
	other_batches(BPF_MAP_TYPE_PERCPU_ARRAY, "percpu_array", 8, 0);
	other_batches(BPF_MAP_TYPE_ARRAY_OF_MAPS, "array_of_maps", 4, inner);
	other_batches(BPF_MAP_TYPE_HASH_OF_MAPS, "hash_of_maps", 4, inner);
	other_batches(BPF_MAP_TYPE_PROG_ARRAY, "prog_array", 4, 0);
	return 0;
}
