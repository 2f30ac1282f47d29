/* Maps for redirects: devices, CPUs, AF_XDP sockets: every call, and what bpf_redirect_map answers. */
#include <sys/socket.h>

#include "test/errno/calls.h"
#include "test/errno/map.h"

#define LO 1

static long make_sized(unsigned type, unsigned value_size, unsigned max)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = value_size, .max_entries = max};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long program(unsigned type, unsigned attach)
{
	union bpf_attr attr = trivial(type);

	attr.expected_attach_type = attach;
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static long set(long map, unsigned key, unsigned first, int second, uint64_t flags)
{
	uint32_t value[2] = {first, second};

	return elem(BPF_MAP_UPDATE_ELEM, map, &key, value, flags);
}

/* Lookup: the first number, and whether there is a second one (an id). */
static void get(const char *name, long map, unsigned key)
{
	uint32_t value[2] = {0, 0};
	long ret = elem(BPF_MAP_LOOKUP_ELEM, map, &key, value, 0);

	line(ret, "%s: lookup of %u: %u, program %d", name, key, value[0], !!value[1]);
}

static long drop(long map, unsigned key)
{
	return elem(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0);
}

static void keys(const char *name, long map)
{
	uint32_t next = 0, key;
	long ret = elem(BPF_MAP_GET_NEXT_KEY, map, NULL, &next, 0);

	for (int i = 0; i < 12 && !ret; i++) {
		note("    key %u", next);
		key = next;
		ret = elem(BPF_MAP_GET_NEXT_KEY, map, &key, &next, 0);
	}
	line(ret, "%s: end of keys", name);
}

static long redirect(long map, unsigned index, unsigned flags)
{
	return RUN_AS(BPF_PROG_TYPE_XDP, MAP(1, map), MOV(2, index), MOV(3, flags),
		      CALL(BPF_FUNC_redirect_map), EXIT);
}

static void redirects(const char *name, long map)
{
	static const unsigned flags[] = {0, 1, 2, 3, 4, 8, 16, 8 | 2, 8 | 16, 16 | 1, 32};

	for (unsigned i = 0; i < COUNT(flags); i++)
		line(redirect(map, 0, flags[i]), "%s: redirect to an empty slot, flags %u", name, flags[i]);
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(redirect(map, 1, flags[i]), "%s: redirect to a full slot, flags %u", name, flags[i]);
	line(redirect(map, 1000, 2), "%s: redirect beyond the end", name);
}

/* Writes of all kinds; a @target that exists, one that does not, and programs for this map and for others. */
static void updates(const char *name, long map, unsigned target, unsigned none, long good, long plain,
		    long filter)
{
	static const uint64_t flags[] = {BPF_NOEXIST, BPF_EXIST, 3, BPF_F_LOCK, BPF_ANY};

	get(name, map, 0);
	line(drop(map, 0), "%s: delete in an empty slot", name);
	line(drop(map, 100), "%s: delete of key 100", name);
	line(set(map, 100, target, 0, 0), "%s: key 100", name);
	line(set(map, 100, none, 0, 0), "%s: key 100, no such target", name);
	line(set(map, 100, none, 0, BPF_NOEXIST), "%s: key 100, no such target, NOEXIST", name);
	line(set(map, 0, none, 0, 0), "%s: no such target", name);
	line(set(map, 0, 0, 0, 0), "%s: 0", name);
	line(set(map, 0, 0, good, 0), "%s: 0 with a program", name);
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(set(map, 0, target, 0, flags[i]), "%s: set, flags %d", name, (int)flags[i]);
	get(name, map, 0);
	line(set(map, 0, target, 0, BPF_NOEXIST), "%s: again with NOEXIST", name);
	line(set(map, 0, target, -1, 0), "%s: fd -1", name);
	line(set(map, 0, target, 999, 0), "%s: no fd", name);
	line(set(map, 0, none, 999, 0), "%s: no such target, no fd", name);
	line(set(map, 0, target, map, 0), "%s: fd of a map", name);
	line(set(map, 0, target, plain, 0), "%s: a program of another attach type", name);
	line(set(map, 0, target, filter, 0), "%s: a program of another type", name);
	get(name, map, 0);
	line(set(map, 0, target, good, 0), "%s: with its program", name);
	get(name, map, 0);
	keys(name, map);
	line(drop(map, 0), "%s: delete", name);
	get(name, map, 0);
}

static void hash_order(long map)
{
	static const unsigned key[] = {5, 13, 1, 21, 4, 8};

	for (unsigned i = 0; i < COUNT(key); i++)
		line(set(map, key[i], LO, 0, 0), "devmap_hash: key %u", key[i]);
	keys("devmap_hash", map);
	line(set(map, 13, LO, 0, 0), "devmap_hash: key 13 again");
	line(drop(map, 1), "devmap_hash: delete 1");
	keys("devmap_hash", map);
	for (unsigned i = 100; i < 105; i++)
		line(set(map, i, LO, 0, 0), "devmap_hash: key %u", i);
}

/* What the program finds in a devmap. */
static void in_programs(long map)
{
	line(RUN_AS(BPF_PROG_TYPE_XDP, ST(BPF_W, 10, -4, 1), MAP(1, map), MOVR(2, 10), ADD(2, -4),
		    CALL(BPF_FUNC_map_lookup_elem), JNE(0, 0, 2), MOV(0, 77), EXIT, LDX(BPF_W, 0, 0, 0),
		    EXIT),
	     "lookup of 1 in a program");
	line(RUN_AS(BPF_PROG_TYPE_XDP, ST(BPF_W, 10, -4, 2), MAP(1, map), MOVR(2, 10), ADD(2, -4),
		    CALL(BPF_FUNC_map_lookup_elem), JNE(0, 0, 2), MOV(0, 77), EXIT, LDX(BPF_W, 0, 0, 0),
		    EXIT),
	     "lookup of 2 in a program");
}

static void sockets(void)
{
	static const uint64_t flags[] = {BPF_NOEXIST, BPF_EXIST, BPF_ANY, 3, BPF_NOEXIST, BPF_EXIST};
	long map = make_sized(BPF_MAP_TYPE_XSKMAP, 4, 4), xdp = sys_socket(AF_XDP, SOCK_RAW, 0);
	long udp = sys_socket(AF_INET, SOCK_DGRAM, 0), other = sys_socket(AF_XDP, SOCK_RAW, 0);
	uint32_t key = 1, fd;

	line_ok(xdp, "AF_XDP socket");
	line(sys_socket(AF_XDP, SOCK_DGRAM, 0), "AF_XDP datagrams");
	line(sys_socket(AF_XDP, SOCK_RAW, 1), "AF_XDP protocol 1");
	line(sys_socket(AF_INET, SOCK_STREAM, 17), "TCP with protocol 17");
	line(sys_socket(200, SOCK_STREAM, 0), "family 200");
	get("xskmap", map, 0);
	line(set(map, 0, 999, 0, 0), "xskmap: no fd");
	line(set(map, 0, map, 0, 0), "xskmap: fd of a map");
	line(set(map, 0, udp, 0, 0), "xskmap: a UDP socket");
	line(set(map, 4, udp, 0, 0), "xskmap: key 4");
	line(set(map, 4, udp, 0, 3), "xskmap: key 4, flags 3");
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(set(map, 1, i < 3 ? xdp : other, 0, flags[i]), "xskmap: set, flags %d", (int)flags[i]);
	get("xskmap", map, 1);
	keys("xskmap", map);
	redirects("xskmap", map);
	line(sys_close(other), "close the socket");
	line(redirect(map, 1, 2), "xskmap: redirect to its place");
	fd = xdp;
	line(elem(BPF_MAP_UPDATE_ELEM, map, &key, &fd, 0), "xskmap: set");
	line(redirect(map, 1, 2), "xskmap: redirect");
	line(drop(map, 1), "xskmap: delete");
	line(drop(map, 1), "xskmap: delete again");
	line(drop(map, 4), "xskmap: delete 4");
	line(redirect(map, 1, 2), "xskmap: redirect");
}

int main(void)
{
	long dev_prog = program(BPF_PROG_TYPE_XDP, BPF_XDP_DEVMAP),
	     cpu_prog = program(BPF_PROG_TYPE_XDP, BPF_XDP_CPUMAP);
	long plain = program(BPF_PROG_TYPE_XDP, BPF_XDP), filter = program(BPF_PROG_TYPE_SOCKET_FILTER, 0);
	long devs = make_sized(BPF_MAP_TYPE_DEVMAP, 8, 5), hash = make_sized(BPF_MAP_TYPE_DEVMAP_HASH, 8, 6);
	long cpus = make_sized(BPF_MAP_TYPE_CPUMAP, 8, 5), four = make_sized(BPF_MAP_TYPE_DEVMAP, 4, 3);

	updates("devmap", devs, LO, 99, dev_prog, plain, filter);
	updates("devmap_hash", hash, LO, 99, dev_prog, plain, filter);
	updates("cpumap", cpus, 64, 16385, cpu_prog, plain, filter);
	line(set(cpus, 3, 64, 0, 0), "cpumap: a CPU that is not there");
	line(drop(hash, 100), "devmap_hash: delete 100");
	hash_order(hash);
	line(set(devs, 1, LO, dev_prog, 0), "devmap: 1");
	redirects("devmap", devs);
	redirects("devmap_hash", hash);
	in_programs(devs);
	in_programs(hash);
	line(set(four, 1, LO, 0, 0), "devmap of 4 bytes: 1");
	in_programs(four);
	line(set(cpus, 0, 64, 0, 0), "cpumap: 0");
	line(redirect(cpus, 0, 0), "cpumap: redirect to 0");
	redirects("cpumap", cpus);
	sockets();
	return 0;
}
