/* Values from text: see btf_show.h. A recursive descent that the type leads: it knows what may come next. */
#include "btf_words.h"

static int parse_value(struct btf_parser *p, struct btf_place to);

/* --- single values --- */

static int parse_int(struct btf_parser *p, struct btf_place to, const struct btf_type *t)
{
	u32 data = btf_int_data(t), bits = to.bits ? to.bits : BTF_INT_BITS(data), n = btf_word(p);
	u32 encoding = BTF_INT_ENCODING(data);

	to.bit += BTF_INT_OFFSET(data);
	if (!bits || to.bit + bits > p->size * 8)
		return btf_expected(p, to.id, "nothing, because it lies outside of the value");
	if (encoding == BTF_INT_BOOL && (btf_word_is(p->at, n, "true") || btf_word_is(p->at, n, "false"))) {
		btf_put(p, to, bits, *p->at == 't');
		p->at += n;
		return 0;
	}
	if (btf_accept(p, '\''))
		return btf_put_char(p, to, bits);
	if (bits == 32 && encoding != BTF_INT_SIGNED && btf_put_address(p, to))
		return 0;
	return btf_put_number(p, to, bits, encoding == BTF_INT_SIGNED, "a number");
}

static int parse_enum(struct btf_parser *p, struct btf_place to, const struct btf_type *t)
{
	u32 bits = to.bits ? to.bits : t->size * 8, n = btf_word(p);

	if (!bits || bits > 64 || to.bit + bits > p->size * 8)
		return btf_expected(p, to.id, "nothing, because it lies outside of the value");
	for (u32 i = 0; i < btf_vlen(t); i++) {
		const char *name = btf_str(p->types, btf_enum_name_off(t, i));

		if (name && btf_word_is(p->at, n, name)) {
			btf_put(p, to, bits, btf_enum_value(t, i));
			p->at += n;
			return 0;
		}
	}
	return btf_put_number(p, to, bits, btf_kflag(t), "one of its names or a number");
}

static int parse_pointer(struct btf_parser *p, struct btf_place to)
{
	u32 n = btf_word(p);

	if (to.bit + 64 > p->size * 8)
		return btf_expected(p, to.id, "nothing, because it lies outside of the value");
	if (!btf_word_is(p->at, n, "NULL"))
		return btf_put_number(p, to, 64, false, "an address or NULL");
	btf_put(p, to, 64, 0);
	p->at += n;
	return 0;
}

/* --- arrays, structs, sections --- */

static int parse_array(struct btf_parser *p, struct btf_place to, const struct btf_type *t)
{
	const struct btf_array *array = btf_array(t);
	s64 size = btf_size(p->types, array->type);
	bool more = true;

	if (size < 0 || to.bit > p->size * 8 || (u64)size * array->nelems > (p->size * 8 - to.bit) / 8)
		return btf_expected(p, to.id, "nothing, because it lies outside of the value");
	if (size == 1 && btf_accept(p, '"'))
		return btf_put_string(p, to, array->nelems);
	if (size == 1 && array->nelems == 4 && btf_put_address(p, to))
		return 0;
	if (!btf_accept(p, '['))
		return btf_expected(p, to.id, size == 1 ? "\"...\" or [...]" : "[...]");
	if (btf_accept(p, ']'))
		return 0;
	for (u32 i = 0; more; i++) {
		int err;

		if (i == array->nelems)
			return sim_fail(p->why, -EINVAL, "column %u: the array has only %u elements",
					btf_column(p), array->nelems);
		err = parse_value(p,
				  (struct btf_place){.id = array->type, .bit = to.bit + i * (u64)size * 8});
		if (err)
			return err;
		more = btf_accept(p, ',');
	}
	return btf_accept(p, ']') ? 0 : btf_expected(p, to.id, ", or ]");
}

/* Member or variable @i of @t, which lies at @to. */
static struct btf_place member_at(const struct btf_type *t, struct btf_place to, u32 i)
{
	const struct btf_member *m = &btf_members(t)[i];
	const struct btf_var_secinfo *var = &btf_var_secinfos(t)[i];

	if (btf_kind(t) == BTF_KIND_DATASEC)
		return (struct btf_place){.id = var->type, .bit = to.bit + var->offset * 8ull};
	return (struct btf_place){m->type, to.bit + btf_member_bit_off(t, m), btf_member_bit_size(t, m)};
}

static const char *member_name(const struct btf_parser *p, const struct btf_type *t, u32 i)
{
	const char *name;

	if (btf_kind(t) == BTF_KIND_DATASEC)
		return btf_name(p->types, btf_var_secinfos(t)[i].type);
	name = btf_str(p->types, btf_members(t)[i].name_off);
	return name ? name : "";
}

/* The member whose name comes next, here or in structs without names. 1: found, 0: none, or -EINVAL. */
static int find_member(struct btf_parser *p, const struct btf_type *t, struct btf_place to,
		       struct btf_place *found)
{
	u32 n = btf_word(p);
	int ret = 0;

	if (p->depth == BTF_MAX_DEPTH || !p->left)
		return sim_fail(p->why, -EINVAL, "column %u: structs without names are nested too deep",
				btf_column(p));
	p->depth++;
	for (u32 i = 0; i < btf_vlen(t) && !ret && p->left; i++) {
		struct btf_place place = member_at(t, to, i);
		const struct btf_type *of = btf_type_by_id(p->types, btf_skip_mods(p->types, place.id));

		p->left--;
		ret = btf_word_is(p->at, n, member_name(p, t, i));
		if (ret)
			*found = place;
		else if (!*member_name(p, t, i) && btf_is_composite(btf_kind(of)))
			ret = find_member(p, of, place, found);
	}
	p->depth--;
	return ret;
}

/* The names that could stand there: those of structs without a name in their place. */
static void add_names(struct btf_parser *p, const struct btf_type *t, struct text *out, u32 depth)
{
	for (u32 i = 0; i < btf_vlen(t) && !out->cut; i++) {
		const struct btf_type *of = btf_type_by_id(
			p->types, btf_skip_mods(p->types, member_at(t, (struct btf_place){0}, i).id));

		if (*member_name(p, t, i))
			text_add(out, "%s%s", out->len ? ", " : "", member_name(p, t, i));
		else if (btf_is_composite(btf_kind(of)) && depth)
			add_names(p, of, out, depth - 1);
	}
}

/* "struct flow has no member 'x', but proto, up, ..." */
static int no_member(struct btf_parser *p, struct btf_place to, const struct btf_type *t, u32 n)
{
	char type[48], names[120];
	struct text text;

	text_init(&text, type, sizeof(type));
	btf_decl_text(p->types, to.id, "", &text);
	text_init(&text, names, sizeof(names));
	add_names(p, t, &text, 4);
	return sim_fail(p->why, -EINVAL, "column %u: %s has no member '%.*s', but %s%s", btf_column(p), type,
			(int)min_u64(n, 32), p->at, names, text.cut ? "..." : "");
}

/* Is the next word a name with a colon? */
static bool named(struct btf_parser *p, u32 n)
{
	const char *after = p->at + n;

	while (*after == ' ' || *after == '\t')
		after++;
	return n && *after == ':';
}

static int parse_member(struct btf_parser *p, struct btf_place to, const struct btf_type *t, u32 i)
{
	struct btf_place found;
	u32 n = btf_word(p);
	int ret;

	if (named(p, n)) {
		ret = find_member(p, t, to, &found);
		if (ret <= 0)
			return ret ? ret : no_member(p, to, t, n);
		p->at += n;
		btf_accept(p, ':');
		return parse_value(p, found);
	}
	if (i >= btf_vlen(t))
		return btf_expected(p, to.id, "}, because there are no more members");
	return parse_value(p, member_at(t, to, i));
}

static int parse_members(struct btf_parser *p, struct btf_place to, const struct btf_type *t)
{
	if (!btf_accept(p, '{'))
		return btf_expected(p, to.id, "{...}");
	if (btf_accept(p, '}'))
		return 0;
	for (u32 i = 0;; i++) {
		int err = parse_member(p, to, t, i);

		if (err)
			return err;
		if (!btf_accept(p, ','))
			return btf_accept(p, '}') ? 0 : btf_expected(p, to.id, ", or }");
	}
}

/* --- any --- */

static int parse_kind(struct btf_parser *p, struct btf_place to, const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return parse_int(p, to, t);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return parse_enum(p, to, t);
	case BTF_KIND_PTR:
		return parse_pointer(p, to);
	case BTF_KIND_ARRAY:
		return parse_array(p, to, t);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
		return parse_members(p, to, t);
	case BTF_KIND_VAR:
		to.id = t->type;
		return parse_value(p, to);
	default:
		return btf_expected(p, to.id, "bytes in hexadecimal");
	}
}

static int parse_value(struct btf_parser *p, struct btf_place to)
{
	const struct btf_type *t = btf_type_by_id(p->types, btf_skip_mods(p->types, to.id));
	int err;

	if (p->depth == BTF_MAX_DEPTH)
		return sim_fail(p->why, -EINVAL, "column %u: types are nested more than %u deep",
				btf_column(p), BTF_MAX_DEPTH);
	p->depth++;
	err = parse_kind(p, to, t);
	p->depth--;
	return err;
}

static int parse_untyped(struct btf_parser *p)
{
	if (p->size < 1 || p->size > 8)
		return sim_fail(p->why, -EINVAL,
				"the value has %llu bytes and no type: give its bytes, as in 06 00 1f ff",
				(unsigned long long)p->size);
	return btf_put_number(p, (struct btf_place){0}, p->size * 8, *p->at == '-', "a number");
}

int btf_parse(const struct btf_types *types, u32 id, const char *text, void *data, u64 size, struct why *why)
{
	static const struct btf_types no_types = {.start_id = 1, .end_id = 1};
	struct btf_parser p = {
		.types = types ? types : &no_types,
		.text = text,
		.at = text,
		.data = data,
		.size = size,
		.left = 1000000,
		.why = why,
	};
	u64 bytes = btf_count_bytes(p);
	int err;

	if (bytes)
		return btf_put_bytes(&p, bytes);
	btf_skip_space(&p);
	err = types && id ? parse_value(&p, (struct btf_place){.id = id}) : parse_untyped(&p);
	if (err)
		return err;
	btf_skip_space(&p);
	if (!*p.at)
		return 0;
	return sim_fail(why, -EINVAL, "column %u: '%.16s' comes after the value's end", btf_column(&p), p.at);
}
