/* Values as text: see btf_show.h. Like the kernel's btf_type_show, but on one line, and for people's eyes. */
#include "btf_show.h"

#define VALUES_MAX 100000 /* single values that one text may be made of: types may be larger than any text */

struct show {
	const struct btf_types *types;
	const u8 *data;
	u64 size;
	struct text *out;
	u32 left;       /* of VALUES_MAX */
	u32 depth;
};

static void show_value(struct show *s, u32 id, u64 bit, u32 bits);

u64 btf_bits_get(const void *data, u64 bit, u32 bits)
{
	const u8 *at = (const u8 *)data + bit / 8;
	u32 skip = bit % 8;
	u64 value = 0;

	for (u32 i = 0; i * 8 < skip + bits; i++) {
		if (i * 8 < skip)
			value |= at[i] >> skip;
		else
			value |= (u64)at[i] << (i * 8 - skip);
	}
	return bits < 64 ? value & ((1ull << bits) - 1) : value;
}

bool btf_is_char(const struct btf_types *types, u32 id)
{
	u32 behind = btf_skip_mods(types, id);
	const struct btf_type *t = btf_type_by_id(types, behind);

	if (btf_kind(t) != BTF_KIND_INT || t->size != 1)
		return false;
	return BTF_INT_ENCODING(btf_int_data(t)) == BTF_INT_CHAR || !strcmp(btf_name(types, behind), "char");
}

static bool printable(u8 c)
{
	return c >= 32 && c < 127;
}

static bool there(const struct show *s, u64 bit, u64 bits)
{
	return bit + bits <= s->size * 8;
}

static s64 sign_extend(u64 value, u32 bits)
{
	return bits < 64 ? (s64)(value << (64 - bits)) >> (64 - bits) : (s64)value;
}

static void unknown(struct show *s)
{
	text_add(s->out, "?");
}

/* --- single values --- */

static void show_wide(struct show *s, u64 bit)
{
	u64 low = btf_bits_get(s->data, bit, 64), high = btf_bits_get(s->data, bit + 64, 64);

	if (high)
		text_add(s->out, "0x%llx%016llx", (unsigned long long)high, (unsigned long long)low);
	else
		text_add(s->out, "%llu", (unsigned long long)low);
}

static void show_number(struct show *s, u64 value, u32 bits, u32 encoding, bool is_char)
{
	if (encoding == BTF_INT_BOOL && value <= 1)
		text_add(s->out, "%s", value ? "true" : "false");
	else if (is_char && printable(value))
		text_add(s->out, value == '\'' || value == '\\' ? "'\\%c'" : "'%c'", (int)value);
	else if (encoding == BTF_INT_SIGNED)
		text_add(s->out, "%lld", (long long)sign_extend(value, bits));
	else
		text_add(s->out, "%llu", (unsigned long long)value);
}

static void show_int(struct show *s, u32 id, const struct btf_type *t, u64 bit, u32 bits)
{
	u32 data = btf_int_data(t), all = bits ? bits : BTF_INT_BITS(data);

	bit += BTF_INT_OFFSET(data);
	if (!all || all > 128 || !there(s, bit, all))
		unknown(s);
	else if (all == 128)
		show_wide(s, bit);
	else if (all > 64)
		unknown(s);
	else
		show_number(s, btf_bits_get(s->data, bit, all), all, BTF_INT_ENCODING(data),
			    btf_is_char(s->types, id));
}

static void show_enum(struct show *s, const struct btf_type *t, u64 bit, u32 bits)
{
	u32 all = bits ? bits : t->size * 8;
	u64 value, want;

	if (!all || all > 64 || !there(s, bit, all)) {
		unknown(s);
		return;
	}
	value = btf_bits_get(s->data, bit, all);
	for (u32 i = 0; i < btf_vlen(t); i++) {
		const char *name = btf_str(s->types, btf_enum_name_off(t, i));

		want = btf_enum_value(t, i);
		if (name && (all < 64 ? want & ((1ull << all) - 1) : want) == value) {
			text_add(s->out, "%s", name);
			return;
		}
	}
	show_number(s, value, all, btf_kflag(t) ? BTF_INT_SIGNED : 0, false);
}

static void show_pointer(struct show *s, u64 bit)
{
	u64 value = there(s, bit, 64) ? btf_bits_get(s->data, bit, 64) : 0;

	if (!there(s, bit, 64))
		unknown(s);
	else if (value)
		text_add(s->out, "0x%llx", (unsigned long long)value);
	else
		text_add(s->out, "NULL");
}

static void show_float(struct show *s, const struct btf_type *t, u64 bit)
{
	u64 bits = there(s, bit, t->size * 8) && t->size <= 8 ? btf_bits_get(s->data, bit, t->size * 8) : 0;
	double wide;
	float narrow;

	memcpy(&wide, &bits, sizeof(wide));
	memcpy(&narrow, &bits, sizeof(narrow));
	if (!there(s, bit, t->size * 8) || (t->size != 4 && t->size != 8))
		unknown(s);
	else
		text_add(s->out, "%g", t->size == 4 ? (double)narrow : wide);
}

/* --- arrays --- */

/* Printable up to a zero (or the end), and zeroes from there on. */
static bool is_string(const struct show *s, u64 at, u32 n)
{
	const u8 *c = s->data + at;
	u32 len = 0;

	while (len < n && printable(c[len]))
		len++;
	for (u32 i = len; i < n; i++)
		if (c[i])
			return false;
	return true;
}

static void show_string(struct show *s, u64 at, u32 n)
{
	const char *c = (const char *)s->data + at;

	text_add(s->out, "\"");
	for (u32 i = 0; i < n && c[i] && !s->out->cut; i++)
		text_add(s->out, c[i] == '"' || c[i] == '\\' ? "\\%c" : "%c", c[i]);
	text_add(s->out, "\"");
}

static void show_array(struct show *s, const struct btf_type *t, u64 bit)
{
	const struct btf_array *array = btf_array(t);
	s64 size = btf_size(s->types, array->type);

	if (size == 1 && btf_is_char(s->types, array->type) && there(s, bit, array->nelems * 8ull) &&
	    is_string(s, bit / 8, array->nelems)) {
		show_string(s, bit / 8, array->nelems);
		return;
	}
	text_add(s->out, "[");
	for (u32 i = 0; i < array->nelems && !s->out->cut && s->left; i++) {
		text_add(s->out, i ? ", " : "");
		show_value(s, array->type, bit + (u64)i * (size < 0 ? 0 : size) * 8, 0);
	}
	text_add(s->out, "]");
}

/* --- structs, unions, sections --- */

/* "name: value", after a comma when needed. Of members without a name: what is in them, if anything. */
static void show_member(struct show *s, const char *name, u32 id, u64 bit, u32 bits, bool *first);

static void show_members(struct show *s, const struct btf_type *t, u64 bit, bool *first)
{
	const struct btf_member *m = btf_members(t);

	for (u32 i = 0; i < btf_vlen(t) && !s->out->cut && s->left; i++)
		show_member(s, btf_str(s->types, m[i].name_off), m[i].type,
			    bit + btf_member_bit_off(t, &m[i]), btf_member_bit_size(t, &m[i]), first);
}

static void show_member(struct show *s, const char *name, u32 id, u64 bit, u32 bits, bool *first)
{
	const struct btf_type *t = btf_type_by_id(s->types, btf_skip_mods(s->types, id));

	s->left--;
	if (name && *name) {
		text_add(s->out, "%s%s: ", *first ? "" : ", ", name);
		*first = false;
		show_value(s, id, bit, bits);
	} else if (btf_is_composite(btf_kind(t)) && s->depth < BTF_MAX_DEPTH) {
		s->depth++;
		show_members(s, t, bit, first);
		s->depth--;
	}
}

static void show_composite(struct show *s, const struct btf_type *t, u64 bit)
{
	bool first = true;

	text_add(s->out, "{");
	show_members(s, t, bit, &first);
	text_add(s->out, "}");
}

static void show_section(struct show *s, const struct btf_type *t, u64 bit)
{
	const struct btf_var_secinfo *var = btf_var_secinfos(t);
	bool first = true;

	text_add(s->out, "{");
	for (u32 i = 0; i < btf_vlen(t) && !s->out->cut && s->left; i++)
		show_member(s, btf_name(s->types, var[i].type), var[i].type, bit + var[i].offset * 8ull, 0,
			    &first);
	text_add(s->out, "}");
}

/* --- any --- */

static void show_kind(struct show *s, u32 id, const struct btf_type *t, u64 bit, u32 bits)
{
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		show_int(s, id, t, bit, bits);
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		show_enum(s, t, bit, bits);
		break;
	case BTF_KIND_PTR:
		show_pointer(s, bit);
		break;
	case BTF_KIND_FLOAT:
		show_float(s, t, bit);
		break;
	case BTF_KIND_ARRAY:
		show_array(s, t, bit);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		show_composite(s, t, bit);
		break;
	case BTF_KIND_DATASEC:
		show_section(s, t, bit);
		break;
	case BTF_KIND_VAR:
		show_value(s, t->type, bit, bits);
		break;
	default:
		unknown(s);
	}
}

/* @bits: of a bitfield, 0 = the whole type. */
static void show_value(struct show *s, u32 id, u64 bit, u32 bits)
{
	u32 behind = btf_skip_mods(s->types, id);

	if (s->depth == BTF_MAX_DEPTH || !s->left) {
		unknown(s);
		return;
	}
	s->left--;
	s->depth++;
	show_kind(s, behind, btf_type_by_id(s->types, behind), bit, bits);
	s->depth--;
}

void btf_show(const struct btf_types *types, u32 id, const void *data, u64 size, struct text *out)
{
	struct show s = {.types = types, .data = data, .size = size, .out = out, .left = VALUES_MAX};

	if (types && id) {
		show_value(&s, id, 0, 0);
		return;
	}
	for (u64 i = 0; i < size && !out->cut; i++)
		text_add(out, "%s%02x", i ? " " : "", s.data[i]);
}
