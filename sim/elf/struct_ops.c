/*
 * Tables of the kernel's functions: each variable of the section ".struct_ops" becomes a map of type struct_ops. Its functions are
 * programs; which, relocations say.
 *
 * The kernel's struct may have other members than the file's, in other places: what the file sets goes to the member of the same
 * name (bpf_map__init_kern_struct_ops of libbpf). Where a program stands its fd is filled in when the table is set (ui/attach.c).
 */
#include <stdlib.h>

#include "private.h"

#define SECTION ".struct_ops"
#define VALUE_PREFIX "bpf_struct_ops_"

/* --- elf_open --- */

static int add_table(struct elf_object *o, const struct elf_section *s, const struct btf_var_secinfo *info)
{
	const struct btf_type *var = btf_type_by_id(o->types, info->type);
	u32 type = btf_skip_mods(o->types, var->type);
	struct elf_map *map;

	if (btf_kind(btf_type_by_id(o->types, type)) != BTF_KIND_STRUCT)
		return elf_fail(o, s, info->offset, "%.40s: found no struct, expected one as the kernel's",
				btf_name(o->types, info->type));
	if (info->offset > s->size || info->size > s->size - info->offset ||
	    btf_type_by_id(o->types, type)->size != info->size)
		return elf_fail(o, s, info->offset, "%.40s: found %u bytes, expected %u that lie in the section",
				btf_name(o->types, info->type), info->size, btf_type_by_id(o->types, type)->size);
	map = elf_map_add(o, btf_name(o->types, info->type), ELF_MAP_STRUCT_OPS, s, info->offset);
	if (!map)
		return elf_no_memory(o);
	map->type = BPF_MAP_TYPE_STRUCT_OPS;
	map->key_size = sizeof(u32);
	map->max_entries = 1;
	map->table_type_id = type;
	return 0;
}

int elf_read_struct_ops(struct elf_object *o)
{
	const struct elf_section *s = elf_section_by_name(o, SECTION);
	u32 id = elf_datasec(o, SECTION);
	const struct btf_type *sec = id ? btf_type_by_id(o->types, id) : NULL;
	int err = 0;

	if (!s || !s->size || !s->data)
		return 0;
	if (!sec)
		return elf_fail(o, s, 0, "found a table of functions, expected that section .BTF says of what");
	for (u32 i = 0; !err && i < btf_vlen(sec); i++)
		err = add_table(o, s, &btf_var_secinfos(sec)[i]);
	return err;
}

/* --- elf_resolve --- */

struct table {
	struct elf_object *o;
	struct elf_map *map;
	const struct btf_types *kernel;
	const struct btf_type *local, *type; /* of the file, of the kernel */
	u32 type_id;
	u32 data_off;                        /* of the kernel's table in the value */
	u32 programs;                        /* that are members */
	u8 *value;
};

static s32 member_by_name(const struct btf_types *types, const struct btf_type *t, const char *name)
{
	for (u32 i = 0; i < btf_vlen(t); i++)
		if (!strcmp(btf_str(types, btf_members(t)[i].name_off), name))
			return i;
	return -1;
}

static u32 member_off(const struct btf_type *t, u32 member)
{
	return btf_member_bit_off(t, &btf_members(t)[member]) / 8;
}

/* The slot whose program stands @off bytes into the file's table, or NULL. */
static struct elf_slot *slot_at(const struct elf_map *map, u32 off)
{
	for (u32 i = 0; i < map->slot_count; i++)
		if (map->slots[i].index == off)
			return &map->slots[i];
	return NULL;
}

static int set_program(struct table *t, struct elf_slot *slot, u32 member)
{
	struct elf_program *program = &t->o->programs[slot->target];
	u32 type = btf_skip_mods(t->kernel, btf_members(t->type)[member].type);

	if (btf_kind(btf_type_by_id(t->kernel, type)) != BTF_KIND_PTR)
		return elf_fail_plain(t->o, -EINVAL, "%.40s: found program %.40s as %.40s, which is no function",
				      t->map->name, program->name,
				      btf_str(t->kernel, btf_members(t->type)[member].name_off));

	program->expected_attach_type = member;
	program->attach_btf_id = t->type_id;
	slot->at = t->data_off + member_off(t->type, member);
	t->programs++;
	return 0;
}

static int set_member(struct table *t, u32 i)
{
	const struct btf_member *m = &btf_members(t->local)[i];
	const char *name = btf_str(t->o->types, m->name_off);
	u32 off = member_off(t->local, i);
	struct elf_slot *slot = slot_at(t->map, off);
	s64 size = btf_size(t->o->types, m->type);
	s32 member = member_by_name(t->kernel, t->type, name);

	if (member < 0)
		return elf_fail_plain(t->o, -ENOTSUP, "%.40s: the kernel's %.40s has no member %.40s", t->map->name,
				      btf_name(t->kernel, t->type_id), name);
	if (slot)
		return set_program(t, slot, member);
	if (btf_size(t->kernel, btf_members(t->type)[member].type) != size || size < 0 || off + size > t->local->size)
		return elf_fail_plain(t->o, -ENOTSUP, "%.40s: member %.40s has another size in the kernel", t->map->name,
				      name);
	memcpy(t->value + t->data_off + member_off(t->type, member),
	       t->o->sections[t->map->section_index].data + t->map->section_offset + off, size);
	return 0;
}

/* The kernel's types, and room for the value. */
static int find_types(struct table *t)
{
	char name[128];
	struct text text;
	const char *table = btf_name(t->o->types, t->map->table_type_id);
	u32 value_id;
	s32 data;

	t->local = btf_type_by_id(t->o->types, t->map->table_type_id);
	text_init(&text, name, sizeof(name));
	text_add(&text, VALUE_PREFIX "%s", table);
	t->type_id = t->kernel ? btf_find(t->kernel, table, BTF_KIND_STRUCT) : 0;
	value_id = t->kernel ? btf_find(t->kernel, name, BTF_KIND_STRUCT) : 0;
	data = value_id ? member_by_name(t->kernel, btf_type_by_id(t->kernel, value_id), "data") : -1;
	if (!t->type_id || data < 0)
		return elf_fail_plain(t->o, -ENOTSUP, "%.40s: the kernel has no table %.60s that programs can fill",
				      t->map->name, table);
	t->type = btf_type_by_id(t->kernel, t->type_id);
	t->data_off = member_off(btf_type_by_id(t->kernel, value_id), data);
	t->map->btf_vmlinux_value_type_id = value_id;
	t->map->value_size = btf_size(t->kernel, value_id);
	t->value = elf_alloc(t->o, t->map->value_size, 1);
	return t->value ? 0 : elf_no_memory(t->o);
}

int elf_resolve_struct_ops(struct elf_object *o, struct elf_map *map, const struct btf_types *kernel)
{
	struct table t = {.o = o, .map = map, .kernel = kernel};
	int err = find_types(&t);

	for (u32 i = 0; !err && i < btf_vlen(t.local); i++)
		err = set_member(&t, i);
	if (!err && t.programs != map->slot_count)
		err = elf_fail_plain(o, -EINVAL, "%.40s: found programs in the middle of members, expected functions only",
				     map->name);
	if (!err)
		map->data = t.value;
	return err;
}
