/* Maps of type struct_ops: a table of functions of the kernel is filled with programs, registered, taken back. */
#include "test/errno/kernel_btf.h"
#include "test/errno/map.h"
#include "test/errno/prog.h"

#define TABLE "tcp_congestion_ops"
#define VALUE "bpf_struct_ops_tcp_congestion_ops"
#define VALUE_MAX 4096

static long btf;
static unsigned char value[VALUE_MAX];

static unsigned member_off(const char *type, const char *name, unsigned *number)
{
	const struct btf_type *t = kernel.type[kernel_id(type, BTF_KIND_STRUCT)];
	const struct btf_member *m = (const void *)(t + 1);

	for (unsigned i = 0; i < BTF_INFO_VLEN(t->info); i++)
		if (!strcmp(kernel.strings + m[i].name_off, name)) {
			if (number)
				*number = i;
			return (m[i].offset & 0xffffff) / 8;
		}
	note("no member %s", name);
	exit(1);
}

static unsigned char *field(const char *name)
{
	return value + member_off(VALUE, "data", NULL) + member_off(TABLE, name, NULL);
}

static union bpf_attr map_attr(const char *type)
{
	unsigned id = kernel_id(type, BTF_KIND_STRUCT);

	return (union bpf_attr){
		.map_type = BPF_MAP_TYPE_STRUCT_OPS, .key_size = 4, .value_size = kernel.type[id]->size, .max_entries = 1,
		.btf_fd = btf, .btf_vmlinux_value_type_id = id,
	};
}

static long make_table(const char *type)
{
	union bpf_attr attr = map_attr(type);

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static void try(union bpf_attr attr, const char *what)
{
	line_ok(try_create(attr), "create: %s", what);
}

static void creations(void)
{
	union bpf_attr attr = map_attr(VALUE);

	try(attr, "as it should be");
	attr.key_size = 8;
	try(attr, "key_size 8");
	attr = map_attr(VALUE);
	attr.value_size -= 8;
	try(attr, "value_size too small");
	attr = map_attr(VALUE);
	attr.max_entries = 2;
	try(attr, "max_entries 2");
	attr = map_attr(VALUE);
	attr.map_flags = BPF_F_NUMA_NODE;
	try(attr, "numa node");
	attr = map_attr(VALUE);
	attr.btf_fd = 12345;
	try(attr, "no BTF");
	attr = map_attr(VALUE);
	attr.btf_value_type_id = 1;
	try(attr, "a value type, too");
	attr = map_attr(VALUE);
	attr.btf_vmlinux_value_type_id = 0;
	try(attr, "no type of the kernel");
	attr.btf_vmlinux_value_type_id = 1;
	try(attr, "type 1 of the kernel");
	attr.btf_vmlinux_value_type_id = 0x7fffffff;
	try(attr, "a type that is not there");
	attr.btf_vmlinux_value_type_id = kernel_id(TABLE, BTF_KIND_STRUCT);
	try(attr, "the table itself");
	try(map_attr("bpf_struct_ops_bpf_dummy_ops"), "bpf_dummy_ops");
	sys_caps(CAPS_ALL & ~CAPS_BPF & ~CAPS_SYS_ADMIN);
	try(map_attr(VALUE), "without CAP_BPF");
	sys_caps(CAPS_ALL);
}

/* A program that returns 0 as member @name. */
static long function(const char *name)
{
	static const struct bpf_insn insns[] = {MOV(0, 2), EXIT};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_STRUCT_OPS);
	unsigned number;

	member_off(TABLE, name, &number);
	attr.insns = U64(insns);
	attr.insn_cnt = 2;
	attr.expected_attach_type = number;
	attr.attach_btf_id = kernel_id(TABLE, BTF_KIND_STRUCT);
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void put(const char *name, uint64_t word)
{
	memcpy(field(name), &word, 8);
}

static const char *const needed[] = {"ssthresh", "cong_avoid", "undo_cwnd"};
static long fds[COUNT(needed)];

/* A whole table. */
static void fill(const char *name)
{
	memset(value, 0, sizeof(value));
	for (unsigned i = 0; i < COUNT(needed); i++)
		put(needed[i], fds[i]);
	memcpy(field("name"), name, strlen(name));
}

static long update(long map, unsigned key, uint64_t flags)
{
	return elem(BPF_MAP_UPDATE_ELEM, map, &key, value, flags);
}

static void show(long map, const char *what)
{
	static unsigned char back[VALUE_MAX];
	unsigned key = 0, head[2];
	uint64_t id;
	long ret;

	memset(back, 0, sizeof(back));
	ret = elem(BPF_MAP_LOOKUP_ELEM, map, &key, back, 0);
	memcpy(head, back, sizeof(head));
	memcpy(&id, back + (field("ssthresh") - value), 8);
	line(ret, "%s: lookup", what);
	note("    refcnt %u, state %u, name '%.16s', a program there: %s", head[0], head[1],
	     (const char *)back + (field("name") - value), id ? "yes" : "no");
}

/* One thing wrong with the value. */
static void wrong(const char *what)
{
	long map = make_table(VALUE);

	line(update(map, 0, 0), "update: %s", what);
	show(map, what);
	sys_close(map);
}

static void faults(void)
{
	struct bpf_insn insns[] = {MOV(0, 0), EXIT};
	union bpf_attr other = trivial(BPF_PROG_TYPE_SOCKET_FILTER);
	long map = make_table(VALUE), filter;

	other.insns = U64(insns);
	filter = sys_bpf(BPF_PROG_LOAD, &other, sizeof(other));
	fill("walker");
	line(update(map, 1, 0), "update: key 1");
	line(update(map, 0, BPF_NOEXIST), "update: NOEXIST");
	line(update(map, 0, BPF_EXIST), "update: EXIST");
	sys_close(map);
	value[0] = 1;
	wrong("refcnt 1");
	fill("walker");
	value[4] = 1;
	wrong("state 1");
	fill("walker");
	value[12] = 1;
	wrong("a byte in a hole");
	for (unsigned i = 0; i < COUNT(needed); i++) {
		fill("walker");
		put(needed[i], 0);
		wrong(needed[i]);
	}
	fill("walker");
	put("ssthresh", 12345);
	wrong("no fd");
	fill("walker");
	put("ssthresh", map);
	wrong("a closed fd");
	fill("walker");
	put("ssthresh", filter);
	wrong("a socket filter");
	fill("walker");
	put("ssthresh", fds[1]);
	wrong("the program of another member");
	fill("upper");
	put("ssthresh", fds[0] | 1ull << 32);
	wrong("upper half of the fd set");
	fill("");
	wrong("no name");
	fill("no-good");
	wrong("a name with a dash");
	fill("sixteen_letters_");
	wrong("a name too long");
	fill("cubic");
	wrong("cubic");
	fill("reno");
	wrong("reno");
	fill("walker");
	field("flags")[0] = 4;
	wrong("flags 4");
	fill("walker");
	field("key")[0] = 4;
	wrong("a key");
	fill("walker");
	field("list")[0] = 4;
	wrong("a list");
	fill("walker");
	field("owner")[0] = 4;
	wrong("an owner");
	fill("walker");
	put("get_info", fds[0]);
	wrong("get_info");
	map = make_table("bpf_struct_ops_bpf_dummy_ops");
	memset(value, 0, sizeof(value));
	line(update(map, 0, 0), "bpf_dummy_ops: update");
	sys_close(map);
	sys_close(filter);
}

static long open_id(int cmd, unsigned id)
{
	union bpf_attr attr = {.map_id = id};

	return sys_bpf(cmd, &attr, sizeof(attr));
}

static void still_there(int cmd, unsigned id, const char *what)
{
	long fd;

	sys_settle();
	fd = open_id(cmd, id);
	line_ok(fd, "%s", what);
	if (fd >= 0)
		sys_close(fd);
}

static unsigned id_of(long fd)
{
	struct bpf_map_info info = {0};
	union bpf_attr attr = {.info = {.bpf_fd = fd, .info_len = sizeof(info), .info = U64(&info)}};

	sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	return info.id;
}

static void life(void)
{
	long map = make_table(VALUE), twin = make_table(VALUE), prog;
	unsigned key = 0, next = 7, id = id_of(map), prog_id;
	union bpf_attr freeze = {.map_fd = map};

	show(map, "new");
	line(elem(BPF_MAP_GET_NEXT_KEY, map, NULL, &next, 0), "first key");
	line(elem(BPF_MAP_GET_NEXT_KEY, map, &key, &next, 0), "next key");
	line(elem(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0), "delete before it is set");
	line(sys_bpf(BPF_MAP_FREEZE, &freeze, sizeof(freeze)), "freeze");
	line(elem(BPF_MAP_LOOKUP_AND_DELETE_ELEM, map, &key, value, 0), "lookup and delete");
	fill("walker");
	prog = function("ssthresh");
	prog_id = id_of(prog);
	put("ssthresh", prog);
	line(update(map, 0, 0), "update");
	show(map, "registered");
	line(update(map, 0, 0), "update again");
	line(update(twin, 0, 0), "another table of the same name");
	sys_close(prog);
	still_there(BPF_PROG_GET_FD_BY_ID, prog_id, "program, fd closed");
	sys_close(map);
	still_there(BPF_MAP_GET_FD_BY_ID, id, "map, fd closed");
	map = open_id(BPF_MAP_GET_FD_BY_ID, id);
	show(map, "opened by id");
	key = 5;
	line(elem(BPF_MAP_LOOKUP_ELEM, map, &key, value, 0), "lookup of key 5");
	line(elem(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0), "delete of key 5");
	show(map, "deleted");
	line(elem(BPF_MAP_DELETE_ELEM, map, &key, NULL, 0), "delete again");
	fill("walker");
	line(update(map, 0, 0), "update after it");
	line(update(twin, 0, 0), "the name is free: the other table");
	still_there(BPF_PROG_GET_FD_BY_ID, prog_id, "program of the deleted table");
	sys_close(map);
	still_there(BPF_MAP_GET_FD_BY_ID, id, "deleted table, fd closed");
	still_there(BPF_PROG_GET_FD_BY_ID, prog_id, "its program");
	key = 0;
	line(elem(BPF_MAP_DELETE_ELEM, twin, &key, NULL, 0), "delete the other table");
	sys_close(twin);
}

int main(void)
{
	static const uint32_t types[] = {1, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32};

	kernel_open();
	btf = load_btf(types, sizeof(types), "\0int", 5);
	creations();
	for (unsigned i = 0; i < COUNT(needed); i++) {
		fds[i] = function(needed[i]);
		line_ok(fds[i], "program for %s", needed[i]);
	}
	faults();
	life();
	return 0;
}
