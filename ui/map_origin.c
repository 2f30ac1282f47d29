/* Where a map's values come from: see map_origin.h. */
#include <ctype.h>
#include <stdio.h>

#include "map_origin.h"

static const struct {
	const char *name;
	const char *words[3]; /* what a line contains that sets it */
	u16 attr, map;        /* offsets */
} values[] = {
#define AT(attr, map) offsetof(union bpf_attr, attr), offsetof(struct bpf_map_layout, map)
	{"map_type", {"(type,", ".type"}, AT(map_type, map_type)},
	{"key_size", {"(key,", "(key_size,", ".key_size"}, AT(key_size, key_size)},
	{"value_size", {"(value,", "(value_size,", ".value_size"}, AT(value_size, value_size)},
	{"max_entries", {"(max_entries,", ".max_entries"}, AT(max_entries, max_entries)},
#undef AT
};

/* Is this the line on which the map's definition ends: "} counts SEC(".maps");"? */
static bool ends_definition(const char *line, const char *map)
{
	size_t len = strlen(map);

	while (isspace((u8)*line))
		line++;
	if (*line++ != '}')
		return false;
	while (isspace((u8)*line))
		line++;
	/* The kernel knows 15 characters of the name. */
	if (strncmp(line, map, len) != 0 ||
	    (len < BPF_OBJ_NAME_LEN - 1 && (isalnum((u8)line[len]) || line[len] == '_')))
		return false;
	return strstr(line, "SEC(") != NULL;
}

static bool sets(const char *line, size_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(values[value].words) && values[value].words[i]; i++)
		if (strstr(line, values[value].words[i]))
			return true;
	return false;
}

u32 map_origin_line(char *const *lines, u32 count, const char *map, const char *name)
{
	size_t value = 0;
	u32 end = 0;

	while (value < ARRAY_SIZE(values) && strcmp(values[value].name, name) != 0)
		value++;
	while (end < count && !ends_definition(lines[end], map))
		end++;
	if (value == ARRAY_SIZE(values) || end == count || !*map)
		return 0;
	for (u32 i = end; i-- > 0 && lines[i][0] != '}' && lines[i][0];)
		if (sets(lines[i], value))
			return i + 1;
	return 0;
}

static void trim(const char *line, char *out, size_t cap)
{
	while (isspace((u8)*line))
		line++;
	snprintf(out, cap, "%s", line);
}

void map_origin_find(const struct debug *d, const struct debug_call *call, const struct map *map,
		     const char *name, struct map_origin *origin)
{
	char map_name[BPF_OBJ_NAME_LEN + 1] = "";

	*origin = (struct map_origin){0};
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		if (strcmp(values[i].name, name) != 0)
			continue;
		origin->offset = values[i].attr;
		memcpy(&origin->asked, (const u8 *)&call->attr + values[i].attr, sizeof(u32));
		if (map)
			memcpy(&origin->kept, (const u8 *)&map->k + values[i].map, sizeof(u32));
	}
	memcpy(map_name, call->attr.map_name, BPF_OBJ_NAME_LEN);
	origin->line = map_origin_line(d->source, d->source_lines, map_name, name);
	if (origin->line)
		trim(d->source[origin->line - 1], origin->source, sizeof(origin->source));
}
