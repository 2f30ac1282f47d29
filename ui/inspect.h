/* What an object file holds, as one JSON document: `bpfwalk inspect --json` prints it, the text form is read
 * from it. */
#ifndef UI_INSPECT_H
#define UI_INSPECT_H

#include <jansson.h>

#include "../sim/elf/object.h"

/* @kernel: for CO-RE and kernel symbols, and for the names of types; may be NULL. The caller owns the result.
 */
json_t *inspect_object(struct elf_object *object, const char *path, const struct btf_types *kernel);
/* The document for people. */
void inspect_print(const json_t *document);

#endif
