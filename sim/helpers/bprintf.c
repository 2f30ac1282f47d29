/*
 * printf for programs: see bprintf.h. Mirrors bpf_bprintf_prepare of kernel/bpf/helpers.c and
 * bstr_printf of lib/vsprintf.c.
 *
 * The format is gone through twice, first without writing: a bad one prints nothing.
 *
 * Simplified: %p shows the address itself (Linux shows a hash of it, another one after each boot), %pB
 * and %ps show addresses as Linux does where no symbol is known, and %pus finds no user memory, so it
 * is the empty string.
 */
#include <stdio.h>

#include "../mem.h"
#include "bprintf.h"

#define ARG_BYTES 512u     /* MAX_BPRINTF_BIN_ARGS: room for all arguments, strings included */
#define ARGS_MAX 12u
#define WIDTH_MAX 8388607u /* FIELD_WIDTH_MAX of lib/vsprintf.c */

struct printer {
	struct sim *sim;
	const u64 *args;
	u32 nargs, next;   /* next: the argument whose turn it is */
	u32 arg_bytes;     /* of ARG_BYTES, used so far */
	char *buf;
	u32 size;
	u64 len;           /* of the text so far; may be more than fits */
};

/* One conversion: "%-08llx" */
struct spec {
	bool left, zero, plus, space;
	u32 width;
	bool is_long;
	char kind[4];      /* "d", "s", "p", "pI4" */
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_text(char c)
{
	return (u8)c >= 0x80 || is_space(c) || (c >= ' ' && c < 0x7f);
}

/* May a %p or %s end before @c? */
static bool ends_word(char c)
{
	return !c || (is_text(c) && (u8)c < 0x80 && !is_alnum(c));
}

static void put(struct printer *p, const char *text, u64 n)
{
	if (p->len < p->size)
		memcpy(p->buf + p->len, text, min_u64(n, p->size - p->len));
	p->len += n;
}

static void put_fill(struct printer *p, char c, u64 n)
{
	if (p->len < p->size)
		memset(p->buf + p->len, c, min_u64(n, p->size - p->len));
	p->len += n;
}

/* @sign of a number stands before its zeroes. */
static void put_field(struct printer *p, const struct spec *spec, const char *sign, const char *text)
{
	u64 len = strlen(sign) + strlen(text);
	u64 fill = spec->width > len ? spec->width - len : 0;
	bool zero = spec->zero && !spec->left;

	if (!spec->left && !zero)
		put_fill(p, ' ', fill);
	put(p, sign, strlen(sign));
	if (zero)
		put_fill(p, '0', fill);
	put(p, text, strlen(text));
	if (spec->left)
		put_fill(p, ' ', fill);
}

/* --- reading a conversion; each returns what comes after it, or NULL --- */

static const char *read_flags(const char *s, struct spec *spec)
{
	for (;; s++) {
		if (*s == '-')
			spec->left = true;
		else if (*s == '0')
			spec->zero = true;
		else if (*s == '+')
			spec->plus = true;
		else if (*s == ' ')
			spec->space = true;
		else
			break;
	}
	for (; is_digit(*s); s++)
		spec->width = min_u64(spec->width * 10ull + (*s - '0'), WIDTH_MAX);
	return s;
}

static const char *read_pointer(const char *s, struct spec *spec)
{
	static const char *const kinds[] = {"pks", "pus", "pK",  "px",  "ps", "pS",
					    "pB",  "pi4", "pi6", "pI4", "pI6"};

	spec->is_long = true;
	for (u32 i = 0; i < ARRAY_SIZE(kinds) && !ends_word(s[1]); i++) {
		size_t len = strlen(kinds[i]);
		bool is_string = kinds[i][len - 1] == 's' && len == 3;

		if (strncmp(s, kinds[i], len) || (is_string && !ends_word(s[len])))
			continue;
		memcpy(spec->kind, kinds[i], len);
		return s + len;
	}
	spec->kind[0] = 'p';
	return ends_word(s[1]) ? s + 1 : NULL;
}

static const char *read_spec(const char *s, struct spec *spec)
{
	*spec = (struct spec){0};
	s = read_flags(s, spec);
	if (*s == 'p')
		return read_pointer(s, spec);
	if (*s == 's' && !ends_word(s[1]))
		return NULL;
	if (*s != 's' && *s != 'c') {
		for (u32 i = 0; i < 2 && *s == 'l'; i++, s++)
			spec->is_long = true;
		if (!*s || !strchr("diuxX", *s))
			return NULL;
	}
	spec->kind[0] = *s;
	return s + 1;
}

/* --- writing a conversion; 0 or -ENOSPC --- */

/* Numbers stand aligned to 4 bytes in the kernel's argument buffer. */
static int take_number_bytes(struct printer *p, u32 size)
{
	u32 at = (p->arg_bytes + 3) / 4 * 4;

	if (at + size > ARG_BYTES)
		return -ENOSPC;
	p->arg_bytes = at + size;
	return 0;
}

static int print_number(struct printer *p, const struct spec *spec, u64 value)
{
	char digits[24];
	const char *sign = "";
	bool is_signed = spec->kind[0] == 'd' || spec->kind[0] == 'i';

	if (!spec->is_long)
		value = is_signed ? (u64)(s32)value : (u32)value;
	if (is_signed) {
		sign = (s64)value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";
		value = (s64)value < 0 ? -value : value;
	}
	snprintf(digits, sizeof(digits),
		 spec->kind[0] == 'x'   ? "%lx"
		 : spec->kind[0] == 'X' ? "%lX"
					: "%lu",
		 value);
	put_field(p, spec, sign, digits);
	return take_number_bytes(p, spec->is_long ? 8 : 4);
}

static int print_string(struct printer *p, struct spec *spec, u64 addr)
{
	char text[ARG_BYTES] = "";
	s64 n;

	if (p->arg_bytes == ARG_BYTES)
		return -ENOSPC;
	n = spec->kind[1] == 'u' ? -EFAULT : mem_read_string(p->sim, text, addr, ARG_BYTES - p->arg_bytes);
	p->arg_bytes += n < 0 ? 1 : n;
	spec->zero = false;
	put_field(p, spec, "", text);
	return 0;
}

static int print_char(struct printer *p, struct spec *spec, u64 value)
{
	u32 fill = spec->width > 1 ? spec->width - 1 : 0;
	char c = value;

	if (p->arg_bytes == ARG_BYTES)
		return -ENOSPC;
	p->arg_bytes++;
	put_fill(p, ' ', spec->left ? 0 : fill);
	put(p, &c, 1);
	put_fill(p, ' ', spec->left ? fill : 0);
	return 0;
}

static void format_ip(const struct spec *spec, const u8 *ip, struct text *text)
{
	bool plain = spec->kind[1] == 'i';

	if (spec->kind[2] == '4') {
		text_add(text, plain ? "%03u.%03u.%03u.%03u" : "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
		return;
	}
	for (u32 i = 0; i < 16; i += 2)
		text_add(text, "%s%02x%02x", i && !plain ? ":" : "", ip[i], ip[i + 1]);
}

static int print_ip(struct printer *p, struct spec *spec, u64 addr)
{
	u8 ip[16] = {0};
	u32 size = spec->kind[2] == '4' ? 4 : 16;
	char buf[48];
	struct text text;

	if (ARG_BYTES - p->arg_bytes < size)
		return -ENOSPC;
	if (mem_read(p->sim, ip, addr, size))
		memset(ip, 0, sizeof(ip));
	text_init(&text, buf, sizeof(buf));
	format_ip(spec, ip, &text);
	p->arg_bytes += text.len + 1;
	spec->zero = false;
	put_field(p, spec, "", buf);
	return p->arg_bytes > ARG_BYTES ? -ENOSPC : 0;
}

static int print_address(struct printer *p, struct spec *spec, u64 value)
{
	bool symbol = spec->kind[1] && strchr("sSB", spec->kind[1]);
	char digits[24];

	snprintf(digits, sizeof(digits), symbol ? "0x%lx" : "%016lx", value);
	spec->zero = false;
	put_field(p, spec, "", digits);
	return take_number_bytes(p, 8);
}

static int print_arg(struct printer *p, struct spec *spec, u64 value)
{
	const char *kind = spec->kind;

	if (kind[0] == 's' || (kind[0] == 'p' && kind[1] && kind[2] == 's'))
		return print_string(p, spec, value);
	if (kind[0] == 'p' && (kind[1] | 0x20) == 'i')
		return print_ip(p, spec, value);
	if (kind[0] == 'p')
		return print_address(p, spec, value);
	return kind[0] == 'c' ? print_char(p, spec, value) : print_number(p, spec, value);
}

/* Goes through @fmt once. Without arguments only the format is looked at. 0 or -errno. */
static int print(struct printer *p, const char *fmt)
{
	struct spec spec;

	while (*fmt) {
		int err;

		if (!is_text(*fmt))
			return -EINVAL;
		if (*fmt != '%' || fmt[1] == '%') {
			put(p, fmt, 1);
			fmt += *fmt == '%' ? 2 : 1;
			continue;
		}
		if (p->next == p->nargs)
			return -EINVAL;
		fmt = read_spec(fmt + 1, &spec);
		if (!fmt)
			return -EINVAL;
		err = p->args ? print_arg(p, &spec, p->args[p->next]) : 0;
		if (err)
			return err;
		p->next++;
	}
	return 0;
}

s64 bprintf(struct sim *sim, char *buf, u32 size, const char *fmt, u32 fmt_size, const u64 *args, u32 nargs)
{
	struct printer test = {.sim = sim, .args = args, .nargs = nargs};
	struct printer real = {.sim = sim, .args = args, .nargs = nargs, .buf = buf, .size = size};
	int err;

	if (strnlen(fmt, fmt_size) == fmt_size)
		return -EINVAL;
	err = print(&test, fmt);
	if (err)
		return err;
	print(&real, fmt);
	if (size)
		buf[min_u64(real.len, size - 1)] = 0;
	return real.len;
}

s64 bprintf_args(u64 data, u32 size)
{
	if (size % sizeof(u64) || size > ARGS_MAX * sizeof(u64) || (size && !data))
		return -EINVAL;
	return size / sizeof(u64);
}

int bprintf_check(const char *fmt, u32 nargs)
{
	struct printer test = {.nargs = nargs};

	return print(&test, fmt);
}
