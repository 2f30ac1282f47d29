/*
 * The loader against libbpf: test/data/objects/libbpf-calls.txt holds every call that libbpf 1.1 made in a
 * real Linux 6.1 to load these objects (made by test/data/objects/src/record.c). Ours must be the same, down
 * to the bytes of BTF, instructions and records.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/elf/loader.h"
#include "sim/elf/vmlinux.h"
#include "test/support/objects.h"

static char *expected;

/* What a loader says to a kernel that accepts everything, as lines of text. */
struct recorder {
	const char *object;
	struct user_memory *user;
	char *out;
	size_t size;
	FILE *f;
	int next_fd;
};

static void hex(struct recorder *r, const char *name, u64 address, u64 n)
{
	const u8 *p = address ? user_at(r->user, address, n) : NULL;

	fprintf(r->f, " %s=", name);
	assert_true(p || !address);
	for (u64 i = 0; p && i < n; i++)
		fprintf(r->f, "%02x", p[i]);
}

/* Fds are shown as 0, as the recorder does. */
static void insns(struct recorder *r, const union bpf_attr *a)
{
	const struct bpf_insn *insn = user_at(r->user, a->insns, a->insn_cnt * 8ull);

	fprintf(r->f, " insns=");
	for (u32 i = 0; i < a->insn_cnt; i++) {
		struct bpf_insn copy = insn[i];
		u8 bytes[8];

		if (insn_is_ld_imm64(&copy) &&
		    (copy.src_reg == BPF_PSEUDO_MAP_FD || copy.src_reg == BPF_PSEUDO_MAP_VALUE)) {
			assert_in_range(copy.imm, 4, 30);
			copy.imm = 0;
		}
		memcpy(bytes, &copy, sizeof(bytes));
		for (u32 b = 0; b < 8; b++)
			fprintf(r->f, "%02x", bytes[b]);
	}
}

static void say_btf_load(struct recorder *r, const union bpf_attr *a)
{
	hex(r, "btf", a->btf, a->btf_size);
}

static void say_map_create(struct recorder *r, const union bpf_attr *a)
{
	fprintf(r->f,
		" name=%.16s type=%u key=%u value=%u entries=%u flags=%u numa=%u extra=%llu btf=%d "
		"key_type=%u value_type=%u inner=%d",
		a->map_name, a->map_type, a->key_size, a->value_size, a->max_entries, a->map_flags,
		a->numa_node, (unsigned long long)a->map_extra, a->btf_fd != 0, a->btf_key_type_id,
		a->btf_value_type_id, a->inner_map_fd != 0);
}

static void say_update(struct recorder *r, const union bpf_attr *a)
{
	fprintf(r->f, " key=%u", *(const u32 *)user_at(r->user, a->key, 4));
}

static void say_path(struct recorder *r, const union bpf_attr *a)
{
	fprintf(r->f, " path=%s", (const char *)user_at(r->user, a->pathname, 1));
}

static void say_prog_load(struct recorder *r, const union bpf_attr *a)
{
	fprintf(r->f,
		" name=%.16s type=%u attach=%u flags=%u version=%u btf=%d attach_btf_id=%u license=%s "
		"func_size=%u line_size=%u",
		a->prog_name, a->prog_type, a->expected_attach_type, a->prog_flags, a->kern_version,
		a->prog_btf_fd != 0, a->attach_btf_id, (const char *)user_at(r->user, a->license, 1),
		a->func_info_rec_size, a->line_info_rec_size);
	insns(r, a);
	hex(r, "funcs", a->func_info, (u64)a->func_info_cnt * a->func_info_rec_size);
	hex(r, "lines", a->line_info, (u64)a->line_info_cnt * a->line_info_rec_size);
}

static void say_nothing(struct recorder *r, const union bpf_attr *a)
{
	(void)r;
	(void)a;
}

static const struct {
	int cmd;
	const char *name;
	void (*say)(struct recorder *r, const union bpf_attr *a);
	bool opens;
} commands[] = {
	{BPF_BTF_LOAD, "BTF_LOAD", say_btf_load, true},
	{BPF_MAP_CREATE, "MAP_CREATE", say_map_create, true},
	{BPF_MAP_UPDATE_ELEM, "MAP_UPDATE_ELEM", say_update, false},
	{BPF_MAP_FREEZE, "MAP_FREEZE", say_nothing, false},
	{BPF_OBJ_GET, "OBJ_GET", say_path, false},
	{BPF_OBJ_PIN, "OBJ_PIN", say_path, false},
	{BPF_PROG_BIND_MAP, "PROG_BIND_MAP", say_nothing, false},
	{BPF_PROG_LOAD, "PROG_LOAD", say_prog_load, true},
};

static s64 answer(struct recorder *r, const struct loader_call *call)
{
	u32 i = 0;

	if (call->cmd == LOADER_CLOSE)
		return 0;
	while (commands[i].cmd != call->cmd)
		assert_true(++i < ARRAY_SIZE(commands));
	assert_memory_equal(user_at(r->user, call->uattr, call->size), &call->attr, call->size);
	fprintf(r->f, "%s %s size=%u", r->object, commands[i].name, call->size);
	commands[i].say(r, &call->attr);
	fprintf(r->f, " ret=%s\n", call->cmd == BPF_OBJ_GET ? "failed" : "ok");
	if (call->cmd == BPF_OBJ_GET)
		return -ENOENT;
	return commands[i].opens ? r->next_fd++ : 0;
}

static void record(struct recorder *r, const char *name)
{
	struct loader_options options = {.target = {vmlinux_types(NULL), 1}};
	struct elf_object *object = test_object(name);
	struct loader *loader;
	struct loader_call call;
	struct why why = {0};

	*r = (struct recorder){.object = name, .user = user_memory_new(), .next_fd = 3};
	r->f = open_memstream(&r->out, &r->size);
	loader = loader_begin(object, r->user, &options, &why);
	while (loader && loader_next(loader, &call))
		loader_done_call(loader, answer(r, &call), NULL);
	fprintf(r->f, "%s %s\n", name, loader && !loader_failed(loader) ? "loaded" : "failed");
	fclose(r->f);
	loader_free(loader);
	elf_close(object);
	user_memory_free(r->user);
}

/* Says where two lines differ, instead of printing 30 kB. */
static void same_line(const char *ours, const char *theirs, size_t len)
{
	size_t i = 0, from;

	while (i < len && ours[i] == theirs[i])
		i++;
	if (i == len)
		return;
	from = i < 60 ? 0 : i - 60;
	fail_msg("column %zu:\nours   ...%.100s\ntheirs ...%.100s", i, ours + from, theirs + from);
}

static void same_calls(const char *name)
{
	struct recorder r;
	const char *theirs = expected, *ours;
	size_t name_len = strlen(name);

	record(&r, name);
	ours = r.out;
	for (; *theirs; theirs = strchr(theirs, '\n') + 1) {
		size_t len = strcspn(theirs, "\n") + 1;

		if (strncmp(theirs, name, name_len))
			continue;
		same_line(ours, theirs, len);
		ours += len;
	}
	assert_string_equal(ours, "");
	free(r.out);
}

#define SAME(object)                                                                                         \
	static void test_##object(void **state)                                                              \
	{                                                                                                    \
		(void)state;                                                                                 \
		same_calls(#object ".o");                                                                    \
	}

SAME(features)
SAME(externs)
SAME(strong)
SAME(core)
SAME(xdp_count)
SAME(globalfn)
SAME(tailcall)
SAME(hist)
SAME(loop)
SAME(execsnoop)
SAME(tracing)

static int setup(void **state)
{
	u64 size;

	(void)state;
	expected = (char *)test_read_file("test/data/objects/libbpf-calls.txt", &size);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(expected);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_features),  cmocka_unit_test(test_externs),
		cmocka_unit_test(test_strong),    cmocka_unit_test(test_core),
		cmocka_unit_test(test_xdp_count), cmocka_unit_test(test_globalfn),
		cmocka_unit_test(test_tailcall),  cmocka_unit_test(test_hist),
		cmocka_unit_test(test_loop),      cmocka_unit_test(test_execsnoop),
		cmocka_unit_test(test_tracing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
