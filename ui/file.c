/* Whole files: see file.h. */
#include <stdio.h>
#include <stdlib.h>

#include "data_file.h"
#include "file.h"

#define FILE_MAX (1u << 30)

static u8 *read_all(FILE *f, u64 *len)
{
	u64 room = 1 << 16;
	u8 *bytes = malloc(room);
	size_t n;

	*len = 0;
	while (bytes && (n = fread(bytes + *len, 1, room - *len - 1, f)) > 0) {
		u8 *more;

		*len += n;
		if (*len < room - 1)
			continue;
		room *= 2;
		more = room <= FILE_MAX ? realloc(bytes, room) : NULL;
		if (!more)
			free(bytes);
		bytes = more;
	}
	if (bytes)
		bytes[*len] = 0;
	return bytes;
}

/* Samples are named as they are in the tree, wherever they are installed. */
FILE *file_open(const char *path)
{
	char found[PATH_MAX];
	FILE *f = fopen(path, "rb");

	if (f || errno != ENOENT || *path == '/')
		return f;
	if (data_file(path, found))
		return fopen(found, "rb");
	errno = ENOENT;
	return NULL;
}

u8 *file_read(const char *path, u64 *len, struct why *why)
{
	FILE *f = file_open(path);
	u8 *bytes;
	bool bad;

	if (!f) {
		sim_fail(why, -errno, "%s: %s", path, strerror(errno));
		return NULL;
	}
	bytes = read_all(f, len);
	bad = ferror(f);
	fclose(f);
	if (bytes && !bad)
		return bytes;
	sim_fail(why, -EIO, "%s: %s", path, bad ? "cannot be read: is it a directory?" : "too large");
	free(bytes);
	return NULL;
}
