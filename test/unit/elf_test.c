/*
 * Reading object files: each program as libbpf 1.1 passed it to a real Linux 6.1
 * (test/data/objects/libbpf-answers.jsonl), what an object says about itself, and errors that name the place.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <elf.h>
#include <jansson.h>

#include "sim/elf/object.h"
#include "sim/elf/private.h"
#include "sim/elf/vmlinux.h"
#include "test/support/objects.h"

static const struct elf_target target = {NULL, 1};

static struct elf_target with_kernel(void)
{
	return (struct elf_target){vmlinux_types(NULL), 1};
}

/* --- against libbpf's answers --- */

static u32 number(const json_t *answer, const char *key)
{
	return json_integer_value(json_object_get(answer, key));
}

static void same_bytes(const json_t *answer, const char *key, const void *bytes, u64 n)
{
	const char *hex = json_string_value(json_object_get(answer, key));

	assert_int_equal(strlen(hex), 2 * n);
	for (u64 i = 0; i < n; i++) {
		char ours[3];

		snprintf(ours, sizeof(ours), "%02x", ((const u8 *)bytes)[i]);
		if (memcmp(ours, hex + 2 * i, 2))
			fail_msg("%s of %s differs at byte %llu: %s", key,
				 json_string_value(json_object_get(answer, "prog")), (unsigned long long)i,
				 ours);
	}
}

/* Where the texts of lines lie differs: the recorded objects were built in another directory. elf_loader_test
 * compares all. */
static void same_lines(const json_t *answer, const struct elf_records *lines)
{
	const char *hex = json_string_value(json_object_get(answer, "src_line_info"));

	assert_int_equal(strlen(hex), 32ull * lines->count);
	for (u32 i = 0; i < lines->count; i++) {
		const struct bpf_line_info *line =
			(const struct bpf_line_info *)(lines->data + i * lines->size);
		char ours[9];

		snprintf(ours, sizeof(ours), "%08x", __builtin_bswap32(line->insn_off));
		assert_memory_equal(ours, hex + 32 * i, 8);
		snprintf(ours, sizeof(ours), "%08x", __builtin_bswap32(line->line_col));
		assert_memory_equal(ours, hex + 32 * i + 24, 8);
	}
}

static void same_map(const json_t *answer, const struct elf_map *map)
{
	const char *init = json_string_value(json_object_get(answer, "init"));
	u32 entries = number(answer, "max_entries");

	assert_int_equal(
		strncmp(map->name, json_string_value(json_object_get(answer, "name")), BPF_OBJ_NAME_LEN - 1),
		0);
	assert_int_equal(map->type, number(answer, "type"));
	assert_int_equal(map->key_size, number(answer, "key_size"));
	assert_int_equal(map->value_size, number(answer, "value_size"));
	assert_int_equal(map->map_flags, number(answer, "flags"));
	assert_int_equal(map->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY ? entries : map->max_entries, entries);
	assert_int_equal(map->btf_key_type_id, number(answer, "btf_key_type_id"));
	assert_int_equal(map->btf_value_type_id, number(answer, "btf_value_type_id"));
	if (init && map->data)
		same_bytes(answer, "init", map->data, map->value_size);
}

/* The maps that a program's instructions name, by position in the file. */
static void same_maps(const json_t *answer, const struct elf_object *o)
{
	const json_t *maps = json_object_get(answer, "maps"), *map;
	size_t i;

	json_array_foreach(maps, i, map)
	{
		const char *name = json_string_value(json_object_get(map, "name"));
		u32 m = 0;

		while (m < o->map_count && strncmp(o->maps[m].name, name, BPF_OBJ_NAME_LEN - 1))
			m++;
		assert_true(m < o->map_count);
		same_map(map, &o->maps[m]);
	}
}

static void same_fixups(const json_t *answer, const struct elf_object *o, const struct elf_program *program)
{
	const json_t *fixups = json_object_get(answer, "fixups"), *fixup,
		     *maps = json_object_get(answer, "maps");
	size_t i;

	assert_int_equal(json_array_size(fixups), program->fixup_count);
	json_array_foreach(fixups, i, fixup)
	{
		u32 insn = json_integer_value(json_array_get(fixup, 0));
		const json_t *map = json_array_get(maps, json_integer_value(json_array_get(fixup, 1)));
		u32 f = 0;

		while (f < program->fixup_count && program->fixups[f].insn != insn)
			f++;
		assert_true(f < program->fixup_count);
		assert_int_equal(strncmp(o->maps[program->fixups[f].map].name,
					 json_string_value(json_object_get(map, "name")),
					 BPF_OBJ_NAME_LEN - 1),
				 0);
	}
}

static void same_program(const json_t *answer)
{
	struct elf_object *o = test_object(json_string_value(json_object_get(answer, "object")));
	struct elf_program *program =
		elf_program_by_name(o, json_string_value(json_object_get(answer, "prog")));
	struct elf_target kernel = with_kernel();
	struct why why = {0};

	assert_non_null(program);
	if (elf_resolve(o, &kernel, &why) || elf_link_program(o, program, &kernel, &why))
		fail_msg("%s: %s", program->name, why.text);
	assert_int_equal(program->prog_type, number(answer, "prog_type"));
	assert_int_equal(program->expected_attach_type, number(answer, "expected_attach_type"));
	assert_int_equal(program->attach_btf_id, number(answer, "attach_btf_id"));
	assert_int_equal(program->prog_flags, number(answer, "prog_flags"));
	assert_string_equal(o->license, json_string_value(json_object_get(answer, "license")));
	same_bytes(answer, "insns", program->insns, program->insn_count * sizeof(struct bpf_insn));
	same_bytes(answer, "func_info", program->func_info.data,
		   program->func_info.count * program->func_info.size);
	same_lines(answer, &program->line_info);
	same_maps(answer, o);
	same_fixups(answer, o, program);
	elf_close(o);
}

static void test_answers(void **state)
{
	FILE *f = fopen("test/data/objects/libbpf-answers.jsonl", "r");
	json_t *answer;
	u32 count = 0;

	(void)state;
	assert_non_null(f);
	while ((answer = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL))) {
		same_program(answer);
		json_decref(answer);
		count++;
	}
	assert_int_equal(count, 54);
	fclose(f);
}

/* --- what an object says --- */

static void test_programs(void **state)
{
	struct elf_object *o = test_object("features.o");
	const struct elf_program *count = elf_program_by_name(o, "count"),
				 *off = elf_program_by_name(o, "off"), *tail = elf_program_by_name(o, "tail"),
				 *sleepy = elf_program_by_name(o, "sleepy");

	(void)state;
	assert_string_equal(o->name, "features");
	assert_string_equal(o->license, "Dual BSD/GPL");
	assert_int_equal(o->version, 0x050a00);
	assert_true(count->autoload);
	assert_string_equal(count->source + strlen(count->source) - 14, "features.bpf.c");
	assert_true(count->own_lines > 5);
	assert_false(off->autoload);
	assert_string_equal(off->section, "xdp");
	assert_int_equal(tail->prog_flags, BPF_F_XDP_HAS_FRAGS);
	assert_int_equal(sleepy->prog_flags, BPF_F_SLEEPABLE);
	assert_string_equal(sleepy->attach_to, "bprm_committed_creds");
	assert_null(elf_program_by_name(o, "twice"));
	elf_close(o);
}

static const struct elf_map *map_named(const struct elf_object *o, const char *name)
{
	for (u32 i = 0; i < o->map_count; i++)
		if (!strcmp(o->maps[i].name, name))
			return &o->maps[i];
	fail_msg("no map %s", name);
	return NULL;
}

static void test_maps(void **state)
{
	struct elf_object *o = test_object("features.o");
	const struct elf_map *outer = map_named(o, "outer"), *pinned = map_named(o, "pinned"),
			     *jumps = map_named(o, "jumps");

	(void)state;
	assert_non_null(outer->inner);
	assert_int_equal(outer->inner->max_entries, 3);
	assert_int_equal(outer->slot_count, 2);
	assert_int_equal(outer->slots[0].index, 1);
	assert_string_equal(o->maps[outer->slots[0].target].name, "second");
	assert_int_equal(outer->slots[1].index, 3);
	assert_string_equal(o->maps[outer->slots[1].target].name, "first");
	assert_string_equal(o->programs[jumps->slots[0].target].name, "tail");
	assert_true(pinned->pin_by_name);
	assert_true(pinned->given & ELF_GIVEN_KEY_SIZE);
	assert_false(pinned->given & ELF_GIVEN_KEY_TYPE);
	assert_true(outer->given & ELF_GIVEN_KEY_TYPE);
	assert_int_equal(map_named(o, "ring")->max_entries, 8192);
	assert_int_equal(*(const u32 *)map_named(o, ".data.custom")->data, 9);
	assert_true(elf_map_frozen(map_named(o, ".rodata.table")));
	assert_null(map_named(o, "features.bss")->data);
	elf_close(o);
}

static void test_legacy_maps(void **state)
{
	struct elf_object *o = test_object("legacy.o");
	struct elf_program *filter = elf_program_by_name(o, "filter");
	struct why why = {0};

	(void)state;
	assert_null(o->btf);
	assert_int_equal(o->map_count, 2);
	assert_string_equal(o->maps[0].name, "one");
	assert_int_equal(o->maps[0].map_flags, BPF_F_NO_PREALLOC);
	assert_string_equal(o->maps[1].name, "two");
	assert_int_equal(o->maps[1].value_size, 12);
	assert_int_equal(elf_link_program(o, filter, &target, &why), 0);
	assert_int_equal(filter->fixup_count, 2);
	assert_int_equal(filter->fixups[0].map, 1);
	assert_int_equal(filter->fixups[1].map, 0);
	elf_close(o);
}

static const void *config_of(const struct elf_object *o, const char *name)
{
	const u8 *values = map_named(o, "externs.kconfig")->data;

	for (u32 i = 0; i < o->extern_count; i++)
		if (!strcmp(o->externs[i].name, name))
			return values + o->externs[i].offset;
	return NULL;
}

static void test_externs(void **state)
{
	struct elf_object *o = test_object("externs.o");
	struct elf_target kernel = with_kernel();
	struct elf_program *call;
	struct why why = {0};

	(void)state;
	assert_int_equal(elf_resolve(o, &kernel, &why), 0);
	assert_int_equal(*(const u32 *)config_of(o, "LINUX_KERNEL_VERSION"), ELF_KERNEL_VERSION);
	assert_int_equal(*(const u64 *)config_of(o, "CONFIG_HZ"), 250);
	assert_int_equal(*(const u32 *)config_of(o, "CONFIG_BPF_SYSCALL"), 1);
	assert_int_equal(*(const u8 *)config_of(o, "CONFIG_BPF_JIT"), 1);
	assert_int_equal(*(const u8 *)config_of(o, "CONFIG_VETH"), 'm');
	assert_string_equal(config_of(o, "CONFIG_DEFAULT_HOSTNAME"), "(none)");
	assert_int_equal(*(const u8 *)config_of(o, "CONFIG_NOT_THERE"), 0);
	/* a weak function that is not there: a call of kfunc 0 */
	call = elf_program_by_name(o, "call");
	assert_int_equal(elf_link_program(o, call, &kernel, &why), 0);
	assert_int_equal(call->insns[0].src_reg, BPF_PSEUDO_KFUNC_CALL);
	assert_int_equal(call->insns[0].imm, 0);
	elf_close(o);
}

static void test_strong_extern(void **state)
{
	struct elf_object *o = test_object("strong.o");
	struct elf_target kernel = with_kernel();
	struct why why = {0};

	(void)state;
	assert_int_equal(elf_resolve(o, &kernel, &why), -ESRCH);
	assert_string_equal(
		why.text,
		"extern no_such_variable: no such symbol in the simulated kernel, and it is not __weak");
	elf_close(o);
}

static void test_core(void **state)
{
	struct elf_object *o = test_object("core.o");
	struct elf_target kernel = with_kernel();
	struct elf_program *all = elf_program_by_name(o, "all");
	struct why why = {0};

	(void)state;
	assert_int_equal(all->core_relos, o->core_relo_count);
	assert_int_equal(elf_link_program(o, all, &kernel, &why), 0);
	assert_true(all->poisoned > 0);
	elf_close(o);
	/* without a kernel's BTF there is nothing to compare with */
	o = test_object("core.o");
	all = elf_program_by_name(o, "all");
	assert_int_equal(elf_link_program(o, all, &target, &why), -EINVAL);
	assert_non_null(strstr(why.text, "section raw_tp/sched_switch at offset 0x"));
	assert_non_null(strstr(why.text, "there is no kernel BTF"));
	elf_close(o);
}

static void test_section_rules(void **state)
{
	(void)state;
	assert_int_equal(elf_section_rule("kprobe/do_sys_open")->prog_type, BPF_PROG_TYPE_KPROBE);
	assert_int_equal(elf_section_rule("?kprobe.multi")->attach_type, BPF_TRACE_KPROBE_MULTI);
	assert_int_equal(elf_section_rule("xdp/devmap")->attach_type, BPF_XDP_DEVMAP);
	assert_null(elf_section_rule("xdp/else"));
	assert_null(elf_section_rule("kprobes"));
	assert_null(elf_section_rule(".text"));
}

static void test_kconfig(void **state)
{
	(void)state;
	assert_string_equal(kconfig_value("CONFIG_64BIT"), "y");
	assert_string_equal(kconfig_value("CONFIG_XFS_FS"), "m");
	assert_string_equal(kconfig_value("CONFIG_DEFAULT_TCP_CONG"), "\"cubic\"");
	assert_null(kconfig_value("CONFIG_"));
	assert_null(kconfig_value("CONFIG_ZZZ"));
}

/* --- errors name the place --- */

static u32 find_section(const u8 *bytes, const char *name)
{
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)bytes;
	const Elf64_Shdr *s = (const Elf64_Shdr *)(bytes + h->e_shoff);
	const char *names = (const char *)bytes + s[h->e_shstrndx].sh_offset;

	for (u32 i = 0; i < h->e_shnum; i++)
		if (!strcmp(names + s[i].sh_name, name))
			return s[i].sh_offset;
	return 0;
}

static void expect_error(const char *object, const char *section, u32 offset, u32 value, const char *error)
{
	char path[128];
	struct why why = {0};
	struct elf_object *o;
	u64 size;
	u8 *bytes;

	snprintf(path, sizeof(path), "test/data/objects/%s", object);
	bytes = test_read_file(path, &size);
	memcpy(bytes + (section ? find_section(bytes, section) : 0) + offset, &value, sizeof(value));
	o = elf_open(bytes, size, object, &why);
	assert_null(o);
	if (strcmp(why.text, error))
		fail_msg("\nfound    %s\nexpected %s", why.text, error);
	free(bytes);
}

static void test_errors(void **state)
{
	(void)state;
	expect_error("xdp_count.o", NULL, 0, 0,
		     "file at offset 0x0: found no ELF file (its first four bytes are 7f 45 4c 46)");
	expect_error("xdp_count.o", NULL, 18, 62,
		     "file at offset 0x12: the machine: found 62, expected 247 (BPF, clang -target bpf)");
	expect_error("xdp_count.o", ".BTF", 0, 0x0100eb9e,
		     "section .BTF at offset 0x0: BTF starts with 0xeb9f, not 0xeb9e");
	expect_error("xdp_count.o", ".BTF.ext", 8, 0x1000000,
		     "section .BTF.ext at offset 0x1000020: func_info: found 20 bytes, expected 0 at most");
	expect_error("xdp_count.o", ".relxdp", 0, 12,
		     "section .relxdp at offset 0x0: relocation 0: found offset 0xc, expected an instruction "
		     "of xdp");
	expect_error("features.o", ".rel.maps", 0, 4,
		     "section .rel.maps at offset 0x0: relocation 0 against second: found at 0x4 of .maps, "
		     "expected an element of a "
		     "values[] array");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers), cmocka_unit_test(test_programs),
		cmocka_unit_test(test_maps),    cmocka_unit_test(test_legacy_maps),
		cmocka_unit_test(test_externs), cmocka_unit_test(test_strong_extern),
		cmocka_unit_test(test_core),    cmocka_unit_test(test_section_rules),
		cmocka_unit_test(test_kconfig), cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
