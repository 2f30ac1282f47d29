/* Who holds what: the last fd of a thing is closed, and what lives on is looked up by its id. */
#include "test/errno/map.h"
#include "test/errno/prog.h"

#define PIN "/sys/fs/bpf/life"

static long make4(unsigned type, long inner)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = 4, .max_entries = 3, .inner_map_fd = inner};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* The id stands first but one in the info of every kind of object, but for BTF. */
static unsigned id_of(long fd)
{
	struct bpf_map_info info = {0};
	union bpf_attr attr = {.info = {.bpf_fd = fd, .info_len = sizeof(info), .info = U64(&info)}};

	sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	return info.id;
}

static long open_id(int cmd, unsigned id)
{
	union bpf_attr attr = {.map_id = id};

	return sys_bpf(cmd, &attr, sizeof(attr));
}

static void show(int cmd, unsigned id, const char *what)
{
	long fd;

	sys_settle();
	fd = open_id(cmd, id);
	line_ok(fd, "%s", what);
	if (fd >= 0)
		sys_close(fd);
}

#define SHOW_MAP(id, what) show(BPF_MAP_GET_FD_BY_ID, id, what)
#define SHOW_PROG(id, what) show(BPF_PROG_GET_FD_BY_ID, id, what)

static long set(long map, unsigned key, unsigned value)
{
	return elem(BPF_MAP_UPDATE_ELEM, map, &key, &value, 0);
}

static long unset(long map, unsigned key)
{
	return elem(BPF_MAP_DELETE_ELEM, map, &key, 0, 0);
}

static long trivial_prog(unsigned type)
{
	union bpf_attr attr = trivial(type);

	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

/* A program that jumps into @map and looks nothing up. */
static long jumper(long map)
{
	struct bpf_insn insns[] = {
		IMM64(2, BPF_PSEUDO_MAP_FD, map, 0),
		MOV(3, 0),
		CALL(BPF_FUNC_tail_call),
		MOV(0, 0),
		EXIT,
	};
	union bpf_attr attr = trivial(BPF_PROG_TYPE_SOCKET_FILTER);

	attr.insns = U64(insns);
	attr.insn_cnt = COUNT(insns);
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static long pin(long fd)
{
	union bpf_attr attr = {.pathname = U64(PIN), .bpf_fd = fd};

	return sys_bpf(BPF_OBJ_PIN, &attr, sizeof(attr));
}

static long get_pin(void)
{
	union bpf_attr attr = {.pathname = U64(PIN)};

	return sys_bpf(BPF_OBJ_GET, &attr, sizeof(attr));
}

static void alone(void)
{
	long map = make4(BPF_MAP_TYPE_ARRAY, 0), copy = sys_dup(map);
	unsigned id = id_of(map);

	sys_close(map);
	SHOW_MAP(id, "map, one of two fds closed");
	sys_close(copy);
	SHOW_MAP(id, "map, both closed");
	map = make4(BPF_MAP_TYPE_ARRAY, 0);
	id = id_of(map);
	line(pin(map), "pin");
	sys_close(map);
	SHOW_MAP(id, "map, pinned, fd closed");
	line(sys_unlink(PIN), "unlink");
	SHOW_MAP(id, "map, unlinked");
}

static void used_by_program(void)
{
	long map = make4(BPF_MAP_TYPE_PROG_ARRAY, 0), prog = jumper(map);
	unsigned id = id_of(map);

	sys_close(map);
	SHOW_MAP(id, "map of a program, fd closed");
	sys_close(prog);
	SHOW_MAP(id, "map of a program, program closed");
}

static void inner_maps(unsigned type, const char *name)
{
	long model = make4(BPF_MAP_TYPE_ARRAY, 0), outer = make4(type, model), inner = make4(BPF_MAP_TYPE_ARRAY, 0);
	unsigned model_id = id_of(model), id = id_of(inner), outer_id = id_of(outer);

	note("%s", name);
	sys_close(model);
	SHOW_MAP(model_id, "the map that the outer one was made by, closed");
	line(set(outer, 1, inner), "set");
	sys_close(inner);
	SHOW_MAP(id, "inner, fd closed");
	line(unset(outer, 1), "delete");
	SHOW_MAP(id, "inner, deleted");
	inner = make4(BPF_MAP_TYPE_ARRAY, 0);
	id = id_of(inner);
	set(outer, 1, inner);
	sys_close(inner);
	inner = make4(BPF_MAP_TYPE_ARRAY, 0);
	line(set(outer, 1, inner), "another one in its place");
	SHOW_MAP(id, "inner, replaced");
	id = id_of(inner);
	sys_close(inner);
	sys_close(outer);
	SHOW_MAP(outer_id, "outer, closed");
	SHOW_MAP(id, "inner, outer closed");
}

static void tail_calls(void)
{
	long map = make4(BPF_MAP_TYPE_PROG_ARRAY, 0), target = trivial_prog(BPF_PROG_TYPE_SOCKET_FILTER), user;
	unsigned map_id = id_of(map), id = id_of(target);

	line(set(map, 0, target), "prog_array: set");
	sys_close(target);
	SHOW_PROG(id, "target, fd closed");
	user = jumper(map);
	sys_close(map);
	SHOW_MAP(map_id, "prog_array, fd closed, a program uses it");
	SHOW_PROG(id, "target then");
	map = open_id(BPF_MAP_GET_FD_BY_ID, map_id);
	line(unset(map, 0), "delete in the reopened one");
	target = trivial_prog(BPF_PROG_TYPE_SOCKET_FILTER);
	line(set(map, 1, target), "set in the reopened one");
	id = id_of(target);
	sys_close(target);
	SHOW_PROG(id, "second target, fd closed");
	sys_close(map);
	SHOW_PROG(id, "second target, map closed again");
	sys_close(user);
	SHOW_MAP(map_id, "prog_array, nobody left");
}

/* A program in the array that it jumps into: only that user space lets go of the array ends it. */
static void circle(void)
{
	long map = make4(BPF_MAP_TYPE_PROG_ARRAY, 0), prog = jumper(map);
	unsigned map_id = id_of(map), id = id_of(prog);

	line(set(map, 0, prog), "circle: set");
	line(pin(map), "circle: pin");
	sys_close(prog);
	sys_close(map);
	SHOW_PROG(id, "circle: program, all closed but the pin");
	SHOW_MAP(map_id, "circle: map");
	map = get_pin();
	line_ok(map, "circle: get");
	line(sys_unlink(PIN), "circle: unlink");
	SHOW_PROG(id, "circle: program, one fd");
	sys_close(map);
	SHOW_PROG(id, "circle: program, none");
	SHOW_MAP(map_id, "circle: map, none");
}

static void two_arrays(void)
{
	long a = make4(BPF_MAP_TYPE_PROG_ARRAY, 0), b = make4(BPF_MAP_TYPE_PROG_ARRAY, 0), in_a = jumper(b), in_b = jumper(a);
	unsigned id_a = id_of(a), id_b = id_of(b), prog_a = id_of(in_a), prog_b = id_of(in_b);

	set(a, 0, in_a);
	set(b, 0, in_b);
	sys_close(in_a);
	sys_close(in_b);
	sys_close(a);
	SHOW_MAP(id_a, "two circles: first array, closed");
	SHOW_PROG(prog_a, "two circles: program in it");
	SHOW_PROG(prog_b, "two circles: program in the second");
	sys_close(b);
	SHOW_MAP(id_a, "two circles: first array, second closed");
	SHOW_MAP(id_b, "two circles: second array");
	SHOW_PROG(prog_b, "two circles: program in it");
}

static void devices(unsigned type, const char *name)
{
	union bpf_attr attr = {.map_type = type, .key_size = 4, .value_size = 8, .max_entries = 3};
	union bpf_attr load_attr = trivial(BPF_PROG_TYPE_XDP);
	struct {
		unsigned first, prog;
	} value = {.first = type == BPF_MAP_TYPE_CPUMAP ? 192 : 1};
	long map = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	unsigned key = 0, id;

	load_attr.expected_attach_type = type == BPF_MAP_TYPE_CPUMAP ? BPF_XDP_CPUMAP : BPF_XDP_DEVMAP;
	value.prog = sys_bpf(BPF_PROG_LOAD, &load_attr, sizeof(load_attr));
	id = id_of(value.prog);
	line(elem(BPF_MAP_UPDATE_ELEM, map, &key, &value, 0), "%s: set with a program", name);
	sys_close(value.prog);
	SHOW_PROG(id, "its program, fd closed");
	line(elem(BPF_MAP_LOOKUP_ELEM, map, &key, &value, 0), "%s: lookup", name);
	note("the program's id is there: %s", value.prog == id ? "yes" : "no");
	line(unset(map, 0), "%s: delete", name);
	SHOW_PROG(id, "its program, deleted");
	sys_close(map);
}

/* Events go with the file that put them there, unless the map is to keep them. */
static void events(unsigned flags, const char *name)
{
	struct sys_perf perf = {.type = 1, .config = 10, .sample_type = 1 << 10};
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_PERF_EVENT_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 3,
			       .map_flags = flags};
	long map = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr)), event = sys_perf_open(&perf), other;

	other = open_id(BPF_MAP_GET_FD_BY_ID, id_of(map));
	line(set(map, 0, event), "%s: set through one file", name);
	line(set(other, 1, event), "%s: set through another", name);
	sys_close(event);
	sys_close(map);
	sys_settle();
	line(unset(other, 0), "%s: delete the first one, its file closed", name);
	line(unset(other, 1), "%s: delete the second one", name);
	sys_close(other);
}

static void with_btf(void)
{
	static const uint32_t types[] = {1, BTF_KIND_INT << 24, 4, BTF_INT_SIGNED << 24 | 32};
	long btf = load_btf(types, sizeof(types), "\0int", 5), map;
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1, .btf_fd = btf,
			       .btf_key_type_id = 1, .btf_value_type_id = 1};
	struct bpf_map_info info = {0};
	union bpf_attr get;

	map = sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	sys_close(btf);
	get = (union bpf_attr){.info = {.bpf_fd = map, .info_len = sizeof(info), .info = U64(&info)}};
	line(sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get)), "map with BTF: info");
	show(BPF_BTF_GET_FD_BY_ID, info.btf_id, "its BTF, fd closed");
	sys_close(map);
	show(BPF_BTF_GET_FD_BY_ID, info.btf_id, "its BTF, map closed");
}

int main(void)
{
	alone();
	used_by_program();
	inner_maps(BPF_MAP_TYPE_ARRAY_OF_MAPS, "array_of_maps");
	inner_maps(BPF_MAP_TYPE_HASH_OF_MAPS, "hash_of_maps");
	tail_calls();
	circle();
	two_arrays();
	devices(BPF_MAP_TYPE_DEVMAP, "devmap");
	devices(BPF_MAP_TYPE_DEVMAP_HASH, "devmap_hash");
	devices(BPF_MAP_TYPE_CPUMAP, "cpumap");
	events(0, "events");
	events(BPF_F_PRESERVE_ELEMS, "events that stay");
	with_btf();
	return 0;
}
