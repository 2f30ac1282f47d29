/* The maps of a vector, with their types and contents: see vector_bench.h. */
#include <stdio.h>
#include <stdlib.h>

#include "vector_bench.h"
#include "vector_btf.h"

/* --- BTF --- */

static s64 load_btf(struct vector_bench *bench, const u8 *btf, u32 size)
{
	union bpf_attr attr = {0};

	user_reset(bench->user);
	attr.btf = user_put(bench->user, btf, size);
	attr.btf_size = size;
	return bench_bpf(bench, BPF_BTF_LOAD, &attr);
}

/* The BTF in hex, or the one that is named; its fd, or -errno. 0: neither. */
static s64 find_btf(struct vector_bench *bench, const char *hex, const char *name)
{
	u32 size = 0;
	u8 *btf;
	s64 fd;

	if (!*hex && !*name)
		return 0;
	btf = *hex ? hex_bytes(hex, &size) : vector_btf(bench->vectors, name, &size);
	fd = btf ? load_btf(bench, btf, size) : -ENOENT;
	free(btf);
	return fd;
}

s64 bench_prog_btf(struct vector_bench *bench, const json_t *vector)
{
	if (!bench->btf_fd)
		bench->btf_fd =
			find_btf(bench, vector_str(vector, "prog_btf"), vector_str(vector, "prog_btf_file"));
	return bench->btf_fd;
}

/*
 * The recorder's loader of object files had fd 3 open, the BTF as fd 4, then its maps. Some recorded
 * instructions have these numbers in them instead of a fixup.
 */
static void open_as_loader(struct vector_bench *bench, const json_t *vector)
{
	if (!*vector_str(vector, "prog_btf_file"))
		return;
	sim_dup(bench->sim, bench->pid, 0);
	bench_prog_btf(bench, vector);
}

/* --- maps --- */

/* -1 when the vector has no such map. */
s64 bench_map_fd(const struct vector_bench *bench, s64 id)
{
	for (u32 i = 0; i < bench->nmaps; i++)
		if (bench->map_id[i] == id)
			return bench->map_fd[i];
	return -1;
}

static s64 update(struct vector_bench *bench, s64 fd, const char *key, const char *value, u64 flags)
{
	union bpf_attr attr = {0};
	u32 len;

	user_reset(bench->user);
	attr.map_fd = fd;
	attr.key = bench_put_hex(bench, key, &len);
	attr.value = bench_put_hex(bench, value, &len);
	attr.flags = flags;
	return bench_bpf(bench, BPF_MAP_UPDATE_ELEM, &attr);
}

static s64 update_fd(struct vector_bench *bench, s64 fd, const void *key, u32 key_size, s64 value)
{
	union bpf_attr attr = {0};
	u32 value_fd = value;

	user_reset(bench->user);
	attr.map_fd = fd;
	attr.key = user_put(bench->user, key, key_size);
	attr.value = user_put(bench->user, &value_fd, sizeof(value_fd));
	return bench_bpf(bench, BPF_MAP_UPDATE_ELEM, &attr);
}

/* A program for a program array; `ld_imm64 map` in it means that array. */
static s64 load_element(struct vector_bench *bench, u32 type, const char *hex, s64 map_fd)
{
	union bpf_attr attr = {0};
	struct bpf_insn *insn;
	u32 len;

	user_reset(bench->user);
	insn = (struct bpf_insn *)hex_bytes(hex, &len);
	for (u32 i = 0; i < len / sizeof(*insn); i++)
		if (insn[i].code == (BPF_LD | BPF_IMM | BPF_DW) && insn[i].src_reg == BPF_PSEUDO_MAP_FD)
			insn[i].imm = map_fd;
	attr.prog_type = type;
	attr.insns = user_put(bench->user, insn, len);
	attr.insn_cnt = len / sizeof(*insn);
	attr.license = user_put(bench->user, "GPL", 4);
	free(insn);
	return bench_bpf(bench, BPF_PROG_LOAD, &attr);
}

static s64 add_program(struct vector_bench *bench, s64 map_fd, u32 index, u32 type, const char *hex)
{
	s64 fd = load_element(bench, type, hex, map_fd);

	return fd < 0 ? fd : update_fd(bench, map_fd, &index, sizeof(index), fd);
}

/* "mapel MAP KEY VALUE", "innerel MAP KEY INNER-MAP", "progel MAP INDEX TYPE INSNS" */
static s64 setup(struct vector_bench *bench, const char *line)
{
	size_t room = strlen(line) + 1;
	char word[8] = "", *a = malloc(room), *b = malloc(room), *c = malloc(room);
	s64 ret = -EINVAL;
	int map = -1, n;

	n = sscanf(line, "%7s %d %s %s %s", word, &map, a, b, c);
	if (n >= 4 && !strcmp(word, "mapel")) {
		ret = update(bench, bench_map_fd(bench, map), a, b, 0);
	} else if (n >= 4 && !strcmp(word, "innerel")) {
		u32 len;
		u8 *key = hex_bytes(a, &len);

		ret = update_fd(bench, bench_map_fd(bench, map), key, len, bench_map_fd(bench, atoi(b)));
		free(key);
	} else if (n >= 5 && !strcmp(word, "progel")) {
		ret = add_program(bench, bench_map_fd(bench, map), atoi(a), atoi(b), c);
	}
	free(a);
	free(b);
	free(c);
	return ret;
}

#define READ_ONLY_DATA ".rodata"

/* A loader freezes read-only data when they are filled in. */
static s64 freeze_data(struct vector_bench *bench, const json_t *map, s64 fd)
{
	union bpf_attr attr = {.map_fd = fd};
	const char *name = vector_str(map, "name");
	size_t len = strlen(name), end = strlen(READ_ONLY_DATA);

	if (len < end || strcmp(name + len - end, READ_ONLY_DATA))
		return 0;
	return bench_bpf(bench, BPF_MAP_FREEZE, &attr);
}

/* The contents that a map's line gives. */
static s64 fill_map(struct vector_bench *bench, const json_t *map, u32 prog_type, s64 fd)
{
	const char *init = vector_str(map, "init");
	const json_t *elem;
	size_t i;
	s64 ret = 0;

	json_array_foreach(json_object_get(map, "elems"), i, elem)
		if (ret >= 0)
			ret = update(bench, fd, json_string_value(json_array_get(elem, 0)),
				     json_string_value(json_array_get(elem, 1)), 0);
	json_array_foreach(json_object_get(map, "prog_elems"), i, elem)
		if (ret >= 0)
			ret = add_program(bench, fd, json_integer_value(json_array_get(elem, 0)), prog_type,
					  json_string_value(json_array_get(elem, 1)));
	if (ret >= 0 && *init)
		ret = update(bench, fd, "00000000", init, 0);
	return ret < 0 ? ret : freeze_data(bench, map, fd);
}

/* The types of its key and value, when it has some: its own BTF, or the program's. */
static void put_map_btf(struct vector_bench *bench, const json_t *map, const json_t *vector,
			union bpf_attr *attr)
{
	s64 fd;

	attr->btf_key_type_id = vector_int(map, "btf_key_type_id");
	attr->btf_value_type_id = vector_int(map, "btf_value_type_id");
	if (!attr->btf_value_type_id)
		return;
	fd = json_object_get(map, "btf") ? find_btf(bench, "", vector_str(map, "btf"))
					 : bench_prog_btf(bench, vector);
	attr->btf_fd = fd;
	if (fd <= 0)
		attr->btf_fd = attr->btf_key_type_id = attr->btf_value_type_id = 0;
}

static s64 make_map(struct vector_bench *bench, const json_t *map, const json_t *vector)
{
	union bpf_attr attr = {0};
	s64 fd;

	if (bench->nmaps == MAX_MAPS)
		return -E2BIG;
	user_reset(bench->user);
	attr.map_type = vector_int(map, "type");
	attr.key_size = vector_int(map, "key_size");
	attr.value_size = vector_int(map, "value_size");
	attr.max_entries = vector_int(map, "max_entries");
	attr.map_flags = vector_int(map, json_object_get(map, "flags") ? "flags" : "map_flags");
	strncpy(attr.map_name, vector_str(map, "name"), sizeof(attr.map_name) - 1);
	put_map_btf(bench, map, vector, &attr);
	if (json_object_get(map, "inner_map"))
		attr.inner_map_fd = bench_map_fd(bench, vector_int(map, "inner_map"));
	fd = bench_bpf_without_rights(bench, BPF_MAP_CREATE, &attr);
	if (fd < 0)
		return fd;
	bench->map_fd[bench->nmaps] = fd;
	bench->map_id[bench->nmaps] = json_object_get(map, "id") ? vector_int(map, "id") : bench->nmaps;
	bench->nmaps++;
	/* An element that cannot be put in yet leaves its sentence in bench->why; what it matters to is the
	 * runs. */
	fill_map(bench, map, vector_int(vector, "prog_type"), fd);
	return fd;
}

s64 bench_make_maps(struct vector_bench *bench, const json_t *vector)
{
	const json_t *item;
	size_t i;
	s64 ret = 0;

	open_as_loader(bench, vector);
	json_array_foreach(json_object_get(vector, "maps"), i, item)
		if (ret >= 0)
			ret = make_map(bench, item, vector);
	json_array_foreach(json_object_get(vector, "map_setup"), i, item)
		if (json_is_string(item))
			setup(bench, json_string_value(item));
	return ret;
}
