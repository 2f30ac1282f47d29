/* Paths that one file holds of another: see path.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"

/* The folder part of a path, the slash included: "" when there is none. */
static size_t folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 - path : 0;
}

/* The folder of @path, absolute and without links; NULL: there is none. */
static char *real_folder(const char *path)
{
	size_t len = folder_len(path);
	char *folder = len ? strndup(path, len) : strdup("."), *real = folder ? realpath(folder, NULL) : NULL;

	free(folder);
	return real;
}

/* How long the folders are that both begin with, the last slash included. @folder ends without a slash. */
static size_t shared_len(const char *folder, const char *path)
{
	size_t shared = 0, i;

	for (i = 0; folder[i] && folder[i] == path[i]; i++)
		if (folder[i] == '/')
			shared = i + 1;
	return !folder[i] && path[i] == '/' ? i + 1 : shared;
}

/* "../../" for each part of @rest, then @below. */
static char *climb(const char *rest, const char *below)
{
	size_t ups = *rest != 0;
	char *path, *end;

	for (const char *c = rest; *c; c++)
		ups += *c == '/';
	path = end = malloc(3 * ups + strlen(below) + 1);
	if (!path)
		return NULL;
	while (ups--)
		end = stpcpy(end, "../");
	strcpy(end, below);
	return path;
}

char *path_for(const char *from, const char *path)
{
	char *folder = real_folder(from), *real = realpath(path, NULL), *found;
	size_t shared = folder && real ? shared_len(folder, real) : 0;

	if (!folder || !real)
		found = strdup(path);
	else if (shared <= 1)
		found = strdup(real);
	else
		found = climb(strlen(folder) < shared ? "" : folder + shared, real + shared);
	free(folder);
	free(real);
	return found;
}

char *path_of(const char *from, const char *held)
{
	char *path;

	if (*held == '/')
		return strdup(held);
	return asprintf(&path, "%.*s%s", (int)folder_len(from), from, held) < 0 ? NULL : path;
}
