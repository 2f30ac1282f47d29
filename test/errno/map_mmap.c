/* Arrays mapped into user space: what may be mapped, and that values are the same on both sides. */
#include "test/errno/calls.h"
#include "test/errno/map.h"

#define PAGE 4096u

static long array(unsigned value_size, unsigned max, unsigned flags)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = value_size, .max_entries = max,
			       .map_flags = flags};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static void accesses(long fd, const char *what)
{
	static const unsigned offs[] = {0, 8, PAGE - 8, PAGE, 2 * PAGE - 8, 2 * PAGE, 3 * PAGE, 100 * PAGE};
	uint64_t v = 77;

	for (unsigned i = 0; i < COUNT(offs); i++) {
		line(sys_load(fd, offs[i], &v, sizeof(v)), "%s: load at %u", what, offs[i]);
		line(sys_store(fd, offs[i], &v, sizeof(v)), "%s: store at %u", what, offs[i]);
	}
	sys_close(fd);
}

static long of_type(unsigned type, unsigned flags)
{
	union bpf_attr attr = plain(type);

	attr.map_flags = flags;
	if (type == BPF_MAP_TYPE_PROG_ARRAY)
		attr.value_size = 4;
	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static uint64_t value_of(long fd, unsigned key)
{
	uint64_t v = 0;

	elem(BPF_MAP_LOOKUP_ELEM, fd, &key, &v, 0);
	return v;
}

/* A program adds 1 to element @key. */
static long add_one(long map, unsigned key)
{
	return RUN(ST(BPF_W, 10, -4, key), MOVR(2, 10), ADD(2, -4), MAP(1, map), CALL(BPF_FUNC_map_lookup_elem), JEQ(0, 0, 3),
		   LDX(BPF_DW, 1, 0, 0), ADD(1, 1), STX(BPF_DW, 0, 1, 0), MOV(0, 5), EXIT);
}

static void both_ways(unsigned value_size)
{
	unsigned step = (value_size + 7) / 8 * 8, key = 7;
	long fd = array(value_size, 1024, BPF_F_MMAPABLE);
	union bpf_attr freeze = {.map_fd = fd};
	uint64_t v = 40;

	sys_store(fd, key * step, &v, value_size < 8 ? value_size : 8);
	note("value %u: user space wrote 40, lookup says %u", value_size, (unsigned)value_of(fd, key));
	if (value_size == 8)
		line(add_one(fd, key), "value %u: a program adds 1", value_size);
	sys_load(fd, key * step, &v, value_size < 8 ? value_size : 8);
	note("value %u: user space reads %u", value_size, (unsigned)v);
	v = 1000;
	elem(BPF_MAP_UPDATE_ELEM, fd, &key, &v, 0);
	v = 0;
	sys_load(fd, key * step, &v, value_size < 8 ? value_size : 8);
	note("value %u: updated, user space reads %u", value_size, (unsigned)v);
	line(sys_bpf(BPF_MAP_FREEZE, &freeze, sizeof(freeze)), "value %u: freeze", value_size);
	line(sys_store(fd, 0, &v, 4), "value %u: store into the frozen one", value_size);
	line(sys_load(fd, 0, &v, 4), "value %u: load from the frozen one", value_size);
	sys_close(fd);
}

int main(void)
{
	accesses(array(8, 1024, BPF_F_MMAPABLE), "two pages");
	accesses(array(8, 513, BPF_F_MMAPABLE), "one page and 8 bytes");
	accesses(array(5, 1, BPF_F_MMAPABLE), "5 bytes");
	accesses(array(8, 1024, 0), "not mmapable");
	accesses(array(8, 1024, BPF_F_MMAPABLE | BPF_F_RDONLY), "rdonly");
	accesses(array(8, 1024, BPF_F_MMAPABLE | BPF_F_WRONLY), "wronly");
	accesses(array(8, 1024, BPF_F_MMAPABLE | BPF_F_RDONLY_PROG), "rdonly_prog");
	accesses(array(8, 1024, BPF_F_MMAPABLE | BPF_F_WRONLY_PROG), "wronly_prog");
	accesses(of_type(BPF_MAP_TYPE_HASH, 0), "hash");
	accesses(of_type(BPF_MAP_TYPE_PERCPU_ARRAY, 0), "percpu_array");
	accesses(of_type(BPF_MAP_TYPE_PROG_ARRAY, 0), "prog_array");
	both_ways(8);
	both_ways(4);
	both_ways(12);
	return 0;
}
