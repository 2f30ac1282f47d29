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

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = getenv(variables[i]);

		if (!value || !*value)
			continue;
		words_by_name(value, &language);
		break;
	}
	return language;
}

static size_t count_zh(void)
{
	static size_t count;

	while (words_zh[count].english)
		count++;
	return count;
}

static int compare(const void *key, const void *entry)
{
	return strcmp(key, ((const struct words *)entry)->english);
}

const char *words(const char *english)
{
	const struct words *found;

	if (used == LANGUAGE_EN)
		return english;
	found = bsearch(english, words_zh, count_zh(), sizeof(*words_zh), compare);
	return found ? found->other : english;
}
