/* CO-RE: names, and the access path of a relocation in the types of the file. */
#include <stdlib.h>

#include "core.h"

static bool is_flavor_mark(const char *s)
{
	return s[0] != '_' && s[1] == '_' && s[2] == '_' && s[3] == '_' && s[4] && s[4] != '_';
}

size_t core_essential_len(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = len; i >= 5; i--)
		if (is_flavor_mark(name + i - 5))
			return i - 4;
	return len;
}

bool core_same_name(const char *a, const char *b)
{
	size_t len = core_essential_len(a);

	return len == core_essential_len(b) && !strncmp(a, b, len);
}

const struct btf_type *core_skip_mods(const struct btf_types *types, u32 *id)
{
	*id = btf_skip_mods(types, *id);
	return btf_type_by_id(types, *id);
}

/* "0:1:3" -> {0, 1, 3}; how many, or -EINVAL. */
static int parse_path(const char *text, u32 path[CORE_DEPTH])
{
	u32 len = 0;

	while (text && *text) {
		char *end;
		unsigned long n = strtoul(text, &end, 10);

		if (*text < '0' || *text > '9' || n > INT32_MAX || len == CORE_DEPTH || (*end && *end != ':'))
			return -EINVAL;
		path[len++] = n;
		text = *end ? end + 1 : end;
	}
	return len ? (int)len : -EINVAL;
}

bool core_is_flexible(const struct btf_types *types, const struct core_step *before,
		      const struct btf_array *array)
{
	return before->name && !array->nelems &&
	       before->index == btf_vlen(btf_type_by_id(types, before->type_id)) - 1;
}

static int step_member(struct core_spec *spec, const struct btf_type *t, u32 index, u32 *id)
{
	const struct btf_member *m;
	const char *name;

	if (index >= btf_vlen(t))
		return -EINVAL;
	m = &btf_members(t)[index];
	name = btf_str(spec->types, m->name_off);
	if (!name)
		return -EINVAL;
	spec->bit_offset += btf_member_bit_off(t, m);
	if (name[0])
		spec->steps[spec->len++] = (struct core_step){*id, index, name};
	*id = m->type;
	return 0;
}

static int step_element(struct core_spec *spec, const struct btf_type *t, u32 index, u32 *id)
{
	const struct btf_array *array = btf_array(t);
	s64 size;

	if (index >= array->nelems && !core_is_flexible(spec->types, &spec->steps[spec->len - 1], array))
		return -EINVAL;
	*id = array->type;
	if (!core_skip_mods(spec->types, id))
		return -EINVAL;
	size = btf_size(spec->types, *id);
	if (size < 0)
		return -EINVAL;
	spec->steps[spec->len++] = (struct core_step){.type_id = *id, .index = index};
	spec->bit_offset += index * (u32)size * 8;
	return 0;
}

static int parse_field(struct core_spec *spec, const u32 *path, u32 len, u32 id)
{
	s64 size = btf_size(spec->types, id);

	if (size < 0)
		return -EINVAL;
	spec->bit_offset = path[0] * (u32)size * 8;
	for (u32 i = 1; i < len; i++) {
		const struct btf_type *t = core_skip_mods(spec->types, &id);
		int err = -EINVAL;

		if (t && btf_is_composite(btf_kind(t)))
			err = step_member(spec, t, path[i], &id);
		else if (t && btf_kind(t) == BTF_KIND_ARRAY)
			err = step_element(spec, t, path[i], &id);
		if (err)
			return err;
	}
	return 0;
}

static int parse_enumerator(struct core_spec *spec, const struct btf_type *t, u32 len)
{
	u32 index = spec->steps[0].index;

	if (!core_is_any_enum(t) || len > 1 || index >= btf_vlen(t))
		return -EINVAL;
	spec->steps[0].name = btf_str(spec->types, btf_enum_name_off(t, index));
	return spec->steps[0].name ? 0 : -EINVAL;
}

int core_parse(const struct btf_types *types, const struct bpf_core_relo *relo, struct core_spec *spec)
{
	const char *text = btf_str(types, relo->access_str_off);
	u32 path[CORE_DEPTH], id = relo->type_id;
	const struct btf_type *t;
	int len;

	*spec = (struct core_spec){.types = types, .root = relo->type_id, .kind = relo->kind};
	if (core_is_type(relo->kind))
		return text && !strcmp(text, "0") ? 0 : -EINVAL;
	len = parse_path(text, path);
	t = core_skip_mods(types, &id);
	if (len < 0 || !t || relo->kind > BPF_CORE_TYPE_MATCHES)
		return -EINVAL;
	spec->steps[spec->len++] = (struct core_step){.type_id = id, .index = path[0]};
	return core_is_enum(relo->kind) ? parse_enumerator(spec, t, len) : parse_field(spec, path, len, id);
}
