/* Running the program of a vector, and the answer: see vector.h. */
#include <stdlib.h>

#include "../sim/look.h"
#include "vector_bench.h"

#define OUT_MAX (1u << 16)       /* bytes for data_out, as in the recordings ... */
#define OUT_KEPT 512u            /* ... which keep so many of them */

/* --- what the kernel says of the program --- */

static bool get_info(struct vector_bench *bench, s64 fd, struct bpf_prog_info *info)
{
	union bpf_attr attr = {0};

	attr.info.bpf_fd = fd;
	attr.info.info_len = sizeof(*info);
	attr.info.info = user_put(bench->user, info, sizeof(*info));
	return bench_bpf(bench, BPF_OBJ_GET_INFO_BY_FD, &attr) >= 0 &&
	       !user_read(bench->user, info, attr.info.info, sizeof(*info));
}

static void put_hex(json_t *answer, const char *field, struct vector_bench *bench, u64 at, u32 len)
{
	const u8 *bytes = len ? user_at(bench->user, at, len) : NULL;

	if (bytes)
		json_object_set_new(answer, field, hex_text(bytes, len));
}

/* A list of numbers, those of 8 bytes as "0x...". */
static void put_numbers(json_t *answer, const char *field, struct vector_bench *bench, u64 at, u32 count,
			u32 size)
{
	const u8 *bytes = count ? user_at(bench->user, at, count * size) : NULL;
	json_t *list = json_array();

	for (u32 i = 0; bytes && i < count; i++) {
		u64 number = 0;
		char text[24];

		memcpy(&number, bytes + i * size, size);
		snprintf(text, sizeof(text), "0x%llx", (unsigned long long)number);
		json_array_append_new(list, size == sizeof(u64) ? json_string(text) : json_integer(number));
	}
	json_object_set_new(answer, field, list);
}

/* The kernel's functions that the machine code calls, each with its place in the code of all functions. */
static json_t *called_by_code(const struct sim *sim, const struct prog *prog)
{
	json_t *list = json_array();
	u32 base = 0;

	for (u32 func = 0; func < look_images(prog); func++) {
		const struct jit_image *image = look_image(prog, func);

		for (u32 i = 0; i < image->nrelocs; i++) {
			const struct jit_reloc *reloc = &image->relocs[i];
			const char *name = look_reloc_name(sim, prog, reloc);

			if (name)
				json_array_append_new(list, json_pack("{s:i, s:s}", "off",
								      (int)(base + reloc->off), "sym", name));
		}
		base += image->size;
	}
	return list;
}

/* The same for the translated instructions: [insn, name]. */
static json_t *called_by_insns(const struct sim *sim, const struct prog *prog)
{
	json_t *list = json_array();

	for (u32 i = 0; i < prog->xlated->insn_cnt; i++) {
		const char *name = look_callee(sim, prog, &prog->xlated->insns[i]);

		if (name)
			json_array_append_new(list, json_pack("[is]", (int)i, name));
	}
	return list;
}

static void add_called_functions(struct vector_bench *bench, s64 fd, json_t *answer)
{
	const struct file *file = fd_file(task_by_pid(bench->sim, bench->pid), fd);
	const struct prog *prog = file ? container_of(file->obj, struct prog, obj) : NULL;

	if (!prog)
		return;
	json_object_set_new(answer, "relocs", called_by_code(bench->sim, prog));
	json_object_set_new(answer, "calls", called_by_insns(bench->sim, prog));
}

/* By its id, as root: who loaded the program may not be allowed to see addresses. */
static s64 open_as_root(struct vector_bench *bench, s64 fd)
{
	struct bpf_prog_info info = {0};
	union bpf_attr attr = {0};

	user_reset(bench->user);
	if (!get_info(bench, fd, &info))
		return -1;
	attr.prog_id = info.id;
	return bench_bpf(bench, BPF_PROG_GET_FD_BY_ID, &attr);
}

/* The first call says how much there is, the second one gets it. */
static void add_info(struct vector_bench *bench, s64 fd, json_t *answer)
{
	struct bpf_prog_info info = {0};

	fd = open_as_root(bench, fd);
	if (fd < 0 || !get_info(bench, fd, &info))
		return;
	info = (struct bpf_prog_info){
		.xlated_prog_len = info.xlated_prog_len,
		.xlated_prog_insns = user_alloc(bench->user, info.xlated_prog_len),
		.nr_line_info = info.nr_line_info,
		.line_info_rec_size = sizeof(struct bpf_line_info),
		.line_info = user_alloc(bench->user, info.nr_line_info * sizeof(struct bpf_line_info)),
		.nr_func_info = info.nr_func_info,
		.func_info_rec_size = sizeof(struct bpf_func_info),
		.func_info = user_alloc(bench->user, info.nr_func_info * sizeof(struct bpf_func_info)),
		.jited_prog_len = info.jited_prog_len,
		.jited_prog_insns = user_alloc(bench->user, info.jited_prog_len),
		.nr_jited_func_lens = info.nr_jited_func_lens,
		.jited_func_lens = user_alloc(bench->user, info.nr_jited_func_lens * sizeof(u32)),
		.nr_jited_ksyms = info.nr_jited_ksyms,
		.jited_ksyms = user_alloc(bench->user, info.nr_jited_ksyms * sizeof(u64)),
		.nr_jited_line_info = info.nr_jited_line_info,
		.jited_line_info_rec_size = sizeof(u64),
		.jited_line_info = user_alloc(bench->user, info.nr_jited_line_info * sizeof(u64)),
	};
	if (!get_info(bench, fd, &info))
		return;
	json_object_set_new(answer, "tag", hex_text(info.tag, sizeof(info.tag)));
	put_hex(answer, "xlated", bench, info.xlated_prog_insns, info.xlated_prog_len);
	put_hex(answer, "xlated_line_info", bench, info.line_info,
		info.nr_line_info * sizeof(struct bpf_line_info));
	put_hex(answer, "jited", bench, info.jited_prog_insns, info.jited_prog_len);
	put_numbers(answer, "func_lens", bench, info.jited_func_lens, info.nr_jited_func_lens, sizeof(u32));
	put_numbers(answer, "ksyms", bench, info.jited_ksyms, info.nr_jited_ksyms, sizeof(u64));
	put_numbers(answer, "jited_line_info", bench, info.jited_line_info, info.nr_jited_line_info,
		    sizeof(u64));
	put_hex(answer, "xlated_func_info", bench, info.func_info,
		info.nr_func_info * sizeof(struct bpf_func_info));
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
	attr.test.data_in = bench_put_hex(bench, data, &len);
	attr.test.data_size_in = len;
	attr.test.data_out = user_alloc(bench->user, OUT_MAX);
	attr.test.data_size_out = OUT_MAX;
	attr.test.prog_fd = fd;
	attr.test.repeat = 1;
	ret = bench_bpf(bench, BPF_PROG_TEST_RUN, &attr);
	json_object_set_new(answer, "errno", json_integer(ret < 0 ? -ret : 0));
	if (ret < 0)
		return answer;
	json_object_set_new(answer, "retval", json_integer(attr.test.retval));
	json_object_set_new(answer, "out_len", json_integer(attr.test.data_size_out));
	in = user_at(bench->user, attr.test.data_in, len);
	out = user_at(bench->user, attr.test.data_out, attr.test.data_size_out);
	if (out && (len != attr.test.data_size_out || memcmp(in, out, len)))
		json_object_set_new(answer, "out", hex_text(out, min_u64(attr.test.data_size_out, OUT_KEPT)));
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
	json_t *answer = json_pack("{s:I, s:s}", "map", (json_int_t)vector_int(asked, "map"), "key",
				   vector_str(asked, "key"));
	u32 size = strlen(vector_str(asked, "value")) / 2, len;
	union bpf_attr attr = {0};
	const u8 *value;

	user_reset(bench->user);
	attr.map_fd = bench_map_fd(bench, vector_int(asked, "map"));
	attr.key = bench_put_hex(bench, vector_str(asked, "key"), &len);
	attr.value = user_alloc(bench->user, size);
	if (bench_bpf(bench, BPF_MAP_LOOKUP_ELEM, &attr) < 0)
		return answer;
	value = user_at(bench->user, attr.value, size);
	json_object_set_new(answer, "value", hex_text(value, size));
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

/* {"net.core.bpf_jit_enable": 0}: as the machine was set up. Not negative, or -errno. */
static s64 set_sysctls(struct vector_bench *bench, const json_t *vector)
{
	const char *name;
	json_t *value;
	s64 ret = 0;

	json_object_foreach(json_object_get(vector, "sysctl"), name, value)
		if (ret >= 0)
			ret = sim_sysctl(bench->sim, name, json_integer_value(value));
	return ret;
}

json_t *vector_answer(struct vector_bench *bench, const json_t *vector, bool unprivileged)
{
	json_t *answer = json_object();
	s64 ret;

	bench->unprivileged = unprivileged;
	ret = bench_boot(bench) ? set_sysctls(bench, vector) : -ENOMEM;
	if (ret >= 0)
		ret = bench_make_maps(bench, vector);
	if (ret >= 0)
		ret = bench_load(bench, vector, answer);
	json_object_set_new(answer, "kernel_ret", json_integer(ret < 0 ? -1 : 0));
	json_object_set_new(answer, "kernel_errno", json_integer(ret < 0 ? -ret : 0));
	if (ret >= 0) {
		add_info(bench, ret, answer);
		add_called_functions(bench, ret, answer);
		json_object_set_new(answer, "kernel_runs", run_all(bench, vector, ret));
		json_object_set_new(answer, "kernel_peeks", peek_all(bench, vector));
	}
	json_object_set_new(answer, "why", json_string(bench->why.text));
	if (bench->sim)
		bench_shut_down(bench);
	return answer;
}
