/*
 * The BTF of a file, made ready for the kernel.
 *
 * clang leaves open what only the linker or loader knows: how large data sections are and where variables lie
 * in them. Externs must become ordinary variables (extern.c). And functions that the compiler saw as hidden
 * become static, so that the verifier checks them with what their caller knows. The bytes are changed in
 * place; only an extern function needs one more type.
 */
#include <stdlib.h>

#include "private.h"

#define DUMMY "dummy_ksym" /* the variable that stands for extern functions in .ksyms; libbpf's name */

struct btf_type *elf_type(struct elf_object *o, u32 id)
{
	const struct btf_type *t = btf_type_by_id(&o->private->types, id);

	return t && id ? (struct btf_type *)(o->private->btf + ((const u8 *)t - o->private->types.data))
		       : NULL;
}

u32 elf_datasec(const struct elf_object *o, const char *name)
{
	return o->types ? btf_find(o->types, name, BTF_KIND_DATASEC) : 0;
}

static int open_types(struct elf_object *o, const struct elf_section *s)
{
	struct why why = {0};
	s64 need = btf_measure(o->btf, o->btf_size, NULL, &why);
	void *mem = need < 0 ? NULL : elf_alloc(o, 1, need + 1);

	if (need >= 0 && !mem)
		return elf_no_memory(o);
	if (need < 0 || btf_open(&o->private->types, o->btf, o->btf_size, NULL, mem, &why))
		return elf_fail(o, s, 0, "%s", why.text);
	o->types = &o->private->types;
	return 0;
}

static bool has_extern_functions(struct elf_object *o)
{
	u32 id = elf_datasec(o, ".ksyms");
	const struct btf_type *sec = id ? btf_type_by_id(o->types, id) : NULL;

	for (u32 i = 0; sec && i < btf_vlen(sec); i++) {
		const struct btf_type *t = btf_type_by_id(o->types, btf_var_secinfos(sec)[i].type);

		if (t && btf_kind(t) == BTF_KIND_FUNC)
			return true;
	}
	return false;
}

/* The BTF with one more variable at the end of its types: header, types, variable, strings, its name. */
static int add_dummy(struct elf_object *o, const struct elf_section *s, u32 int_id)
{
	const struct btf_types old = o->private->types;
	struct btf_header header = {.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(header)};
	struct btf_type var = {.name_off = old.strs_len, .info = BTF_KIND_VAR << 24, .type = int_id};
	struct btf_var linkage = {.linkage = BTF_VAR_GLOBAL_ALLOCATED};
	u32 size =
		sizeof(header) + old.types_len + sizeof(var) + sizeof(linkage) + old.strs_len + sizeof(DUMMY);
	u8 *btf = elf_alloc(o, size, 1), *at = btf;

	if (!btf)
		return elf_no_memory(o);
	header.type_len = old.types_len + sizeof(var) + sizeof(linkage);
	header.str_off = header.type_len;
	header.str_len = old.strs_len + sizeof(DUMMY);
	at = mempcpy(at, &header, sizeof(header));
	at = mempcpy(at, old.data + old.types_off, old.types_len);
	at = mempcpy(at, &var, sizeof(var));
	at = mempcpy(at, &linkage, sizeof(linkage));
	at = mempcpy(at, old.data + old.strs_off, old.strs_len);
	memcpy(at, DUMMY, sizeof(DUMMY));
	o->private->btf = btf;
	o->btf = btf;
	o->btf_size = size;
	return open_types(o, s);
}

u32 elf_int32(const struct elf_object *o)
{
	for (u32 id = 1; id < o->types->end_id; id++) {
		const struct btf_type *t = btf_type_by_id(o->types, id);

		if (btf_kind(t) == BTF_KIND_INT && BTF_INT_BITS(btf_int_data(t)) == 32)
			return id;
	}
	return 0;
}

int elf_read_btf(struct elf_object *o)
{
	const struct elf_section *s = elf_section_by_name(o, ".BTF");
	int err;

	if (!s || !s->data)
		return 0;
	o->private->btf = elf_alloc(o, s->size + 1, 1);
	if (!o->private->btf)
		return elf_no_memory(o);
	memcpy(o->private->btf, s->data, s->size);
	o->btf = o->private->btf;
	o->btf_size = s->size;
	err = open_types(o, s);
	return !err && has_extern_functions(o) ? add_dummy(o, s, elf_int32(o)) : err;
}

u32 elf_dummy_id(const struct elf_object *o)
{
	return btf_find(o->types, DUMMY, BTF_KIND_VAR);
}

/* --- data sections --- */

static bool is_global_object(const struct elf_symbol *symbol)
{
	return symbol->type == STT_OBJECT && (symbol->bind == STB_GLOBAL || symbol->bind == STB_WEAK) &&
	       symbol->section;
}

static int compare_offsets(const void *a, const void *b)
{
	const struct btf_var_secinfo *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

static int fix_variable(struct elf_object *o, const struct elf_section *s, struct btf_var_secinfo *info,
			const char *section)
{
	const struct btf_type *var = btf_type_by_id(o->types, info->type);
	u64 at = (const u8 *)info - o->btf;
	const struct elf_symbol *symbol;

	if (!var || btf_kind(var) != BTF_KIND_VAR)
		return elf_fail(o, s, at, "DATASEC %.40s: found type [%u], expected a VAR", section,
				info->type);
	/* static variables have their place already, extern ones are in another file */
	if (btf_var(var)->linkage != BTF_VAR_GLOBAL_ALLOCATED)
		return 0;
	symbol = elf_symbol_by_name(o, btf_name(o->types, info->type), is_global_object);
	if (!symbol)
		return elf_fail(o, s, at, "DATASEC %.40s: variable %.40s has no symbol", section,
				btf_name(o->types, info->type));
	info->offset = symbol->value;
	return 0;
}

static int fix_datasec(struct elf_object *o, const struct elf_section *s, u32 id)
{
	struct btf_type *sec = elf_type(o, id);
	struct btf_var_secinfo *infos = (struct btf_var_secinfo *)(sec + 1);
	const char *name = btf_name(o->types, id);
	const struct elf_section *data;
	int err = 0;

	if (!sec->size) {
		data = elf_section_by_name(o, name);
		if (!data || !data->size)
			return elf_fail(o, s, (u8 *)sec - o->btf, "DATASEC %.40s: found no such section",
					name);
		sec->size = data->size;
		for (u32 i = 0; !err && i < btf_vlen(sec); i++)
			err = fix_variable(o, s, &infos[i], name);
	}
	qsort(infos, btf_vlen(sec), sizeof(*infos), compare_offsets);
	return err;
}

/* A hidden global function counts as static in the kernel. */
static void hide_function(struct elf_object *o, const struct elf_symbol *symbol)
{
	struct btf_type *t = elf_type(o, btf_find(o->types, symbol->name, BTF_KIND_FUNC));

	if (t && BTF_INFO_VLEN(t->info) == BTF_FUNC_GLOBAL)
		t->info = BTF_KIND_FUNC << 24 | BTF_FUNC_STATIC;
}

int elf_fix_btf(struct elf_object *o)
{
	const struct elf_section *s = elf_section_by_name(o, ".BTF");
	const struct elf_private *p = o->private;
	int err = 0;

	if (!o->types)
		return 0;
	for (u32 id = 1; !err && id < o->types->end_id; id++)
		if (btf_kind(btf_type_by_id(o->types, id)) == BTF_KIND_DATASEC)
			err = fix_datasec(o, s, id);
	for (u32 i = 0; i < p->symbol_count; i++)
		if (p->symbols[i].type == STT_FUNC && p->symbols[i].bind != STB_LOCAL && p->text_section &&
		    p->symbols[i].section == p->text_section &&
		    (p->symbols[i].visibility == STV_HIDDEN || p->symbols[i].visibility == STV_INTERNAL))
			hide_function(o, &p->symbols[i]);
	return err;
}
