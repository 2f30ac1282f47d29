/* What an object file holds, as one JSON document: `bpfwalk inspect --json` prints it, the text form is read
 * from it. */
#ifndef UI_INSPECT_H
#define UI_INSPECT_H

#include <jansson.h>

#include "../sim/elf/object.h"

/* @kernel: for CO-RE and kernel symbols, and for the names of types; may be NULL. The caller owns the result.
 */
json_t *inspect_object(struct elf_object *object, const char *path, const struct btf_types *kernel);
/* The C file beside an object: "x.o" and "x.bpf.c"; NULL: there is none. To be freed. */
char *inspect_source(const char *path);
/*
 * Where the four values of @map come from (inspect_origin.c), as a list; @source: of inspect_source, may be
 * NULL. And in words.
 */
json_t *inspect_origin(const struct elf_object *object, const struct elf_map *map, const char *source);
void inspect_print_origin(const json_t *origin);
/* The document for people. */
void inspect_print(const json_t *document);

#endif
