/* The assembler's cursor: characters, names, numbers, registers, and the error that says where. */
#include <stdio.h>

#include "asm_in.h"

bool asm_fail(struct asm_in *in, const char *at, u32 width, const char *fmt, ...)
{
	struct asm_error *error = &in->prog->error;
	va_list args;

	if (in->failed)
		return false;
	in->failed = true;
	*error = (struct asm_error){.line = in->number, .col = at - in->line + 1, .width = width ? width : 1};
	va_start(args, fmt);
	vsnprintf(error->text, sizeof(error->text), fmt, args);
	va_end(args);
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$';
}

static bool in_name(char c)
{
	return starts_name(c) || is_digit(c);
}

void asm_blank(struct asm_in *in)
{
	while (in->p < in->end && (*in->p == ' ' || *in->p == '\t' || *in->p == '\r'))
		in->p++;
}

static bool at_text(const struct asm_in *in, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(in->end - in->p) >= n && !memcmp(in->p, text, n);
}

/* A '<' begins what llvm-objdump says about a jump's target: "goto +3 <main+0x20>". */
bool asm_at_end(struct asm_in *in)
{
	asm_blank(in);
	return in->p == in->end || *in->p == ';' || *in->p == '#' || *in->p == '<' || at_text(in, "//");
}

/* Characters at the cursor that one would call one thing: a word, a number, or a single sign. */
static u32 thing_len(const struct asm_in *in)
{
	const char *p = in->p;

	while (p < in->end && in_name(*p) && p - in->p < 40)
		p++;
	return p == in->p ? 1 : p - in->p;
}

bool asm_expected(struct asm_in *in, const char *what)
{
	u32 len;

	if (asm_at_end(in))
		return asm_fail(in, in->p, 1, "expected %s, found the end of the line", what);
	len = thing_len(in);
	return asm_fail(in, in->p, len, "expected %s, found `%.*s`", what, (int)len, in->p);
}

bool asm_take(struct asm_in *in, const char *sign)
{
	asm_blank(in);
	if (!at_text(in, sign))
		return false;
	in->p += strlen(sign);
	return true;
}

bool asm_take_word(struct asm_in *in, const char *word)
{
	const char *start = in->p;

	if (asm_take(in, word) && (in->p == in->end || !in_name(*in->p)))
		return true;
	in->p = start;
	return false;
}

bool asm_need(struct asm_in *in, const char *sign)
{
	char what[32];

	if (asm_take(in, sign))
		return true;
	snprintf(what, sizeof(what), "`%s`", sign);
	return asm_expected(in, what);
}

bool asm_name(struct asm_in *in, struct asm_span *name)
{
	asm_blank(in);
	if (in->p == in->end || !starts_name(*in->p))
		return false;
	*name = (struct asm_span){.p = in->p};
	while (in->p < in->end && in_name(*in->p))
		in->p++;
	name->len = in->p - name->p;
	return true;
}

static int digit_value(char c, bool hex)
{
	if (is_digit(c))
		return c - '0';
	if (hex && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (hex && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Digits up to something else. False when there are none, or with an error when they make more than 64 bits.
 */
static bool digits(struct asm_in *in, struct asm_number *n)
{
	const char *start = in->p;
	u64 base = n->hex ? 16 : 10;
	int digit;

	while (in->p < in->end && (digit = digit_value(*in->p, n->hex)) >= 0) {
		if (n->magnitude > (UINT64_MAX - digit) / base)
			return asm_fail(in, n->p, in->p - n->p + 1, "a number has at most 64 bits");
		n->magnitude = n->magnitude * base + digit;
		in->p++;
	}
	return in->p > start;
}

/* A sign may stand apart from its digits: "r1 - 8". */
bool asm_number(struct asm_in *in, struct asm_number *n)
{
	const char *start = in->p;

	asm_blank(in);
	*n = (struct asm_number){.p = in->p};
	if (asm_take(in, "-"))
		n->negative = true;
	else
		asm_take(in, "+");
	asm_blank(in);
	n->hex = at_text(in, "0x") || at_text(in, "0X");
	in->p += n->hex ? 2 : 0;
	if (!digits(in, n)) {
		in->p = start;
		return false;
	}
	n->len = in->p - n->p;
	if (in->p < in->end && in_name(*in->p))
		return asm_fail(in, in->p, 1, "`%c` in the middle of a number", *in->p);
	return true;
}

bool asm_reg(struct asm_in *in, struct asm_reg *reg)
{
	const char *start = in->p;
	u32 nr = 0, len;

	asm_blank(in);
	*reg = (struct asm_reg){.p = in->p};
	if (in->end - in->p < 2 || (*in->p != 'r' && *in->p != 'w') || !is_digit(in->p[1])) {
		in->p = start;
		return false;
	}
	len = thing_len(in);
	for (u32 i = 1; i < len && nr < 100; i++)
		nr = is_digit(reg->p[i]) ? nr * 10 + reg->p[i] - '0' : 100;
	if (nr >= MAX_BPF_REGS)
		return asm_fail(in, reg->p, len, "there is no register %.*s: they are r0 to r10", (int)len,
				reg->p);
	reg->nr = nr;
	reg->w = *reg->p == 'w';
	in->p += len;
	return true;
}

bool asm_is_word(const struct asm_span *span, const char *word)
{
	return span->len == strlen(word) && !memcmp(span->p, word, span->len);
}

bool asm_in_range(struct asm_in *in, const struct asm_number *n, s64 min, s64 max, const char *what,
		  s64 *value)
{
	u64 limit = n->negative ? -(u64)min : (u64)max;

	if ((n->negative && min > 0) || (n->negative && min == 0 && n->magnitude) || n->magnitude > limit)
		return asm_fail(in, n->p, n->len, "%s is %lld to %lld, not %.*s", what, (long long)min,
				(long long)max, (int)(n->len < 40 ? n->len : 40), n->p);
	*value = n->negative ? (s64)-n->magnitude : (s64)n->magnitude;
	return true;
}

u32 asm_lines(const char *text, size_t len)
{
	u32 lines = 1;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

/* The start of the next line; NULL at the end of the text. */
static const char *after_line(const char *line, const char *end)
{
	const char *feed = memchr(line, '\n', end - line);

	return feed ? feed + 1 : NULL;
}

void asm_error_show(const struct asm_error *error, const char *file, const char *text, size_t len,
		    struct text *out)
{
	const char *line = text, *end;
	u32 col;

	for (u32 i = 1; i < error->line && line; i++)
		line = after_line(line, text + len);
	text_add(out, "%s:%u:%u: error: %s\n", file, error->line, error->col, error->text);
	if (!line)
		return;
	end = memchr(line, '\n', text + len - line);
	end = end ? end : text + len;
	text_add(out, "%.*s\n", (int)min_u64(end - line, 500), line);
	/* Tabs are kept, so that the carets stand under what they mean. */
	for (col = 1; col < error->col && line + col - 1 < end; col++)
		text_add(out, "%c", line[col - 1] == '\t' ? '\t' : ' ');
	for (u32 i = 0; i < error->width && i < 60; i++)
		text_add(out, "^");
	text_add(out, "\n");
}
