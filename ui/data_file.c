/* Files that come with bpfwalk: see data_file.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data_file.h"

#define UP 3 /* build/asan/bpfwalk: the tree is so many levels above its name */

static bool there(char path[PATH_MAX], const char *folder, const char *name)
{
	int len = snprintf(path, PATH_MAX, "%s/%s", folder, name);

	return len > 0 && len < PATH_MAX && access(path, R_OK) == 0;
}

bool data_file(const char *name, char path[PATH_MAX])
{
	char folder[PATH_MAX];
	ssize_t len;
	char *slash;

	if (there(path, ".", name))
		return true;
	len = readlink("/proc/self/exe", folder, sizeof(folder) - 20);
	if (len < 0)
		return false;
	folder[len] = 0;
	for (int up = 0; up < UP && (slash = strrchr(folder, '/')); up++) {
		*slash = 0;
		if (there(path, folder, name))
			return true;
		strcpy(slash, "/share/bpfwalk");
		if (there(path, folder, name))
			return true;
		*slash = 0;
	}
	return false;
}
