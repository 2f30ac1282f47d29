/* CO-RE: does a type of the kernel have what the file's access path says? By names, so that places may
 * differ. */
#include "core.h"

/* Fields that may stand for each other: both composite, or the same kind with some freedom about sizes. */
static int fields_compatible(const struct btf_types *local, u32 local_id, const struct btf_types *kernel,
			     u32 kernel_id)
{
	for (u32 depth = 0; depth < BTF_MAX_DEPTH; depth++) {
		const struct btf_type *a = core_skip_mods(local, &local_id),
				      *b = core_skip_mods(kernel, &kernel_id);

		if (!a || !b)
			return -EINVAL;
		if (btf_is_composite(btf_kind(a)) && btf_is_composite(btf_kind(b)))
			return 1;
		if (!core_kind_compatible(a, b))
			return 0;
		switch (btf_kind(a)) {
		case BTF_KIND_PTR:
		case BTF_KIND_FLOAT:
			return 1;
		case BTF_KIND_FWD:
		case BTF_KIND_ENUM64:
		case BTF_KIND_ENUM:
			return !btf_name(local, local_id)[0] || !btf_name(kernel, kernel_id)[0] ||
			       core_same_name(btf_name(local, local_id), btf_name(kernel, kernel_id));
		case BTF_KIND_INT:
			/* an INT with an offset is an old form of bitfield */
			return !BTF_INT_OFFSET(btf_int_data(a)) && !BTF_INT_OFFSET(btf_int_data(b));
		case BTF_KIND_ARRAY:
			local_id = btf_array(a)->type;
			kernel_id = btf_array(b)->type;
			break;
		default:
			return 0;
		}
	}
	return -EINVAL;
}

/*
 * Looks for the member that @step names in the kernel's struct *@id, unnamed structs and unions in it
 * included. 1: found, *@id is its type and @spec one step longer; 0; or -errno.
 */
static int match_member(struct elf_object *o, const struct btf_types *local, const struct core_step *step,
			struct core_spec *spec, u32 *id)
{
	const struct btf_type *t = core_skip_mods(spec->types, id),
			      *in = btf_type_by_id(local, step->type_id);
	u32 struct_id = *id;

	if (!t || !btf_is_composite(btf_kind(t)))
		return t ? 0 : -EINVAL;
	for (u32 i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *name = btf_str(spec->types, m->name_off);
		int found = 0;

		if (spec->depth == CORE_DEPTH || !o->private->core_budget)
			return -E2BIG;
		o->private->core_budget--;
		spec->bit_offset += btf_member_bit_off(t, m);
		spec->depth++;
		*id = m->type;
		if (!name || !name[0]) {
			found = match_member(o, local, step, spec, id);
			if (found)
				return found;
		} else if (!strcmp(step->name, name)) {
			spec->steps[spec->len++] = (struct core_step){struct_id, i, name};
			found = fields_compatible(local, btf_members(in)[step->index].type, spec->types,
						  m->type);
			if (found <= 0)
				spec->len--;
			return found;
		}
		spec->bit_offset -= btf_member_bit_off(t, m);
		spec->depth--;
	}
	return 0;
}

/* The element @step of the array *@id; the first step is an element of the root type itself. */
static int match_element(const struct core_step *step, struct core_spec *spec, u32 *id)
{
	const struct btf_type *t = core_skip_mods(spec->types, id);
	s64 size;

	if (!t)
		return -EINVAL;
	if (spec->len) {
		if (btf_kind(t) != BTF_KIND_ARRAY)
			return 0;
		if (step->index >= btf_array(t)->nelems &&
		    !core_is_flexible(spec->types, &spec->steps[spec->len - 1], btf_array(t)))
			return 0;
		*id = btf_array(t)->type;
		if (!core_skip_mods(spec->types, id))
			return -EINVAL;
	}
	if (spec->depth == CORE_DEPTH)
		return -E2BIG;
	size = btf_size(spec->types, *id);
	if (size < 0)
		return -EINVAL;
	spec->depth++;
	spec->steps[spec->len++] = (struct core_step){.type_id = *id, .index = step->index};
	spec->bit_offset += step->index * (u32)size * 8;
	return 1;
}

static int match_field(struct elf_object *o, const struct core_spec *local, struct core_spec *spec)
{
	u32 id = spec->root;
	int found = 1;

	for (u32 i = 0; found > 0 && i < local->len; i++) {
		const struct core_step *step = &local->steps[i];

		if (step->name)
			found = match_member(o, local->types, step, spec, &id);
		else
			found = match_element(step, spec, &id);
	}
	return found;
}

static int match_enumerator(const struct core_spec *local, struct core_spec *spec)
{
	u32 id = spec->root;
	const struct btf_type *t = core_skip_mods(spec->types, &id);

	if (!t || !core_is_any_enum(t))
		return 0;
	for (u32 i = 0; i < btf_vlen(t); i++) {
		const char *name = btf_str(spec->types, btf_enum_name_off(t, i));

		if (!name || !core_same_name(local->steps[0].name, name))
			continue;
		spec->steps[spec->len++] = (struct core_step){id, i, name};
		return 1;
	}
	return 0;
}

int core_match(struct elf_object *o, const struct core_spec *local, const struct btf_types *kernel, u32 id,
	       struct core_spec *spec)
{
	*spec = (struct core_spec){.types = kernel, .root = id, .kind = local->kind};
	if (local->kind == BPF_CORE_TYPE_MATCHES)
		return core_types_match(o, local->root, kernel, id);
	if (core_is_type(local->kind))
		return core_types_compatible(o, local->root, kernel, id);
	if (core_is_enum(local->kind))
		return match_enumerator(local, spec);
	return match_field(o, local, spec);
}
