/* Values of expressions in words: see expr.h. */
#include <ctype.h>
#include <stdlib.h>

#include "expr.h"

#define SHOWN_MAX 4096 /* bytes of a struct or array */

static void binary(u64 n, u32 bits, struct text *out)
{
	text_add(out, "0b");
	for (u32 i = bits; i-- > 0;)
		text_add(out, "%d%s", (int)(n >> i & 1), i && i % 8 == 0 ? "'" : "");
}

static void character(u8 c, struct text *out)
{
	if (isprint(c))
		text_add(out, "%u '%c'", c, c);
	else
		text_add(out, "%u '\\x%02x'", c, c);
}

static void string(struct debug *d, u64 addr, struct text *out)
{
	char chars[200];

	if (mem_read_string(debug_sim(d), chars, addr, sizeof(chars)) < 0) {
		text_add(out, "no string at 0x%llx", (unsigned long long)addr);
		return;
	}
	text_add(out, "\"");
	for (const char *c = chars; *c; c++)
		text_add(out, isprint((u8)*c) ? "%c" : "\\x%02x", (u8)*c);
	text_add(out, "\"");
}

static void by_letter(struct debug *d, const struct expr_value *v, char format, struct text *out)
{
	u32 bits = v->size && v->size < 8 ? 8 * v->size : 64;
	u64 number = bits < 64 ? v->number & ((1ull << bits) - 1) : v->number;

	switch (format) {
	case 'x':
		text_add(out, "0x%llx", (unsigned long long)number);
		return;
	case 'd':
		text_add(out, "%lld", (long long)v->number);
		return;
	case 'u':
		text_add(out, "%llu", (unsigned long long)number);
		return;
	case 'o':
		text_add(out, "0%llo", (unsigned long long)number);
		return;
	case 't':
		binary(number, number >> 32 ? 64 : number >> 16 ? 32 : number >> 8 ? 16 : 8, out);
		return;
	case 'c':
		character(number, out);
		return;
	case 's':
		string(d, v->place == EXPR_MEMORY && v->type ? v->at : v->number, out);
		return;
	}
	walk_value_text(debug_sim(d), v->number, out);
}

/* The value at a place, as BTF describes it. */
static bool by_type(struct debug *d, const struct expr_value *v, struct text *out)
{
	u32 id = v->types && !v->pointer ? btf_skip_mods(v->types, v->type) : 0;
	const struct btf_type *t = id ? btf_type_by_id(v->types, id) : NULL;
	u64 size = min_u64(v->size, SHOWN_MAX);
	u8 *bytes;

	if (!t || v->place != EXPR_MEMORY || btf_kind(t) == BTF_KIND_PTR)
		return false;
	bytes = malloc(size ? size : 1);
	if (bytes && !mem_read(debug_sim(d), bytes, v->at, size))
		btf_show(v->types, v->type, bytes, size, out);
	else
		text_add(out, "?");
	free(bytes);
	return true;
}

void expr_text(struct debug *d, const struct expr_value *v, char format, struct text *out)
{
	if (format)
		by_letter(d, v, format, out);
	else if (!by_type(d, v, out))
		walk_value_text(debug_sim(d), v->number, out);
}
