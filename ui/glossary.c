/* The glossary: see glossary.h. Both files hold the same entries in the same order; a test says so. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "data_file.h"
#include "glossary.h"

#define FILE_MAX (256u << 10) /* bytes */

static const char *const files[GLOSSARY_LANGUAGES] = {"lessons/glossary.en", "lessons/glossary.zh"};

static char *read_all(const char *name, struct why *why)
{
	char path[PATH_MAX], *bytes = malloc(FILE_MAX + 1);
	FILE *f = bytes && data_file(name, path) ? fopen(path, "r") : NULL;

	if (!f) {
		sim_fail(why, -ENOENT, "%s is not there: it comes with bpfwalk", name);
		free(bytes);
		return NULL;
	}
	bytes[fread(bytes, 1, FILE_MAX, f)] = 0;
	fclose(f);
	return bytes;
}

/* Entry by entry, in the order of the file. Cuts its bytes into lines. */
static u32 read_entries(struct glossary *g, enum glossary_language lang)
{
	u32 count = 0;

	for (char *line = g->bytes[lang], *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		if (*line == '#')
			continue;
		if (strncmp(line, "== ", 3) == 0 && count < GLOSSARY_MAX)
			g->entry[count++].names[lang] = line + 3;
		else if (count && *line && strncmp(line, "lesson:", 7) != 0)
			g->entry[count - 1].text[lang] = line;
	}
	return count;
}

struct glossary *glossary_open(struct why *why)
{
	struct glossary *g = calloc(1, sizeof(*g));

	for (int lang = 0; g && lang < GLOSSARY_LANGUAGES; lang++) {
		g->bytes[lang] = read_all(files[lang], why);
		if (!g->bytes[lang]) {
			glossary_close(g);
			return NULL;
		}
		g->count = read_entries(g, lang);
	}
	return g;
}

void glossary_close(struct glossary *g)
{
	if (!g)
		return;
	for (int lang = 0; lang < GLOSSARY_LANGUAGES; lang++)
		free(g->bytes[lang]);
	free(g);
}

/* The next of "a | b | c" in @name, at most @cap - 1 bytes of it; false: there is none left. */
static bool next_name(const char **names, char *name, size_t cap)
{
	const char *bar;
	size_t len;

	if (!*names || !**names)
		return false;
	bar = strstr(*names, " | ");
	len = bar ? (size_t)(bar - *names) : strlen(*names);
	snprintf(name, cap, "%.*s", (int)len, *names);
	*names += len + (bar ? 3 : 0);
	return true;
}

static const char *without_prefix(const char *word)
{
	static const char *const prefixes[] = {"BPF_MAP_TYPE_", "BPF_PROG_TYPE_"};

	for (u32 i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (strncasecmp(word, prefixes[i], strlen(prefixes[i])) == 0)
			return word + strlen(prefixes[i]);
	return word;
}

const struct glossary_entry *glossary_find(const struct glossary *g, const char *word)
{
	char name[128];

	for (u32 i = 0; i < g->count; i++)
		for (int lang = 0; lang < GLOSSARY_LANGUAGES; lang++) {
			const char *names = g->entry[i].names[lang];

			while (next_name(&names, name, sizeof(name)))
				if (strcasecmp(name, word) == 0 ||
				    strcasecmp(name, without_prefix(word)) == 0)
					return &g->entry[i];
		}
	return NULL;
}

void glossary_each(const struct glossary *g, void (*take)(void *arg, const char *name), void *arg)
{
	char name[128];

	for (u32 i = 0; i < g->count; i++)
		for (int lang = 0; lang < GLOSSARY_LANGUAGES; lang++) {
			const char *names = g->entry[i].names[lang];

			while (next_name(&names, name, sizeof(name)))
				take(arg, name);
		}
}
