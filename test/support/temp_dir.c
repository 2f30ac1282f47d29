/* A directory for tests: see temp_dir.h. */
#include "temp_dir.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[32];

const char *temp_path(const char *name)
{
	static char path[4][sizeof(dir) + NAME_MAX + 2];
	static unsigned turn;

	turn = (turn + 1) % ARRAY_SIZE(path);
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

void temp_write(const char *name, const void *bytes, u64 n)
{
	FILE *f = fopen(temp_path(name), "wb");

	if (!f || fwrite(bytes, 1, n, f) != n || fclose(f)) {
		perror(temp_path(name));
		exit(1);
	}
}

int temp_dir_setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/bpfwalk_test.XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

int temp_dir_teardown(void **state)
{
	DIR *entries = opendir(dir);
	struct dirent *entry;

	(void)state;
	while (entries && (entry = readdir(entries)) != NULL)
		unlink(temp_path(entry->d_name)); /* fails for . and .. */
	if (entries)
		closedir(entries);
	return rmdir(dir);
}
