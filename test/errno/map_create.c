/*
 * MAP_CREATE: sizes, limits, each flag, names, BTF and device numbers; and what OBJ_GET_INFO_BY_FD says of
 * the map.
 */
#include <stddef.h>

#include "test/errno/map.h"

static const char *type_name(unsigned type)
{
	return type == BPF_MAP_TYPE_HASH ? "hash" : type == BPF_MAP_TYPE_ARRAY ? "array" : "other";
}

static void types(void)
{
	static const unsigned type[] = {0, 32, 33, 1000, 0x80000000u, ~0u};

	for (unsigned i = 0; i < COUNT(type); i++)
		line(try_create(plain(type[i])), "type %u", type[i]);
}

static void sizes(unsigned type)
{
	static const struct {
		unsigned key, value, max, flags;
	} size[] = {
		{0, 8, 3, 0},
		{1, 8, 3, 0},
		{3, 8, 3, 0},
		{5, 8, 3, 0},
		{8, 8, 3, 0},
		{4, 0, 3, 0},
		{4, 1, 3, 0},
		{4, 8, 0, 0},
		{0, 0, 0, 0},
		{512, 8, 3, 0},
		{513, 8, 3, 0},
		{~0u, 8, 3, 0},
		{~0u, ~0u, ~0u, 0},
		{4, (4 << 20) - 53, 1, 0},
		{4, (4 << 20) - 52, 1, 0},
		{4, 4 << 20, 1, 0},
		{1 << 20, 1 << 20, 1, 0},
		{(4 << 20) - 50, 1, 1, 0},
		{(4 << 20) - 49, 1, 1, 0},
		{4, 0x7fffffff, 1, 0},
		{4, 0x80000000u, 1, 0},
		{4, ~0u, 1, 0},
		{4, 0x7fffffff, ~0u, 0},
		{4, 8, ~0u, 0},
		{4, 8, 0x80000000u, 0},
		{4, 8, 0x80000001u, 0},
		{4, 8, (1u << 28) + 1, 0},
		{4, 8, 1u << 28, 0},
		{4, 8, ~0u, BPF_F_NO_PREALLOC},
		{4, 8, (1u << 27) + 1, BPF_F_NO_PREALLOC},
		{4, 65536, 1u << 20, 0},
		{4, 8, 1, 0},
		{4, 8, 100000, 0},
		{4, 8, ~0u, BPF_F_MMAPABLE},
		{4, 4096, 10, BPF_F_MMAPABLE},
	};

	for (unsigned i = 0; i < COUNT(size); i++) {
		union bpf_attr attr = plain(type);

		attr.key_size = size[i].key;
		attr.value_size = size[i].value;
		attr.max_entries = size[i].max;
		attr.map_flags = size[i].flags;
		line(try_create(attr), "%s key_size=%u value_size=%u max_entries=%u flags=0x%x", type_name(type),
		     size[i].key, size[i].value, size[i].max, size[i].flags);
	}
}

static void flags(unsigned type)
{
	static const unsigned both[] = {
		BPF_F_RDONLY | BPF_F_WRONLY,
		BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG,
		BPF_F_RDONLY | BPF_F_WRONLY_PROG,
		BPF_F_RDONLY | BPF_F_RDONLY_PROG,
		BPF_F_NO_PREALLOC | BPF_F_ZERO_SEED,
		BPF_F_NO_PREALLOC | BPF_F_NO_COMMON_LRU,
		BPF_F_MMAPABLE | BPF_F_RDONLY_PROG,
		BPF_F_MMAPABLE | BPF_F_INNER_MAP,
		~0u,
	};
	union bpf_attr attr = plain(type);

	for (unsigned bit = 0; bit < 32; bit++) {
		attr.map_flags = 1u << bit;
		line(try_create(attr), "%s flags=0x%x", type_name(type), attr.map_flags);
	}
	for (unsigned i = 0; i < COUNT(both); i++) {
		attr.map_flags = both[i];
		line(try_create(attr), "%s flags=0x%x", type_name(type), attr.map_flags);
	}
}

static void numa(unsigned type)
{
	static const int node[] = {0, 1, -1, -2, 64, 1024, 0x7fffffff};
	union bpf_attr attr = plain(type);

	for (unsigned i = 0; i < COUNT(node); i++) {
		attr.numa_node = node[i];
		attr.map_flags = 0;
		line(try_create(attr), "%s numa_node=%d without the flag", type_name(type), node[i]);
		attr.map_flags = BPF_F_NUMA_NODE;
		line(try_create(attr), "%s numa_node=%d", type_name(type), node[i]);
	}
}

static void names(void)
{
	static const struct {
		const char *what;
		char name[BPF_OBJ_NAME_LEN];
	} name[] = {
		{"", ""},
		{"a", "a"},
		{"A_z.09", "A_z.09"},
		{"of 15 letters", "abcdefghijklmno"},
		{"of 16 letters",
		 {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p'}},
		{"with a space", "a b"},
		{"with a minus", "a-b"},
		{"with a slash", "a/b"},
		{"with a colon", "a:b"},
		{"with a newline", "a\n"},
		{"with a letter of latin-1", "a\xe9"},
		{"with a sign of latin-1", "a\xd7"},
		{"with byte 0x80", "a\x80"},
		{"with byte 0xff", "a\xff"},
		{"with bytes after its end", {'a', 0, 'b'}},
		{"with bad bytes after its end", {'a', 0, '-', ' ', 1}},
		{"with a last byte after its end", {'a', [15] = 'z'}},
		{"that begins with its end", {0, 'a'}},
	};

	for (unsigned i = 0; i < COUNT(name); i++) {
		union bpf_attr attr = plain(BPF_MAP_TYPE_ARRAY);

		memcpy(attr.map_name, name[i].name, sizeof(attr.map_name));
		line(try_create(attr), "name %s", name[i].what);
	}
}

/* BTF: without an object, with an fd of another kind; the types are tried in the table of BTF. */
static void btf(unsigned type)
{
	union bpf_attr attr = plain(type);
	long fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	static const struct {
		unsigned key, value, vmlinux;
	} id[] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {1, 1, 0}, {0, 0, 1}, {1, 1, 1}, {1, 0, 1}};

	for (unsigned i = 0; i < COUNT(id); i++) {
		attr.btf_key_type_id = id[i].key;
		attr.btf_value_type_id = id[i].value;
		attr.btf_vmlinux_value_type_id = id[i].vmlinux;
		attr.btf_fd = 77;
		line(try_create(attr), "%s btf_fd=77 key=%u value=%u vmlinux=%u", type_name(type), id[i].key,
		     id[i].value, id[i].vmlinux);
		attr.btf_fd = fd;
		line(try_create(attr), "%s btf_fd=a map's key=%u value=%u vmlinux=%u", type_name(type), id[i].key,
		     id[i].value, id[i].vmlinux);
	}
	sys_close(fd);
}

static void others(unsigned type)
{
	static const unsigned ifindex[] = {1, 99, ~0u};
	union bpf_attr attr = plain(type);

	attr.map_extra = 1;
	line(try_create(attr), "%s map_extra=1", type_name(type));
	attr.map_extra = 1ull << 63;
	line(try_create(attr), "%s map_extra=2^63", type_name(type));
	attr = plain(type);
	attr.inner_map_fd = 99;
	line(try_create(attr), "%s inner_map_fd=99", type_name(type));
	for (unsigned i = 0; i < COUNT(ifindex); i++) {
		attr = plain(type);
		attr.map_ifindex = ifindex[i];
		line(try_create(attr), "%s map_ifindex=%u", type_name(type), ifindex[i]);
		attr.max_entries = 0;
		line(try_create(attr), "%s map_ifindex=%u max_entries=0", type_name(type), ifindex[i]);
		attr.max_entries = ~0u;
		line(try_create(attr), "%s map_ifindex=%u max_entries=2^32-1", type_name(type), ifindex[i]);
	}
}

/* Two mistakes in one call: which is seen first. */
static void order(unsigned type)
{
	union bpf_attr attr = plain(type);

	attr.map_name[0] = '-';
	attr.max_entries = ~0u;
	line(try_create(attr), "%s bad name, max_entries=2^32-1", type_name(type));
	attr.max_entries = 0;
	line(try_create(attr), "%s bad name, max_entries=0", type_name(type));
	attr = plain(type);
	attr.map_name[0] = '-';
	attr.btf_fd = 77;
	attr.btf_value_type_id = 1;
	line(try_create(attr), "%s bad name, bad btf_fd", type_name(type));
	attr.map_name[0] = 0;
	attr.value_size = ~0u;
	line(try_create(attr), "%s bad btf_fd, value_size=2^32-1", type_name(type));
	attr.max_entries = 0;
	line(try_create(attr), "%s value_size=2^32-1, max_entries=0", type_name(type));
}

static void info_of(unsigned type, unsigned map_flags, const char *name)
{
	union bpf_attr attr = plain(type), get = {0};
	struct bpf_map_info info = {0};

	attr.map_flags = map_flags;
	attr.numa_node = 0;
	strcpy(attr.map_name, name);
	get.info.bpf_fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	get.info.info = U64(&info);
	get.info.info_len = sizeof(info);
	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "info");
	note("  info_len %u type %u key_size %u value_size %u max_entries %u map_flags 0x%x name '%s' ifindex %u btf %u "
	    "%u %u %u map_extra %llu",
	    get.info.info_len, info.type, info.key_size, info.value_size, info.max_entries, info.map_flags,
	    info.name, info.ifindex, info.btf_id, info.btf_key_type_id, info.btf_value_type_id,
	    info.btf_vmlinux_value_type_id, (unsigned long long)info.map_extra);
	sys_close(get.info.bpf_fd);
}

static void info_lengths(void)
{
	static const unsigned len[] = {0, 1, 4, 8, 40, 80, 88, 89, 96, 4096, 4097, ~0u};
	union bpf_attr attr = plain(BPF_MAP_TYPE_HASH), get;
	long fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	unsigned char buf[8192];

	for (unsigned i = 0; i < COUNT(len); i++) {
		memset(buf, 0, sizeof(buf));
		get = (union bpf_attr){.info = {.bpf_fd = fd, .info_len = len[i], .info = U64(buf)}};
		line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "info_len %u, zeroes", len[i]);
		note("  info_len %u, byte 0 is %u, byte 8 is %u", get.info.info_len, buf[0], buf[8]);
		memset(buf, 1, sizeof(buf));
		line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "info_len %u, ones",
		     get.info.info_len);
		get.info.info_len = len[i];
		line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "info_len %u, ones", len[i]);
	}
	get = (union bpf_attr){.info = {.bpf_fd = fd, .info_len = 80, .info = U64(BAD_POINTER)}};
	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "info in bad memory");
	get.info.info_len = 200;
	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "long info in bad memory");
	get.info.info_len = 0;
	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "no info in bad memory");
	get.info.bpf_fd = 99;
	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "info of fd 99");
	get.info.bpf_fd = 0;
	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "info of fd 0");
	sys_close(fd);
}

int main(void)
{
	static const unsigned both[] = {BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY};

	types();
	for (unsigned i = 0; i < COUNT(both); i++) {
		sizes(both[i]);
		flags(both[i]);
		numa(both[i]);
		btf(both[i]);
		others(both[i]);
		order(both[i]);
	}
	names();
	info_of(BPF_MAP_TYPE_HASH, 0, "");
	info_of(BPF_MAP_TYPE_HASH, BPF_F_RDONLY | BPF_F_NO_PREALLOC, "abc");
	info_of(BPF_MAP_TYPE_HASH, BPF_F_RDONLY_PROG | BPF_F_NUMA_NODE, "abc.def_0123456");
	info_of(BPF_MAP_TYPE_ARRAY, BPF_F_WRONLY | BPF_F_MMAPABLE, "x");
	info_of(BPF_MAP_TYPE_ARRAY, BPF_F_INNER_MAP, "x");
	info_lengths();
	return 0;
}
