/* Ids, fds by id, info, pins, statistics: what is the same for all kinds of objects. */
#include "test/errno/sys/sys.h"

#define PIN "/sys/fs/bpf/errno_map"

static int new_map(void)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long next_id(int cmd, unsigned start, void *at)
{
	union bpf_attr attr = {.start_id = start};

	if (!at)
		at = &attr;
	return sys_bpf(cmd, at, sizeof(attr));
}

static void next_ids(void)
{
	union bpf_attr tail = {.start_id = 0};

	line(next_id(BPF_MAP_GET_NEXT_ID, 0x7fffffff, 0), "MAP_GET_NEXT_ID from INT_MAX");
	line(next_id(BPF_MAP_GET_NEXT_ID, 0x7ffffffe, 0), "MAP_GET_NEXT_ID from INT_MAX - 1");
	line(next_id(BPF_MAP_GET_NEXT_ID, 0xffffffff, 0), "MAP_GET_NEXT_ID from UINT_MAX");
	line(next_id(BPF_MAP_GET_NEXT_ID, 0, 0), "MAP_GET_NEXT_ID from 0");
	line(next_id(BPF_LINK_GET_NEXT_ID, 0, 0), "LINK_GET_NEXT_ID without links");
	tail.open_flags = 1;
	line(sys_bpf(BPF_MAP_GET_NEXT_ID, &tail, sizeof(tail)), "MAP_GET_NEXT_ID, open_flags set");
	sys_caps(CAPS_ALL & ~CAPS_SYS_ADMIN);
	line(next_id(BPF_MAP_GET_NEXT_ID, 0, 0), "MAP_GET_NEXT_ID without CAP_SYS_ADMIN");
	line(next_id(BPF_MAP_GET_NEXT_ID, 0x7fffffff, 0), "MAP_GET_NEXT_ID from INT_MAX without CAP_SYS_ADMIN");
	sys_caps(CAPS_ALL);
}

static long by_id(int cmd, unsigned id, unsigned flags)
{
	union bpf_attr attr = {.map_id = id};

	attr.open_flags = flags;
	return sys_bpf(cmd, &attr, sizeof(attr));
}

static unsigned map_id(int fd)
{
	struct bpf_map_info info = {0};
	union bpf_attr attr = {.info = {.bpf_fd = fd, .info_len = sizeof(info), .info = U64(&info)}};

	sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	return info.id;
}

static void update(int fd, const char *what)
{
	unsigned key = 0;
	unsigned long value = 1;
	union bpf_attr attr = {.map_fd = fd, .key = U64(&key)};

	attr.value = U64(&value);
	line(sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr)), "MAP_UPDATE_ELEM, fd opened %s", what);
	line(sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)), "MAP_LOOKUP_ELEM, fd opened %s", what);
}

static void fds_by_id(int map)
{
	unsigned id = map_id(map);
	int fd;

	line(by_id(BPF_MAP_GET_FD_BY_ID, 0x7ffffff0, 0), "MAP_GET_FD_BY_ID, no such id");
	line(by_id(BPF_MAP_GET_FD_BY_ID, 0, 0), "MAP_GET_FD_BY_ID 0");
	line(by_id(BPF_PROG_GET_FD_BY_ID, 0x7ffffff0, 0), "PROG_GET_FD_BY_ID, no such id");
	line(by_id(BPF_PROG_GET_FD_BY_ID, 1, 8), "PROG_GET_FD_BY_ID, open_flags set");
	line(by_id(BPF_BTF_GET_FD_BY_ID, 0x7ffffff0, 0), "BTF_GET_FD_BY_ID, no such id");
	line(by_id(BPF_LINK_GET_FD_BY_ID, 0x7ffffff0, 0), "LINK_GET_FD_BY_ID, no such id");
	line(by_id(BPF_MAP_GET_FD_BY_ID, id, BPF_F_RDONLY | BPF_F_WRONLY), "MAP_GET_FD_BY_ID, RDONLY | WRONLY");
	line(by_id(BPF_MAP_GET_FD_BY_ID, id, 1), "MAP_GET_FD_BY_ID, flag 1");
	fd = by_id(BPF_MAP_GET_FD_BY_ID, id, 0);
	line_ok(fd, "MAP_GET_FD_BY_ID");
	update(fd, "to read and write");
	sys_close(fd);
	fd = by_id(BPF_MAP_GET_FD_BY_ID, id, BPF_F_RDONLY);
	line_ok(fd, "MAP_GET_FD_BY_ID, RDONLY");
	update(fd, "to read");
	sys_close(fd);
	fd = by_id(BPF_MAP_GET_FD_BY_ID, id, BPF_F_WRONLY);
	line_ok(fd, "MAP_GET_FD_BY_ID, WRONLY");
	update(fd, "to write");
	sys_close(fd);
	sys_caps(CAPS_ALL & ~CAPS_SYS_ADMIN);
	line(by_id(BPF_MAP_GET_FD_BY_ID, id, 0), "MAP_GET_FD_BY_ID without CAP_SYS_ADMIN");
	line(by_id(BPF_MAP_GET_FD_BY_ID, id, 1), "MAP_GET_FD_BY_ID, flag 1, without CAP_SYS_ADMIN");
	sys_caps(CAPS_ALL);
}

static long info(int fd, void *at, unsigned len)
{
	union bpf_attr attr = {.info = {.bpf_fd = fd, .info_len = len, .info = U64(at)}};
	long ret = sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));

	return ret ? ret : attr.info.info_len;
}

static void infos(int map)
{
	static unsigned char big[8192];
	union bpf_attr tail = {.info = {.bpf_fd = map, .info_len = 8, .info = U64(big)}};

	line(info(map, big, 0), "OBJ_GET_INFO_BY_FD of a map, 0 bytes");
	line(info(map, big, 4), "OBJ_GET_INFO_BY_FD of a map, 4 bytes");
	line(info(map, big, sizeof(struct bpf_map_info)), "OBJ_GET_INFO_BY_FD of a map");
	memset(big, 0, sizeof(big));
	line(info(map, big, 200), "OBJ_GET_INFO_BY_FD of a map, 200 bytes");
	big[199] = 1;
	line(info(map, big, 200), "OBJ_GET_INFO_BY_FD of a map, 200 bytes, the last set");
	line(info(map, big, 4096), "OBJ_GET_INFO_BY_FD of a map, a page, byte 199 set");
	line(info(map, big, 4097), "OBJ_GET_INFO_BY_FD of a map, more than a page");
	line(info(map, BAD_POINTER, 80), "OBJ_GET_INFO_BY_FD of a map, bad address");
	line(info(99, big, 80), "OBJ_GET_INFO_BY_FD, fd not open");
	line(info(-1, big, 80), "OBJ_GET_INFO_BY_FD, fd -1");
	line(info(0, big, 80), "OBJ_GET_INFO_BY_FD of something else");
	((unsigned char *)&tail)[16] = 1;
	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &tail, sizeof(tail)), "OBJ_GET_INFO_BY_FD, byte 16 set");
}

static long pin(int fd, const char *path, unsigned flags)
{
	union bpf_attr attr = {.bpf_fd = fd, .pathname = U64(path), .file_flags = flags};

	return sys_bpf(BPF_OBJ_PIN, &attr, sizeof(attr));
}

static long get(const char *path, unsigned fd, unsigned flags)
{
	union bpf_attr attr = {.bpf_fd = fd, .pathname = U64(path), .file_flags = flags};
	long ret = sys_bpf(BPF_OBJ_GET, &attr, sizeof(attr));

	if (ret >= 0)
		sys_close(ret);
	return ret;
}

static void pins(int map)
{
	static char longest[5000];

	memset(longest, 'a', sizeof(longest) - 1);
	memcpy(longest, "/sys/fs/bpf/", 12);
	line(pin(map, PIN, 1), "OBJ_PIN, flag 1");
	line(pin(map, PIN, BPF_F_RDONLY), "OBJ_PIN, RDONLY");
	line(pin(99, PIN, 0), "OBJ_PIN, fd not open");
	line(pin(0, PIN, 0), "OBJ_PIN, another kind of fd");
	line(pin(0, BAD_POINTER, 0), "OBJ_PIN, another kind of fd, bad address");
	line(pin(map, BAD_POINTER, 0), "OBJ_PIN, bad address");
	line(pin(map, "", 0), "OBJ_PIN, empty path");
	line(pin(map, "/tmp/x", 0), "OBJ_PIN outside of bpffs");
	line(pin(map, "/sys/fs/bpf", 0), "OBJ_PIN at the root");
	line(pin(map, "/sys/fs/bpf/none/x", 0), "OBJ_PIN in no directory");
	line(pin(map, "/none/x", 0), "OBJ_PIN in no directory outside");
	line(pin(map, "/sys/fs/bpf/a.b", 0), "OBJ_PIN with a dot");
	line(pin(map, longest, 0), "OBJ_PIN, path of 4999 bytes");
	line(pin(map, PIN, 0), "OBJ_PIN");
	line(pin(map, PIN, 0), "OBJ_PIN, path taken");
	line(pin(map, "/sys/fs/bpf//errno_map", 0), "OBJ_PIN, path taken, doubled slash");
	line(pin(map, PIN "/x", 0), "OBJ_PIN below a pin");
	line_ok(get(PIN, 0, 0), "OBJ_GET");
	line_ok(get(PIN, 0, BPF_F_RDONLY), "OBJ_GET, RDONLY");
	line_ok(get(PIN, 0, BPF_F_WRONLY), "OBJ_GET, WRONLY");
	line(get(PIN, 0, BPF_F_RDONLY | BPF_F_WRONLY), "OBJ_GET, RDONLY | WRONLY");
	line(get(PIN, 0, 1), "OBJ_GET, flag 1");
	line(get(PIN, 3, 0), "OBJ_GET, bpf_fd set");
	line(get("/sys/fs/bpf/none", 0, 0), "OBJ_GET, no such pin");
	line(get("/sys/fs/bpf", 0, 0), "OBJ_GET of a directory");
	line(get("/tmp", 0, 0), "OBJ_GET of a directory outside");
	line(get("", 0, 0), "OBJ_GET, empty path");
	line(get(BAD_POINTER, 0, 0), "OBJ_GET, bad address");
	line(sys_mkdir("/sys/fs/bpf/dir"), "mkdir");
	line(pin(map, "/sys/fs/bpf/dir/m", 0), "OBJ_PIN in a directory");
	line_ok(get("/sys/fs/bpf/dir/m", 0, 0), "OBJ_GET from a directory");
	line(sys_unlink(PIN), "unlink");
	line(get(PIN, 0, 0), "OBJ_GET after unlink");
	sys_unlink("/sys/fs/bpf/dir/m");
}

static long stats(unsigned type)
{
	union bpf_attr attr = {.enable_stats = {.type = type}};
	long ret = sys_bpf(BPF_ENABLE_STATS, &attr, sizeof(attr));

	if (ret >= 0)
		sys_close(ret);
	return ret;
}

static void statistics(void)
{
	line_ok(stats(BPF_STATS_RUN_TIME), "ENABLE_STATS");
	line(stats(1), "ENABLE_STATS of type 1");
	sys_caps(CAPS_ALL & ~CAPS_SYS_ADMIN);
	line(stats(BPF_STATS_RUN_TIME), "ENABLE_STATS without CAP_SYS_ADMIN");
	sys_caps(CAPS_ALL);
}

int main(void)
{
	int map = new_map();

	line_ok(map, "MAP_CREATE");
	next_ids();
	fds_by_id(map);
	infos(map);
	pins(map);
	statistics();
	line(sys_close(map), "close");
	line(sys_close(map), "close again");
	line(sys_dup(map), "dup of a closed fd");
	return 0;
}
