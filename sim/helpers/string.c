/* Helpers for text: see list.h. Mirrors kernel/bpf/helpers.c and the number reader of lib/kstrtox.c. */
#include "bprintf.h"
#include "helper.h"

#define STRTOX_BASE_MASK 0x1f
#define STRTOX_MAX 63u          /* characters looked at after the sign */
#define SNPRINTF_MAX_ARGS 12u

/* A number as read from text: sign and magnitude. */
struct number {
	bool negative;
	u64 value;
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (u8)c == 0xa0;
}

/* 0..15, or 16 when @c is not a hexadecimal digit. */
static u32 digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10u : 16;
}

/* "0x" and "0" say the base when it is not given; returns where the digits begin. @s is terminated. */
static const char *read_prefix(const char *s, u32 *base)
{
	bool x = s[0] == '0' && (s[1] | 0x20) == 'x';

	if (!*base)
		*base = s[0] != '0' ? 10 : x && digit(s[2]) < 16 ? 16 : 8;
	return *base == 16 && x ? s + 2 : s;
}

/* Reads digits; where they end, or NULL when the number does not fit 64 bits. */
static const char *read_digits(const char *s, u32 base, u64 *value)
{
	bool overflow = false;

	for (*value = 0; digit(*s) < base; s++)
		overflow |= __builtin_mul_overflow(*value, (u64)base, value) ||
			    __builtin_add_overflow(*value, (u64)digit(*s), value);
	return overflow ? NULL : s;
}

/* Characters read, or -EINVAL (flags, no digits), -ERANGE. */
static s64 read_number(const char *buf, u64 len, u64 flags, struct number *number)
{
	char text[STRTOX_MAX + 1];
	u32 base = flags & STRTOX_BASE_MASK;
	const char *digits, *end;
	u64 skip = 0;

	if ((flags & ~(u64)STRTOX_BASE_MASK) || (base != 0 && base != 8 && base != 10 && base != 16))
		return -EINVAL;
	while (skip < len && is_space(buf[skip]))
		skip++;
	number->negative = skip < len && buf[skip] == '-';
	skip += number->negative;
	len = min_u64(len - skip, STRTOX_MAX);
	memcpy(text, buf + skip, len);
	text[len] = 0;
	digits = read_prefix(text, &base);
	end = read_digits(digits, base, &number->value);
	if (!end)
		return -ERANGE;
	return end == digits ? -EINVAL : (s64)skip + (end - text);
}

static void write_u64(u64 addr, u64 value)
{
	memcpy((void *)addr, &value, sizeof(value));
}

/* After an error the program finds 0 at @result. */
static s64 read_into(u64 result, u64 buf, u64 len, u64 flags, struct number *number)
{
	write_u64(result, 0);
	return read_number((const char *)buf, len, flags, number);
}

HELPER_FN(strtol)
{
	struct number number;
	s64 n = read_into(r4, r1, r2, r3, &number);

	UNUSED_ARGS();
	if (n < 0)
		return (u64)n;
	if (number.value > (u64)INT64_MAX + number.negative)
		return (u64)-ERANGE;
	write_u64(r4, number.negative ? -number.value : number.value);
	return (u64)n;
}

HELPER_FN(strtoul)
{
	struct number number;
	s64 n = read_into(r4, r1, r2, r3, &number);

	UNUSED_ARGS();
	if (n < 0)
		return (u64)n;
	if (number.negative)
		return (u64)-EINVAL;
	write_u64(r4, number.value);
	return (u64)n;
}

HELPER_FN(strncmp)
{
	int order = strncmp((const char *)r1, (const char *)r3, (u32)r2);

	UNUSED_ARGS();
	return (u64)(s64)((order > 0) - (order < 0));
}

HELPER_FN(snprintf)
{
	u64 args[SNPRINTF_MAX_ARGS];
	u32 data_len = r5;
	s64 len;

	if (data_len % 8 || data_len > sizeof(args) || (data_len && !r4))
		return (u64)-EINVAL;
	if (data_len)
		memcpy(args, (const void *)r4, data_len);
	len = bprintf(sim, (char *)r1, (u32)r2, (const char *)r3, UINT32_MAX, args, data_len / 8);
	return (u64)(len < 0 ? len : len + 1);
}
