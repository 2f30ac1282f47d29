/* What an object file holds, for people: see inspect.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "inspect.h"

static const char *text_of(const json_t *o, const char *key, const char *otherwise)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : otherwise;
}

static json_int_t number_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static bool is_set(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

static const json_t *list_of(const json_t *document, const char *key, const char *title)
{
	const json_t *list = json_object_get(document, key);

	if (json_array_size(list))
		printf("\n%s\n", title);
	return list;
}

static void print_sections(const json_t *document)
{
	const json_t *list = list_of(document, "sections", "Sections");
	const json_t *s;
	size_t i;

	json_array_foreach(list, i, s) printf("  %3zu  %-24s %-9s 0x%06" PRIx64 " %8" PRId64 " bytes\n",
					      i + 1, text_of(s, "name", ""), text_of(s, "type", ""),
					      (int64_t)number_of(s, "offset"), (int64_t)number_of(s, "size"));
}

static void print_uses(const json_t *program)
{
	const json_t *maps = json_object_get(program, "maps");
	const json_t *map;
	size_t i;

	if (!json_array_size(maps))
		return;
	printf("       maps:");
	json_array_foreach(maps, i, map) printf("%s %s", i ? "," : "", json_string_value(map));
	printf("\n");
}

static void print_size(const json_t *p)
{
	json_int_t own = number_of(p, "insns"), all = number_of(p, "insns_with_subprograms");

	printf("       %lld instructions", (long long)own);
	if (all > own)
		printf(", %lld with the functions it calls", (long long)all);
	if (number_of(p, "line_infos"))
		printf("; %lld lines of %s", (long long)number_of(p, "line_infos"),
		       text_of(p, "source", "?"));
	else
		printf("; no line info");
	printf("\n");
}

static void print_program(const json_t *p)
{
	if (is_set(p, "subprogram")) {
		printf("  %s  a function in %s\n", text_of(p, "name", "?"), text_of(p, "section", "?"));
		print_size(p);
		return;
	}
	printf("  %s  %s  SEC(\"%s\")", text_of(p, "name", "?"), text_of(p, "type", "no type"),
	       text_of(p, "section", "?"));
	if (text_of(p, "expected_attach_type", NULL))
		printf("  attach type %s", text_of(p, "expected_attach_type", ""));
	if (text_of(p, "attach_to", NULL))
		printf("  attaches to %s", text_of(p, "attach_to", ""));
	printf("%s%s%s\n", is_set(p, "sleepable") ? "  sleepable" : "",
	       is_set(p, "xdp_frags") ? "  frags" : "",
	       is_set(p, "autoload") ? "" : "  not loaded by itself");
	print_size(p);
	print_uses(p);
	if (number_of(p, "core_relocations"))
		printf("       %lld CO-RE relocations, %lld instructions without a target in the kernel\n",
		       (long long)number_of(p, "core_relocations"), (long long)number_of(p, "poisoned"));
	if (text_of(p, "error", NULL))
		printf("       cannot be loaded: %s\n", text_of(p, "error", ""));
}

static void print_half(const json_t *m, const char *what, const char *size, const char *from,
		       const char *type)
{
	const char *name = text_of(m, type, NULL);

	printf("       %s %lld bytes (%s%s%s)\n", what, (long long)number_of(m, size), text_of(m, from, "?"),
	       name ? ": " : "", name ? name : "");
}

static void print_map(const json_t *m, const char *indent)
{
	const json_t *values = json_object_get(m, "values"), *value;
	size_t i;

	printf("%s  %s  %s  in %s (%s)\n", indent, text_of(m, "name", "?"),
	       text_of(m, "type", "unknown type"), text_of(m, "section", "?"), text_of(m, "source", "?"));
	print_half(m, "key  ", "key_size", "key_size_from", "key_type");
	print_half(m, "value", "value_size", "value_size_from", "value_type");
	printf("       max_entries %lld, map_flags 0x%llx", (long long)number_of(m, "max_entries"),
	       (unsigned long long)number_of(m, "map_flags"));
	if (number_of(m, "numa_node"))
		printf(", numa_node %lld", (long long)number_of(m, "numa_node"));
	if (number_of(m, "map_extra"))
		printf(", map_extra %lld", (long long)number_of(m, "map_extra"));
	printf("%s%s\n", is_set(m, "pinned_by_name") ? ", pinned by its name" : "",
	       is_set(m, "frozen") ? ", frozen" : "");
	json_array_foreach(values, i, value) printf(
		"       [%lld] = %s\n", (long long)number_of(value, "index"), text_of(value, "value", "?"));
	inspect_print_origin(json_object_get(m, "origin"));
	if (json_is_object(json_object_get(m, "inner")))
		print_map(json_object_get(m, "inner"), "     maps in it are like");
}

static void print_lists(const json_t *document)
{
	const json_t *list = list_of(document, "programs", "Programs"), *one;
	size_t i;

	json_array_foreach(list, i, one) print_program(one);
	list = list_of(document, "maps", "Maps");
	json_array_foreach(list, i, one) print_map(one, "");
	list = list_of(document, "externs", "Externs");
	json_array_foreach(list, i, one)
		printf("  %-32s %s%s, %s\n", text_of(one, "name", "?"), text_of(one, "kind", "?"),
		       is_set(one, "weak") ? ", weak" : "", is_set(one, "found") ? "found" : "not found");
	if (text_of(document, "extern_error", NULL))
		printf("  cannot be loaded: %s\n", text_of(document, "extern_error", ""));
}

void inspect_print(const json_t *document)
{
	const json_t *btf = json_object_get(document, "btf");
	const char *license = text_of(document, "license", "");

	printf("%s: license %s%s%s\n", text_of(document, "file", "?"), *license ? "\"" : "not given", license,
	       *license ? "\"" : "");
	print_sections(document);
	print_lists(document);
	if (json_is_object(btf))
		printf("\nBTF: %lld types in %lld bytes; %lld function records, %lld line records, %lld "
		       "CO-RE relocations\n",
		       (long long)number_of(btf, "types"), (long long)number_of(btf, "bytes"),
		       (long long)number_of(btf, "func_infos"), (long long)number_of(btf, "line_infos"),
		       (long long)number_of(btf, "core_relocations"));
	else
		printf("\nno BTF: compile with clang -g to see types and lines\n");
}
