/* Values from text: see btf_show.h. A recursive descent that the type leads: it knows what may come next. */
#include "btf_show.h"

struct parse {
	const struct btf_types *types;
	const char *text;   /* all of it */
	const char *at;     /* what comes next */
	u8 *data;
	u64 size;
	u32 depth;
	u32 left; /* members that may still be looked at: structs may hold more than anybody can search */
	struct why *why;
};

/* Where a value goes. */
struct place {
	u32 id;             /* its type */
	u64 bit;            /* from the start of the data */
	u32 bits;           /* of a bitfield, 0 = the whole type */
};

static int parse_value(struct parse *p, struct place to);

void btf_bits_set(void *data, u64 bit, u32 bits, u64 value)
{
	u8 *bytes = data;

	for (u32 i = 0; i < bits; i++) {
		u64 at = bit + i;
		u8 mask = 1 << at % 8;

		bytes[at / 8] = value >> i & 1 ? bytes[at / 8] | mask : bytes[at / 8] & ~mask;
	}
}

/* --- words of the text --- */

static void skip_space(struct parse *p)
{
	while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n')
		p->at++;
}

static bool accept(struct parse *p, char c)
{
	skip_space(p);
	if (*p->at != c)
		return false;
	p->at++;
	return true;
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '.';
}

/* Bytes of the name or number that comes next, 0 = something else does. */
static u32 word(struct parse *p)
{
	u32 n = 0;

	skip_space(p);
	if (*p->at == '-')
		n++;
	while (word_char(p->at[n]))
		n++;
	return n;
}

static bool word_is(const char *at, u32 n, const char *name)
{
	return strlen(name) == n && !memcmp(at, name, n);
}

/* Of what comes next, from 1. */
static u32 column(struct parse *p)
{
	skip_space(p);
	return p->at - p->text + 1;
}

/* "column 5: found 'x', expected a number for u32" */
static int expected(struct parse *p, u32 id, const char *what)
{
	char type[64], found[24];
	struct text text;
	u32 n = word(p);

	text_init(&text, type, sizeof(type));
	btf_decl_text(p->types, id, "", &text);
	text_init(&text, found, sizeof(found));
	text_add(&text, *p->at ? "'%.*s'" : "the end", n ? (int)min_u64(n, 16) : 1, p->at);
	return sim_fail(p->why, -EINVAL, "column %u: found %s, expected %s for %s", column(p), found, what,
			type);
}

/* --- numbers --- */

struct number {
	bool negative, hex;
	u64 value;          /* without the sign */
};

static int digit_of(char c, u32 base)
{
	static const char digits[] = "0123456789abcdef";
	const char *d = memchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c, base);

	return d ? d - digits : -1;
}

/* The @n bytes at @at, all of them. False: not a number, or above 64 bits. */
static bool read_number(const char *at, u32 n, struct number *out)
{
	u32 i = 0, base = 10;

	*out = (struct number){0};
	if (n && at[0] == '-') {
		out->negative = true;
		i++;
	}
	if (n - i > 2 && at[i] == '0' && (at[i + 1] == 'x' || at[i + 1] == 'X')) {
		out->hex = true;
		base = 16;
		i += 2;
	}
	if (i == n)
		return false;
	for (; i < n; i++) {
		int digit = digit_of(at[i], base);

		if (digit < 0 || out->value > (UINT64_MAX - digit) / base)
			return false;
		out->value = out->value * base + digit;
	}
	return true;
}

/* Signed types take -2^(bits-1) to 2^(bits-1)-1, and in hexadecimal any bits. */
static bool fits(const struct number *n, u32 bits, bool is_signed)
{
	u64 half = 1ull << (bits - 1), max = half - 1 + half;

	if (n->negative)
		return is_signed ? n->value <= half : !n->value;
	return n->value <= (is_signed && !n->hex ? half - 1 : max);
}

static void put(struct parse *p, struct place to, u32 bits, u64 value)
{
	btf_bits_set(p->data, to.bit, bits, value);
}

/* The number that comes next, into @bits bits. */
static int put_number(struct parse *p, struct place to, u32 bits, bool is_signed, const char *what)
{
	u32 n = word(p), narrow = bits > 64 ? 64 : bits;
	struct number number;

	if (!n || !read_number(p->at, n, &number))
		return expected(p, to.id, what);
	if (!fits(&number, narrow, is_signed))
		return sim_fail(p->why, -EINVAL, "column %u: %.*s does not fit in %s%u bits", column(p),
				(int)min_u64(n, 24), p->at, is_signed ? "a sign and " : "",
				is_signed ? narrow - 1 : narrow);
	put(p, to, narrow, number.negative ? -number.value : number.value);
	for (u32 at = 64; at < bits; at += 64)
		put(p, (struct place){.bit = to.bit + at}, min_u64(bits - at, 64),
		    number.negative ? UINT64_MAX : 0);
	p->at += n;
	return 0;
}

/* --- characters --- */

/* One character of a '...' or "..." literal, escapes resolved; -1: none is left. */
static int next_char(struct parse *p)
{
	static const char escapes[] = {'n', '\n', 't', '\t', '0', '\0'};
	char c = *p->at;

	if (!c)
		return -1;
	p->at++;
	if (c != '\\' || !*p->at)
		return (u8)c;
	c = *p->at++;
	if (c == 'x' && digit_of(p->at[0], 16) >= 0 && digit_of(p->at[1], 16) >= 0) {
		p->at += 2;
		return digit_of(p->at[-2], 16) << 4 | digit_of(p->at[-1], 16);
	}
	for (u32 i = 0; i < sizeof(escapes); i += 2)
		if (escapes[i] == c)
			return escapes[i + 1];
	return (u8)c;
}

static int parse_char(struct parse *p, struct place to, u32 bits)
{
	int c = next_char(p);

	if (c < 0 || bits < 8 || *p->at != '\'')
		return expected(p, to.id, "one character between '' that fits");
	p->at++;
	put(p, to, bits > 64 ? 64 : bits, c);
	return 0;
}

static int parse_string(struct parse *p, struct place to, u32 room)
{
	u32 n = 0;

	while (*p->at && *p->at != '"') {
		int c = next_char(p);

		if (n == room)
			return sim_fail(p->why, -EINVAL,
					"column %u: the string is longer than the %u bytes of the array",
					column(p), room);
		put(p, (struct place){.bit = to.bit + n++ * 8ull}, 8, c);
	}
	if (!accept(p, '"'))
		return expected(p, to.id, "a closing \"");
	for (; n < room; n++)
		put(p, (struct place){.bit = to.bit + n * 8ull}, 8, 0);
	return 0;
}

/* --- single values --- */

static int parse_int(struct parse *p, struct place to, const struct btf_type *t)
{
	u32 data = btf_int_data(t), bits = to.bits ? to.bits : BTF_INT_BITS(data), n = word(p);
	u32 encoding = BTF_INT_ENCODING(data);

	to.bit += BTF_INT_OFFSET(data);
	if (!bits || to.bit + bits > p->size * 8)
		return expected(p, to.id, "nothing, because it lies outside of the value");
	if (encoding == BTF_INT_BOOL && (word_is(p->at, n, "true") || word_is(p->at, n, "false"))) {
		put(p, to, bits, *p->at == 't');
		p->at += n;
		return 0;
	}
	if (accept(p, '\''))
		return parse_char(p, to, bits);
	return put_number(p, to, bits, encoding == BTF_INT_SIGNED, "a number");
}

static int parse_enum(struct parse *p, struct place to, const struct btf_type *t)
{
	u32 bits = to.bits ? to.bits : t->size * 8, n = word(p);

	if (!bits || bits > 64 || to.bit + bits > p->size * 8)
		return expected(p, to.id, "nothing, because it lies outside of the value");
	for (u32 i = 0; i < btf_vlen(t); i++) {
		const char *name = btf_str(p->types, btf_enum_name_off(t, i));

		if (name && word_is(p->at, n, name)) {
			put(p, to, bits, btf_enum_value(t, i));
			p->at += n;
			return 0;
		}
	}
	return put_number(p, to, bits, btf_kflag(t), "one of its names or a number");
}

static int parse_pointer(struct parse *p, struct place to)
{
	u32 n = word(p);

	if (to.bit + 64 > p->size * 8)
		return expected(p, to.id, "nothing, because it lies outside of the value");
	if (!word_is(p->at, n, "NULL"))
		return put_number(p, to, 64, false, "an address or NULL");
	put(p, to, 64, 0);
	p->at += n;
	return 0;
}

/* --- arrays, structs, sections --- */

static int parse_array(struct parse *p, struct place to, const struct btf_type *t)
{
	const struct btf_array *array = btf_array(t);
	s64 size = btf_size(p->types, array->type);
	bool more = true;

	if (size < 0 || to.bit > p->size * 8 || (u64)size * array->nelems > (p->size * 8 - to.bit) / 8)
		return expected(p, to.id, "nothing, because it lies outside of the value");
	if (size == 1 && accept(p, '"'))
		return parse_string(p, to, array->nelems);
	if (!accept(p, '['))
		return expected(p, to.id, size == 1 ? "\"...\" or [...]" : "[...]");
	if (accept(p, ']'))
		return 0;
	for (u32 i = 0; more; i++) {
		int err;

		if (i == array->nelems)
			return sim_fail(p->why, -EINVAL, "column %u: the array has only %u elements",
					column(p), array->nelems);
		err = parse_value(p, (struct place){.id = array->type, .bit = to.bit + i * (u64)size * 8});
		if (err)
			return err;
		more = accept(p, ',');
	}
	return accept(p, ']') ? 0 : expected(p, to.id, ", or ]");
}

/* Member or variable @i of @t, which lies at @to. */
static struct place member_at(const struct btf_type *t, struct place to, u32 i)
{
	const struct btf_member *m = &btf_members(t)[i];
	const struct btf_var_secinfo *var = &btf_var_secinfos(t)[i];

	if (btf_kind(t) == BTF_KIND_DATASEC)
		return (struct place){.id = var->type, .bit = to.bit + var->offset * 8ull};
	return (struct place){m->type, to.bit + btf_member_bit_off(t, m), btf_member_bit_size(t, m)};
}

static const char *member_name(const struct parse *p, const struct btf_type *t, u32 i)
{
	const char *name;

	if (btf_kind(t) == BTF_KIND_DATASEC)
		return btf_name(p->types, btf_var_secinfos(t)[i].type);
	name = btf_str(p->types, btf_members(t)[i].name_off);
	return name ? name : "";
}

/* The member whose name comes next, here or in structs without names. 1: found, 0: none, or -EINVAL. */
static int find_member(struct parse *p, const struct btf_type *t, struct place to, struct place *found)
{
	u32 n = word(p);
	int ret = 0;

	if (p->depth == BTF_MAX_DEPTH || !p->left)
		return sim_fail(p->why, -EINVAL, "column %u: structs without names are nested too deep",
				column(p));
	p->depth++;
	for (u32 i = 0; i < btf_vlen(t) && !ret && p->left; i++) {
		struct place place = member_at(t, to, i);
		const struct btf_type *of = btf_type_by_id(p->types, btf_skip_mods(p->types, place.id));

		p->left--;
		ret = word_is(p->at, n, member_name(p, t, i));
		if (ret)
			*found = place;
		else if (!*member_name(p, t, i) && btf_is_composite(btf_kind(of)))
			ret = find_member(p, of, place, found);
	}
	p->depth--;
	return ret;
}

/* "struct flow has no member 'x', but proto, up, ..." */
static int no_member(struct parse *p, struct place to, const struct btf_type *t, u32 n)
{
	char type[48], names[120];
	struct text text;

	text_init(&text, type, sizeof(type));
	btf_decl_text(p->types, to.id, "", &text);
	text_init(&text, names, sizeof(names));
	for (u32 i = 0; i < btf_vlen(t) && !text.cut; i++)
		text_add(&text, "%s%s", i ? ", " : "", member_name(p, t, i));
	return sim_fail(p->why, -EINVAL, "column %u: %s has no member '%.*s', but %s%s", column(p), type,
			(int)min_u64(n, 32), p->at, names, text.cut ? "..." : "");
}

/* Is the next word a name with a colon? */
static bool named(struct parse *p, u32 n)
{
	const char *after = p->at + n;

	while (*after == ' ' || *after == '\t')
		after++;
	return n && *after == ':';
}

static int parse_member(struct parse *p, struct place to, const struct btf_type *t, u32 i)
{
	struct place found;
	u32 n = word(p);
	int ret;

	if (named(p, n)) {
		ret = find_member(p, t, to, &found);
		if (ret <= 0)
			return ret ? ret : no_member(p, to, t, n);
		p->at += n;
		accept(p, ':');
		return parse_value(p, found);
	}
	if (i >= btf_vlen(t))
		return expected(p, to.id, "}, because there are no more members");
	return parse_value(p, member_at(t, to, i));
}

static int parse_members(struct parse *p, struct place to, const struct btf_type *t)
{
	if (!accept(p, '{'))
		return expected(p, to.id, "{...}");
	if (accept(p, '}'))
		return 0;
	for (u32 i = 0;; i++) {
		int err = parse_member(p, to, t, i);

		if (err)
			return err;
		if (!accept(p, ','))
			return accept(p, '}') ? 0 : expected(p, to.id, ", or }");
	}
}

/* --- any --- */

static int parse_kind(struct parse *p, struct place to, const struct btf_type *t)
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
		return expected(p, to.id, "bytes in hexadecimal");
	}
}

static int parse_value(struct parse *p, struct place to)
{
	const struct btf_type *t = btf_type_by_id(p->types, btf_skip_mods(p->types, to.id));
	int err;

	if (p->depth == BTF_MAX_DEPTH)
		return sim_fail(p->why, -EINVAL, "column %u: types are nested more than %u deep", column(p),
				BTF_MAX_DEPTH);
	p->depth++;
	err = parse_kind(p, to, t);
	p->depth--;
	return err;
}

/* --- bytes --- */

/* One or two hexadecimal digits, with or without 0x: the byte, or -1. */
static int read_byte(const char *at, u32 n)
{
	if (n > 2 && at[0] == '0' && at[1] == 'x')
		at += 2, n -= 2;
	if (n < 1 || n > 2 || digit_of(at[0], 16) < 0 || digit_of(at[n - 1], 16) < 0)
		return -1;
	return n == 1 ? digit_of(at[0], 16) : digit_of(at[0], 16) << 4 | digit_of(at[1], 16);
}

/* Is the text nothing but bytes, at least two of them? How many; 0 = no. */
static u64 count_bytes(struct parse p)
{
	u64 count = 0;

	for (u32 n = word(&p); n; n = word(&p), count++) {
		if (read_byte(p.at, n) < 0)
			return 0;
		p.at += n;
	}
	return *p.at || count < 2 ? 0 : count;
}

static int parse_bytes(struct parse *p, u64 count)
{
	if (count != p->size)
		return sim_fail(p->why, -EINVAL, "%llu bytes were given, the value has %llu",
				(unsigned long long)count, (unsigned long long)p->size);
	for (u64 i = 0; i < count; i++) {
		u32 n = word(p);

		p->data[i] = read_byte(p->at, n);
		p->at += n;
	}
	return 0;
}

/* Without a type: a number in as many bytes as there are, up to 8. */
static int parse_untyped(struct parse *p)
{
	if (p->size < 1 || p->size > 8)
		return sim_fail(p->why, -EINVAL,
				"the value has %llu bytes and no type: give its bytes, as in 06 00 1f ff",
				(unsigned long long)p->size);
	return put_number(p, (struct place){0}, p->size * 8, *p->at == '-', "a number");
}

int btf_parse(const struct btf_types *types, u32 id, const char *text, void *data, u64 size, struct why *why)
{
	static const struct btf_types no_types = {.start_id = 1, .end_id = 1};
	struct parse p = {
		.types = types ? types : &no_types,
		.text = text,
		.at = text,
		.data = data,
		.size = size,
		.left = 1000000,
		.why = why,
	};
	u64 bytes = count_bytes(p);
	int err;

	if (bytes)
		return parse_bytes(&p, bytes);
	skip_space(&p);
	err = types && id ? parse_value(&p, (struct place){.id = id}) : parse_untyped(&p);
	if (err)
		return err;
	skip_space(&p);
	if (!*p.at)
		return 0;
	return sim_fail(why, -EINVAL, "column %u: '%.16s' comes after the value's end", column(&p), p.at);
}
