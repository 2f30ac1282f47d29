/* Object files for tests: see objects.h. */
#include <stdio.h>
#include <stdlib.h>

#include "objects.h"

u8 *test_read_file(const char *path, u64 *size)
{
	FILE *f = fopen(path, "rb");
	u8 *bytes = NULL;
	long len;

	if (f && !fseek(f, 0, SEEK_END) && (len = ftell(f)) >= 0 && !fseek(f, 0, SEEK_SET)) {
		bytes = calloc(len + 1, 1);
		if (bytes && fread(bytes, 1, len, f) == (size_t)len)
			*size = len;
	}
	if (!bytes) {
		perror(path);
		exit(1);
	}
	fclose(f);
	return bytes;
}

struct elf_object *test_object(const char *name)
{
	char path[128];
	struct why why = {0};
	struct elf_object *object;
	u64 size;
	u8 *bytes;

	snprintf(path, sizeof(path), "test/data/objects/%s", name);
	bytes = test_read_file(path, &size);
	object = elf_open(bytes, size, name, &why);
	free(bytes);
	if (!object) {
		fprintf(stderr, "%s: %s\n", path, why.text);
		exit(1);
	}
	return object;
}
