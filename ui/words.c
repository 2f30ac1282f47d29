/* Words: see words.h. */
#include <stdlib.h>
#include <string.h>

#include "words.h"

static enum language used;

static const struct {
	const char *code, *name;
} languages[LANGUAGES] = {
	[LANGUAGE_EN] = {"en", "English"},
	[LANGUAGE_ZH] = {"zh", "中文"},
};

void words_use(enum language language)
{
	used = language;
}

enum language words_language(void)
{
	return used;
}

const char *words_other_name(void)
{
	return languages[(used + 1) % LANGUAGES].name;
}

bool words_by_name(const char *name, enum language *language)
{
	for (int i = 0; i < LANGUAGES; i++) {
		size_t len = strlen(languages[i].code);

		if (strncmp(name, languages[i].code, len) != 0 || (name[len] && !strchr("_.-@", name[len])))
			continue;
		*language = i;
		return true;
	}
	return false;
}

enum language words_of_locale(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	enum language language = LANGUAGE_EN;

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		const char *value = getenv(variables[i]);

		if (!value || !*value)
			continue;
		words_by_name(value, &language);
		break;
	}
	return language;
}

static int compare(const void *key, const void *entry)
{
	return strcmp(key, ((const struct words *)entry)->english);
}

static size_t count_of(const struct words *table)
{
	size_t count = 0;

	while (table[count].english)
		count++;
	return count;
}

const char *words(const char *english)
{
	static const struct words *const tables[] = {
		words_zh,      words_zh_sentences, words_zh_events, words_zh_lessons, words_zh_panes,
		words_zh_help, words_zh_prompt,	   words_zh_attr,   words_zh_known};
	static size_t counts[ARRAY_SIZE(tables)];

	for (size_t i = 0; used != LANGUAGE_EN && i < ARRAY_SIZE(tables); i++) {
		const struct words *found;

		if (!counts[i])
			counts[i] = count_of(tables[i]);
		found = bsearch(english, tables[i], counts[i], sizeof(*tables[i]), compare);
		if (found)
			return found->other;
	}
	return english;
}

void text_say(struct text *out, const char *english, ...)
{
	va_list args;

	va_start(args, english);
	text_vadd(out, words(english), args);
	va_end(args);
}
