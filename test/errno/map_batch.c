/* The four batch commands: counts, positions, flags, bad memory. */
#include <stdbool.h>
#include <stddef.h>

#include "test/errno/map.h"

static const struct {
	int cmd;
	const char *name;
} commands[] = {
	{BPF_MAP_LOOKUP_BATCH, "lookup"},
	{BPF_MAP_LOOKUP_AND_DELETE_BATCH, "take"},
	{BPF_MAP_UPDATE_BATCH, "update"},
	{BPF_MAP_DELETE_BATCH, "delete"},
};

static const struct {
	unsigned type;
	const char *name;
} types[] = {{BPF_MAP_TYPE_HASH, "hash"}, {BPF_MAP_TYPE_ARRAY, "array"}};

static unsigned keys[1000];
static uint64_t values[1000];

static void fill_arrays(unsigned first)
{
	for (unsigned i = 0; i < COUNT(keys); i++) {
		keys[i] = first + i;
		values[i] = 1000 + first + i;
	}
}

static union bpf_attr batch(long fd, unsigned count)
{
	return (union bpf_attr){
		.batch = {.map_fd = fd, .count = count, .keys = U64(keys), .values = U64(values)},
	};
}

static long run(int cmd, union bpf_attr *attr)
{
	return sys_bpf(cmd, attr, sizeof(*attr));
}

/* A map that holds keys 0 .. n-1. */
static long filled(unsigned type, unsigned max, unsigned n)
{
	long fd = make(type, max, 0);
	union bpf_attr attr = batch(fd, n);

	fill_arrays(0);
	run(BPF_MAP_UPDATE_BATCH, &attr);
	return fd;
}

static unsigned keys_in(long fd)
{
	union bpf_attr attr = {.map_fd = fd};
	unsigned key, n = 0;

	attr.next_key = U64(&key);
	while (n < 100000 && !sys_bpf(BPF_MAP_GET_NEXT_KEY, &attr, sizeof(attr))) {
		attr.key = U64(&key);
		n++;
	}
	return n;
}

/*
 * Every command with every kind of argument that is bad in itself. A hash that is read has one bucket, so that nothing depends on
 * what falls into which.
 */
static void arguments(int cmd, const char *name, unsigned type, const char *type_name)
{
	bool by_bucket = type == BPF_MAP_TYPE_HASH &&
			 (cmd == BPF_MAP_LOOKUP_BATCH || cmd == BPF_MAP_LOOKUP_AND_DELETE_BATCH);
	long fd = by_bucket ? filled(type, 1, 1) : filled(type, 8, 4);
	unsigned position = 0;
	union bpf_attr attr;

#define TRY(what, ...)                                                                                       \
	do {                                                                                                 \
		fill_arrays(0);                                                                              \
		attr = batch(fd, 2);                                                                         \
		attr.batch.out_batch = U64(&position);                                                       \
		__VA_ARGS__;                                                                                 \
		line(run(cmd, &attr), "%s %s: %s", type_name, name, what);                                   \
		note("  count %u, %u keys", attr.batch.count, keys_in(fd));                                   \
	} while (0)

	TRY("fd -1", attr.batch.map_fd = -1);
	TRY("fd 0", attr.batch.map_fd = 0);
	TRY("elem_flags 1", attr.batch.elem_flags = 1);
	TRY("elem_flags BPF_F_LOCK", attr.batch.elem_flags = BPF_F_LOCK);
	TRY("elem_flags 2^63", attr.batch.elem_flags = 1ull << 63);
	TRY("flags 1", attr.batch.flags = 1);
	TRY("flags 1, elem_flags 1, count 0", attr.batch.flags = attr.batch.elem_flags = 1,
	    attr.batch.count = 0);
	TRY("flags 1, count 0", attr.batch.flags = 1, attr.batch.count = 0);
	TRY("count 0", attr.batch.count = 0);
	TRY("keys NULL", attr.batch.keys = 0);
	TRY("bad keys", attr.batch.keys = U64(BAD_POINTER));
	TRY("bad values", attr.batch.values = U64(BAD_POINTER));
	TRY("bad in_batch", attr.batch.in_batch = U64(BAD_POINTER));
	TRY("bad out_batch", attr.batch.out_batch = U64(BAD_POINTER));
	TRY("keys cut by a page's end", attr.batch.keys = U64(page_end(4)));
	TRY("values cut by a page's end", attr.batch.values = U64(page_end(8)));
	TRY("good");
#undef TRY
	sys_close(fd);
}

static void update_cases(unsigned type, const char *name)
{
	static const unsigned count[] = {1, 7, 8, 9, 1000};

	for (unsigned i = 0; i < COUNT(count); i++) {
		long fd = make(type, 8, 0);
		union bpf_attr attr = batch(fd, count[i]);

		fill_arrays(0);
		line(run(BPF_MAP_UPDATE_BATCH, &attr), "%s of 8: update %u", name, count[i]);
		note("  count %u, %u keys", attr.batch.count, keys_in(fd));
		sys_close(fd);
	}
}

static void delete_cases(unsigned type, const char *name)
{
	static const unsigned first[] = {0, 2, 4, 99};

	for (unsigned i = 0; i < COUNT(first); i++) {
		long fd = filled(type, 8, 4);
		union bpf_attr attr = batch(fd, 3);

		fill_arrays(first[i]);
		line(run(BPF_MAP_DELETE_BATCH, &attr), "%s with keys 0-3: delete 3 from %u on", name,
		     first[i]);
		note("  count %u, %u keys", attr.batch.count, keys_in(fd));
		sys_close(fd);
	}
}

/* Reads all, in steps of @count; the keys seen are summed up, since a hash gives them in any order. */
static void walk(int cmd, const char *cmd_name, unsigned type, const char *name, unsigned max, unsigned n,
		 unsigned count)
{
	long fd = filled(type, max, n), ret = 0;
	unsigned position = 0, seen = 0, sum = 0, wrong = 0, calls = 0;

	while (!ret && calls < 10000) {
		union bpf_attr attr = batch(fd, count);

		attr.batch.in_batch = calls ? U64(&position) : 0;
		attr.batch.out_batch = U64(&position);
		ret = run(cmd, &attr);
		calls++;
		if (ret && ret != -2)
			break;
		for (unsigned i = 0; i < attr.batch.count; i++) {
			sum += keys[i];
			wrong += keys[i] < n && values[i] != 1000 + keys[i];
		}
		seen += attr.batch.count;
	}
	line(ret, "%s of %u with %u: %s by %u", name, max, n, cmd_name, count);
	note("  %u seen, sum %u, %u wrong, %u keys left", seen, sum, wrong, keys_in(fd));
	sys_close(fd);
}

/*
 * 64 keys in 64 buckets: some bucket holds two or more, whatever the hash. It does not fit an array of one.
 */
static void small_count(void)
{
	long fd = filled(BPF_MAP_TYPE_HASH, 64, 64), ret = 0;
	unsigned position = 0, calls = 0;

	while (!ret && calls++ < 100) {
		union bpf_attr attr = batch(fd, 1);

		attr.batch.in_batch = attr.batch.out_batch = U64(&position);
		ret = run(BPF_MAP_LOOKUP_BATCH, &attr);
	}
	line(ret, "full hash of 64: lookup by 1");
	sys_close(fd);
}

static void positions(void)
{
	static const unsigned at[] = {0, 7, 8, 9, ~0u};
	unsigned position;

	for (unsigned c = 0; c < 2; c++)
		for (unsigned i = 0; i < COUNT(at); i++) {
			long fd = make(BPF_MAP_TYPE_HASH, 8, 0);
			union bpf_attr attr = batch(fd, 5);

			position = at[i];
			attr.batch.in_batch = attr.batch.out_batch = U64(&position);
			line(run(commands[c].cmd, &attr), "empty hash of 8: %s from bucket %u",
			     commands[c].name, at[i]);
			note("  count %u, position %u", attr.batch.count, position);
			sys_close(fd);
		}
	for (unsigned i = 0; i < COUNT(at); i++) {
		long fd = filled(BPF_MAP_TYPE_ARRAY, 8, 8);
		union bpf_attr attr = batch(fd, 3);

		position = at[i];
		attr.batch.in_batch = attr.batch.out_batch = U64(&position);
		line(run(BPF_MAP_LOOKUP_BATCH, &attr), "array of 8: lookup after key %u", at[i]);
		note("  count %u, position %u, first key %u, first value %llu", attr.batch.count, position,
		    keys[0], (unsigned long long)values[0]);
		sys_close(fd);
	}
}

static void access_modes(int cmd, const char *name)
{
	static const unsigned flag[] = {BPF_F_RDONLY, BPF_F_WRONLY};
	unsigned position;

	for (unsigned i = 0; i < COUNT(flag); i++) {
		long fd = make(BPF_MAP_TYPE_HASH, 8, flag[i]);
		union bpf_attr attr = batch(fd, 2);

		attr.batch.out_batch = U64(&position);
		attr.batch.elem_flags = 1;
		line(run(cmd, &attr), "%s, made with flags 0x%x, elem_flags 1", name, flag[i]);
		attr = batch(fd, 2);
		attr.batch.out_batch = U64(&position);
		line(run(cmd, &attr), "%s, made with flags 0x%x", name, flag[i]);
		sys_close(fd);
	}
}

static void frozen(int cmd, const char *name)
{
	long fd = filled(BPF_MAP_TYPE_HASH, 8, 4);
	union bpf_attr attr = {.map_fd = fd};
	unsigned position;

	sys_bpf(BPF_MAP_FREEZE, &attr, sizeof(attr));
	attr = batch(fd, 8);
	attr.batch.out_batch = U64(&position);
	line(run(cmd, &attr), "%s, frozen", name);
	sys_close(fd);
}

int main(void)
{
	for (unsigned t = 0; t < COUNT(types); t++) {
		for (unsigned c = 0; c < COUNT(commands); c++)
			arguments(commands[c].cmd, commands[c].name, types[t].type, types[t].name);
		update_cases(types[t].type, types[t].name);
		delete_cases(types[t].type, types[t].name);
		walk(BPF_MAP_LOOKUP_BATCH, "lookup", types[t].type, types[t].name, 100, 100, 1000);
		walk(BPF_MAP_LOOKUP_BATCH, "lookup", types[t].type, types[t].name, 500, 500, 40);
		walk(BPF_MAP_LOOKUP_BATCH, "lookup", types[t].type, types[t].name, 100, 100, 100);
		walk(BPF_MAP_LOOKUP_BATCH, "lookup", types[t].type, types[t].name, 1, 1, 1);
		walk(BPF_MAP_LOOKUP_BATCH, "lookup", types[t].type, types[t].name, 64, 0, 10);
	}
	walk(BPF_MAP_LOOKUP_AND_DELETE_BATCH, "take", BPF_MAP_TYPE_HASH, "hash", 100, 100, 1000);
	walk(BPF_MAP_LOOKUP_AND_DELETE_BATCH, "take", BPF_MAP_TYPE_HASH, "hash", 500, 500, 40);
	walk(BPF_MAP_LOOKUP_AND_DELETE_BATCH, "take", BPF_MAP_TYPE_HASH, "hash", 1, 1, 1);
	walk(BPF_MAP_LOOKUP_BATCH, "lookup", BPF_MAP_TYPE_ARRAY, "array", 8, 8, 1);
	small_count();
	positions();
	for (unsigned c = 0; c < COUNT(commands); c++) {
		access_modes(commands[c].cmd, commands[c].name);
		frozen(commands[c].cmd, commands[c].name);
	}
	return 0;
}
