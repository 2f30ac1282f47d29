/*
 * How bpf(2) reads its attr: sizes, tails, bytes after a command's last field, bad memory, unknown
 * commands.
 */
#include <stddef.h>

#include "test/errno/sys/sys.h"

#define END(field) (offsetof(union bpf_attr, field) + sizeof(((union bpf_attr *)0)->field))

/* The attr with room after it. */
union big_attr {
	union bpf_attr attr;
	unsigned char bytes[8192];
};

static union big_attr hash_attr(void)
{
	return (union big_attr){
		.attr = {.map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 2}};
}

/* Creates a map with the first @size bytes; @nonzero: offset of a byte that is set to 1, 0 = none. */
static void create(unsigned size, unsigned nonzero)
{
	union big_attr big = hash_attr();
	long fd;

	if (nonzero)
		big.bytes[nonzero] = 1;
	fd = sys_bpf(BPF_MAP_CREATE, &big, size);
	if (nonzero)
		line(fd, "MAP_CREATE size %u, byte %u set", size, nonzero);
	else
		line(fd, "MAP_CREATE size %u", size);
	if (fd >= 0)
		sys_close(fd);
}

static void sizes(void)
{
	static const unsigned size[] = {0,   4,   12,  15,   16,   20,   72,   143, 144,
					145, 152, 200, 4095, 4096, 4097, 8192, ~0u};

	for (unsigned i = 0; i < sizeof(size) / sizeof(*size); i++)
		create(size[i], 0);
	create(16, 20);
	create(144, 71);
	create(144, 72);
	create(144, 143);
	create(144, 144);
	create(145, 144);
	create(152, 151);
	create(152, 152);
	create(4096, 4095);
	create(4097, 4096);
}

static void create_at(void *at, unsigned size, const char *what)
{
	long fd = sys_bpf(BPF_MAP_CREATE, at, size);

	line(fd, "MAP_CREATE %s", what);
	if (fd >= 0)
		sys_close(fd);
}

static void memory(void)
{
	union big_attr big = hash_attr();

	create_at(NULL, 0, "attr NULL, size 0");
	create_at(NULL, 144, "attr NULL, size 144");
	create_at(NULL, 4097, "attr NULL, size 4097");
	create_at(BAD_POINTER, 144, "bad attr, size 144");
	create_at(BAD_POINTER, 0, "bad attr, size 0");
	create_at(BAD_POINTER, 200, "bad attr, size 200");
	create_at((void *)-4096l, 144, "attr in kernel memory");
	create_at((void *)-8l, 144, "attr at the end of memory");
	create_at(memcpy(page_end(144), &big, 144), 144, "attr at the end of a page");
	create_at(memcpy(page_end(144), &big, 144), 145, "attr at the end of a page, size 145");
	create_at(memcpy(page_end(20), &big, 20), 20, "short attr at the end of a page");
	create_at(memcpy(page_end(20), &big, 20), 21, "short attr at the end of a page, size 21");
}

static const struct {
	int cmd;
	const char *name;
	unsigned end;
} commands[] = {
	{BPF_MAP_CREATE, "MAP_CREATE", END(map_extra)},
	{BPF_MAP_LOOKUP_ELEM, "MAP_LOOKUP_ELEM", END(flags)},
	{BPF_MAP_UPDATE_ELEM, "MAP_UPDATE_ELEM", END(flags)},
	{BPF_MAP_DELETE_ELEM, "MAP_DELETE_ELEM", END(key)},
	{BPF_MAP_GET_NEXT_KEY, "MAP_GET_NEXT_KEY", END(next_key)},
	{BPF_MAP_LOOKUP_AND_DELETE_ELEM, "MAP_LOOKUP_AND_DELETE_ELEM", END(flags)},
	{BPF_MAP_FREEZE, "MAP_FREEZE", END(map_fd)},
	{BPF_MAP_LOOKUP_BATCH, "MAP_LOOKUP_BATCH", END(batch.flags)},
	{BPF_MAP_LOOKUP_AND_DELETE_BATCH, "MAP_LOOKUP_AND_DELETE_BATCH", END(batch.flags)},
	{BPF_MAP_UPDATE_BATCH, "MAP_UPDATE_BATCH", END(batch.flags)},
	{BPF_MAP_DELETE_BATCH, "MAP_DELETE_BATCH", END(batch.flags)},
};

/*
 * fd -1 in all of them: EBADF says that the bytes were accepted. Where fd is no field, the map type is
 * unknown: EINVAL.
 */
static void after_last_field(void)
{
	for (unsigned i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		for (unsigned at = commands[i].end - 1; at < 144; at++) {
			union big_attr big = {0};

			big.attr.map_fd = -1;
			if (commands[i].end == END(batch.flags))
				big = (union big_attr){.attr = {.batch = {.map_fd = -1}}};
			big.bytes[at] |= 1;
			if (at <= commands[i].end + 1 || at == 143)
				line(sys_bpf(commands[i].cmd, &big, 144), "%s byte %u set", commands[i].name,
				     at);
		}
	}
}

static void unknown_commands(void)
{
	static const int cmd[] = {37, 38, 99, 0x7fffffff, -1};
	union big_attr big = {0};

	for (unsigned i = 0; i < sizeof(cmd) / sizeof(*cmd); i++) {
		line(sys_bpf(cmd[i], &big, 144), "command %d", cmd[i]);
		line(sys_bpf(cmd[i], BAD_POINTER, 144), "command %d, bad attr", cmd[i]);
		line(sys_bpf(cmd[i], &big, 8192), "command %d, size 8192", cmd[i]);
	}
}

int main(void)
{
	sizes();
	memory();
	after_last_field();
	unknown_commands();
	return 0;
}
