/*
 * Externs: what a program takes from the running kernel.
 *
 * __kconfig: kernel configuration and version. They become a frozen map ".kconfig", filled at load; externs
 * are laid out in it by alignment, size and name, as libbpf does. __ksym: kernel variables and functions,
 * found by name in the kernel's BTF. The BTF of the file must change too, because the kernel does not know
 * externs: .kconfig becomes a data section with these offsets, and each variable of .ksyms an int.
 * Simplified: no modules; the address of a symbol declared as void is not known here.
 */
#include <stdio.h>
#include <stdlib.h>

#include "private.h"

static bool is_extern(const struct elf_symbol *symbol)
{
	return !symbol->section && symbol->name[0] && symbol->type == STT_NOTYPE && symbol->bind != STB_LOCAL;
}

static bool in_datasec(const struct elf_object *o, u32 datasec, u32 type_id)
{
	const struct btf_type *sec = datasec ? btf_type_by_id(o->types, datasec) : NULL;

	for (u32 i = 0; sec && i < btf_vlen(sec); i++)
		if (btf_var_secinfos(sec)[i].type == type_id)
			return true;
	return false;
}

/* Bytes that the address of an int, enum, char or array of them must be a multiple of; 0 = another type. */
static u32 align_of(const struct btf_types *types, u32 id)
{
	const struct btf_type *t;

	id = btf_skip_mods(types, id);
	t = btf_type_by_id(types, id);
	if (btf_kind(t) == BTF_KIND_ARRAY)
		t = btf_type_by_id(types, btf_skip_mods(types, btf_array(t)->type));
	if (!t || !(BTF_KINDS(btf_kind(t)) &
		    (BTF_KINDS(BTF_KIND_INT) | BTF_KINDS(BTF_KIND_ENUM) | BTF_KINDS(BTF_KIND_ENUM64))))
		return 0;
	return t->size == 1 || t->size == 2 || t->size == 4 || t->size == 8 ? t->size : 0;
}

static int describe_kconfig(struct elf_object *o, struct elf_extern *ext, const struct btf_type *t)
{
	s64 size = btf_size(o->types, t->type);

	if (btf_kind(t) != BTF_KIND_VAR)
		return elf_fail_plain(o, -EINVAL,
				      "extern %.60s: found a function in .kconfig, expected a variable",
				      ext->name);
	ext->kind = ELF_KCONFIG;
	ext->size = size < 0 ? 0 : size;
	ext->align = align_of(o->types, t->type);
	if (!ext->size || !ext->align || ext->size > 4096)
		return elf_fail_plain(o, -EINVAL,
				      "extern %.60s: found a type of %lld bytes, expected an integer, bool, "
				      "tristate or char array",
				      ext->name, (long long)size);
	return 0;
}

static int describe(struct elf_object *o, struct elf_extern *ext)
{
	u32 kinds = BTF_KINDS(BTF_KIND_VAR) | BTF_KINDS(BTF_KIND_FUNC);
	const struct btf_type *t;

	ext->btf_id = o->types ? btf_find_next(o->types, ext->name, kinds, 0) : 0;
	if (!ext->btf_id)
		return 0;
	t = btf_type_by_id(o->types, ext->btf_id);
	ext->type_id = btf_skip_mods(o->types, t->type);
	ext->typed = ext->type_id;
	if (in_datasec(o, elf_datasec(o, ".kconfig"), ext->btf_id))
		return describe_kconfig(o, ext, t);
	if (in_datasec(o, elf_datasec(o, ".ksyms"), ext->btf_id))
		ext->kind = btf_kind(t) == BTF_KIND_FUNC ? ELF_KSYM_FUNC : ELF_KSYM_VAR;
	return 0;
}

static int compare_externs(const void *a, const void *b)
{
	const struct elf_extern *x = a, *y = b;
	bool x_config = x->kind == ELF_KCONFIG, y_config = y->kind == ELF_KCONFIG;

	if (x_config != y_config)
		return x_config ? -1 : 1;
	if (x_config && x->align != y->align)
		return x->align > y->align ? -1 : 1;
	if (x_config && x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->name, y->name);
}

static struct elf_extern *extern_by_name(const struct elf_object *o, const char *name)
{
	for (u32 i = 0; i < o->extern_count; i++)
		if (!strcmp(o->externs[i].name, name))
			return &o->externs[i];
	return NULL;
}

/* --- the BTF of externs --- */

static int variable_of(struct elf_object *o, const struct btf_var_secinfo *info, struct btf_type **var,
		       struct elf_extern **ext)
{
	*var = elf_type(o, info->type);
	*ext = *var ? extern_by_name(o, btf_name(o->types, info->type)) : NULL;
	if (!*ext || !(btf_kind(*var) == BTF_KIND_VAR || btf_kind(*var) == BTF_KIND_FUNC))
		return elf_fail(o, elf_section_by_name(o, ".BTF"), (const u8 *)info - o->btf,
				"type [%u] of an extern section: found no extern symbol for it", info->type);
	return 0;
}

static int place_kconfig(struct elf_object *o, u32 id)
{
	struct btf_type *sec = elf_type(o, id), *var;
	struct btf_var_secinfo *info = (struct btf_var_secinfo *)(sec + 1);
	struct elf_extern *ext;
	u32 end = 0;

	for (u32 i = 0; i < o->extern_count && o->externs[i].kind == ELF_KCONFIG; i++) {
		o->externs[i].offset = round_up_u64(end, o->externs[i].align);
		end = o->externs[i].offset + o->externs[i].size;
	}
	sec->size = end;
	for (u32 i = 0; i < btf_vlen(sec); i++, info++) {
		int err = variable_of(o, info, &var, &ext);

		if (err)
			return err;
		if (btf_kind(var) == BTF_KIND_VAR)
			((struct btf_var *)(var + 1))->linkage = BTF_VAR_GLOBAL_ALLOCATED;
		info->offset = ext->offset;
	}
	return 0;
}

/* The kernel wants names for parameters; an extern declaration may do without. */
static void name_parameters(struct elf_object *o, u32 proto_id, u32 name_off)
{
	struct btf_type *proto = elf_type(o, proto_id);
	struct btf_param *param;

	if (!proto || btf_kind(proto) != BTF_KIND_FUNC_PROTO)
		return;
	param = (struct btf_param *)(proto + 1);
	for (u32 i = 0; i < btf_vlen(proto); i++)
		if (param[i].type && !param[i].name_off)
			param[i].name_off = name_off;
}

static int place_ksyms(struct elf_object *o, u32 id)
{
	struct btf_type *sec = elf_type(o, id), *var;
	struct btf_var_secinfo *info = (struct btf_var_secinfo *)(sec + 1);
	u32 int_id = elf_int32(o), dummy_id = elf_dummy_id(o);
	struct elf_extern *ext;

	for (u32 i = 0; i < btf_vlen(sec); i++, info++) {
		int err = variable_of(o, info, &var, &ext);

		if (err)
			return err;
		if (btf_kind(var) == BTF_KIND_FUNC) {
			name_parameters(o, var->type, btf_type_by_id(o->types, dummy_id)->name_off);
			info->type = dummy_id;
			var->info = BTF_KIND_FUNC << 24 | BTF_FUNC_GLOBAL;
		} else {
			((struct btf_var *)(var + 1))->linkage = BTF_VAR_GLOBAL_ALLOCATED;
			var->type = int_id;
		}
		info->offset = i * sizeof(u32);
		info->size = sizeof(u32);
	}
	sec->size = btf_vlen(sec) * sizeof(u32);
	return 0;
}

int elf_read_externs(struct elf_object *o)
{
	const struct elf_private *p = o->private;
	u32 count = 0, ksyms = elf_datasec(o, ".ksyms"), kconfig = elf_datasec(o, ".kconfig");
	int err = 0;

	for (u32 i = 0; i < p->symbol_count; i++)
		count += is_extern(&p->symbols[i]);
	o->externs = elf_alloc(o, count + 1, sizeof(*o->externs));
	if (!o->externs)
		return elf_no_memory(o);
	for (u32 i = 0; !err && i < p->symbol_count; i++) {
		struct elf_extern *ext = &o->externs[o->extern_count];

		if (!is_extern(&p->symbols[i]))
			continue;
		*ext = (struct elf_extern){
			.name = p->symbols[i].name, .symbol = i, .weak = p->symbols[i].bind == STB_WEAK};
		err = describe(o, ext);
		o->extern_count++;
	}
	if (err)
		return err;
	qsort(o->externs, o->extern_count, sizeof(*o->externs), compare_externs);
	if (ksyms && (err = place_ksyms(o, ksyms)))
		return err;
	return kconfig ? place_kconfig(o, kconfig) : 0;
}

struct elf_extern *elf_extern_by_symbol(const struct elf_object *o, u32 symbol)
{
	for (u32 i = 0; i < o->extern_count; i++)
		if (o->externs[i].symbol == symbol)
			return &o->externs[i];
	return NULL;
}
