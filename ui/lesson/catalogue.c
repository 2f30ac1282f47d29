/* The lessons that there are: see catalogue.h. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../data_file.h"
#include "catalogue.h"

static const char *const languages[LANGUAGES] = {[LANGUAGE_EN] = "en", [LANGUAGE_ZH] = "zh"};

const char *catalogue_name(const char *folder)
{
	const char *slash = strrchr(folder, '/');

	return slash ? slash + 1 : folder;
}

static bool file_in(char path[PATH_MAX], const char *folder, enum language language)
{
	int n = snprintf(path, PATH_MAX, "%s/%s.lesson", folder, languages[language]);

	return n < PATH_MAX && access(path, R_OK) == 0;
}

static bool has_lesson(const char *folder)
{
	char path[PATH_MAX];

	for (int i = 0; i < LANGUAGES; i++)
		if (file_in(path, folder, i))
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void catalogue_read(struct catalogue *list)
{
	char root[PATH_MAX], path[2 * PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	list->count = 0;
	dir = data_file("lessons", root) ? opendir(root) : NULL;
	while (dir && (entry = readdir(dir)) && list->count < CATALOGUE_MAX) {
		snprintf(path, sizeof(path), "%s/%s", root, entry->d_name);
		if (entry->d_name[0] != '.' && has_lesson(path))
			list->folder[list->count++] = strdup(path);
	}
	if (dir)
		closedir(dir);
	qsort(list->folder, list->count, sizeof(*list->folder), compare);
}

void catalogue_free(struct catalogue *list)
{
	while (list->count)
		free(list->folder[--list->count]);
}

/* "13" is 13-..., not 130-...; "when" is none. */
static bool is_called(const char *folder, const char *name)
{
	const char *own = catalogue_name(folder);
	size_t n = strlen(name);

	if (strspn(name, "0123456789") == n && n)
		return strtoul(own, NULL, 10) == strtoul(name, NULL, 10) &&
		       own[strspn(own, "0123456789")] == '-';
	return n && strncmp(own, name, n) == 0;
}

char *catalogue_find(const char *name, struct why *why)
{
	struct catalogue list;
	char *found = NULL;
	u32 count = 0;

	if (has_lesson(name)) {
		found = strdup(name);
		for (size_t n = found ? strlen(found) : 0; n > 1 && found[n - 1] == '/'; n--)
			found[n - 1] = 0;
		return found;
	}
	catalogue_read(&list);
	for (u32 i = 0; i < list.count; i++) {
		if (!is_called(list.folder[i], name))
			continue;
		if (strcmp(catalogue_name(list.folder[i]), name) == 0)
			count = 0, free(found), found = NULL;
		found = found ? found : strdup(list.folder[i]);
		count++;
		if (strcmp(catalogue_name(list.folder[i]), name) == 0)
			break;
	}
	catalogue_free(&list);
	if (found && count == 1)
		return found;
	free(found);
	sim_fail(why, -ENOENT,
		 count ? "'%.60s' may mean several lessons: `lesson list` has them"
		       : "there is no lesson '%.60s': `lesson list` has them",
		 name);
	return NULL;
}

int catalogue_load(struct course *c, const char *folder, struct lesson_ear *ear, struct why *why)
{
	char path[PATH_MAX];

	snprintf(c->folder, sizeof(c->folder), "%s", folder);
	for (int i = 0; i < LANGUAGES; i++) {
		c->text[i] = file_in(path, folder, i) ? lesson_read(path, ear) : NULL;
		if (c->text[i] && !c->first)
			c->first = c->text[i];
		else if (c->text[i])
			lesson_marry(c->text[i], c->first, ear);
	}
	if (c->first)
		lesson_check_whole(c->first, ear);
	return c->first ? 0 : sim_fail(why, -ENOENT, "%.200s: no lesson can be read there", folder);
}

/* The first complaint is the one that is told. */
struct first_complaint {
	struct lesson_ear ear;
	char text[256];
};

static void hear(struct lesson_ear *ear, const char *complaint)
{
	struct first_complaint *first = (struct first_complaint *)ear;

	if (!first->text[0])
		snprintf(first->text, sizeof(first->text), "%s", complaint);
}

int catalogue_open(struct course *c, const char *name, struct why *why)
{
	struct first_complaint first = {.ear.hear = hear};
	char *folder = catalogue_find(name, why);
	int err = folder ? catalogue_load(c, folder, &first.ear, why) : -ENOENT;

	free(folder);
	if (!err && first.ear.heard)
		err = sim_fail(why, -EINVAL, "%s", first.text);
	return err;
}
