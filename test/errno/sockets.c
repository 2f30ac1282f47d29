/* Maps of sockets: which sockets they take, every call, and a socket that is closed. */
#include <sys/socket.h>

#include "test/errno/calls.h"
#include "test/errno/map.h"

static long make_sized(unsigned type, unsigned value_size, unsigned max)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = value_size, .max_entries = max};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long set(long map, unsigned key, uint64_t value, uint64_t flags)
{
	return elem(BPF_MAP_UPDATE_ELEM, map, &key, &value, flags);
}

static void get(const char *name, long map, unsigned key)
{
	uint64_t value = 0;
	long ret = elem(BPF_MAP_LOOKUP_ELEM, map, &key, &value, 0);

	line(ret, "%s: lookup of %u, cookie %d", name, key, !!value);
}

static long drop(long map, unsigned key)
{
	return elem(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0);
}

static void kinds(const char *name, long map)
{
	static const struct {
		const char *name;
		int family, type;
	} kind[] = {
		{"TCP", AF_INET, SOCK_STREAM},
		{"UDP", AF_INET, SOCK_DGRAM},
		{"TCP6", AF_INET6, SOCK_STREAM},
		{"UNIX stream", AF_UNIX, SOCK_STREAM},
		{"UNIX datagrams", AF_UNIX, SOCK_DGRAM},
		{"UNIX packets", AF_UNIX, SOCK_SEQPACKET},
		{"AF_XDP", AF_XDP, SOCK_RAW},
	};

	for (unsigned i = 0; i < COUNT(kind); i++) {
		long sock = sys_socket(kind[i].family, kind[i].type, 0);

		line(set(map, 2, sock, 0), "%s: %s", name, kind[i].name);
		line(set(map, 2, sock, 3), "%s: %s, flags 3", name, kind[i].name);
		line(set(map, 100, sock, 0), "%s: %s, key 100", name, kind[i].name);
		get(name, map, 2);
		drop(map, 100);
		sys_close(sock);
		get(name, map, 2);
	}
}

static void calls(const char *name, long map)
{
	static const uint64_t flags[] = {BPF_EXIST, BPF_NOEXIST, BPF_NOEXIST, BPF_EXIST,
					 BPF_ANY,   3,           BPF_F_LOCK};
	static const uint64_t fds[] = {999, ~0ull, 0xffffffff, 0x80000000, 1ull << 32};
	long sock = sys_socket(AF_UNIX, SOCK_DGRAM, 0), copy = sys_dup(sock);
	uint32_t key = 0, next = 0;
	uint64_t value;

	for (unsigned i = 0; i < COUNT(fds); i++)
		line(set(map, 0, fds[i], 0), "%s: fd 0x%llx", name, (unsigned long long)fds[i]);
	line(set(map, 100, 999, 0), "%s: key 100, no fd", name);
	line(set(map, 0, map, 0), "%s: a map", name);
	line(set(map, 0, 1, 3), "%s: a tty, flags 3", name);
	line(drop(map, 0), "%s: delete", name);
	line(drop(map, 100), "%s: delete 100", name);
	get(name, map, 0);
	get(name, map, 100);
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(set(map, 0, sock, flags[i]), "%s: set, flags %d", name, (int)flags[i]);
	get(name, map, 0);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, &key, &value, 0), "%s: lookup and delete", name);
	line(elem(BPF_MAP_GET_NEXT_KEY, map, NULL, &next, 0), "%s: first key", name);
	line(elem(BPF_MAP_GET_NEXT_KEY, map, &key, &next, 0), "%s: next key", name);
	sys_close(sock);
	get(name, map, 0);
	sys_close(copy);
	get(name, map, 0);
	sock = sys_socket(AF_UNIX, SOCK_DGRAM, 0);
	for (key = 0; key < 4; key++)
		line(set(map, key, sock, 0), "%s: the same socket at %u", name, key);
	line(drop(map, 1), "%s: delete", name);
	line(drop(map, 1), "%s: delete again", name);
	sys_close(sock);
	get(name, map, 2);
}

int main(void)
{
	static const struct {
		const char *name;
		unsigned type;
	} map[] = {{"sockmap", BPF_MAP_TYPE_SOCKMAP}, {"sockhash", BPF_MAP_TYPE_SOCKHASH},
		   {"reuseport_sockarray", BPF_MAP_TYPE_REUSEPORT_SOCKARRAY}};

	for (unsigned i = 0; i < COUNT(map); i++) {
		note("values of 8 bytes");
		kinds(map[i].name, make_sized(map[i].type, 8, 3));
		calls(map[i].name, make_sized(map[i].type, 8, 3));
		note("values of 4 bytes");
		kinds(map[i].name, make_sized(map[i].type, 4, 3));
		calls(map[i].name, make_sized(map[i].type, 4, 3));
	}
	return 0;
}
