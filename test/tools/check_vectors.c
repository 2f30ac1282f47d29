/*
 * check_vectors FILE.jsonl[.gz]...: loads programs that were recorded from a real Linux 6.1 and compares what the structure check
 * says of them. As long as there is no path walk, three things can be held:
 *  - what Linux rejects before its path walk is rejected here, with the same errno and the same log to the letter;
 *  - everything else is accepted, whatever the path walk would say;
 *  - tags are equal.
 * Programs whose maps cannot be made here are left out and counted. Exit status 1 when something differs.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "sim/sim.h"
#include "test/support/host.h"

#define PID 100
#define MAPS_MAX 80
#define U64(p) ((u64)(uintptr_t)(p))

static struct sim *sim;
static u32 agree, differ, left_out;
static char log_text[1 << 20];

struct vector {
	const json_t *json;
	struct bpf_insn *insns;
	u32 insn_cnt;
	int maps[MAPS_MAX];
	u32 nmaps;
	int btf;           /* fd, 0 = none */
	u8 *btf_bytes, *func_info;
};

static u64 number(const json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json, key));
}

static const char *string(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

static u8 *unhex(const char *hex, u32 *len)
{
	u8 *bytes = malloc(strlen(hex) / 2 + 1);

	for (*len = 0; sscanf(hex + 2 * *len, "%2hhx", &bytes[*len]) == 1;)
		++*len;
	return bytes;
}

static bool make_map(struct vector *v, const json_t *map)
{
	union bpf_attr attr = {
		.map_type = number(map, "type"),
		.key_size = number(map, "key_size"),
		.value_size = number(map, "value_size"),
		.max_entries = number(map, "max_entries"),
		.map_flags = number(map, "map_flags") | number(map, "flags"),
	};
	s64 fd = -EINVAL;

	if (!json_object_get(map, "btf") && v->nmaps < MAPS_MAX)
		fd = sim_bpf(sim, PID, BPF_MAP_CREATE, U64(&attr), sizeof(attr));
	if (fd < 0)
		return false;
	v->maps[v->nmaps++] = fd;
	return true;
}

/* Maps by id in the fds' places; kernel functions get a number, because there is no BTF of the kernel to look them up. */
static bool fix_insns(struct vector *v)
{
	json_t *pair;
	size_t i;

	json_array_foreach(json_object_get(v->json, "fixups"), i, pair)
		v->insns[json_integer_value(json_array_get(pair, 0))].imm =
			v->maps[json_integer_value(json_array_get(pair, 1))];
	json_array_foreach(json_object_get(v->json, "kfuncs"), i, pair)
		v->insns[json_integer_value(json_array_get(pair, 0))].imm = 1;
	/* recordings of whole objects do not always say which map an fd was */
	for (i = 0; json_object_get(v->json, "object") && !json_array_size(json_object_get(v->json, "fixups")) &&
		    i < v->insn_cnt; i++)
		if (v->insns[i].code == (BPF_LD | BPF_IMM | BPF_DW) && v->insns[i].src_reg)
			return false;
	return true;
}

static void load_btf(struct vector *v)
{
	union bpf_attr attr = {0};
	u32 len;

	v->btf_bytes = unhex(string(v->json, "prog_btf"), &len);
	attr.btf = U64(v->btf_bytes);
	attr.btf_size = len;
	if (len)
		v->btf = sim_bpf(sim, PID, BPF_BTF_LOAD, U64(&attr), sizeof(attr));
}

static bool prepare(struct vector *v)
{
	json_t *map;
	size_t i;
	u32 len;

	v->insns = (struct bpf_insn *)unhex(string(v->json, "insns"), &len);
	v->insn_cnt = len / sizeof(struct bpf_insn);
	json_array_foreach(json_object_get(v->json, "maps"), i, map)
		if (!make_map(v, map))
			return false;
	load_btf(v);
	return fix_insns(v);
}

static s64 load(struct vector *v, bool unprivileged)
{
	const json_t *json = v->json;
	const char *license = string(json, "license");
	union bpf_attr attr = {
		.prog_type = number(json, "prog_type"),
		.expected_attach_type = number(json, "expected_attach_type"),
		.prog_flags = number(json, "prog_flags"),
		.attach_btf_id = *string(json, "attach_btf_func") ? 1 : number(json, "attach_btf_id"),
		.license = U64(license),
		.insns = U64(v->insns),
		.insn_cnt = v->insn_cnt,
		.log_level = 2,
		.log_buf = U64(log_text),
		.log_size = sizeof(log_text),
	};
	u32 len = 0;
	s64 fd;

	v->func_info = unhex(string(json, "func_info"), &len);
	if (v->btf > 0 && len) {
		attr.prog_btf_fd = v->btf;
		attr.func_info = U64(v->func_info);
		attr.func_info_rec_size = 8;
		attr.func_info_cnt = len / 8;
	}
	log_text[0] = 0;
	sim_close(sim, PID, 0); /* as in the recorder */
	task_by_pid(sim, PID)->caps = unprivileged ? 0 : UINT64_MAX;
	fd = sim_bpf(sim, PID, BPF_PROG_LOAD, U64(&attr), sizeof(attr));
	task_by_pid(sim, PID)->caps = UINT64_MAX;
	return fd;
}

/* Did Linux get as far as the path walk? Then its log shows the registers at some insn, or that it gave up. */
static bool walked(const char *log)
{
	return strstr(log, ": R1=") || strstr(log, "R10=fp0") || strstr(log, "BPF program is too large");
}

static bool tag_agrees(const struct vector *v, int fd)
{
	const char *tag = string(v->json, "tag");
	struct bpf_prog_info info = {0};
	union bpf_attr attr = {.info = {.bpf_fd = fd, .info_len = sizeof(info), .info = U64(&info)}};
	char hex[2 * BPF_TAG_SIZE + 1];

	if (!*tag || sim_bpf(sim, PID, BPF_OBJ_GET_INFO_BY_FD, U64(&attr), sizeof(attr)))
		return !*tag;
	for (u32 i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", info.tag[i]);
	return !strcmp(hex, tag);
}

static void compare(const struct vector *v, s64 ours)
{
	const char *log = string(v->json, "kernel_log");
	bool rejected = (s64)number(v->json, "kernel_ret") < 0 && !walked(log);
	s64 theirs = rejected ? -(s64)number(v->json, "kernel_errno") : 0;

	if (rejected ? ours == theirs && !strcmp(log_text, log) : ours >= 0 && tag_agrees(v, ours)) {
		agree++;
		return;
	}
	differ++;
	printf("%s: here %lld (%s), Linux %lld\n--- here\n%.400s--- Linux\n%.400s\n", string(v->json, "name"), (long long)ours,
	       sim->why.text, (long long)theirs, log_text, log);
}

static void run(const json_t *json, bool unprivileged)
{
	struct vector v = {.json = json};

	if (prepare(&v)) {
		s64 fd = load(&v, unprivileged);

		compare(&v, fd);
		if (fd >= 0)
			sim_close(sim, PID, fd);
		sim_dup(sim, PID, 1);
	} else {
		left_out++;
	}
	for (u32 i = 0; i < v.nmaps; i++)
		sim_close(sim, PID, v.maps[i]);
	if (v.btf > 0)
		sim_close(sim, PID, v.btf);
	free(v.insns);
	free(v.btf_bytes);
	free(v.func_info);
}

/* The next line without its end; false at the end of the file. */
static bool read_line(gzFile file, char **line, size_t *room)
{
	size_t len = 0;

	for (;;) {
		if (*room < len + (1 << 16))
			*line = realloc(*line, *room = 2 * *room + (1 << 17));
		if (!gzgets(file, *line + len, 1 << 16))
			return len;
		len += strlen(*line + len);
		if (len && (*line)[len - 1] == '\n')
			return true;
	}
}

static bool run_file(const char *path)
{
	gzFile file = gzopen(path, "rb");
	char *line = NULL;
	size_t room = 0;

	if (!file)
		return false;
	while (read_line(file, &line, &room)) {
		json_t *json = json_loads(line, 0, NULL);

		if (json)
			run(json, strstr(path, "unprivileged"));
		json_decref(json);
	}
	free(line);
	gzclose(file);
	return true;
}

int main(int argc, char **argv)
{
	struct sim_host *host = host_new();
	int status = 0;

	sim = sim_new(host);
	sim_sysctl(sim, "kernel.unprivileged_bpf_disabled", 0);
	for (int i = 1; i < argc; i++) {
		agree = differ = left_out = 0;
		if (!run_file(argv[i])) {
			printf("%s cannot be read\n", argv[i]);
			return 2;
		}
		printf("%s: %u agree, %u differ, %u left out\n", argv[i], agree, differ, left_out);
		if (differ || !agree)
			status = 1;
	}
	sim_delete(sim);
	host_delete(host);
	return status;
}
