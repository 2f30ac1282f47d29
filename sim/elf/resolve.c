/*
 * The values of externs: options of the kernel's configuration go into the .kconfig map, kernel symbols get
 * their type id.
 *
 * A weak extern that is not there is 0; a strong one is an error. As libbpf resolves them before anything is
 * loaded.
 */
#include <stdlib.h>

#include "private.h"

enum config_type { CONFIG_OTHER, CONFIG_BOOL, CONFIG_TRISTATE, CONFIG_CHAR, CONFIG_INT, CONFIG_STRING };

/* What the extern is declared as; *@is_signed for integers. */
static enum config_type config_type(const struct btf_types *types, u32 id, bool *is_signed)
{
	const struct btf_type *t;
	u32 kind;

	id = btf_skip_mods(types, id);
	t = btf_type_by_id(types, id);
	kind = btf_kind(t);
	if (kind == BTF_KIND_ARRAY)
		return config_type(types, btf_array(t)->type, is_signed) == CONFIG_CHAR ? CONFIG_STRING
											: CONFIG_OTHER;
	if (kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64)
		return t->size == 4 && !strcmp(btf_name(types, id), "libbpf_tristate") ? CONFIG_TRISTATE
										       : CONFIG_OTHER;
	if (kind != BTF_KIND_INT)
		return CONFIG_OTHER;
	*is_signed = BTF_INT_ENCODING(btf_int_data(t)) & BTF_INT_SIGNED;
	if (BTF_INT_ENCODING(btf_int_data(t)) & BTF_INT_BOOL)
		return t->size == 1 ? CONFIG_BOOL : CONFIG_OTHER;
	return t->size == 1 ? CONFIG_CHAR : CONFIG_INT;
}

static int misfit(struct elf_object *o, const struct elf_extern *ext, const char *value, const char *expected)
{
	return elf_fail_plain(o, -EINVAL, "extern %.60s: found value %.40s, expected a variable of type %s",
			      ext->name, value, expected);
}

static bool fits(u64 value, u32 size, bool is_signed)
{
	u32 bits = size * 8;

	if (size == 8)
		return true;
	return is_signed ? value + (1ull << (bits - 1)) < 1ull << bits : !(value >> bits);
}

static int set_number(struct elf_object *o, struct elf_extern *ext, u8 *at, const char *text, u64 value)
{
	bool is_signed = false;
	enum config_type type = config_type(o->types, ext->type_id, &is_signed);

	if (type != CONFIG_INT && type != CONFIG_CHAR && type != CONFIG_BOOL)
		return misfit(o, ext, text, "integer");
	if ((type == CONFIG_BOOL && value > 1) || !fits(value, ext->size, is_signed))
		return misfit(o, ext, text, "integer with room for it");
	memcpy(at, &value, ext->size);
	ext->found = true;
	return 0;
}

static int set_switch(struct elf_object *o, struct elf_extern *ext, u8 *at, const char *value)
{
	bool is_signed = false;
	enum config_type type = config_type(o->types, ext->type_id, &is_signed);
	u32 tristate = value[0] == 'y' ? 1 : 2;

	if (type == CONFIG_BOOL && value[0] == 'y')
		at[0] = 1;
	else if (type == CONFIG_CHAR)
		at[0] = value[0];
	else if (type == CONFIG_TRISTATE)
		memcpy(at, &tristate, sizeof(tristate));
	else
		return misfit(o, ext, value, value[0] == 'y' ? "bool, tristate or char" : "tristate or char");
	ext->found = true;
	return 0;
}

/* @value: in quotes, which are left out. */
static int set_string(struct elf_object *o, struct elf_extern *ext, u8 *at, const char *value)
{
	bool is_signed = false;

	if (config_type(o->types, ext->type_id, &is_signed) != CONFIG_STRING)
		return misfit(o, ext, value, "char array");
	memcpy(at, value + 1, min_u64(strlen(value) - 2, ext->size - 1));
	ext->found = true;
	return 0;
}

static int set_option(struct elf_object *o, struct elf_extern *ext, u8 *at)
{
	const char *value = kconfig_value(ext->name);

	if (!value)
		return 0;
	if (value[0] == '"')
		return set_string(o, ext, at, value);
	if (value[0] == 'y' || value[0] == 'm')
		return set_switch(o, ext, at, value);
	return set_number(o, ext, at, value, strtoull(value, NULL, 0));
}

/* What libbpf makes up by itself: not in the kernel's configuration. */
static const struct {
	const char *name, *text;
	u64 value;
} virtual_options[] = {
	{"LINUX_KERNEL_VERSION", "6.1.0", ELF_KERNEL_VERSION},
	{"LINUX_HAS_BPF_COOKIE", "1", 1},
	{"LINUX_HAS_SYSCALL_WRAPPER", "1", 1},
};

static int resolve_kconfig(struct elf_object *o, struct elf_extern *ext)
{
	u8 *at = (u8 *)o->maps[o->private->kconfig_map].data + ext->offset;

	memset(at, 0, ext->size);
	if (!strncmp(ext->name, "CONFIG_", 7))
		return set_option(o, ext, at);
	for (u32 i = 0; i < ARRAY_SIZE(virtual_options); i++)
		if (!strcmp(ext->name, virtual_options[i].name))
			return set_number(o, ext, at, virtual_options[i].text, virtual_options[i].value);
	return 0;
}

static int resolve_ksym(struct elf_object *o, struct elf_extern *ext, const struct btf_types *kernel)
{
	u32 kind = ext->kind == ELF_KSYM_FUNC ? BTF_KIND_FUNC : BTF_KIND_VAR;
	u32 id = kernel && ext->typed ? btf_find(kernel, ext->name, kind) : 0;
	int same;

	if (!id)
		return 0;
	same = core_types_compatible(o, ext->type_id, kernel,
				     btf_skip_mods(kernel, btf_type_by_id(kernel, id)->type));
	if (same < 0)
		return elf_fail_plain(o, same,
				      "extern %.60s: its type is too deep to compare with the kernel's",
				      ext->name);
	if (!same)
		return elf_fail_plain(o, -EINVAL,
				      "extern %.60s: found type [%u], expected one like the kernel's [%u]",
				      ext->name, ext->type_id, id);
	ext->kernel_btf_id = id;
	ext->found = true;
	return 0;
}

static const char *what_is_missing(const struct elf_extern *ext, const struct btf_types *kernel)
{
	if (ext->kind == ELF_EXTERN_UNKNOWN)
		return "section .BTF does not say what it is (__ksym or __kconfig)";
	if (ext->kind == ELF_KCONFIG)
		return "no such option in the configuration of the simulated kernel, and it is not __weak";
	if (!kernel)
		return "there is no kernel BTF to look it up in, and it is not __weak";
	return "no such symbol in the simulated kernel, and it is not __weak";
}

int elf_resolve(struct elf_object *o, const struct elf_target *target, struct why *why)
{
	int err = 0;

	o->private->why = why;
	for (u32 i = 0; !err && i < o->extern_count; i++) {
		struct elf_extern *ext = &o->externs[i];

		ext->found = false;
		if (ext->kind == ELF_KCONFIG)
			err = resolve_kconfig(o, ext);
		else if (ext->kind != ELF_EXTERN_UNKNOWN)
			err = resolve_ksym(o, ext, target->btf);
		if (!err && !ext->found && !ext->weak)
			err = elf_fail_plain(o, -ESRCH, "extern %.60s: %s", ext->name,
					     what_is_missing(ext, target->btf));
	}
	for (u32 i = 0; !err && i < o->map_count; i++)
		if (o->maps[i].source == ELF_MAP_STRUCT_OPS)
			err = elf_resolve_struct_ops(o, &o->maps[i], target->btf);
	o->private->why = NULL;
	return err;
}
