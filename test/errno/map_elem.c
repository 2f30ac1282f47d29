/* One element: lookup, update, delete, next key, lookup and delete, freeze. */
#include "test/errno/map.h"

#define LOCK BPF_F_LOCK

static long update(long fd, unsigned key, uint64_t value, uint64_t flags)
{
	return elem(BPF_MAP_UPDATE_ELEM, fd, &key, &value, flags);
}

static long lookup(long fd, unsigned key, uint64_t *value)
{
	return elem(BPF_MAP_LOOKUP_ELEM, fd, &key, value, 0);
}

static long take(long fd, unsigned key, uint64_t *value)
{
	return elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, &key, value, 0);
}

static long delete (long fd, unsigned key)
{
	union bpf_attr attr = {.map_fd = fd, .key = U64(&key)};

	return sys_bpf(BPF_MAP_DELETE_ELEM, &attr, sizeof(attr));
}

static long next(long fd, const void *key, void *next)
{
	union bpf_attr attr = {.map_fd = fd, .key = U64(key), .next_key = U64(next)};

	return sys_bpf(BPF_MAP_GET_NEXT_KEY, &attr, sizeof(attr));
}

static long freeze(long fd)
{
	union bpf_attr attr = {.map_fd = fd};

	return sys_bpf(BPF_MAP_FREEZE, &attr, sizeof(attr));
}

/* All commands on one fd. */
static void all_on(long fd, const char *what)
{
	uint64_t value = 5;
	unsigned key = 0;

	line(update(fd, 0, 1, BPF_ANY), "%s: update", what);
	line(lookup(fd, 0, &value), "%s: lookup", what);
	line(next(fd, NULL, &key), "%s: first key", what);
	line(take(fd, 0, &value), "%s: lookup and delete", what);
	line(delete (fd, 0), "%s: delete", what);
}

static void fds(void)
{
	long fd = make(BPF_MAP_TYPE_HASH, 2, 0), copy;

	all_on(fd, "hash");
	copy = sys_dup(fd);
	line(copy, "dup");
	all_on(copy, "dup'ed hash");
	line(sys_close(fd), "close");
	all_on(fd, "closed fd");
	all_on(copy, "dup'ed hash, first fd closed");
	line(sys_close(copy), "close");
	line(sys_close(copy), "close again");
	line(sys_dup(copy), "dup of a closed fd");
	all_on(copy, "closed");
	all_on(-1, "fd -1");
	all_on(0x7fffffff, "fd 2^31-1");
	all_on(100000, "fd 100000");
	all_on(0, "fd 0");
	line(freeze(0), "freeze fd 0");
	line(freeze(-1), "freeze fd -1");
	line(freeze(fd), "freeze a closed fd");
}

static void update_flags(unsigned type, const char *name)
{
	static const uint64_t flag[] = {
		BPF_ANY,          BPF_NOEXIST, BPF_EXIST, 3,          LOCK,       LOCK | BPF_NOEXIST,
		LOCK | BPF_EXIST, LOCK | 3,    8,         1ull << 32, 1ull << 63, ~0ull,
	};
	long fd = make(type, 3, 0);

	update(fd, 1, 1, BPF_ANY);
	for (unsigned i = 0; i < COUNT(flag); i++) {
		unsigned long long f = flag[i];

		line(update(fd, 1, 10 + i, f), "%s update of a key that is there, flags 0x%llx", name, f);
		line(update(fd, 2, 20 + i, f), "%s update of a key that is not there, flags 0x%llx", name, f);
		delete (fd, 2);
		line(update(fd, 3, 30 + i, f), "%s update of key max_entries, flags 0x%llx", name, f);
		delete (fd, 3);
	}
	sys_close(fd);
}

static void read_flags(unsigned type, const char *name)
{
	static const uint64_t flag[] = {0, 1, 2, LOCK, LOCK | 1, 8, 1ull << 63};
	long fd = make(type, 3, 0);
	unsigned key = 1;
	uint64_t value;

	for (unsigned i = 0; i < COUNT(flag); i++) {
		unsigned long long f = flag[i];

		update(fd, 1, 1, BPF_ANY);
		line(elem(BPF_MAP_LOOKUP_ELEM, fd, &key, &value, f), "%s lookup, flags 0x%llx", name, f);
		line(elem(BPF_MAP_LOOKUP_ELEM, -1, &key, &value, f), "%s lookup in fd -1, flags 0x%llx", name,
		     f);
		line(elem(BPF_MAP_LOOKUP_ELEM, fd, BAD_POINTER, &value, f),
		     "%s lookup of a bad key, flags 0x%llx", name, f);
		line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, &key, &value, f),
		     "%s lookup and delete, flags 0x%llx", name, f);
		line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, -1, &key, &value, f),
		     "%s lookup and delete in fd -1, flags 0x%llx", name, f);
	}
	sys_close(fd);
}

static void bad_memory(unsigned type, const char *name)
{
	long fd = make(type, 3, 0);
	unsigned key = 1, missing = 99;
	uint64_t value = 7;

	update(fd, 1, 1, BPF_ANY);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, NULL, &value, 0), "%s lookup, key NULL", name);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, BAD_POINTER, &value, 0), "%s lookup, bad key", name);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, &key, NULL, 0), "%s lookup, value NULL", name);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, &key, BAD_POINTER, 0), "%s lookup, bad value", name);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, &missing, BAD_POINTER, 0), "%s lookup of a missing key, bad value",
	     name);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, page_end(3), &value, 0), "%s lookup, key cut by a page's end",
	     name);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, page_end(4), &value, 0), "%s lookup, key 0 at a page's end", name);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, &key, page_end(7), 0), "%s lookup, value cut by a page's end",
	     name);
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, &key, page_end(8), 0), "%s lookup, value at a page's end", name);
	line(elem(BPF_MAP_UPDATE_ELEM, fd, NULL, &value, 0), "%s update, key NULL", name);
	line(elem(BPF_MAP_UPDATE_ELEM, fd, BAD_POINTER, &value, 3), "%s update, bad key, bad flags", name);
	line(elem(BPF_MAP_UPDATE_ELEM, fd, &key, NULL, 0), "%s update, value NULL", name);
	line(elem(BPF_MAP_UPDATE_ELEM, fd, &key, BAD_POINTER, 3), "%s update, bad value, bad flags", name);
	line(elem(BPF_MAP_UPDATE_ELEM, fd, BAD_POINTER, &value, LOCK), "%s update, bad key, BPF_F_LOCK",
	     name);
	line(elem(BPF_MAP_UPDATE_ELEM, fd, &key, page_end(7), 0), "%s update, value cut by a page's end",
	     name);
	line(elem(BPF_MAP_UPDATE_ELEM, fd, &key, page_end(8), 0), "%s update, value at a page's end", name);
	line(elem(BPF_MAP_DELETE_ELEM, fd, BAD_POINTER, NULL, 0), "%s delete, bad key", name);
	line(elem(BPF_MAP_DELETE_ELEM, fd, NULL, NULL, 0), "%s delete, key NULL", name);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, BAD_POINTER, &value, 0),
	     "%s lookup and delete, bad key", name);
	update(fd, 1, 1, BPF_ANY);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, &key, BAD_POINTER, 0),
	     "%s lookup and delete, bad value", name);
	line(lookup(fd, 1, &value), "%s lookup after that", name);
	sys_close(fd);
}

static void full(void)
{
	static const unsigned kind[] = {0, BPF_F_NO_PREALLOC};

	for (unsigned i = 0; i < COUNT(kind); i++) {
		long fd = make(BPF_MAP_TYPE_HASH, 2, kind[i]);
		uint64_t value = 0;

		note("hash of 2, flags 0x%x", kind[i]);
		line(update(fd, 1, 11, BPF_NOEXIST), "first");
		line(update(fd, 2, 12, BPF_NOEXIST), "second");
		line(update(fd, 3, 13, BPF_ANY), "third");
		line(update(fd, 3, 13, BPF_NOEXIST), "third, NOEXIST");
		line(update(fd, 3, 13, BPF_EXIST), "third, EXIST");
		line(update(fd, 2, 22, BPF_ANY), "second again");
		line(update(fd, 2, 32, BPF_NOEXIST), "second again, NOEXIST");
		line(update(fd, 2, 42, BPF_EXIST), "second again, EXIST");
		line(lookup(fd, 2, &value), "lookup");
		note("  value %llu", (unsigned long long)value);
		line(delete (fd, 1), "delete");
		line(delete (fd, 1), "delete again");
		line(update(fd, 3, 13, BPF_EXIST), "third after that, EXIST");
		line(update(fd, 3, 13, BPF_ANY), "third after that");
		line(update(fd, 1, 11, BPF_ANY), "first again");
		line(take(fd, 3, &value), "lookup and delete");
		note("  value %llu", (unsigned long long)value);
		line(take(fd, 3, &value), "lookup and delete again");
		line(lookup(fd, 3, &value), "lookup after that");
		sys_close(fd);
	}
}

static void next_keys(unsigned type, const char *name)
{
	long fd = make(type, 3, 0);
	unsigned key = 77, from;

	line(next(fd, NULL, &key), "%s empty: first key", name);
	line(next(fd, &key, &key), "%s empty: key after 77", name);
	update(fd, 2, 1, BPF_ANY);
	line(next(fd, NULL, &key), "%s with key 2: first key", name);
	note("  %u", key);
	for (from = 0; from < 5; from++) {
		key = 99;
		line(next(fd, &from, &key), "%s with key 2: key after %u", name, from);
		note("  %u", key);
	}
	from = ~0u;
	line(next(fd, &from, &key), "%s with key 2: key after 2^32-1", name);
	line(next(fd, BAD_POINTER, &key), "%s with key 2: after a bad key", name);
	line(next(fd, NULL, BAD_POINTER), "%s with key 2: first key to bad memory", name);
	line(next(fd, NULL, NULL), "%s with key 2: first key to NULL", name);
	from = 2;
	line(next(fd, &from, BAD_POINTER), "%s with key 2: key after 2 to bad memory", name);
	line(next(fd, NULL, page_end(3)), "%s with key 2: first key to a page's end", name);
	sys_close(fd);
}

/* Walks and deletes each key that it meets; a deleted key leads back to the first one. */
static void delete_while_walking(void)
{
	long fd = make(BPF_MAP_TYPE_HASH, 100, 0);
	unsigned key, n = 0;
	uint64_t value, sum = 0;

	for (key = 0; key < 100; key++)
		update(fd, key, key, BPF_ANY);
	while (n < 1000 && !next(fd, n ? &key : NULL, &key)) {
		if (lookup(fd, key, &value) || delete (fd, key))
			break;
		sum += value;
		n++;
	}
	note("deleted while walking: %u keys, sum %llu", n, (unsigned long long)sum);
	line(next(fd, NULL, &key), "first key after that");
	for (key = 0; key < 100; key++)
		update(fd, key, key, BPF_ANY);
	for (n = 0; n < 1000 && !next(fd, n ? &key : NULL, &key); n++)
		;
	note("walked: %u keys", n);
	sys_close(fd);
}

static void access_modes(unsigned type, const char *name)
{
	static const struct {
		unsigned flag;
		const char *name;
	} mode[] = {
		{BPF_F_RDONLY, "RDONLY"},
		{BPF_F_WRONLY, "WRONLY"},
		{BPF_F_RDONLY_PROG, "RDONLY_PROG"},
		{BPF_F_WRONLY_PROG, "WRONLY_PROG"},
	};

	for (unsigned i = 0; i < COUNT(mode); i++) {
		long fd = make(type, 3, mode[i].flag);

		note("%s made with %s", name, mode[i].name);
		all_on(fd, name);
		line(elem(BPF_MAP_UPDATE_ELEM, fd, BAD_POINTER, BAD_POINTER, 3), "%s update, all bad", name);
		line(elem(BPF_MAP_LOOKUP_ELEM, fd, BAD_POINTER, BAD_POINTER, LOCK), "%s lookup, all bad",
		     name);
		line(freeze(fd), "freeze");
		sys_close(fd);
	}
}

static void frozen(unsigned type, const char *name)
{
	long fd = make(type, 3, 0);
	uint64_t value = 0;

	update(fd, 1, 5, BPF_ANY);
	line(freeze(fd), "%s freeze", name);
	line(freeze(fd), "%s freeze again", name);
	all_on(fd, "frozen");
	line(elem(BPF_MAP_UPDATE_ELEM, fd, BAD_POINTER, BAD_POINTER, LOCK), "frozen: update, all bad");
	line(lookup(fd, 1, &value), "frozen: lookup of key 1");
	note("  value %llu", (unsigned long long)value);
	sys_close(fd);
}

/* The bytes of a value end where value_size says. */
static void value_bytes(unsigned type, const char *name)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = 5, .max_entries = 4};
	long fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	unsigned char value[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	unsigned key = 1;

	line(elem(BPF_MAP_UPDATE_ELEM, fd, &key, value, 0), "%s update of 5 bytes", name);
	memset(value, 0xee, sizeof(value));
	line(elem(BPF_MAP_LOOKUP_ELEM, fd, &key, value, 0), "%s lookup of 5 bytes", name);
	note("  %02x %02x %02x %02x %02x %02x %02x %02x", value[0], value[1], value[2], value[3], value[4],
	    value[5], value[6], value[7]);
	sys_close(fd);
}

int main(void)
{
	static const struct {
		unsigned type;
		const char *name;
	} type[] = {{BPF_MAP_TYPE_HASH, "hash"}, {BPF_MAP_TYPE_ARRAY, "array"}};

	fds();
	for (unsigned i = 0; i < COUNT(type); i++) {
		update_flags(type[i].type, type[i].name);
		read_flags(type[i].type, type[i].name);
		bad_memory(type[i].type, type[i].name);
		next_keys(type[i].type, type[i].name);
		access_modes(type[i].type, type[i].name);
		frozen(type[i].type, type[i].name);
		value_bytes(type[i].type, type[i].name);
	}
	full();
	delete_while_walking();
	return 0;
}
