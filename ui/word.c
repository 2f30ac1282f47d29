/* Words of the field: see word.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli.h"
#include "word.h"

#define ERRNOS 134

/* --- tables of names, each with what it means --- */

static const char *helper_word(u32 i, const char **doc)
{
	const struct helper *helper = helper_by_id(i);

	if (!helper)
		return NULL;
	*doc = helper->doc;
	return helper->name;
}

static const char *map_word(u32 i, const char **doc)
{
	if (i >= map_types_count || !map_types[i])
		return NULL;
	*doc = map_types[i]->doc;
	return map_types[i]->name;
}

static const char *event_word(u32 i, const char **doc)
{
	if (i >= happening_kinds_count)
		return NULL;
	*doc = happening_kinds[i]->doc;
	return happening_kinds[i]->name;
}

static const char *errno_word(u32 i, const char **doc)
{
	const char *name = i ? errno_name(i) : NULL;

	*doc = i ? strerror(i) : NULL;
	return name && *name == 'E' ? name : NULL;
}

static const struct table {
	u32 size;
	const char *(*name)(u32 i, const char **doc); /* NULL: that number means nothing */
	const char *prefix;                           /* may be left out, or NULL */
	const char *form;                             /* of the meaning: the text, and its number */
} tables[] = {
	{HELPER_IDS, helper_word, "bpf_",
	 "A helper: %s. It is number %u; `break helper:NAME` stops at its calls."},
	{64, map_word, NULL, "A type of maps: %s. It is number %u; `bpfwalk maps NAME` has more."},
	{64, event_word, NULL,
	 "An event: %s. `bpfwalk events NAME` has its fields and its way through the kernel."},
	{ERRNOS, errno_word, NULL, "An errno: %s, number %u. A system call that fails returns it negated."},
};

static bool same_name(const struct table *table, const char *name, const char *word)
{
	size_t skip = table->prefix ? strlen(table->prefix) : 0;

	if (strcasecmp(name, word) == 0)
		return true;
	return skip && strncmp(name, table->prefix, skip) == 0 && strcasecmp(name + skip, word) == 0;
}

static bool explain_entry(const struct table *table, u32 i, const char *word, struct text *names,
			  struct text *meaning)
{
	const char *doc, *name = table->name(i, &doc);

	if (!name || !same_name(table, name, word))
		return false;
	text_add(names, "%s", name);
	text_add(meaning, table->form, doc, i);
	return true;
}

bool word_explain(const char *word, enum glossary_language language, struct text *names, struct text *meaning)
{
	struct why why;
	struct glossary *glossary = glossary_open(&why);
	const struct glossary_entry *entry = glossary ? glossary_find(glossary, word) : NULL;
	bool known = entry;

	if (entry) {
		text_add(names, "%s", entry->names[language]);
		text_add(meaning, "%s", entry->text[language]);
	}
	glossary_close(glossary);
	for (size_t t = 0; t < ARRAY_SIZE(tables) && !known; t++)
		for (u32 i = 0; i < tables[t].size && !known; i++)
			known = explain_entry(&tables[t], i, word, names, meaning);
	return known;
}

/* --- the nearest one --- */

struct nearest {
	const char *word;
	char *near;
	u32 distance;
};

static void consider(void *arg, const char *name)
{
	struct nearest *n = arg;
	u32 distance = cli_distance(n->word, name);

	if (distance >= n->distance || distance >= strlen(name))
		return;
	n->distance = distance;
	snprintf(n->near, WORD_NEAR, "%s", name);
}

bool word_near(const char *word, char near[WORD_NEAR])
{
	struct nearest n = {word, near, 3};
	struct why why;
	struct glossary *glossary = glossary_open(&why);
	const char *doc;

	if (glossary)
		glossary_each(glossary, consider, &n);
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (u32 i = 0; i < tables[t].size; i++) {
			const char *name = tables[t].name(i, &doc);
			size_t skip = tables[t].prefix ? strlen(tables[t].prefix) : 0;

			if (name)
				consider(&n, name);
			if (name && skip && strncmp(name, tables[t].prefix, skip) == 0)
				consider(&n, name + skip);
		}
	glossary_close(glossary);
	return n.distance < 3;
}
