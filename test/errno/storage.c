/*
 * Storage of sockets, inodes, tasks and cgroups; arrays of cgroups: every call, and from programs that run.
 */
#include <linux/btf.h>
#include <stddef.h>
#include <sys/socket.h>

#include "test/errno/calls.h"
#include "test/errno/map.h"

/* int; struct { int a; int b; } with 8 bytes */
static long value_btf(void)
{
	static const uint32_t types[] = {
		1, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32,
		5, BTF_KIND_STRUCT << 24 | 2, 8, 7, 1, 0, 9, 1, 32,
	};

	return load_btf(types, sizeof(types), "\0int\0v\0a\0b", 11);
}

static long make_storage(unsigned type)
{
	union bpf_attr attr = {.map_type = type,
			       .key_size = 4,
			       .value_size = 8,
			       .map_flags = BPF_F_NO_PREALLOC,
			       .btf_fd = value_btf(),
			       .btf_key_type_id = 1,
			       .btf_value_type_id = 2};
	long fd = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));

	sys_close(attr.btf_fd);
	return fd;
}

static long set(long map, int key, uint64_t value, uint64_t flags)
{
	return elem(BPF_MAP_UPDATE_ELEM, map, &key, &value, flags);
}

static void get(const char *name, long map, int key)
{
	uint64_t value = 0xbad;
	long ret = elem(BPF_MAP_LOOKUP_ELEM, map, &key, &value, 0);

	line(ret, "%s: lookup: 0x%llx", name, (unsigned long long)value);
}

static long drop(long map, int key)
{
	return elem(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0);
}

static void calls(const char *name, long map, int owner, int other)
{
	static const uint64_t flags[] = {BPF_EXIST, BPF_ANY, BPF_NOEXIST, BPF_EXIST, 3, BPF_F_LOCK, 8};
	int key = owner;
	uint64_t value;

	get(name, map, owner);
	get(name, map, 999);
	get(name, map, other);
	line(drop(map, owner), "%s: delete", name);
	line(drop(map, 999), "%s: delete 999", name);
	line(drop(map, other), "%s: delete of another file", name);
	line(set(map, 999, 1, 0), "%s: update 999", name);
	line(set(map, 999, 1, 3), "%s: update 999, flags 3", name);
	line(set(map, -1, 1, 0), "%s: update -1", name);
	line(set(map, other, 1, BPF_EXIST), "%s: update of another file, EXIST", name);
	line(elem(BPF_MAP_UPDATE_ELEM, map, &key, BAD_POINTER, 0), "%s: update from nowhere", name);
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(set(map, owner, i + 1, flags[i]), "%s: update, flags %d", name, (int)flags[i]);
	get(name, map, owner);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, &key, &value, 0), "%s: lookup and delete", name);
	line(elem(BPF_MAP_GET_NEXT_KEY, map, NULL, &value, 0), "%s: first key", name);
	line(elem(BPF_MAP_GET_NEXT_KEY, map, &key, &value, 0), "%s: next key", name);
	line(drop(map, owner), "%s: delete", name);
	line(drop(map, owner), "%s: delete again", name);
}

static void sockets(void)
{
	long map = make_storage(BPF_MAP_TYPE_SK_STORAGE), second = make_storage(BPF_MAP_TYPE_SK_STORAGE);
	long sock = sys_socket(AF_INET, SOCK_DGRAM, 0), stream = sys_socket(AF_UNIX, SOCK_STREAM, 0),
	     copy = sys_dup(sock);

	calls("sk_storage", map, sock, map);
	set(map, sock, 1, 0);
	set(map, stream, 2, 0);
	get("first socket", map, sock);
	get("its other fd", map, copy);
	get("second socket", map, stream);
	get("another map", second, sock);
	sys_close(sock);
	get("the other fd after close", map, copy);
	sys_close(copy);
	sock = sys_socket(AF_INET, SOCK_DGRAM, 0);
	get("a new socket", map, sock);
	get("second socket", map, stream);
}

static void inodes(void)
{
	long map = make_storage(BPF_MAP_TYPE_INODE_STORAGE), array = make(BPF_MAP_TYPE_ARRAY, 1, 0);
	long sock = sys_socket(AF_INET, SOCK_DGRAM, 0);

	line_ok(map, "inode_storage: create");
	calls("inode_storage", map, array, sock);
}

static void tasks(void)
{
	long map = make_storage(BPF_MAP_TYPE_TASK_STORAGE), self = sys_pidfd(), again = sys_pidfd();

	calls("task_storage", map, self, map);
	set(map, self, 5, 0);
	get("by another pidfd", map, again);
	sys_close(self);
	sys_close(again);
	get("by a new pidfd", map, sys_pidfd());
}

/* With the socket of the packet: @create and what comes before it. */
#define SK_GET(map, value_reg, flags) \
	MAP(1, map), MOVR(2, 6), MOVR(3, value_reg), MOV(4, flags), CALL(BPF_FUNC_sk_storage_get)
#define START LDX(BPF_DW, 6, 1, offsetof(struct __sk_buff, sk)), JNE(6, 0, 2), MOV(0, 55), EXIT, \
	MOVR(1, 6), CALL(BPF_FUNC_sk_fullsock), MOVR(6, 0), JNE(6, 0, 2), MOV(0, 56), EXIT, MOV(7, 0)

static void packets(void)
{
	long map = make_storage(BPF_MAP_TYPE_SK_STORAGE);

	line(RUN(START, SK_GET(map, 7, 0), JEQ(0, 0, 1), MOV(0, 1), EXIT), "packet's socket: get");
	line(RUN(START, SK_GET(map, 7, 1), JNE(0, 0, 2), MOV(0, 9), EXIT, LDX(BPF_W, 0, 0, 0), EXIT),
	     "packet's socket: create");
	line(RUN(START, SK_GET(map, 7, 2), JEQ(0, 0, 1), MOV(0, 1), EXIT), "packet's socket: flags 2");
	line(RUN(START, ST(BPF_DW, 10, -8, 77), MOVR(8, 10), ADD(8, -8), SK_GET(map, 8, 1), JNE(0, 0, 2),
		 MOV(0, 9), EXIT, LDX(BPF_W, 0, 0, 0), EXIT),
	     "packet's socket: create with a value");
	line(RUN(START, SK_GET(map, 7, 1), JNE(0, 0, 2), MOV(0, 9), EXIT, ST(BPF_W, 0, 4, 33),
		 SK_GET(map, 7, 0), JNE(0, 0, 2), MOV(0, 8), EXIT, LDX(BPF_W, 0, 0, 4), EXIT),
	     "packet's socket: create, write, get");
	line(RUN(START, MAP(1, map), MOVR(2, 6), CALL(BPF_FUNC_sk_storage_delete), EXIT),
	     "packet's socket: delete");
	line(RUN(START, SK_GET(map, 7, 1), MAP(1, map), MOVR(2, 6), CALL(BPF_FUNC_sk_storage_delete),
		 MOVR(8, 0), SK_GET(map, 7, 0), JEQ(0, 0, 1), MOV(8, 7), MOVR(0, 8), EXIT),
	     "packet's socket: create, delete, get");
}

static long make_cgroup(unsigned type, unsigned key_size)
{
	union bpf_attr attr = {.map_type = type, .key_size = key_size, .value_size = 8};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static void cgroup_calls(const char *name, long map)
{
	static const uint64_t flags[] = {BPF_ANY, BPF_NOEXIST, BPF_EXIST, 3, BPF_F_LOCK};
	uint64_t key[2] = {1, 0}, value[64] = {0};

	line(elem(BPF_MAP_LOOKUP_ELEM, map, key, value, 0), "%s: lookup", name);
	line(elem(BPF_MAP_DELETE_ELEM, map, key, NULL, 0), "%s: delete", name);
	line(elem(BPF_MAP_GET_NEXT_KEY, map, NULL, value, 0), "%s: first key", name);
	line(elem(BPF_MAP_GET_NEXT_KEY, map, key, value, 0), "%s: next key", name);
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, key, value, 0), "%s: lookup and delete", name);
	for (unsigned i = 0; i < COUNT(flags); i++)
		line(elem(BPF_MAP_UPDATE_ELEM, map, key, value, flags[i]), "%s: update, flags %d", name,
		     (int)flags[i]);
}

/* 1: the first map held 0, and the second one has what is expected. */
static long run_cgroup(long map, long second, unsigned expected)
{
	return RUN_AS(BPF_PROG_TYPE_CGROUP_SKB, MAP(1, map), MOV(2, 0), CALL(BPF_FUNC_get_local_storage),
		      MOVR(6, 0), LDX(BPF_W, 7, 6, 0), ADD(7, 5), STX(BPF_W, 6, 7, 0), MAP(1, second),
		      MOV(2, 0), CALL(BPF_FUNC_get_local_storage), LDX(BPF_W, 8, 0, 0), MOV(0, 0),
		      JNE(7, 5, 2), JNE(8, expected, 1), MOV(0, 1), EXIT);
}

static void cgroups(void)
{
	long shared = make_cgroup(BPF_MAP_TYPE_CGROUP_STORAGE, 16),
	     percpu = make_cgroup(BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, 16);
	long by_id = make_cgroup(BPF_MAP_TYPE_CGROUP_STORAGE, 8),
	     array = make_map(BPF_MAP_TYPE_CGROUP_ARRAY, 4, 2);
	uint32_t key = 0, value = 0;

	cgroup_calls("cgroup_storage", shared);
	cgroup_calls("cgroup_storage by id", by_id);
	cgroup_calls("percpu_cgroup_storage", percpu);
	line(run_cgroup(shared, percpu, 0), "a program with both");
	line(run_cgroup(shared, percpu, 0), "once more");
	line(run_cgroup(shared, shared, 5), "twice the same");
	line(run_cgroup(by_id, percpu, 0), "by id");
	line(run_cgroup(by_id, shared, 0), "two of a kind");
	for (key = 1; key < 3; key++) {
		line(elem(BPF_MAP_LOOKUP_ELEM, array, &key, &value, 0), "cgroup_array: lookup of %u", key);
		value = array;
		line(elem(BPF_MAP_UPDATE_ELEM, array, &key, &value, 0), "cgroup_array: update of %u, a map",
		     key);
		line(elem(BPF_MAP_UPDATE_ELEM, array, &key, &value, 1), "cgroup_array: update of %u, flags 1",
		     key);
		value = 999;
		line(elem(BPF_MAP_UPDATE_ELEM, array, &key, &value, 0), "cgroup_array: update of %u, no fd",
		     key);
		line(elem(BPF_MAP_DELETE_ELEM, array, &key, NULL, 0), "cgroup_array: delete %u", key);
		line(RUN(MOVR(6, 1), MAP(2, array), MOV(3, key), CALL(BPF_FUNC_skb_under_cgroup), EXIT),
		     "skb_under_cgroup %u", key);
	}
}

int main(void)
{
	sockets();
	inodes();
	tasks();
	packets();
	cgroups();
	return 0;
}
