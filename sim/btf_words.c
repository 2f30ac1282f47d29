/* Values from text, the words of it: see btf_words.h. */
#include "btf_words.h"

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

void btf_skip_space(struct btf_parser *p)
{
	while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n')
		p->at++;
}

bool btf_accept(struct btf_parser *p, char c)
{
	btf_skip_space(p);
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
u32 btf_word(struct btf_parser *p)
{
	u32 n = 0;

	btf_skip_space(p);
	if (*p->at == '-')
		n++;
	while (word_char(p->at[n]))
		n++;
	return n;
}

bool btf_word_is(const char *at, u32 n, const char *name)
{
	return strlen(name) == n && !memcmp(at, name, n);
}

/* Of what comes next, from 1. */
u32 btf_column(struct btf_parser *p)
{
	btf_skip_space(p);
	return p->at - p->text + 1;
}

/* "column 5: found 'x', expected a number for u32" */
int btf_expected(struct btf_parser *p, u32 id, const char *what)
{
	char type[64], found[24];
	struct text text;
	u32 n = btf_word(p);

	text_init(&text, type, sizeof(type));
	btf_decl_text(p->types, id, "", &text);
	text_init(&text, found, sizeof(found));
	text_add(&text, *p->at ? "'%.*s'" : "the end", n ? (int)min_u64(n, 16) : 1, p->at);
	return sim_fail(p->why, -EINVAL, "column %u: found %s, expected %s for %s", btf_column(p), found,
			what, type);
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

void btf_put(struct btf_parser *p, struct btf_place to, u32 bits, u64 value)
{
	btf_bits_set(p->data, to.bit, bits, value);
}

/* The number that comes next, into @bits bits. */
int btf_put_number(struct btf_parser *p, struct btf_place to, u32 bits, bool is_signed, const char *what)
{
	u32 n = btf_word(p), narrow = bits > 64 ? 64 : bits;
	struct number number;

	if (!n || !read_number(p->at, n, &number))
		return btf_expected(p, to.id, what);
	if (!fits(&number, narrow, is_signed))
		return sim_fail(p->why, -EINVAL, "column %u: %.*s does not fit in %s%u bits%s", btf_column(p),
				(int)min_u64(n, 24), p->at, is_signed ? "a sign and " : "",
				is_signed ? narrow - 1 : narrow,
				number.negative && !is_signed ? ", which have no sign" : "");
	btf_put(p, to, narrow, number.negative ? -number.value : number.value);
	for (u32 at = 64; at < bits; at += 64)
		btf_put(p, (struct btf_place){.bit = to.bit + at}, min_u64(bits - at, 64),
		    number.negative ? UINT64_MAX : 0);
	p->at += n;
	return 0;
}

bool btf_put_address(struct btf_parser *p, struct btf_place to)
{
	u32 n = btf_word(p), at = 0;
	u8 byte[4];

	for (u32 i = 0; i < sizeof(byte); i++) {
		struct number number;
		u32 len = 0;

		while (at + len < n && p->at[at + len] != '.')
			len++;
		if (!read_number(p->at + at, len, &number) || number.negative || number.hex || number.value > 255)
			return false;
		byte[i] = number.value;
		at += len + 1;
	}
	if (at != n + 1)
		return false;
	for (u32 i = 0; i < sizeof(byte); i++)
		btf_put(p, (struct btf_place){.bit = to.bit + i * 8ull}, 8, byte[i]);
	p->at += n;
	return true;
}

/* --- characters --- */

/* One character of a '...' or "..." literal, escapes resolved; -1: none is left. */
static int next_char(struct btf_parser *p)
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

int btf_put_char(struct btf_parser *p, struct btf_place to, u32 bits)
{
	int c = next_char(p);

	if (c < 0 || bits < 8 || *p->at != '\'')
		return btf_expected(p, to.id, "one character between '' that fits");
	p->at++;
	btf_put(p, to, bits > 64 ? 64 : bits, c);
	return 0;
}

int btf_put_string(struct btf_parser *p, struct btf_place to, u32 room)
{
	u32 n = 0;

	while (*p->at && *p->at != '"') {
		int c = next_char(p);

		if (n == room)
			return sim_fail(p->why, -EINVAL,
					"column %u: the string is longer than the %u bytes of the array",
					btf_column(p), room);
		btf_put(p, (struct btf_place){.bit = to.bit + n++ * 8ull}, 8, c);
	}
	if (!btf_accept(p, '"'))
		return btf_expected(p, to.id, "a closing \"");
	for (; n < room; n++)
		btf_put(p, (struct btf_place){.bit = to.bit + n * 8ull}, 8, 0);
	return 0;
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
u64 btf_count_bytes(struct btf_parser p)
{
	u64 count = 0;

	for (u32 n = btf_word(&p); n; n = btf_word(&p), count++) {
		if (read_byte(p.at, n) < 0)
			return 0;
		p.at += n;
	}
	return *p.at || count < 2 ? 0 : count;
}

int btf_put_bytes(struct btf_parser *p, u64 count)
{
	if (count != p->size)
		return sim_fail(p->why, -EINVAL, "%llu bytes were given, the value has %llu",
				(unsigned long long)count, (unsigned long long)p->size);
	for (u64 i = 0; i < count; i++) {
		u32 n = btf_word(p);

		p->data[i] = read_byte(p->at, n);
		p->at += n;
	}
	return 0;
}

/* Without a type: a number in as many bytes as there are, up to 8. */
