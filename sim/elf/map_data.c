/*
 * The list of maps, and those that no BTF defines: global data, .kconfig, and the old "maps" section.
 *
 * A data section becomes an array of one value, which programs address directly. Its name is made of the
 * file's and the section's as libbpf does it: at most 8 characters of the object, and 15 together; sections
 * with a second dot (.data.foo) keep theirs.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "private.h"

struct elf_map *elf_map_add(struct elf_object *o, const char *name, enum elf_map_source source,
			    const struct elf_section *section, u64 offset)
{
	struct elf_map *maps = o->maps;
	u32 n = o->map_count;

	/* room for a power of two: full at each of them */
	if (!(n & (n - 1))) {
		maps = elf_alloc(o, n ? 2 * n : 1, sizeof(*maps));
		if (!maps)
			return NULL;
		if (n)
			memcpy(maps, o->maps, n * sizeof(*maps));
		o->maps = maps;
	}
	maps[n] = (struct elf_map){
		.name = name,
		.source = source,
		.section = section ? section->name : ".kconfig",
		.section_index = section ? section->index : 0,
		.section_offset = offset,
	};
	o->map_count++;
	return &maps[n];
}

/* --- global data --- */

static const char *internal_name(struct elf_object *o, const char *section)
{
	char *name = elf_alloc(o, BPF_OBJ_NAME_LEN, 1);
	int suffix = strlen(section) < 7 ? 7 : min_u64(strlen(section), BPF_OBJ_NAME_LEN - 1);
	int prefix = strchr(section + 1, '.') ? 0 : BPF_OBJ_NAME_LEN - 1 - suffix;

	if (!name)
		return NULL;
	snprintf(name, BPF_OBJ_NAME_LEN, "%.*s%.*s", prefix, o->name, suffix, section);
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && *c != '.')
			*c = '_';
	return name;
}

/* User space may map a section with a variable that other files can see. */
static bool is_mmapable(const struct elf_object *o, u32 datasec)
{
	const struct btf_type *sec = datasec ? btf_type_by_id(o->types, datasec) : NULL;

	if (!sec || btf_kind(sec) != BTF_KIND_DATASEC)
		return false;
	for (u32 i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf_type_by_id(o->types, btf_var_secinfos(sec)[i].type);

		if (var && btf_kind(var) == BTF_KIND_VAR && btf_var(var)->linkage != BTF_VAR_STATIC)
			return true;
	}
	return false;
}

static int add_data(struct elf_object *o, const struct elf_section *s, const char *section,
		    enum elf_map_source source, u64 size)
{
	const char *name = internal_name(o, section);
	struct elf_map *map = name ? elf_map_add(o, name, source, s, 0) : NULL;

	if (!map)
		return elf_no_memory(o);
	map->type = BPF_MAP_TYPE_ARRAY;
	map->key_size = sizeof(u32);
	map->value_size = size;
	map->max_entries = 1;
	map->btf_value_type_id = o->types ? btf_find_next(o->types, section, BTF_ANY_KIND, 0) : 0;
	map->map_flags = elf_map_frozen(map) ? BPF_F_RDONLY_PROG : 0;
	if (is_mmapable(o, map->btf_value_type_id))
		map->map_flags |= BPF_F_MMAPABLE;
	map->data = s ? s->data : NULL;
	return 0;
}

/* "NAME" or "NAME.anything" */
static bool has_name(const struct elf_section *s, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(s->name, name, len) && (!s->name[len] || s->name[len] == '.');
}

static const struct {
	const char *name;
	u32 section_type;
	u8 source;
} data_sections[] = {
	{".data", SHT_PROGBITS, ELF_MAP_DATA},
	{".rodata", SHT_PROGBITS, ELF_MAP_RODATA},
	{".bss", SHT_NOBITS, ELF_MAP_BSS},
};

static int add_data_section(struct elf_object *o, const struct elf_section *s)
{
	if (!s->size || (s->flags & SHF_EXECINSTR))
		return 0;
	for (u32 i = 0; i < ARRAY_SIZE(data_sections); i++) {
		if (s->type != data_sections[i].section_type || !has_name(s, data_sections[i].name))
			continue;
		if (s->size > ELF_DATA_MAX)
			return elf_fail(o, s, 0, "found %llu bytes of data, expected %u at most",
					(unsigned long long)s->size, ELF_DATA_MAX);
		return add_data(o, s, s->name, data_sections[i].source, s->size);
	}
	return 0;
}

static int read_data_maps(struct elf_object *o)
{
	const struct elf_extern *last = NULL;
	u8 *values;
	int err = 0;

	for (u32 i = 1; !err && i < o->section_count; i++)
		err = add_data_section(o, &o->sections[i]);
	for (u32 i = 0; i < o->extern_count && o->externs[i].kind == ELF_KCONFIG; i++)
		last = &o->externs[i];
	if (err || !last)
		return err;
	o->private->kconfig_map = o->map_count;
	err = add_data(o, NULL, ".kconfig", ELF_MAP_KCONFIG, last->offset + last->size);
	values = err ? NULL : elf_alloc(o, last->offset + last->size, 1);
	if (!values)
		return err ?: elf_no_memory(o);
	o->maps[o->private->kconfig_map].data = values;
	return 0;
}

/* --- the old "maps" section --- */

/* struct bpf_map_def of libbpf before 1.0, and the start of iproute2's struct bpf_elf_map. */
struct legacy_def {
	u32 type, key_size, value_size, max_entries, map_flags;
};

static bool is_legacy(const struct elf_object *o, const struct elf_symbol *symbol)
{
	const char *name;

	if (!symbol->section || symbol->section >= o->section_count || symbol->type == STT_SECTION ||
	    !symbol->name[0])
		return false;
	name = o->sections[symbol->section].name;
	return (!strcmp(name, "maps") || !strncmp(name, "maps/", 5)) && o->sections[symbol->section].data;
}

static int add_legacy(struct elf_object *o, const struct elf_symbol *symbol)
{
	const struct elf_section *s = &o->sections[symbol->section];
	u64 left = symbol->value > s->size ? 0 : s->size - symbol->value;
	struct legacy_def def = {0};
	struct elf_map *map;

	/* Without flags it is 16 bytes; what stands behind them belongs to other loaders. */
	if (left < offsetof(struct legacy_def, map_flags))
		return elf_fail(o, s, symbol->value,
				"map %.40s: found %llu bytes, expected a struct bpf_map_def of 16 or more",
				symbol->name, (unsigned long long)left);
	if (symbol->size && symbol->size < left)
		left = symbol->size;
	memcpy(&def, s->data + symbol->value, min_u64(left, sizeof(def)));
	map = elf_map_add(o, symbol->name, ELF_MAP_LEGACY, s, symbol->value);
	if (!map)
		return elf_no_memory(o);
	if (!def.type)
		return elf_fail(o, s, symbol->value, "map %.40s: found type 0, expected a BPF_MAP_TYPE_...",
				symbol->name);
	map->type = def.type;
	map->key_size = def.key_size;
	map->value_size = def.value_size;
	map->max_entries = def.max_entries;
	map->map_flags = def.map_flags;
	map->given = ELF_GIVEN_TYPE | ELF_GIVEN_KEY_SIZE | ELF_GIVEN_VALUE_SIZE | ELF_GIVEN_MAX_ENTRIES |
		     ELF_GIVEN_FLAGS;
	return 0;
}

static int compare_maps(const void *a, const void *b)
{
	const struct elf_map *x = a, *y = b;

	if (x->section_index != y->section_index)
		return x->section_index < y->section_index ? -1 : 1;
	return (x->section_offset > y->section_offset) - (x->section_offset < y->section_offset);
}

static int read_legacy_maps(struct elf_object *o)
{
	int err = 0;

	for (u32 i = 0; !err && i < o->private->symbol_count; i++)
		if (is_legacy(o, &o->private->symbols[i]))
			err = add_legacy(o, &o->private->symbols[i]);
	if (o->map_count)
		qsort(o->maps, o->map_count, sizeof(*o->maps), compare_maps);
	return err;
}

int elf_read_maps(struct elf_object *o)
{
	return read_legacy_maps(o) ?: elf_read_btf_maps(o) ?: read_data_maps(o) ?: elf_read_struct_ops(o);
}
