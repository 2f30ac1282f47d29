/* Pointers to kernel objects in map values: bpf_kptr_xchg, and who gives up what a value owns. */
#include <stdlib.h>

#include "test/errno/calls.h"
#include "test/errno/kernel_btf.h"
#include "test/errno/map.h"

#define KFUNC(name) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, kernel_id(name, BTF_KIND_FUNC))
#define ACQUIRE KFUNC("bpf_kfunc_call_test_acquire")
#define RELEASE KFUNC("bpf_kfunc_call_test_release")
#define STRINGS "\0int\0value\0n\0ref\0plain\0kptr_ref\0kptr\0prog_test_ref_kfunc"

enum { INT = 1, OBJECT, TAG_REF, PTR_REF, TAG_PLAIN, PTR_PLAIN, VALUE, KEY };

static long btf;

/* struct value { u64 n; struct prog_test_ref_kfunc __kptr_ref *ref; struct prog_test_ref_kfunc __kptr *plain; } */
static void make_btf(void)
{
	static const uint32_t types[] = {
		1, BTF_KIND_INT << 24, 8, 64,
		37, BTF_KIND_STRUCT << 24, 0,
		23, BTF_KIND_TYPE_TAG << 24, OBJECT,
		0, BTF_KIND_PTR << 24, TAG_REF,
		32, BTF_KIND_TYPE_TAG << 24, OBJECT,
		0, BTF_KIND_PTR << 24, TAG_PLAIN,
		5, BTF_KIND_STRUCT << 24 | 3, 24,
		11, INT, 0,
		13, PTR_REF, 64,
		17, PTR_PLAIN, 128,
		1, BTF_KIND_INT << 24, 4, 32,
	};

	btf = load_btf(types, sizeof(types), STRINGS, sizeof(STRINGS));
	line_ok(btf, "BTF");
}

static long new_map(unsigned type, unsigned max, unsigned flags)
{
	union bpf_attr attr = {
		.map_type = type, .key_size = 4, .value_size = 24, .max_entries = max, .map_flags = flags,
		.btf_fd = btf, .btf_key_type_id = KEY, .btf_value_type_id = VALUE,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* How many references the kernel's object has, beyond this one. */
static void references(const char *when)
{
	line(RUN(ST(BPF_DW, 10, -8, 0), MOVR(1, 10), ADD(1, -8), ACQUIRE, JEQ(0, 0, 5), LDX(BPF_W, 6, 0, 24), MOVR(1, 0),
		 RELEASE, MOVR(0, 6), EXIT, MOV(0, 0), EXIT), "%s: references", when);
}

/* r6: the value of key @key, or the end; the two instructions that follow end the program */
#define VALUE_OF(map, key)                                                                                             \
	ST(BPF_W, 10, -4, key), MOVR(2, 10), ADD(2, -4), MAP(1, map), CALL(BPF_FUNC_map_lookup_elem), JNE(0, 0, 2),    \
		MOV(0, 99), EXIT, MOVR(6, 0)

/* Puts a new reference into the value; what was there is given up. 1: there was something, 0, 99: no such key. */
static long swap_in(long map, unsigned key)
{
	return RUN(VALUE_OF(map, key), ST(BPF_DW, 10, -16, 0), MOVR(1, 10), ADD(1, -16), ACQUIRE, JNE(0, 0, 2), MOV(0, 98),
		   EXIT, MOVR(1, 6), ADD(1, 8), MOVR(2, 0), CALL(BPF_FUNC_kptr_xchg), JEQ(0, 0, 4), MOVR(1, 0), RELEASE,
		   MOV(0, 1), EXIT, MOV(0, 0), EXIT);
}

/* Takes the pointer out. */
static long swap_out(long map, unsigned key)
{
	return RUN(VALUE_OF(map, key), MOVR(1, 6), ADD(1, 8), MOV(2, 0), CALL(BPF_FUNC_kptr_xchg), JEQ(0, 0, 4), MOVR(1, 0),
		   RELEASE, MOV(0, 1), EXIT, MOV(0, 0), EXIT);
}

/* Reads a field of the object through the pointer that owns, or does not: b is 108. Stores into the one that does not. */
static long read_b(long map, unsigned key, int off)
{
	return RUN(VALUE_OF(map, key), LDX(BPF_DW, 1, 6, off), JEQ(1, 0, 2), LDX(BPF_W, 0, 1, 4), EXIT, MOV(0, 0), EXIT);
}

static long copy_plain(long map, unsigned key)
{
	return RUN(VALUE_OF(map, key), ST(BPF_DW, 10, -16, 0), MOVR(1, 10), ADD(1, -16), ACQUIRE, JNE(0, 0, 2), MOV(0, 98),
		   EXIT, STX(BPF_DW, 6, 0, 16), MOVR(1, 0), RELEASE, MOV(0, 1), EXIT);
}

/* One more reference to what the value owns, given up at once. */
static long get_owned(long map, unsigned key)
{
	return RUN(VALUE_OF(map, key), MOVR(1, 6), ADD(1, 8), MOV(2, 0), MOV(3, 0), KFUNC("bpf_kfunc_call_test_kptr_get"),
		   JEQ(0, 0, 4), MOVR(1, 0), RELEASE, MOV(0, 1), EXIT, MOV(0, 0), EXIT);
}

static long update(long map, unsigned key)
{
	uint64_t value[3] = {5, 6, 7};

	return elem(BPF_MAP_UPDATE_ELEM, map, &key, value, 0);
}

static void show(long map, unsigned key, const char *what)
{
	uint64_t value[3] = {0};
	long ret = elem(BPF_MAP_LOOKUP_ELEM, map, &key, value, 0);

	line(ret, "%s: lookup", what);
	note("    n %u, ref %u, plain %u", (unsigned)value[0], (unsigned)value[1], (unsigned)value[2]);
}

static void type(unsigned type, unsigned flags, const char *name)
{
	long map = new_map(type, 4, flags);
	union bpf_attr freeze = {.map_fd = map};
	unsigned key = 1;

	line_ok(map, "%s: create", name);
	if (map < 0)
		return;
	line(sys_bpf(BPF_MAP_FREEZE, &freeze, sizeof(freeze)), "%s: freeze", name);
	line(update(map, 1), "%s: update", name);
	show(map, 1, name);
	line(swap_out(map, 1), "%s: out, empty", name);
	line(get_owned(map, 1), "%s: one more of nothing", name);
	line(swap_in(map, 1), "%s: in", name);
	references(name);
	line(get_owned(map, 1), "%s: one more", name);
	line(read_b(map, 1, 8), "%s: read through ref", name);
	show(map, 1, name);
	line(swap_in(map, 1), "%s: in again", name);
	references(name);
	line(swap_out(map, 1), "%s: out", name);
	references(name);
	line(swap_in(map, 1), "%s: in", name);
	line(copy_plain(map, 1), "%s: into plain", name);
	line(read_b(map, 1, 16), "%s: read through plain", name);
	line(update(map, 1), "%s: update over it", name);
	references(name);
	show(map, 1, name);
	line(read_b(map, 1, 8), "%s: read through ref", name);
	line(swap_in(map, 1), "%s: in", name);
	line(elem(BPF_MAP_DELETE_ELEM, map, &key, 0, 0), "%s: delete", name);
	references(name);
	for (unsigned i = 0; i < 4; i++) {
		update(map, i);
		swap_in(map, i);
	}
	references(name);
	sys_close(map);
	sys_settle();
	references(name);
}

static void evictions(void)
{
	long map = new_map(BPF_MAP_TYPE_LRU_HASH, 4, 0);

	for (unsigned i = 0; i < 20; i++) {
		update(map, i);
		swap_in(map, i);
	}
	references("lru_hash, 20 keys in 4 places");
	sys_close(map);
	sys_settle();
	references("lru_hash, closed");
}

int main(void)
{
	kernel_open();
	make_btf();
	references("at first");
	type(BPF_MAP_TYPE_ARRAY, 0, "array");
	type(BPF_MAP_TYPE_HASH, 0, "hash");
	type(BPF_MAP_TYPE_HASH, BPF_F_NO_PREALLOC, "hash, no prealloc");
	type(BPF_MAP_TYPE_LRU_HASH, 0, "lru_hash");
	type(BPF_MAP_TYPE_PERCPU_HASH, 0, "percpu_hash");
	type(BPF_MAP_TYPE_ARRAY, BPF_F_MMAPABLE, "array, mmapable");
	evictions();
	return 0;
}
