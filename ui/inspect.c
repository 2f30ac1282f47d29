/* What an object file holds, as JSON: see inspect.h. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>

#include "inspect.h"

/* Adds to @o; takes over @value. */
static void set(json_t *o, const char *name, json_t *value)
{
	json_object_set_new(o, name, value ? value : json_null());
}

/* Names in damaged files may be no UTF-8: then "?". */
static json_t *string(const char *s)
{
	json_t *value = s ? json_string(s) : json_null();

	return value ? value : json_string("?");
}

/* "XDP" for enum bpf_prog_type 6: the kernel's BTF knows its own names. NULL without a kernel, or for no such
 * number. */
static json_t *enum_name(const struct btf_types *kernel, const char *name, u32 value, size_t prefix)
{
	u32 id = kernel ? btf_find(kernel, name, BTF_KIND_ENUM) : 0;
	const struct btf_type *t = id ? btf_type_by_id(kernel, id) : NULL;

	for (u32 i = 0; t && i < btf_vlen(t); i++)
		if (btf_enum_value(t, i) == value)
			return json_string(btf_str(kernel, btf_enum_name_off(t, i)) + prefix);
	return NULL;
}

/* --- sections --- */

static const struct {
	u32 type;
	const char *name;
} section_types[] = {
	{SHT_PROGBITS, "PROGBITS"}, {SHT_SYMTAB, "SYMTAB"}, {SHT_STRTAB, "STRTAB"},
	{SHT_NOBITS, "NOBITS"},     {SHT_REL, "REL"},       {SHT_RELA, "RELA"},
};

static json_t *section_json(const struct elf_section *s)
{
	json_t *o = json_object();
	const char *type = "other";

	for (u32 i = 0; i < ARRAY_SIZE(section_types); i++)
		if (section_types[i].type == s->type)
			type = section_types[i].name;
	set(o, "name", string(s->name));
	set(o, "type", json_string(type));
	set(o, "offset", json_integer(s->offset));
	set(o, "size", json_integer(s->size));
	return o;
}

/* --- programs --- */

static void set_linked(json_t *o, const struct elf_object *object, const struct elf_program *program)
{
	json_t *uses = json_array();
	u32 last = UINT32_MAX;

	for (u32 i = 0; i < program->fixup_count; i++) {
		json_t *name = string(object->maps[program->fixups[i].map].name);
		size_t n = 0;

		while (n < json_array_size(uses) && !json_equal(json_array_get(uses, n), name))
			n++;
		if (program->fixups[i].map != last && n == json_array_size(uses))
			json_array_append(uses, name);
		json_decref(name);
		last = program->fixups[i].map;
	}
	set(o, "insns_with_subprograms", json_integer(program->insn_count));
	set(o, "maps", uses);
	set(o, "poisoned", json_integer(program->poisoned));
}

static json_t *program_json(struct elf_object *object, struct elf_program *program,
			    const struct elf_target *target)
{
	json_t *o = json_object();
	struct why why = {0};

	set(o, "name", string(program->name));
	set(o, "section", string(program->section));
	set(o, "type",
	    program->rule ? enum_name(target->btf, "bpf_prog_type", program->prog_type, 14) : NULL);
	set(o, "expected_attach_type",
	    program->expected_attach_type
		    ? enum_name(target->btf, "bpf_attach_type", program->expected_attach_type, 4)
		    : NULL);
	set(o, "attach_to", string(program->attach_to));
	set(o, "subprogram", json_boolean(program->subprog));
	set(o, "autoload", json_boolean(program->autoload));
	set(o, "sleepable", json_boolean(program->prog_flags & BPF_F_SLEEPABLE));
	set(o, "xdp_frags", json_boolean(program->prog_flags & BPF_F_XDP_HAS_FRAGS));
	set(o, "insns", json_integer(program->own_count));
	set(o, "source", string(program->source));
	set(o, "line_infos", json_integer(program->own_lines));
	set(o, "core_relocations", json_integer(program->core_relos));
	if (program->subprog)
		return o;
	if (elf_link_program(object, program, target, &why))
		set(o, "error", string(why.text));
	else
		set_linked(o, object, program);
	return o;
}

/* --- maps --- */

static const char *const map_sources[] = {
	[ELF_MAP_BTF] = ".maps",  [ELF_MAP_LEGACY] = "struct bpf_map_def",
	[ELF_MAP_STRUCT_OPS] = "table of functions",
	[ELF_MAP_DATA] = "data",  [ELF_MAP_RODATA] = "constants",
	[ELF_MAP_BSS] = "zeroes", [ELF_MAP_KCONFIG] = "kernel configuration",
};

static json_t *type_text(const struct elf_object *object, u32 id)
{
	char buf[200];
	struct text text;

	if (!id || !object->types)
		return NULL;
	text_init(&text, buf, sizeof(buf));
	btf_decl_text(object->types, id, "", &text);
	return string(buf);
}

/* Where the size of a key or value was said. */
static const char *size_from(const struct elf_map *map, u32 size, u32 by_size, u32 by_type)
{
	if (map->source == ELF_MAP_LEGACY)
		return "struct bpf_map_def";
	if (map->source == ELF_MAP_STRUCT_OPS)
		return by_type == ELF_GIVEN_KEY_TYPE ? "always" : "the kernel's struct";
	if (elf_map_internal(map))
		return by_type == ELF_GIVEN_KEY_TYPE ? "always" : "size of the section";
	if (map->given & by_type)
		return "__type";
	if (map->given & by_size)
		return "__uint";
	return size ? "__array(values)" : "not given";
}

static json_t *slots_json(const struct elf_object *object, const struct elf_map *map)
{
	json_t *slots = json_array();

	for (u32 i = 0; i < map->slot_count; i++) {
		const struct elf_slot *slot = &map->slots[i];
		json_t *o = json_object();

		set(o, "index", json_integer(slot->index));
		set(o, "value",
		    string(map->type == BPF_MAP_TYPE_PROG_ARRAY || map->table_type_id
				   ? object->programs[slot->target].name
				   : object->maps[slot->target].name));
		json_array_append_new(slots, o);
	}
	return slots;
}

static json_t *map_json(const struct elf_object *object, const struct elf_map *map,
			const struct btf_types *kernel, const char *source)
{
	json_t *o = json_object();

	set(o, "name", string(map->name));
	set(o, "section", string(map->section));
	set(o, "source", json_string(map_sources[map->source]));
	set(o, "type", enum_name(kernel, "bpf_map_type", map->type, 13));
	set(o, "type_number", json_integer(map->type));
	set(o, "key_size", json_integer(map->key_size));
	set(o, "key_size_from",
	    string(size_from(map, map->key_size, ELF_GIVEN_KEY_SIZE, ELF_GIVEN_KEY_TYPE)));
	set(o, "key_type", type_text(object, map->btf_key_type_id));
	set(o, "value_size", json_integer(map->value_size));
	set(o, "value_size_from",
	    string(size_from(map, map->value_size, ELF_GIVEN_VALUE_SIZE, ELF_GIVEN_VALUE_TYPE)));
	set(o, "value_type", elf_map_internal(map) ? NULL : type_text(object, map->btf_value_type_id));
	set(o, "max_entries", json_integer(map->max_entries));
	set(o, "map_flags", json_integer(map->map_flags));
	set(o, "numa_node", json_integer(map->numa_node));
	set(o, "map_extra", json_integer(map->map_extra));
	set(o, "pinned_by_name", json_boolean(map->pin_by_name));
	set(o, "frozen", json_boolean(elf_map_frozen(map)));
	set(o, "values", slots_json(object, map));
	if (map->source == ELF_MAP_BTF && map->name)
		set(o, "origin", inspect_origin(object, map, source));
	set(o, "inner", map->inner ? map_json(object, map->inner, kernel, NULL) : NULL);
	return o;
}

/* --- externs, and all --- */

static const char *const extern_kinds[] = {
	[ELF_EXTERN_UNKNOWN] = "unknown",
	[ELF_KCONFIG] = "__kconfig",
	[ELF_KSYM_VAR] = "__ksym variable",
	[ELF_KSYM_FUNC] = "__ksym function",
};

static json_t *extern_json(const struct elf_extern *ext)
{
	json_t *o = json_object();

	set(o, "name", string(ext->name));
	set(o, "kind", json_string(extern_kinds[ext->kind]));
	set(o, "weak", json_boolean(ext->weak));
	set(o, "found", json_boolean(ext->found));
	return o;
}

static json_t *btf_json(const struct elf_object *object)
{
	json_t *o = json_object();

	if (!object->types) {
		json_decref(o);
		return NULL;
	}
	set(o, "bytes", json_integer(object->btf_size));
	set(o, "types", json_integer(object->types->end_id - 1));
	set(o, "func_infos", json_integer(object->func_info_count));
	set(o, "line_infos", json_integer(object->line_info_count));
	set(o, "core_relocations", json_integer(object->core_relo_count));
	return o;
}

json_t *inspect_object(struct elf_object *object, const char *path, const struct btf_types *kernel)
{
	const struct elf_target target = {kernel, 1};
	json_t *o = json_object(), *sections = json_array(), *programs = json_array(), *maps = json_array(),
	       *externs = json_array();
	struct why why = {0};
	int err = elf_resolve(object, &target, &why);
	char *source = inspect_source(path);

	for (u32 i = 1; i < object->section_count; i++)
		json_array_append_new(sections, section_json(&object->sections[i]));
	for (u32 i = 0; i < object->program_count; i++)
		json_array_append_new(programs, program_json(object, &object->programs[i], &target));
	for (u32 i = 0; i < object->map_count; i++)
		json_array_append_new(maps, map_json(object, &object->maps[i], kernel, source));
	for (u32 i = 0; i < object->extern_count; i++)
		json_array_append_new(externs, extern_json(&object->externs[i]));
	free(source);
	set(o, "file", string(path));
	set(o, "license", string(object->license));
	set(o, "sections", sections);
	set(o, "programs", programs);
	set(o, "maps", maps);
	set(o, "externs", externs);
	set(o, "extern_error", err ? string(why.text) : NULL);
	set(o, "btf", btf_json(object));
	return o;
}
