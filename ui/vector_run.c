/* Doing a vector again on a simulated kernel: see vector.h. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "../sim/elf/user_memory.h"
#include "../sim/elf/vmlinux.h"
#include "vector.h"

#define LOADER 100u              /* the task that sim_new makes, root */
#define UNPRIVILEGED_UID 1000u
#define OUT_MAX (1u << 17)       /* bytes for data_out: more than any recorded packet has */
#define LOG_SIZE (1u << 20)      /* for the verifier's log */
#define MAX_MAPS 80u

struct vector_bench {
	struct sim_host host;
	struct user_memory *user;
	struct sim *sim;
	u32 pid;                     /* who makes the calls */
	u32 nmaps;
	s64 map_fd[MAX_MAPS];        /* by position in the vector's list */
	s64 map_id[MAX_MAPS];        /* the number that the vector gives it */
	struct why why;              /* of the first call that failed */
};

/* --- the owner of the simulation --- */

static void *bench_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void bench_dealloc(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

static int bench_in(void *ctx, u32 pid, void *dst, u64 uaddr, u64 n)
{
	(void)pid;
	return user_read(((struct vector_bench *)ctx)->user, dst, uaddr, n);
}

static int bench_out(void *ctx, u32 pid, u64 uaddr, const void *src, u64 n)
{
	(void)pid;
	return user_write(((struct vector_bench *)ctx)->user, uaddr, src, n);
}

static s64 bench_packet(void *ctx, u32 capture, u64 index, u8 *buf, u64 cap)
{
	(void)ctx, (void)capture, (void)index, (void)buf, (void)cap;
	return -ENOENT;
}

static u64 bench_clock(void *ctx)
{
	struct timespec now;

	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

struct vector_bench *vector_bench_new(void)
{
	struct vector_bench *bench = calloc(1, sizeof(*bench));
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
	void *mem = mmap((void *)ARENA_BASE, ARENA_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);

	if (!bench || mem != (void *)ARENA_BASE) {
		perror("bpfwalk: no memory for the simulated kernel");
		free(bench);
		return NULL;
	}
	bench->user = user_memory_new();
	bench->host = (struct sim_host){
		.ctx = bench,
		.arena_mem = mem,
		.alloc = bench_alloc,
		.free = bench_dealloc,
		.copy_in = bench_in,
		.copy_out = bench_out,
		.packet = bench_packet,
		.clock_ns = bench_clock,
	};
	return bench;
}

void vector_bench_free(struct vector_bench *bench)
{
	munmap(bench->host.arena_mem, ARENA_SIZE);
	user_memory_free(bench->user);
	free(bench);
}

/* A machine that has just booted. Dropping the pages zeroes them; only those that were used cost anything. */
static bool boot(struct vector_bench *bench, bool unprivileged)
{
	bench->pid = LOADER;
	bench->nmaps = 0;
	bench->why = (struct why){0};
	bench->sim = sim_new(&bench->host);
	if (!bench->sim)
		return false;
	if (unprivileged) {
		sim_sysctl(bench->sim, "kernel.unprivileged_bpf_disabled", 0);
		bench->pid = sim_spawn(bench->sim, UNPRIVILEGED_UID, "vectors");
	}
	return true;
}

static void shut_down(struct vector_bench *bench)
{
	sim_delete(bench->sim);
	bench->sim = NULL;
	madvise(bench->host.arena_mem, ARENA_SIZE, MADV_DONTNEED);
}

/* --- calls --- */

static s64 bpf(struct vector_bench *bench, int cmd, union bpf_attr *attr)
{
	u64 uattr = user_put_attr(bench->user, attr, sizeof(*attr));
	s64 ret = sim_bpf(bench->sim, bench->pid, cmd, uattr, sizeof(*attr));

	user_read(bench->user, attr, uattr, sizeof(*attr));
	if (ret < 0 && !bench->why.err)
		bench->why = bench->sim->why;
	return ret;
}

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes of a hex text, to be freed; stops at what is no hex. NULL: none. */
static u8 *from_hex(const char *hex, u32 *len)
{
	u8 *bytes = malloc((hex ? strlen(hex) : 0) / 2 + 8);

	*len = 0;
	while (hex && bytes && nibble(hex[0]) >= 0 && nibble(hex[1]) >= 0) {
		bytes[(*len)++] = nibble(hex[0]) << 4 | nibble(hex[1]);
		hex += 2;
	}
	return bytes;
}

static json_t *to_hex(const u8 *bytes, u32 len)
{
	char *hex = malloc(2 * (size_t)len + 1);
	json_t *text;

	for (u32 i = 0; hex && i < len; i++)
		sprintf(hex + 2 * i, "%02x", bytes[i]);
	text = json_stringn(hex, 2 * (size_t)len);
	free(hex);
	return text;
}

/* Hex text as bytes in user memory: their address. */
static u64 put_hex(struct vector_bench *bench, const char *hex, u32 *len)
{
	u8 *bytes = from_hex(hex, len);
	u64 addr = user_put(bench->user, bytes, *len);

	free(bytes);
	return addr;
}

/* --- maps --- */

/* -1 when the vector has no such map. */
static s64 fd_of(const struct vector_bench *bench, s64 id)
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
	attr.key = put_hex(bench, key, &len);
	attr.value = put_hex(bench, value, &len);
	attr.flags = flags;
	return bpf(bench, BPF_MAP_UPDATE_ELEM, &attr);
}

static s64 update_fd(struct vector_bench *bench, s64 fd, const void *key, u32 key_size, s64 value)
{
	union bpf_attr attr = {0};
	u32 value_fd = value;

	user_reset(bench->user);
	attr.map_fd = fd;
	attr.key = user_put(bench->user, key, key_size);
	attr.value = user_put(bench->user, &value_fd, sizeof(value_fd));
	return bpf(bench, BPF_MAP_UPDATE_ELEM, &attr);
}

/* A program for a program array; `ld_imm64 map` in it means that array. */
static s64 load_element(struct vector_bench *bench, u32 type, const char *hex, s64 map_fd)
{
	union bpf_attr attr = {0};
	struct bpf_insn *insn;
	u32 len;

	user_reset(bench->user);
	insn = (struct bpf_insn *)from_hex(hex, &len);
	for (u32 i = 0; i < len / sizeof(*insn); i++)
		if (insn[i].code == (BPF_LD | BPF_IMM | BPF_DW) && insn[i].src_reg == BPF_PSEUDO_MAP_FD)
			insn[i].imm = map_fd;
	attr.prog_type = type;
	attr.insns = user_put(bench->user, insn, len);
	attr.insn_cnt = len / sizeof(*insn);
	attr.license = user_put(bench->user, "GPL", 4);
	free(insn);
	return bpf(bench, BPF_PROG_LOAD, &attr);
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
		ret = update(bench, fd_of(bench, map), a, b, 0);
	} else if (n >= 4 && !strcmp(word, "innerel")) {
		u32 len;
		u8 *key = from_hex(a, &len);

		ret = update_fd(bench, fd_of(bench, map), key, len, fd_of(bench, atoi(b)));
		free(key);
	} else if (n >= 5 && !strcmp(word, "progel")) {
		ret = add_program(bench, fd_of(bench, map), atoi(a), atoi(b), c);
	}
	free(a);
	free(b);
	free(c);
	return ret;
}

/*
 * The contents that a map's line gives. Its BTF is named only, not recorded: the map is made without, which matters to
 * the path walk and not to running.
 */
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
	return ret;
}

static s64 make_map(struct vector_bench *bench, const json_t *map, u32 prog_type)
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
	if (json_object_get(map, "inner_map"))
		attr.inner_map_fd = fd_of(bench, vector_int(map, "inner_map"));
	fd = bpf(bench, BPF_MAP_CREATE, &attr);
	if (fd < 0)
		return fd;
	bench->map_fd[bench->nmaps] = fd;
	bench->map_id[bench->nmaps] = json_object_get(map, "id") ? vector_int(map, "id") : bench->nmaps;
	bench->nmaps++;
	return fill_map(bench, map, prog_type, fd);
}

static s64 make_maps(struct vector_bench *bench, const json_t *vector)
{
	const json_t *item;
	size_t i;
	s64 ret = 0;

	json_array_foreach(json_object_get(vector, "maps"), i, item)
		if (ret >= 0)
			ret = make_map(bench, item, vector_int(vector, "prog_type"));
	json_array_foreach(json_object_get(vector, "map_setup"), i, item)
		if (ret >= 0)
			ret = json_is_string(item) ? setup(bench, json_string_value(item)) : -EINVAL;
	return ret;
}

/* --- the program --- */

static s64 load_btf(struct vector_bench *bench, const char *hex)
{
	union bpf_attr attr = {0};

	user_reset(bench->user);
	attr.btf = put_hex(bench, hex, &attr.btf_size);
	return bpf(bench, BPF_BTF_LOAD, &attr);
}

/* The id of function @prefix@name in the kernel's BTF, 0 = none. */
static u32 kernel_function(const char *prefix, const char *name)
{
	struct why why;
	const struct btf_types *types = *name ? vmlinux_types(&why) : NULL;
	char whole[128];

	snprintf(whole, sizeof(whole), "%s%s", prefix, name);
	return types ? btf_find(types, whole, BTF_KIND_FUNC) : 0;
}

/* What a tracing program is attached to; the names of iterators and LSM hooks are written without their prefixes. */
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

	insn = (struct bpf_insn *)from_hex(vector_str(vector, "insns"), &len);
	*count = len / sizeof(*insn);
	json_array_foreach(json_object_get(vector, "fixups"), i, fixup) {
		u64 at = json_integer_value(json_array_get(fixup, 0));

		if (at < *count)
			insn[at].imm = fd_of(bench, json_integer_value(json_array_get(fixup, 1)));
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
		addr = put_hex(bench, json_string_value(list), &len);
		*count = len / sizeof(info[0]);
		return addr;
	}
	*count = 0;
	json_array_foreach(list, i, pair)
		if (i < ARRAY_SIZE(info))
			info[(*count)++] = (struct bpf_func_info){json_integer_value(json_array_get(pair, 0)),
								  json_integer_value(json_array_get(pair, 1))};
	return user_put(bench->user, info, *count * sizeof(info[0]));
}

/* @answer gets the log, as the kernel writes it at level 2. */
static s64 load(struct vector_bench *bench, const json_t *vector, json_t *answer)
{
	const char *license = vector_str(vector, "license"), *btf = vector_str(vector, "prog_btf");
	union bpf_attr attr = {0};
	s64 btf_fd = *btf ? load_btf(bench, btf) : 0, ret;

	if (btf_fd < 0)
		return btf_fd;
	user_reset(bench->user);
	attr.prog_type = vector_int(vector, "prog_type");
	attr.expected_attach_type = vector_int(vector, "expected_attach_type");
	attr.attach_btf_id = vector_int(vector, "attach_btf_id");
	if (!attr.attach_btf_id)
		attr.attach_btf_id = attach_function(vector);
	attr.prog_flags = vector_int(vector, "prog_flags");
	attr.insns = put_insns(bench, vector, &attr.insn_cnt);
	attr.license = user_put(bench->user, license, strlen(license) + 1);
	if (*btf) {
		attr.prog_btf_fd = btf_fd;
		attr.func_info = put_func_info(bench, vector, &attr.func_info_cnt);
		attr.func_info_rec_size = sizeof(struct bpf_func_info);
	}
	attr.log_level = 2;
	attr.log_size = LOG_SIZE;
	attr.log_buf = user_alloc(bench->user, LOG_SIZE);
	ret = bpf(bench, BPF_PROG_LOAD, &attr);
	json_object_set_new(answer, "kernel_log", json_string(user_at(bench->user, attr.log_buf, LOG_SIZE)));
	return ret;
}

/* The tag as hex text. */
static json_t *tag(struct vector_bench *bench, s64 fd)
{
	struct bpf_prog_info info = {0};
	union bpf_attr attr = {0};

	user_reset(bench->user);
	attr.info.bpf_fd = fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = user_put(bench->user, &info, sizeof(info));
	if (bpf(bench, BPF_OBJ_GET_INFO_BY_FD, &attr) < 0 ||
	    user_read(bench->user, &info, attr.info.info, sizeof(info)))
		return json_null();
	return to_hex(info.tag, sizeof(info.tag));
}

/* --- runs --- */

/* `out` is left out when it is what went in, as in the recordings. */
static json_t *run(struct vector_bench *bench, s64 fd, const char *data)
{
	union bpf_attr attr = {0};
	json_t *answer = json_object();
	const u8 *in, *out;
	u32 len;
	s64 ret;

	user_reset(bench->user);
	attr.test.data_in = put_hex(bench, data, &len);
	attr.test.data_size_in = len;
	attr.test.data_out = user_alloc(bench->user, OUT_MAX);
	attr.test.data_size_out = OUT_MAX;
	attr.test.prog_fd = fd;
	attr.test.repeat = 1;
	ret = bpf(bench, BPF_PROG_TEST_RUN, &attr);
	json_object_set_new(answer, "errno", json_integer(ret < 0 ? -ret : 0));
	if (ret < 0)
		return answer;
	json_object_set_new(answer, "retval", json_integer(attr.test.retval));
	json_object_set_new(answer, "out_len", json_integer(attr.test.data_size_out));
	in = user_at(bench->user, attr.test.data_in, len);
	out = user_at(bench->user, attr.test.data_out, attr.test.data_size_out);
	if (out && (len != attr.test.data_size_out || memcmp(in, out, len)))
		json_object_set_new(answer, "out", to_hex(out, attr.test.data_size_out));
	return answer;
}

/* The packets: `run_data`, or those that the kernel's test table gives. */
static json_t *run_all(struct vector_bench *bench, const json_t *vector, s64 fd)
{
	const json_t *data = json_object_get(vector, "run_data"), *item;
	json_t *answers = json_array();
	size_t i;

	if (!data)
		data = json_object_get(json_object_get(vector, "expected"), "runs");
	json_array_foreach(data, i, item) {
		const char *hex = json_is_string(item) ? json_string_value(item) : vector_str(item, "data");

		json_array_append_new(answers, run(bench, fd, hex));
	}
	return answers;
}

static json_t *peek(struct vector_bench *bench, const json_t *asked)
{
	json_t *answer =
		json_pack("{s:I, s:s}", "map", (json_int_t)vector_int(asked, "map"), "key", vector_str(asked, "key"));
	u32 size = strlen(vector_str(asked, "value")) / 2, len;
	union bpf_attr attr = {0};
	const u8 *value;

	user_reset(bench->user);
	attr.map_fd = fd_of(bench, vector_int(asked, "map"));
	attr.key = put_hex(bench, vector_str(asked, "key"), &len);
	attr.value = user_alloc(bench->user, size);
	if (bpf(bench, BPF_MAP_LOOKUP_ELEM, &attr) < 0)
		return answer;
	value = user_at(bench->user, attr.value, size);
	json_object_set_new(answer, "value", to_hex(value, size));
	return answer;
}

static json_t *peek_all(struct vector_bench *bench, const json_t *vector)
{
	json_t *answers = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(vector, "kernel_peeks"), i, item)
		json_array_append_new(answers, peek(bench, item));
	return answers;
}

json_t *vector_answer(struct vector_bench *bench, const json_t *vector, bool unprivileged)
{
	json_t *answer = json_object();
	s64 ret = boot(bench, unprivileged) ? make_maps(bench, vector) : -ENOMEM;

	if (ret >= 0)
		ret = load(bench, vector, answer);
	json_object_set_new(answer, "kernel_ret", json_integer(ret < 0 ? -1 : 0));
	json_object_set_new(answer, "kernel_errno", json_integer(ret < 0 ? -ret : 0));
	if (ret >= 0) {
		json_object_set_new(answer, "tag", tag(bench, ret));
		json_object_set_new(answer, "kernel_runs", run_all(bench, vector, ret));
		json_object_set_new(answer, "kernel_peeks", peek_all(bench, vector));
	}
	json_object_set_new(answer, "why", json_string(bench->why.text));
	if (bench->sim)
		shut_down(bench);
	return answer;
}
