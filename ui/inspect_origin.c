/*
 * Where the four values of a map come from, for inspect: the line of C, what clang made of it in the BTF of
 * .maps, the bytes of union bpf_attr for MAP_CREATE, the place in the kernel's struct bpf_map.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "inspect.h"
#include "map_origin.h"

static const struct {
	const char *name, *member, *typed; /* of the attr; as __uint() and as __type() call it */
	u16 attr, map;
} values[] = {
#define PLACES(a, m) offsetof(union bpf_attr, a), offsetof(struct bpf_map_layout, m)
	{"map_type", "type", "", PLACES(map_type, map_type)},
	{"key_size", "key_size", "key", PLACES(key_size, key_size)},
	{"value_size", "value_size", "value", PLACES(value_size, value_size)},
	{"max_entries", "max_entries", "", PLACES(max_entries, max_entries)},
#undef PLACES
};

/* --- the C file beside the object --- */

char *inspect_source(const char *path)
{
	size_t len = strlen(path);
	char source[4096];
	struct why why;
	u64 size;
	u8 *bytes;
	char *text;

	if (len < 2 || strcmp(path + len - 2, ".o") != 0)
		return NULL;
	snprintf(source, sizeof(source), "%.*s.bpf.c", (int)len - 2, path);
	bytes = file_read(source, &size, &why);
	text = bytes ? strndup((const char *)bytes, size) : NULL;
	free(bytes);
	return text;
}

/* The lines of @text, which is cut into them; to be freed. */
static char **split(char *text, u32 *count)
{
	u32 room = 1;
	char **lines;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		room++;
	lines = malloc(room * sizeof(*lines));
	for (*count = 0; lines && text; text = *text ? text : NULL) {
		lines[(*count)++] = text;
		text += strcspn(text, "\n");
		if (*text)
			*text++ = 0;
	}
	return lines;
}

static void set_line(json_t *o, const char *source, const char *map, const char *value)
{
	char *text = source ? strdup(source) : NULL;
	u32 count = 0, line;
	char **lines = text ? split(text, &count) : NULL;

	line = lines ? map_origin_line(lines, count, map, value) : 0;
	if (line) {
		const char *c = lines[line - 1] + strspn(lines[line - 1], " \t");

		json_object_set_new(o, "line", json_integer(line));
		json_object_set_new(o, "source", json_string(c));
	}
	free(lines);
	free(text);
}

/* --- the BTF of .maps --- */

static const struct btf_type *struct_of_map(const struct btf_types *types, const char *map)
{
	u32 var = types ? btf_find(types, map, BTF_KIND_VAR) : 0;
	const struct btf_type *t = var ? btf_type_by_id(types, btf_type_by_id(types, var)->type) : NULL;

	if (t && btf_kind(t) != BTF_KIND_STRUCT)
		t = btf_type_by_id(types, btf_skip_mods(types, btf_type_by_id(types, var)->type));
	return t && btf_kind(t) == BTF_KIND_STRUCT ? t : NULL;
}

/* "int (*max_entries)[256]": a pointer to an array of that length is how __uint() writes a number down. */
static void set_btf(json_t *o, const struct elf_object *object, const char *map, size_t value)
{
	const struct btf_type *t = struct_of_map(object->types, map);
	const struct btf_member *m = t ? btf_members(t) : NULL;
	char buf[128];
	struct text text;

	for (u32 i = 0; m && i < btf_vlen(t); i++) {
		const char *name = btf_str(object->types, m[i].name_off);

		if (!name ||
		    (strcmp(name, values[value].member) != 0 && strcmp(name, values[value].typed) != 0))
			continue;
		text_init(&text, buf, sizeof(buf));
		btf_decl_text(object->types, m[i].type, name, &text);
		json_object_set_new(o, "btf", json_string(buf));
		return;
	}
}

/* --- all of it --- */

static u32 number(const struct elf_map *map, size_t value)
{
	const u32 numbers[] = {map->type, map->key_size, map->value_size, map->max_entries};

	return numbers[value];
}

json_t *inspect_origin(const struct elf_object *object, const struct elf_map *map, const char *source)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		json_t *o = json_object();

		json_object_set_new(o, "value", json_string(values[i].name));
		json_object_set_new(o, "is", json_integer(number(map, i)));
		set_line(o, source, map->name, values[i].name);
		set_btf(o, object, map->name, i);
		json_object_set_new(o, "attr_offset", json_integer(values[i].attr));
		json_object_set_new(o, "map_offset", json_integer(values[i].map));
		json_array_append_new(list, o);
	}
	return list;
}

void inspect_print_origin(const json_t *origin)
{
	const json_t *o;
	size_t i;

	if (!json_array_size(origin))
		return;
	printf("       %-12s %-40s %-24s %-18s %s\n", "", "line of C", "BTF of .maps", "union bpf_attr",
	       "struct bpf_map");
	json_array_foreach(origin, i, o)
	{
		const char *source = json_string_value(json_object_get(o, "source"));
		const char *btf = json_string_value(json_object_get(o, "btf"));
		u32 is = json_integer_value(json_object_get(o, "is"));
		char line[48] = "-";

		if (source)
			snprintf(line, sizeof(line), "%3lld: %.34s",
				 (long long)json_integer_value(json_object_get(o, "line")), source);
		printf("       %-12s %-40s %-24s +%-3lld %02x %02x %02x %02x   +%lld: %u\n",
		       json_string_value(json_object_get(o, "value")), line, btf ? btf : "-",
		       (long long)json_integer_value(json_object_get(o, "attr_offset")), is & 255,
		       is >> 8 & 255, is >> 16 & 255, is >> 24,
		       (long long)json_integer_value(json_object_get(o, "map_offset")), is);
	}
}
