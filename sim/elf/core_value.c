/* CO-RE: the fact that a relocation asks for, computed for one access path. */
#include "core.h"

/* Where the bits of a field are: the bytes that a load must read to have them all. */
struct field {
	const struct btf_type *type;
	u32 type_id;
	u32 bit_off, bit_size;
	u32 byte_off, byte_size;
	bool bitfield;
};

static int place_bitfield(struct field *f)
{
	f->byte_size = f->type->size;
	if (!f->byte_size || f->byte_size > 8 || (f->byte_size & (f->byte_size - 1)))
		return -EINVAL;
	f->byte_off = f->bit_off / 8 / f->byte_size * f->byte_size;
	while ((u64)f->bit_off + f->bit_size - f->byte_off * 8ull > f->byte_size * 8ull) {
		if (f->byte_size == 8)
			return -E2BIG;
		f->byte_size *= 2;
		f->byte_off = f->bit_off / 8 / f->byte_size * f->byte_size;
	}
	return 0;
}

static int place_field(const struct core_spec *spec, struct field *f)
{
	const struct core_step *last = &spec->steps[spec->len - 1];
	const struct btf_type *t = btf_type_by_id(spec->types, last->type_id);
	const struct btf_member *m = &btf_members(t)[last->index];
	s64 size;

	*f = (struct field){
		.type_id = m->type, .bit_off = spec->bit_offset, .bit_size = btf_member_bit_size(t, m)};
	f->type = core_skip_mods(spec->types, &f->type_id);
	if (!f->type)
		return -EINVAL;
	f->bitfield = f->bit_size;
	if (f->bitfield)
		return place_bitfield(f);
	size = btf_size(spec->types, f->type_id);
	if (size < 0)
		return -EINVAL;
	f->byte_size = size;
	f->byte_off = spec->bit_offset / 8;
	f->bit_size = f->byte_size * 8;
	return 0;
}

static bool is_signed(const struct btf_type *t)
{
	if (core_is_any_enum(t))
		return btf_kflag(t);
	return btf_kind(t) == BTF_KIND_INT && (BTF_INT_ENCODING(btf_int_data(t)) & BTF_INT_SIGNED);
}

/* An element of an array: only where it is and how large. */
static int element_value(const struct core_spec *spec, u32 kind, struct core_value *value)
{
	const struct core_step *last = &spec->steps[spec->len - 1];
	s64 size = btf_size(spec->types, last->type_id);

	if (size < 0)
		return -EINVAL;
	value->validate = true;
	if (kind == BPF_CORE_FIELD_BYTE_SIZE) {
		value->value = size;
		return 0;
	}
	value->value = spec->bit_offset / 8;
	value->size = size;
	value->type_id = last->type_id;
	return kind == BPF_CORE_FIELD_BYTE_OFFSET ? 0 : -EINVAL;
}

static int member_value(const struct core_spec *spec, u32 kind, struct core_value *value)
{
	struct field f;
	int err = place_field(spec, &f);

	if (err)
		return err;
	/* compilers may choose other bytes for a bitfield */
	value->validate = !f.bitfield || kind == BPF_CORE_FIELD_SIGNED || kind == BPF_CORE_FIELD_RSHIFT_U64;
	switch (kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		value->value = f.byte_off;
		value->size = f.bitfield ? 0 : f.byte_size;
		value->type_id = f.bitfield ? 0 : f.type_id;
		return 0;
	case BPF_CORE_FIELD_BYTE_SIZE:
		value->value = f.byte_size;
		return 0;
	case BPF_CORE_FIELD_SIGNED:
		value->value = is_signed(f.type);
		return 0;
	case BPF_CORE_FIELD_LSHIFT_U64:
		value->value = 64 - ((u64)f.bit_off + f.bit_size - f.byte_off * 8ull);
		return 0;
	case BPF_CORE_FIELD_RSHIFT_U64:
		value->value = 64 - (u64)f.bit_size;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int field_value(const struct core_spec *spec, u32 kind, struct core_value *value)
{
	value->validate = true;
	value->value = spec != NULL;
	if (kind == BPF_CORE_FIELD_EXISTS)
		return 0;
	value->poison = !spec;
	if (!spec)
		return 0;
	return spec->steps[spec->len - 1].name ? member_value(spec, kind, value)
					       : element_value(spec, kind, value);
}

static int type_value(const struct core_spec *spec, u32 kind, struct core_value *value)
{
	s64 size;

	value->validate = kind != BPF_CORE_TYPE_ID_TARGET && kind != BPF_CORE_TYPE_ID_LOCAL;
	if (!spec)
		return 0;
	switch (kind) {
	case BPF_CORE_TYPE_ID_LOCAL:
	case BPF_CORE_TYPE_ID_TARGET:
		value->value = spec->root;
		return 0;
	case BPF_CORE_TYPE_SIZE:
		size = btf_size(spec->types, spec->root);
		value->value = size;
		return size < 0 ? -EINVAL : 0;
	default:
		value->value = 1;
		return 0;
	}
}

static int enumerator_value(const struct core_spec *spec, u32 kind, struct core_value *value)
{
	const struct btf_type *t;

	value->validate = true;
	value->value = spec != NULL;
	if (kind == BPF_CORE_ENUMVAL_EXISTS)
		return 0;
	value->poison = !spec;
	if (!spec)
		return 0;
	t = btf_type_by_id(spec->types, spec->steps[0].type_id);
	/* as libbpf: 32 bits are extended with their sign, whatever the enum says */
	if (btf_kind(t) == BTF_KIND_ENUM)
		value->value = btf_enums(t)[spec->steps[0].index].val;
	else
		value->value = btf_enum_value(t, spec->steps[0].index);
	return 0;
}

int core_value(const struct core_spec *spec, u32 kind, struct core_value *value)
{
	*value = (struct core_value){0};
	if (core_is_type(kind))
		return type_value(spec, kind, value);
	return core_is_enum(kind) ? enumerator_value(spec, kind, value) : field_value(spec, kind, value);
}
