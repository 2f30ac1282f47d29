/* MAP_CREATE with BTF: sizes of key and value, keys of arrays, locks and timers in values. */
#include <linux/btf.h>

#include "test/errno/sys/sys.h"

/* A BTF under construction. */
static uint32_t types[400];
static unsigned ntypes, nwords;
static char strings[1000];
static unsigned nstrings = 1;

static unsigned string(const char *s)
{
	unsigned at = nstrings;

	if (!*s)
		return 0;
	strcpy(strings + at, s);
	nstrings += strlen(s) + 1;
	return at;
}

static void word(uint32_t w)
{
	types[nwords++] = w;
}

static unsigned type(const char *name, unsigned kind, unsigned vlen, unsigned size_or_type)
{
	word(string(name));
	word(kind << 24 | vlen);
	word(size_or_type);
	return ++ntypes;
}

static unsigned integer(const char *name, unsigned bytes, unsigned bits, unsigned offset)
{
	unsigned id = type(name, BTF_KIND_INT, 0, bytes);

	word(offset << 16 | bits);
	return id;
}

static void member(const char *name, unsigned id, unsigned bit)
{
	word(string(name));
	word(id);
	word(bit);
}

static void secinfo(unsigned id, unsigned offset, unsigned size)
{
	word(id);
	word(offset);
	word(size);
}

static unsigned var(const char *name, unsigned id)
{
	unsigned var = type(name, BTF_KIND_VAR, 0, id);

	word(BTF_VAR_GLOBAL_ALLOCATED);
	return var;
}

static long load(void)
{
	static unsigned char raw[4096];
	struct btf_header h = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(h),
		.type_len = nwords * 4,
		.str_off = nwords * 4,
		.str_len = nstrings,
	};
	union bpf_attr attr = {.btf = U64(raw)};

	memcpy(raw, &h, sizeof(h));
	memcpy(raw + sizeof(h), types, h.type_len);
	memcpy(raw + sizeof(h) + h.type_len, strings, nstrings);
	attr.btf_size = sizeof(h) + h.type_len + h.str_len;
	return sys_bpf(BPF_BTF_LOAD, &attr, sizeof(attr));
}

static struct {
	const char *name;
	unsigned id, size;
} all[40];
static unsigned nall;

static unsigned listed(const char *name, unsigned id, unsigned size)
{
	all[nall].name = name;
	all[nall].id = id;
	all[nall++].size = size;
	return id;
}

/* struct @name { a long; @field at @bit; } of @size bytes */
static unsigned with_field(const char *name, unsigned size, unsigned u64, unsigned field, unsigned bit)
{
	unsigned id = type(name, BTF_KIND_STRUCT, 2, size);

	member("a", u64, 0);
	member("b", field, bit);
	return listed(name, id, size);
}

static void make_types(void)
{
	unsigned u32 = listed("u32", integer("u32", 4, 32, 0), 4),
		 u64 = listed("u64", integer("u64", 8, 64, 0), 8);
	unsigned id, lock, timer, wide_lock;

	listed("int of 31 bits", integer("u31", 4, 31, 0), 4);
	listed("char", integer("char", 1, 8, 0), 1);
	listed("typedef of u32", type("t32", BTF_KIND_TYPEDEF, 0, u32), 4);
	listed("const u32", type("", BTF_KIND_CONST, 0, u32), 4);
	listed("pointer", type("", BTF_KIND_PTR, 0, u32), 8);
	listed("enum", type("e", BTF_KIND_ENUM, 0, 4), 4);
	listed("float", type("f", BTF_KIND_FLOAT, 0, 4), 4);
	listed("fwd", type("fw", BTF_KIND_FWD, 0, 0), 4);
	listed("func_proto", type("", BTF_KIND_FUNC_PROTO, 0, 0), 4);
	listed("variable", var("v", u32), 4);
	id = type("", BTF_KIND_ARRAY, 0, 0);
	word(u32), word(u32), word(3);
	listed("array of 3 u32", id, 12);
	lock = type("bpf_spin_lock", BTF_KIND_STRUCT, 1, 4);
	member("val", u32, 0);
	listed("the lock itself", lock, 4);
	timer = type("bpf_timer", BTF_KIND_STRUCT, 2, 16);
	member("x", u64, 0);
	member("y", u64, 64);
	wide_lock = type("bpf_spin_lock", BTF_KIND_STRUCT, 1, 8);
	member("val", u64, 0);
	with_field("with_nothing", 16, u64, u64, 64);
	with_field("with_lock", 12, u64, lock, 64);
	with_field("with_lock_inside", 16, u64, lock, 64);
	with_field("with_crooked_lock", 16, u64, lock, 72);
	with_field("with_wide_lock", 16, u64, wide_lock, 64);
	with_field("with_timer", 24, u64, timer, 64);
	with_field("with_crooked_timer", 32, u64, timer, 96);
	with_field("with_typedef_of_lock", 16, u64, type("lock_t", BTF_KIND_TYPEDEF, 0, lock), 64);
	id = type("two_locks", BTF_KIND_STRUCT, 2, 8);
	member("a", lock, 0);
	member("b", lock, 32);
	listed("two_locks", id, 8);
	id = type("lock_and_timer", BTF_KIND_STRUCT, 2, 24);
	member("a", timer, 0);
	member("b", lock, 128);
	listed("lock_and_timer", id, 24);
	id = type("union_with_lock", BTF_KIND_UNION, 1, 4);
	member("a", lock, 0);
	listed("union_with_lock", id, 4);
	id = var("a_lock", lock);
	id = (type(".data", BTF_KIND_DATASEC, 1, 8), secinfo(id, 4, 4), ntypes);
	listed("section with a lock", id, 8);
	id = var("a_number", u64);
	id = (type(".bss", BTF_KIND_DATASEC, 1, 8), secinfo(id, 0, 8), ntypes);
	listed("section", id, 8);
	listed("no such type", 9999, 4);
}

static long create(unsigned map_type, long btf, unsigned key_id, unsigned key_size, unsigned value_id,
		   unsigned value_size, unsigned max, unsigned flags)
{
	union bpf_attr attr = {
		.map_type = map_type,
		.key_size = key_size,
		.value_size = value_size,
		.max_entries = max,
		.map_flags = flags,
		.btf_fd = btf,
		.btf_key_type_id = key_id,
		.btf_value_type_id = value_id,
	};

	return sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static void try(const char *what, const char *type, long fd)
{
	union bpf_attr attr = {.map_fd = fd}, get = {0};
	struct bpf_map_info info = {0};

	line_ok(fd, "%s: %s", what, type);
	if (fd < 0)
		return;
	get.info.bpf_fd = fd;
	get.info.info = U64(&info);
	get.info.info_len = sizeof(info);
	sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &get, sizeof(get));
	note("  key type %u, value type %u, btf %s", info.btf_key_type_id, info.btf_value_type_id,
	    info.btf_id ? "there" : "none");
	line(sys_bpf(BPF_MAP_FREEZE, &attr, sizeof(attr)), "  freeze");
	sys_close(fd);
}

/* What is a lock or a timer stays the kernel's: system calls neither see nor change it. */
static void values(const char *name, unsigned id, unsigned size, long btf, unsigned map_type)
{
	static const uint64_t flag[] = {BPF_ANY, BPF_F_LOCK, BPF_F_LOCK | BPF_EXIST, BPF_F_LOCK | BPF_NOEXIST,
					BPF_F_LOCK | 3};
	long fd = create(map_type, btf, 1, 4, id, size, 1, 0);
	unsigned key = 0, position;
	unsigned char value[64];

	for (unsigned i = 0; i < COUNT(flag); i++) {
		union bpf_attr attr = {.map_fd = fd, .key = U64(&key), .value = U64(value), .flags = flag[i]};

		memset(value, 0x77, sizeof(value));
		line(sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr)),
		     "%s in a map of type %u: update, flags 0x%llx", name, map_type,
		     (unsigned long long)flag[i]);
		attr.flags &= BPF_F_LOCK;
		line(sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)), "  lookup");
		for (unsigned b = 0; b < size; b += 4)
			note("  byte %u: %02x", b, value[b]);
		attr = (union bpf_attr){.batch = {.map_fd = fd, .count = 1, .elem_flags = flag[i]}};
		attr.batch.keys = U64(&key);
		attr.batch.values = U64(value);
		attr.batch.out_batch = U64(&position);
		line(sys_bpf(BPF_MAP_LOOKUP_BATCH, &attr, sizeof(attr)), "  lookup batch");
	}
	sys_close(fd);
}

int main(void)
{
	long btf;

	make_types();
	btf = load();
	line_ok(btf, "BTF_LOAD");
	for (unsigned i = 0; i < nall; i++) {
		unsigned id = all[i].id, size = all[i].size;

		try("hash, value", all[i].name, create(BPF_MAP_TYPE_HASH, btf, 1, 4, id, size, 1, 0));
		try("hash, value of other size", all[i].name,
		    create(BPF_MAP_TYPE_HASH, btf, 1, 4, id, size + 1, 1, 0));
		try("hash, key", all[i].name, create(BPF_MAP_TYPE_HASH, btf, id, size, 1, 4, 1, 0));
		try("hash, key of other size", all[i].name,
		    create(BPF_MAP_TYPE_HASH, btf, id, size + 1, 1, 4, 1, 0));
		try("hash, value, no key", all[i].name, create(BPF_MAP_TYPE_HASH, btf, 0, 4, id, size, 1, 0));
		try("hash, value, RDONLY_PROG", all[i].name,
		    create(BPF_MAP_TYPE_HASH, btf, 1, 4, id, size, 1, BPF_F_RDONLY_PROG));
		try("array, value", all[i].name, create(BPF_MAP_TYPE_ARRAY, btf, 1, 4, id, size, 2, 0));
		try("array, key", all[i].name, create(BPF_MAP_TYPE_ARRAY, btf, id, 4, 1, 4, 2, 0));
		try("array of 1, value, no key", all[i].name,
		    create(BPF_MAP_TYPE_ARRAY, btf, 0, 4, id, size, 1, 0));
		try("array of 2, value, no key", all[i].name,
		    create(BPF_MAP_TYPE_ARRAY, btf, 0, 4, id, size, 2, 0));
		try("array, value, WRONLY_PROG", all[i].name,
		    create(BPF_MAP_TYPE_ARRAY, btf, 1, 4, id, size, 2, BPF_F_WRONLY_PROG));
	}
	for (unsigned i = 0; i < nall; i++)
		if (!strcmp(all[i].name, "with_lock") || !strcmp(all[i].name, "lock_and_timer")) {
			values(all[i].name, all[i].id, all[i].size, btf, BPF_MAP_TYPE_HASH);
			values(all[i].name, all[i].id, all[i].size, btf, BPF_MAP_TYPE_ARRAY);
		}
	return 0;
}
