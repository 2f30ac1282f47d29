/* Text to bytes: see map_values.h. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "map_values.h"

#define ONE_VALUE 4096 /* characters */

/* A number at *text, which moves behind it and the spaces that follow; false: there is none. */
static bool take_number(const char **text, int base, u64 *value)
{
	char *end;

	errno = 0;
	if (**text == '-' || **text == '+')
		return false;
	*value = strtoull(*text, &end, base);
	if (end == *text || errno || (*end && !isspace((u8)*end)))
		return false;
	while (isspace((u8)*end))
		end++;
	*text = end;
	return true;
}

/* Numbers below 256, one for each byte: how many; -1 when it is something else. */
static int byte_by_byte(const char *text, int base, u8 *out, u32 size)
{
	u32 n = 0;
	u64 value;

	while (*text) {
		if (!take_number(&text, base, &value) || value > 255)
			return -1;
		if (n < size && out)
			out[n] = value;
		n++;
	}
	return n;
}

static int parse_hex(const char *text, u8 *out, u32 size, struct why *why)
{
	int n = byte_by_byte(text, 16, out, size);

	if (n == (int)size)
		return 0;
	if (n < 0)
		return sim_fail(why, -EINVAL, "'%.60s': expected bytes in hexadecimal, as in 06 00 1f", text);
	return sim_fail(why, -EINVAL, "'hex %.60s': %d bytes, expected %u", text, n, size);
}

/* A number of at most 8 bytes. */
static int parse_number(const char *text, u8 *out, u32 size)
{
	char *end;
	u64 value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (end == text || *end || errno || (size < 8 && value >> (8 * size) && ~value >> (8 * size - 1)))
		return -EINVAL;
	memcpy(out, &value, size);
	return 0;
}

static bool parse_address(const char *text, u8 *out, u32 size)
{
	return size == 4 && inet_pton(AF_INET, text, out) == 1;
}

static int parse(const struct map *map, u32 type_id, const char *text, u8 *out, u32 size, struct why *why)
{
	const struct btf *btf = btf_of(map->btf);

	if (!size)
		return sim_fail(why, -EINVAL, "a %s has no elements that could be written",
				map_ops(map)->name);
	memset(out, 0, size);
	if (strncmp(text, "hex ", 4) == 0)
		return parse_hex(text + 4, out, size, why);
	if (parse_address(text, out, size) ||
	    (size > 1 && byte_by_byte(text, 0, NULL, 0) == (int)size && byte_by_byte(text, 0, out, size)))
		return 0;
	if (btf && type_id)
		return btf_parse(&btf->types, type_id, text, out, size, why);
	if (size <= 8 && parse_number(text, out, size) == 0)
		return 0;
	if (size <= 8)
		return sim_fail(why, -EINVAL, "'%.60s': expected a number that fits %u byte%s, or its bytes",
				text, size, size == 1 ? "" : "s");
	return sim_fail(why, -EINVAL, "'%.60s': expected %u bytes: numbers, or hex 06 00 ...", text, size);
}

/* 10.0.0.0/8 */
static bool parse_prefix(const struct map *map, const char *text, u8 *out)
{
	const char *slash = strchr(text, '/');
	char address[32], *end;
	u32 bits;

	if (map_ops(map)->form != MAP_FORM_TRIE || map->k.key_size != 8 || !slash || slash - text > 20)
		return false;
	snprintf(address, sizeof(address), "%.*s", (int)(slash - text), text);
	bits = strtoul(slash + 1, &end, 10);
	memcpy(out, &bits, sizeof(bits));
	return !*end && end != slash + 1 && parse_address(address, out + sizeof(bits), 4);
}

int map_parse_key(const struct map *map, const char *text, void *out, struct why *why)
{
	return parse_prefix(map, text, out)
		       ? 0
		       : parse(map, map->btf_key_type_id, text, out, map->k.key_size, why);
}

int map_parse_value(const struct map *map, const char *text, void *out, struct why *why)
{
	return parse(map, map->btf_value_type_id, text, out, map->k.value_size, why);
}

/* --- a value for each CPU --- */

/* Where the value of the next CPU begins in "{n: 1} | {n: 2}": the bar, or the end. */
static const char *next_bar(const char *text)
{
	bool quoted = false;

	for (; *text && (quoted || *text != '|'); text++)
		quoted ^= *text == '"';
	return text;
}

static int value_of_cpu(const struct map *map, const char *text, const char *end, u8 *out, struct why *why)
{
	char one[ONE_VALUE];

	while (text < end && isspace((u8)*text))
		text++;
	while (end > text && isspace((u8)end[-1]))
		end--;
	snprintf(one, sizeof(one), "%.*s", (int)(end - text), text);
	return map_parse_value(map, one, out, why);
}

int map_parse_values(const struct map *map, const char *text, u8 *out, u64 size, struct why *why)
{
	u64 step = round_up_u64(map->k.value_size, 8), cpus = size / step, cpu = 0;
	const char *end = next_bar(text);
	int err = 0;

	for (; !err; text = end + 1, end = next_bar(text)) {
		if (cpu < cpus)
			err = value_of_cpu(map, text, end, out + cpu * step, why);
		cpu++;
		if (!*end)
			break;
	}
	if (!err && cpu != 1 && cpu != cpus)
		return sim_fail(why, -EINVAL, "%llu values, expected one for all CPUs or %llu, one for each",
				(unsigned long long)cpu, (unsigned long long)cpus);
	for (; !err && cpu < cpus; cpu++)
		memcpy(out + cpu * step, out, map->k.value_size);
	return err;
}
