/*
 * Maps defined with BTF: variables of section ".maps" whose type says what the map is like.
 *
 * __uint(max_entries, 256) is a member of type int (*)[256], __type(key, u32) one of type u32 *,
 * __array(values, T) one of type T *[]. A table has one line for each member name that libbpf knows; any
 * other name is refused.
 */
#include <stdio.h>

#include "private.h"

enum { PIN_NONE, PIN_BY_NAME }; /* LIBBPF_PIN_* */

/* Where the reader is, for its errors. */
struct def_reader {
	struct elf_object *o;
	const struct elf_section *section;
	u64 offset;
	struct elf_map *map; /* that is filled */
	bool inner;          /* the definition behind "values" of another map */
};

struct def_field {
	const char *name;
	int (*read)(struct def_reader *r, const struct btf_member *m, const struct def_field *field);
	u16 offset; /* of the u32 in struct elf_map */
	u16 given;  /* ELF_GIVEN_* */
};

#define FAIL(r, fmt, ...)                                                                                    \
	elf_fail((r)->o, (r)->section, (r)->offset, "map %.40s: " fmt, (r)->map->name, ##__VA_ARGS__)

static const char *kind_name(const struct elf_object *o, u32 id)
{
	const struct btf_type *t = btf_type_by_id(o->types, id);
	const char *name = t ? btf_kind_name(btf_kind(t)) : NULL;

	return name ? name : "void";
}

/* The type that a pointer points to; NULL when @id is no pointer. */
static const struct btf_type *pointed(const struct elf_object *o, u32 id, u32 *to)
{
	const struct btf_type *t = btf_type_by_id(o->types, btf_skip_mods(o->types, id));

	if (!t || btf_kind(t) != BTF_KIND_PTR)
		return NULL;
	*to = t->type;
	return btf_type_by_id(o->types, t->type);
}

static int read_uint(struct def_reader *r, const struct btf_member *m, u32 *value)
{
	u32 to;
	const struct btf_type *t = pointed(r->o, m->type, &to);

	if (!t)
		return FAIL(r, "%.40s: found type %s, expected a pointer to an array (__uint)",
			    btf_str(r->o->types, m->name_off), kind_name(r->o, m->type));
	if (btf_kind(t) != BTF_KIND_ARRAY)
		return FAIL(r, "%.40s: found a pointer to %s, expected one to an array (__uint)",
			    btf_str(r->o->types, m->name_off), kind_name(r->o, to));
	*value = btf_array(t)->nelems;
	return 0;
}

static int set_field(struct def_reader *r, const struct def_field *field, u32 value)
{
	*(u32 *)((char *)r->map + field->offset) = value;
	r->map->given |= field->given;
	return 0;
}

static int read_number(struct def_reader *r, const struct btf_member *m, const struct def_field *field)
{
	u32 value = 0;

	return read_uint(r, m, &value) ?: set_field(r, field, value);
}

static int read_extra(struct def_reader *r, const struct btf_member *m, const struct def_field *field)
{
	u32 value = 0;
	int err = read_uint(r, m, &value);

	r->map->map_extra = value;
	r->map->given |= field->given;
	return err;
}

static int set_size(struct def_reader *r, const struct def_field *field, u32 size)
{
	u32 before = *(u32 *)((char *)r->map + field->offset);

	if (before && before != size)
		return FAIL(r, "%s: found %u bytes, expected %u as said before", field->name, size, before);
	return set_field(r, field, size);
}

static int read_size(struct def_reader *r, const struct btf_member *m, const struct def_field *field)
{
	u32 size = 0;

	return read_uint(r, m, &size) ?: set_size(r, field, size);
}

static int read_type(struct def_reader *r, const struct btf_member *m, const struct def_field *field)
{
	u32 id = 0;
	s64 size;

	if (!pointed(r->o, m->type, &id))
		return FAIL(r, "%s: found type %s, expected a pointer (__type)", field->name,
			    kind_name(r->o, m->type));
	size = btf_size(r->o->types, id);
	if (size < 0)
		return FAIL(r, "%s: found type [%u] %s, which has no size", field->name, id,
			    kind_name(r->o, id));
	if (field->given == ELF_GIVEN_KEY_TYPE)
		r->map->btf_key_type_id = id;
	else
		r->map->btf_value_type_id = id;
	return set_size(r, field, size);
}

static int read_pinning(struct def_reader *r, const struct btf_member *m, const struct def_field *field)
{
	u32 value = 0;
	int err = read_uint(r, m, &value);

	if (err)
		return err;
	if (r->inner || value > PIN_BY_NAME)
		return FAIL(r, "pinning: found %u%s, expected %u or %u", value,
			    r->inner ? " for an inner map" : "", PIN_NONE, PIN_BY_NAME);
	r->map->pin_by_name = value == PIN_BY_NAME;
	r->map->given |= field->given;
	return 0;
}

static int read_def(struct def_reader *r, const struct btf_type *def);

static int read_inner(struct def_reader *r, const struct btf_type *def)
{
	struct elf_map *inner = elf_alloc(r->o, 1, sizeof(*inner));
	size_t len = strlen(r->map->name) + sizeof(".inner");
	char *name = elf_alloc(r->o, len, 1);
	struct def_reader sub = {r->o, r->section, r->offset, inner, true};

	if (!inner || !name)
		return elf_no_memory(r->o);
	snprintf(name, len, "%s.inner", r->map->name);
	*inner = (struct elf_map){
		.name = name, .section = r->map->section, .section_index = r->map->section_index};
	r->map->inner = inner;
	r->map->given |= ELF_GIVEN_INNER;
	return read_def(&sub, def);
}

static bool is_map_of_maps(u32 type)
{
	return type == BPF_MAP_TYPE_ARRAY_OF_MAPS || type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

static int read_values(struct def_reader *r, const struct btf_member *m, const struct def_field *field)
{
	const struct btf_type *t = btf_type_by_id(r->o->types, m->type);
	u32 to = 0;

	if (r->inner || !(is_map_of_maps(r->map->type) || r->map->type == BPF_MAP_TYPE_PROG_ARRAY))
		return FAIL(r, "values: found in a map of type %u, expected a map of maps or a program array",
			    r->map->type);
	if (set_size(r, field, sizeof(u32)))
		return -EINVAL;
	if (!t || btf_kind(t) != BTF_KIND_ARRAY || btf_array(t)->nelems)
		return FAIL(r, "values: found type %s, expected an array without size (__array)",
			    kind_name(r->o, m->type));
	t = pointed(r->o, btf_array(t)->type, &to);
	to = btf_skip_mods(r->o->types, to);
	t = t ? btf_type_by_id(r->o->types, to) : NULL;
	if (t && btf_kind(t) == BTF_KIND_FUNC_PROTO && !is_map_of_maps(r->map->type))
		return 0;
	if (t && btf_kind(t) == BTF_KIND_STRUCT && is_map_of_maps(r->map->type))
		return read_inner(r, t);
	return FAIL(r, "values: found pointers to %s, expected %s", kind_name(r->o, to),
		    is_map_of_maps(r->map->type) ? "the struct of a map" : "functions");
}

#define MAP_OFFSET(field) offsetof(struct elf_map, field)

static const struct def_field fields[] = {
	{"type", read_number, MAP_OFFSET(type), ELF_GIVEN_TYPE},
	{"max_entries", read_number, MAP_OFFSET(max_entries), ELF_GIVEN_MAX_ENTRIES},
	{"map_flags", read_number, MAP_OFFSET(map_flags), ELF_GIVEN_FLAGS},
	{"numa_node", read_number, MAP_OFFSET(numa_node), ELF_GIVEN_NUMA_NODE},
	{"key_size", read_size, MAP_OFFSET(key_size), ELF_GIVEN_KEY_SIZE},
	{"key", read_type, MAP_OFFSET(key_size), ELF_GIVEN_KEY_TYPE},
	{"value_size", read_size, MAP_OFFSET(value_size), ELF_GIVEN_VALUE_SIZE},
	{"value", read_type, MAP_OFFSET(value_size), ELF_GIVEN_VALUE_TYPE},
	{"values", read_values, MAP_OFFSET(value_size), 0},
	{"pinning", read_pinning, 0, ELF_GIVEN_PINNING},
	{"map_extra", read_extra, 0, ELF_GIVEN_EXTRA},
};

static int read_member(struct def_reader *r, const struct btf_member *m)
{
	const char *name = btf_str(r->o->types, m->name_off);

	for (u32 i = 0; i < ARRAY_SIZE(fields); i++)
		if (name && !strcmp(fields[i].name, name))
			return fields[i].read(r, m, &fields[i]);
	return FAIL(r, "found field %.40s, expected type, key, value, max_entries, map_flags, ...",
		    name ? name : "?");
}

/* The kernel wants ring buffers of a power of two of pages; libbpf rounds up what is not. */
static u32 ringbuf_size(u32 bytes)
{
	u64 size = 4096;

	while (bytes && size < bytes)
		size *= 2;
	return !bytes || size > UINT32_MAX ? bytes : size;
}

static int read_def(struct def_reader *r, const struct btf_type *def)
{
	for (u32 i = 0; i < btf_vlen(def); i++) {
		int err = read_member(r, &btf_members(def)[i]);

		if (err)
			return err;
	}
	if (!r->map->type)
		return FAIL(r, "found no type, expected __uint(type, BPF_MAP_TYPE_...)");
	if (r->map->type == BPF_MAP_TYPE_RINGBUF)
		r->map->max_entries = ringbuf_size(r->map->max_entries);
	return 0;
}

static int read_variable(struct elf_object *o, const struct elf_section *s,
			 const struct btf_var_secinfo *info)
{
	const struct btf_type *var = btf_type_by_id(o->types, info->type), *def;
	const char *name = btf_name(o->types, info->type);
	struct def_reader r = {.o = o, .section = s, .offset = info->offset};

	if (!var || btf_kind(var) != BTF_KIND_VAR || !name[0])
		return elf_fail(o, s, info->offset, "found type [%u] %s, expected a VAR with a name",
				info->type, kind_name(o, info->type));
	/* the map of another file: among the externs */
	if (btf_var(var)->linkage == BTF_VAR_GLOBAL_EXTERN)
		return 0;
	if ((u64)info->offset + info->size > s->size)
		return elf_fail(o, s, info->offset,
				"map %.40s: found %u bytes, expected an end at 0x%llx at most", name,
				info->size, (unsigned long long)s->size);
	r.map = elf_map_add(o, name, ELF_MAP_BTF, s, info->offset);
	if (!r.map)
		return elf_no_memory(o);
	if (btf_var(var)->linkage != BTF_VAR_GLOBAL_ALLOCATED)
		return FAIL(&r, "found a static variable, expected a global one");
	def = btf_type_by_id(o->types, btf_skip_mods(o->types, var->type));
	if (!def || btf_kind(def) != BTF_KIND_STRUCT || def->size > info->size)
		return FAIL(&r, "found type %s, expected a struct of %u bytes at most",
			    kind_name(o, btf_skip_mods(o->types, var->type)), info->size);
	return read_def(&r, def);
}

int elf_read_btf_maps(struct elf_object *o)
{
	const struct elf_section *s = elf_section_by_name(o, ".maps");
	const struct btf_type *sec;
	int err = 0;

	if (!s || !s->size)
		return 0;
	if (!o->types)
		return elf_fail(o, s, 0, "found maps, but no section .BTF that describes them (clang -g)");
	o->private->maps_section = s->index;
	o->private->maps_datasec = elf_datasec(o, ".maps");
	if (!o->private->maps_datasec)
		return elf_fail(o, s, 0, "found maps, but no DATASEC .maps in section .BTF");
	sec = btf_type_by_id(o->types, o->private->maps_datasec);
	for (u32 i = 0; !err && i < btf_vlen(sec); i++)
		err = read_variable(o, s, &btf_var_secinfos(sec)[i]);
	return err;
}
