/* Loading the program of a vector: see vector_bench.h. */
#include <stdio.h>
#include <stdlib.h>

#include "../sim/elf/vmlinux.h"
#include "vector_bench.h"
#include "vector_btf.h"

/* The id of function @prefix@name in the kernel's BTF, 0 = none. */
static u32 kernel_function(const char *prefix, const char *name)
{
	struct why why;
	const struct btf_types *types = *name ? vmlinux_types(&why) : NULL;
	char whole[128];

	snprintf(whole, sizeof(whole), "%s%s", prefix, name);
	return types ? btf_find(types, whole, BTF_KIND_FUNC) : 0;
}

/* What a tracing program is attached to; the names of iterators and LSM hooks are written without their
 * prefixes. */
static u32 attach_function(const json_t *vector)
{
	s64 type = vector_int(vector, "expected_attach_type");
	const char *prefix = type == BPF_TRACE_ITER ? "bpf_iter_" : type == BPF_LSM_MAC ? "bpf_lsm_" : "";

	return kernel_function(prefix, vector_str(vector, "attach_btf_func"));
}

static u64 put_insns(struct vector_bench *bench, const json_t *vector, u32 *count)
{
	const json_t *fixup;
	struct bpf_insn *insn;
	size_t i;
	u32 len;
	u64 addr;

	insn = (struct bpf_insn *)hex_bytes(vector_str(vector, "insns"), &len);
	*count = len / sizeof(*insn);
	json_array_foreach(json_object_get(vector, "fixups"), i, fixup) {
		u64 at = json_integer_value(json_array_get(fixup, 0));

		if (at < *count)
			insn[at].imm = bench_map_fd(bench, json_integer_value(json_array_get(fixup, 1)));
	}
	json_array_foreach(json_object_get(vector, "kfuncs"), i, fixup) {
		u64 at = json_integer_value(json_array_get(fixup, 0));

		if (at < *count)
			insn[at].imm = kernel_function("", json_string_value(json_array_get(fixup, 1)));
	}
	addr = user_put(bench->user, insn, len);
	free(insn);
	return addr;
}

/* func_info: hex of the records, or a list of [instruction, type]. */
static u64 put_func_info(struct vector_bench *bench, const json_t *vector, u32 *count)
{
	const json_t *list = json_object_get(vector, "func_info"), *pair;
	struct bpf_func_info info[256];
	size_t i;
	u32 len;
	u64 addr;

	if (json_is_string(list)) {
		addr = bench_put_hex(bench, json_string_value(list), &len);
		*count = len / sizeof(info[0]);
		return addr;
	}
	*count = 0;
	json_array_foreach(list, i, pair) if (i < ARRAY_SIZE(info)) info[(*count)++] = (struct bpf_func_info){
		json_integer_value(json_array_get(pair, 0)), json_integer_value(json_array_get(pair, 1))};
	return user_put(bench->user, info, *count * sizeof(info[0]));
}

/* The records that fit the BTF: with an object file's, its own, since the recorded ones know another path of
 * the source. */
static u64 put_line_info(struct vector_bench *bench, const json_t *vector, u32 *count)
{
	const char *hex = vector_str(vector, "src_line_info"), *object = vector_str(vector, "prog_btf_file");
	u32 size = 0;
	u8 *lines = *object ? vector_lines(bench->vectors, object, vector_str(vector, "prog"), &size)
			    : hex_bytes(hex, &size);
	u64 addr = lines ? user_put(bench->user, lines, size) : 0;

	*count = lines ? size / sizeof(struct bpf_line_info) : 0;
	free(lines);
	return addr;
}

/* Room for the log: what the real one needed, and as much again for one that differs. */
static u32 log_size(const json_t *vector)
{
	s64 theirs = vector_int(vector, "kernel_log_len");

	return theirs > 0 && theirs < (64 << 20) ? 2 * theirs + (1 << 16) : 1 << 16;
}

/* The map that @addr is the address of, or the value of, as the vector numbers it: "map 0", "value of map 0".
 */
static bool name_address(const struct vector_bench *bench, u64 addr, char name[32])
{
	struct task *task = task_by_pid(bench->sim, bench->pid);

	for (u32 i = 0; i < bench->nmaps; i++) {
		struct file *file = fd_file(task, bench->map_fd[i]);
		struct map *map = file ? container_of(file->obj, struct map, obj) : NULL;
		struct region region;

		if (map && addr == (u64)&map->k)
			snprintf(name, 32, "map_ptr %d", (int)bench->map_id[i]);
		else if (map && map_locate(bench->sim, addr, &region) && region.obj == &map->obj)
			snprintf(name, 32, "map_value %d", (int)bench->map_id[i]);
		else
			continue;
		return true;
	}
	return false;
}

/* The address that our log has for what theirs calls `0xffff...`: told to those who compare. */
static json_t *our_addresses(struct vector_bench *bench, const char *log)
{
	json_t *names = json_object();
	const char *at = log;
	char name[32], key[32];

	while ((at = strstr(at, " = 0x")) != NULL) {
		u64 addr = strtoull(at + 3, NULL, 16);

		at += 5;
		if (!name_address(bench, addr - KERNEL_BASE + ARENA_BASE, name))
			continue;
		snprintf(key, sizeof(key), "0x%llx", (unsigned long long)addr);
		json_object_set_new(names, key, json_string(name));
	}
	return names;
}

static void keep_log(struct vector_bench *bench, json_t *answer, u64 log_buf, u32 size)
{
	const char *log = user_at(bench->user, log_buf, size);

	if (!log)
		return;
	json_object_set_new(answer, "kernel_log", json_stringn_nocheck(log, strnlen(log, size)));
	json_object_set_new(answer, "map_addrs", our_addresses(bench, log));
}

s64 bench_load_attr(struct vector_bench *bench, const json_t *vector, union bpf_attr *attr)
{
	const char *license = vector_str(vector, "license");
	s64 btf_fd = bench_prog_btf(bench, vector);

	memset(attr, 0, sizeof(*attr));
	if (btf_fd < 0)
		return btf_fd;
	user_reset(bench->user);
	attr->prog_type = vector_int(vector, "prog_type");
	attr->expected_attach_type = vector_int(vector, "expected_attach_type");
	attr->attach_btf_id = vector_int(vector, "attach_btf_id");
	if (!attr->attach_btf_id)
		attr->attach_btf_id = attach_function(vector);
	attr->prog_flags = vector_int(vector, "prog_flags");
	attr->insns = put_insns(bench, vector, &attr->insn_cnt);
	attr->license = user_put(bench->user, license, strlen(license) + 1);
	if (btf_fd > 0) {
		attr->prog_btf_fd = btf_fd;
		attr->func_info = put_func_info(bench, vector, &attr->func_info_cnt);
		attr->func_info_rec_size = sizeof(struct bpf_func_info);
		attr->line_info = put_line_info(bench, vector, &attr->line_info_cnt);
		attr->line_info_rec_size = attr->line_info_cnt ? sizeof(struct bpf_line_info) : 0;
	}
	sim_close(bench->sim, bench->pid, 0); /* as it was in the recorder */
	return 0;
}

/* @answer gets the log, at the level of theirs. */
s64 bench_load(struct vector_bench *bench, const json_t *vector, json_t *answer)
{
	union bpf_attr attr;
	s64 ret = bench_load_attr(bench, vector, &attr);

	if (ret < 0)
		return ret;
	attr.log_level = vector_int(vector, "kernel_log_level");
	attr.log_size = attr.log_level ? log_size(vector) : 0;
	attr.log_buf = attr.log_level ? user_alloc(bench->user, attr.log_size) : 0;
	ret = bench_bpf_without_rights(bench, BPF_PROG_LOAD, &attr);
	if (attr.log_level)
		keep_log(bench, answer, attr.log_buf, attr.log_size);
	return ret;
}
